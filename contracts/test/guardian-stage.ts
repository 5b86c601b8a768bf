/**
 * The stage of the guardian's tests: a local chain with the demonstration's contracts, guardians that sign, and
 * transactions whose refusals come back as the name of the custom error that the chain itself gave.
 */
import {
  type Abi,
  type Address,
  decodeErrorResult,
  decodeFunctionResult,
  encodeFunctionData,
  type Hex,
  keccak256,
  type TypedDataDefinition,
  toHex,
} from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import {
  ascending,
  type DemoChain,
  type DemoTiming,
  type Deploy,
  deployDemoChain,
  openDeployer,
  readBuilt,
} from '../../packages/server/src/connectors/evm/demo-chain.ts';
import { guardianDomain, ORDER_TYPES } from '../../packages/server/src/connectors/evm/guardian-abi.ts';
import { type LocalEvm, startLocalEvm } from '../../packages/server/src/connectors/evm/local-evm.ts';
import { ensureBuilt } from '../build.ts';

export const HOUR = 3600;
export const DAY = 86_400;
/** Short enough to reason about: at most 10 h at a stretch, 20 h in any 5 days; large orders wait 2 h. */
export const STAGE_TIMING: DemoTiming = {
  delaySeconds: 2 * HOUR,
  maxStopSeconds: 10 * HOUR,
  windowSeconds: 5 * DAY,
  capSeconds: 20 * HOUR,
};
export const QUORUM = 2;
export const LARGE_QUORUM = 4;
const CHAIN_ID = 31_337;
const GAS_LIMIT = '0x4c4b40';
const RECEIPT_TRIES = 1000;
const STARTED_AT_MS = Date.parse('2026-01-05T00:00:00Z');

export type OrderKind = keyof typeof ORDER_TYPES;
export type Message = Record<string, unknown>;
export type Mined =
  | { readonly ok: true; readonly gasUsed: number; readonly logs: readonly ChainLog[] }
  | { readonly ok: false; readonly error: string; readonly args: readonly unknown[]; readonly data: Hex };
export type ChainLog = { readonly address: Address; readonly topics: [Hex, ...Hex[]]; readonly data: Hex };

