/** Uses that are over, newest first, filtered by what they were and how they went; the filters stand in the address. */
import type { PowersPage } from '@sonae/core/app/api.ts';
import type { UseSummary } from '@sonae/core/nouns/authority/views/list.ts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Choice } from '../../ui/choice.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { HISTORY_OUTCOMES, HISTORY_STEPS, type HistoryOutcome, type HistoryStep } from './history-filter.ts';
import { isReviewOwed } from './legal-use-actions.ts';
import { PersonIds } from './person-ids.tsx';
import { UseStateChip, useStepWords } from './use-state-chip.tsx';

const route = getRouteApi('/powers');

const HAPPENED: readonly UseSummary['state'][] = ['executed', 'verified', 'lapsed', 'resumed'];

function isShown(use: UseSummary, step: HistoryStep, outcome: HistoryOutcome): boolean {
  if (step !== 'all' && use.step !== step) return false;
  if (outcome === 'all') return true;
  if (outcome === 'unreviewed') return isReviewOwed(use);
  return HAPPENED.includes(use.state) === (outcome === 'happened');
}

export function UseHistory({ page }: { page: PowersPage }) {
  const { t } = useTexts();
  const { step = 'all', outcome = 'all' } = route.useSearch();
  const navigate = route.useNavigate();
  const ended = page.uses.filter(({ endedAt }) => endedAt !== null);
  const rows = ended.filter((use) => isShown(use, step, outcome));
  return (
    <section className="panel" aria-labelledby="history">
      <div className="panel-title">
        <h2 id="history" className="mr-2">
          {t('powers.history')}
        </h2>
        <div className="flex flex-wrap gap-x-4 gap-y-1.5">
          <Choice
            label={t('history.step')}
            options={HISTORY_STEPS.map((value) => ({
              value,
              text: value === 'all' ? t('common.all') : t(`useStep.${value}`),
            }))}
            value={step}
            onChange={(next) => void navigate({ search: (prev) => ({ ...prev, step: next }), replace: true })}
          />
          <Choice
            label={t('history.outcome')}
            options={HISTORY_OUTCOMES.map((value) => ({
              value,
              text: value === 'all' ? t('common.all') : t(`history.${value}`),
            }))}
            value={outcome}
            onChange={(next) =>
              void navigate({ search: (prev) => ({ ...prev, outcome: next }), replace: true })
            }
          />
        </div>
      </div>
      {rows.length === 0 ? <p className="p-4 text-muted">{t('powers.historyNone')}</p> : null}
      {rows.length === 0 ? null : <HistoryTable page={page} rows={rows} />}
    </section>
  );
}

function HistoryTable({ page, rows }: { page: PowersPage; rows: readonly UseSummary[] }) {
  const { t } = useTexts();
  return (
    <table className="data stack">
      <thead>
        <tr>
          {(['state', 'what', 'signed', 'asked', 'ended', 'review'] as const).map((column) => (
            <th key={column} scope="col">
              {t(`history.col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((use) => (
          <HistoryRow key={use.id} use={use} page={page} />
        ))}
      </tbody>
    </table>
  );
}

function HistoryRow({ use, page }: { use: UseSummary; page: PowersPage }) {
  const { t, pick } = useTexts();
  const stepWords = useStepWords();
  const power = page.powers.find((view) => view.power.id === use.power)?.power;
  const target = power?.targets.find(({ id }) => id === use.target);
  return (
    <tr className="hover:bg-accent-soft/50">
      <td>
        <UseStateChip state={use.state} step={use.step} />
      </td>
      <td>
        <div>
          <Link data-row to="/powers/uses/$id" params={{ id: use.id }} className="link font-semibold">
            {t('use.title', {
              step: stepWords(use.step),
              power: power === undefined ? use.power : pick(power.says),
            })}
          </Link>
          <div className="text-xs text-muted">{target === undefined ? use.target : pick(target.says)}</div>
        </div>
      </td>
      <td data-label={t('history.col.signed')} className="font-mono text-xs">
        {use.approvers.length === 0 ? '–' : <PersonIds ids={use.approvers} />}
      </td>
      <td data-label={t('history.col.asked')} className="text-xs">
        <Moment at={use.requestedAt} stacked />
      </td>
      <td data-label={t('history.col.ended')} className="text-xs">
        <Moment at={use.endedAt} stacked />
      </td>
      <td data-label={t('history.col.review')} className="text-xs">
        <Reviewed use={use} />
      </td>
    </tr>
  );
}

function Reviewed({ use }: { use: UseSummary }) {
  const { t } = useTexts();
  if (use.reviewed)
    return (
      <span className="inline-flex items-center gap-1 text-ok">
        <Icon name="ok" size={12} />
        {t('review.done')}
      </span>
    );
  if (use.reviewMissed)
    return (
      <span className="inline-flex items-center gap-1 font-semibold text-watch">
        <Icon name="watch" size={12} />
        {t('review.overdue')}
      </span>
    );
  return <span className="text-muted">{isReviewOwed(use) ? t('review.open') : '–'}</span>;
}
