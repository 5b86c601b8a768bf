/** The page of custody: what wallets hold, what controls read of it now, what waits for people, and what the gate did. */
import type { ControlText, CustodyPage, LimitUse, WalletView } from '@sonae/core/app/custody/api.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { civilDate, dateText } from '@sonae/core/kernel/business-days.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import { isFact } from '@sonae/core/log/fact.ts';
import type { StandingLevels } from '@sonae/core/log/levels.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import { hotShareSums, yenOf } from '@sonae/core/nouns/custody/controls/coin.ts';
import { type ControlWorld, readCustody } from '@sonae/core/nouns/custody/controls/read.ts';
import { SUM_OF_ALL, sumOfAsset, sumOfWallet } from '@sonae/core/nouns/custody/engine/decide.ts';
import { hotShareOn, temperatureOf } from '@sonae/core/nouns/custody/engine/legal.ts';
import { type SumRow, sumSince } from '@sonae/core/nouns/custody/engine/sums.ts';
import { gateDecided } from '@sonae/core/nouns/custody/facts/gate.ts';
import { type Limit, type Path, type Policy, policySchema } from '@sonae/core/nouns/custody/facts/policy.ts';
import { CUSTOMER_BOOK, VALUE_CURRENCY } from '@sonae/core/nouns/custody/facts/words.ts';
import type { GateState, HeldWithdrawals } from '@sonae/core/nouns/custody/views/gate.ts';
import type { Breaks, Holdings, Unknowns } from '@sonae/core/nouns/custody/views/holdings.ts';
import type { Inventory } from '@sonae/core/nouns/custody/views/inventory.ts';
import { type PolicyState, rolesOf } from '@sonae/core/nouns/custody/views/policy.ts';
import type { Safes } from '@sonae/core/nouns/custody/views/safes.ts';
import {
  type ChainCursors,
  isOpen,
  type TransferSums,
  type Transfers,
} from '@sonae/core/nouns/custody/views/transfers.ts';
import type { Assets, Rates } from '@sonae/core/nouns/instruments/views.ts';
import type { LedgerTotals } from '@sonae/core/nouns/ledger/views/totals.ts';
import type { Hono } from 'hono';
import { etag } from 'hono/etag';
import type { Node } from '../node.ts';
import type { ApiEnv } from './api.ts';
import { safeProposals, safeViews } from './custody-safes.ts';
import { readPeople } from './powers.ts';
import { readState } from './read-model.ts';

const CLOSED_SHOWN = 100;
const DECISIONS_SHOWN = 50;
/** Facts of the gate that are read for them; each has up to a hundred answers. */
const GATE_FACTS_READ = 10;
const LIMIT_ROWS_MAX = 200;
/** Limits of controls until the firm has set its own: those of a policy that says nothing of them. */
const FIRST_LIMITS = policySchema.parse({ rules: [], bands: [{ upTo: null, quorum: 1, callBack: true }] });

export function addCustodyRoutes(api: Hono<ApiEnv>, node: Node): void {
  api.get('/custody', etag(), async (c) => c.json<CustodyPage>(await custodyPage(node)));
}

/** What the controls of a noun state and rest on. */
export function controlTexts(noun: string): ControlText[] {
  return registry.controls
    .filter(({ id }) => id.startsWith(`${noun}.`))
    .map(({ id, statement, basis, owner }) => ({ id, statement, basis, owner }));
}

async function custodyPage(node: Node): Promise<CustodyPage> {
  const all = <S>(view: string): Promise<S> => readState<S>(node, `custody.${view}`, 'all');
  const [world, state, broken, gate, waiting, transferSums] = await Promise.all([
    readWorld(node),
    all<PolicyState>('policy'),
    all<Breaks>('broken-limits'),
    all<GateState>('gate'),
    all<HeldWithdrawals>('held'),
    all<TransferSums>('transfer-sums'),
  ]);
  const { inventory, unknown, unapproved, transfers, assets, nowMs } = world;
  const wallets = walletViews(world);
  // Nothing to read only where nothing was ever registered or found: what stands is shown without any wallet too.
  const isEmpty = [inventory.wallets, unknown.addresses, world.standing].every(
    (one) => Object.keys(one).length === 0,
  );
  const readings = isEmpty ? [] : readCustody(world);
  return {
    now: isoTime(nowMs),
    wallets,
    keys: Object.values(inventory.keys),
    custodians: Object.values(inventory.custodians),
    changes: inventory.changes,
    hotShare: hotShareOf(world),
    safes: safeViews(world),
    safeProposals: safeProposals(world),
    readings,
    controls: controlTexts('custody'),
    broken,
    unknown: { ...unknown, addresses: Object.values(unknown.addresses) },
    unapproved: {
      ...unapproved,
      movements: Object.entries(unapproved.movements).map(([id, one]) => ({ ...one, id })),
    },
    transfers: [
      ...transfers.transfers.filter(isOpen),
      ...transfers.transfers
        .filter((one) => !isOpen(one))
        .slice(-CLOSED_SHOWN)
        .reverse(),
    ],
    policy: state,
    gate: {
      ...gate,
      decisions: await newestDecisions(node),
      limits: await limitUses(node, state.policy, world, transferSums),
      waiting,
    },
    decimals: Object.fromEntries(Object.values(assets.assets).map((one) => [one.asset, one.decimals])),
    assets: Object.values(assets.assets).map(({ asset, kind, chains }) => ({ asset, kind, chains })),
  };
}

