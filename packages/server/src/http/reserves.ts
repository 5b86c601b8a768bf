/** The page of reserves: coverage, sources, reconciliation, runs, coins and control of addresses, as they stand now. */
import type {
  CoinView,
  CompositionTest,
  CoverageRow,
  DueRow,
  OutflowRow,
  ReservesPage,
} from '@sonae/core/app/reserves/api.ts';
import { civilDate, dateText } from '@sonae/core/kernel/business-days.ts';
import { compareTimes, isoTime, parseTime } from '@sonae/core/kernel/time.ts';
import type { StandingLevels } from '@sonae/core/log/levels.ts';
import type { Assets, Rates } from '@sonae/core/nouns/instruments/views.ts';
import { type Backed, backedOf } from '@sonae/core/nouns/reserves/controls/coin.ts';
import { type Judged, judgedCoverage } from '@sonae/core/nouns/reserves/controls/coverage.ts';
import { readAll } from '@sonae/core/nouns/reserves/controls/read.ts';
import { dueIn, statementDueIn } from '@sonae/core/nouns/reserves/controls/routine.ts';
import { seenOf, type World } from '@sonae/core/nouns/reserves/controls/world.ts';
import { CURE_RULES } from '@sonae/core/nouns/reserves/engine/break-rules.ts';
import {
  compositionFindings,
  reachableNow,
  standingOfRule,
} from '@sonae/core/nouns/reserves/engine/composition.ts';
import {
  COMPOSITION_RULES,
  type CompositionRule,
} from '@sonae/core/nouns/reserves/engine/composition-rules.ts';
import type { Due } from '@sonae/core/nouns/reserves/engine/daily.ts';
import { mintFindings } from '@sonae/core/nouns/reserves/engine/mints.ts';
import { outflowsOf, soonestEmpty } from '@sonae/core/nouns/reserves/engine/outflow.ts';
import { expectedRows } from '@sonae/core/nouns/reserves/engine/supply.ts';
import type { CoinPolicy, Daily, Policy } from '@sonae/core/nouns/reserves/facts/policy.ts';
import type { Breaks, Run } from '@sonae/core/nouns/reserves/views/breaks.ts';
import type { Addresses, CoinState, Coins } from '@sonae/core/nouns/reserves/views/coin.ts';
import type { Flows, Holdings, Shortfalls } from '@sonae/core/nouns/reserves/views/holdings.ts';
import type { Liabilities } from '@sonae/core/nouns/reserves/views/liabilities.ts';
import { type CoinMoves, movesOf } from '@sonae/core/nouns/reserves/views/moves.ts';
import type { ReservesSetup } from '@sonae/core/nouns/reserves/views/setup.ts';
import type { StatementDays } from '@sonae/core/nouns/reserves/views/statement-days.ts';
import type { Accounts, Received } from '@sonae/core/nouns/reserves/views/statements.ts';
import type { Hono } from 'hono';
import { etag } from 'hono/etag';
import type { Node } from '../node.ts';
import type { ApiEnv } from './api.ts';
import { controlTexts } from './custody.ts';
import { readState } from './read-model.ts';

const BREAKS_SHOWN = 300;
const CLOSED_SHOWN = 30;
const STATEMENTS_SHOWN = 10;
const ADDRESSES_SHOWN = 300;
const MINTS_SHOWN = 300;

export function addReserveRoutes(api: Hono<ApiEnv>, node: Node): void {
  api.get('/reserves', etag(), async (c) => c.json<ReservesPage>(await reservesPage(node)));
}

type Known = Omit<World, 'policy' | 'totals' | 'rates'>;

const all = <S>(node: Node, view: string): Promise<S> => readState<S>(node, `reserves.${view}`, 'all');

