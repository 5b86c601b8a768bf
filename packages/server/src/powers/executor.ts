/**
 * From an order in the log to an effect in the world: ask the gate, perform once, read the target, record. Everything
 * here may die at any step and be repeated by any node: targets perform an action's hash once, records are commands of
 * the same log, and an entry of the outbox is leased, so that no two nodes work on it at a time.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { faultOf } from '@sonae/core/kernel/errors.ts';
import { isoTime, MINUTE_MS, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import { carried } from '@sonae/core/nouns/authority/decisions/verify.ts';
import type { OutboxEntry, OutboxResult } from '@sonae/core/ports/store.ts';
import type { Order, Performed, Target } from '@sonae/core/ports/target.ts';
import type { Act } from '@sonae/proof/action';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import type { Gate } from './gate.ts';

const EXECUTOR: Principal = { id: 'system:executor', kind: 'system' };
const RETRY_MS_MAX = 30 * SECOND_MS;
const OBSERVE_EVERY_MS = 2 * SECOND_MS;
/** Clocks of two nodes differ by this little, usually. */
const EARLY_RETRY_MS = SECOND_MS / 10;
const SIMULATED_RETRY_MS = SECOND_MS / 4;
/** Entries of uses that never take are given up long after their approvals expired. */
const ATTEMPTS_MAX = 2_000;

/** The target of an act, or null when this node is not connected to such a system. */
export type FindTarget = (act: Act) => Target | null;
export type Executor = { run(entry: OutboxEntry, nowMs: () => number): Promise<OutboxResult> };

type Job = { readonly use: string; readonly what: 'perform' | 'lapse' | 'strike' };

/** What every step works with. */
type Bench = {
  readonly gate: Gate;
  readonly find: FindTarget;
  readonly isSimulated: boolean;
  submit(command: string, input: JsonValue): Promise<unknown>;
};
/** One try at one entry. */
type Try = { readonly job: Job; readonly entry: OutboxEntry; readonly nowMs: () => number };

export function createExecutor(app: App, gate: Gate, find: FindTarget): Executor {
  const bench: Bench = {
    gate,
    find,
    isSimulated: app.ports.clock.kind === 'simulated',
    submit: (command, input) => app.submit({ command: `authority.${command}`, input, actor: EXECUTOR }),
  };
  return {
    run: async (entry, nowMs) => {
      const job = JSON.parse(entry.body) as Job;
      const attempt = { job, entry, nowMs };
      if (job.what === 'lapse') return release(bench, attempt);
      return job.what === 'strike' ? strike(bench, attempt) : perform(bench, attempt);
    },
  };
}

function later({ isSimulated }: Bench, { entry, nowMs }: Try, error: string, waitMs: number): OutboxResult {
  if (entry.attempts >= ATTEMPTS_MAX) return { done: false, error, retryAt: null };
  // A target's own delay passes in the log's time, which a replay runs through faster than the wall clock.
  const pauseMs = isSimulated ? Math.min(waitMs, SIMULATED_RETRY_MS) : waitMs;
  return { done: false, error, retryAt: isoTime(nowMs() + pauseMs) };
}

const backoffMs = ({ entry: { attempts } }: Try): number =>
  Math.min(SECOND_MS * 2 ** Math.min(attempts - 1, 10), RETRY_MS_MAX);

async function perform(bench: Bench, attempt: Try): Promise<OutboxResult> {
  const { job } = attempt;
  const use = await bench.gate.use(job.use);
  if (use.state === 'verified' || use.endedAt !== null)
    return { done: true, receipt: `the use is ${use.state}` };
  if (use.state === 'executed' && use.action !== null) return observe(bench, attempt, orderOf(use));
  const checked = await bench.gate.check(job.use);
  if ('problem' in checked)
    return checked.passes
      ? later(bench, attempt, checked.problem, EARLY_RETRY_MS)
      : fail(bench, job, checked.problem);
  const { order } = checked;
  const target = bench.find(order.action.act);
  if (target === null)
    return fail(bench, job, `this node is not connected to the system of ${order.action.act.kind}`);
  const performed = await guarded(() => target.perform(order));
  if (performed.state === 'failed') {
    if (performed.permanent) return fail(bench, job, performed.why);
    const outcome = { why: performed.why.slice(0, 2_000), final: false };
    await bench.submit('RecordExecution', { use: job.use, outcome });
    return later(bench, attempt, performed.why, backoffMs(attempt));
  }
  if (performed.state === 'pending')
    return later(bench, attempt, 'pending on the target', performed.retryAfterMs);
  await bench.submit('RecordExecution', { use: job.use, outcome: { receipt: performed.receipt } });
  return observe(bench, attempt, order);
}

