/**
 * Signed webhooks: one outbox entry, one POST, one verdict. The receiver can tell who sent it (HMAC over timestamp and
 * body), when (so a recorded request is useless later) and whether it came before (X-Sonae-Id).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { OUTBOX_ATTEMPTS_MAX } from '@sonae/core/kernel/limits.ts';
import { isoTime, MINUTE_MS, SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { OutboxResult } from '@sonae/core/ports/store.ts';

export type WebhookConfig = { readonly url: string; readonly secret: string };
/** `attempts` counts this one: 1 on the first try, as `claimOutbox` hands entries out. */
export type WebhookEntry = { readonly id: string; readonly body: string; readonly attempts: number };

const WEBHOOK_TIMEOUT_MS = 10 * SECOND_MS;
const WEBHOOK_TOLERANCE_MS = 5 * MINUTE_MS;
/** Waits after failed attempts: 10 s, 20 s, 40 s, ... one hour; all attempts together span about five hours. */
const RETRY_FIRST_MS = 10 * SECOND_MS;
const RETRY_MS_MAX = 60 * MINUTE_MS;
const ANSWER_BYTES_MAX = 4 * 1024;
const ANSWER_QUOTE_CHARS_MAX = 200;
/** Too early, too slow, too many: the client errors (RFC 9110, RFC 8470, RFC 6585) that time heals. */
const PASSING_CLIENT_ERRORS = new Set([408, 425, 429]);
/** Moved for good (RFC 9110, 15.4): only a changed configuration helps. */
const PERMANENT_REDIRECTS = new Set([301, 308]);

/** `v1=` and the hex HMAC-SHA256 of `timestamp.body` under the secret. */
export function signWebhook(secret: string, timestampMs: number | string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestampMs}.${body}`).digest('hex')}`;
}

/**
 * Delivers one entry. Never throws: 2xx is done, permanent refusals are failed for good (`retryAt` null), the rest is
 * to be tried again at `retryAt` until OUTBOX_ATTEMPTS_MAX. Redirects are not followed, so that a body never reaches a
 * host nobody configured. Errors name the host only: webhook addresses often carry secrets in their path.
 */
export async function sendWebhook(
  config: WebhookConfig,
  entry: WebhookEntry,
  now: () => number,
  fetchFn: typeof fetch = fetch,
  timeoutMs = WEBHOOK_TIMEOUT_MS,
): Promise<OutboxResult> {
  const timestamp = now();
  const headers = {
    'Content-Type': 'application/json',
    'X-Sonae-Id': entry.id,
    'X-Sonae-Timestamp': String(timestamp),
    'X-Sonae-Signature': signWebhook(config.secret, timestamp, entry.body),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetchFn(config.url, {
      method: 'POST',
      headers,
      body: entry.body,
      redirect: 'manual',
      signal,
    });
    const answer = await readStart(response);
    const status = `${response.status} ${response.statusText}`.trim();
    if (response.ok) return { done: true, receipt: status };
    const error = `${hostOf(config.url)} answered ${status}${answer === '' ? '' : `: ${answer}`}`;
    if (isPermanent(response.status)) return { done: false, error, retryAt: null };
    return retryLater(entry, error, now(), retryAfterMs(response, now()));
  } catch (error) {
    return retryLater(entry, `${hostOf(config.url)}: ${reasonOf(error, timeoutMs)}`, now(), 0);
  }
}

function isPermanent(status: number): boolean {
  if (PERMANENT_REDIRECTS.has(status)) return true;
  return status >= 400 && status < 500 && !PASSING_CLIENT_ERRORS.has(status);
}

/** Wait after the given number of attempts. */
export function webhookBackoffMs(attempts: number): number {
  return Math.min(RETRY_FIRST_MS * 2 ** Math.max(0, Math.min(attempts - 1, 30)), RETRY_MS_MAX);
}

function retryLater(entry: WebhookEntry, error: string, now: number, askedMs: number): OutboxResult {
  if (entry.attempts >= OUTBOX_ATTEMPTS_MAX) return { done: false, error, retryAt: null };
  const waitMs = Math.max(webhookBackoffMs(entry.attempts), Math.min(askedMs, RETRY_MS_MAX));
  return { done: false, error, retryAt: isoTime(now + waitMs) };
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3). */
function retryAfterMs(response: Response, now: number): number {
  const header = response.headers.get('retry-after');
  if (header === null) return 0;
  const ms = /^\d+$/.test(header) ? Number(header) * SECOND_MS : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}

/** The start of an answer on one line, for the error text; the rest is never read. */
async function readStart(response: Response): Promise<string> {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  try {
    for (let bytes = 0; bytes < ANSWER_BYTES_MAX; ) {
      const { done, value } = await reader.read();
      if (done) break;
      chunks.push(value.subarray(0, ANSWER_BYTES_MAX - bytes));
      bytes += value.byteLength;
    }
  } catch {
    // The status has come; what was to follow it decides nothing.
  }
  await reader.cancel().catch(() => undefined);
  const text = Buffer.concat(chunks).toString('utf8');
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, ANSWER_QUOTE_CHARS_MAX);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the webhook address';
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'the request failed';
  if (error.name === 'TimeoutError') return `no answer in ${timeoutMs} ms`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `the request failed${code}`;
}

export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
export type WebhookVerdict =
  | { readonly genuine: true; readonly id: string; readonly sentAt: number }
  | {
      readonly genuine: false;
      readonly why: 'missing-header' | 'bad-timestamp' | 'too-old-or-new' | 'bad-signature';
    };

/**
 * For receivers: whether a request came from the holder of the secret, just now. `body` is the raw text as received.
 * The id is outside the signature; use it to drop repetitions, not to decide anything.
 */
export function verifyWebhook(
  secret: string,
  headers: WebhookHeaders,
  body: string,
  nowMs: number,
  toleranceMs = WEBHOOK_TOLERANCE_MS,
): WebhookVerdict {
  const [id, timestamp, signature] = ['x-sonae-id', 'x-sonae-timestamp', 'x-sonae-signature'].map((name) =>
    headerOf(headers, name),
  );
  if (!id || !timestamp || !signature) return { genuine: false, why: 'missing-header' };
  if (!/^\d{1,15}$/.test(timestamp)) return { genuine: false, why: 'bad-timestamp' };
  const expected = Buffer.from(signWebhook(secret, timestamp, body));
  const given = Buffer.from(signature);
  const genuine = given.length === expected.length && timingSafeEqual(given, expected);
  if (!genuine) return { genuine: false, why: 'bad-signature' };
  const sentAt = Number(timestamp);
  if (Math.abs(nowMs - sentAt) > toleranceMs) return { genuine: false, why: 'too-old-or-new' };
  return { genuine: true, id, sentAt };
}

function headerOf(headers: WebhookHeaders, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof entry === 'string' ? entry : entry?.[0];
}
