/** What a subscriber is sent, by mail, webhook or Slack: the request to confirm, and each notice with its proof. */
import type { App } from '@sonae/core/app/handle.ts';
import type { Text } from '@sonae/core/log/fact.ts';
import type { Language } from '@sonae/core/nouns/comms/facts/subscriptions.ts';
import type { Subscriber } from '@sonae/core/nouns/comms/views/subscribers.ts';
import type { PublishedNotice } from '@sonae/core/nouns/comms/views/threads.ts';
import type { OutboxResult } from '@sonae/core/ports/store.ts';
import type { MailSender } from '../connectors/mail/mail-sender.ts';
import { createSlackSender } from '../connectors/slack/slack-sender.ts';
import { sendWebhook } from '../connectors/webhook/webhook.ts';
import { escapeHtml } from '../html-text.ts';
import { digestOf } from '../http/session.ts';
import type { SubscriptionsConfig } from './comms-config.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { htmlText, NOTICE_STATUS_NAMES, type Paragraph, paragraphsOf, plainText } from './notice-words.ts';
import { WORDS } from './subscription-words.ts';
import { COMMS_ACTOR, linkOf, type Private } from './subscriptions.ts';

export type SendersConfig = {
  readonly app: App;
  readonly name: Text;
  /** Where people reach us: links begin with it. */
  readonly origin: string;
  readonly mail: MailSender | null;
  readonly subscriptions: SubscriptionsConfig;
};
export type Recipient = { readonly one: Subscriber; readonly opened: Private };
export type NoticeFor = Recipient & { readonly notice: PublishedNotice; readonly thread: string };
export type Result = OutboxResult & { readonly isBounce?: true };
export type Senders = {
  notice(of: NoticeFor, attempts: number, nowMs: () => number): Promise<Result>;
  confirmation(of: Recipient, attempts: number, nowMs: () => number): Promise<Result>;
};

type Link = { readonly label: string; readonly url: string };
const NOT_CONFIGURED: OutboxResult = { done: true, receipt: 'not configured' };

export function createSenders(config: SendersConfig): Senders {
  const guarded = createGuardedFetch(config.subscriptions);
  const post = async (of: Recipient, id: string, body: object, attempts: number, nowMs: () => number) => {
    const { address: url, secret } = of.opened;
    const entry = { id, body: JSON.stringify(body), attempts };
    return bounced(await sendWebhook({ url, secret }, entry, nowMs, guarded));
  };
  const slack = ({ opened }: Recipient) =>
    createSlackSender({
      url: opened.address,
      otherHosts: config.subscriptions.allowLoopback,
      fetch: guarded,
    });
  return {
    notice: async (of, attempts, nowMs) => {
      const { one, notice } = of;
      const id = `${notice.id}.${one.id}`;
      const { subject, paragraphs, links, leave } = noticeMessage(config, of);
      if (one.kind === 'webhook') return post(of, id, webhookBody(config, of), attempts, nowMs);
      if (one.kind === 'slack') {
        const texts = paragraphs.map((paragraph) => plainText([paragraph]));
        return bounced(await slack(of)({ id, title: subject, paragraphs: texts, links }, attempts, nowMs));
      }
      if (config.mail === null) return NOT_CONFIGURED;
      return config.mail(mailOf(of, id, subject, paragraphs, links, leave), attempts, nowMs);
    },
    confirmation: async (of, attempts, nowMs) => {
      const { one, opened } = of;
      const { language } = one;
      const id = `confirm.${one.id}`;
      if (one.kind === 'webhook') return challenge(config, of, guarded, attempts, nowMs);
      const subject = titled(config, WORDS.askSubject[language], language);
      const paragraphs = [{ label: null, text: WORDS.askText[language] }];
      const url = linkOf(config.origin, one.id, 'confirm', opened.confirm, language);
      const links = [{ label: WORDS.confirm[language], url }];
      if (one.kind === 'slack') {
        const texts = paragraphs.map(({ text }) => text);
        return slack(of)({ id, title: subject, paragraphs: texts, links }, attempts, nowMs);
      }
      if (config.mail === null) return NOT_CONFIGURED;
      const leave = linkOf(config.origin, one.id, 'leave', opened.leave, language);
      return config.mail(mailOf(of, id, subject, paragraphs, links, leave), attempts, nowMs);
    },
  };
}

