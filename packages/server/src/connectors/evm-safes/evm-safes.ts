/**
 * What a chain says of Safes: code, singleton, owners, threshold, modules, guards, fallback handler at one block, and the
 * nonce at the newest one, from at least two nodes that must agree on all of it. Everything but the version is read from
 * storage: whoever replaces the code behind a Safe also writes what that code answers, and its storage does not lie.
 * Source of the layout: SafeStorage.sol, GuardManager.sol, ModuleManager.sol and FallbackManager.sol of Safe 1.5.0; the
 * slots are the same since 1.0.0. Tests hold the reading against the getters of a real Safe.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import {
  SAFE_LIST_MAX,
  SAFES_PER_COMMAND_MAX,
  type SafeState,
} from '@sonae/core/nouns/custody/facts/safes.ts';
import { type Address, type Hex, keccak256, type PublicClient, stringToHex } from 'viem';
import {
  agreedHead,
  answered,
  type BlockName,
  type Dispute,
  type EvmBalancesConfig,
  openNodes,
  outliers,
} from '../evm-balances/evm-balances.ts';

/** All Safes of one reading by one node. A node that is slow beyond this has not answered. */
const READING_MS_MAX = 120_000;
/** Nonces beyond are cut: no Safe gets there. */
const COUNT_MAX = BigInt(Number.MAX_SAFE_INTEGER);
/** First and last entry of the linked lists of owners and modules. */
const SENTINEL = 1n;

const word = (value: bigint): Hex => `0x${value.toString(16).padStart(64, '0')}`;
const named = (name: string): Hex => keccak256(stringToHex(name));
const SLOTS = {
  singleton: word(0n),
  threshold: word(4n),
  nonce: word(5n),
  guard: named('guard_manager.guard.address'),
  moduleGuard: named('module_manager.module_guard.address'),
  fallbackHandler: named('fallback_manager.handler.address'),
} as const;
const MODULES_SLOT = 1n;
const OWNERS_SLOT = 2n;
const VERSION_GAS = 1_000_000;

export type SafeSeen = {
  readonly address: Address;
  readonly state: SafeState;
  /** At the newest block that all nodes have; null where they do not agree on it yet. */
  readonly nonce: number | null;
};
export type SafesSnapshot = {
  readonly block: BlockName;
  /** Of the block, unix milliseconds. */
  readonly atMs: number;
  readonly rpcs: readonly string[];
  readonly safes: readonly SafeSeen[];
};

/**
 * Reads Safes (addresses in lower case). Throws `input.invalid` for too few nodes or too many Safes, `server.unreachable`
 * where too few nodes answer; nodes that differ are a dispute that names them.
 */
export async function readEvmSafes(
  config: EvmBalancesConfig,
  addresses: readonly Address[],
): Promise<SafesSnapshot | Dispute> {
  const pool = openNodes(config);
  if (addresses.length > SAFES_PER_COMMAND_MAX)
    throw new FaultError(
      'input.invalid',
      `${addresses.length} Safes on chain ${config.chainId}, at most ${SAFES_PER_COMMAND_MAX} are read`,
      'retire wallets, or read them as another chain',
    );
  const head = await agreedHead(pool, config);
  if ('disputed' in head) return head;
  const { height, hash, atMs } = head;
  const read = answered(await pool.each((client) => statesOf(client, hash, addresses)), config);
  const different = outliers(read, (states) => JSON.stringify(states));
  if (different !== null)
    return { disputed: `${firstDifference(read, addresses)} at block ${height}`, hosts: different };
  const nonces = await newestNonces(config, addresses);
  if ('disputed' in nonces) return nonces;
  return {
    block: { height, hash },
    atMs,
    rpcs: read.map(({ host }) => host),
    safes: addresses.flatMap((address, n) => {
      const state = read[0].value[n];
      return state === undefined ? [] : [{ address, state, nonce: nonces.values[n] ?? null }];
    }),
  };
}

/** The nonces at the newest block. Nodes may still disagree on that block; on what it holds they may not. */
async function newestNonces(
  config: EvmBalancesConfig,
  addresses: readonly Address[],
): Promise<{ readonly values: readonly number[] } | Dispute> {
  const pool = openNodes(config);
  const newest = await agreedHead(pool, { ...config, tag: 'latest' });
  if ('disputed' in newest) return { values: [] };
  const read = answered(
    await pool.each(async (client) => {
      const node = nodeAt(client, newest.hash);
      return inTurns(addresses, async (address) => countOf(await node.slot(address, SLOTS.nonce)));
    }),
    config,
  );
  const different = outliers(read, (values) => values.join());
  if (different === null) return { values: read[0].value };
  return { disputed: `nonce of a Safe at block ${newest.height}`, hosts: different };
}

type Node = {
  slot(address: Address, slot: Hex): Promise<bigint>;
  /** First 20 bytes of the hash of the code; null without code. */
  codeId(address: Address): Promise<string | null>;
  version(address: Address): Promise<string | null>;
};

