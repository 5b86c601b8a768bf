/**
 * Every component by group, with its state and ninety days as bars. A bar says by height and colour what it says in
 * words; where nothing was recorded, nothing is claimed.
 */
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { durationText } from '../ui/time-format.ts';
import { LOOK } from './look.ts';
import { type Day, groupsOf, type PageComponent, uptimeText } from './page-data.ts';

export function ComponentsBoard({ components }: { components: readonly PageComponent[] }) {
  const { t, pick } = useTexts();
  return (
    <section aria-labelledby="services">
      <h2 id="services">{t('board.title')}</h2>
      {groupsOf(components).map(([group, members]) => (
        <section key={group.en} className="panel mt-2" aria-label={pick(group)}>
          <h3 className="border-b border-line px-4 py-2 text-sm font-semibold text-muted">{pick(group)}</h3>
          <ul>
            {members.map((component) => (
              <ComponentLine key={component.id} component={component} />
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

function ComponentLine({ component }: { component: PageComponent }) {
  const { t, pick } = useTexts();
  const { status, recordedSince, uptime } = component;
  return (
    <li className="border-b border-line px-4 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <span className="flex-1">{pick(component.name)}</span>
        <span className={`inline-flex items-center gap-1.5 ${LOOK[status].ink}`}>
          <Icon name={LOOK[status].icon} />
          {t(`status.${status}`)}
        </span>
      </div>
      {recordedSince === '' ? null : (
        <>
          <Bars days={component.days} />
          <p className="flex justify-between text-xs text-muted">
            <span>{t('board.since', { date: recordedSince.slice(0, 10) })}</span>
            <span>{uptime === null ? null : t('board.uptime', { uptime: uptimeText(uptime) })}</span>
          </p>
        </>
      )}
    </li>
  );
}

const dayBefore = (index: number, count: number): number => count - 1 - index;

function Bars({ days }: { days: readonly (Day | null)[] }) {
  const { t } = useTexts();
  return (
    <ol className="mt-1.5 flex h-7 items-end gap-px" aria-label={t('board.days')}>
      {days.map((day, i) => (
        <Bar key={dayBefore(i, days.length)} day={day} />
      ))}
    </ol>
  );
}

function Bar({ day }: { day: Day | null }) {
  const { t, language } = useTexts();
  if (day === null)
    return (
      <li className="h-1 flex-1 bg-line">
        <span className="sr-only">{t('board.unrecorded')}</span>
      </li>
    );
  const status = t(`status.${day.worst}`);
  const lasted = day.impairedMs === 0 ? '' : ` ${durationText(day.impairedMs, language)}`;
  const text = `${day.date}: ${status}${lasted}`;
  return (
    <li className={`flex-1 ${LOOK[day.worst].height} ${LOOK[day.worst].fill}`} title={text}>
      <span className="sr-only">{text}</span>
    </li>
  );
}
