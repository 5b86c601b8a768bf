/**
 * What the chain says of a Safe: a real Safe 1.5.0 on a local chain is changed in every way that loses one, Bybit's among
 * them, and each is found by the next reading; a clean Safe is never found, and leaves nothing more in the log. Nodes that
 * lie or die, and a reorganisation.
 */

import { registry } from '@sonae/core/app/modules.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import { safeTxHash } from '@sonae/core/nouns/custody/engine/safe-hash.ts';
import { pino } from 'pino';
import { type Address, createPublicClient, type Hex, http, keccak256 } from 'viem';
import { beforeEach, describe, expect, test } from 'vitest';
import type { LocalEvm } from '../packages/server/src/connectors/evm/local-evm.ts';
import { readEvmSafes } from '../packages/server/src/connectors/evm-safes/evm-safes.ts';
import type { Node } from '../packages/server/src/node.ts';
import { watchChains } from '../packages/server/src/reserves/watch-chains.ts';
import { type Custody, ETH, keyOf as inventoryKey, order, walletOf } from './support/custody.ts';
import { as } from './support/firm.ts';
import { keyOf, proxyOf, SAFE_ABI, type SafeChain } from './support/safe.ts';
import { CHAIN_ID, call, lower, NOBODY, OWNERS, useSafe } from './support/safe-world.ts';

const [, , C] = OWNERS as [unknown, unknown, (typeof OWNERS)[number]];
const THIEF = keyOf(5);
const MODULE: Address = `0x${'6d'.repeat(20)}`;
const SENTINEL: Address = `0x${'00'.repeat(19)}01`;

const { now, nodes, chain, look, alter, known, stateNow, levelOf, accept } = useSafe();
let evm: LocalEvm;
let on: SafeChain;
let c: Custody;
let safe: Address;
let handler: Address;
let guard: Address;
let singleton: Address;
beforeEach(() => {
  ({ evm, on, c, safe, handler, guard } = now());
});
const countFacts = async () => (await c.app.ports.store.facts({ limit: 2_000 })).length;

describe('a Safe that nobody touched', () => {
  test('is read as its own getters say', async () => {
    await alter(call('enableModule' as never, [MODULE]));
    await look();
    const client = createPublicClient({ transport: http(evm.rpcUrl) });
    const read = <T>(functionName: string, args: readonly unknown[] = []): Promise<T> =>
      client.readContract({ address: safe, abi: SAFE_ABI, functionName, args } as never) as Promise<T>;
    const [modules] = await read<[Address[]]>('getModulesPaginated', [SENTINEL, 10n]);
    const { observed, nonce: seen } = await known();
    expect(observed?.state).toMatchObject({
      version: await read('VERSION'),
      owners: (await read<Address[]>('getOwners')).map(lower).sort(),
      threshold: Number(await read<bigint>('getThreshold')),
      modules: modules.map(lower),
      ...{ guard: null, moduleGuard: null, fallbackHandler: handler, whole: true },
    });
    expect(observed?.state.owners).toHaveLength(3);
    expect([seen, Number(await read<bigint>('nonce'))]).toEqual([1, 1]);
    // What is signed is what this Safe of this version computes itself.
    const { transaction } = order(ETH(1), { safe, nonce: 1 });
    if (transaction.kind !== 'safe') throw new Error('safe');
    const args = [transaction.to, BigInt(transaction.value), '0x', 0, 0n, 0n, 0n, NOBODY, NOBODY, 1n];
    expect(await read('getTransactionHash', args)).toBe(`0x${safeTxHash(transaction, '1.5.0')}`);
  });

  test('is to be accepted by two people, then it is ok, and many rounds leave no further fact', async () => {
    await look();
    expect(await levelOf()).toMatchObject({
      level: 'watch',
      why: { en: expect.stringContaining('accepted') },
    });
    const state = await stateNow();
    const asked = {
      content: { kind: 'safe-state', wallet: 'cold', chain: 'ethereum', address: safe, state },
    };
    const outcome = await c.run('custody.ProposeChange', { ...asked, reason: 'r' } as never, as('north'));
    const { change, digest } = c.result<{ change: string; digest: string }>(outcome);
    expect(await c.act('ApproveChange', { change, digest }, 'north')).toBe('own-work');
    expect((await known()).confirmed).toBe(false);
    expect(await c.act('ApproveChange', { change, digest }, 'east')).toBe('done');
    expect(await levelOf()).toMatchObject({ level: 'ok' });
    const before = await countFacts();
    for (let n = 0; n < 12; n += 1) {
      await evm.mine();
      c.pass(MINUTE_MS);
      await look();
    }
    expect(await countFacts()).toBe(before);
    c.pass(4 * MINUTE_MS);
    await look();
    // Only now and then it is said that somebody still reads.
    expect(await countFacts()).toBe(before + 1);
    expect(await c.facts('custody.SafeStateObserved')).toHaveLength(1);
    expect(await c.facts('custody.SafesChecked')).toHaveLength(2);
  });

  test('changed before anybody accepted it is critical all the same', async () => {
    await look();
    await alter(call('enableModule' as never, [MODULE]));
    await look();
    expect(await levelOf()).toMatchObject({
      level: 'critical',
      why: { en: expect.stringContaining('Module') },
    });
  });

  test('of which only part is whole, or which is no Safe of the wallet, is not accepted', async () => {
    await look();
    const state = await stateNow();
    const propose = (change: object) =>
      c.act(
        'ProposeChange',
        {
          content: { kind: 'safe-state', wallet: 'cold', chain: 'ethereum', address: safe, state, ...change },
          reason: 'r',
        },
        'north',
      );
    expect(await propose({ state: { ...state, whole: false } })).toBe('bad-change');
    expect(await propose({ address: MODULE })).toBe('bad-change');
    expect(await propose({ wallet: 'till' })).toBe('bad-change');
    expect(await propose({})).toBe('done');
  });
});

