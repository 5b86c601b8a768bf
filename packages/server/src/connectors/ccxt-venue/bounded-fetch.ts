/**
 * `fetch` as a connector may use it: one deadline over headers AND body, a limit on the body, no redirects, aborted by
 * the connector's own stop, and an eye on Retry-After. (ccxt's own timeout ends with the headers; a body that drips
 * would hold it forever.)
 */

/** Binance's exchangeInfo, the largest answer known, is about 15 MiB. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;
/** A venue that asks for more patience than this gets asked again anyway. */
const RETRY_AFTER_MS_MAX = 10 * 60_000;
const BODILESS = new Set([101, 103, 204, 205, 304]);

export type BoundedFetch = {
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  /** What the newest answer asked for by Retry-After (429, 418, 503); 0 when it asked for nothing. */
  retryAfterMs(): number;
};

/** @param stop aborts every request under way and refuses further ones */
export function createBoundedFetch(
  stop: AbortSignal,
  timeoutMs: number,
  bytesMax = BODY_BYTES_MAX,
): BoundedFetch {
  let retryAfterMs = 0;
  const fetchBounded = async (url: string, init: RequestInit = {}): Promise<Response> => {
    stop.throwIfAborted();
    const controller = new AbortController();
    const onStop = (): void => controller.abort(stop.reason);
    stop.addEventListener('abort', onStop, { once: true });
    const timer = setTimeout(
      () => controller.abort(new DOMException(`no answer in ${timeoutMs} ms`, 'TimeoutError')),
      timeoutMs,
    );
    try {
      const response = await fetch(url, { ...init, redirect: 'error', signal: controller.signal });
      retryAfterMs = retryAfterOf(response);
      const body = await readBody(response, bytesMax);
      const { status, statusText, headers } = response;
      return new Response(BODILESS.has(status) ? null : body, { status, statusText, headers });
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
    }
  };
  return { fetch: fetchBounded, retryAfterMs: () => retryAfterMs };
}

/** Milliseconds asked for by Retry-After, given in seconds or as a date; 0 for none. */
export function retryAfterOf(response: Response, now = Date.now()): number {
  const header = response.ok ? null : response.headers.get('retry-after');
  if (header === null) return 0;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX) : 0;
}

async function readBody(response: Response, bytesMax: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Leaving the loop early cancels the body and with it the connection.
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new TypeError(`the answer is longer than ${bytesMax} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
