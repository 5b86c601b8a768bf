/** What decisions on reserves share: refusals that several can answer, and short ways to write facts. */
import { type Refused, refuse } from '../../../kernel/result.ts';
import { HOUR_MS, parseTime } from '../../../kernel/time.ts';
import { type FactDef, type NewFact, newFact, type Text } from '../../../log/fact.ts';
import { dueAt } from '../engine/break-rules.ts';
import { type BreakKind, breakOpened } from '../facts/breaks.ts';
import type { Policy } from '../facts/policy.ts';
import { AHEAD_MS } from '../facts/words.ts';
import type { ReservesSetup } from '../views/setup.ts';

export const SAYS = {
  policy: { en: 'Nothing is expected of reserves yet.', ja: '準備資産の管理方針が未設定である。' },
  source: { en: 'No source has this id.', ja: 'この ID の保有先はない。' },
  asset: { en: 'The source is not known to hold this asset.', ja: 'この保有先の対象資産ではない。' },
  dayAhead: { en: 'The day has not come.', ja: '未到来の日である。' },
  future: { en: 'The time lies ahead.', ja: '時刻が未来である。' },
  older: { en: 'A newer one is there already.', ja: 'より新しい記録が既にある。' },
  break: { en: 'No open break has this id.', ja: 'この ID の未解消の差異はない。' },
  coin: { en: 'The firm issues no coin of this name.', ja: 'この名称のステーブルコインは発行していない。' },
} as const satisfies Record<string, Text>;

export const reservesFact = <Body>(
  def: FactDef<Body>,
  stream: string,
  body: Body,
  occurredAt?: string,
): NewFact => newFact(def, `reserves/${stream}`, body, occurredAt === undefined ? {} : { occurredAt });

/** The policy, or the refusal to act without one. */
export function policyOf({ policy }: ReservesSetup): Policy | Refused {
  return policy ?? refuse('no-policy', 'no policy is set', 'reserves.SetPolicy first');
}

/** A refusal where a time lies ahead of the clock. */
export function ahead(at: string, now: string): Refused | null {
  if (parseTime(at) <= parseTime(now) + AHEAD_MS) return null;
  return refuse('from-the-future', `${at} is later than now (${now})`, 'correct the clock of the source');
}

/** The zone that is furthest ahead. */
const AHEAD_OF_UTC_MS = 14 * HOUR_MS;

/** Whether a civil day has begun nowhere yet. */
export const isDayAhead = (day: string, now: string): boolean =>
  parseTime(`${day}T00:00:00Z`) > parseTime(now) + AHEAD_OF_UTC_MS;

/** A refusal where the firm issues no such coin. */
export function noCoin(policy: Policy, asset: string): Refused | null {
  return policy.coins.some((coin) => coin.asset === asset)
    ? null
    : refuse(
        'no-coin',
        `asset: the policy has no coin ${asset}`,
        'list it under coins in reserves.SetPolicy',
      );
}

export type Difference = {
  readonly scope: string;
  readonly key: string;
  readonly kind: BreakKind;
  readonly asset: string;
  readonly amount: string;
  readonly detail: string;
};

export function openBreak(one: Difference, policy: Policy, id: string, now: string): NewFact {
  const due = dueAt(one.kind, now, policy.zone, policy.closedOn);
  return reservesFact(breakOpened, `break/${id}`, { ...one, id, firstSeenAt: now, dueAt: due });
}
