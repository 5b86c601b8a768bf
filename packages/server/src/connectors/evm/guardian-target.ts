/**
 * Guardian contracts as a target: stops, early ends and extensions of stops, performed with the relayer's gas and the
 * guardians' signatures. The contract checks every signature itself; what this connector adds is that a call is made
 * once, comes through, and is told truly. Each answer can be asked for again: the action's hash is used up on chain.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Order, Performed, Target } from '@sonae/core/ports/target.ts';
import { type Address, encodeFunctionData, getAddress, type Hex, isAddress } from 'viem';
import { GUARDIAN_ABI } from './guardian-abi.ts';
import { observeGuardian } from './guardian-observe.ts';
import { carriedSignatures, type GuardianWork, guardianWork, isWord } from './guardian-order.ts';
import {
  ALL_ERRORS_ABI,
  guardianReads,
  refusalOf,
  SCHEDULED_EXECUTED,
  SCHEDULED_WAITING,
  STOP_IN_FORCE,
  settledBlock,
} from './guardian-reads.ts';
import { rehearseGuardian } from './guardian-rehearsal.ts';
import { type Bench, type EvmTargetConfig, failed, type PreparedCall, send } from './guardian-send.ts';
import { openRelayer, type Relayer, relayProblem } from './relayer.ts';
import { openRpcPool } from './rpc-pool.ts';

export type GuardianTarget = Target & {
  /** Lets go on what a stop holds after its time is over. Anybody could; we do not wait for anybody. */
  lapse(guardian: string, stop: string): Promise<Performed>;
  /** Strikes out a scheduled order with one guardian's `Cancel` signature. */
  cancel(guardian: string, action: string, signer: string, signature: string): Promise<Performed>;
};

/** Rounds of one `perform`; more than two only when other processes perform with the same relayer key. */
const RACE_TRIES = 6;
/** What the chain says to the slower one of two that perform the same. */
const RACE_REFUSALS: readonly string[] = ['ActionUsed', 'NotScheduled', 'StopNotInForce'];

/** @param relayer give the one that other targets with the same key use, so that their nonces do not collide */
export function createGuardianTarget(config: EvmTargetConfig, relayer?: Relayer): GuardianTarget {
  const pool = openRpcPool(config);
  const bench: Bench = { pool, config, relayer: relayer ?? openRelayer(pool, config) };
  return {
    kind: 'evm.guardian',
    rehearse: (order) => rehearseGuardian(pool, order),
    observe: (order) => observeGuardian(pool, config.confirmations, order),
    perform: (order) =>
      told(async () => {
        const work = guardianWork(order);
        if ('why' in work) return failed(work.why, true);
        const elsewhere = await pool.wrongChain(work.chainId);
        return elsewhere === null ? performWork(bench, order, work) : failed(elsewhere, true);
      }),
    lapse: (guardian, stop) =>
      told(async () => {
        if (!isAddress(guardian, { strict: false }))
          return failed(`guardian ${guardian} is not an address`, true);
        if (!isWord(stop)) return failed(`stop ${stop} is not 32 bytes`, true);
        const elsewhere = await pool.wrongChain(config.chainId);
        if (elsewhere !== null) return failed(elsewhere, true);
        return performLapse(bench, getAddress(guardian), stop as Hex);
      }),
    cancel: (guardian, action, signer, signature) =>
      told(async () => {
        const elsewhere = await pool.wrongChain(config.chainId);
        if (elsewhere !== null) return failed(elsewhere, true);
        return performCancel(bench, getAddress(guardian), [
          action as Hex,
          signer as Address,
          signature as Hex,
        ]);
      }),
  };
}

/** Faults and refusals as answers. */
async function told(perform: () => Promise<Performed>): Promise<Performed> {
  try {
    return await perform();
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== null) return failed(`the chain refuses: ${refusal.words}`, refusal.permanent);
    if (error instanceof FaultError) return failed(error.fault.message, false);
    throw error;
  }
}

async function performWork(bench: Bench, order: Order, work: GuardianWork): Promise<Performed> {
  let raced: unknown = null;
  for (let tries = 0; tries < RACE_TRIES; tries += 1) {
    try {
      const done = await alreadyDone(bench, work);
      if (done !== null) return done;
      const call = await orderCall(bench, order, work);
      const sent = await send(bench, work.guardian, `${work.action} ${work.call}`, call);
      // A schedule that was taken is not yet what was asked for: the next round says when it is.
      if (sent !== 'raced' && (sent.state !== 'performed' || work.call === 'stop')) return sent;
    } catch (error) {
      // Another node of ours was faster between two of our reads: the next round reads what it did.
      if (!RACE_REFUSALS.includes(refusalOf(error)?.name ?? '')) throw error;
      raced = error;
    }
  }
  if (raced !== null) throw raced;
  return failed(relayProblem({ state: 'overtaken' }), false);
}

/** What the chain says of an action that it has already taken; null while it has not. */
async function alreadyDone(bench: Bench, work: GuardianWork): Promise<Performed | null> {
  const { pool, config } = bench;
  const [used, settled] = await pool.first('usedAction', async (client) => {
    const head = await client.getBlockNumber();
    const blockNumber = settledBlock(head, config.confirmations);
    return Promise.all([
      guardianReads(client, work.guardian, head).usedAction(work.action),
      guardianReads(client, work.guardian, blockNumber)
        .usedAction(work.action)
        // The guardian itself may be younger than the settled block.
        .catch((error: unknown) => {
          if (refusalOf(error) !== null) return false;
          throw error;
        }),
    ]);
  });
  if (!used) return null;
  const receipt = { action: work.action, usedOnChain: true };
  if (!settled) return { state: 'pending', receipt, retryAfterMs: config.pollMs };
  return work.call === 'stop' ? { state: 'performed', receipt } : performScheduled(bench, work);
}

