/** The room of powers: what is in use now, what may be used by whom, who the people are, and what was done. */
import type { PowersPage, PowerView } from '@sonae/core/app/api.ts';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { powersQuery } from '../../queries.ts';
import { LevelChip } from '../../ui/level.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { Hash } from './action-panel.tsx';
import { DemonstrationNotice } from './demonstration-mark.tsx';
import { PeoplePanel } from './people-panel.tsx';
import { PowerCard } from './power-card.tsx';
import { RequestDialog } from './request-dialog.tsx';
import { SessionPanel } from './session-panel.tsx';
import { UseCard } from './use-card.tsx';
import { UseHistory } from './use-history.tsx';
import { isOpenUse } from './use-path.ts';

export function PowersRoom() {
  const { t } = useTexts();
  const { data, error, refetch } = useQuery(powersQuery);
  return (
    <>
      <h1 className="sr-only">{t('powers.title')}</h1>
      {data === undefined ? (
        error === null ? (
          <Reading />
        ) : (
          <ReadFailure error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Room page={data} />
      )}
    </>
  );
}

/** Schemas of charters are needed once in the life of a firm: they come when they are. */
const FoundingPanel = lazy(async () => ({
  default: (await import('./founding/founding-panel.tsx')).FoundingPanel,
}));

/** Before the founding there is nothing else to do here. */
function Unfounded({ page }: { page: PowersPage }) {
  const { t } = useTexts();
  return (
    <div className="flex flex-col gap-3 sm:gap-4">
      <p className="panel border-dashed p-4" role="status">
        {t('powers.unfounded')}
      </p>
      <div className="grid items-start gap-3 sm:gap-4 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <Suspense fallback={<p className="panel p-4 text-muted">{t('founding.loading')}</p>}>
          <FoundingPanel />
        </Suspense>
        <SessionPanel page={page} />
      </div>
    </div>
  );
}

/** Stays after the founding that was watched here: the one thing left to do stands outside of this browser. */
function JustFounded({ founding }: { founding: string }) {
  const { t } = useTexts();
  return (
    <section className="panel border-ok" role="status">
      <p className="px-3 pt-3 text-md font-semibold text-ok sm:px-4">{t('founding.done')}</p>
      <p className="px-3 pb-2 sm:px-4">{t('founding.done.next')}</p>
      <Hash hex={founding} label="founding" />
    </section>
  );
}

function Room({ page }: { page: PowersPage }) {
  const [wasUnfounded] = useState(page.founding === '');
  if (page.founding === '') return <Unfounded page={page} />;
  return (
    <div className="flex flex-col gap-3 sm:gap-4">
      {wasUnfounded && !page.demonstration ? <JustFounded founding={page.founding} /> : null}
      <FoundedRoom page={page} />
    </div>
  );
}

function FoundedRoom({ page }: { page: PowersPage }) {
  const [asking, setAsking] = useState<PowerView | null>(null);
  return (
    <div className="flex flex-col gap-3 sm:gap-4">
      {page.demonstration ? <DemonstrationNotice /> : null}
      <div className="grid items-start gap-3 sm:gap-4 lg:grid-cols-[minmax(0,1fr)_23rem]">
        <div className="flex min-w-0 flex-col gap-3 sm:gap-4">
          <OpenUses page={page} />
          <Powers page={page} onRequest={setAsking} />
        </div>
        <div className="flex min-w-0 flex-col gap-3 sm:gap-4">
          <SessionPanel page={page} />
          <PeoplePanel page={page} />
          <ControlsPanel page={page} />
        </div>
      </div>
      <UseHistory page={page} />
      <RequestDialog view={asking} onClose={() => setAsking(null)} />
    </div>
  );
}

function OpenUses({ page }: { page: PowersPage }) {
  const { t } = useTexts();
  const open = page.uses.filter(isOpenUse);
  return (
    <section className="panel" aria-labelledby="open-uses">
      <div className="panel-title">
        <h2 id="open-uses">{t('powers.open')}</h2>
        {open.length === 0 ? null : <span className="label">{open.length}</span>}
      </div>
      {open.length === 0 ? <p className="p-4 text-muted">{t('powers.openNone')}</p> : null}
      <ul>
        {open.map((use) => (
          <li key={use.id} className="border-b border-line last:border-b-0">
            <UseCard use={use} view={page.powers.find(({ power }) => power.id === use.power)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What stops things before what changes the rules; in use before at rest. */
function inOrder(powers: readonly PowerView[]): PowerView[] {
  const rank = ({ power, inUse }: PowerView): number =>
    (power.governs === null ? 0 : 2) + (inUse.length > 0 ? 0 : 1);
  return [...powers].sort((a, b) => rank(a) - rank(b));
}

function Powers({ page, onRequest }: { page: PowersPage; onRequest: (view: PowerView) => void }) {
  const { t } = useTexts();
  return (
    <section className="panel" aria-labelledby="powers">
      <div className="panel-title">
        <h2 id="powers">{t('powers.list')}</h2>
        <span className="label">{page.powers.length}</span>
      </div>
      {page.powers.length === 0 ? <p className="p-4 text-muted">{t('powers.none')}</p> : null}
      {inOrder(page.powers).map((view) => (
        <PowerCard key={view.power.id} view={view} uses={page.uses} onRequest={() => onRequest(view)} />
      ))}
    </section>
  );
}

/** Controls over powers that the log has seen change; one that never changed has held from the start. */
function ControlsPanel({ page }: { page: PowersPage }) {
  const { t, pick } = useTexts();
  const rows = Object.entries(page.controls);
  const rules = page.policy.forbid;
  if (rows.length === 0 && rules.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="power-controls">
      <div className="panel-title">
        <h2 id="power-controls">{t('powers.controls')}</h2>
      </div>
      <ul>
        {rows.map(([id, { level, why }]) => (
          <li key={id} className="border-b border-line px-3 py-2 last:border-b-0">
            <div className="flex flex-wrap items-center gap-2">
              <LevelChip level={level} />
              <span className="font-mono text-xs text-muted">{id}</span>
            </div>
            <p className="mt-0.5">{pick(why)}</p>
          </li>
        ))}
        {rules.map(({ id, says }) => (
          <li key={id} className="border-b border-line px-3 py-2 last:border-b-0">
            <span className="label">{t('powers.policyRule')}</span>
            <p>{pick(says)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
