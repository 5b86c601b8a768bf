/** The timeline with its three times. Corrections append, so every entry leads to the fact that it is. */
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import type { TimelineEntry } from '@sonae/core/nouns/incidents/views/timeline.ts';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Choice } from '../../ui/choice.tsx';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { Moment } from '../../ui/moment.tsx';
import { isPublicFact, kindOf, orderTimeline, TIMELINE_KINDS } from './timeline-order.ts';

const route = getRouteApi('/incidents/$id');

export function Timeline({ incident }: { incident: Incident }) {
  const { t } = useTexts();
  const { sort = 'happened', order = 'newest', kind = 'all' } = route.useSearch();
  const rows = orderTimeline(incident.timeline, kind, { by: sort, order });
  return (
    <section className="panel" aria-labelledby="timeline">
      <div className="panel-title">
        <h2 id="timeline" className="mr-2">
          {t('timeline.title')}
        </h2>
        <Filters />
      </div>
      {rows.length === 0 ? (
        <p className="p-3 text-muted">{t('timeline.none')}</p>
      ) : (
        <TimelineTable rows={rows} />
      )}
    </section>
  );
}

function Filters() {
  const { t } = useTexts();
  const { sort = 'happened', order = 'newest', kind = 'all' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1.5">
      <Choice
        label={t('timeline.sort')}
        options={(['happened', 'recorded'] as const).map((value) => ({
          value,
          text: t(`timeline.sort.${value}`),
        }))}
        value={sort}
        onChange={(next) => void navigate({ search: (prev) => ({ ...prev, sort: next }), replace: true })}
      />
      <Choice
        label={t('timeline.order')}
        options={(['newest', 'oldest'] as const).map((value) => ({
          value,
          text: t(`timeline.order.${value}`),
        }))}
        value={order}
        onChange={(next) => void navigate({ search: (prev) => ({ ...prev, order: next }), replace: true })}
      />
      <Choice
        label={t('timeline.kind')}
        options={TIMELINE_KINDS.map((value) => ({ value, text: t(`timeline.kind.${value}`) }))}
        value={kind}
        onChange={(next) => void navigate({ search: (prev) => ({ ...prev, kind: next }), replace: true })}
      />
    </div>
  );
}

function TimelineTable({ rows }: { rows: readonly TimelineEntry[] }) {
  const { t } = useTexts();
  return (
    <table className="data stack">
      <thead>
        <tr>
          {(['happened', 'discovered', 'recorded', 'what', 'actor', 'fact'] as const).map((column) => (
            <th key={column} scope="col">
              {t(`timeline.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((entry) => (
          <Row key={entry.seq} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ entry }: { entry: TimelineEntry }) {
  const { t, pick } = useTexts();
  const isPublic = isPublicFact(entry.fact);
  const kind = kindOf(entry.fact);
  return (
    <tr className="hover:bg-accent-soft/50">
      <td className="text-xs" data-label={t('timeline.happened')}>
        <Moment at={entry.happenedAt} stacked />
      </td>
      <td className="text-xs" data-label={t('timeline.discovered')}>
        <Moment at={entry.discoveredAt} stacked />
      </td>
      <td className="text-xs" data-label={t('timeline.recorded')}>
        <Moment at={entry.recordedAt} stacked />
      </td>
      <td className="max-sm:order-first sm:w-[48%]">
        <div>
          <div
            className={`[overflow-wrap:anywhere] ${
              kind === 'note'
                ? 'whitespace-pre-wrap'
                : kind === 'phase' || kind === 'severity'
                  ? 'font-semibold'
                  : ''
            }`}
          >
            {pick(entry.text)}
          </div>
          <div className="mt-1 flex flex-wrap items-center gap-2 text-2xs text-muted">
            {t(`timeline.kind.${kind}`)}
            <DisclosureMark isPublic={isPublic} text={t(isPublic ? 'common.public' : 'common.private')} />
          </div>
        </div>
      </td>
      <td className="text-xs" data-label={t('timeline.actor')}>
        {entry.actor}
      </td>
      <td data-label={t('timeline.fact')}>
        <Link data-row to="/log" search={{ seq: entry.seq }} className="link whitespace-nowrap">
          {entry.seq}
        </Link>
      </td>
    </tr>
  );
}
