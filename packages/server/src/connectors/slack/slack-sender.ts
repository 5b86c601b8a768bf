/**
 * Messages to a Slack incoming webhook. Texts go out as `plain_text`, in which Slack reads no mentions, links or markup;
 * the one text that Slack does read (the notification line) is escaped. Lengths are those that Slack takes.
 */
import type { OutboxResult } from '@sonae/core/ports/store.ts';
import { sendWebhook } from '../webhook/webhook.ts';

/** Slack's limits: https://api.slack.com/reference/block-kit/blocks */
const HEADER_CHARS_MAX = 150;
const SECTION_CHARS_MAX = 3_000;
const SECTIONS_MAX = 20;
const LINE_CHARS_MAX = 1_000;
const SLACK_HOST = 'hooks.slack.com';

export type SlackMessage = {
  readonly id: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Shown below, each as its own address. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
};
/** `attempts` counts this one: 1 on the first try. Never throws. */
export type SlackSender = (
  message: SlackMessage,
  attempts: number,
  nowMs: () => number,
) => Promise<OutboxResult>;

export type SlackConfig = {
  readonly url: string;
  /** For tests and relays inside the firm; otherwise only Slack's own host is written to. */
  readonly otherHosts?: boolean;
  readonly fetch?: typeof fetch;
};

/** Whether an address is an incoming webhook of Slack itself. */
export const isSlackUrl = (url: string): boolean =>
  URL.canParse(url) && new URL(url).protocol === 'https:' && new URL(url).host === SLACK_HOST;

export function createSlackSender({ url, otherHosts, fetch: fetchFn }: SlackConfig): SlackSender {
  return async (message, attempts, nowMs) => {
    if (otherHosts !== true && !isSlackUrl(url))
      return { done: false, error: `not an address of ${SLACK_HOST}`, retryAt: null };
    const body = JSON.stringify(slackBody(message));
    // Slack ignores the signature; the retries and verdicts are those of every webhook.
    return sendWebhook({ url, secret: message.id }, { id: message.id, body, attempts }, nowMs, fetchFn);
  };
}

/** What Slack is sent. */
export function slackBody({ title, paragraphs, links }: SlackMessage): object {
  const plain = (text: string, charsMax: number) => ({
    type: 'plain_text',
    text: cut(text, charsMax),
    emoji: false,
  });
  const sections = paragraphs
    .filter((text) => text !== '')
    .slice(0, SECTIONS_MAX)
    .map((text) => ({ type: 'section', text: plain(text, SECTION_CHARS_MAX) }));
  const addresses = links.map(({ label, url }) => `<${encodeURI(decoded(url))}|${escapeSlack(label)}>`);
  const footer =
    addresses.length === 0
      ? []
      : [{ type: 'context', elements: [{ type: 'mrkdwn', text: addresses.join('  ·  '), verbatim: true }] }];
  return {
    text: escapeSlack(cut(title, LINE_CHARS_MAX)),
    mrkdwn: false,
    unfurl_links: false,
    blocks: [{ type: 'header', text: plain(title, HEADER_CHARS_MAX) }, ...sections, ...footer],
  };
}

/** https://api.slack.com/reference/surfaces/formatting#escaping; the bar would end an address. */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('|', '¦');

function decoded(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}

const cut = (text: string, charsMax: number): string =>
  text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text;
