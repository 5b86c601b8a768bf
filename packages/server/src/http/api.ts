/** The operator's API. Reads come from views; the one write path is a command of the registry. */
import type { AssetDetail, CommandAnswer, IncidentsPage, LogPage } from '@sonae/core/app/api.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { HOUR_MS, parseTime } from '@sonae/core/kernel/time.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import { toBase64 } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import type { z } from 'zod';
import { nodeSha256 } from '../adapters/hash/node-sha256.ts';
import { exportLines } from '../log-file.ts';
import type { Node } from '../node.ts';
import { disclosureOf, shownLog } from '../public-log.ts';
import { alarmsPage } from './alarms.ts';
import { addBookRoutes } from './books.ts';
import { commsPage } from './comms.ts';
import { addCustodyRoutes } from './custody.ts';
import { demonstrationSign } from './demonstration.ts';
import { eventStream } from './events.ts';
import { addLiabilityRoutes } from './liabilities.ts';
import { openApi } from './openapi.ts';
import { contactOf, me, powersPage, useDetail } from './powers.ts';
import { QUERIES } from './queries.ts';
import { addReachRoutes } from './reach.ts';
import { assetDetail, incidentOf, incidentSummaries, overview } from './read-model.ts';
import { addReserveRoutes } from './reserves.ts';
import { addResponseRoutes } from './response.ts';
import { type Caller, demandScope } from './session.ts';
import { streamText } from './stream-text.ts';

function query<S extends z.ZodType>(schema: S, context: Context): z.infer<S> {
  const parsed = schema.safeParse(context.req.query());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? 'query';
  throw new FaultError('input.invalid', `query parameter ${field}: ${issue?.message}`, `correct ${field}`);
}

const notFound = (what: string): FaultError =>
  new FaultError('http.not-found', `${what} does not exist`, 'check the address');

function seqOf(text: string): number {
  const seq = Number(text);
  if (!/^\d{1,15}$/.test(text))
    throw new FaultError('input.invalid', 'a sequence number has up to 15 digits', 'correct the address');
  return seq;
}

export type ApiEnv = { Variables: { caller: Caller } };

export function createApi(node: Node): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>();
  const { store } = node.app.ports;
  api.get('*', async (c, next) => {
    demandScope(c.get('caller'), 'read');
    return next();
  });
  addPowerRoutes(api, node);
  addResponseRoutes(api, node);
  addReachRoutes(api, node);
  addBookRoutes(api, node);
  addCustodyRoutes(api, node);
  addReserveRoutes(api, node);
  addLiabilityRoutes(api, node);
  api.get('/overview', async (c) => c.json(await overview(node)));
  api.get('/registry', etag(), (c) => c.json(openApi(node.version)));
  api.get('/openapi.json', etag(), (c) => c.json(openApi(node.version)));
  api.get('/events', (c) => eventStream(node, c));
  api.get('/assets/:asset', async (c) => {
    const watched = node.assets.get(c.req.param('asset'));
    if (!watched) throw notFound(`asset ${c.req.param('asset').slice(0, 40)}`);
    return c.json<AssetDetail>(await assetDetail(node, watched));
  });
  api.get('/assets/:asset/prices', (c) => {
    const watched = node.assets.get(c.req.param('asset'));
    if (!watched) throw notFound(`asset ${c.req.param('asset').slice(0, 40)}`);
    const { from, to, points } = query(QUERIES.prices, c);
    const until = to === undefined ? node.app.ports.clock.now() : parseTime(to);
    return c.json(
      watched.series.read(from === undefined ? until - 24 * HOUR_MS : parseTime(from), until, points),
    );
  });
  api.get('/incidents', async (c) => {
    const { phase } = query(QUERIES.incidents, c);
    return c.json<IncidentsPage>({ incidents: await incidentSummaries(node, phase === 'open') });
  });
  api.get('/incidents/:id', etag(), async (c) => {
    const incident = await incidentOf(node, c.req.param('id'));
    if (!incident) throw notFound('this incident');
    return c.json(incident);
  });
  api.get('/alarms', etag(), async (c) => c.json(await alarmsPage(node)));
  api.get('/log', async (c) => c.json(await logPage(node, query(QUERIES.log, c))));
  api.get('/log/:seq', etag(), async (c) => {
    const seq = seqOf(c.req.param('seq'));
    const [row] = await store.facts({ from: seq, before: seq + 1, limit: 1 });
    if (!row) throw notFound(`fact ${seq}`);
    const fact = decodeFact(row.text, registry.facts);
    return c.json({
      fact,
      disclosed: row.disclosed,
      salt: toBase64(row.salt),
      disclosure: await disclosureOf(shownLog(node), row, nodeSha256),
    });
  });
  api.get('/evidence', async (c) => {
    const items = await store.evidence(c.req.query('root') ?? '');
    if (!items) throw notFound('evidence of this root');
    return c.json({ items: items.map((item) => JSON.parse(item) as JsonValue) });
  });
  api.get('/export', (c) => streamText(c, exportLines(store, node.app.ports.signer), 'application/x-ndjson'));
  api.post('/demonstration/sign', async (c) => c.json<CommandAnswer>(...(await demonstrationSign(node, c))));
  api.post('/commands/:name', async (c) => c.json<CommandAnswer>(...(await runCommand(node, c))));
  return api;
}

