/** The state of a use as icon and word, and what it asks for: stop, extension, resumption, change of rules. */
import type { UseState } from '@sonae/core/nouns/authority/views/use.ts';
import { isKey, useTexts } from '../../i18n/language.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';

type Look = { readonly icon: IconName; readonly className: string };

const WAITING: Look = { icon: 'clock', className: 'border-watch bg-watch-soft text-watch' };
const MOVING: Look = { icon: 'signal', className: 'border-accent bg-accent-soft text-accent' };
const IN_FORCE: Look = { icon: 'critical', className: 'border-critical bg-critical-soft text-critical' };
const DONE: Look = { icon: 'ok', className: 'border-line text-ok' };
const OVER: Look = { icon: 'minus', className: 'border-line text-muted' };
const BROKEN: Look = { icon: 'warning', className: 'border-warning bg-warning-soft text-warning' };

const LOOK: Readonly<Record<UseState, Look>> = {
  requested: WAITING,
  activated: MOVING,
  ordered: MOVING,
  executed: MOVING,
  verified: IN_FORCE,
  lapsed: DONE,
  resumed: DONE,
  failed: BROKEN,
  declined: OVER,
  cancelled: OVER,
  revoked: OVER,
  expired: OVER,
};

export function UseStateChip({ state, step }: { state: UseState; step: string }) {
  const { t } = useTexts();
  // Only a stop that is verified is still in force; everything else is simply done.
  const isForce = state === 'verified' && step === 'stop';
  const { icon, className } = state === 'verified' && !isForce ? DONE : LOOK[state];
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-xs border px-1.5 text-xs leading-5 font-semibold whitespace-nowrap ${className}`}
    >
      <Icon name={icon} size={13} />
      {t(isForce ? 'useState.inForce' : `useState.${state}`)}
    </span>
  );
}

/** `Stop`, `Resumption`, … as its own word, for an older or a newer server too. */
export function useStepWords(): (step: string) => string {
  const { t } = useTexts();
  return (step) => {
    const key = `useStep.${step}`;
    return isKey(key) ? t(key) : step;
  };
}