/** Slot 0 := the address in the call data, as `transfer(address,uint256)` of the contract that took Bybit's Safe did. */
const REPLACES_SINGLETON = '6004356000550000';
/** Code that is put into a contract: CODECOPY the rest, RETURN it. */
const deployable = (code: string): Hex =>
  `0x60${(code.length / 2).toString(16).padStart(2, '0')}600c60003960${(code.length / 2).toString(16).padStart(2, '0')}6000f3${code}`;

describe('a Safe that was accepted and is changed', () => {
  beforeEach(async () => {
    await look();
    await accept(await stateNow());
    singleton = (await stateNow()).singleton as Address;
    expect(await levelOf()).toMatchObject({ level: 'ok' });
  });

  const CHANGES: readonly [string, () => Promise<void>, 'critical' | 'warning', RegExp][] = [
    [
      'owner added',
      () => alter(call('addOwnerWithThreshold' as never, [THIEF.address, 2n])),
      'critical',
      new RegExp(`Owner ${lower(THIEF.address)} was added`),
    ],
    ['threshold lowered', () => alter(call('changeThreshold' as never, [1n])), 'critical', /needed: 2 → 1/],
    ['threshold raised', () => alter(call('changeThreshold' as never, [3n])), 'warning', /needed: 2 → 3/],
    [
      'module enabled',
      () => alter(call('enableModule' as never, [MODULE])),
      'critical',
      /Module 0x6d.* was enabled/,
    ],
    ['guard set', () => alter(call('setGuard' as never, [guard])), 'warning', /guard changed: – →/],
    [
      'guard set by a module guard',
      () => alter(call('setModuleGuard' as never, [guard])),
      'warning',
      /module guard changed: – →/,
    ],
    [
      'fallback handler changed',
      () => alter(call('setFallbackHandler' as never, [MODULE])),
      'critical',
      /fallback handler.*→ 0x6d/,
    ],
  ];

  test.each(CHANGES)('%s: found by the next reading', async (_, change, level, why) => {
    await change();
    expect(await levelOf()).toMatchObject({ level: 'ok' });
    await look();
    expect(await levelOf()).toMatchObject({ level, why: { en: expect.stringMatching(why) } });
    expect((await levelOf()).why.ja).toMatch(/[ぁ-ん]/);
    expect(await c.facts('custody.SafeStateObserved')).toHaveLength(2);
  });

  test('guard removed: critical, after it was accepted', async () => {
    await alter(call('setGuard' as never, [guard]));
    await look();
    await accept(await stateNow());
    expect(await levelOf()).toMatchObject({ level: 'ok' });
    await alter(call('setGuard' as never, [NOBODY]));
    await look();
    expect(await levelOf()).toMatchObject({ level: 'critical', why: { en: expect.stringMatching(/→ –/) } });
  });

  test('Bybit: a DELEGATECALL replaces the singleton; critical, an incident, and no answer of the thief’s code counts', async () => {
    // The thief’s code fails whatever it is asked: INVALID.
    const evil = await on.deploy(deployable('fe'));
    const trick = await on.deploy(deployable(REPLACES_SINGLETON));
    const data = `0xa9059cbb${evil.slice(2).padStart(64, '0')}${'0'.repeat(64)}` as Hex;
    await alter(data, trick, 'delegatecall');
    await look();
    const level = await levelOf();
    expect(level.level).toBe('critical');
    expect(level.why.en).toContain(`singleton was replaced: ${singleton} → ${evil}`);
    expect(await stateNow()).toMatchObject({ singleton: evil, version: null, threshold: 2 });
    const suspected = await c.facts('incidents.Suspected');
    expect(JSON.stringify(suspected)).toContain('custody.safe-state/cold');
  });

  test('code behind the proxy that answers like a Safe is found by its code', async () => {
    const state = await stateNow();
    const code = (await evm.request('eth_getCode', [singleton, 'latest'])) as string;
    await evm.request('anvil_setCode', [singleton, `${code}00`]);
    await look();
    expect(await stateNow()).toMatchObject({ version: state.version, owners: state.owners });
    expect(await levelOf()).toMatchObject({
      level: 'critical',
      why: { en: expect.stringContaining('singleton') },
    });
  });

  test('a list without an end cannot be accepted', async () => {
    // owners[last] points back to itself: no reader would ever finish.
    await look();
    const first = (await evm.request('eth_getStorageAt', [safe, ownersSlot(SENTINEL), 'latest'])) as Hex;
    await evm.request('anvil_setStorageAt', [safe, ownersSlot(`0x${first.slice(26)}`), first]);
    await look();
    const { owners } = await stateNow();
    expect(await stateNow()).toMatchObject({ whole: false });
    expect(new Set(owners).size).toBe(owners.length);
    expect(await levelOf()).toMatchObject({
      level: 'critical',
      why: { en: expect.stringContaining('no end') },
    });
  });

  test('what two people accepted before is no finding when it comes; late it is one', async () => {
    const state = await stateNow();
    await accept({ ...state, fallbackHandler: MODULE });
    expect(await levelOf()).toMatchObject({ level: 'ok' });
    await alter(call('setFallbackHandler' as never, [MODULE]));
    await look();
    expect(await levelOf()).toMatchObject({ level: 'ok' });
    // Back again was not accepted.
    await alter(call('setFallbackHandler' as never, [handler]));
    await look();
    expect(await levelOf()).toMatchObject({ level: 'critical' });
    await accept(await stateNow());
    expect(await levelOf()).toMatchObject({ level: 'ok' });
    await accept({ ...state, fallbackHandler: MODULE });
    c.pass(8 * DAY_MS);
    await alter(call('setFallbackHandler' as never, [MODULE]));
    await look();
    expect(await levelOf()).toMatchObject({ level: 'critical' });
  });

  test('after a reorganisation it is as the chain now says', async () => {
    const before = await evm.request('evm_snapshot');
    await alter(call('changeThreshold' as never, [1n]));
    await look();
    expect(await levelOf()).toMatchObject({ level: 'critical' });
    await evm.request('evm_revert', [before]);
    await evm.mine(2);
    await look();
    expect(await levelOf()).toMatchObject({ level: 'ok' });
    expect((await known()).nonce).toBe(0);
  });
});