async function fail(bench: Bench, { use }: Job, why: string): Promise<OutboxResult> {
  await bench.submit('RecordExecution', { use, outcome: { why: why.slice(0, 2_000), final: true } });
  return { done: false, error: why, retryAt: null };
}

async function observe(bench: Bench, attempt: Try, order: Order): Promise<OutboxResult> {
  const target = bench.find(order.action.act);
  if (target === null) return later(bench, attempt, 'no connection to read the target', MINUTE_MS);
  const { inEffect, seen } = await target.observe(order).catch((error: unknown) => ({
    inEffect: null,
    seen: { unreadable: faultOf(error).message },
  }));
  await bench.submit('RecordEffect', { use: attempt.job.use, inEffect, seen });
  if (inEffect === true) return { done: true, receipt: 'verified on the target' };
  return later(bench, attempt, 'the target does not show it yet', OBSERVE_EVERY_MS);
}

async function release(bench: Bench, attempt: Try): Promise<OutboxResult> {
  const use = await bench.gate.use(attempt.job.use);
  if (use.action === null || use.state !== 'lapsed')
    return { done: true, receipt: `the use is ${use.state}` };
  const target = bench.find(use.action.act);
  if (!target?.release) return { done: true, receipt: 'the target ends it by itself' };
  const order = orderOf(use);
  const released = await guarded(() => target.release?.(order) ?? Promise.resolve(NOTHING));
  if (released.state === 'performed') return { done: true, receipt: JSON.stringify(released.receipt) };
  if (released.state === 'pending')
    return later(bench, attempt, 'pending on the target', released.retryAfterMs);
  return later(bench, attempt, released.why, backoffMs(attempt));
}

/** Tries until the target has struck it out, or until nothing could come of it any more. */
async function strike(bench: Bench, attempt: Try): Promise<OutboxResult> {
  const use = await bench.gate.use(attempt.job.use);
  const { action, cancellation, orderedAt } = use;
  if (action === null || cancellation === null || orderedAt === null)
    return { done: true, receipt: 'nothing was ordered' };
  const target = bench.find(action.act);
  if (!target?.strike) return { done: true, receipt: 'nothing waits on the target' };
  const { people } = await bench.gate.world();
  const struck = await guarded(
    () => target.strike?.(orderOf(use), carried(cancellation, { people })) ?? Promise.resolve(NOTHING),
  );
  if (struck.state === 'performed') return { done: true, receipt: JSON.stringify(struck.receipt) };
  const why = struck.state === 'failed' ? struck.why : 'pending on the target';
  return later(bench, attempt, why, backoffMs(attempt));
}

const NOTHING: Performed = { state: 'performed', receipt: null };

/** A connector that throws is a connector that failed, for now. */
async function guarded(work: () => Promise<Performed>): Promise<Performed> {
  try {
    return await work();
  } catch (error) {
    return {
      state: 'failed',
      why: `${faultOf(error).message}: ${String(error).slice(0, 300)}`,
      permanent: false,
    };
  }
}

/** An order for reading and for letting go: it carries no approvals, because neither needs any. */
function orderOf(use: { action: Order['action'] | null; hash: string }): Order {
  const action = use.action as Order['action'];
  const actionText = canonicalJson(action as unknown as JsonValue);
  return { action, actionText, hash: use.hash, approvals: [] };
}
