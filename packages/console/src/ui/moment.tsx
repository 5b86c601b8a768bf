/**
 * Instants and durations on screen: the reader's zone, UTC beside it, and the present of the server (maybe
 * simulated).
 */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useTexts } from '../i18n/language.ts';
import { durationText, type MomentStyle, momentParts } from './time-format.ts';

export const READER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const SECOND_MS = 1_000;

const NowContext = createContext<number>(0);

/**
 * @param anchor the server's instant, in milliseconds
 * @param flowsFrom wall-clock time at which `anchor` was read when time flows as ours does; null when it is
 * simulated
 */
export function NowProvider(props: { anchor: number; flowsFrom: number | null; children: ReactNode }) {
  const { anchor, flowsFrom, children } = props;
  const [wall, setWall] = useState(() => Date.now());
  useEffect(() => {
    if (flowsFrom === null) return;
    const timer = setInterval(() => setWall(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [flowsFrom]);
  const now = flowsFrom === null ? anchor : anchor + Math.max(0, wall - flowsFrom);
  return <NowContext value={now}>{children}</NowContext>;
}

/** The present in milliseconds. */
export function useNow(): number {
  return useContext(NowContext);
}

/** Both zones on one line, or below each other in the columns of wide tables. */
export function Moment(props: {
  at: string | number | null | undefined;
  style?: MomentStyle;
  stacked?: boolean;
}) {
  const { at, style = 'clock', stacked = false } = props;
  const now = useNow();
  const { t } = useTexts();
  if (at === null || at === undefined || at === '')
    return <span className="text-muted">{t('common.unknown')}</span>;
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const { local, utc } = momentParts(ms, READER_ZONE, now, style);
  return (
    <time
      dateTime={new Date(ms).toISOString()}
      className={stacked ? 'sm:inline-flex sm:flex-col' : undefined}
    >
      <span className="whitespace-nowrap">{local}</span>
      {utc === null ? null : (
        <span className="whitespace-nowrap text-muted">
          <span className={stacked ? 'sm:hidden' : ''}> · </span>
          {utc}
        </span>
      )}
    </time>
  );
}

/** How long something has lasted, or lasted until `to`. */
export function Elapsed({ from, to }: { from: string; to?: string | null }) {
  const now = useNow();
  const { language } = useTexts();
  const end = to === null || to === undefined ? now : Date.parse(to);
  return <span className="whitespace-nowrap">{durationText(end - Date.parse(from), language)}</span>;
}
