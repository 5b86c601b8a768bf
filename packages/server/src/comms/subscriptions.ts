/**
 * Subscriptions between the public and the log: checks what strangers send, makes tokens, and keeps only their digests.
 * Whoever asks gets one answer, whether the address is known or not.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { App } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { viewNamed } from '@sonae/core/app/project.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { ulid } from '@sonae/core/kernel/ids.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import { openSealed, PERSON_KEY_BYTES } from '@sonae/core/log/seal.ts';
import {
  type Language,
  languageSchema,
  type SubscriptionKind,
  subscribedComponents,
  subscriberPerson,
  subscriptionKindSchema,
} from '@sonae/core/nouns/comms/facts/subscriptions.ts';
import type { Subscriber } from '@sonae/core/nouns/comms/views/subscribers.ts';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { isSlackUrl } from '../connectors/slack/slack-sender.ts';
import { digestOf } from '../http/session.ts';
import { targetProblem } from './guarded-fetch.ts';

export const COMMS_ACTOR: Principal = { id: 'system:comms', kind: 'system' };
/** Its key makes addresses recognisable without making them readable; it belongs to the store, like every key. */
const LOOKUP_PERSON = 'comms:lookup';
const TOKEN_BYTES = 24;

const askSchema = z.strictObject({
  kind: subscriptionKindSchema,
  address: z.string().trim().min(3).max(1_000),
  language: languageSchema.default('ja'),
  components: subscribedComponents.default([]),
});

/** What stands sealed in the log. */
export type Private = {
  readonly address: string;
  readonly confirm: string;
  readonly leave: string;
  /** Signs what is posted to a webhook. */
  readonly secret: string;
};

export type Asked = { readonly status: 'asked'; readonly secret?: string };
export type Subscriptions = {
  /** Kinds that this node can serve; empty where links could not lead back. */
  readonly offered: readonly SubscriptionKind[];
  ask(body: unknown): Promise<Asked>;
  confirm(id: string, token: string): Promise<boolean>;
  leave(id: string, token: string): Promise<boolean>;
};

/** Which kinds a configuration can serve. */
export function offeredKinds({ publicOrigin, mail, subscriptions }: Config): SubscriptionKind[] {
  if (publicOrigin === undefined) return [];
  return [
    ...(mail === undefined ? [] : ['email' as const]),
    ...(subscriptions.webhooks ? ['webhook' as const] : []),
    ...(subscriptions.slack ? ['slack' as const] : []),
  ];
}

export function createSubscriptions(app: App, config: Config): Subscriptions {
  const offered = offeredKinds(config);
  let key: Promise<Uint8Array> | null = null;
  const lookupKey = (): Promise<Uint8Array> => {
    key ??= app.ports.store
      .transact((tx) => tx.personKey(LOOKUP_PERSON, () => app.ports.random.bytes(PERSON_KEY_BYTES)))
      .catch((error: unknown) => {
        key = null;
        throw error;
      });
    return key;
  };
  const withToken = async (command: string, id: string, token: string): Promise<boolean> => {
    if (!/^[\w-]{1,40}$/.test(id) || token.length > 100) return false;
    const { lookup } = await readSubscriber(app, id);
    if (lookup === '') return false;
    const input = { id, lookup, digest: digestOf(token) };
    return (await app.submit({ command, input, actor: COMMS_ACTOR })).status === 'done';
  };
  return {
    offered,
    confirm: (id, token) => withToken('comms.ConfirmSubscription', id, token),
    leave: (id, token) => withToken('comms.EndSubscription', id, token),
    ask: async (body) => {
      const { kind, language, components, address } = checkAsked(body, config, offered);
      const made: Private = { address, confirm: token(), leave: token(), secret: token() };
      const lookup = createHmac('sha256', await lookupKey()).update(`${kind}\n${address.toLowerCase()}`);
      const input = {
        id: ulid(app.ports.clock.now(), randomBytes(10)),
        kind,
        language,
        components,
        lookup: lookup.digest('hex'),
        private: JSON.stringify(made),
        confirmDigest: digestOf(made.confirm),
        leaveDigest: digestOf(made.leave),
      };
      const outcome = await app.submit({ command: 'comms.AskSubscription', input, actor: COMMS_ACTOR });
      if (outcome.status === 'refused' && outcome.refused === 'no-component')
        throw new FaultError('input.invalid', `components: ${outcome.message}`, outcome.fix);
      if (outcome.status === 'refused' && outcome.refused === 'too-many-pending')
        throw new FaultError('http.too-many-requests', outcome.message, outcome.fix);
      // Also where the address was asked often enough: the answer must not tell.
      return kind === 'webhook' ? { status: 'asked', secret: made.secret } : { status: 'asked' };
    },
  };
}

const token = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

type Checked = z.infer<typeof askSchema>;

function checkAsked(body: unknown, config: Config, offered: readonly SubscriptionKind[]): Checked {
  const parsed = askSchema.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') || 'body';
    throw new FaultError('input.invalid', `${field}: ${issue?.message}`, `correct ${field}`);
  }
  const { kind, address } = parsed.data;
  if (!offered.includes(kind)) {
    const hint = offered.length === 0 ? 'follow the feeds instead' : `choose one of: ${offered.join(', ')}`;
    throw new FaultError('input.invalid', `kind: ${kind} is not offered here`, hint);
  }
  const problem = kind === 'email' ? mailProblem(address) : urlProblem(kind, address, config);
  if (problem !== null) throw new FaultError('input.invalid', `address: ${problem}`, 'correct address');
  return parsed.data;
}

const mailProblem = (address: string): string | null =>
  z.email().max(254).safeParse(address).success ? null : 'is no mail address';

function urlProblem(kind: SubscriptionKind, address: string, { subscriptions }: Config): string | null {
  const problem = targetProblem(address, subscriptions);
  if (problem !== null) return problem;
  if (kind !== 'slack' || isSlackUrl(address) || subscriptions.allowLoopback) return null;
  return 'is no incoming webhook of Slack (https://hooks.slack.com/...)';
}

export async function readSubscriber(app: App, id: string): Promise<Subscriber> {
  const text = await app.ports.store.view('comms.subscriber', id);
  return (
    text === undefined ? viewNamed(registry, 'comms.subscriber').initial(id) : JSON.parse(text)
  ) as Subscriber;
}

/** What was sealed for a subscription, or null once it is forgotten. */
export async function openPrivate(app: App, { id, sealed }: Subscriber): Promise<Private | null> {
  if (sealed === null) return null;
  const key = await app.ports.store.keyOfPerson(subscriberPerson(id));
  const text = openSealed(sealed, key);
  return text === null ? null : (JSON.parse(text) as Private);
}

/** Links of a subscription below the public origin. */
export function linkOf(
  origin: string,
  id: string,
  what: 'confirm' | 'leave',
  secret: string,
  language: Language,
): string {
  return `${origin}/public/subscriptions/${id}/${what}?token=${secret}&lang=${language}`;
}
