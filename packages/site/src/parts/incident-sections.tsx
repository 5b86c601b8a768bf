/**
 * Incidents as the public hears of them: current ones first, each update in plain words with the fact behind
 * it.
 */
import { useTexts } from '../i18n/language.ts';
import {
  type PublicIncident,
  type PublicStatus,
  type PublicUpdate,
  type Severity,
  updateKind,
} from '../status.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Moment } from '../ui/moment.tsx';
import { durationText } from '../ui/time-format.ts';
import { IncidentReport } from './incident-report.tsx';

const LOOK: Readonly<Record<Severity, { icon: IconName; className: string }>> = {
  critical: { icon: 'critical', className: 'border-critical bg-critical-soft text-critical' },
  major: { icon: 'warning', className: 'border-warning bg-warning-soft text-warning' },
  minor: { icon: 'watch', className: 'border-watch bg-watch-soft text-watch' },
  pending: { icon: 'clock', className: 'border-critical border-dashed text-critical' },
};

export function IncidentSections({ status }: { status: PublicStatus }) {
  const { t } = useTexts();
  const current = status.incidents.filter(({ endedAt }) => endedAt === null);
  const past = status.incidents.filter(({ endedAt }) => endedAt !== null);
  return (
    <>
      <section aria-labelledby="current">
        <h2 id="current">{t('incidents.now')}</h2>
        {current.length === 0 ? <p className="mt-2 text-muted">{t('incidents.nowNone')}</p> : null}
        {current.map((incident) => (
          <IncidentCard key={incident.id} incident={incident} status={status} />
        ))}
      </section>
      <section aria-labelledby="past">
        <h2 id="past">{t('incidents.past')}</h2>
        {past.length === 0 ? <p className="mt-2 text-muted">{t('incidents.pastNone')}</p> : null}
        {past.map((incident) => (
          <IncidentCard key={incident.id} incident={incident} status={status} />
        ))}
      </section>
    </>
  );
}

function IncidentCard({ incident, status }: { incident: PublicIncident; status: PublicStatus }) {
  const { t, pick, language } = useTexts();
  const { severity, startedAt, endedAt, updates } = incident;
  const component = status.components.find(({ id }) => id === incident.component);
  const lasted = durationText(Date.parse(endedAt ?? status.now) - Date.parse(startedAt), language);
  return (
    <article className="panel mt-2">
      <header className="border-b border-line px-4 py-3">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1.5">
          <span
            className={`inline-flex items-center gap-1 rounded-xs border px-1.5 text-xs leading-5 font-medium ${LOOK[severity].className}`}
          >
            <Icon name={LOOK[severity].icon} size={13} />
            {t(`severity.${severity}`)}
          </span>
          <h3 className="min-w-0 flex-1 basis-56 font-semibold">{incident.title}</h3>
          <span className="ml-auto font-medium whitespace-nowrap">{t(`phase.${incident.phase}`)}</span>
        </div>
        <p className="mt-1.5 flex flex-wrap gap-x-4 text-sm text-muted">
          <span>
            {t('incidents.component', {
              component: component === undefined ? incident.component : pick(component.name),
            })}
          </span>
          <Moment at={startedAt} />
          <span>{t(endedAt === null ? 'incidents.since' : 'incidents.lasted', { duration: lasted })}</span>
        </p>
      </header>
      <ol className="px-4 py-1.5">
        {updates
          .map((update, i) => <Update key={update.seq} update={update} earlier={updates[i - 1]} />)
          .reverse()}
      </ol>
      {incident.report === null ? null : <IncidentReport report={incident.report} />}
    </article>
  );
}

function Update({ update, earlier }: { update: PublicUpdate; earlier: PublicUpdate | undefined }) {
  const { t } = useTexts();
  const kind = updateKind(update, earlier);
  const text =
    kind === 'severity'
      ? t('update.severity', { severity: t(`severity.${update.severity}`) })
      : t(`update.${kind}`);
  return (
    <li className="grid gap-x-4 py-1.5 sm:grid-cols-[17rem_minmax(0,1fr)_auto]">
      <span className="text-sm">
        <Moment at={update.at} />
      </span>
      <span>{text}</span>
      <a href={`?fact=${update.seq}#fact-${update.seq}`} className="link text-sm whitespace-nowrap">
        {t('incidents.proof', { seq: update.seq })}
      </a>
    </li>
  );
}