const ownersSlot = (owner: string): Hex =>
  keccak256(`0x${owner.slice(2).padStart(64, '0')}${'2'.padStart(64, '0')}`);

describe('a Safe against the inventory', () => {
  test('an owner without a key, and fewer signatures than declared, are findings at first sight', async () => {
    await c.change({ kind: 'key', key: inventoryKey('k3', 'north', 'fukuoka', { evmAddress: MODULE }) });
    await c.change({ kind: 'wallet', wallet: walletOf('cold', { safe: true, quorum: 3 }) });
    await look();
    const { level, why } = await levelOf();
    expect(level).toBe('critical');
    expect(why.en).toContain('The inventory says 3 signatures, the Safe 2.');
    expect(why.en).toContain(`Owners without a key of the inventory: ${lower(C.address)}.`);
    // Accepting what is so does not make it what is declared.
    await accept(await stateNow());
    expect(await levelOf()).toMatchObject({ level: 'critical' });
    await c.change({ kind: 'wallet', wallet: walletOf('cold', { safe: true }) });
    await c.change({ kind: 'key', key: inventoryKey('k3', 'north', 'fukuoka') });
    expect(await levelOf()).toMatchObject({ level: 'ok' });
  });

  test('an address without a contract is no Safe', async () => {
    await c.addresses('cold', 'ethereum', [MODULE]);
    await look();
    expect(await levelOf()).toMatchObject({
      level: 'critical',
      why: { en: expect.stringContaining('no contract') },
    });
  });

  test('more addresses than are read and judged are not taken', async () => {
    const many = Array.from({ length: 20 }, (_, n): Address => `0x${(n + 1).toString(16).padStart(40, '0')}`);
    const propose = (addresses: readonly string[], wallet = 'cold') =>
      c.act('ProposeAddresses', { wallet, chain: 'ethereum', addresses, reason: 'r' }, 'north');
    expect(await propose(many)).toBe('too-many');
    expect(await propose(many.slice(1))).toBe('done');
    await c.addresses('till', 'ethereum', [...many.slice(0, 1), MODULE, ...OWNERS.map((one) => one.address)]);
    const more = Array.from(
      { length: 20 },
      (_, n): Address => `0x${(n + 99).toString(16).padStart(40, '0')}`,
    );
    await c.addresses('till', 'ethereum', more);
    const declared = { kind: 'wallet', wallet: walletOf('till', { keys: ['h1'], quorum: 1, safe: true }) };
    expect(await c.act('ProposeChange', { content: declared, reason: 'r' }, 'north')).toBe('bad-change');
  });

  test('facts from before Safes could be declared say that nothing was declared', () => {
    const wallet = walletOf('old');
    const key = inventoryKey('k9', 'east', 'nara');
    const lifted = (content: object) =>
      decodeFact(
        JSON.stringify({ type: 'custody.ChangeApproved@1', body: { change: 'c', content } }),
        registry.facts,
      ).body;
    expect(lifted({ kind: 'wallet', wallet })).toMatchObject({
      content: { wallet: { id: 'old', safe: false } },
    });
    expect(lifted({ kind: 'key', key })).toMatchObject({ content: { key: { id: 'k9', evmAddress: null } } });
    const retired = { kind: 'retire', what: 'key', id: 'k9' };
    expect(lifted(retired)).toEqual({ change: 'c', content: retired });
  });

  test('an address that is of no Safe is not taken from whoever reports it', async () => {
    await look();
    const state = await stateNow();
    const block = { height: 1, hash: '0x1' };
    const at = new Date(c.clock.now()).toISOString();
    const safes = [{ address: `0x${'40'.repeat(20)}`, state, nonce: 0 }];
    const input = { source: 'eth-chain', chain: 'ethereum', block, at, safes };
    expect(c.result(await c.system('RecordSafes', input))).toEqual({ changed: 0 });
    const ahead = { ...input, at: '2030-01-01T00:00:00Z' };
    expect(await c.system('RecordSafes', ahead)).toMatchObject({ refused: 'from-the-future' });
  });
});

