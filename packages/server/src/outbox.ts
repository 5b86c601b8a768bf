/**
 * The outbox at work: what the log says must be sent leaves here, once each, side by side, again after a failure. One
 * handler per target; who adds a target adds a line to `createHandlers`.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { isoTime, MINUTE_MS, SECOND_MS } from '@sonae/core/kernel/time.ts';
import { POWER_TARGET, TICKET_TARGET } from '@sonae/core/nouns/authority/actions.ts';
import { PERSON_TARGET } from '@sonae/core/nouns/people/actions.ts';
import type { OutboxEntry, OutboxResult } from '@sonae/core/ports/store.ts';
import { createCommsHandlers } from './comms/deliver.ts';
import type { Config } from './config.ts';
import { sleep } from './drive-scenario.ts';
import type { Executor } from './powers/executor.ts';
import { createPersonHandler } from './reach/deliver-person.ts';

/** Settles one entry. May throw: the entry is then tried again when its lease ends. */
export type OutboxHandler = (entry: OutboxEntry, nowMs: () => number) => Promise<OutboxResult>;
export type OutboxHandlers = ReadonlyMap<string, OutboxHandler>;

/** Targets that are configured here. */
export function createHandlers(config: Config, executor: Executor, app: App): OutboxHandlers {
  const { webhook, tickets, publicOrigin } = config;
  const handlers = new Map<string, OutboxHandler>([
    [POWER_TARGET, (entry, nowMs) => executor.run(entry, nowMs)],
    ...createCommsHandlers(app, config),
    [PERSON_TARGET, createPersonHandler(app, config)],
  ]);
  if (webhook) {
    handlers.set('webhook', async (entry) => {
      const { sendWebhook } = await import('./connectors/webhook/webhook.ts');
      return sendWebhook(webhook, entry, Date.now);
    });
  }
  if (tickets) {
    handlers.set(TICKET_TARGET, async (entry, nowMs) => {
      const { createNoticeSender } = await import('./connectors/network/notice-sender.ts');
      const send = createNoticeSender({ ...tickets, kind: 'ticket' });
      const ticket = JSON.parse(entry.body) as Parameters<typeof send>[0];
      const link = new URL(ticket.link, publicOrigin ?? 'http://127.0.0.1').href;
      return send({ ...ticket, link }, entry.attempts, nowMs);
    });
  }
  return handlers;
}

const OUTBOX_LEASE_MS = MINUTE_MS;
const OUTBOX_IDLE_MS = SECOND_MS;
const OUTBOX_AT_ONCE_MAX = 20;

/**
 * Sends what the log says must be sent, until aborted. The outbox lives by wall time, also in a replay: the outside
 * world does. Entries of a target without handler are settled as "not configured", so that nothing piles up.
 */
export async function pumpOutbox(
  app: App,
  handlers: OutboxHandlers,
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
        const work = settle(app, handlers, entry, nowMs, onFailure).finally(() => {
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
  handlers: OutboxHandlers,
  entry: OutboxEntry,
  nowMs: () => number,
  onFailure: (error: unknown) => void,
): Promise<void> {
  try {
    // A target may name its subject after a slash: one entry each, one handler for all.
    const handler = handlers.get(entry.target) ?? handlers.get(entry.target.split('/')[0] ?? '');
    const result = handler ? await handler(entry, nowMs) : NOT_CONFIGURED;
    await app.ports.store.settleOutbox(entry.id, result);
  } catch (error) {
    onFailure(error);
  }
}

const NOT_CONFIGURED: OutboxResult = { done: true, receipt: 'not configured' };

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
