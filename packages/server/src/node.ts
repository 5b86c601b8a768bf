/** A running node: what screens and tools may ask of it, its event bell, its outbox, and its orderly stop. */

import type { ClockState, TickEvent } from '@sonae/core/app/api.ts';
import type { Tick } from '@sonae/core/app/evaluate.ts';
import type { App } from '@sonae/core/app/handle.ts';
import { isoTime, MINUTE_MS, SECOND_MS } from '@sonae/core/kernel/time.ts';
import { POWER_TARGET, TICKET_TARGET } from '@sonae/core/nouns/authority/actions.ts';
import type { OutboxEntry } from '@sonae/core/ports/store.ts';
import type { Config } from './config.ts';
import type { Demonstration } from './demonstration/stage.ts';
import { sleep } from './drive-scenario.ts';
import type { Executor } from './powers/executor.ts';
import { seeTick, type WatchedAsset } from './runtime.ts';

export type NodeEvent =
  | { readonly event: 'append'; readonly data: { readonly size: number } }
  | { readonly event: 'tick'; readonly data: TickEvent };

export type Node = {
  readonly app: App;
  readonly config: Config;
  readonly version: string;
  readonly assets: ReadonlyMap<string, WatchedAsset>;
  leader: boolean;
  /** While somebody signs or a target is being acted on: a replay then gives whoever watches time to follow. */
  attention: boolean;
  /** Set where a demonstration firm signs on this machine. */
  demonstration: Demonstration | null;
  clockState(): ClockState;
  replay: ClockState['replay'];
  onEvent(listener: (event: NodeEvent) => void): () => void;
  sawTick(asset: string, tick: Tick): void;
};

export function createNode(
  app: App,
  config: Config,
  version: string,
  watched: readonly WatchedAsset[],
): Node {
  const listeners = new Set<(event: NodeEvent) => void>();
  const emit = (event: NodeEvent): void => {
    for (const listener of listeners) listener(event);
  };
  app.ports.store.onAppend((size) => emit({ event: 'append', data: { size } }));
  const assets = new Map(watched.map((asset) => [asset.watch.spec.asset, asset]));
  const node: Node = {
    app,
    config,
    version,
    assets,
    leader: false,
    attention: false,
    demonstration: null,
    replay: null,
    clockState: () => ({
      kind: app.ports.clock.kind,
      now: isoTime(app.ports.clock.now()),
      replay: node.replay,
    }),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sawTick: (asset, tick) => {
      const known = assets.get(asset);
      if (known) seeTick(known, tick);
      const levels = { [asset]: { price: tick.peg.price, level: tick.peg.level } };
      emit({ event: 'tick', data: { now: isoTime(app.ports.clock.now()), assets: levels } });
    },
  };
  return node;
}

const OUTBOX_LEASE_MS = MINUTE_MS;
const OUTBOX_IDLE_MS = SECOND_MS;
const OUTBOX_AT_ONCE_MAX = 20;

/**
 * Sends what the log says must be sent, until aborted. The outbox lives by wall time, also in a replay: the outside
 * world does. Without a configured webhook entries are settled as "not configured", so that nothing piles up.
 */
export async function pumpOutbox(
  app: App,
  config: Config,
  executor: Executor,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const { store } = app.ports;
  const bell = createBell(signal);
  const off = store.onAppend(bell.ring);
  // A slow target must not hold up another stop: entries are worked on side by side.
  const working = new Set<Promise<void>>();
  const { clock } = app.ports;
  // Live, the clock that is never set back: a retry must not wait for the wall clock to catch up with itself.
  const nowMs = (): number => (clock.kind === 'live' ? clock.now() : Date.now());
  while (!signal.aborted) {
    try {
      const now = nowMs();
      const room = OUTBOX_AT_ONCE_MAX - working.size;
      const due =
        room === 0 ? [] : await store.claimOutbox(isoTime(now), isoTime(now + OUTBOX_LEASE_MS), room);
      for (const entry of due) {
        const work = settle(app, config, executor, entry, nowMs, onFailure).finally(() => {
          working.delete(work);
          bell.ring();
        });
        working.add(work);
      }
      if (due.length === 0) await bell.wait(OUTBOX_IDLE_MS);
    } catch (error) {
      onFailure(error);
      await sleep(OUTBOX_IDLE_MS * 5, signal);
    }
  }
  off();
  await Promise.all(working);
}

/** One entry; a failure is told and leaves the entry to its lease, so that no other entry waits for it. */
async function settle(
  app: App,
  { webhook, tickets, publicOrigin }: Config,
  executor: Executor,
  entry: OutboxEntry,
  nowMs: () => number,
  onFailure: (error: unknown) => void,
): Promise<void> {
  try {
    const { store } = app.ports;
    if (entry.target === POWER_TARGET)
      return await store.settleOutbox(entry.id, await executor.run(entry, nowMs));
    const endpoint = entry.target === TICKET_TARGET ? tickets : webhook;
    if (!endpoint) return await store.settleOutbox(entry.id, { done: true, receipt: 'not configured' });
    if (entry.target === TICKET_TARGET) {
      const { createNoticeSender } = await import('./connectors/network/notice-sender.ts');
      const send = createNoticeSender({ ...endpoint, kind: 'ticket' });
      const ticket = JSON.parse(entry.body) as Parameters<typeof send>[0];
      const link = new URL(ticket.link, publicOrigin ?? 'http://127.0.0.1').href;
      return await store.settleOutbox(entry.id, await send({ ...ticket, link }, entry.attempts, nowMs));
    }
    const { sendWebhook } = await import('./connectors/webhook/webhook.ts');
    await store.settleOutbox(entry.id, await sendWebhook(endpoint, entry, Date.now));
  } catch (error) {
    onFailure(error);
  }
}

/** Waiting that a ring ends early; a ring while nobody waits ends the next wait at once. */
function createBell(signal: AbortSignal): { ring(): void; wait(ms: number): Promise<void> } {
  let rung = false;
  let waiter: AbortController | null = null;
  return {
    ring: () => {
      rung = true;
      waiter?.abort();
    },
    wait: async (ms) => {
      if (!rung) {
        waiter = new AbortController();
        await sleep(ms, AbortSignal.any([signal, waiter.signal]));
        waiter = null;
      }
      rung = false;
    },
  };
}
