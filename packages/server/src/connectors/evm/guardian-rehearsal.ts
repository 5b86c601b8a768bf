/**
 * Rehearsing a guardian's act before anybody has signed it. Against the living chain: the guardian's own rules are read
 * one by one, and the call that it would make of its target is simulated as coming from it, which also shows whether it
 * holds the role. On a fork: the call and its undoing are really carried out, on a copy that is thrown away.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Order, Rehearsal } from '@sonae/core/ports/target.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { type Address, createPublicClient, type Hex, http, type PublicClient, toHex } from 'viem';
import { type GuardianWork, guardianWork } from './guardian-order.ts';
import { guardianReads, refusalOf, STOP_IN_FORCE, type SwitchRecord } from './guardian-reads.ts';
import { type LocalEvm, startLocalEvm } from './local-evm.ts';
import { type RpcPool, shortWords } from './rpc-pool.ts';

const NO_STOP: Hex = `0x${'0'.repeat(64)}`;
const NO_ADDRESS: Address = `0x${'0'.repeat(40)}`;
/** Enough for any pause or freeze; the fork's money is play money. */
const FORK_BALANCE_WEI = 10n ** 20n;
const FORK_GAS = 2_000_000n;
const RECEIPT_TRIES = 500;

export async function rehearseGuardian(pool: RpcPool, order: Order): Promise<Rehearsal> {
  const work = guardianWork(order);
  if ('why' in work) return no(work.why);
  try {
    const elsewhere = await pool.wrongChain(work.chainId);
    if (elsewhere !== null) return no(elsewhere);
    return await pool.first('the rehearsal', (client) => rehearseWith(client, work));
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== null) return no(`the chain refuses: ${refusal.words}`);
    if (error instanceof FaultError) return no(error.fault.message);
    throw error;
  }
}

async function rehearseWith(client: PublicClient, work: GuardianWork): Promise<Rehearsal> {
  const reads = guardianReads(client, work.guardian);
  const [used, settings, guardians, { timestamp }] = await Promise.all([
    reads.usedAction(work.action),
    reads.settings(),
    reads.guardians(),
    client.getBlock(),
  ]);
  if (used) return no('this action was already used on chain');
  if (timestamp >= work.message.validBefore)
    return no('the order is no longer valid: its validBefore is over');
  const needed = work.call === 'stop' ? settings.quorum : settings.largeQuorum;
  const common = { guardian: work.guardian, signaturesNeeded: needed, guardians: guardians.length };
  if (work.call === 'stop') {
    const { until } = work.message;
    if (until <= timestamp) return no('the stop would be over before it begins: until is not ahead');
    if (until > timestamp + settings.maxStop)
      return no(`the stop is too long: the guardian allows ${settings.maxStop} s at a time`);
    return rehearseStop(client, work, Number(until - timestamp), common);
  }
  return rehearseLargeOrder(client, work, timestamp + settings.delay, common);
}

async function rehearseStop(
  client: PublicClient,
  work: Extract<GuardianWork, { call: 'stop' }>,
  lengthSeconds: number,
  common: Record<string, JsonValue>,
): Promise<Rehearsal> {
  const { switchId, args } = work.message;
  const reads = guardianReads(client, work.guardian);
  const guarded = await reads.switchRecord(switchId);
  if (guarded.target === NO_ADDRESS) return no(`the guardian has no switch ${switchId}`);
  const [live, left, stopped] = await Promise.all([
    reads.liveStop(switchId, args),
    reads.timeLeft(switchId, args),
    reads.isStopped(guarded, args),
  ]);
  if (live !== NO_STOP) return no(`the stop ${live} is in force on the same thing`);
  if (stopped) return no('the target is already stopped, by somebody else than the guardian');
  if (left < lengthSeconds)
    return no(`the cap on stopped time leaves ${left} s; the stop would take ${lengthSeconds} s`);
  await reads.save(guarded, args);
  const data = await reads.stopCall(guarded, args);
  const problem = await callProblem(client, work.guardian, guarded.target, data);
  if (problem !== null)
    return no(`the target refuses the guardian's call: ${problem} (does it hold the role?)`);
  const shows = { target: guarded.target, data, lengthSeconds, stoppedTimeLeftSeconds: Number(left) };
  return { works: true, shows: { ...common, ...shows } };
}

