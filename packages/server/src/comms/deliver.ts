/**
 * Telling subscribers: the handlers of the outbox targets of communications. A published notice leads to pages of
 * subscribers, each page to a fact, each subscriber of it to an outbox entry of its own: a crash at any point loses
 * nobody, and what was settled is not sent again.
 */
import type { App } from '@sonae/core/app/handle.ts';
import {
  CONFIRM_TARGET,
  DELIVER_TARGET,
  FAN_OUT_TARGET,
  FORGET_TARGET,
} from '@sonae/core/nouns/comms/actions.ts';
import { DELIVERIES_PER_PAGE_MAX, subscriberPerson } from '@sonae/core/nouns/comms/facts/subscriptions.ts';
import type { Subscriber } from '@sonae/core/nouns/comms/views/subscribers.ts';
import type { Thread } from '@sonae/core/nouns/comms/views/threads.ts';
import type { OutboxEntry, OutboxResult } from '@sonae/core/ports/store.ts';
import type { Config } from '../config.ts';
import { createMailSender } from '../connectors/mail/mail-sender.ts';
import { createSenders, type Senders } from './messages.ts';
import { COMMS_ACTOR, openPrivate, readSubscriber } from './subscriptions.ts';

type Handler = (entry: OutboxEntry, nowMs: () => number) => Promise<OutboxResult>;

const done = (receipt: string): OutboxResult => ({ done: true, receipt });

/** By target; deliveries stand under their prefix. */
export function createCommsHandlers(app: App, config: Config): [string, Handler][] {
  const { publicOrigin: origin, mail } = config;
  const senders =
    origin === undefined
      ? null
      : createSenders({
          app,
          name: config.name,
          origin,
          mail: mail === undefined ? null : createMailSender(mail),
          subscriptions: config.subscriptions,
        });
  return [
    [FAN_OUT_TARGET, (entry) => fanOut(app, entry)],
    [DELIVER_TARGET, (entry, nowMs) => deliver(app, senders, entry, nowMs)],
    [CONFIRM_TARGET, (entry, nowMs) => askToConfirm(app, senders, entry, nowMs)],
    [FORGET_TARGET, (entry) => forget(app, entry)],
  ];
}

type FanOut = { readonly thread: string; readonly notice: string; readonly after: string | null };

/** Looks through the subscribers until a page of them is found, and orders its deliveries. */
async function fanOut(app: App, entry: OutboxEntry): Promise<OutboxResult> {
  const { thread, notice, after } = JSON.parse(entry.body) as FanOut;
  const { store } = app.ports;
  const about = componentsOf(await readThread(app, thread), notice);
  const found: string[] = [];
  let last = after;
  for (;;) {
    const rows = await store.viewRows('comms.subscriber', {
      ...(last === null ? {} : { after: last }),
      limit: DELIVERIES_PER_PAGE_MAX,
    });
    let isFull = false;
    for (const { key, text } of rows) {
      const one = JSON.parse(text) as Subscriber;
      last = key;
      if (wants(one, about)) found.push(one.id);
      isFull = found.length >= DELIVERIES_PER_PAGE_MAX;
      if (isFull) break;
    }
    if (isFull) return order(app, { thread, notice, subscribers: found, next: last }, after);
    if (rows.length < DELIVERIES_PER_PAGE_MAX) break;
  }
  if (found.length === 0) return done('nobody more to tell');
  return order(app, { thread, notice, subscribers: found, next: null }, after);
}

type Page = { thread: string; notice: string; subscribers: string[]; next: string | null };

async function order(app: App, page: Page, after: string | null): Promise<OutboxResult> {
  // The same page is ordered once, however often this entry is worked on.
  const id = `comms:${page.notice}:${after ?? 'first'}`;
  await app.submit({ command: 'comms.OrderDeliveries', input: page, actor: COMMS_ACTOR, id });
  return done(`${page.subscribers.length} ordered`);
}

/** What a notice is about; null: everything. */
function componentsOf(thread: Thread | null, notice: string): ReadonlySet<string> | null {
  const own = thread?.notices.find(({ id }) => id === notice)?.content.impacts ?? [];
  const all = own.length > 0 ? own : (thread?.notices.flatMap(({ content }) => content.impacts) ?? []);
  return all.length === 0 ? null : new Set(all.map(({ component }) => component));
}

const wants = ({ state, components }: Subscriber, about: ReadonlySet<string> | null): boolean =>
  state === 'active' &&
  (about === null || components.length === 0 || components.some((component) => about.has(component)));

async function deliver(
  app: App,
  senders: Senders | null,
  entry: OutboxEntry,
  nowMs: () => number,
): Promise<OutboxResult> {
  const body = JSON.parse(entry.body) as { thread: string; notice: string; subscriber: string };
  const one = await readSubscriber(app, body.subscriber);
  if (one.state !== 'active') return done('no longer subscribed');
  const opened = await openPrivate(app, one);
  if (opened === null) return done('forgotten');
  const thread = await readThread(app, body.thread);
  const notice = thread?.notices.find(({ id }) => id === body.notice);
  if (notice === undefined) return done('the notice no longer stands in its thread');
  if (senders === null) return done('not configured');
  const result = await senders.notice({ one, opened, notice, thread: body.thread }, entry.attempts, nowMs);
  if (!result.done && result.retryAt === null && result.isBounce) {
    const input = { id: one.id, lookup: one.lookup, delivery: body.notice };
    await app.submit({ command: 'comms.ReportBounce', input, actor: COMMS_ACTOR });
  }
  return result;
}

async function askToConfirm(
  app: App,
  senders: Senders | null,
  entry: OutboxEntry,
  nowMs: () => number,
): Promise<OutboxResult> {
  const { subscriber: id } = JSON.parse(entry.body) as { subscriber: string };
  const one = await readSubscriber(app, id);
  if (one.state !== 'pending') return done('no longer waiting');
  const opened = await openPrivate(app, one);
  if (opened === null) return done('forgotten');
  if (senders === null) return done('not configured');
  return senders.confirmation({ one, opened }, entry.attempts, nowMs);
}

async function forget(app: App, entry: OutboxEntry): Promise<OutboxResult> {
  const { subscriber: id } = JSON.parse(entry.body) as { subscriber: string };
  await app.ports.store.forgetPerson(subscriberPerson(id));
  return done('forgotten');
}

async function readThread(app: App, id: string): Promise<Thread | null> {
  const text = await app.ports.store.view('comms.thread', id);
  return text === undefined ? null : (JSON.parse(text) as Thread);
}
