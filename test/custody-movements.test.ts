/**
 * What leaves our wallets is found on the chain itself: by accounts, in tokens, inside of a real Safe, and by ways that
 * nobody looked at. A real local chain through two nodes, and Bitcoin readers in the shapes of Core and Esplora.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { NETWORK, p2wpkh } from '@scure/btc-signer';
import { DAY_MS, HOUR_MS } from '@sonae/core/kernel/time.ts';
import { type Address, createWalletClient, type Hex, http } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type LocalEvm, startLocalEvm } from '../packages/server/src/connectors/evm/local-evm.ts';
import { gateSchema } from '../packages/server/src/custody/gate-config.ts';
import { readMovements } from '../packages/server/src/custody/watch-movements.ts';
import { createGate } from '../packages/server/src/http/gate.ts';
import { reservesSchema, type WatchedChain } from '../packages/server/src/reserves/reserves-config.ts';
import {
  ADDRESSES,
  type Custody,
  createCustody,
  ETH,
  listPayee,
  order,
  walletOf,
} from './support/custody.ts';
import { as } from './support/firm.ts';
import { keyOf, type SafeChain, safeChain } from './support/safe.ts';

const hex = (amount: bigint): Hex => `0x${amount.toString(16)}`;
const ether = (n: number): bigint => BigInt(ETH(n));
const [HOT, OWNER_A, OWNER_B, STRANGER] = [keyOf(1), keyOf(2), keyOf(3), keyOf(4)] as const;
/** The wallets of the inventory are on chain 1. */
const CHAIN_ID = 1;
const RATES = { ETH: '500000', USDC: '150', BTC: '15000000' };

let evm: LocalEvm;
let c: Custody;
let on: SafeChain;
let safe: Address;
let token: Address;
let asOf: unknown;

const sender = (account: PrivateKeyAccount) =>
  createWalletClient({ account, chain: { ...foundry, id: CHAIN_ID }, transport: http(evm.rpcUrl) });
