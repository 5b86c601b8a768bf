/**
 * Who sent a request, when, and whether it arrived unchanged: HMAC-SHA256 over time, nonce, method, path with
 * query and body. Answers are signed too and name the request's nonce, so that nobody between can invent or
 * replay a status.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type Refusal, refusal } from './refusal.ts';

export type ExchangeKey = { readonly id: string; readonly secret: string };
export type SignedRequest = {
  readonly method: string;
  /** Path and query exactly as received: a rehearsal must not become an order on the way. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
};
export type Sender = { readonly key: ExchangeKey; readonly nonce: string };

export const CLOCK_TOLERANCE_MS = 5 * 60_000;
export const SECRET_CHARS_MIN = 32;
const NONCE = /^[0-9a-f]{32}$/;
const TIMESTAMP = /^\d{1,15}$/;

/** `v1=` and the hex HMAC of a request. `timestamp` is milliseconds since 1970 UTC, decimal. */
export function signRequest(
  secret: string,
  timestamp: string,
  nonce: string,
  request: { readonly method: string; readonly path: string; readonly body: Uint8Array },
): string {
  const { method, path, body } = request;
  return mac(secret, `request.${timestamp}.${nonce}.${method}.${path}.${sha256Hex(body)}`);
}

/** `v1=` and the hex HMAC of an answer to the request with this nonce. */
export function signAnswer(
  secret: string,
  timestamp: string,
  nonce: string,
  answer: { readonly status: number; readonly body: Uint8Array },
): string {
  return mac(secret, `answer.${timestamp}.${nonce}.${answer.status}.${sha256Hex(answer.body)}`);
}

/** The sender of a request, or why it is nobody we know. */
export function senderOf(
  keys: readonly ExchangeKey[],
  request: SignedRequest,
  nowMs: number,
): Sender | Refusal {
  const [keyId, timestamp, nonce, signature] = ['Key', 'Timestamp', 'Nonce', 'Signature'].map((name) =>
    request.headers.get(`X-Sonae-${name}`),
  );
  if (!keyId || !timestamp || !nonce || !signature || !TIMESTAMP.test(timestamp) || !NONCE.test(nonce))
    return refusal(
      'signature-missing',
      'X-Sonae-Key, -Timestamp (ms since 1970), -Nonce (32 hex) or -Signature is missing or malformed',
      'sign the request as components.securitySchemes of openapi.json describes',
    );
  const key = keys.find(({ id }) => id === keyId);
  // An unknown key costs the same work as a known one with a wrong signature, and gets the same answer.
  const expected = signRequest(key?.secret ?? 'no such key', timestamp, nonce, request);
  if (!sameText(signature, expected) || key === undefined)
    return refusal(
      'signature-wrong',
      'X-Sonae-Signature does not belong to this key, time, nonce, method, path and body',
      'check key id and secret, and sign path with query and the body bytes exactly as sent',
    );
  if (Math.abs(nowMs - Number(timestamp)) > CLOCK_TOLERANCE_MS)
    return refusal(
      'clock-apart',
      `X-Sonae-Timestamp is more than ${CLOCK_TOLERANCE_MS / 60_000} minutes from the exchange's clock`,
      `set the sender's clock; the exchange's is at ${nowMs}`,
    );
  return { key, nonce };
}

function mac(secret: string, text: string): string {
  return `v1=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function sameText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