const RESERVES = {
  ...{ exchange: 'example', book: 'main', bookStaleAfterMinutes: 120, currency: 'JPY', zone: 'Asia/Tokyo' },
  ...{ closedOn: [], coverage: [], concentration: { watchBps: 10_000, warningBps: 10_000 } },
  sources: [
    { source: 'eth-chain', kind: 'chain', place: 'ethereum', assets: ['ETH'], staleAfterMinutes: 60 },
  ],
  outflow: { hot: { watch: 48, warning: 24, critical: 6 }, all: { watch: 240, warning: 72, critical: 24 } },
  ...{ reconciliations: [], statements: [], banks: [], coins: [], movers: [] },
};

describe('nodes', () => {
  const config = (rpcUrls: string[]) => ({
    ...{ chainId: CHAIN_ID, rpcUrls, requestTimeoutMs: 2_000, tag: 'latest' as const },
  });
  const lie = (value: (result: unknown, params: unknown[]) => unknown, of = 'eth_getStorageAt') =>
    proxyOf(evm, (method, params, result) => (method === of ? value(result, params) : result));

  test.each<[string, string, (result: unknown, params: unknown[]) => unknown, RegExp]>([
    [
      'the singleton',
      'eth_getStorageAt',
      (result, [, slot]) => (BigInt(slot as Hex) === 0n ? `0x${'6d'.repeat(32)}` : result),
      /^singleton(Code)? of Safe 0x/,
    ],
    [
      'the threshold',
      'eth_getStorageAt',
      (result, [, slot]) => (BigInt(slot as Hex) === 4n ? `0x${'9'.padStart(64, '0')}` : result),
      /^threshold of Safe 0x/,
    ],
    ['the code', 'eth_getCode', () => '0x', /^code of Safe 0x/],
    ['the version', 'eth_call', () => `0x${'0'.repeat(320)}`, /^version of Safe 0x/],
    [
      'the nonce',
      'eth_getStorageAt',
      (result, [, slot]) => (BigInt(slot as Hex) === 5n ? `0x${'7'.padStart(64, '0')}` : result),
      /^nonce of a Safe/,
    ],
  ])('one that lies about %s: a dispute names both, and nothing is recorded', async (_, of, value, says) => {
    const liar = await lie(value, of);
    const read = await readEvmSafes(config([evm.rpcUrl, liar]), [safe]);
    expect(read).toMatchObject({
      disputed: expect.stringMatching(says),
      hosts: [new URL(evm.rpcUrl).host, new URL(liar).host],
    });
    await c.run('reserves.SetPolicy', RESERVES, as('north'));
    await look({ rpcUrls: [evm.rpcUrl, liar] });
    expect(await c.facts('custody.SafeStateObserved')).toEqual([]);
    expect(await c.facts('custody.SafesChecked')).toEqual([]);
    expect(await c.facts('reserves.ReadingDisputed')).toMatchObject([
      {
        source: 'eth-chain',
        what: expect.stringMatching(says),
        hosts: [new URL(evm.rpcUrl).host, new URL(liar).host],
      },
    ]);
    // Of three, the one that stands apart is named.
    const three = await readEvmSafes(config([...nodes(), liar]), [safe]);
    expect(three).toMatchObject({ hosts: [new URL(liar).host] });
  });

  test('one that is dead, or answers nonsense, is not enough with one other', async () => {
    const dead = ['http://127.0.0.1:9', evm.rpcUrl];
    await expect(readEvmSafes(config(dead), [safe])).rejects.toThrow('server.unreachable');
    const long = await lie(() => `0x${'ab'.repeat(33)}`);
    const text = await lie(() => 'yes', 'eth_getCode');
    for (const bad of [long, text])
      await expect(readEvmSafes(config([evm.rpcUrl, bad]), [safe])).rejects.toThrow('server.unreachable');
    await expect(look({ rpcUrls: dead })).rejects.toThrow(/fewer than 2 nodes/);
    expect(await c.facts('custody.SafeStateObserved')).toEqual([]);
  });

  test('one alone is not asked, too many Safes are refused, and so is another chain', async () => {
    const many = Array.from({ length: 51 }, (_, n): Address => `0x${n.toString(16).padStart(40, '0')}`);
    await expect(readEvmSafes(config([evm.rpcUrl]), [safe])).rejects.toThrow('input.invalid');
    await expect(readEvmSafes(config(nodes()), many)).rejects.toThrow(/51 Safes on chain 1, at most 50/);
    const read = await readEvmSafes({ ...config(nodes()), chainId: 5 }, [safe]);
    expect(read).toMatchObject({ disputed: expect.stringContaining('is on chain 1') });
  });

  test('a code that would run for ever, or answer without end, costs one reading nothing', async () => {
    // JUMPDEST PUSH1 0 JUMP; and RETURN of a megabyte.
    for (const code of ['0x5b600056', '0x620f42406000f3']) {
      await evm.request('anvil_setCode', [safe, code]);
      const read = await readEvmSafes(config(nodes()), [safe]);
      expect(read).toMatchObject({ safes: [{ state: { version: null, threshold: 2, whole: true } }] });
    }
  });

  test('findings are of the finalised block, the nonce of the newest', async () => {
    await alter(call('changeThreshold' as never, [1n]));
    await look({ tag: 'finalized' });
    // Anvil calls final what is 64 blocks old.
    expect((await known()).nonce).toBe(1);
    expect((await known()).observed?.state.threshold).not.toBe(1);
    await evm.mine(70);
    await look({ tag: 'finalized' });
    expect((await stateNow()).threshold).toBe(1);
  });

  test('a reader that fell silent is blind, and never hides what was found', async () => {
    await look();
    await accept(await stateNow());
    await alter(call('changeThreshold' as never, [1n]));
    await look();
    expect(await levelOf()).toMatchObject({ level: 'critical' });
    c.pass(2 * HOUR_MS);
    expect(await levelOf('custody.safes-read/ethereum')).toMatchObject({ level: 'blind' });
    expect(await levelOf()).toMatchObject({ level: 'critical' });
    await look();
    expect(await levelOf('custody.safes-read/ethereum')).toMatchObject({ level: 'ok' });
  });

  test('are asked by the node that leads, over and over', async () => {
    const stop = new AbortController();
    const node = { leader: true, app: c.app } as Node;
    const watch = (change: object, signal: AbortSignal) =>
      watchChains(
        node,
        [chain({ pollMs: 1_000, movements: false, ...change })],
        signal,
        pino({ enabled: false }),
      );
    const off = new AbortController();
    const nothing = watch({ safes: false }, off.signal);
    const rounds = () => c.facts('custody.HoldingsRecorded');
    await expect.poll(async () => (await rounds()).length, { timeout: 10_000 }).toBeGreaterThan(1);
    off.abort();
    await nothing;
    expect(await c.facts('custody.SafeStateObserved')).toEqual([]);
    const done = watch({}, stop.signal);
    await expect.poll(() => c.facts('custody.SafeStateObserved'), { timeout: 10_000 }).toHaveLength(1);
    await alter(call('changeThreshold' as never, [1n]));
    await expect.poll(async () => (await stateNow()).threshold, { timeout: 10_000 }).toBe(1);
    stop.abort();
    await done;
    expect(await c.facts('custody.SafeStateObserved')).toMatchObject([{ source: 'eth-chain' }, {}]);
  });

  test('a declared Safe that nobody reads is awaited, then blind, and opens an incident', async () => {
    expect(await levelOf('custody.safes-read/ethereum')).toMatchObject({ level: 'watch' });
    c.pass(2 * HOUR_MS);
    expect(await levelOf('custody.safes-read/ethereum')).toMatchObject({ level: 'blind' });
    expect(await levelOf()).toMatchObject({
      level: 'blind',
      why: { en: expect.stringContaining('unknown') },
    });
    expect(JSON.stringify(await c.facts('incidents.Suspected'))).toContain('custody.safes-read/ethereum');
    // Where the reading is configured for another chain id, nothing is read.
    await look({ chainId: 5 });
    expect(await levelOf('custody.safes-read/ethereum')).toMatchObject({ level: 'blind' });
    await look();
    expect(await levelOf('custody.safes-read/ethereum')).toMatchObject({ level: 'ok' });
    expect(await levelOf()).toMatchObject({ level: 'watch' });
  });
});