/** One node at one block: a node that has reorganised meanwhile refuses instead of answering about another chain. */
function nodeAt(client: PublicClient, blockHash: Hex): Node {
  const pin = { blockHash, requireCanonical: true } as unknown as Hex;
  const deadline = Date.now() + READING_MS_MAX;
  const ask = async (method: string, ...params: readonly unknown[]): Promise<Hex> => {
    if (Date.now() > deadline) throw new TypeError(`took longer than ${READING_MS_MAX} ms`);
    const request = client.request as (call: { method: string; params: readonly unknown[] }) => Promise<Hex>;
    const answer = await request({ method, params: [...params, pin] });
    if (!/^0x[0-9a-f]*$/i.test(answer)) throw new TypeError(`${method}: what it answered is not hex`);
    return answer;
  };
  return {
    slot: async (address, slot) => {
      const answer = await ask('eth_getStorageAt', address, slot);
      if (answer.length < 3 || answer.length > 66) throw new TypeError('a storage slot has 32 bytes');
      return BigInt(answer);
    },
    codeId: async (address) => {
      const code = await ask('eth_getCode', address);
      return code === '0x' ? null : keccak256(code.toLowerCase() as Hex).slice(2, 42);
    },
    version: async (address) => versionText(await ask('eth_call', { data: askVersion(address) })),
  };
}

/**
 * Code that asks a contract for `VERSION()` with little gas and keeps 128 bytes of the answer, so that a call of hostile
 * code neither fails nor floods: MSTORE selector, STATICCALL, MSTORE success, RETURN 160 bytes.
 */
const askVersion = (address: Address): Hex =>
  (`0x63ffa1ad74600052` +
    `608060206004601c73${address.slice(2)}62${VERSION_GAS.toString(16).padStart(6, '0')}fa` +
    `60005260a06000f3`) as Hex;

/** The text behind success, offset and length; null where it is none. */
function versionText(answer: Hex): string | null {
  const words = answer.slice(2).match(/.{64}/g) ?? [];
  const [success, offset, length, text] = words.map((one) => BigInt(`0x${one}`));
  if (success !== 1n || offset !== 32n || length === undefined || length < 1n || length > 20n) return null;
  const bytes = Buffer.from((text ?? 0n).toString(16).padStart(64, '0'), 'hex').subarray(0, Number(length));
  const version = bytes.toString('latin1');
  return /^[\x20-\x7e]+$/.test(version) ? version : null;
}

async function statesOf(
  client: PublicClient,
  blockHash: Hex,
  addresses: readonly Address[],
): Promise<SafeState[]> {
  const node = nodeAt(client, blockHash);
  return inTurns(addresses, (address) => stateOf(node, address));
}

async function stateOf(node: Node, address: Address): Promise<SafeState> {
  const [code, version, singleton, threshold, guard, moduleGuard, fallbackHandler] = await Promise.all([
    node.codeId(address),
    node.version(address),
    node.slot(address, SLOTS.singleton),
    node.slot(address, SLOTS.threshold),
    node.slot(address, SLOTS.guard),
    node.slot(address, SLOTS.moduleGuard),
    node.slot(address, SLOTS.fallbackHandler),
  ]);
  const [owners, modules, singletonCode] = await Promise.all([
    listOf(node, address, OWNERS_SLOT),
    listOf(node, address, MODULES_SLOT),
    node.codeId(addressOf(singleton)),
  ]);
  return {
    ...{ code, singleton: addressOf(singleton), singletonCode, version },
    ...{ owners: owners.entries, threshold: countOf(threshold), modules: modules.entries },
    ...{ guard: hookOf(guard), moduleGuard: hookOf(moduleGuard), fallbackHandler: hookOf(fallbackHandler) },
    whole: owners.whole && modules.whole,
  };
}

/** A linked list in a mapping, from the sentinel back to it; not whole where it is longer, goes round, or just ends. */
async function listOf(
  node: Node,
  address: Address,
  slot: bigint,
): Promise<{ readonly entries: string[]; readonly whole: boolean }> {
  const entries: string[] = [];
  const seen = new Set<string>();
  for (let at = SENTINEL; ; ) {
    const key = keccak256(`${word(at)}${word(slot).slice(2)}`);
    const next = BigInt(addressOf(await node.slot(address, key)));
    // A Safe that was never set up has no list at all.
    if (next === SENTINEL || (next === 0n && at === SENTINEL))
      return { entries: entries.sort(), whole: true };
    const entry = addressOf(next);
    if (next === 0n || seen.has(entry) || entries.length >= SAFE_LIST_MAX)
      return { entries: entries.sort(), whole: false };
    entries.push(entry);
    seen.add(entry);
    at = next;
  }
}

/** The low 20 bytes, as the contract itself reads the slot. */
const addressOf = (value: bigint): Address =>
  `0x${(value & ((1n << 160n) - 1n)).toString(16).padStart(40, '0')}`;
const hookOf = (value: bigint): Address | null => (BigInt(addressOf(value)) === 0n ? null : addressOf(value));
const countOf = (value: bigint): number => Number(value > COUNT_MAX ? COUNT_MAX : value);

async function inTurns<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (const one of all) answers.push(await ask(one));
  return answers;
}

/** Which Safe, and what of it, the nodes tell differently. */
function firstDifference(
  read: readonly { readonly value: readonly SafeState[] }[],
  addresses: readonly Address[],
): string {
  for (const [n, address] of addresses.entries()) {
    const states = read.map(({ value }) => value[n] as unknown as Readonly<Record<string, unknown>>);
    const field = Object.keys(states[0] ?? {}).find(
      (name) => new Set(states.map((state) => JSON.stringify(state[name]))).size > 1,
    );
    if (field !== undefined) return `${field} of Safe ${address}`;
  }
  return 'state of a Safe';
}
