/**
 * Signed calls of the exchange interface (examples/exchange/openapi.json). A request is signed over time,
 * nonce, method, path with query and body; an answer counts only when it is signed over the same nonce, so
 * that nobody between can make up what the exchange said or show an old status.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { callOutside, hostOf, isPermanentStatus, quote } from './outside-call.ts';

export type ExchangeAccess = {
  readonly url: string;
  readonly keyId: string;
  readonly secret: string;
  readonly timeoutMs: number;
};
export type ExchangeRequest = {
  readonly method: 'GET' | 'POST';
  /** Below the address of the exchange, with query. */
  readonly path: string;
  readonly body: string;
  readonly idempotencyKey?: string;
};
export type ExchangeReply =
  | { readonly genuine: true; readonly status: number; readonly value: unknown }
  /** `why` names the host; no word of an unsigned answer is believed, so it is never permanent. */
  | { readonly genuine: false; readonly why: string };

/** The reference server's limit of a request body. */
export const REQUEST_BYTES_MAX = 64 * 1024;
/** 64 stops of one subject with room to spare. */
const ANSWER_BYTES_MAX = 256 * 1024;
const CLOCK_TOLERANCE_MS = 5 * 60_000;
const NONCE_BYTES = 16;

/** `v1=` and the hex HMAC of a request; `path` as the exchange receives it, with query. */
export function signExchangeRequest(
  secret: string,
  timestamp: string,
  nonce: string,
  request: { readonly method: string; readonly path: string; readonly body: string },
): string {
  const { method, path, body } = request;
  return mac(secret, `request.${timestamp}.${nonce}.${method}.${path}.${sha256Hex(body)}`);
}

/** `v1=` and the hex HMAC of an answer to the request that carried `nonce`. */
export function signExchangeAnswer(
  secret: string,
  timestamp: string,
  nonce: string,
  answer: { readonly status: number; readonly body: string },
): string {
  return mac(secret, `answer.${timestamp}.${nonce}.${answer.status}.${sha256Hex(answer.body)}`);
}

/** One signed call. Never throws. */
export async function callExchange(
  access: ExchangeAccess,
  request: ExchangeRequest,
  now: () => number,
): Promise<ExchangeReply> {
  const url = `${access.url}${request.path}`;
  const { pathname, search } = new URL(url);
  const timestamp = String(now());
  const nonce = randomBytes(NONCE_BYTES).toString('hex');
  const { method, body, idempotencyKey } = request;
  const signed = { method, path: pathname + search, body };
  const headers: Record<string, string> = {
    'X-Sonae-Key': access.keyId,
    'X-Sonae-Timestamp': timestamp,
    'X-Sonae-Nonce': nonce,
    'X-Sonae-Signature': signExchangeRequest(access.secret, timestamp, nonce, signed),
    ...(method === 'POST' && { 'Content-Type': 'application/json' }),
    ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
  };
  const init = { method, headers, ...(method === 'POST' && { body }) };
  const answer = await callOutside(url, init, { timeoutMs: access.timeoutMs, bytesMax: ANSWER_BYTES_MAX });
  if (!answer.came) return { genuine: false, why: answer.why };
  const doubt = answerDoubt(access.secret, nonce, answer, now());
  if (doubt !== null) {
    const said = `${hostOf(url)} answered ${answer.status} ${doubt}`;
    return { genuine: false, why: `${said}${answer.body === '' ? '' : `: ${quote(answer.body)}`}` };
  }
  try {
    return { genuine: true, status: answer.status, value: JSON.parse(answer.body) };
  } catch {
    return { genuine: false, why: `${hostOf(url)} answered ${answer.status} with a body that is not JSON` };
  }
}

/** What a signed refusal says, and whether it is for good. */
export function refusalOf(url: string, status: number, value: unknown): { why: string; permanent: boolean } {
  const { code, message, hint } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const words = [code, message, hint].filter((word) => typeof word === 'string');
  return {
    why: `${hostOf(url)} refused with ${status}: ${quote(words.join('; '), 400)}`,
    // A wrong clock or key is repaired without a new action.
    permanent: isPermanentStatus(status) && status !== 401,
  };
}

function answerDoubt(
  secret: string,
  nonce: string,
  answer: { readonly status: number; readonly headers: Headers; readonly body: string },
  nowMs: number,
): string | null {
  const timestamp = answer.headers.get('x-sonae-timestamp');
  const signature = answer.headers.get('x-sonae-signature');
  if (timestamp === null || signature === null) return 'without a signature (check url, keyId and secret)';
  if (!/^\d{1,15}$/.test(timestamp)) return 'with a timestamp that is not in milliseconds since 1970';
  const expected = Buffer.from(signExchangeAnswer(secret, timestamp, nonce, answer));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return 'with a signature that does not belong to this request, answer and secret';
  const apartMs = Math.abs(nowMs - Number(timestamp));
  return apartMs <= CLOCK_TOLERANCE_MS ? null : `signed ${apartMs} ms away from our clock (set the clocks)`;
}

function mac(secret: string, text: string): string {
  return `v1=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
