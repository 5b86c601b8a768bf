/**
 * One HTTP call to a system outside, as a target may make it: a deadline over headers and body, a bounded
 * answer, no redirects, never an exception. What goes wrong is told with the host only: addresses may carry
 * secrets in their path.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { createBoundedFetch } from '../ccxt-venue/bounded-fetch.ts';

export type OutsideAnswer =
  | { readonly came: true; readonly status: number; readonly headers: Headers; readonly body: string }
  /** Nothing usable came; whether the other side acted on the request is not known. */
  | { readonly came: false; readonly why: string };

export type CallLimits = { readonly timeoutMs: number; readonly bytesMax: number };

export const SECRET_CHARS_MIN = 32;
const PASSING_CLIENT_ERRORS = new Set([408, 425, 429]);

/** Never throws. */
export async function callOutside(
  url: string,
  init: RequestInit,
  { timeoutMs, bytesMax }: CallLimits,
): Promise<OutsideAnswer> {
  try {
    const bounded = createBoundedFetch(new AbortController().signal, timeoutMs, bytesMax);
    const response = await bounded.fetch(url, init);
    const { status, headers } = response;
    return { came: true, status, headers, body: await response.text() };
  } catch (error) {
    return { came: false, why: `${hostOf(url)}: ${reasonOf(error)}` };
  }
}

/** Whether a status says that the same request will always be refused. */
export function isPermanentStatus(status: number): boolean {
  return status >= 400 && status < 500 && !PASSING_CLIENT_ERRORS.has(status);
}

export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the address';
}

/** The start of a text from outside on one line, for an error. */
export function quote(text: string, charsMax = 200): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > charsMax ? `${line.slice(0, charsMax)}…` : line;
}

/**
 * An address from the configuration, without a trailing slash. Plain http is for this machine only:
 * signatures keep an order from being altered, not from being read. Throws `input.invalid`.
 */
export function targetUrl(field: string, url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isLocal = parsed !== null && ['127.0.0.1', '[::1]', 'localhost'].includes(parsed.hostname);
  if (parsed === null || !(parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLocal)))
    throw new FaultError('input.invalid', `${field} is not an https address`, 'give https://host/path');
  if (parsed.username !== '' || parsed.hash !== '' || parsed.search !== '')
    throw new FaultError(
      'input.invalid',
      `${field} carries a user, a query or a fragment`,
      'give scheme, host and path only; secrets go into the field secret',
    );
  return url.replace(/\/+$/, '');
}

/** Throws `input.invalid` for a secret that could be guessed. */
export function demandSecret(field: string, secret: string): void {
  if (secret.length < SECRET_CHARS_MIN)
    throw new FaultError(
      'input.invalid',
      `${field} has ${secret.length} characters`,
      `give ${SECRET_CHARS_MIN} or more random ones, for example from: openssl rand -hex 32`,
    );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the request failed';
  if (error.name === 'TimeoutError') return error.message;
  const { cause } = error;
  if (!(cause instanceof Error))
    return error.message.startsWith('the answer is longer') ? error.message : 'the request failed';
  if (cause.message === 'unexpected redirect') return 'answered with a redirect, which is not followed';
  return 'code' in cause ? `the request failed (${String(cause.code)})` : 'the request failed';
}
