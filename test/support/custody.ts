/** An exchange with custody for tests: people in every role, assets, rates, a policy, wallets, and ways to act. */
import type { Outcome } from '@sonae/core/app/handle.ts';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { Order } from '@sonae/core/nouns/custody/facts/transfers.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { createMemoryStore } from '../../packages/server/src/adapters/store-memory/memory-store.ts';
import { createTestApp, SYSTEM, type TestApp } from './app.ts';
import { as, charter, foundFirm } from './firm.ts';

export const ADDRESSES = {
  safe: `0x${'5a'.repeat(20)}`,
  hot: `0x${'40'.repeat(20)}`,
  payee: `0x${'de'.repeat(20)}`,
  thief: `0x${'66'.repeat(20)}`,
  token: `0x${'c0'.repeat(20)}`,
} as const;

const text = (en: string) => ({ en, ja: en });
/** North and east keep the inventory and the policy; south moves; east, west and north approve; audit reconciles. */
const HOLDERS: Readonly<Record<string, string[]>> = {
  'custody-inventory': ['north', 'east'],
  'custody-policy': ['north', 'east'],
  'custody-mover': ['south'],
  'custody-approver': ['east', 'west', 'north', 'south'],
  'custody-call-back': ['watch', 'south'],
  'custody-reconciler': ['audit'],
};

export const RULE = {
  path: null,
  assets: null,
  chains: null,
  wallets: null,
  counterparts: null,
  destination: null,
  valueAbove: null,
  valueAtMost: null,
  amountAbove: null,
  outside: null,
};
export const rule = (
  id: string,
  effect: 'allow' | 'hold' | 'deny',
  change: Record<string, JsonValue> = {},
) => ({
  id,
  says: text(id),
  effect,
  ...RULE,
  ...change,
});
export const limit = (id: string, change: Record<string, JsonValue>) => ({
  id,
  says: text(id),
  effect: 'deny',
  path: null,
  assets: null,
  wallets: null,
  windowMs: 24 * 60 * MINUTE_MS,
  ...change,
});

/** Yen: one ETH is 500,000; the bands are 1M with two approvals, 10M with two, above with three and a call-back. */
export const POLICY = {
  rules: [
    rule('listed', 'allow', { destination: ['listed', 'own'] }),
    rule('cooling', 'deny', { destination: ['cooling'] }),
    rule('large-withdrawal', 'hold', { path: 'gate', valueAbove: '1000000' }),
  ],
  limits: [
    limit('customer-day', { path: 'gate', per: 'customer', max: { value: '3000000' } }),
    limit('eth-day', { per: 'asset', assets: ['ETH'], max: { amount: String(100n * 10n ** 18n) } }),
    limit('firm-count', { path: 'gate', per: 'firm', max: { count: 1_000 } }),
  ],
  bands: [
    { upTo: '1000000', quorum: 1, callBack: false },
    { upTo: '10000000', quorum: 2, callBack: false },
    { upTo: null, quorum: 3, callBack: true },
  ],
};

export const keyOf = (id: string, holder: string, place: string, change: Record<string, JsonValue> = {}) => ({
  id,
  name: id,
  kind: 'hardware',
  place,
  holder,
  everOnline: false,
  onlineOnlyToSign: false,
  leavesDevice: false,
  backups: [],
  ...change,
});
export const walletOf = (id: string, change: Record<string, JsonValue> = {}) => ({
  id,
  name: id,
  chain: 'ethereum',
  kind: 'evm',
  chainId: 1,
  descriptor: null,
  custodian: null,
  owner: 'customer',
  purpose: 'customer-coin',
  keys: ['k1', 'k2', 'k3'],
  quorum: 2,
  manual: true,
  contentChecked: true,
  ...change,
});

export type Custody = TestApp & {
  /** The outcome's code: `done` or what refused it. */
  act(command: string, input: unknown, who?: string): Promise<string>;
  result<T = Record<string, string>>(outcome: Outcome): T;
  change(content: unknown): Promise<void>;
  addresses(wallet: string, chain: string, addresses: readonly string[]): Promise<void>;
  policy(policy: unknown): Promise<void>;
  rates(rates: Readonly<Record<string, string>>): Promise<void>;
  system(command: string, input: unknown): Promise<Outcome>;
  keep(): Promise<void>;
  view<T>(view: string, key?: string): Promise<T>;
  facts(name: string): Promise<Record<string, unknown>[]>;
  pass(ms: number): void;
};

