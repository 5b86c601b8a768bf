/** Open incidents: severity, phase, how long, and who acted on them last. */
import type { IncidentSummary } from '@sonae/core/nouns/incidents/views/list.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { incidentQuery } from '../../queries.ts';
import { LevelChip } from '../../ui/level.tsx';
import { asLevel } from '../../ui/level-order.ts';
import { Moment, useNow } from '../../ui/moment.tsx';
import { durationText } from '../../ui/time-format.ts';
import { PhaseText, SeverityChip } from '../incidents/severity.tsx';
import { handsOf } from '../incidents/timeline-order.ts';

export function OpenIncidents({ incidents }: { incidents: readonly IncidentSummary[] }) {
  const { t } = useTexts();
  return (
    <section className="panel" aria-labelledby="open-incidents">
      <div className="panel-title">
        <h2 id="open-incidents">{t('overview.incidents')}</h2>
        {incidents.length === 0 ? null : <span className="label">{incidents.length}</span>}
      </div>
      {incidents.length === 0 ? <p className="p-3 text-muted">{t('overview.incidentsNone')}</p> : null}
      <ul>
        {incidents.map((incident) => (
          <li key={incident.id} data-incident={incident.id} className="border-b border-line last:border-b-0">
            <IncidentRow incident={incident} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function IncidentRow({ incident }: { incident: IncidentSummary }) {
  const { t, language } = useTexts();
  const now = useNow();
  const elapsed = durationText(now - Date.parse(incident.happenedAt), language);
  return (
    <Link data-row to="/incidents/$id" params={{ id: incident.id }} className="row-link">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <SeverityChip severity={incident.severity} />
        <span className="text-md font-semibold">{incident.title}</span>
      </div>
      <div className="mt-1.5 flex flex-wrap items-center gap-x-4 gap-y-1">
        <PhaseText phase={incident.phase} />
        <span className="font-medium">{t('overview.elapsed', { duration: elapsed })}</span>
        <span className="inline-flex items-center gap-1.5">
          <span className="label">{t('incidents.col.level')}</span>
          <LevelChip level={asLevel(incident.level)} />
        </span>
      </div>
      <p className="mt-1 flex flex-wrap gap-x-4 text-xs text-muted">
        <Hands id={incident.id} />
        <span>
          {incident.component} · <Moment at={incident.happenedAt} />
        </span>
      </p>
    </Link>
  );
}

/** Roles come later; until then the last person who acted is the honest answer. */
function Hands({ id }: { id: string }) {
  const { t } = useTexts();
  const { data } = useQuery(incidentQuery(id));
  if (data === undefined) return null;
  const actor = handsOf(data);
  return <span>{actor === null ? t('overview.noHands') : t('overview.hands', { actor })}</span>;
}
