/**
 * The emergency card of an incident: powers that may be used for it now, or are in use for it, with who must still sign
 * and the one button that moves them on.
 */
import type { PowersPage, PowerView } from '@sonae/core/app/api.ts';
import type { UseSummary } from '@sonae/core/nouns/authority/views/list.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { powersQuery } from '../../queries.ts';
import { Icon } from '../../ui/icon.tsx';
import { useNow } from '../../ui/moment.tsx';
import { ApprovalTicks } from './approval-ticks.tsx';
import { DemonstrationMark } from './demonstration-mark.tsx';
import { mayStillSign, neededFor } from './legal-use-actions.ts';
import { PersonIds } from './person-ids.tsx';
import { RequestDialog } from './request-dialog.tsx';
import { UseClock, UseLink } from './use-card.tsx';
import { isOpenUse } from './use-path.ts';
import { UseStateChip, useStepWords } from './use-state-chip.tsx';

type Row = { readonly view: PowerView; readonly uses: readonly UseSummary[] };

/** @param isOver the incident is closed: only what was used for it is still of interest */
export function rowsFor(page: PowersPage, incident: string, isOver: boolean): Row[] {
  const rows = page.powers.map((view): Row => {
    const own = page.uses.filter((use) => use.power === view.power.id && use.incident === incident);
    return { view, uses: own };
  });
  return rows.filter(({ view, uses }) => {
    const isCalledFor = !isOver && view.power.activation !== null && view.criteriaMet;
    return uses.length > 0 || isCalledFor;
  });
}

export function EmergencyCard({ incident, isOver }: { incident: string; isOver: boolean }) {
  const { t } = useTexts();
  const { data: page } = useQuery(powersQuery);
  const [asking, setAsking] = useState<PowerView | null>(null);
  if (page === undefined) return null;
  const rows = rowsFor(page, incident, isOver);
  if (rows.length === 0) return null;
  const isCalm = isOver && rows.every(({ uses }) => !uses.some(isOpenUse));
  return (
    <section className={`panel ${isCalm ? '' : 'border-critical'}`} aria-labelledby="emergency">
      <div className="panel-title">
        <span className={isCalm ? 'text-muted' : 'text-critical'}>
          <Icon name="powers" size={16} />
        </span>
        <h2 id="emergency">{t('emergency.title')}</h2>
        {page.demonstration ? <DemonstrationMark /> : null}
      </div>
      <ul>
        {rows.map((row) => (
          <li key={row.view.power.id} className="border-b border-line px-3 py-2.5 last:border-b-0">
            <PowerRow row={row} isOver={isOver} onRequest={() => setAsking(row.view)} />
          </li>
        ))}
      </ul>
      <RequestDialog view={asking} onClose={() => setAsking(null)} incident={incident} />
    </section>
  );
}

function PowerRow({ row, isOver, onRequest }: { row: Row; isOver: boolean; onRequest: () => void }) {
  const { t, pick } = useTexts();
  const { view, uses } = row;
  const open = uses.filter(isOpenUse);
  const isFree = !isOver && view.criteriaMet && view.inUse.length === 0;
  return (
    <div className="flex flex-col gap-2">
      <div>
        <h3 className="font-semibold">{pick(view.power.says)}</h3>
        <p className="text-xs text-muted">{pick(view.power.does)}</p>
      </div>
      {open.map((use) => (
        <OpenUse key={use.id} use={use} view={view} />
      ))}
      {uses
        .filter((use) => !isOpenUse(use))
        .map((use) => (
          <PastUse key={use.id} use={use} />
        ))}
      {isFree ? (
        <>
          <p className="text-xs">
            {t('request.takes', { count: view.power.quorum, of: view.able.length })}{' '}
            <PersonIds ids={view.able} />
          </p>
          <button type="button" className="btn btn-grave self-start" onClick={onRequest}>
            <Icon name="powers" />
            {t('power.request')}
          </button>
        </>
      ) : null}
    </div>
  );
}

function OpenUse({ use, view }: { use: UseSummary; view: PowerView }) {
  const stepWords = useStepWords();
  const now = useNow();
  const missing = mayStillSign(view, use, now);
  return (
    <div className="flex flex-col items-start gap-1.5">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <UseStateChip state={use.state} step={use.step} />
        {stepWords(use.step)}
      </p>
      <ApprovalTicks
        signed={use.approvers}
        needed={neededFor(view.power, use.step)}
        missing={missing.length === 0 ? null : missing}
      />
      <UseClock use={use} />
      <UseLink use={use} view={view} />
    </div>
  );
}

function PastUse({ use }: { use: UseSummary }) {
  const { t } = useTexts();
  const stepWords = useStepWords();
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
      <UseStateChip state={use.state} step={use.step} />
      <Link to="/powers/uses/$id" params={{ id: use.id }} className="link">
        {t('emergency.last', { step: stepWords(use.step) })}
      </Link>
    </p>
  );
}
