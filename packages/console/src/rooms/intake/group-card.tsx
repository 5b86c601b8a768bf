/** One component: how bad it is, what became of it, and its alarms in the words of their monitors. */
import type { AlarmGroupView } from '@sonae/core/app/api.ts';
import type { ListedAlarm } from '@sonae/core/nouns/sentinels/views/list.ts';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { LevelChip } from '../../ui/level.tsx';
import { Elapsed, Moment, READER_ZONE, useNow } from '../../ui/moment.tsx';
import { momentParts } from '../../ui/time-format.ts';
import { PhaseText } from '../incidents/severity.tsx';
import { firingOf, hostOf, mayJudge, SHOWN_AT_ONCE } from './inbox-order.ts';

type Props = {
  readonly group: AlarmGroupView;
  readonly isPending: boolean;
  readonly onVerify: () => void;
  readonly onDismiss: () => void;
};

export function GroupCard({ group, isPending, onVerify, onDismiss }: Props) {
  const { t } = useTexts();
  const { incident, alarms } = group;
  const head = <GroupHead group={group} />;
  return (
    <div>
      <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 pr-3">
        {incident === null ? (
          <div data-row tabIndex={-1} className="row-link min-w-0 flex-1">
            {head}
          </div>
        ) : (
          <Link data-row to="/incidents/$id" params={{ id: incident.id }} className="row-link min-w-0 flex-1">
            {head}
          </Link>
        )}
        {mayJudge(group) ? (
          <div className="flex gap-1.5 max-sm:px-3 max-sm:pb-2">
            {incident?.phase === 'suspected' ? (
              <button type="button" className="btn" disabled={isPending} onClick={onVerify}>
                {t('intake.verify')}
              </button>
            ) : null}
            <button type="button" className="btn" disabled={isPending} onClick={onDismiss}>
              {t('intake.dismiss')}
            </button>
          </div>
        ) : null}
      </div>
      <AlarmTable alarms={alarms.slice(0, SHOWN_AT_ONCE)} />
      {alarms.length <= SHOWN_AT_ONCE ? null : (
        <details className="border-t border-line">
          <summary className="px-3 py-1.5 text-muted">
            {t('intake.more', { count: alarms.length - SHOWN_AT_ONCE })}
          </summary>
          <AlarmTable alarms={alarms.slice(SHOWN_AT_ONCE)} />
        </details>
      )}
    </div>
  );
}

function GroupHead({ group }: { group: AlarmGroupView }) {
  const { t } = useTexts();
  const { component, level, incident, isWaiting, mutedBy } = group;
  const now = useNow();
  const count = firingOf(group);
  const until = mutedBy === null ? '' : momentParts(Date.parse(mutedBy.to), READER_ZONE, now, 'clock').local;
  return (
    <>
      <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <LevelChip level={level} />
        <span className="min-w-0 text-md font-semibold [overflow-wrap:anywhere]">{component}</span>
        <span className={count === 0 ? 'text-muted' : ''}>
          {count === 0 ? t('intake.quiet') : t('intake.firing', { count })}
        </span>
        {incident === null ? (
          <span className="text-muted">{t('intake.noIncident')}</span>
        ) : (
          <PhaseText phase={incident.phase} />
        )}
      </span>
      {isWaiting ? <span className="mt-1 block text-xs text-muted">{t('intake.waiting')}</span> : null}
      {mutedBy === null ? null : (
        <span className="mt-1 flex items-start gap-1.5 text-xs text-muted" title={t('intake.mutedWhy')}>
          <Icon name="clock" size={13} />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {t('intake.muted', { time: until, owner: mutedBy.owner })}
          </span>
        </span>
      )}
    </>
  );
}

/** Fixed, so that the alarms of all components stand in the same columns. */
const WIDTHS = [
  ['alarm', 'w-[30%]'],
  ['severity', 'w-[20%]'],
  ['source', 'w-[13%]'],
  ['since', 'w-[16%]'],
  ['lasted', 'w-[14%]'],
  ['fact', 'w-[7%]'],
] as const;

function AlarmTable({ alarms }: { alarms: readonly ListedAlarm[] }) {
  const { t } = useTexts();
  if (alarms.length === 0) return null;
  return (
    <table className="data stack sm:table-fixed">
      <colgroup>
        {WIDTHS.map(([column, width]) => (
          <col key={column} className={width} />
        ))}
      </colgroup>
      <thead className="sr-only">
        <tr>
          {WIDTHS.map(([column]) => (
            <th key={column} scope="col">
              {t(`intake.col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {alarms.map((alarm) => (
          <AlarmRow key={`${alarm.source}/${alarm.fingerprint}`} alarm={alarm} />
        ))}
      </tbody>
    </table>
  );
}

function AlarmRow({ alarm }: { alarm: ListedAlarm }) {
  const { t } = useTexts();
  const { title, level, severity, source, startsAt, endsAt, link, seq } = alarm;
  const host = hostOf(link);
  return (
    <tr className={endsAt === null ? '' : 'text-muted'}>
      <td>
        <div className="[overflow-wrap:anywhere]">{title}</div>
        {link === null || host === null ? null : (
          <a
            href={link}
            target="_blank"
            rel="noopener noreferrer"
            className="link inline-flex items-center gap-1 text-2xs"
          >
            <Icon name="out" size={11} />
            <span className="sr-only">{t('intake.page')}: </span>
            {host}
          </a>
        )}
      </td>
      <td data-label={t('intake.col.severity')}>
        <span className="inline-flex flex-wrap items-center gap-1.5">
          {endsAt === null ? <LevelChip level={level} /> : <span>{t('intake.over')}</span>}
          <span className="font-mono text-2xs [overflow-wrap:anywhere]">{severity}</span>
        </span>
      </td>
      <td data-label={t('intake.col.source')} className="font-mono text-xs [overflow-wrap:anywhere]">
        {source}
      </td>
      <td data-label={t('intake.col.since')} className="text-xs">
        <Moment at={startsAt} stacked />
      </td>
      <td data-label={t('intake.col.lasted')} className="text-xs">
        <Elapsed from={startsAt} to={endsAt} />
      </td>
      <td data-label={t('intake.col.fact')}>
        <Link to="/log" search={{ seq }} className="link whitespace-nowrap">
          {seq}
        </Link>
      </td>
    </tr>
  );
}