async function reservesPage(node: Node): Promise<ReservesPage> {
  const [setup, shortfalls] = await Promise.all([
    all<ReservesSetup>(node, 'setup'),
    all<Shortfalls>(node, 'shortfalls'),
  ]);
  const read = await readKnown(node, setup);
  const { policy, setAt, blocked } = setup;
  const known = {
    ...{ now: read.now, policy, setAt, blocked },
    shortfalls: shortfalls.standing,
    runs: read.runs,
    statements: await statementsOf(node, read.accounts),
    breaks: breaksOf(read.breaks),
    cures: CURE_RULES,
    flowsAt: read.flows.lastAt,
    addresses: addressesOf(read.addresses),
    controls: controlTexts('reserves'),
    decimals: Object.fromEntries(Object.values(read.assets).map((one) => [one.asset, one.decimals])),
  };
  if (policy === null)
    return { ...known, bookAt: '', coverage: [], sources: [], due: [], outflow: [], coins: [], readings: [] };
  const world = await worldOf(node, read, policy);
  const judged = judgedCoverage(world);
  const seen = new Map(seenOf(world).map((one) => [one.source, one.problem]));
  return {
    ...known,
    bookAt: world.totals.statedAt,
    coverage: judged.map(coverageRow),
    sources: policy.sources.map((source) => ({
      ...source,
      problem: seen.get(source.source) ?? null,
      snapshot: read.holdings.snapshots.find((one) => one.source === source.source) ?? null,
    })),
    due: dueRows(world),
    outflow: outflowRows(world),
    coins: backedOf(world).map((backed, n) => coinView(world, policy.coins[n] as CoinPolicy, backed)),
    readings: readAll(world, judged, await all<StandingLevels>(node, 'levels')),
  };
}

async function readKnown(node: Node, { blocked, setAt }: ReservesSetup): Promise<Known> {
  const [register, holdings, flows, accounts, days, breaks, runs, coins, moves, addresses] =
    await Promise.all([
      readState<Assets>(node, 'instruments.assets', 'all'),
      all<Holdings>(node, 'holdings'),
      all<Flows>(node, 'flows'),
      all<Accounts>(node, 'accounts'),
      all<StatementDays>(node, 'statement-days'),
      all<Breaks>(node, 'breaks'),
      all<{ runs: readonly Run[] }>(node, 'runs'),
      all<Coins>(node, 'coins'),
      all<CoinMoves>(node, 'moves'),
      all<Addresses>(node, 'addresses'),
    ]);
  const now = isoTime(node.app.ports.clock.now());
  return {
    blocked,
    policySince: setAt,
    assets: register.assets,
    holdings,
    flows,
    accounts,
    days,
    breaks,
    runs: runs.runs,
    coins,
    moves,
    addresses,
    now,
  };
}

/** What the controls look at, as the keeper reads it. */
async function worldOf(node: Node, read: Known, policy: Policy): Promise<World> {
  const { rates } = await readState<Rates>(node, 'instruments.rates', policy.currency);
  const { books } = await all<Liabilities>(node, 'liabilities');
  const totals = books.find(({ book }) => book === policy.book) ?? { statedAt: '', totals: [] };
  return { ...read, policy, rates, totals };
}

function coverageRow({ rule, coverage, standing }: Judged): CoverageRow {
  const { asset, pot, held, owed, missing } = coverage;
  return { asset, pot, held: String(held), owed: String(owed), standing, missing, event: rule.event };
}

function breaksOf({ open, closed, beyond }: Breaks): ReservesPage['breaks'] {
  return {
    open: [...open].sort((a, b) => compareTimes(a.dueAt, b.dueAt)).slice(0, BREAKS_SHOWN),
    count: open.length + beyond,
    closed: closed.slice(-CLOSED_SHOWN).reverse(),
  };
}

/** Those that somebody else claims, then those not proved yet, then the rest. */
function addressesOf({ addresses }: Addresses): ReservesPage['addresses'] {
  const rank = ({ claimedBy, provedAt }: Addresses['addresses'][number]): number =>
    claimedBy !== null ? 0 : provedAt === null ? 1 : 2;
  return {
    listed: [...addresses].sort((a, b) => rank(a) - rank(b)).slice(0, ADDRESSES_SHOWN),
    count: addresses.length,
  };
}

