/**
 * Outgoing mail over the firm's relay: plain text with minimal HTML beside it. What goes into headers is checked before
 * it gets there, so that no text can add a header or a receiver; what goes into HTML is escaped by whoever hands it over.
 */
import { OUTBOX_ATTEMPTS_MAX } from '@sonae/core/kernel/limits.ts';
import { isoTime, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { OutboxResult } from '@sonae/core/ports/store.ts';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { webhookBackoffMs } from '../webhook/webhook.ts';
import { isLocalRelay, type MailConfig } from './mail-config.ts';

const CONNECT_TIMEOUT_MS = 10 * SECOND_MS;
const IDLE_TIMEOUT_MS = 30 * SECOND_MS;
const BODY_CHARS_MAX = 200_000;
const SUBJECT_CHARS_MAX = 400;

const headerLine = (charsMax: number) =>
  z
    .string()
    .min(1)
    .max(charsMax)
    .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must be one line');
const messageSchema = z.strictObject({
  /** The same id is the same mail, however often it is sent: it becomes the Message-ID. */
  id: z.string().regex(/^[\w.:-]{1,200}$/),
  to: z.email().max(254),
  subject: headerLine(SUBJECT_CHARS_MAX),
  text: z.string().min(1).max(BODY_CHARS_MAX),
  /** The body as inert HTML, without the page around it. */
  html: z.string().max(BODY_CHARS_MAX),
  language: z.enum(['ja', 'en']),
  /** An https address that ends the subscription by one POST (RFC 8058). */
  unsubscribe: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .regex(/^[!-;=?-~]+$/, 'must be visible ASCII without angle brackets')
    .optional(),
});
export type MailMessage = z.infer<typeof messageSchema>;

/** `isBounce`: the receiver's server refused this address or message for good. */
export type MailResult = OutboxResult & { readonly isBounce?: true };
/** `attempts` counts this one: 1 on the first try. Never throws. */
export type MailSender = (message: MailMessage, attempts: number, nowMs: () => number) => Promise<MailResult>;

export function createMailSender(config: MailConfig): MailSender {
  const { host, port, secure, user, password } = config.smtp;
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: !secure && !isLocalRelay(config),
    ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: IDLE_TIMEOUT_MS,
    // A message is what we made: nothing in it is read from files or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = config.from.slice(config.from.lastIndexOf('@') + 1);
  return async (message, attempts, nowMs) => {
    const checked = messageSchema.safeParse(message);
    if (!checked.success) {
      const issue = checked.error.issues[0];
      return { done: false, error: `mail.${issue?.path.join('.')}: ${issue?.message}`, retryAt: null };
    }
    const { id, to, subject, text, html, language, unsubscribe } = checked.data;
    try {
      const sent = await transport.sendMail({
        messageId: `<${id}@${domain}>`,
        from: { name: config.fromName, address: config.from },
        to: { name: '', address: to },
        subject,
        text,
        html: page(subject, html, language),
        headers: {
          'Auto-Submitted': 'auto-generated',
          'Content-Language': language,
          ...(unsubscribe === undefined ? {} : listHeaders(unsubscribe)),
        },
      });
      return { done: true, receipt: oneLine(sent.response) };
    } catch (error) {
      return failure(error, host, attempts, nowMs());
    }
  };
}

/** RFC 2369 and RFC 8058: mail programs show a button that ends it with one POST. */
const listHeaders = (url: string) => ({
  'List-Unsubscribe': { prepared: true, value: `<${url}>` },
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});

const page = (title: string, html: string, language: string): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escapeText(title)}</title></head>` +
  `<body>${html}</body></html>`;

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

type SmtpError = Error & { readonly code?: string; readonly responseCode?: number };

/** 5xx about the address or the message is for good; about us (sign-in, TLS) it is not the receiver's doing. */
function failure(thrown: unknown, host: string, attempts: number, nowMs: number): MailResult {
  const { code = '', responseCode = 0, message = '' } = thrown as SmtpError;
  const error = `${host}: ${oneLine(`${code} ${message}`)}`;
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  if (isAboutMail && responseCode >= 500 && responseCode < 600)
    return { done: false, error, retryAt: null, isBounce: true };
  if (attempts >= OUTBOX_ATTEMPTS_MAX) return { done: false, error, retryAt: null };
  return { done: false, error, retryAt: isoTime(nowMs + webhookBackoffMs(attempts)) };
}

const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
