/**
 * Reading addresses of somebody who may mean harm: every answer has a time in which it must be there and a size that is
 * watched while it comes in, and whoever asks too often waits as long as the server says, a bounded number of times.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { joinBytes, utf8Decode } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { ProofError, type ProofErrorCode } from '@sonae/proof/proof-error';

export type PublicRead = {
  /** Default 4 MiB. */
  readonly bytesMax?: number;
  /** Code of the `ProofError` for an address under which nothing is served; default `bad-tile`. */
  readonly code?: ProofErrorCode;
  /** Ends the reading early. */
  readonly signal?: AbortSignal;
};

const TIMEOUT_MS = 30_000;
const RESPONSE_BYTES_MAX = 4 * 1024 * 1024;
const TRIES_MAX = 5;
const WAIT_DEFAULT_MS = 2_000;
const WAIT_MAX_MS = 60_000;
/** Too many requests; not now. */
const LATER = [429, 503];

/**
 * The bytes that `url` answers. Throws `ProofError` `too-large`, or of `read.code` for another status than 200, and
 * `FaultError` `server.unreachable` or `http.too-many-requests` when there is no answer, also after waiting for it.
 */
export async function readPublic(url: string, read: PublicRead = {}): Promise<Uint8Array> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(url, read);
    if (answer instanceof Uint8Array) return answer;
    if (tries === TRIES_MAX) throw stillBusy(url, answer.status);
    await new Promise((resolve) => setTimeout(resolve, answer.waitMs));
    read.signal?.throwIfAborted();
  }
}

/** `readPublic` as text. Throws as that, and `bad-encoding`. */
export async function readPublicText(url: string, read: PublicRead = {}): Promise<string> {
  return utf8Decode(await readPublic(url, read));
}

/** `readPublic` as JSON of any form. Throws as `readPublicText`, and `bad-json`. */
export async function readPublicJson(url: string, read: PublicRead = {}): Promise<JsonValue> {
  const text = await readPublicText(url, read);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new ProofError('bad-json', `${url} is not JSON`);
  }
}

type Busy = { readonly status: number; readonly waitMs: number };

async function ask(
  url: string,
  { bytesMax = RESPONSE_BYTES_MAX, code = 'bad-tile', signal }: PublicRead,
): Promise<Uint8Array | Busy> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      redirect: 'error',
    });
    if (response.ok) return await bodyOf(response, bytesMax, url);
    await response.body?.cancel();
    if (!LATER.includes(response.status)) throw new ProofError(code, `${url} answered ${response.status}`);
    return { status: response.status, waitMs: waitOf(response.headers.get('retry-after')) };
  } catch (error) {
    if (error instanceof ProofError) throw error;
    signal?.throwIfAborted();
    throw new FaultError('server.unreachable', `${url} does not answer`, 'check the address', error);
  }
}

async function bodyOf(response: Response, bytesMax: number, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) throw new ProofError('too-large', `${url} sends more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return joinBytes(chunks);
}

/** Whole seconds as servers write them; anything else waits the default. */
function waitOf(retryAfter: string | null): number {
  const isSeconds = retryAfter !== null && /^\d{1,9}$/.test(retryAfter);
  return isSeconds ? Math.min(Number(retryAfter) * 1_000, WAIT_MAX_MS) : WAIT_DEFAULT_MS;
}

function stillBusy(url: string, status: number): FaultError {
  const message = `${url} answered ${status} ${TRIES_MAX} times`;
  return status === 429
    ? new FaultError('http.too-many-requests', message, 'try again in some minutes')
    : new FaultError('server.unreachable', message, 'try again later');
}
