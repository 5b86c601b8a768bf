/**
 * Whether what an order asks for is so on chain, from every RPC node at the same settled block. Nodes that contradict
 * each other leave it open: one of them lies or follows another fork, and both readings are shown.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Observed, Order } from '@sonae/core/ports/target.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Hex, PublicClient } from 'viem';
import { type GuardianWork, guardianWork } from './guardian-order.ts';
import { guardianReads, refusalOf, STOP_IN_FORCE, STOP_RESUMED, settledBlock } from './guardian-reads.ts';
import type { RpcPool } from './rpc-pool.ts';

type Reading = {
  readonly block: number;
  readonly blockHash: string;
  readonly stopState: number;
  readonly until: number;
  readonly targetStopped: boolean;
  /** The stop in force on the same thing, if any. */
  readonly liveStop: string;
};

const NO_STOP: Hex = `0x${'0'.repeat(64)}`;

export async function observeGuardian(pool: RpcPool, confirmations: number, order: Order): Promise<Observed> {
  const work = guardianWork(order);
  if ('why' in work) return { inEffect: null, seen: { problem: work.why } };
  try {
    const elsewhere = await pool.wrongChain(work.chainId);
    if (elsewhere !== null) return { inEffect: null, seen: { problem: elsewhere } };
    return await compare(pool, confirmations, work);
  } catch (error) {
    if (error instanceof FaultError) return { inEffect: null, seen: { problem: error.fault.message } };
    throw error;
  }
}

async function compare(pool: RpcPool, confirmations: number, work: GuardianWork): Promise<Observed> {
  const heads = await pool.each((client) => client.getBlockNumber());
  const known = heads.flatMap((head) => (head.answered ? [head.value] : []));
  if (known.length === 0) return { inEffect: null, seen: { problem: 'no RPC node answers' } };
  const lowest = known.reduce((a, b) => (a < b ? a : b));
  const block = settledBlock(lowest, confirmations);
  const answers = await pool.each((client) => readAt(client, work, block));
  const readings: JsonValue = answers.map((one) =>
    one.answered ? { rpc: one.host, ...one.value } : { rpc: one.host, problem: one.why },
  );
  const given = answers.flatMap((one) => (one.answered ? [one.value] : []));
  const [first] = given;
  if (first === undefined) return { inEffect: null, seen: { readings, problem: 'no RPC node answers' } };
  if (given.some((one) => 'problem' in one))
    return { inEffect: null, seen: { readings, problem: 'the guardian or its target could not be read' } };
  if (given.some((one) => JSON.stringify(one) !== JSON.stringify(first)))
    return {
      inEffect: null,
      seen: { readings, problem: 'RPC nodes contradict each other: one of them lies or lags' },
    };
  return { inEffect: 'problem' in first ? null : isInEffect(work, first), seen: { readings } };
}

/** A refusal is a reading too: all nodes must agree that there is nothing to read. */
async function readAt(
  client: PublicClient,
  work: GuardianWork,
  blockNumber: bigint,
): Promise<Reading | { readonly problem: string }> {
  const reads = guardianReads(client, work.guardian, blockNumber);
  try {
    const stop = work.call === 'stop' ? work.action : work.message.stop;
    const [block, record] = await Promise.all([client.getBlock({ blockNumber }), reads.stopRecord(stop)]);
    const { switchId, args } = work.call === 'stop' ? work.message : record;
    const [guarded, liveStop] = await Promise.all([
      reads.switchRecord(switchId),
      reads.liveStop(switchId, args),
    ]);
    return {
      block: Number(blockNumber),
      blockHash: block.hash,
      stopState: record.state,
      until: Number(record.until),
      targetStopped: await reads.isStopped(guarded, args),
      liveStop,
    };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return { problem: refusal.words };
  }
}

function isInEffect(work: GuardianWork, reading: Reading): boolean {
  const { stopState, targetStopped, until, liveStop } = reading;
  const holds = stopState === STOP_IN_FORCE && targetStopped;
  if (work.call === 'stop') return holds;
  if (work.call === 'extend') return holds && until >= Number(work.message.until);
  const stoppedByNext = liveStop !== NO_STOP && liveStop !== work.message.stop;
  // Lapsed counts: what was to run again may run again. A target that is still stopped without any stop does not.
  return stopState > STOP_IN_FORCE && stopState <= STOP_RESUMED && (!targetStopped || stoppedByNext);
}