/** A no for good, or hours without an answer: counted, and after a few the subscription ends. */
const bounced = (result: OutboxResult): Result =>
  !result.done && result.retryAt === null ? { ...result, isBounce: true } : result;

function titled({ app, name }: SendersConfig, text: string, language: Language): string {
  const mark = app.ports.clock.kind === 'simulated' ? WORDS.simulation[language] : '';
  return `${mark}[${name[language]}] ${text}`;
}

function noticeMessage(config: SendersConfig, { one, opened, notice, thread }: NoticeFor) {
  const { language } = one;
  const status = NOTICE_STATUS_NAMES[notice.content.status][language];
  const { page, proof } = linksOf(config, thread, notice);
  const leave = linkOf(config.origin, one.id, 'leave', opened.leave, language);
  const links: Link[] = [
    { label: WORDS.page[language], url: page },
    { label: WORDS.proof[language], url: proof },
    { label: WORDS.leave[language], url: leave },
  ];
  const subject = titled(config, `${status}: ${notice.content.title[language]}`, language);
  return { subject, paragraphs: paragraphsOf(notice, language), links, leave };
}

const linksOf = ({ origin }: SendersConfig, thread: string, { id, seq }: PublishedNotice) => ({
  page: `${origin}/status/?thread=${encodeURIComponent(thread)}#notice-${id}`,
  proof: `${origin}/status/?fact=${seq}#fact-${seq}`,
  bundle: `${origin}/log/disclosed/${seq}`,
});

function mailOf(
  { one, opened }: Recipient,
  id: string,
  subject: string,
  paragraphs: readonly Paragraph[],
  links: readonly Link[],
  unsubscribe: string,
) {
  const text = `${plainText(paragraphs)}\n\n--\n${links.map(({ label, url }) => `${label}: ${url}`).join('\n')}\n`;
  const anchors = links.map(({ label, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`);
  const html = `${htmlText(paragraphs)}\n<hr>\n<p>${anchors.join(' · ')}</p>`;
  const { language } = one;
  return { id, to: opened.address, subject, text, html, language, unsubscribe };
}

/** The notice in both languages, and where its proof lies. */
function webhookBody(config: SendersConfig, { one, opened, notice, thread }: NoticeFor): object {
  return {
    format: 'sonae/notice/v1',
    simulated: config.app.ports.clock.kind === 'simulated',
    subscription: one.id,
    thread,
    notice: { id: notice.id, seq: notice.seq, at: notice.at, ...notice.content },
    links: {
      ...linksOf(config, thread, notice),
      unsubscribe: linkOf(config.origin, one.id, 'leave', opened.leave, one.language),
    },
  };
}

/** A receiver proves that it wants this by echoing the challenge; the signature proves to it that we ask. */
async function challenge(
  { app }: SendersConfig,
  { one, opened }: Recipient,
  guarded: typeof fetch,
  attempts: number,
  nowMs: () => number,
): Promise<Result> {
  let isEchoed = false;
  const listening: typeof fetch = async (url, init) => {
    const answer = await guarded(url, init);
    const text = await answer.text();
    isEchoed = answer.ok && text.includes(opened.confirm);
    const { status, headers } = answer;
    return new Response(isEchoed || answer.ok ? null : text, {
      status: status === 205 ? 204 : status,
      headers,
    });
  };
  const body = JSON.stringify({
    format: 'sonae/challenge/v1',
    subscription: one.id,
    challenge: opened.confirm,
  });
  const entry = { id: `confirm.${one.id}`, body, attempts };
  const result = await sendWebhook({ url: opened.address, secret: opened.secret }, entry, nowMs, listening);
  if (!result.done || !isEchoed)
    return result.done ? { done: true, receipt: 'the challenge was not echoed' } : result;
  const input = { id: one.id, lookup: one.lookup, digest: digestOf(opened.confirm) };
  await app.submit({ command: 'comms.ConfirmSubscription', input, actor: COMMS_ACTOR });
  return result;
}
