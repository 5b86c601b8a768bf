/** Incidents as a list: open ones or all, by severity. */
import type { IncidentSummary } from '@sonae/core/nouns/incidents/views/list.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { incidentsQuery } from '../../queries.ts';
import { Choice } from '../../ui/choice.tsx';
import { LevelChip } from '../../ui/level.tsx';
import { asLevel } from '../../ui/level-order.ts';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { isOpen } from './legal-actions.ts';
import { PhaseText, SEVERITIES, SeverityChip } from './severity.tsx';

const route = getRouteApi('/incidents');

export function IncidentsRoom() {
  const { t } = useTexts();
  const { phase = 'open', severity = 'all' } = route.useSearch();
  const { data, error, refetch } = useQuery(incidentsQuery(phase));
  const rows = (data?.incidents ?? []).filter(
    (incident) => severity === 'all' || incident.severity === severity,
  );
  return (
    <section className="panel" aria-labelledby="incidents">
      <div className="panel-title">
        <h1 id="incidents" className="mr-2">
          {t('incidents.title')}
        </h1>
        <Filters />
      </div>
      {data === undefined ? (
        error === null ? (
          <Reading />
        ) : (
          <ReadFailure error={error} onRetry={() => void refetch()} />
        )
      ) : null}
      {data !== undefined && rows.length === 0 ? (
        <p className="p-4 text-muted">{t('incidents.none')}</p>
      ) : null}
      {rows.length === 0 ? null : <IncidentTable rows={rows} />}
    </section>
  );
}

function Filters() {
  const { t } = useTexts();
  const { phase = 'open', severity = 'all' } = route.useSearch();
  const navigate = route.useNavigate();
  const severities = ['all', ...SEVERITIES] as const;
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1.5">
      <Choice
        label={t('incidents.phase')}
        options={(['open', 'all'] as const).map((value) => ({ value, text: t(`incidents.phase.${value}`) }))}
        value={phase}
        onChange={(next) => void navigate({ search: (prev) => ({ ...prev, phase: next }), replace: true })}
      />
      <Choice
        label={t('incidents.severityFilter')}
        options={severities.map((value) => ({
          value,
          text: value === 'all' ? t('common.all') : t(`severity.${value}`),
        }))}
        value={severity}
        onChange={(next) => void navigate({ search: (prev) => ({ ...prev, severity: next }), replace: true })}
      />
    </div>
  );
}

function IncidentTable({ rows }: { rows: readonly IncidentSummary[] }) {
  const { t } = useTexts();
  return (
    <table className="data stack">
      <thead>
        <tr>
          {(['severity', 'title', 'component', 'phase', 'level', 'happened', 'elapsed'] as const).map(
            (column) => (
              <th key={column} scope="col">
                {t(`incidents.col.${column}`)}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((incident) => (
          <IncidentRow key={incident.id} incident={incident} />
        ))}
      </tbody>
    </table>
  );
}

function IncidentRow({ incident }: { incident: IncidentSummary }) {
  const { t } = useTexts();
  return (
    <tr className="hover:bg-accent-soft/50" data-incident={incident.id}>
      <td>
        <SeverityChip severity={incident.severity} />
      </td>
      <td>
        <Link data-row to="/incidents/$id" params={{ id: incident.id }} className="link font-semibold">
          {incident.title}
        </Link>
      </td>
      <td data-label={t('incidents.col.component')}>{incident.component}</td>
      <td data-label={t('incidents.col.phase')}>
        <PhaseText phase={incident.phase} />
      </td>
      <td data-label={t('incidents.col.level')}>
        {isOpen(incident.phase) ? (
          <LevelChip level={asLevel(incident.level)} />
        ) : (
          <span className="text-muted">–</span>
        )}
      </td>
      <td data-label={t('incidents.col.happened')} className="text-xs">
        <Moment at={incident.happenedAt} stacked />
      </td>
      <td data-label={t('incidents.col.elapsed')}>
        <Elapsed from={incident.happenedAt} to={incident.endedAt} />
      </td>
    </tr>
  );
}
