/**
 * What time and every recording do: controls are read anew, shortfalls are found and cured, late statements become
 * breaks. Nothing is written where nothing differs from the log.
 */
import { z } from 'zod';
import { KEPT_AT_ONCE_MAX } from '../../../kernel/limits.ts';
import { parseTime, SECOND_MS } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact } from '../../../log/fact.ts';
import { ref, type View } from '../../../log/stream.ts';
import { assetRegister, rates } from '../../instruments/views.ts';
import { backedOf } from '../controls/coin.ts';
import { type Judged, judgedCoverage } from '../controls/coverage.ts';
import { RESERVES_LEVELS } from '../controls/list.ts';
import { readAll } from '../controls/read.ts';
import type { World } from '../controls/world.ts';
import { dueAt } from '../engine/break-rules.ts';
import { lateDays } from '../engine/daily.ts';
import { lateKeyOf } from '../facts/breaks.ts';
import { shortfallCured, shortfallDetected } from '../facts/holdings.ts';
import type { SHORT_EVENTS } from '../facts/policy.ts';
import { breaks, runs } from '../views/breaks.ts';
import { addresses, coins } from '../views/coin.ts';
import { flows, holdings, type Shortfall, shortfalls } from '../views/holdings.ts';
import { liabilities } from '../views/liabilities.ts';
import { coinMoves } from '../views/moves.ts';
import { reservesSetup } from '../views/setup.ts';
import { daysOf, statementDays } from '../views/statement-days.ts';
import { accounts } from '../views/statements.ts';
import { openBreak, reservesFact } from './checks.ts';

const all = <S>(view: View<S>) => ref(view, 'all');
const reads = () => ({
  setup: all(reservesSetup),
  register: all(assetRegister),
  JPY: ref(rates, 'JPY'),
  USD: ref(rates, 'USD'),
  EUR: ref(rates, 'EUR'),
  books: all(liabilities),
  holdings: all(holdings),
  flows: all(flows),
  accounts: all(accounts),
  days: all(statementDays),
  breaks: all(breaks),
  runs: all(runs),
  coins: all(coins),
  moves: all(coinMoves),
  addresses: all(addresses),
  shortfalls: all(shortfalls),
  levels: all(RESERVES_LEVELS.levels),
});

export const keepControls = defineCommand({
  name: 'reserves.KeepControls',
  says: {
    en: 'Read the controls of reserves anew; find and end shortfalls and late statements.',
    ja: '準備資産の統制を評価し、不足と明細の遅延を検出・解消する。',
  },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  restMs: 5 * SECOND_MS,
  reads,
  decide: (_, state, ctx) => {
    const { policy, blocked } = state.setup;
    if (policy === null) return { facts: [] };
    const { book: name, currency } = policy;
    const { JPY, USD, EUR } = state;
    const book = state.books.books.find(({ book: known }) => known === name) ?? { statedAt: '', totals: [] };
    const { holdings: held, flows: flowing, accounts: known, breaks: open, coins: issued } = state;
    const world: World = {
      policy,
      blocked,
      assets: state.register.assets,
      rates: { JPY, USD, EUR }[currency].rates,
      policySince: state.setup.setAt,
      totals: book,
      holdings: held,
      flows: flowing,
      accounts: known,
      days: state.days,
      breaks: open,
      runs: state.runs.runs,
      coins: issued,
      moves: state.moves,
      addresses: state.addresses,
      now: ctx.now,
    };
    const judged = judgedCoverage(world);
    const facts: NewFact[] = [
      ...shortfallFacts(world, judged, state.shortfalls.standing),
      ...lateStatements(world, ctx.newId),
      ...RESERVES_LEVELS.changes(state.levels, readAll(world, judged, state.levels), ctx.now),
    ];
    return { facts: facts.slice(0, KEPT_AT_ONCE_MAX) };
  },
});

type Pot = Shortfall['owner'] & ('customer' | 'affiliate' | 'total' | 'backing');
type Shortage = {
  readonly asset: string;
  readonly owner: Pot;
  readonly event: (typeof SHORT_EVENTS)[number];
  readonly held: bigint;
  readonly owed: bigint;
  readonly isShort: boolean | null;
};

/** Every debt of the policy with its pot: short, not short, or not known now (null). */
function shortagesOf(world: World, judged: readonly Judged[]): Shortage[] {
  const pots = judged.map(({ rule, coverage, standing }): Shortage => {
    const { asset, pot: owner, held, owed } = coverage;
    const isShort = standing === 'unknown' ? null : standing === 'short';
    return { asset, owner, event: rule.event, held, owed, isShort };
  });
  const backed = backedOf(world)
    .filter(({ rules }) => rules.includes('jp-specific-trust'))
    .map(({ asset, supply, backing, isKnown }): Shortage => {
      const isShort = isKnown ? backing < supply : null;
      return { asset, owner: 'backing', event: 'trust-backing-short', held: backing, owed: supply, isShort };
    });
  return [...pots, ...backed];
}

/** One clock per kind of event: it starts with the first shortfall of it and ends when none is left. */
function shortfallFacts(world: World, judged: readonly Judged[], standing: readonly Shortfall[]): NewFact[] {
  const { policy, now } = world;
  const shortages = shortagesOf(world, judged);
  const running = standing.map(({ event }) => event);
  const facts: NewFact[] = [];
  const isStanding = ({ asset, owner }: Shortage): boolean =>
    standing.some((one) => one.asset === asset && one.owner === owner);
  for (const one of shortages.filter((short) => short.isShort === true && !isStanding(short))) {
    const { asset, owner, event } = one;
    const startsClock = !running.includes(event);
    running.push(event);
    const due = dueAt(event, now, policy.zone, policy.closedOn);
    const amounts = { held: one.held.toString(), owed: one.owed.toString() };
    const body = { asset, owner, event, at: now, ...amounts, dueAt: due, startsClock };
    facts.push(reservesFact(shortfallDetected, `shortfall/${asset}`, body));
  }
  for (const { asset, owner, event } of standing) {
    const seen = shortages.find((one) => one.asset === asset && one.owner === owner);
    // What left the policy is no longer judged, and what is not known now stays short.
    if (seen !== undefined && seen.isShort !== false) continue;
    running.splice(running.indexOf(event), 1);
    const body = { asset, owner: owner as Pot, event, at: now, endsClock: !running.includes(event) };
    facts.push(reservesFact(shortfallCured, `shortfall/${asset}`, body));
  }
  return facts;
}

/** Asked for at once: of one account the oldest days, and of all accounts together. */
const LATE_PER_ACCOUNT_MAX = 40;
const LATE_AT_ONCE_MAX = 100;

/** Every day whose statement should be here is a break of its account until that statement comes or a person answers. */
function lateStatements({ policy, days, accounts: known, now }: World, newId: () => string): NewFact[] {
  const late = policy.statements.flatMap((daily) => {
    const covered = daysOf(days, daily.id);
    const asked = new Set(covered.asked.map(({ day }) => day));
    const missing = lateDays(daily, covered, policy, parseTime(now), LATE_PER_ACCOUNT_MAX);
    const asset = known.accounts.find(({ account }) => account === daily.id)?.currency ?? policy.currency;
    return missing.filter((day) => !asked.has(day)).map((day) => ({ scope: daily.id, day, asset }));
  });
  return late.slice(0, LATE_AT_ONCE_MAX).map(({ scope, day, asset }) => {
    const detail = `the statement of ${day} is not here`;
    const one = { scope, key: lateKeyOf(day), kind: 'statement-late' as const, asset, amount: '0', detail };
    return openBreak(one, policy, newId(), now);
  });
}
