/**
 * A test node with books, custody and reserves in trouble, all through real commands: an overdraft that nobody answered
 * for, a hot share over the law, coin that left without approval, a transfer that waits, a shortfall, a break, a coin.
 */
import { HOUR_MS, isoTime, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { createMemoryJournal } from '../../packages/server/src/adapters/journal/memory-journal.ts';
import { createBooks } from '../../packages/server/src/ledger/books.ts';
import { takeTreatment } from '../../packages/server/src/ledger/treatment.ts';
import { takeStatementFile } from '../../packages/server/src/reserves/take-statements.ts';
import { SYSTEM } from './app.ts';
import { ACCOUNTS, batchOf, foundWithRoles, row } from './books.ts';
import {
  ADDRESSES,
  type Custody,
  ETH,
  keyOf,
  listPayee,
  order,
  POLICY,
  walletOf,
  withCustody,
} from './custody.ts';
import { as } from './firm.ts';
import { createTestNode, type TestNode } from './node.ts';

export type Rooms = TestNode & { readonly custody: Custody; readonly transfer: string };

/** North and east keep inventory and policy; south moves; east and west approve; audit reconciles and answers. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  'custody-inventory': ['north', 'east'],
  'custody-policy': ['north', 'east'],
  'custody-mover': ['south'],
  'custody-approver': ['east', 'west', 'north'],
  'custody-call-back': ['watch'],
  'custody-reconciler': ['audit'],
  director: ['north', 'east', 'west'],
  compliance: ['audit'],
};

const DEFINED = [
  ['ETH', 18, 'crypto', [{ chain: 'ethereum', kind: 'evm', contract: null, form: 'native' }]],
  ['BTC', 8, 'crypto', [{ chain: 'bitcoin', kind: 'bitcoin', contract: null, form: 'native' }]],
  ['JPY', 0, 'fiat', []],
  ['JPYX', 0, 'stablecoin', []],
] as const;

/** A founded firm without any data in the three rooms. */
export async function createEmptyRooms(): Promise<TestNode> {
  const t = createTestNode();
  t.node.books = createBooks(t.testApp.app, createMemoryJournal());
  await foundWithRoles(t.testApp, ROLES);
  return t;
}

export async function createFilledRooms(): Promise<Rooms> {
  const t = await createEmptyRooms();
  for (const [asset, decimals, kind, chains] of DEFINED)
    await run(t, 'instruments.DefineAsset', { asset, name: asset, decimals, kind, chains });
  const custody = withCustody(t.testApp);
  await fillBooks(t);
  const transfer = await fillCustody(t, custody);
  await fillReserves(t);
  for (const keep of ['custody.KeepCustody', 'reserves.KeepControls']) await run(t, keep, {});
  return { ...t, custody, transfer };
}

export const nowOf = (t: TestNode): string => isoTime(t.testApp.clock.now());

export async function run<T = unknown>(
  t: TestNode,
  command: string,
  input: unknown,
  who?: string,
): Promise<T> {
  const outcome = await t.testApp.run(command, input as JsonValue, who === undefined ? SYSTEM : as(who));
  if (outcome.status !== 'done') throw new Error(`${command}: ${outcome.refused} ${outcome.message}`);
  return outcome.result as T;
}

async function fillBooks(t: TestNode): Promise<void> {
  const { books } = t.node;
  const ledger = await books?.open('main');
  await ledger?.ingest(batchOf([], { accounts: ACCOUNTS, id: 'chart' }));
  await ledger?.ingest(
    batchOf([
      row(1, 'world', 'anna', '1000000', 'deposit'),
      row(2, 'chain', 'ben-btc', '2.50000001', 'deposit'),
      row(3, 'world', 'house', '50000', 'capital'),
      row(4, 'anna', 'ben', '70000', 'trade', { entry: 'e' }),
      row(5, 'ben-btc', 'anna-btc', '0.01', 'trade', { entry: 'e' }),
      // The question of FTX: an affiliate below zero without a line.
      row(6, 'sister', 'world', '400000', 'withdrawal'),
      row(7, 'ben', 'world', '70001', 'withdrawal'),
    ]),
  );
  await books?.seal(true);
  // The other question of FTX: an affiliate whose account is exempt.
  const plain = { tier: 'retail', flags: { allow_negative: false }, limits: { borrow: 1_000 } };
  const exempt = {
    tier: 'market-maker',
    flags: { allow_negative: true },
    limits: { borrow: 65_355_999_994 },
  };
  const accounts = ACCOUNTS.filter(
    ({ owner, account }) => owner !== 'external' && account !== 'house-btc',
  ).map(({ account }) => ({ account, ...(account === 'sister' ? exempt : plain) }));
  await takeTreatment(t.node.app, books, 'main', { at: nowOf(t), accounts }, { id: 'exchange' });
  const change = {
    kind: 'credit-line',
    account: 'sister',
    limit: '500000',
    until: '2026-06-30T00:00:00Z',
    resolution: 'Board 2026-03, item 4',
  };
  await run(t, 'ledger.ProposeChange', { change, reason: 'Liquidity of the quarter' }, 'watch');
}

async function fillCustody(t: TestNode, c: Custody): Promise<string> {
  await c.rates({ ETH: '500000', BTC: '15000000' });
  await c.policy(POLICY);
  for (const [id, holder, place] of [
    ['k1', 'east', 'tokyo'],
    ['k2', 'west', 'osaka'],
    ['k3', 'north', 'fukuoka'],
  ] as const)
    await c.change({ kind: 'key', key: keyOf(id, holder, place) });
  await c.change({
    kind: 'key',
    key: keyOf('h1', 'south', 'cloud', { everOnline: true, leavesDevice: true, kind: 'software' }),
  });
  await c.change({ kind: 'wallet', wallet: walletOf('vault') });
  await c.change({ kind: 'wallet', wallet: walletOf('till', { keys: ['h1'], quorum: 1 }) });
  await c.addresses('vault', 'ethereum', [ADDRESSES.safe]);
  await c.addresses('till', 'ethereum', [ADDRESSES.hot]);
  await listPayee(c);
  const destinations = [{ customer: 'c-77', chain: 'ethereum', address: ADDRESSES.payee }];
  await run(t, 'custody.ListCustomerDestinations', { destinations });
  t.testApp.clock.moveTo(t.testApp.clock.now() + 25 * HOUR_MS);
  await c.rates({ ETH: '500000', BTC: '15000000' });
  const change = { kind: 'key', key: keyOf('k4', 'watch', 'sapporo') };
  await run(t, 'custody.ProposeChange', { content: change, reason: 'A fourth place' }, 'north');
  const asked = { chain: 'ethereum', order: order(ETH(30)), reason: 'Settlement of March' };
  const { transfer } = await run<{ transfer: string }>(t, 'custody.RequestTransfer', asked, 'south');
  const holdings = [
    { wallet: 'vault', asset: 'ETH', amount: ETH(900) },
    { wallet: 'till', asset: 'ETH', amount: ETH(60) },
  ];
  await run(t, 'custody.RecordHoldings', { at: nowOf(t), source: 'test', holdings });
  const at = nowOf(t);
  const sightings = [{ chain: 'ethereum', address: `0x${'77'.repeat(20)}`, at, transaction: '0xfeed' }];
  await run(t, 'custody.RecordSightings', { source: 'test', sightings });
  const movement = {
    ...{ chain: 'ethereum', transaction: '0xbad', index: 0, from: ADDRESSES.hot, to: ADDRESSES.thief },
    ...{ asset: 'ETH', amount: ETH(12.5), at, transfer: null, withdrawal: null, customer: null },
  };
  await run(t, 'custody.RecordOnChain', { movements: [movement] });
  await fillSafe(t, c);
  const answerBy = isoTime(t.testApp.clock.now() + MINUTE_MS);
  const ask = { customer: 'c-77', asset: 'ETH', destination: ADDRESSES.payee, chain: 'ethereum', answerBy };
  const withdrawals = [
    { ...ask, id: 'w-1', amount: ETH(1) },
    { ...ask, id: 'w-2', amount: ETH(2) },
  ];
  await run(t, 'custody.DecideWithdrawals', { withdrawals });
  return transfer;
}

/** The address of a Safe that two people accepted and to which somebody then added a module. */
export const CHANGED_SAFE = `0x${'5b'.repeat(20)}`;

async function fillSafe(t: TestNode, c: Custody): Promise<void> {
  await c.change({
    kind: 'wallet',
    wallet: walletOf('treasury', { owner: 'house', purpose: 'treasury', safe: true }),
  });
  await c.addresses('treasury', 'ethereum', [CHANGED_SAFE]);
  const state = {
    ...{ code: 'c0'.repeat(20), singleton: `0x${'51'.repeat(20)}`, singletonCode: 'c1'.repeat(20) },
    ...{ version: '1.5.0', owners: ['a1', 'a2', 'a3'].map((one) => `0x${one.repeat(20)}`), threshold: 2 },
    ...{ modules: [] as string[], guard: null, moduleGuard: null, fallbackHandler: null, whole: true },
  };
  const read = (now: typeof state, height: number) =>
    run(t, 'custody.RecordSafes', {
      ...{ source: 'test', chain: 'ethereum', block: { height, hash: '0xb10c' }, at: nowOf(t) },
      safes: [{ address: CHANGED_SAFE, state: now, nonce: 4 }],
    });
  await read(state, 100);
  await c.change({ kind: 'safe-state', wallet: 'treasury', chain: 'ethereum', address: CHANGED_SAFE, state });
  await read({ ...state, modules: [`0x${'6d'.repeat(20)}`] }, 101);
}

const BLOCK = { height: 900_000, hash: 'ab'.repeat(32) };

async function fillReserves(t: TestNode): Promise<void> {
  // The books are summed up again, so that they are fresh beside what is held.
  const ledger = await t.node.books?.open('main');
  await ledger?.ingest(batchOf([row(8, 'world', 'anna', '1', 'deposit')]));
  await t.node.books?.seal(true);
  await run(t, 'reserves.SetPolicy', RESERVES_POLICY, 'north');
  const hold = (source: string, provenance: object, positions: readonly object[]): Promise<unknown> =>
    run(t, 'reserves.RecordHoldings', { source, asOf: nowOf(t), provenance, positions });
  const position = (asset: string, amount: string, tier: string) => ({
    ...{ asset, owner: 'customer', tier, amount, address: null },
  });
  await hold('btc-chain', { rpcs: ['node-a', 'node-b'], block: BLOCK, statement: null }, [
    position('BTC', '200000000', 'cold'),
    position('BTC', '49000000', 'hot'),
  ]);
  const stepMs = 10 * MINUTE_MS;
  const from = isoTime(Math.floor(t.testApp.clock.now() / stepMs) * stepMs);
  const flows = [{ asset: 'BTC', in: '1000000', out: '41000000' }];
  await run(t, 'reserves.RecordFlows', { from, flows });
  const found = {
    key: 'missing-right tx-9=',
    kind: 'missing-right',
    asset: 'BTC',
    amount: '1000001',
    detail: 'on the left only',
  };
  await run(t, 'reserves.RecordReconciliation', {
    ...{ scope: 'btc-daily', day: '2026-04-01', left: 40, right: 39, matched: 78, inFlight: 0 },
    ...{ found: [found], unlisted: 0, workLimitReached: false },
  });
  await recordStatement(t);
  const chains = [
    { chain: 'ethereum', form: 'native', amount: '1000000', locked: null },
    { chain: 'polygon', form: 'bridged', amount: '400', locked: '400' },
  ];
  await run(t, 'reserves.RecordSupply', { asset: 'JPYX', asOf: nowOf(t), chains });
  const backing = [
    { kind: 'demand-deposit', bank: 'beta', amount: '450000', maturity: null, cancellable: false },
    { kind: 'treasury', bank: 'beta', amount: '560000', maturity: '2026-05-20', cancellable: false },
  ];
  await run(t, 'reserves.RecordBacking', { asset: 'JPYX', asOf: nowOf(t), backing });
  const ask = {
    source: 'btc-chain',
    chain: 'evm',
    address: ADDRESSES.payee,
    epoch: '2026-04',
    blockHash: `0x${'ab'.repeat(32)}`,
  };
  await run(t, 'reserves.ChallengeAddress', ask, 'north');
  await proveAddresses(t, ask);
}

/** A multisig by its signatures, and a Safe by the word of its chain: what a node records of each. */
async function proveAddresses(t: TestNode, ask: { source: string; epoch: string; blockHash: string }) {
  const prove = async (chain: string, address: string, by: object): Promise<void> => {
    const asked = { ...ask, chain, address };
    const { challenge } = await run<{ challenge: string }>(t, 'reserves.ChallengeAddress', asked, 'north');
    await run(t, 'reserves.RecordControlProof', { challenge, ...by });
  };
  await prove('bitcoin', 'bc1qp0ahvfh83088w49k405szqgg4f3pptr7p2g06tdxfjcd40z4lh4q95lsz9', {
    ...{ scheme: 'bip-322', signature: 'smp' },
  });
  const block = { height: 22_000_064, hash: `0x${'0f'.repeat(32)}` };
  const seen = { chainId: 1, block, rpcs: ['node-a', 'node-b'] };
  await prove('evm', `0x${'5a'.repeat(20)}`, { scheme: 'eip-1271', signature: '0x', seen });
}

async function recordStatement(t: TestNode): Promise<void> {
  const statement = {
    ...{ format: 'sonae-custodian-statement/1', account: 'bank-7', asset: 'JPY', statement: '2026-04-01' },
    ...{ from: '2026-04-01', to: '2026-04-01', opening: '1000', closing: '1250' },
    entries: [{ id: 'a', date: '2026-04-01', amount: '250', status: 'booked', reference: 'tx1' }],
  };
  const file = new TextEncoder().encode(JSON.stringify(statement));
  const names = new Map([['bank-7', 'trust-jpy']]);
  const taken = await takeStatementFile(t.testApp.app, file, 'custodian-json', { JPY: 0 }, names);
  if ('problem' in taken) throw new Error(taken.problem.code);
}

const RESERVES_POLICY = {
  ...{ exchange: 'example', book: 'main', bookStaleAfterMinutes: 120, currency: 'JPY', zone: 'Asia/Tokyo' },
  closedOn: [],
  sources: [
    { source: 'btc-chain', kind: 'chain', place: 'bitcoin', assets: ['BTC'], staleAfterMinutes: 60 },
    { source: 'trust-bank', kind: 'trust', place: 'alpha-trust', assets: ['JPY'], staleAfterMinutes: 1_440 },
  ],
  coverage: [
    { asset: 'BTC', event: 'coin-short', tolerance: '0', surplusBps: 100 },
    { asset: 'JPY', event: 'fiat-trust-short', tolerance: '0', surplusBps: 10_000 },
  ],
  concentration: { watchBps: 9_000, warningBps: 9_500 },
  outflow: { hot: { watch: 48, warning: 24, critical: 6 }, all: { watch: 240, warning: 72, critical: 24 } },
  reconciliations: [{ id: 'btc-daily', dueHour: 12, graceHours: 6, since: '2026-04-01' }],
  statements: [{ id: 'trust-jpy', dueHour: 10, graceHours: 6, since: '2026-04-01' }],
  banks: [{ bank: 'beta', calendar: 'always', zone: 'Asia/Tokyo', openHour: 0, closeHour: 24, closedOn: [] }],
  coins: [
    {
      ...{ asset: 'JPYX', rules: ['jp-specific-trust', 'us-genius', 'eu-mica-emt'], trusts: ['A', 'B'] },
      ...{ mintWindowMinutes: 60, unusualTenths: 100, redeemWithinMinutes: 1_440 },
      ...{ staleAfterMinutes: 10_000, reachableMinBps: 5_000 },
    },
  ],
  movers: ['south'],
};