/** What the controls look at, as the keeper reads it. */
async function readWorld(node: Node): Promise<ControlWorld> {
  const all = <S>(view: string): Promise<S> => readState<S>(node, `custody.${view}`, 'all');
  const [inventory, holdings, policy, unknown, unapproved, transfers, cursors, safes, standing] =
    await Promise.all([
      all<Inventory>('inventory'),
      all<Holdings>('holdings'),
      all<PolicyState>('policy'),
      all<Unknowns>('unknown-addresses'),
      all<ControlWorld['unapproved']>('unapproved'),
      all<Transfers>('transfers'),
      all<ChainCursors>('chain-cursors'),
      all<Safes>('safes'),
      all<StandingLevels>('levels'),
    ]);
  return {
    ...{ inventory, holdings, unknown, unapproved, transfers, cursors, safes, standing },
    policy: policy.policy ?? FIRST_LIMITS,
    roles: rolesOf(policy),
    people: await readPeople(node),
    rates: await readState<Rates>(node, 'instruments.rates', VALUE_CURRENCY),
    assets: await readState<Assets>(node, 'instruments.assets', 'all'),
    totals: await readState<LedgerTotals>(node, 'ledger.totals', CUSTOMER_BOOK),
    nowMs: node.app.ports.clock.now(),
  };
}

function walletViews(world: ControlWorld): WalletView[] {
  const { inventory, holdings, nowMs } = world;
  const day = dateText(civilDate(nowMs, 'Asia/Tokyo'));
  return Object.values(inventory.wallets).map((known) => ({
    ...known,
    temperature: temperatureOf(known.wallet, inventory.keys, inventory.custodians, day),
    held: Object.entries(holdings.wallets[known.wallet.id] ?? {}).map(([asset, held]) => ({
      ...held,
      asset,
      value: textOf(yenOf(world, asset, BigInt(held.amount))),
    })),
  }));
}

/** The two sums behind the control `custody.hot-share`. What the control does not see is not shown as a number either. */
function hotShareOf(world: ControlWorld): CustodyPage['hotShare'] {
  const { hot, all } = hotShareSums(world);
  return {
    hot: textOf(hot),
    all: textOf(all),
    ownBps: world.policy.hotShareBps,
    legalBps: hotShareOn(dateText(civilDate(world.nowMs, 'Asia/Tokyo'))),
  };
}

const textOf = (value: bigint | null): string | null => (value === null ? null : String(value));

async function newestDecisions(node: Node): Promise<CustodyPage['gate']['decisions']> {
  const rows = await node.app.ports.store.facts({
    stream: 'custody/gate',
    newestFirst: true,
    limit: GATE_FACTS_READ,
  });
  return rows
    .flatMap((row) => {
      const fact = decodeFact(row.text, registry.facts);
      if (!isFact(gateDecided, fact)) return [];
      const { answers, reasons } = fact.body;
      return answers.toReversed().map((answer) => ({
        ...answer,
        at: fact.recordedAt,
        reason: reasons[answer.rule] ?? { en: answer.rule, ja: answer.rule },
      }));
    })
    .slice(0, DECISIONS_SHOWN);
}

type Row = {
  readonly limit: Limit;
  readonly path: Path;
  readonly subject: string;
  readonly sum: string | null;
};

/** Every limit of the policy in force with what its windows hold now, per path, asset or wallet. */
async function limitUses(
  node: Node,
  policy: Policy | null,
  { inventory, assets, nowMs }: ControlWorld,
  { sums }: TransferSums,
): Promise<LimitUse[]> {
  const known = { assets: Object.keys(assets.assets), wallets: Object.keys(inventory.wallets) };
  const rows = (policy?.limits ?? [])
    .flatMap((limit) =>
      (['gate', 'transfer'] as const)
        .filter((path) => limit.path === null || limit.path === path)
        .flatMap((path) => subjectsOf(limit, known).map((one): Row => ({ limit, path, ...one }))),
    )
    .slice(0, LIMIT_ROWS_MAX);
  const names = [...new Set(rows.flatMap(({ path, sum }) => (path === 'gate' && sum !== null ? [sum] : [])))];
  const gate = new Map(
    await Promise.all(
      names.map(async (name) => [name, await readState<SumRow>(node, 'custody.gate-sums', name)] as const),
    ),
  );
  return rows.map(({ limit, path, subject, sum }): LimitUse => {
    const { id, says, effect, windowMs, max } = limit;
    const unit = 'value' in max ? 'value' : 'amount' in max ? 'amount' : 'count';
    const most = 'value' in max ? max.value : 'amount' in max ? max.amount : max.count;
    const row = sum === null ? null : path === 'gate' ? gate.get(sum) : sums[sum];
    const used = sum === null ? null : String(sumSince(row ?? [], nowMs - windowMs)[unit]);
    return { limit: id, says, effect, path, subject, unit, used, max: String(most), windowMs };
  });
}

/** What a limit adds up separately. Customers and destinations are too many to be listed. */
function subjectsOf(
  { per, assets, wallets }: Limit,
  known: { readonly assets: readonly string[]; readonly wallets: readonly string[] },
): Pick<Row, 'subject' | 'sum'>[] {
  if (per === 'firm') return [{ subject: 'all', sum: SUM_OF_ALL }];
  if (per === 'asset')
    return (assets ?? known.assets).map((asset) => ({ subject: asset, sum: sumOfAsset(asset) }));
  if (per === 'wallet')
    return (wallets ?? known.wallets).map((wallet) => ({ subject: wallet, sum: sumOfWallet(wallet) }));
  return [{ subject: per, sum: null }];
}
