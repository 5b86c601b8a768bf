/**
 * Our own icons, drawn on a 16-unit grid with one stroke. Decorative: the text beside them carries the
 * meaning.
 */
import type { ReactNode } from 'react';

export type IconName =
  | 'ok'
  | 'watch'
  | 'warning'
  | 'critical'
  | 'blind'
  | 'overview'
  | 'pegs'
  | 'intake'
  | 'incidents'
  | 'comms'
  | 'reach'
  | 'clocks'
  | 'books'
  | 'custody'
  | 'reserves'
  | 'proof'
  | 'plans'
  | 'learning'
  | 'pause'
  | 'log'
  | 'public'
  | 'private'
  | 'search'
  | 'clock'
  | 'replay'
  | 'close'
  | 'out'
  | 'keys'
  | 'dots'
  | 'minus'
  | 'signal'
  | 'powers'
  | 'sign'
  | 'person'
  | 'down'
  | 'up';

const PATHS: Readonly<Record<IconName, ReactNode>> = {
  ok: <path d="m3 8.5 3.2 3.2L13 5" />,
  watch: (
    <>
      <path d="M8 1.8 14.2 8 8 14.2 1.8 8Z" />
      <circle cx="8" cy="8" r="1.4" fill="currentColor" stroke="none" />
    </>
  ),
  warning: (
    <>
      <path d="M8 2 14.6 13.4H1.4Z" />
      <path d="M8 6.4v3.2M8 11.4v.2" />
    </>
  ),
  critical: (
    <>
      <path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3Z" fill="currentColor" />
      <path d="M8 4.4v4.2M8 11.2v.3" stroke="var(--panel)" strokeWidth="1.9" />
    </>
  ),
  blind: (
    <>
      <path d="M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8Z" />
      <path d="m2.5 13.5 11-11" />
    </>
  ),
  overview: <path d="M2 3h12v10H2ZM2 7h12M7 7v6" />,
  pegs: (
    <>
      <rect x="1.5" y="5" width="13" height="6" rx="3" />
      <path d="M6 5v6M10 5v6" />
      <circle cx="8" cy="8" r="1" fill="currentColor" stroke="none" />
    </>
  ),
  intake: <path d="M2 9.5h3.2l1.2 2h3.2l1.2-2H14M2 9.5 4 4h8l2 5.5v4H2ZM8 1.2v5M6 4.4l2 2 2-2" />,
  incidents: <path d="M3.5 14V2.2M3.5 3h8.8l-2 3 2 3H3.5" />,
  comms: <path d="M2 6.5v3h2.5l6 3.5V3l-6 3.5ZM5 9.8V14h2v-3M13 6v4" />,
  clocks: <path d="M4.5 2h7M4.5 14h7M5.5 2v2.2L8 8l2.5-3.8V2M5.5 14v-2.2L8 8l2.5 3.8V14" />,
  books: <path d="M3.5 2h9v12h-9ZM6 2v12M8 5.5h2.5M8 8h2.5" />,
  custody: (
    <>
      <rect x="2" y="2.5" width="12" height="10" rx="1" />
      <circle cx="8" cy="7.5" r="2.4" />
      <path d="M8 5.1v4.8M5.6 7.5h4.8M4 12.5V14M12 12.5V14" />
    </>
  ),
  reserves: <path d="M8 2v12M4 14h8M2.5 4.5h11M2.5 4.5 1 9.5h4L3.5 4.5M12.5 4.5 11 9.5h4l-1.5-5" />,
  proof: (
    <>
      <circle cx="8" cy="6.5" r="4.5" />
      <path d="m6 6.6 1.4 1.4L10.2 5M5.4 10.5 4.5 15 8 13l3.5 2-.9-4.5" />
    </>
  ),
  plans: (
    <path d="M2 3.2c2.2-.8 4.2-.6 6 .6 1.8-1.2 3.8-1.4 6-.6v9.6c-2.2-.8-4.2-.6-6 .6-1.8-1.2-3.8-1.4-6-.6ZM8 3.8v9.6" />
  ),
  learning: <path d="M2 13.5h12M3.5 11l3-3.5 2.5 2L13 4M10.2 4H13v2.8" />,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  reach: <path d="M4 6.8a4 4 0 0 1 8 0V10l1.5 2h-11L4 10ZM6.5 14h3M2 3.5 1 5M14 3.5 15 5" />,
  log: <path d="M3 2.5h10v11H3ZM5.5 5.5h5M5.5 8h5M5.5 10.5h3" />,
  public: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M2 8h12M8 2c2.2 2 2.2 10 0 12M8 2c-2.2 2-2.2 10 0 12" />
    </>
  ),
  private: (
    <>
      <rect x="3" y="7" width="10" height="6.5" rx="1" />
      <path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.5V8l2.4 1.6" />
    </>
  ),
  replay: <path d="M2.6 6A6 6 0 1 1 2 9M2.2 2.5V6h3.5" />,
  close: <path d="m3.5 3.5 9 9M12.5 3.5l-9 9" />,
  out: <path d="M6 3H3v10h10v-3M9 3h4v4M13 3 7.5 8.5" />,
  keys: (
    <>
      <rect x="1.5" y="4" width="13" height="8" rx="1" />
      <path d="M4 6.5h.2M6.6 6.5h.2M9.2 6.5h.2M11.8 6.5h.2M4.5 9.5h7" />
    </>
  ),
  dots: <path d="M3 8h.2M8 8h.2M13 8h.2" strokeWidth="2.4" />,
  minus: <path d="M4 8h8" />,
  powers: <path d="M2 13.5h12M4 13.5V11h8v2.5M6 11V8.5M10 11V8.5M3.5 8.5a4.5 4.5 0 0 1 9 0Z" />,
  sign: <path d="M2 14h12M4 11l.6-2.6 6-6 2 2-6 6Z" />,
  person: (
    <>
      <circle cx="8" cy="5" r="2.6" />
      <path d="M3 14c0-3 2.2-4.8 5-4.8S13 11 13 14" />
    </>
  ),
  down: <path d="M8 2.5v8M4.8 7.4 8 10.6l3.2-3.2M3 13.5h10" />,
  up: <path d="M8 10.6v-8M4.8 5.7 8 2.5l3.2 3.2M3 13.5h10" />,
  signal: <path d="M1.5 9H5l1.8-5 2.6 8L11 9h3.5" />,
};

export function Icon({ name, size = 14 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="shrink-0"
    >
      {PATHS[name]}
    </svg>
  );
}

/** The mark: a spirit level, which says at once whether something is true. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
      <rect width="32" height="32" rx="6" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" strokeWidth="1.6">
        <rect x="4.5" y="10.5" width="23" height="11" rx="5.5" />
        <path d="M12 10.5v11M20 10.5v11" />
      </g>
      <circle cx="16" cy="16" r="2.8" fill="var(--on-accent)" />
    </svg>
  );
}
