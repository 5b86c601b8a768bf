/** The soonest legal clocks, on every screen of the console while any runs. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { clocksQuery } from '../response/response-queries.ts';
import { clockIcon, clockLook, TimeLeft } from './clock-chip.tsx';
import { stripClocks } from './clock-order.ts';

export function DeadlineStrip() {
  const { t, pick } = useTexts();
  const { data } = useQuery(clocksQuery);
  const { shown, more } = stripClocks(data?.clocks ?? [], data?.now ?? '');
  if (shown.length === 0) return null;
  return (
    <section aria-label={t('strip.label')} className="order-last w-full" data-strip>
      <ul className="flex items-center gap-1.5 sm:flex-wrap">
        {shown.map((clock, i) => (
          <li
            key={`${clock.subject}/${clock.instance}`}
            className={i === 0 ? 'min-w-0' : 'min-w-0 max-sm:hidden'}
          >
            <Link
              to="/clocks"
              search={{ subject: clock.subject }}
              title={`${pick(clock.title)} (${clock.citation})`}
              className={`flex max-w-[26rem] items-center gap-1.5 rounded-xs border px-2 py-0.5 text-xs hover:underline ${clockLook(clock.now)}`}
            >
              <Icon name={clockIcon(clock.now)} size={13} />
              <span className="whitespace-nowrap">{t(`clock.${clock.now}`)}</span>
              <span className="min-w-0 truncate font-normal text-ink">{pick(clock.title)}</span>
              <TimeLeft clock={clock} />
            </Link>
          </li>
        ))}
        <li className="shrink-0">
          <Link to="/clocks" className="link block py-0.5 text-xs whitespace-nowrap">
            {more === 0 ? t('strip.all') : t('strip.more', { count: more })}
          </Link>
        </li>
      </ul>
    </section>
  );
}
