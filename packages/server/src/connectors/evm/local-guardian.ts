/**
 * For tests of this connector: a local chain with the demonstration's contracts, orders that guardians signed, and a
 * node in front of it that can lie, be down or hang.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CarriedApproval, Order } from '@sonae/core/ports/target.ts';
import {
  ACTION_FORMAT,
  type Action,
  type ActionStep,
  actionHash,
  type GuardianAct,
} from '@sonae/proof/action';
import { toHex as bytesHex } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { keccak256, type LocalAccount, type TypedDataDefinition, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ensureBuilt } from '../../../../../contracts/build.ts';
import { type DemoChain, type DemoSwitchName, deployDemoChain } from './demo-chain.ts';
import { guardianDomain, ORDER_TYPES } from './guardian-abi.ts';
import { guardianWork } from './guardian-order.ts';
import type { EvmTargetConfig } from './guardian-send.ts';
import { type LocalEvm, startLocalEvm } from './local-evm.ts';

export const TEST_CHAIN_ID = 31_337;
export const TEST_START_MS = Date.parse('2026-03-01T00:00:00Z');
export const TEST_DELAY_SECONDS = 2 * 3600;
const RICH_WEI = toHex(10n ** 20n);

export type LocalGuardian = {
  readonly evm: LocalEvm;
  readonly demo: DemoChain;
  readonly owner: LocalAccount;
  readonly guardians: readonly LocalAccount[];
  /** Has gas money. */
  readonly relayer: LocalAccount;
  /** A target's configuration, quick enough for tests. */
  config(over?: Partial<EvmTargetConfig>): EvmTargetConfig;
  close(): Promise<void>;
};

export const testAccount = (name: string): LocalAccount =>
  privateKeyToAccount(keccak256(toHex(`local ${name}`)));

/** Five guardians; two stop, three resume, extend and change. */
export async function startLocalGuardian(): Promise<LocalGuardian> {
  await ensureBuilt();
  const evm = await startLocalEvm({ chainId: TEST_CHAIN_ID, timestampMs: TEST_START_MS });
  const [owner, relayer] = [testAccount('owner'), testAccount('relayer')];
  for (const { address } of [owner, relayer]) await evm.request('anvil_setBalance', [address, RICH_WEI]);
  const guardians = [1, 2, 3, 4, 5].map((n) => testAccount(`guardian ${n}`));
  const demo = await deployDemoChain({
    rpcUrl: evm.rpcUrl,
    chainId: TEST_CHAIN_ID,
    deployer: owner,
    guardians: guardians.map(({ address }) => address),
    quorum: 2,
    largeQuorum: 3,
    timing: {
      delaySeconds: TEST_DELAY_SECONDS,
      maxStopSeconds: 24 * 3600,
      windowSeconds: 20 * 86_400,
      capSeconds: 48 * 3600,
    },
  });
  const config = (over: Partial<EvmTargetConfig> = {}): EvmTargetConfig => ({
    chainId: TEST_CHAIN_ID,
    rpcUrls: [evm.rpcUrl],
    relayer,
    confirmations: 1,
    fees: { bumpAfterMs: 200, bumpPercent: 20, maxFeePerGasWei: 10n ** 12n },
    requestTimeoutMs: 2_000,
    waitMs: 5_000,
    pollMs: 20,
    ...over,
  });
  return { evm, demo, owner, guardians, relayer, config, close: () => evm.stop() };
}

export type ActGiven = {
  readonly step?: ActionStep;
  readonly hours?: number;
  readonly chainId?: number;
  readonly use?: string;
};

type GuardianCall =
  | { readonly call: 'stop'; readonly on: DemoSwitchName; readonly args?: string }
  | { readonly call: 'resume' | 'extend'; readonly stop: string };

/** An order of the chain's present, signed by these guardians. */
export async function signedOrder(
  local: LocalGuardian,
  wanted: GuardianCall,
  by: readonly LocalAccount[],
  { hours = 4, chainId = TEST_CHAIN_ID, use = 'use-1' }: ActGiven = {},
): Promise<Order> {
  const nowMs = await local.evm.time();
  const guardian = local.demo.guardian.toLowerCase();
  const target: GuardianAct =
    wanted.call === 'stop'
      ? {
          kind: 'evm.guardian',
          chainId,
          guardian,
          call: 'stop',
          switchId: local.demo.switches[wanted.on].id,
          args: wanted.args ?? '0x',
        }
      : { kind: 'evm.guardian', chainId, guardian, call: wanted.call, stop: wanted.stop };
  const action: Action = {
    format: ACTION_FORMAT,
    founding: '11'.repeat(32),
    use,
    power: 'pause-token',
    policy: '22'.repeat(32),
    target: 'demo-chain',
    step: wanted.call,
    reason: '33'.repeat(32),
    until: wanted.call === 'resume' ? null : wholeSecond(nowMs + hours * 3_600_000),
    validBefore: wholeSecond(nowMs + 86_400_000),
    act: target,
  };
  const order: Order = {
    action,
    actionText: canonicalJson(action as unknown as JsonValue),
    hash: bytesHex(actionHash(action)),
    approvals: [],
  };
  return { ...order, approvals: await Promise.all(by.map((account) => approvalOf(order, account))) };
}

const wholeSecond = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
const PRIMARY_TYPES = { stop: 'Stop', resume: 'Resume', extend: 'Extend' } as const;

async function approvalOf(order: Order, account: LocalAccount): Promise<CarriedApproval> {
  const work = guardianWork(order);
  if ('why' in work) throw new Error(work.why);
  const signature = await account.signTypedData({
    domain: guardianDomain(work.chainId, work.guardian),
    types: ORDER_TYPES,
    primaryType: PRIMARY_TYPES[work.call],
    message: work.message,
  } as TypedDataDefinition);
  const address = account.address.toLowerCase();
  return { principal: address, credential: address, kind: 'evm', address, signature };
}

export type FrontNode = {
  readonly url: string;
  /** Changes a result on its way out; gets the request. */
  lie: ((method: string, params: readonly unknown[], result: unknown) => unknown) | null;
  /** Answers 503 to these methods. */
  down: RegExp | null;
  /** Never answers these methods. */
  hangs: RegExp | null;
  readonly methods: string[];
  close(): Promise<void>;
};

/** A node that passes requests on, and not always truly. */
export async function startFrontNode(behindUrl: string): Promise<FrontNode> {
  const state: Pick<FrontNode, 'lie' | 'down' | 'hangs' | 'methods'> = {
    lie: null,
    down: null,
    hangs: null,
    methods: [],
  };
  const server = createServer((req, res) => {
    pass(state, behindUrl, req, res).catch((error: unknown) => res.destroy(error as Error));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/key-that-must-stay-secret`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}

async function pass(
  state: Pick<FrontNode, 'lie' | 'down' | 'hangs' | 'methods'>,
  behindUrl: string,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  let body = '';
  for await (const chunk of req) body += chunk;
  const { method, params = [] } = JSON.parse(body) as { method: string; params?: readonly unknown[] };
  state.methods.push(method);
  if (state.hangs?.test(method)) return;
  if (state.down?.test(method)) {
    res.writeHead(503).end('no');
    return;
  }
  const headers = { 'content-type': 'application/json' };
  const answer = (await (await fetch(behindUrl, { method: 'POST', headers, body })).json()) as {
    result?: unknown;
  };
  if (state.lie !== null && 'result' in answer) answer.result = state.lie(method, params, answer.result);
  res.writeHead(200, headers).end(JSON.stringify(answer));
}
