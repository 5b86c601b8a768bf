/** Whether a message is from the source it says: tokens and signatures, compared in constant time, never logged. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { IntakeSource } from './intake-config.ts';

/** A signature is good for this long around its time stamp. */
const SIGNATURE_MS_MAX = 5 * MINUTE_MS;

/** What nothing matches: so that an unknown source takes as long to refuse as a wrong token. */
const NOBODY = Buffer.alloc(32);

/** Whether this is the token of this source; it takes as long for a source that is none. */
export function isToken(source: IntakeSource | undefined, given: string): boolean {
  const expected = source !== undefined && 'token' in source ? source.token : NOBODY;
  return timingSafeEqual(createHash('sha256').update(given).digest(), expected) && expected !== NOBODY;
}

/**
 * OpenZeppelin Monitor: X-Signature is the hex HMAC-SHA256 over body and time stamp, X-Timestamp is milliseconds. The
 * time is wall time: the monitor lives in the world, also while a recording is replayed here.
 */
export function isSigned(
  source: IntakeSource | undefined,
  body: string,
  signature: string,
  timestamp: string,
  nowMs: number,
): boolean {
  const secret = source !== undefined && 'secret' in source ? source.secret : NOBODY;
  const expected = createHmac('sha256', secret).update(body).update(timestamp).digest();
  const given = /^[0-9a-f]{64}$/i.test(signature) ? Buffer.from(signature, 'hex') : NOBODY;
  const isFresh = /^\d{1,15}$/.test(timestamp) && Math.abs(nowMs - Number(timestamp)) <= SIGNATURE_MS_MAX;
  return timingSafeEqual(expected, given) && isFresh && secret !== NOBODY;
}

/** One answer for a source that is unknown, a wrong token and a stale signature: it tells a guesser nothing. */
export function notFromHere(): FaultError {
  const message = 'no source accepts this token or signature';
  const hint = 'compare id and token with intake.sources; signatures are good for five minutes';
  return new FaultError('http.unauthenticated', message, hint);
}
