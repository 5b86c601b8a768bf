/**
 * Reaching a person: the handler of the outbox target `person`. The sealed channels are opened here and nowhere else, and
 * all are used side by side. One that took it is enough; which worked and which did not is recorded.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { compareTimes } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { Text } from '@sonae/core/log/fact.ts';
import { openSealed, type Sealed } from '@sonae/core/log/seal.ts';
import type { ChannelAddress } from '@sonae/core/nouns/people/decisions/reach.ts';
import type { ChannelKind } from '@sonae/core/nouns/people/facts/reach.ts';
import type { Reach } from '@sonae/core/nouns/people/views/reach.ts';
import type { OutboxEntry, OutboxResult } from '@sonae/core/ports/store.ts';
import type { Config } from '../config.ts';
import { type ChannelSender, createChannelSender, type PersonMessage } from './channel-senders.ts';

const REACHER: Principal = { id: 'system:reach', kind: 'system' };
/** Where links lead while no public origin is configured. */
const LOCAL_ORIGIN = 'http://127.0.0.1';

type Ordered = {
  readonly principal: string;
  readonly page: string | null;
  readonly round: number;
  readonly text: Text;
  readonly link: string;
};
export type Tried = { readonly kind: ChannelKind; readonly result: OutboxResult };
type Handler = (entry: OutboxEntry, nowMs: () => number) => Promise<OutboxResult>;

export function createPersonHandler(app: App, config: Config, fetchFn?: typeof fetch): Handler {
  const send = createChannelSender(config, fetchFn);
  return async (entry, nowMs) => {
    const { principal, page, round, text, link } = JSON.parse(entry.body) as Ordered;
    if (page !== null && !(await isWanted(app, page, principal)))
      return { done: true, receipt: 'nobody is needed any more' };
    const channels = await channelsOf(app, principal);
    if (channels === null) return { done: true, receipt: 'the person has stated no channels' };
    const href = new URL(link, config.publicOrigin ?? LOCAL_ORIGIN).href;
    const message = { id: entry.id.replaceAll('/', ':'), page, round, text, link: href };
    const tried = await tryChannels(send, channels, message, entry.attempts, nowMs);
    await recordTried(app, principal, tried);
    return outcomeOf(tried);
  };
}

const TEST_TEXT: Text = {
  en: 'This is a test of your channels. Nothing has happened and nothing is to be done.',
  ja: '連絡手段の疎通テストです。事案は発生していません。対応は不要です。',
};

/** Tries every channel of a person now, once. Null: the person has stated none. */
export async function testChannels(
  app: App,
  config: Config,
  principal: string,
  id: string,
  fetchFn?: typeof fetch,
): Promise<readonly Tried[] | null> {
  const channels = await channelsOf(app, principal);
  if (channels === null) return null;
  const link = new URL('/console/reach', config.publicOrigin ?? LOCAL_ORIGIN).href;
  const message = { id, page: null, round: 1, text: TEST_TEXT, link };
  const tried = await tryChannels(createChannelSender(config, fetchFn), channels, message, 1, Date.now);
  await recordTried(app, principal, tried);
  return tried;
}

/** Null when none were stated, or they were forgotten. */
async function channelsOf(app: App, principal: string): Promise<readonly ChannelAddress[] | null> {
  const { store } = app.ports;
  const stated = await store.view('people.channels', principal);
  const sealed = stated === undefined ? null : (JSON.parse(stated) as Sealed | null);
  if (sealed === null) return null;
  const opened = openSealed(sealed, await store.keyOfPerson(principal));
  return opened === null ? null : (JSON.parse(opened) as ChannelAddress[]);
}

/** What was ordered before the node went down may be over, or answered, when it comes back. */
async function isWanted(app: App, id: string, principal: string): Promise<boolean> {
  const text = await app.ports.store.view('people.reach', 'all');
  const page =
    text === undefined ? undefined : (JSON.parse(text) as Reach).pages.find((one) => one.page === id);
  if (page === undefined || page.endedAt !== null) return false;
  return !page.answers.some((answer) => answer.principal === principal);
}

async function tryChannels(
  send: ChannelSender,
  channels: readonly ChannelAddress[],
  message: PersonMessage,
  attempts: number,
  nowMs: () => number,
): Promise<readonly Tried[]> {
  return Promise.all(
    channels.map(async (channel, n) => {
      // Two addresses of one kind are two messages to whoever drops repetitions.
      const own = { ...message, id: `${message.id}:${n}` };
      return { kind: channel.kind, result: await send(channel, own, attempts, nowMs) };
    }),
  );
}

/** A kind works when one address of it did. */
async function recordTried(app: App, principal: string, tried: readonly Tried[]): Promise<void> {
  for (const kind of new Set(tried.map((one) => one.kind))) {
    const works = tried.some((one) => one.kind === kind && one.result.done);
    const input = { principal, kind, works };
    await app.submit({ command: 'people.RecordChannelTest', input, actor: REACHER });
  }
}

/** One channel is enough; else all together come again as early as the first of them may. */
function outcomeOf(tried: readonly Tried[]): OutboxResult {
  const took = tried.filter(({ result }) => result.done).map(({ kind }) => kind);
  if (took.length > 0) return { done: true, receipt: `reached by ${took.join(', ')}` };
  const failures = tried.flatMap(({ result }) => (result.done ? [] : [result]));
  const error = failures
    .map((one) => one.error)
    .join('; ')
    .slice(0, 1_000);
  const retries = failures.flatMap(({ retryAt }) => retryAt ?? []).sort(compareTimes);
  return { done: false, error, retryAt: retries[0] ?? null };
}