async function statementsOf(node: Node, { accounts }: Accounts): Promise<ReservesPage['statements']> {
  return Promise.all(
    accounts.map(async ({ account, currency }) => {
      const { statements } = await readState<{ statements: readonly Received[] }>(
        node,
        'reserves.statements',
        account,
      );
      const newest = statements.slice(-STATEMENTS_SHOWN).reverse();
      return { account, currency, newest: newest.map(({ roots: _, ...one }) => one) };
    }),
  );
}

function dueRows(world: World): DueRow[] {
  const { policy, runs } = world;
  const row = (of: DueRow['of'], { id }: Daily, { state, day, dueMs }: Due): DueRow => ({
    ...{ of, id, state, day },
    dueAt: isoTime(dueMs),
  });
  return [
    ...policy.reconciliations.map((one) =>
      row('reconciliation', one, dueIn(world, one, runs.find(({ scope }) => scope === one.id)?.day ?? null)),
    ),
    ...policy.statements.map((one) => row('statement', one, statementDueIn(world, one))),
  ];
}

function outflowRows(world: World): OutflowRow[] {
  const nowMs = parseTime(world.now);
  const held = seenOf(world).flatMap((one) => one.held);
  return world.flows.assets.flatMap(({ asset, steps }) => {
    const outflows = outflowsOf(steps, nowMs);
    const [hour, day] = outflows.map(({ net }) => String(net));
    return (['hot', 'all'] as const).map((part): OutflowRow => {
      const sum = held
        .filter((one) => one.asset === asset && (part === 'all' || one.tier === 'hot'))
        .reduce((total, { amount }) => total + BigInt(amount), 0n);
      const left = soonestEmpty(sum, outflows);
      return {
        ...{ asset, part, held: String(sum), hour: hour ?? '0', day: day ?? '0' },
        hoursLeft: left === null ? null : String(left),
      };
    });
  });
}

function coinView(world: World, policy: CoinPolicy, backed: Backed): CoinView {
  const { asset, supply, backing, isKnown } = backed;
  const known = world.coins.coins.find((one) => one.asset === asset);
  const state = known ?? { asset, supply: null, backing: null, redemptions: null };
  const expected = { ...state, supply: expectedSupply(state.supply, policy) };
  const items = state.backing?.items ?? [];
  const blocked = world.blocked.map(({ bank }) => bank);
  return {
    ...{ asset, policy, isKnown, state: expected },
    owed: String(supply),
    backing: String(backing),
    tests: COMPOSITION_RULES.filter(({ id }) => policy.rules.includes(id)).map((rule) =>
      compositionTest(world, policy, rule),
    ),
    reachable: isKnown
      ? String(reachableNow(items, world.policy.banks, blocked, parseTime(world.now)))
      : null,
    mints: mintFindings(movesOf(world.moves, asset), policy.unusualTenths, world.now).slice(0, MINTS_SHOWN),
    beyond: movesOf(world.moves, asset).beyond.count,
  };
}

/** Without the chains that were given up. */
const expectedSupply = (supply: CoinState['supply'], { retiredChains }: CoinPolicy): CoinState['supply'] =>
  supply === null ? null : { ...supply, chains: expectedRows(supply, retiredChains) };

function compositionTest(
  world: World,
  { asset, trusts }: CoinPolicy,
  rule: CompositionRule,
): CompositionTest {
  const { tests: _, ...about } = rule;
  const day = dateText(civilDate(parseTime(world.now), world.policy.zone));
  const items = world.coins.coins.find((one) => one.asset === asset)?.backing?.items ?? [];
  return {
    ...about,
    isInForce: rule.validFrom <= day && (rule.validTo === null || day <= rule.validTo),
    isTrusted: trusts.includes(rule.confidence),
    standing: standingOfRule(rule, trusts, day),
    findings: compositionFindings(items, [rule.id], trusts, day).map(({ why }) => why),
  };
}