/** A scheduled resume or extension: waits out the delay, then has it executed. */
async function performScheduled(bench: Bench, work: GuardianWork): Promise<Performed> {
  const { action, guardian } = work;
  const [entry, settled, nowSeconds] = await bench.pool.first('scheduled', async (client) => {
    const { number, timestamp } = await client.getBlock();
    const settledAt = settledBlock(number, bench.config.confirmations);
    return Promise.all([
      guardianReads(client, guardian, number).scheduled(action),
      guardianReads(client, guardian, settledAt).scheduled(action),
      timestamp,
    ]);
  });
  const receipt = { action, readyAt: Number(entry.readyAt), deadline: Number(entry.deadline) };
  if (entry.state === SCHEDULED_EXECUTED)
    return settled.state === SCHEDULED_EXECUTED
      ? { state: 'performed', receipt: { ...receipt, executed: true } }
      : { state: 'pending', receipt, retryAfterMs: bench.config.pollMs };
  if (entry.state !== SCHEDULED_WAITING) {
    return failed('a guardian struck the scheduled order out, or the hash was used by another order', true);
  }
  if (work.call === 'resume' && (await isOver(bench, guardian, work.message.stop)))
    return { state: 'performed', receipt: { ...receipt, executed: false, stopWasOver: true } };
  if (nowSeconds < entry.readyAt) {
    const waitMs = Number(entry.readyAt - nowSeconds) * 1000;
    return { state: 'pending', receipt, retryAfterMs: Math.max(waitMs, bench.config.pollMs) };
  }
  const data = encodeFunctionData({ abi: GUARDIAN_ABI, functionName: 'execute', args: [action] });
  const simulate = (): Promise<unknown> =>
    bench.pool.first('execute', (client) =>
      client.simulateContract({
        address: guardian,
        abi: ALL_ERRORS_ABI,
        functionName: 'execute',
        args: [action],
        account: bench.relayer.address,
      }),
    );
  const sent = await send(bench, guardian, `${action} execute`, { data, simulate });
  return sent === 'raced' ? failed(relayProblem({ state: 'overtaken' }), false) : sent;
}

async function isOver(bench: Bench, guardian: Address, stop: Hex): Promise<boolean> {
  const { state } = await bench.pool.first('stops', (client) =>
    guardianReads(client, guardian).stopRecord(stop),
  );
  return state !== STOP_IN_FORCE;
}

async function performLapse(bench: Bench, guardian: Address, stop: Hex): Promise<Performed> {
  if (await isOver(bench, guardian, stop)) {
    const receipt = { stop, alreadyOver: true };
    return { state: 'performed', receipt };
  }
  const data = encodeFunctionData({ abi: GUARDIAN_ABI, functionName: 'lapse', args: [stop] });
  const simulate = (): Promise<unknown> =>
    bench.pool.first('lapse', (client) =>
      client.simulateContract({
        address: guardian,
        abi: ALL_ERRORS_ABI,
        functionName: 'lapse',
        args: [stop],
        account: bench.relayer.address,
      }),
    );
  const sent = await send(bench, guardian, `${stop} lapse`, { data, simulate });
  return sent === 'raced' ? failed(relayProblem({ state: 'overtaken' }), false) : sent;
}

/** Not scheduled yet is no reason to give up: the order that schedules it may still be on its way. */
async function performCancel(
  bench: Bench,
  guardian: Address,
  args: readonly [action: Hex, signer: Address, signature: Hex],
): Promise<Performed> {
  const contract = { functionName: 'cancel', args } as const;
  const call = {
    address: guardian,
    abi: ALL_ERRORS_ABI,
    account: bench.relayer.address,
    ...contract,
  } as const;
  const simulate = (): Promise<unknown> =>
    bench.pool.first('cancel', (client) => client.simulateContract(call));
  const data = encodeFunctionData({ abi: GUARDIAN_ABI, ...contract });
  try {
    const sent = await send(bench, guardian, `${args[0]} cancel`, { data, simulate });
    return sent === 'raced' ? failed(relayProblem({ state: 'overtaken' }), false) : sent;
  } catch (error) {
    if (refusalOf(error)?.name !== 'NotScheduled') throw error;
    return failed('it is not scheduled on the chain', false);
  }
}

/** The order function with the signatures of those who are guardians now. */
async function orderCall(bench: Bench, order: Order, work: GuardianWork): Promise<PreparedCall> {
  const guardians = await bench.pool.first('guardians', (client) =>
    guardianReads(client, work.guardian).guardians(),
  );
  const signed = carriedSignatures(order, guardians);
  const call = { address: work.guardian, abi: ALL_ERRORS_ABI, account: bench.relayer.address } as const;
  if (work.call === 'stop') {
    const contract = { functionName: 'stop', args: [work.message, ...signed] } as const;
    return {
      data: encodeFunctionData({ abi: GUARDIAN_ABI, ...contract }),
      simulate: () => bench.pool.first('stop', (client) => client.simulateContract({ ...call, ...contract })),
    };
  }
  if (work.call === 'resume') {
    const contract = { functionName: 'scheduleResume', args: [work.message, ...signed] } as const;
    return {
      data: encodeFunctionData({ abi: GUARDIAN_ABI, ...contract }),
      simulate: () =>
        bench.pool.first('scheduleResume', (client) => client.simulateContract({ ...call, ...contract })),
    };
  }
  const contract = { functionName: 'scheduleExtend', args: [work.message, ...signed] } as const;
  return {
    data: encodeFunctionData({ abi: GUARDIAN_ABI, ...contract }),
    simulate: () =>
      bench.pool.first('scheduleExtend', (client) => client.simulateContract({ ...call, ...contract })),
  };
}