export type Stage = {
  readonly evm: LocalEvm;
  readonly demo: DemoChain;
  readonly owner: PrivateKeyAccount;
  /** Five, ascending by address. */
  readonly guardians: readonly PrivateKeyAccount[];
  readonly stranger: PrivateKeyAccount;
  readonly deploy: Deploy;
  /** Unix seconds of the newest block. */
  now(): Promise<number>;
  /** Moves the chain's clock; the next transaction is mined at about that time. */
  goTo(seconds: number): Promise<void>;
  /** Sends a transaction from an address; what the chain says. `atSeconds`: exact time of its block. */
  send(
    from: Address,
    contract: string,
    to: Address,
    call: string,
    args: readonly unknown[],
    atSeconds?: number,
  ): Promise<Mined>;
  read<T>(contract: string, to: Address, call: string, args?: readonly unknown[]): Promise<T>;
  /** Signs as each of these, ascending: the two last arguments of the order functions. */
  sign(kind: OrderKind, message: Message, by: readonly PrivateKeyAccount[]): Promise<[Address[], Hex[]]>;
  /** Runs and undoes everything the chain saw meanwhile. */
  undone(run: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
};

const accountOf = (name: string): PrivateKeyAccount => privateKeyToAccount(keccak256(toHex(`stage ${name}`)));

/** `count` guardian keys, ascending by address. */
export function testGuardians(count: number, from = 'guardian'): PrivateKeyAccount[] {
  const accounts = Array.from({ length: count }, (_, n) => accountOf(`${from} ${n}`));
  return accounts.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
}

/** A hash that no other call of this process returned. */
export function freshAction(): Hex {
  actions += 1;
  return keccak256(toHex(`action ${actions}`));
}
let actions = 0;

export async function openStage(timing: DemoTiming = STAGE_TIMING): Promise<Stage> {
  await ensureBuilt();
  const evm = await startLocalEvm({ chainId: CHAIN_ID, timestampMs: STARTED_AT_MS });
  const owner = accountOf('owner');
  const stranger = accountOf('stranger');
  const guardians = testGuardians(5);
  for (const { address } of [owner, stranger]) {
    await evm.request('anvil_setBalance', [address, toHex(10n ** 21n)]);
    await evm.request('anvil_impersonateAccount', [address]);
  }
  const demo = await deployDemoChain({
    rpcUrl: evm.rpcUrl,
    chainId: CHAIN_ID,
    deployer: owner,
    guardians: guardians.map(({ address }) => address),
    quorum: QUORUM,
    largeQuorum: LARGE_QUORUM,
    timing,
  });
  const now = async (): Promise<number> => (await evm.time()) / 1000;
  return {
    evm,
    demo,
    owner,
    guardians,
    stranger,
    deploy: openDeployer(evm.rpcUrl, owner).deploy,
    now,
    goTo: (seconds) => evm.setTime(seconds * 1000),
    send: (from, contract, to, call, args, atSeconds) => send(evm, from, contract, to, call, args, atSeconds),
    read: (contract, to, call, args = []) => read(evm, contract, to, call, args),
    sign: (kind, message, by) => signOrder(kind, message, by, demo.guardian),
    undone: async (run) => {
      const mark = await evm.request('evm_snapshot');
      try {
        await run();
      } finally {
        await evm.request('evm_revert', [mark]);
      }
    },
    close: () => evm.stop(),
  };
}

/** EIP-712 signatures over one order, signers ascending. */
export async function signOrder(
  kind: OrderKind,
  message: Message,
  by: readonly PrivateKeyAccount[],
  guardian: Address,
  chainId: number = CHAIN_ID,
): Promise<[Address[], Hex[]]> {
  const order = ascending(by.map(({ address }) => address));
  const signers = order.map((address) => by.find((one) => one.address === address)!);
  const domain = guardianDomain(chainId, guardian);
  const signatures = signers.map((account) =>
    account.signTypedData({ domain, types: ORDER_TYPES, primaryType: kind, message } as TypedDataDefinition),
  );
  return [order, await Promise.all(signatures)];
}

async function send(
  evm: LocalEvm,
  from: Address,
  contract: string,
  to: Address,
  call: string,
  args: readonly unknown[],
  atSeconds?: number,
): Promise<Mined> {
  const { abi } = readBuilt(contract);
  const data = encodeFunctionData({ abi, functionName: call, args: [...args] });
  if (atSeconds !== undefined) await evm.request('evm_setNextBlockTimestamp', [atSeconds]);
  const hash = await evm.request('eth_sendTransaction', [{ from, to, data, gas: GAS_LIMIT }]);
  const receipt = await receiptOf(evm, hash);
  if (receipt.status === '0x1') return { ok: true, gasUsed: Number(receipt.gasUsed), logs: receipt.logs };
  const trace = await evm.request('debug_traceTransaction', [hash, { tracer: 'callTracer' }]);
  return { ok: false, ...refusalOf((trace as { output?: Hex }).output ?? '0x') };
}

type Receipt = { readonly status: Hex; readonly gasUsed: Hex; readonly logs: readonly ChainLog[] };

/** The chain mines by itself, a moment after it took the transaction. */
async function receiptOf(evm: LocalEvm, hash: unknown): Promise<Receipt> {
  for (let tries = 0; tries < RECEIPT_TRIES; tries += 1) {
    const receipt = (await evm.request('eth_getTransactionReceipt', [hash])) as Receipt | null;
    if (receipt !== null) return receipt;
    await new Promise((done) => setTimeout(done, 2));
  }
  throw new Error(`transaction ${hash} was not mined`);
}

/** Every custom error of the contracts that a call can pass through. */
const errorAbi = (): Abi =>
  [
    'TimeBoxedGuardian',
    'RedemptionLimitAdapter',
    'FiatFreezeAdapter',
    'DemoFiatToken',
    'DemoJpycToken',
    'DemoRedemptionDesk',
  ]
    .flatMap((name) => readBuilt(name).abi)
    .filter(({ type }) => type === 'error');

export function refusalOf(data: Hex): { error: string; args: readonly unknown[]; data: Hex } {
  if (data === '0x') return { error: 'no reason', args: [], data };
  const { errorName, args = [] } = decodeErrorResult({ abi: errorAbi(), data });
  return { error: errorName, args: args as readonly unknown[], data };
}

async function read<T>(
  evm: LocalEvm,
  contract: string,
  to: Address,
  functionName: string,
  args: readonly unknown[],
): Promise<T> {
  const { abi } = readBuilt(contract);
  const data = encodeFunctionData({ abi, functionName, args: [...args] });
  const answer = (await evm.request('eth_call', [{ to, data }, 'latest'])) as Hex;
  return decodeFunctionResult({ abi, functionName, data: answer }) as T;
}
