/**
 * The line above every room: how each peg stands, what time it is for the server, whether we are live, and
 * Declare.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../i18n/language.ts';
import { useLive } from '../live.ts';
import { useOverlay } from '../overlays.ts';
import { overviewQuery } from '../queries.ts';
import { DeadlineStrip } from '../rooms/clocks/deadline-strip.tsx';
import { Icon, Mark } from '../ui/icon.tsx';
import { LEVEL_INK } from '../ui/level.tsx';
import { shownLevel } from '../ui/level-order.ts';
import { Moment, useNow } from '../ui/moment.tsx';
import { priceText } from '../ui/number-format.ts';

export function StatusLine() {
  const { t } = useTexts();
  const show = useOverlay();
  return (
    <header
      data-chrome
      className="sticky top-0 z-20 flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line bg-panel px-3 py-1.5 sm:px-4"
    >
      <span className="sm:hidden">
        <Mark />
      </span>
      <Pegs />
      <div className="flex items-center gap-2 max-sm:ml-auto sm:order-3">
        <button
          type="button"
          className="btn max-sm:px-2"
          onClick={() => show('palette')}
          aria-keyshortcuts="Control+K Meta+K"
        >
          <Icon name="search" />
          <span className="text-muted max-lg:sr-only">{t('nav.palette')}</span>
          <span className="kbd max-lg:hidden" aria-hidden="true">
            Ctrl K
          </span>
        </button>
        <button type="button" className="btn btn-grave" onClick={() => show('declare')} aria-keyshortcuts="d">
          <Icon name="incidents" />
          <span className="max-lg:hidden">{t('nav.declare')}</span>
          <span className="lg:hidden">{t('nav.declareShort')}</span>
        </button>
      </div>
      <div className="flex items-center gap-3 text-xs max-sm:w-full max-sm:justify-between sm:ml-auto">
        <Present />
        <Line />
      </div>
      <DeadlineStrip />
    </header>
  );
}

function Pegs() {
  const { t } = useTexts();
  const { data } = useQuery(overviewQuery);
  const { tick } = useLive();
  return (
    <ul className="flex flex-wrap gap-x-4">
      {(data?.assets ?? []).map((summary) => {
        const { asset } = summary;
        const { level: recorded, price } = tick?.assets[asset] ?? summary;
        const level = shownLevel(recorded, price);
        return (
          <li key={asset}>
            <Link
              to="/pegs/$asset"
              params={{ asset }}
              className={`flex items-center gap-1.5 rounded-xs py-1 ${LEVEL_INK[level]}`}
            >
              <Icon name={level} />
              <span className="font-semibold">{asset}</span>
              <span className="text-ink">{price === null ? t('peg.noPrice') : priceText(price)}</span>
              <span>{t(`level.${level}`)}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function Present() {
  const now = useNow();
  const { data } = useQuery(overviewQuery);
  if (data === undefined) return null;
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      <Icon name={data.clock.kind === 'live' ? 'clock' : 'replay'} />
      <Moment at={now} style={data.clock.kind === 'live' ? 'seconds' : 'clock'} />
    </span>
  );
}

/** Whether events arrive. A broken line says so and since when: the screen may be old. */
function Line() {
  const { t } = useTexts();
  const { line } = useLive();
  const look = { open: 'text-ok', connecting: 'text-muted', broken: 'text-blind' }[line];
  return (
    <span className={`flex shrink-0 items-center gap-1 whitespace-nowrap ${look}`} role="status">
      <Icon name={line === 'broken' ? 'blind' : 'signal'} />
      {t(`live.${line}`)}
    </span>
  );
}
