/**
 * One message to one channel of a person, whatever kind it is. A channel that this node has no means for fails like any
 * other: nobody would be reached on it. What comes back names neither address nor host of the person.
 */

import type { Text } from '@sonae/core/log/fact.ts';
import type { ChannelAddress } from '@sonae/core/nouns/people/decisions/reach.ts';
import type { OutboxResult } from '@sonae/core/ports/store.ts';
import { createGuardedFetch } from '../comms/guarded-fetch.ts';
import type { Config } from '../config.ts';
import { createMailSender } from '../connectors/mail/mail-sender.ts';
import { createSlackSender } from '../connectors/slack/slack-sender.ts';
import { sendWebhook } from '../connectors/webhook/webhook.ts';
import { escapeHtml } from '../html-text.ts';

export type PersonMessage = {
  /** The same id is the same message, however often it is sent. */
  readonly id: string;
  /** Null: something to know, not a call. */
  readonly page: string | null;
  readonly round: number;
  readonly text: Text;
  /** Absolute. */
  readonly link: string;
};
export type ChannelSender = (
  channel: ChannelAddress,
  message: PersonMessage,
  attempts: number,
  nowMs: () => number,
) => Promise<OutboxResult>;

/** https://developer.pagerduty.com/docs/send-alert-event: a summary has up to 1,024 characters. */
const SUMMARY_CHARS_MAX = 1_024;
const SUBJECT_CHARS_MAX = 150;
/** Long messages are cut into many; what matters stands first and the link last. */
const SHORT_CHARS_MAX = 300;

type Send = (
  to: string,
  message: PersonMessage,
  attempts: number,
  nowMs: () => number,
) => Promise<OutboxResult>;

/** @param fetchFn what reaches Slack, PagerDuty and the gateways; webhooks of people go through the guarded one */
export function createChannelSender(config: Config, fetchFn: typeof fetch = fetch): ChannelSender {
  const { paging, name } = config;
  const titleOf = ({ page }: PersonMessage): Text =>
    page === null
      ? { en: `${name.en}: message`, ja: `${name.ja}: お知らせ` }
      : { en: `${name.en}: you are called`, ja: `${name.ja}: 呼出し` };
  const gateway =
    (kind: 'sms' | 'voice'): Send =>
    (to, message, attempts, nowMs) => {
      const target = paging[kind];
      if (target === undefined) return notSet(`paging.${kind}`);
      const body = JSON.stringify({ to, text: kind === 'sms' ? shortText(message) : spokenText(message) });
      return sendWebhook(target, { id: message.id, body, attempts }, nowMs, fetchFn);
    };
  const senders: Readonly<Record<ChannelAddress['kind'], Send>> = {
    email: mailTo(config, titleOf),
    slack: (to, message, attempts, nowMs) => {
      const { en, ja } = titleOf(message);
      const slack = createSlackSender({ url: to, fetch: fetchFn });
      const links = [{ label: 'Sonae', url: message.link }];
      const paragraphs = [message.text.ja, message.text.en];
      return slack({ id: message.id, title: `${ja} / ${en}`, paragraphs, links }, attempts, nowMs);
    },
    webhook: (to, message, attempts, nowMs) => {
      const { webhookSecret: secret, insideWebhooks } = paging;
      if (secret === undefined) return notSet('paging.webhookSecret');
      const send = insideWebhooks ? fetchFn : createGuardedFetch({ allowLoopback: false });
      const body = JSON.stringify({ format: 'sonae/call/v1', ...message });
      return sendWebhook({ url: to, secret }, { id: message.id, body, attempts }, nowMs, send);
    },
    sms: gateway('sms'),
    voice: gateway('voice'),
    pagerduty: (to, message, attempts, nowMs) => {
      const body = JSON.stringify(pagerdutyEvent(to, message, config.origin));
      const url = `${paging.pagerdutyUrl.replace(/\/$/, '')}/v2/enqueue`;
      // PagerDuty ignores the signature; the retries and verdicts are those of every webhook.
      return sendWebhook({ url, secret: message.id }, { id: message.id, body, attempts }, nowMs, fetchFn);
    },
  };
  return async (channel, message, attempts, nowMs) =>
    withoutAddress(await senders[channel.kind](channel.to, message, attempts, nowMs), channel);
}

function mailTo(config: Config, titleOf: (message: PersonMessage) => Text): Send {
  if (config.mail === undefined) return () => notSet('mail');
  const mail = createMailSender(config.mail);
  return async (to, message, attempts, nowMs) => {
    const { id, text, link } = message;
    const { en, ja } = titleOf(message);
    const subject = `${ja} / ${en} – ${oneLine(text.ja)}`.slice(0, SUBJECT_CHARS_MAX);
    const body = `${text.ja}\n\n${text.en}\n\n${link}\n`;
    const html =
      `<p lang="ja">${escapeHtml(text.ja)}</p><p lang="en">${escapeHtml(text.en)}</p>` +
      `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`;
    return mail({ id, to, subject, text: body, html, language: 'ja' }, attempts, nowMs);
  };
}

const notSet = async (field: string): Promise<OutboxResult> => ({
  done: false,
  error: `${field} is not configured`,
  retryAt: null,
});

/** Calls of one matter are one alert there, whoever is called next and however often. */
function pagerdutyEvent(key: string, message: PersonMessage, origin: string): object {
  const { id, page, round, text, link } = message;
  return {
    routing_key: key,
    event_action: 'trigger',
    dedup_key: page ?? id,
    client: 'Sonae',
    client_url: link,
    links: [{ href: link, text: 'Sonae' }],
    payload: {
      summary: cut(oneLine(`${text.ja} / ${text.en}`), SUMMARY_CHARS_MAX),
      source: origin,
      severity: page === null ? 'info' : 'critical',
      custom_details: { ...text, round },
    },
  };
}

const shortText = ({ text, link }: PersonMessage): string =>
  `${cut(text.ja, SHORT_CHARS_MAX)}\n${cut(text.en, SHORT_CHARS_MAX)}\n${link}`;
/** Nobody can follow an address that is read out. */
const spokenText = ({ text }: PersonMessage): string =>
  `${cut(text.ja, SHORT_CHARS_MAX)}\n${cut(text.en, SHORT_CHARS_MAX)}`;

const cut = (text: string, charsMax: number): string =>
  text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim();

/** Servers like to repeat whom they refused: the person's address and host must not reach the outbox or its log. */
function withoutAddress(result: OutboxResult, { kind, to }: ChannelAddress): OutboxResult {
  const host = URL.canParse(to) ? new URL(to).host : '';
  const private_ = [to, host, to.split('@')[0] ?? ''].filter((text) => text.length > 2);
  const scrubbed = (text: string): string =>
    private_.reduce((rest, one) => rest.replace(new RegExp(escapePattern(one), 'gi'), '…'), text);
  if (result.done) return { done: true, receipt: kind };
  return { ...result, error: `${kind}: ${scrubbed(result.error)}` };
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
