/** Daily routine: reconciliations, statements, breaks; and addresses that others claim. */
import { isoTime, parseTime } from '../../../kernel/time.ts';
import type { Reading } from '../../../log/levels.ts';
import { type Due, dueOf, dueOfDays } from '../engine/daily.ts';
import type { Daily } from '../facts/policy.ts';
import { daysOf } from '../views/statement-days.ts';
import { reading } from './list.ts';
import type { World } from './world.ts';

const LEVEL_OF = { done: 'ok', never: 'blind', late: 'warning', 'too-late': 'critical' } as const;

export function readRoutine(world: World): Reading[] {
  const { policy, runs } = world;
  return [
    ...policy.reconciliations.map((daily) =>
      readDaily('reconciled-daily', daily, dueIn(world, daily, lastRun(daily.id))),
    ),
    ...policy.statements.map((daily) => readDaily('statements-daily', daily, statementDueIn(world, daily))),
  ];
  function lastRun(scope: string): string | null {
    return runs.find((run) => run.scope === scope)?.day ?? null;
  }
}

export const dueIn = ({ policy, now }: World, daily: Daily, lastDay: string | null): Due =>
  dueOf(daily, lastDay, policy, parseTime(now));

/** The oldest day without a statement, whatever came since. */
export const statementDueIn = ({ policy, days, now }: World, daily: Daily): Due =>
  dueOfDays(daily, daysOf(days, daily.id), policy, parseTime(now));

function readDaily(control: string, { id }: Daily, { state, day, dueMs }: Due): Reading {
  const due = isoTime(dueMs);
  const late = state === 'late' || state === 'too-late';
  return late
    ? reading(
        control,
        id,
        LEVEL_OF[state],
        `${id}: nothing for ${day}, due ${due}.`,
        `${id}: ${day} 分がありません(期限 ${due})。`,
      )
    : reading(
        control,
        id,
        LEVEL_OF[state],
        `${id}: next is ${day}, due ${due}.`,
        `${id}: 次は ${day} 分(期限 ${due})。`,
      );
}

/** By scope: the worst of its open breaks. Open is watched, past its term is critical. */
export function readBreaks({ breaks, now, policy }: World): Reading[] {
  const scopes = new Set([
    ...breaks.open.map(({ scope }) => scope),
    ...policy.reconciliations.map(({ id }) => id),
  ]);
  return [...scopes].map((scope) => {
    const open = breaks.open.filter((one) => one.scope === scope);
    const overdue = open.filter(({ dueAt }) => parseTime(dueAt) < parseTime(now));
    const count = open.length;
    if (count === 0)
      return reading(
        'breaks-cured',
        scope,
        'ok',
        `${scope}: no open breaks.`,
        `${scope}: 未解消の差異はありません。`,
      );
    return reading(
      'breaks-cured',
      scope,
      overdue.length > 0 ? 'critical' : 'watch',
      `${scope}: open breaks, ${overdue.length > 0 ? 'some past their term' : 'all within their term'}.`,
      `${scope}: 未解消の差異があり、${overdue.length > 0 ? '期限を過ぎたものがあります' : 'いずれも期限内です'}。`,
    );
  });
}

export function readAddresses({ addresses }: World): Reading[] {
  return addresses.addresses
    .filter(({ claimedBy }) => claimedBy !== null)
    .map(({ address, claimedBy }) =>
      reading(
        'address-control',
        address,
        'critical',
        `${claimedBy} claims ${address} too.`,
        `${claimedBy} も ${address} を自社の資産として開示しています。`,
      ),
    );
}
