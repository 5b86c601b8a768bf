/** A running node: what screens and tools may ask of it, its event bell, its outbox, and its orderly stop. */

import type { ClockState, TickEvent } from '@sonae/core/app/api.ts';
import type { Tick } from '@sonae/core/app/evaluate.ts';
import type { App } from '@sonae/core/app/handle.ts';
import { isoTime, MINUTE_MS, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Config } from './config.ts';
import { sleep } from './drive-scenario.ts';
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
const OUTBOX_BATCH = 20;

/**
 * Sends what the log says must be sent, until aborted. The outbox lives by wall time, also in a replay: the outside
 * world does. Without a configured webhook entries are settled as "not configured", so that nothing piles up.
 */
export async function pumpOutbox(
  app: App,
  config: Config,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): Promise<void> {
  const { store } = app.ports;
  while (!signal.aborted) {
    try {
      const now = Date.now();
      // Due times are stamped with the log's clock, which in a replay lies in the past and is then always due.
      const due = await store.claimOutbox(isoTime(now), isoTime(now + OUTBOX_LEASE_MS), OUTBOX_BATCH);
      for (const entry of due) {
        const { webhook } = config;
        const { sendWebhook } = await import('./connectors/webhook/webhook.ts');
        if (!webhook) await store.settleOutbox(entry.id, { done: true, receipt: 'not configured' });
        else await store.settleOutbox(entry.id, await sendWebhook(webhook, entry, Date.now));
      }
      if (due.length === 0) await sleep(OUTBOX_IDLE_MS, signal);
    } catch (error) {
      onFailure(error);
      await sleep(OUTBOX_IDLE_MS * 5, signal);
    }
  }
}
