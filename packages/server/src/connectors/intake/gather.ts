/**
 * Many requests, one commit: what arrives within a short time shares a command, and whoever sent it hears only after
 * its command is durable. One command per source is under way at a time, so that what a source says stays in order.
 */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { ALARMS_PER_BATCH_MAX } from '@sonae/core/kernel/limits.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { Alarm } from '@sonae/core/nouns/sentinels/facts.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { type IntakeConfig, rulesOf } from './intake-config.ts';

const INTAKE: Principal = { id: 'system:intake', kind: 'system' };
/** As long as a request may wait for company. */
const GATHER_MS = 50;
/** Alarms that wait for their commit, of all sources; beyond it senders are told to come back. */
const WAITING_ALARMS_MAX = 20_000;

type Waiting = {
  readonly alarms: readonly Alarm[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

export type Gatherer = {
  /** Tells the log which sources this node listens to: once, and again after a failure. */
  open(): Promise<void>;
  /** Resolves when the alarms are durable. Throws `log.overloaded` when too many wait. */
  add(source: string, alarms: readonly Alarm[]): Promise<void>;
};

/** One for the whole node: order and limits hold over everything that a source sends. */
export function createGatherer(app: App, config: IntakeConfig): Gatherer {
  const queues = new Map<string, Waiting[]>();
  const pumping = new Set<string>();
  let waiting = 0;
  let configured: Promise<void> | null = null;

  const open = (): Promise<void> => {
    configured ??= configure(app, config).catch((error: unknown) => {
      configured = null;
      throw error;
    });
    return configured;
  };
  const settle = async (source: string, group: readonly Waiting[]): Promise<void> => {
    const alarms = group.flatMap((one) => one.alarms);
    try {
      await open();
      const input = { source, alarms } as unknown as JsonValue;
      demandDone(await app.submit({ command: 'sentinels.RecordAlarms', input, actor: INTAKE }));
      for (const one of group) one.resolve();
    } catch (error) {
      for (const one of group) one.reject(error);
    } finally {
      waiting -= alarms.length;
    }
  };
  const pump = async (source: string, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0) {
      await new Promise((done) => setTimeout(done, GATHER_MS));
      while (queue.length > 0) await settle(source, takeGroup(queue));
    }
    pumping.delete(source);
  };
  return {
    open,
    add: (source, alarms) => {
      if (alarms.length === 0) return Promise.resolve();
      if (waiting + alarms.length > WAITING_ALARMS_MAX) {
        const hint = 'send it again in a second';
        return Promise.reject(new FaultError('log.overloaded', `${waiting} alarms are waiting`, hint));
      }
      waiting += alarms.length;
      return new Promise<void>((resolve, reject) => {
        const queue = queues.get(source) ?? [];
        queues.set(source, queue);
        queue.push({ alarms, resolve, reject });
        if (pumping.has(source)) return;
        pumping.add(source);
        void pump(source, queue);
      });
    },
  };
}

/** As many whole requests as one command may hold. */
function takeGroup(queue: Waiting[]): Waiting[] {
  let count = 0;
  let taken = 0;
  for (const { alarms } of queue) {
    count += alarms.length;
    if (taken > 0 && count > ALARMS_PER_BATCH_MAX) break;
    taken += 1;
  }
  return queue.splice(0, taken);
}

async function configure(app: App, config: IntakeConfig): Promise<void> {
  const input = { sources: config.sources.map(rulesOf) } as unknown as JsonValue;
  demandDone(await app.submit({ command: 'sentinels.ConfigureSources', input, actor: INTAKE }));
}

function demandDone(outcome: Outcome): void {
  if (outcome.status === 'done') return;
  throw new FaultError(
    'store.unavailable',
    outcome.message,
    'another node has other sources: use one configuration',
  );
}