export function withCustody(t: TestApp): Custody {
  const run = (command: string, input: unknown, who: string) =>
    t.run(`custody.${command}`, input as JsonValue, as(who));
  const done = (outcome: Outcome): Outcome & { status: 'done' } => {
    if (outcome.status !== 'done') throw new Error(`${outcome.refused}: ${outcome.message}`);
    return outcome;
  };
  const result = <T>(outcome: Outcome): T => done(outcome).result as T;
  const approve = async (outcome: Outcome) => {
    const { change, digest } = result<{ change: string; digest: string }>(outcome);
    done(await run('ApproveChange', { change, digest }, 'east'));
  };
  const system = (command: string, input: unknown) => t.run(`custody.${command}`, input as JsonValue, SYSTEM);
  return {
    ...t,
    result,
    system,
    act: async (command, input, who = 'south') => {
      const outcome = await run(command, input, who);
      return outcome.status === 'done' ? 'done' : outcome.refused;
    },
    change: async (content) => approve(await run('ProposeChange', { content, reason: 'test' }, 'north')),
    addresses: async (wallet, chain, addresses) =>
      approve(await run('ProposeAddresses', { wallet, chain, addresses, reason: 'test' }, 'north')),
    policy: async (policy) => {
      const proposed = result<{ revision: number; digest: string }>(
        await run('ProposePolicy', { policy, reason: 'test' }, 'north'),
      );
      const { revision, digest } = proposed;
      done(await run('ApprovePolicy', { revision, digest }, 'east'));
    },
    rates: async (rates) => {
      const stated = Object.entries(rates).map(([asset, price]) => ({ asset, price }));
      const at = new Date(t.clock.now()).toISOString();
      done(
        await t.run(
          'instruments.RecordRates',
          { currency: 'JPY', at, source: 'test', rates: stated },
          SYSTEM,
        ),
      );
    },
    keep: async () => {
      done(await system('KeepCustody', {}));
    },
    view: async <T>(view: string, key = 'all') =>
      JSON.parse((await t.app.ports.store.view(`custody.${view}`, key)) ?? 'null') as T,
    facts: async (name) => {
      const rows = await t.app.ports.store.facts({ limit: 2_000 });
      return rows
        .filter(({ type }) => type.startsWith(`${name}@`))
        .map((row) => JSON.parse(row.text).body as Record<string, unknown>);
    },
    pass: (ms) => t.clock.moveTo(t.clock.now() + ms),
  };
}

export async function foundCustody(t: TestApp): Promise<Custody> {
  const c = withCustody(t);
  const of = charter();
  const roles = Object.entries(HOLDERS).map(([id, holders]) => ({ id, says: text(id), seats: 6, holders }));
  await foundFirm(t, { ...of, roles: [...of.roles, ...roles] });
  const asset = (id: string, decimals: number, chain: string, kind: string, contract: string | null) =>
    t.run('instruments.DefineAsset', {
      asset: id,
      name: id,
      decimals,
      kind: 'crypto',
      chains: [{ chain, kind, contract, form: 'native' }],
    });
  await asset('ETH', 18, 'ethereum', 'evm', null);
  await asset('USDC', 6, 'ethereum', 'evm', ADDRESSES.token);
  await asset('BTC', 8, 'bitcoin', 'bitcoin', null);
  await c.rates({ ETH: '500000', USDC: '150', BTC: '15000000' });
  return c;
}

/** With keys, a policy and two wallets: a cold Safe `vault` and a hot `till`. */
export async function createCustody(): Promise<Custody> {
  const c = await foundCustody(createTestApp(createMemoryStore()));
  await c.policy(POLICY);
  const places = [
    ['k1', 'east', 'tokyo'],
    ['k2', 'west', 'osaka'],
    ['k3', 'north', 'fukuoka'],
  ] as const;
  for (const [id, holder, place] of places) await c.change({ kind: 'key', key: keyOf(id, holder, place) });
  const online = { everOnline: true, leavesDevice: true, kind: 'software' };
  await c.change({ kind: 'key', key: keyOf('h1', 'south', 'cloud', online) });
  await c.change({ kind: 'wallet', wallet: walletOf('vault') });
  await c.change({ kind: 'wallet', wallet: walletOf('till', { keys: ['h1'], quorum: 1 }) });
  await c.addresses('vault', 'ethereum', [ADDRESSES.safe]);
  await c.addresses('till', 'ethereum', [ADDRESSES.hot]);
  return c;
}

export const listPayee = (c: Custody) =>
  c.change({
    kind: 'destination',
    destination: { chain: 'ethereum', address: ADDRESSES.payee, name: 'Payee KK', counterpart: 'payee' },
  });

export const ETH = (n: number): string => String(BigInt(Math.round(n * 1_000)) * 10n ** 15n);

/** A plain transfer of ether from the vault. */
export const order = (amount: string, change: Partial<Record<string, JsonValue>> = {}): Order =>
  ({
    wallet: 'vault',
    asset: 'ETH',
    amount,
    destination: ADDRESSES.payee,
    transaction: {
      kind: 'safe',
      chainId: 1,
      safe: ADDRESSES.safe,
      to: ADDRESSES.payee,
      value: amount,
      data: '0x',
      operation: 'call',
      nonce: 7,
      ...change,
    },
  }) as unknown as Order;