/** People, powers and uses. */
function addPowerRoutes(api: Hono<ApiEnv>, node: Node): void {
  api.get('/me', async (c) => c.json(await me(node, c.get('caller'))));
  api.get('/members/:id/contact', async (c) => {
    const { enrolled } = await me(node, c.get('caller'));
    if (!enrolled)
      throw new FaultError('http.out-of-scope', 'contacts are for enrolled people', 'sign in as one');
    const contact = await contactOf(node, c.req.param('id'));
    if (!contact) throw notFound('a contact of this person');
    return c.json(contact);
  });
  api.get('/comms', async (c) => c.json(await commsPage(node, c.get('caller').principal)));
  api.get('/powers', etag(), async (c) => c.json(await powersPage(node)));
  api.get('/uses/:id', etag(), async (c) => {
    const detail = await useDetail(node, c.req.param('id'));
    if (!detail) throw notFound('this use');
    return c.json(detail);
  });
}

async function logPage(node: Node, asked: z.infer<(typeof QUERIES)['log']>): Promise<LogPage> {
  const { store } = node.app.ports;
  const { limit, before, stream, incident } = asked;
  const filter = {
    ...(before === undefined ? {} : { before }),
    ...(stream === undefined ? {} : { stream }),
    ...(incident === undefined ? {} : { incident }),
  };
  const rows = await store.facts({ ...filter, newestFirst: true, limit });
  const { frontier } = await store.head();
  return {
    facts: rows.map((row) => ({ ...decodeFact(row.text, registry.facts), disclosed: row.disclosed })),
    size: frontier.size,
    next: rows.length === limit ? (rows.at(-1)?.seq ?? null) : null,
  };
}

/** Ids that tools may give so that a retry is executed once. */
const IDEMPOTENCY_KEY = /^[\w.:-]{8,100}$/;

async function runCommand(node: Node, c: Context<ApiEnv>): Promise<[CommandAnswer, 200 | 409]> {
  const key = c.req.header('idempotency-key');
  if (key !== undefined && !IDEMPOTENCY_KEY.test(key)) {
    throw new FaultError(
      'input.invalid',
      'Idempotency-Key must have 8 to 100 letters, digits or . : _ -',
      'use a UUID',
    );
  }
  if (!(c.req.header('content-type') ?? '').startsWith('application/json')) {
    throw new FaultError('input.invalid', 'Content-Type must be application/json', 'send the input as JSON');
  }
  const input = await c.req.json<JsonValue>().catch((error: Error) => {
    throw new FaultError(
      'input.unreadable',
      `the body is not JSON: ${error.message.slice(0, 200)}`,
      'send one JSON object',
    );
  });
  const command = c.req.param('name') ?? '';
  demandScope(c.get('caller'), command);
  const outcome = await node.app.submit({
    command,
    input,
    actor: c.get('caller').principal,
    ...(key === undefined ? {} : { id: `http:${key}` }),
  });
  return [outcome, outcome.status === 'done' ? 200 : 409];
}
