/**
 * Icons of the public site, drawn on a 16-unit grid with one stroke. Decorative: the text beside them says
 * it.
 */
import type { ReactNode } from 'react';

export type IconName = 'ok' | 'watch' | 'warning' | 'critical' | 'skip' | 'clock' | 'replay' | 'seal';

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
  skip: <path d="M4 8h8" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.5V8l2.4 1.6" />
    </>
  ),
  replay: <path d="M2.6 6A6 6 0 1 1 2 9M2.2 2.5V6h3.5" />,
  seal: (
    <>
      <circle cx="8" cy="6.5" r="4.5" />
      <path d="m6 6.6 1.4 1.4L10.2 5M5.4 10.5 4.5 15 8 13l3.5 2-.9-4.5" />
    </>
  ),
};

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
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
