/** Powers on the first screen: what is stopped or about to be, how many signatures are missing, and until when. */
import type { PowersPage } from '@sonae/core/app/api.ts';
import type { UseSummary } from '@sonae/core/nouns/authority/views/list.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { powersQuery } from '../../queries.ts';
import { DemonstrationMark } from './demonstration-mark.tsx';
import { neededFor } from './legal-use-actions.ts';
import { UseClock } from './use-card.tsx';
import { isOpenUse } from './use-path.ts';
import { UseStateChip, useStepWords } from './use-state-chip.tsx';

export function PowersInUse() {
  const { t } = useTexts();
  const { data: page } = useQuery(powersQuery);
  if (page === undefined || page.founding === '') return null;
  const open = page.uses.filter(isOpenUse);
  return (
    <section className="panel" aria-labelledby="powers-in-use">
      <div className="panel-title">
        <h2 id="powers-in-use">{t('overview.powers')}</h2>
        {open.length === 0 ? null : <span className="label">{open.length}</span>}
        {page.demonstration ? <DemonstrationMark /> : null}
      </div>
      {open.length === 0 ? (
        <p className="p-3 text-muted">
          <Link to="/powers" className="link">
            {t('overview.powersNone', { count: page.powers.length })}
          </Link>
        </p>
      ) : null}
      <ul>
        {open.map((use) => (
          <li key={use.id} className="border-b border-line last:border-b-0">
            <Row use={use} page={page} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ use, page }: { use: UseSummary; page: PowersPage }) {
  const { t, pick } = useTexts();
  const stepWords = useStepWords();
  const view = page.powers.find(({ power }) => power.id === use.power);
  const power = view === undefined ? use.power : pick(view.power.says);
  return (
    <Link data-row to="/powers/uses/$id" params={{ id: use.id }} className="row-link">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <UseStateChip state={use.state} step={use.step} />
        <span className="text-md font-semibold">{t('use.title', { step: stepWords(use.step), power })}</span>
      </div>
      <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1">
        {view === undefined || use.state !== 'requested' ? null : (
          <span className="font-medium">
            {t('use.signedOf', {
              count: use.approvers.length,
              needed: neededFor(view.power, use.step),
            })}
          </span>
        )}
        <UseClock use={use} />
      </div>
    </Link>
  );
}
