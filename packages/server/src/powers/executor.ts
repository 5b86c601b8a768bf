/**
 * From an order in the log to an effect in the world: ask the gate, perform once, read the target, record. Everything
 * here may die at any step and be repeated by any node: targets perform an action's hash once, records are commands of
 * the same log, and an entry of the outbox is leased, so that no two nodes work on it at a time.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { faultOf } from '@sonae/core/kernel/errors.ts';
import { isoTime, MINUTE_MS, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { OutboxEntry, OutboxResult } from '@sonae/core/ports/store.ts';
import type { Order, Performed, Target } from '@sonae/core/ports/target.ts';
import type { Act } from '@sonae/proof/action';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Gate } from './gate.ts';

const EXECUTOR: Principal = { id: 'system:executor', kind: 'system' };
const RETRY_MS_MAX = 30 * SECOND_MS;
const OBSERVE_EVERY_MS = 2 * SECOND_MS;
const SIMULATED_RETRY_MS = SECOND_MS / 4;
/** Entries of uses that never take are given up long after their approvals expired. */
const ATTEMPTS_MAX = 2_000;

/** The target of an act, or null when this node is not connected to such a system. */
export type FindTarget = (act: Act) => Target | null;
export type Executor = { run(entry: OutboxEntry, nowMs: () => number): Promise<OutboxResult> };

type Job = { readonly use: string; readonly what: 'perform' | 'lapse' };

export function createExecutor(app: App, gate: Gate, find: FindTarget): Executor {
  const submit = (command: string, input: JsonValue): Promise<unknown> =>
    app.submit({ command: `authority.${command}`, input, actor: EXECUTOR });
  const isSimulated = app.ports.clock.kind === 'simulated';
  const later = (entry: OutboxEntry, error: string, waitMs: number, nowMs: () => number): OutboxResult => {
    if (entry.attempts >= ATTEMPTS_MAX) return { done: false, error, retryAt: null };
    // A target's own delay passes in the log's time, which a replay runs through faster than the wall clock.
    const pauseMs = isSimulated ? Math.min(waitMs, SIMULATED_RETRY_MS) : waitMs;
    return { done: false, error, retryAt: isoTime(nowMs() + pauseMs) };
  };
  const backoff = ({ attempts }: OutboxEntry): number =>
    Math.min(SECOND_MS * 2 ** Math.min(attempts - 1, 10), RETRY_MS_MAX);

  const perform = async (job: Job, entry: OutboxEntry, nowMs: () => number): Promise<OutboxResult> => {
    const use = await gate.use(job.use);
    if (use.state === 'verified' || use.endedAt !== null)
      return { done: true, receipt: `the use is ${use.state}` };
    if (use.state === 'executed' && use.action !== null) return observe(job, entry, orderOf(use), nowMs);
    const checked = await gate.check(job.use);
    if ('problem' in checked) return fail(job, checked.problem);
    const { order } = checked;
    const target = find(order.action.act);
    if (target === null)
      return fail(job, `this node is not connected to the system of ${order.action.act.kind}`);
    const performed = await guarded(() => target.perform(order));
    if (performed.state === 'failed') {
      if (performed.permanent) return fail(job, performed.why);
      await submit('RecordExecution', {
        use: job.use,
        outcome: { why: performed.why.slice(0, 2_000), final: false },
      });
      return later(entry, performed.why, backoff(entry), nowMs);
    }
    if (performed.state === 'pending')
      return later(entry, 'pending on the target', performed.retryAfterMs, nowMs);
    await submit('RecordExecution', { use: job.use, outcome: { receipt: performed.receipt } });
    return observe(job, entry, order, nowMs);
  };

  const fail = async ({ use }: Job, why: string): Promise<OutboxResult> => {
    await submit('RecordExecution', { use, outcome: { why: why.slice(0, 2_000), final: true } });
    return { done: false, error: why, retryAt: null };
  };

  const observe = async (
    { use }: Job,
    entry: OutboxEntry,
    order: Order,
    nowMs: () => number,
  ): Promise<OutboxResult> => {
    const target = find(order.action.act);
    if (target === null) return later(entry, 'no connection to read the target', MINUTE_MS, nowMs);
    const { inEffect, seen } = await target.observe(order).catch((error: unknown) => ({
      inEffect: null,
      seen: { unreadable: faultOf(error).message },
    }));
    await submit('RecordEffect', { use, inEffect, seen });
    if (inEffect === true) return { done: true, receipt: 'verified on the target' };
    return later(entry, 'the target does not show it yet', OBSERVE_EVERY_MS, nowMs);
  };

  const release = async (
    { use: id }: Job,
    entry: OutboxEntry,
    nowMs: () => number,
  ): Promise<OutboxResult> => {
    const use = await gate.use(id);
    if (use.action === null || use.state !== 'lapsed')
      return { done: true, receipt: `the use is ${use.state}` };
    const target = find(use.action.act);
    if (!target?.release) return { done: true, receipt: 'the target ends it by itself' };
    const order = orderOf(use);
    const released = await guarded(() => target.release?.(order) ?? Promise.resolve(NOTHING));
    if (released.state === 'performed') return { done: true, receipt: JSON.stringify(released.receipt) };
    const why = released.state === 'failed' ? released.why : 'pending on the target';
    return later(entry, why, released.state === 'pending' ? released.retryAfterMs : backoff(entry), nowMs);
  };

  return {
    run: async (entry, nowMs) => {
      const job = JSON.parse(entry.body) as Job;
      return job.what === 'lapse' ? release(job, entry, nowMs) : perform(job, entry, nowMs);
    },
  };
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
  return { action, actionText: '', hash: use.hash, approvals: [] };
}