/** Resume and extend: both act on a stop in force, after the delay. */
async function rehearseLargeOrder(
  client: PublicClient,
  work: Exclude<GuardianWork, { call: 'stop' }>,
  readyAt: bigint,
  common: Record<string, JsonValue>,
): Promise<Rehearsal> {
  const reads = guardianReads(client, work.guardian);
  const record = await reads.stopRecord(work.message.stop);
  if (record.state !== STOP_IN_FORCE) return no(`the stop ${work.message.stop} is not in force`);
  const guarded = await reads.switchRecord(record.switchId);
  const shows = {
    ...common,
    target: guarded.target,
    readyAt: Number(readyAt),
    untilNow: Number(record.until),
  };
  if (work.call === 'extend') {
    if (work.message.until <= record.until) return no('the stop already lasts that long');
    if (readyAt >= record.until) return no('the stop is over before the delay of an extension is');
    const left = await reads.timeLeft(record.switchId, record.args);
    if (work.message.until - record.until > left)
      return no(`the cap on stopped time lets the stop go on for ${left} s more at most`);
    return { works: true, shows: { ...shows, until: Number(work.message.until) } };
  }
  if (!(await reads.isStopped(guarded, record.args)))
    return { works: true, shows: { ...shows, note: 'the target runs already; only the record is closed' } };
  const data = await reads.resumeCall(guarded, record.args, record.saved);
  const problem = await callProblem(client, work.guardian, guarded.target, data);
  return problem === null
    ? { works: true, shows: { ...shows, data } }
    : no(`the target refuses the guardian's call: ${problem}`);
}

async function callProblem(
  client: PublicClient,
  account: Address,
  to: Address,
  data: Hex,
): Promise<string | null> {
  try {
    await client.call({ account, to, data });
    return null;
  } catch (error) {
    if (refusalOf(error) === null) throw error;
    return shortWords(error);
  }
}

/**
 * Carries out a stop and its undoing on a fork of the chain behind `rpcUrl`, as the guardian, without signatures. Shows
 * gas and events of both calls. Throws `server.unreachable` where the fork does not start; it always ends.
 */
export async function rehearseOnFork(rpcUrl: string, order: Order): Promise<Rehearsal> {
  const work = guardianWork(order);
  if ('why' in work) return no(work.why);
  if (work.call !== 'stop') return no('only a stop is rehearsed on a fork');
  const fork = await startLocalEvm({ chainId: work.chainId, forkUrl: rpcUrl });
  try {
    const client = createPublicClient({ transport: http(fork.rpcUrl), cacheTime: 0 });
    return await carryOutOn(fork, client, work);
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== null) return no(`the chain refuses: ${refusal.words}`);
    throw error;
  } finally {
    await fork.stop();
  }
}

async function carryOutOn(
  fork: LocalEvm,
  client: PublicClient,
  work: Extract<GuardianWork, { call: 'stop' }>,
): Promise<Rehearsal> {
  const { switchId, args } = work.message;
  const reads = guardianReads(client, work.guardian);
  const guarded: SwitchRecord = await reads.switchRecord(switchId);
  if (guarded.target === NO_ADDRESS) return no(`the guardian has no switch ${switchId}`);
  if (await reads.isStopped(guarded, args)) return no('the target is already stopped');
  const saved = await reads.save(guarded, args);
  await fork.request('anvil_setBalance', [work.guardian, toHex(FORK_BALANCE_WEI)]);
  await fork.request('anvil_impersonateAccount', [work.guardian]);
  const stop = await sendOn(fork, work.guardian, guarded.target, await reads.stopCall(guarded, args));
  if (stop.status !== '0x1') return no('the target refuses the stop: does the guardian hold the role?');
  if (!(await reads.isStopped(guarded, args))) return no('the stop has no effect on the target');
  const data = await reads.resumeCall(guarded, args, saved);
  const resume = await sendOn(fork, work.guardian, guarded.target, data);
  if (resume.status !== '0x1') return no('the target refuses to run again: nobody could end the stop');
  if (await reads.isStopped(guarded, args)) return no('the target stays stopped after the resume');
  return { works: true, shows: { target: guarded.target, stop: shown(stop), resume: shown(resume) } };
}

type ForkReceipt = {
  readonly status: Hex;
  readonly gasUsed: Hex;
  readonly logs: readonly {
    readonly address: string;
    readonly topics: readonly string[];
    readonly data: string;
  }[];
};

function shown({ gasUsed, logs }: ForkReceipt): JsonValue {
  const events = logs.map(({ address, topics, data }) => ({ address, topics: [...topics], data }));
  return { gasUsed: Number(gasUsed), events };
}

async function sendOn(fork: LocalEvm, from: Address, to: Address, data: Hex): Promise<ForkReceipt> {
  const transaction = { from, to, data, gas: toHex(FORK_GAS) };
  const hash = await fork.request('eth_sendTransaction', [transaction]);
  for (let tries = 0; tries < RECEIPT_TRIES; tries += 1) {
    const receipt = (await fork.request('eth_getTransactionReceipt', [hash])) as ForkReceipt | null;
    if (receipt !== null) return receipt;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new FaultError('server.unreachable', 'the fork did not mine the rehearsal', 'try it again');
}

function no(why: string): Rehearsal {
  return { works: false, why };
}
