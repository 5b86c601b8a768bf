/** How a clock stands: icon and word on its own colour, and how long is left or since when it is over. */
import type { Clock } from '@sonae/core/app/response/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { useNow } from '../../ui/moment.tsx';
import { countdownText, durationText } from '../../ui/time-format.ts';
import { type ClockState, runs } from './clock-order.ts';

const LOOK: Readonly<Record<ClockState, { readonly icon: IconName; readonly className: string }>> = {
  running: { icon: 'clock', className: 'border-edge text-ink' },
  warning: { icon: 'warning', className: 'border-warning bg-warning-soft text-warning' },
  critical: { icon: 'critical', className: 'border-critical bg-critical-soft text-critical font-semibold' },
  missed: {
    icon: 'close',
    className: 'border-critical border-2 bg-critical-soft text-critical font-semibold',
  },
  suspended: { icon: 'pause', className: 'border-blind border-dashed text-blind' },
  exempt: { icon: 'minus', className: 'border-line text-muted' },
  satisfied: { icon: 'ok', className: 'border-line text-ok' },
};
export const clockLook = (state: ClockState): string => LOOK[state].className;

export function ClockChip({ state }: { state: ClockState }) {
  const { t } = useTexts();
  return (
    <span
      data-clock={state}
      className={`inline-flex items-center gap-1 rounded-xs border px-1.5 text-xs leading-5 whitespace-nowrap ${LOOK[state].className}`}
    >
      <Icon name={LOOK[state].icon} size={13} />
      {t(`clock.${state}`)}
    </span>
  );
}

export const clockIcon = (state: ClockState): IconName => LOOK[state].icon;

/** Counts down with the server's clock; only what runs has time left. */
export function TimeLeft({ clock }: { clock: Clock }) {
  const { t, language } = useTexts();
  const leftMs = Date.parse(clock.limitAt) - useNow();
  if (!runs(clock)) return null;
  return (
    <span role="timer" className="whitespace-nowrap">
      {leftMs > 0
        ? t('clock.left', { left: countdownText(leftMs, language) })
        : t('clock.over', { over: durationText(-leftMs, language) })}
    </span>
  );
}
