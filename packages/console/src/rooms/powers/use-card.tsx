/** One open use: where it stands, who has signed, who may still sign, what the clock runs towards. */
import type { PowerView } from '@sonae/core/app/api.ts';
import type { UseSummary } from '@sonae/core/nouns/authority/views/list.ts';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useNow } from '../../ui/moment.tsx';
import { ApprovalTicks } from './approval-ticks.tsx';
import { mayStillSign, neededFor } from './legal-use-actions.ts';
import { deadlineOf, pathOf } from './use-path.ts';
import { UseStateChip, useStepWords } from './use-state-chip.tsx';
import { UseStepper } from './use-stepper.tsx';

type Props = { readonly use: UseSummary; readonly view: PowerView | undefined };

export function UseCard({ use, view }: Props) {
  const { t, pick } = useTexts();
  const stepWords = useStepWords();
  const target = view?.power.targets.find(({ id }) => id === use.target);
  const name = view === undefined ? use.power : pick(view.power.says);
  return (
    <article className="flex flex-col gap-2.5 px-3 py-3 sm:px-4">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <UseStateChip state={use.state} step={use.step} />
        <Link data-row to="/powers/uses/$id" params={{ id: use.id }} className="link text-md font-semibold">
          {t('use.title', { step: stepWords(use.step), power: name })}
        </Link>
        <span>{target === undefined ? use.target : pick(target.says)}</span>
      </div>
      <div className="grid gap-x-6 gap-y-2.5 sm:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Progress use={use} view={view} />
        <div className="flex flex-col items-start gap-2">
          <UseClock use={use} />
          <UseLink use={use} view={view} />
        </div>
      </div>
      <UseStepper path={pathOf(use)} />
    </article>
  );
}

function Progress({ use, view }: Props) {
  const now = useNow();
  if (view === undefined) return <p className="font-mono text-xs">{use.approvers.join(', ')}</p>;
  const isAsked = use.state === 'requested' || use.state === 'activated';
  return (
    <ApprovalTicks
      signed={use.approvers}
      needed={neededFor(view.power, use.step)}
      missing={isAsked ? mayStillSign(view, use, now) : null}
    />
  );
}

const SAYS = {
  approve: 'use.clock.approve',
  execute: 'use.clock.execute',
  lapse: 'use.clock.lapse',
} as const;
const OVER = {
  approve: 'use.clock.approveOver',
  execute: 'use.clock.executeOver',
  lapse: 'use.clock.lapseOver',
} as const;

/** What the clock of a use runs towards, or nothing once it has ended. */
export function UseClock({ use }: { use: Parameters<typeof deadlineOf>[0] }) {
  const { t } = useTexts();
  const deadline = deadlineOf(use);
  if (deadline === null) return null;
  const { kind, at } = deadline;
  return <Countdown says={t(SAYS[kind])} at={at} over={t(OVER[kind])} isGrave={kind === 'approve'} />;
}

/** The one way on from a card: to sign where signatures are missing, to look otherwise. */
export function UseLink({ use, view }: Props) {
  const { t } = useTexts();
  const now = useNow();
  const isWaiting =
    use.state === 'requested' && view !== undefined && mayStillSign(view, use, now).length > 0;
  return (
    <Link
      to="/powers/uses/$id"
      params={{ id: use.id }}
      className={`btn ${isWaiting ? 'btn-main' : ''}`}
      data-chrome
    >
      <Icon name={isWaiting ? 'sign' : 'log'} />
      {t(isWaiting ? 'use.goSign' : 'use.goLook')}
    </Link>
  );
}
