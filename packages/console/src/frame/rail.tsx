/** The rooms: a rail beside the page, or a bar below it on small screens. */
import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { changeLanguage, useTexts } from '../i18n/language.ts';
import { useOverlay } from '../overlays.ts';
import { changeTheme, THEMES, useTheme } from '../preferences.ts';
import { alarmsQuery, overviewQuery, powersQuery } from '../queries.ts';
import { waitingForJudgement } from '../rooms/intake/inbox-order.ts';
import { reachQuery } from '../rooms/reach/reach-queries.ts';
import { Icon, Mark } from '../ui/icon.tsx';
import type { Language } from '../ui/time-format.ts';

const ROOMS = [
  { to: '/', room: 'overview', key: 'g o', exact: true },
  { to: '/pegs', room: 'pegs', key: 'g p', exact: false },
  { to: '/intake', room: 'intake', key: 'g a', exact: false },
  { to: '/incidents', room: 'incidents', key: 'g i', exact: false },
  { to: '/comms', room: 'comms', key: 'g c', exact: false },
  { to: '/clocks', room: 'clocks', key: 'g t', exact: false },
  { to: '/reach', room: 'reach', key: 'g e', exact: false },
  { to: '/powers', room: 'powers', key: 'g w', exact: false },
  { to: '/books', room: 'books', key: 'g j', exact: false },
  { to: '/custody', room: 'custody', key: 'g k', exact: false },
  { to: '/reserves', room: 'reserves', key: 'g v', exact: false },
  { to: '/proof', room: 'proof', key: 'g u', exact: false },
  { to: '/plans', room: 'plans', key: 'g b', exact: false },
  { to: '/learning', room: 'learning', key: 'g r', exact: false },
  { to: '/log', room: 'log', key: 'g l', exact: false },
] as const;

const LINK =
  'flex items-center gap-2.5 rounded-xs px-2.5 py-2 text-muted hover:bg-accent-soft hover:text-ink sm:py-1.5 ' +
  'max-sm:min-w-16 max-sm:flex-1 max-sm:flex-col max-sm:gap-0.5 max-sm:px-1 max-sm:text-2xs ' +
  'aria-[current=page]:bg-accent-soft aria-[current=page]:font-semibold aria-[current=page]:text-accent';

export function Rail() {
  const { t } = useTexts();
  const bar = useRef<HTMLElement>(null);
  const path = useLocation({ select: ({ pathname }) => pathname });
  // On a phone the bar scrolls sideways: the room that is open must be seen on it.
  useEffect(() => {
    const open = path === '' ? null : bar.current?.querySelector('[aria-current=page]');
    open?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [path]);
  return (
    <aside
      aria-label={t('app.name')}
      data-chrome
      className="z-30 border-line bg-panel max-sm:fixed max-sm:inset-x-0 max-sm:bottom-0 max-sm:border-t sm:sticky sm:top-0 sm:flex sm:h-dvh sm:flex-col sm:border-r"
    >
      <Link to="/" className="flex h-11 items-center gap-2.5 px-3.5 text-md font-semibold max-sm:hidden">
        <Mark />
        {t('app.name')}
      </Link>
      <nav
        ref={bar}
        aria-label={t('nav.label')}
        className="flex gap-0.5 p-1 max-sm:overflow-x-auto sm:flex-col sm:px-2"
      >
        {ROOMS.map(({ to, room, key, exact }) => (
          <Link key={to} to={to} className={LINK} activeOptions={{ exact, includeSearch: false }}>
            <Icon name={room} size={16} />
            <span className="whitespace-nowrap sm:flex-1">{t(`nav.${room}`)}</span>
            <OpenCount room={room} />
            <kbd className="text-2xs whitespace-nowrap text-muted max-sm:hidden">{key}</kbd>
          </Link>
        ))}
      </nav>
      <div className="mt-auto flex flex-col gap-2 border-t border-line p-3 max-sm:hidden">
        <a href="/status/" className="flex items-center gap-2 py-0.5 text-muted hover:text-ink">
          <Icon name="public" />
          {t('nav.site')}
        </a>
        <HelpButton />
        <Preferences />
      </div>
    </aside>
  );
}

/** How much is open in a room, beside its name: incidents, and uses of powers that wait for signatures. */
function OpenCount({ room }: { room: string }) {
  const { t } = useTexts();
  const { data } = useQuery(overviewQuery);
  const { data: page } = useQuery(powersQuery);
  const { data: inbox } = useQuery(alarmsQuery);
  const { data: reach } = useQuery(reachQuery);
  const counts: Readonly<Record<string, number>> = {
    incidents: data?.incidents.length ?? 0,
    powers: page?.uses.filter(({ state }) => state === 'requested').length ?? 0,
    intake: waitingForJudgement(inbox?.groups ?? []),
    reach: reach?.open.length ?? 0,
  };
  const count = counts[room] ?? 0;
  if (count === 0) return null;
  return (
    <span
      className="rounded-xs bg-critical-soft px-1.5 text-2xs font-semibold text-critical max-sm:hidden"
      title={
        room === 'powers'
          ? t('nav.powersWaiting')
          : room === 'intake'
            ? t('nav.intakeFiring')
            : room === 'reach'
              ? t('nav.callsOpen')
              : undefined
      }
    >
      {count}
    </span>
  );
}

function HelpButton() {
  const { t } = useTexts();
  const show = useOverlay();
  return (
    <button
      type="button"
      className="flex items-center gap-2 py-0.5 text-muted hover:text-ink"
      onClick={() => show('help')}
    >
      <Icon name="keys" />
      <span className="flex-1 text-start">{t('nav.help')}</span>
      <kbd className="text-2xs">?</kbd>
    </button>
  );
}

export function Preferences() {
  const { t, language } = useTexts();
  const theme = useTheme();
  const select = 'min-h-7 min-w-0 rounded-xs sm:flex-1 border border-edge bg-panel px-1 text-xs text-ink';
  return (
    <div className="flex gap-1.5">
      <select
        aria-label={t('nav.language')}
        className={select}
        value={language}
        onChange={(event) => changeLanguage(event.target.value as Language)}
      >
        <option value="ja">日本語</option>
        <option value="en">English</option>
      </select>
      <select
        aria-label={t('nav.theme')}
        className={select}
        value={theme}
        onChange={(event) => changeTheme(THEMES.find((known) => known === event.target.value) ?? 'system')}
      >
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {t(`theme.${name}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
