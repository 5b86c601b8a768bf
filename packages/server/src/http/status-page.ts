/**
 * The public formats of the status page: our own JSON, Statuspage v2, RSS, Atom and JSON Feed. No session, readable from
 * any origin, cached shortly and revalidated by ETag. Mounted below /public and, for relative addresses, below /status.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Language } from '@sonae/core/nouns/comms/facts/subscriptions.ts';
import { type Context, type Env, Hono, type MiddlewareHandler } from 'hono';
import { etag } from 'hono/etag';
import { FEED_KINDS, FEED_TYPES, feedText } from '../comms/feeds.ts';
import { createPageReader, type ReadPage } from '../comms/page-model.ts';
import { STATUSPAGE_FILES, statuspageJson } from '../comms/statuspage-json.ts';
import type { Node } from '../node.ts';
import { rateLimit } from './guards.ts';

const PER_MINUTE = 30_000;
const SHORTLY = 'public, max-age=10, stale-while-revalidate=60, stale-if-error=86400';

const everybody: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Access-Control-Allow-Origin', '*');
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
  c.header('Cache-Control', SHORTLY);
};

function languageOf(c: Context): Language {
  const asked = c.req.query('lang') ?? 'ja';
  if (asked === 'ja' || asked === 'en') return asked;
  throw new FaultError('input.invalid', 'lang must be ja or en', 'correct the query');
}

/** Mounts the formats at both of their places; before the static files, which answer everything else below /status. */
export function addStatusPage<E extends Env>(http: Hono<E>, node: Node): void {
  const readPage = createPageReader(node);
  // The host was checked by the guard, so that it may stand in a link.
  const origin = (c: Context): string => node.config.publicOrigin ?? `http://${c.req.header('host')}`;
  const formats = createStatusPage(readPage, (c) => `${origin(c)}/status/`);
  http.route('/public', formats);
  http.route('/status', formats);
}

/** @param pageUrl where people read the page, with a trailing slash */
function createStatusPage(readPage: ReadPage, pageUrl: (c: Context) => string): Hono {
  const http = new Hono();
  const limit = rateLimit(PER_MINUTE);
  http.get('/status-page.json', limit, everybody, etag(), async (c) => c.json(await readPage()));
  for (const file of STATUSPAGE_FILES)
    http.get(`/api/v2/${file}.json`, limit, everybody, etag(), async (c) =>
      c.json(statuspageJson(file, await readPage(), pageUrl(c), languageOf(c))),
    );
  for (const kind of FEED_KINDS)
    http.get(`/history.${kind}`, limit, everybody, etag(), async (c) => {
      const text = feedText(kind, await readPage(), pageUrl(c), languageOf(c));
      return c.body(text, 200, { 'Content-Type': FEED_TYPES[kind] });
    });
  return http;
}