/** The receipt, once there is one: the chain answers before it has mined. */
async function mined(hash: Hex): Promise<{ contractAddress: Address; status: Hex }> {
  for (;;) {
    const receipt = await evm.request('eth_getTransactionReceipt', [hash]);
    if (receipt !== null) return receipt as { contractAddress: Address; status: Hex };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
async function send(from: PrivateKeyAccount, to: Address, value: bigint, data: Hex = '0x'): Promise<Hex> {
  const hash = await sender(from).sendTransaction({ to, value, data });
  await mined(hash);
  return hash;
}

/** Both owners sign what is built; somebody else pays for the execution. */
const execute = (to: Address, value: bigint, nonce: number): Promise<void> =>
  on.execute(safe, [OWNER_A, OWNER_B], { to, value, nonce });

/** Emits Transfer(from, to, value) of its call data, whoever calls: LOG3 with the three words behind the selector. */
const TOKEN_CODE =
  '0x604435600052602435600435' +
  '7fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef' +
  '60206000a300';
const word = (value: bigint): string => value.toString(16).padStart(64, '0');
const tokenTransfer = (from: string, to: string, amount: bigint): Hex =>
  `0x23b872dd${word(BigInt(from))}${word(BigInt(to))}${word(amount)}`;

beforeAll(async () => {
  evm = await startLocalEvm({ chainId: CHAIN_ID });
  for (const { address } of [HOT, OWNER_A, OWNER_B, STRANGER])
    await evm.request('anvil_setBalance', [address, hex(ether(100))]);
  on = safeChain(evm, CHAIN_ID, STRANGER);
  safe = await on.createSafe([OWNER_A, OWNER_B], 2);
  await send(STRANGER, safe, ether(50));
  token = ADDRESSES.token;
  await evm.request('anvil_setCode', [token, TOKEN_CODE]);
  asOf = await evm.request('evm_snapshot');
});
afterAll(() => evm.stop());

const RESERVES = {
  ...{ exchange: 'example', book: 'main', bookStaleAfterMinutes: 120, currency: 'JPY', zone: 'Asia/Tokyo' },
  ...{ closedOn: [], coverage: [], concentration: { watchBps: 10_000, warningBps: 10_000 } },
  sources: [
    { source: 'eth-chain', kind: 'chain', place: 'ethereum', assets: ['ETH'], staleAfterMinutes: 60 },
    { source: 'btc-chain', kind: 'chain', place: 'bitcoin', assets: ['BTC'], staleAfterMinutes: 60 },
  ],
  outflow: { hot: { watch: 48, warning: 24, critical: 6 }, all: { watch: 240, warning: 72, critical: 24 } },
  ...{ reconciliations: [], statements: [], banks: [], coins: [], movers: [] },
};
const chain = (change: object = {}): WatchedChain =>
  reservesSchema.parse({
    chains: [
      {
        ...{ kind: 'evm', source: 'eth-chain', chain: 'ethereum', chainId: CHAIN_ID, tag: 'latest' },
        rpcUrls: [evm.rpcUrl, evm.rpcUrl.replace('127.0.0.1', 'localhost')],
        assets: [
          { asset: 'ETH', contract: null },
          { asset: 'USDC', contract: token },
        ],
        ...change,
      },
    ],
  }).chains[0] as WatchedChain;
const look = (change?: object) => readMovements(c.app, chain(change));
type Found = { wallet: string; movement: Record<string, unknown>; why: { en: string } };
const unapproved = async () =>
  ((await c.facts('custody.UnapprovedMovementDetected')) as unknown as Found[]).map(
    ({ wallet, movement: { asset, amount, to } }) => ({ wallet, asset, amount, to }),
  );

beforeEach(async () => {
  await evm.request('evm_revert', [asOf]);
  asOf = await evm.request('evm_snapshot');
  c = await createCustody();
  await c.addresses('till', 'ethereum', [HOT.address.toLowerCase()]);
  await c.addresses('vault', 'ethereum', [safe]);
  await listPayee(c);
  await c.run('reserves.SetPolicy', RESERVES, as('north'));
  await look();
});

describe('a chain that nobody stole from', () => {
  test('is read from now on, block after block, and says how far', async () => {
    const start = Number(await evm.request('eth_blockNumber'));
    await evm.mine(3);
    await send(STRANGER, HOT.address, ether(1));
    await look();
    await look();
    const read = await c.facts('custody.BlocksScanned');
    expect(read.map(({ fromHeight, toHeight }) => [fromHeight, toHeight])).toEqual([
      [start, start],
      [start + 1, start + 4],
    ]);
    expect(read[1]).toMatchObject({ source: 'eth-chain', balanced: true, movements: 0 });
    expect(await unapproved()).toEqual([]);
  });

  test('far behind, it is read to its end in parts', async () => {
    await evm.mine(230);
    await look();
    const read = await c.facts('custody.BlocksScanned');
    expect(
      read.slice(1).map(({ fromHeight, toHeight }) => Number(toHeight) - Number(fromHeight) + 1),
    ).toEqual([100, 100, 30]);
    expect(read.at(-1)?.toHeight).toBe(Number(await evm.request('eth_blockNumber')));
  });

  test('a chain that was never once read is blind too, after a while', async () => {
    const nodes = ['http://127.0.0.1:9', 'http://localhost:9'];
    const never = { source: 'far-chain', rpcUrls: nodes };
    const levelOf = async () => {
      await c.keep();
      const levels = await c.view<Record<string, { level: string; why: { en: string } }>>('levels');
      return levels['custody.movements-read/far-chain'];
    };
    for (let n = 0; n < 3; n += 1) await expect(look(never)).rejects.toThrow();
    expect(await levelOf()).toBeUndefined();
    expect(await c.facts('custody.ScanningStarted')).toHaveLength(2);
    c.pass(2 * HOUR_MS);
    expect(await levelOf()).toMatchObject({ level: 'blind' });
    expect((await levelOf())?.why.en).toContain('Nothing was ever read of far-chain');
    await look({ source: 'far-chain' });
    expect(await levelOf()).toBeUndefined();
  });

  test('silence of the reader is blindness, not peace', async () => {
    await c.keep();
    const levels = () => c.view<Record<string, { level: string }>>('levels');
    expect((await levels())['custody.movements-read/eth-chain']?.level ?? 'ok').toBe('ok');
    c.pass(2 * HOUR_MS);
    await c.keep();
    expect((await levels())['custody.movements-read/eth-chain']?.level).toBe('blind');
    await evm.mine();
    await look();
    await c.keep();
    expect((await levels())['custody.movements-read/eth-chain']?.level ?? 'ok').toBe('ok');
  });
});

test('a chain that left the configuration is taken off by a person, once it is silent, and goes on where it was', async () => {
  const levelOf = async () => {
    await c.keep();
    const levels = await c.view<Record<string, { level: string }>>('levels');
    return levels['custody.movements-read/eth-chain']?.level ?? 'ok';
  };
  const stop = (who: string, source = 'eth-chain') =>
    c.act('StopScanning', { source, reason: 'the chain was given up' }, who);
  expect(await stop('south')).toBe('no-duty');
  expect(await stop('audit', 'other')).toBe('no-source');
  // Attack: the reader is stopped, the coin is moved, the reader is started anew.
  expect(await stop('audit')).toBe('still-read');
  c.pass(2 * HOUR_MS);
  expect(await levelOf()).toBe('blind');
  expect(await stop('audit')).toBe('done');
  expect(await levelOf()).toBe('ok');
  expect(await stop('audit')).toBe('no-source');
  await send(HOT, ADDRESSES.thief, ether(2));
  await look();
  expect(await unapproved()).toHaveLength(1);
  expect(await c.facts('custody.ScanningStarted')).toHaveLength(2);
  c.pass(2 * HOUR_MS);
  expect(await levelOf()).toBe('blind');
});

describe('what nobody approved', () => {
  test('is found at its first transfer: an account of ours, a token, a Safe whose owners signed', async () => {
    await send(HOT, ADDRESSES.thief, ether(2));
    await send(STRANGER, token, 0n, tokenTransfer(HOT.address, ADDRESSES.thief, 777n));
    await execute(ADDRESSES.thief, ether(40), 0);
    await look();
    expect(await unapproved()).toEqual([
      { wallet: 'till', asset: 'ETH', amount: ETH(2), to: ADDRESSES.thief },
      { wallet: 'vault', asset: 'ETH', amount: ETH(40), to: ADDRESSES.thief },
      { wallet: 'till', asset: 'USDC', amount: '777', to: ADDRESSES.thief },
    ]);
    await c.keep();
    const levels = await c.view<Record<string, { level: string }>>('levels');
    expect(levels['custody.unapproved-movement/vault']?.level).toBe('critical');
    // Whoever reads again finds nothing anew.
    await look();
    expect(await unapproved()).toHaveLength(3);
  });

  test('what left by a way that the nodes do not show is missing from the balance, with its amount', async () => {
    await execute(ADDRESSES.thief, ether(7), 0);
    await evm.request('anvil_setBalance', [HOT.address, hex(ether(90))]);
    await evm.mine();
    await look({ traces: 'none' });
    expect(await unapproved()).toEqual([
      { wallet: 'till', asset: 'ETH', amount: ETH(10), to: 'unknown' },
      { wallet: 'vault', asset: 'ETH', amount: ETH(7), to: 'unknown' },
    ]);
  });

  test('what failed moved nothing; its fee is no theft', async () => {
    const reverts = '0x60006000fd';
    await evm.request('anvil_setCode', [ADDRESSES.payee, reverts]);
    const hash = await sender(HOT).sendTransaction({ to: ADDRESSES.payee, value: ether(1), gas: 100_000n });
    expect((await mined(hash)).status).toBe('0x0');
    await evm.mine();
    await look();
    expect(await unapproved()).toEqual([]);
  });

  test('a node that hides a theft is named, and nothing counts as read until they agree', async () => {
    await send(HOT, ADDRESSES.thief, ether(2));
    const hiding = await hidingNode(evm, HOT.address);
    try {
      const before = (await c.facts('custody.BlocksScanned')).length;
      await look({ rpcUrls: [evm.rpcUrl, hiding.url] });
      expect(await c.facts('custody.BlocksScanned')).toHaveLength(before);
      const [dispute] = await c.facts('reserves.ReadingDisputed');
      expect(JSON.stringify(dispute)).toContain('what left our addresses');
      await look();
      expect(await unapproved()).toHaveLength(1);
    } finally {
      await hiding.close();
    }
  });

  test('after a reorganisation the blocks that replaced the read ones are read', async () => {
    const before = await evm.request('evm_snapshot');
    await evm.mine(2);
    await look();
    await evm.request('evm_revert', [before]);
    await evm.request('evm_increaseTime', [50]);
    await send(HOT, ADDRESSES.thief, ether(3));
    await evm.mine();
    await look();
    expect(await unapproved()).toEqual([
      { wallet: 'till', asset: 'ETH', amount: ETH(3), to: ADDRESSES.thief },
    ]);
  });
});

describe('what was approved', () => {
  test('a transfer out of the Safe settles when it appears on chain; the same again is unapproved', async () => {
    const of = order(ETH(4), { chainId: CHAIN_ID, safe, nonce: 0 });
    c.pass(DAY_MS);
    await c.rates(RATES);
    const requested = await c.run(
      'custody.RequestTransfer',
      { chain: 'ethereum', order: of, reason: 'pay' } as never,
      as('south'),
    );
    const { transfer, digest } = c.result<{ transfer: string; digest: string }>(requested);
    for (const who of ['east', 'west'])
      expect(await c.act('ApproveTransfer', { transfer, digest, chain: 'ethereum', order: of }, who)).toBe(
        'done',
      );
    await execute(ADDRESSES.payee, ether(4), 0);
    await look();
    expect(await unapproved()).toEqual([]);
    const [matched] = (await c.facts('custody.MovementMatched')) as unknown as Found[];
    expect(matched).toMatchObject({ wallet: 'vault', movement: { transfer, amount: ETH(4) } });
    await execute(ADDRESSES.payee, ether(4), 1);
    await look();
    expect(await unapproved()).toHaveLength(1);
  });

  test('a withdrawal that the gate allowed and the exchange announced is paid once, in its own amount', async () => {
    const secret = 'token';
    const gate = createGate(
      { app: c.app },
      gateSchema.parse({ tokenSha256: createHash('sha256').update(secret).digest('hex') }),
    );
    const post = async (path: string, body: unknown) =>
      gate.request(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
        body: JSON.stringify(body),
      });
    const listed = { customer: 'c-1', chain: 'ethereum', address: ADDRESSES.payee };
    await post('/destinations', { destinations: [listed] });
    c.pass(DAY_MS);
    await c.rates(RATES);
    const asked = { customer: 'c-1', asset: 'ETH', amount: ETH(1), destination: ADDRESSES.payee };
    for (const id of ['w-1', 'w-2']) {
      const answer = await post('/withdrawals', { id, ...asked, chain: 'ethereum' });
      expect(await answer.json()).toMatchObject({ decision: 'allow' });
    }
    const payment = (id: string, transaction: string) => ({
      id,
      customer: 'c-1',
      chain: 'ethereum',
      transaction,
    });
    const [first, short] = [
      await send(HOT, ADDRESSES.payee, ether(1)),
      await send(HOT, ADDRESSES.payee, ether(1) + 1n),
    ];
    expect(
      (await post('/payments', { payments: [payment('w-1', first), payment('w-2', short)] })).status,
    ).toBe(200);
    expect((await post('/payments', { payments: [payment('w-1', 'nonsense')] })).status).toBe(400);
    await look();
    expect(await unapproved()).toEqual([
      { wallet: 'till', asset: 'ETH', amount: String(ether(1) + 1n), to: ADDRESSES.payee },
    ]);
    const matched = (await c.facts('custody.MovementMatched')) as unknown as Found[];
    expect(matched.map(({ movement }) => movement.withdrawal)).toEqual(['w-1']);
    // Announced a second time for another payment: it is paid already.
    const again = await send(HOT, ADDRESSES.payee, ether(1));
    await post('/payments', { payments: [payment('w-1', again)] });
    await look();
    expect(await unapproved()).toHaveLength(2);
  });
});

const [BTC_COLD, BTC_CHANGE, BTC_THIEF] = [1, 2, 3].map(
  (n) => p2wpkh(secp256k1.getPublicKey(new Uint8Array(32).fill(n), true), NETWORK).address ?? '',
) as [string, string, string];
const txid = (n: number): string => String(n).padStart(2, '0').repeat(32);
type Output = { to: string | null; sat: number };
type Spend = { id: string; height: number; from: string; outputs: Output[] };
type Ledger = { height: number; fork: string; spends: Spend[] };
const btcHash = ({ fork }: Ledger, height: number): string =>
  `${fork}${String(height).padStart(8, '0')}`.padStart(64, '0');
const coins = (sat: number): string => `${Math.floor(sat / 1e8)}.${String(sat % 1e8).padStart(8, '0')}`;

/** Bitcoin Core's answers as far as a movement reader asks, with amounts as decimal numbers of coins. */
const coreAnswers = (ledger: Ledger, method: string, params: unknown[]): string => {
  const place = (to: string | null) =>
    to === null ? '{"hex":"6a0401020304"}' : `{"address":"${to}","hex":"00"}`;
  if (method === 'getblockcount') return String(ledger.height);
  if (method === 'getblockhash') return `"${btcHash(ledger, Number(params[0]))}"`;
  expect([method, params[1]]).toEqual(['getblock', 3]);
  const height = Number(String(params[0]).slice(-8));
  const coinbase = `{"txid":"${txid(99)}","vin":[{"coinbase":"00"}],"vout":[{"n":0,"value":3.125,"scriptPubKey":{"hex":"51"}}]}`;
  const rows = ledger.spends
    .filter((one) => one.height === height)
    .map(({ id, from, outputs }) => {
      const vout = outputs.map(
        ({ to, sat }, n) => `{"n":${n},"value":${coins(sat)},"scriptPubKey":${place(to)}}`,
      );
      return `{"txid":"${id}","vin":[{"prevout":{"value":9.9,"scriptPubKey":${place(from)}}}],"vout":[${vout}]}`;
    });
  return `{"time":1790000000,"tx":[${[coinbase, ...rows]}]}`;
};
/** Esplora's, newest first, in satoshi; pages of two, so that more than one is asked for. */
const esploraAnswers = (ledger: Ledger, path: string): string => {
  if (path === '/blocks/tip/height') return String(ledger.height);
  if (path.startsWith('/block-height/')) return btcHash(ledger, Number(path.slice(14)));
  const [, , address, , , last] = path.split('/');
  const rows = ledger.spends.filter(({ from }) => from === address).sort((a, b) => b.height - a.height);
  const start = last === undefined ? 0 : rows.findIndex(({ id }) => id === last) + 1;
  const place = (to: string | null) =>
    to === null ? { scriptpubkey: '6a0401020304' } : { scriptpubkey: '00', scriptpubkey_address: to };
  return JSON.stringify(
    rows.slice(start, start + 2).map(({ id, height, from, outputs }) => ({
      txid: id,
      status: { confirmed: true, block_height: height, block_time: 1_790_000_000 },
      vin: [{ prevout: { ...place(from), value: 1 } }],
      vout: outputs.map(({ to, sat }) => ({ ...place(to), value: sat })),
    })),
  );
};

describe('Bitcoin, by Core and Esplora', () => {
  const ledger: Ledger = { height: 900_000, fork: 'aa', spends: [] };
  let nodes: Awaited<ReturnType<typeof serve>>[];
  let stop: (() => Promise<void>)[];
  beforeEach(async () => {
    Object.assign(ledger, { height: 900_000, fork: 'aa', spends: [] });
    nodes = [
      await serve((_, body) => {
        const { method, params } = JSON.parse(body) as { method: string; params: unknown[] };
        return `{"result":${coreAnswers(ledger, method, params)},"error":null,"id":"sonae"}`;
      }),
      await serve((path) => esploraAnswers(ledger, path)),
    ];
    stop = nodes.map(({ close }) => close);
    await c.change({
      kind: 'wallet',
      wallet: walletOf('btc-cold', { chain: 'bitcoin', kind: 'bitcoin', chainId: null }),
    });
    await c.addresses('btc-cold', 'bitcoin', [BTC_COLD, BTC_CHANGE]);
    await lookBitcoin();
  });
  afterEach(() => Promise.all(stop.map((close) => close())));
  const lookBitcoin = () =>
    readMovements(
      c.app,
      reservesSchema.parse({
        chains: [
          {
            ...{ kind: 'bitcoin', source: 'btc-chain', chain: 'bitcoin', asset: 'BTC' },
            nodes: [
              { kind: 'core', url: nodes[0]?.url, user: 'u', password: 'p', by: 'listunspent' },
              { kind: 'esplora', url: nodes[1]?.url },
            ],
          },
        ],
      }).chains[0] as WatchedChain,
    );

  test('what is spent is found output by output; change to the same wallet has not left', async () => {
    const theft = (n: number, height: number): Spend => ({
      ...{ id: txid(n), height, from: BTC_COLD },
      outputs: [
        { to: BTC_THIEF, sat: 600_000_000 + n },
        { to: BTC_CHANGE, sat: 5 },
        { to: null, sat: 0 },
      ],
    });
    ledger.spends = [1, 2, 3, 4, 5].map((n) => theft(n, 900_000 + n));
    ledger.height = 900_005;
    await lookBitcoin();
    expect(await unapproved()).toEqual(
      [1, 2, 3, 4, 5].map((n) => ({
        ...{ wallet: 'btc-cold', asset: 'BTC', amount: String(600_000_000 + n), to: BTC_THIEF },
      })),
    );
    expect((await c.facts('custody.BlocksScanned')).at(-1)).toMatchObject({
      ...{ source: 'btc-chain', fromHeight: 900_001, toHeight: 900_005, movements: 10 },
    });
  });

  test('a fork is read anew from before it; a coin burnt into a script has left too', async () => {
    ledger.height = 900_003;
    await lookBitcoin();
    ledger.fork = 'bb';
    ledger.spends = [{ id: txid(7), height: 900_002, from: BTC_COLD, outputs: [{ to: null, sat: 77 }] }];
    await lookBitcoin();
    expect(await unapproved()).toEqual([
      { wallet: 'btc-cold', asset: 'BTC', amount: '77', to: 'script-6a0401020304' },
    ]);
  });
});

type Served = { readonly url: string; close(): Promise<void> };
async function serve(answer: (path: string, body: string) => Promise<string> | string): Promise<Served> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end(await answer(request.url ?? '', body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** A node in front of the chain that leaves out what an address sent. */
const hidingNode = (behind: LocalEvm, address: string): Promise<Served> =>
  serve(async (_, body) => {
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
    let result = await behind.request(method, params);
    if (method === 'eth_getBlockByNumber' && params[1] === true) {
      const block = result as { transactions: { from: string }[] };
      const transactions = block.transactions.filter(({ from }) => from !== address.toLowerCase());
      result = { ...block, transactions };
    }
    if (method === 'eth_getBalance') result = hex(ether(1_000));
    return JSON.stringify({ jsonrpc: '2.0', id, result });
  });
