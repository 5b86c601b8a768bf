/** The HTTP server: one origin for console, public site, API and public log. Binds to loopback until powers exist. */
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { FAULTS, FaultError, faultOf } from '@sonae/core/kernel/errors.ts';
import { HTTP_BODY_BYTES_MAX } from '@sonae/core/kernel/limits.ts';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Logger } from 'pino';
import { createGatherer, type Gatherer } from '../connectors/intake/gather.ts';
import type { Node } from '../node.ts';
import { type ApiEnv, createApi } from './api.ts';
import { createJournalRoutes, JOURNAL_BODY_BYTES_MAX } from './books.ts';
import { createCalendars } from './calendars.ts';
import { createGate } from './gate.ts';
import { ownHostOnly, rateLimit, securityHeaders } from './guards.ts';
import { createIntake } from './intake.ts';
import { createMetrics } from './metrics.ts';
import { createOidc } from './oidc.ts';
import { readPeople } from './powers.ts';
import { createPublicLog, createPublicStatus } from './public.ts';
import { LOCAL_OPERATOR, type Sessions } from './session.ts';
import { createSignIn } from './sign-in.ts';
import { createStatementRoutes, STATEMENT_BYTES_MAX } from './statements.ts';
import { createStaticFiles } from './static-files.ts';
import { addStatusPage } from './status-page.ts';
import { addSubscriptions } from './subscriptions.ts';
import { createWindows } from './window.ts';

const API_PER_MINUTE = 6_000;
const PUBLIC_PER_MINUTE = 30_000;
const LOGIN_PER_MINUTE = 30;
const WINDOW_PER_MINUTE = 300;
const AUTH_BODY_BYTES_MAX = 64 * 1024;

export function createHttp(
  node: Node,
  sessions: Sessions,
  logger: Logger,
  gatherer: Gatherer = createGatherer(node.app, node.config.intake),
): Hono<ApiEnv> {
  const http = new Hono<ApiEnv>();
  const metrics = createMetrics(node);
  http.use('*', metrics.count, securityHeaders, ownHostOnly(node.config.publicOrigin));
  http.onError((error, c) => {
    const fault = faultOf(error);
    const { status } = FAULTS[fault.code];
    if (status >= 500) logger.error({ err: error, path: c.req.path }, fault.message);
    return c.json({ fault }, status);
  });
  http.notFound((c) => {
    const { fault } = new FaultError(
      'http.not-found',
      'nothing is served under this address',
      'see /api/openapi.json',
    );
    return c.json({ fault }, 404);
  });
  http.get('/', (c) => c.redirect('/status/'));
  http.get('/healthz', (c) => c.text('ok\n'));
  http.get('/readyz', async (c) => {
    await node.app.ports.store.head();
    return c.text('ready\n');
  });
  http.get('/metrics', metrics.serve);
  http.get('/login', rateLimit(LOGIN_PER_MINUTE), (c) => sessions.login(c));
  const people = () => readPeople(node);
  http.use('/auth/*', bodyLimit({ maxSize: AUTH_BODY_BYTES_MAX, onError: tooLarge }));
  const { oidc } = node.config;
  if (oidc) http.route('/auth/oidc', createOidc(node, oidc, sessions, people));
  http.route('/auth', createSignIn(node, sessions, people));
  http.use(
    '/api/*',
    rateLimit(API_PER_MINUTE),
    sessions.guard,
    bodyLimit({ maxSize: HTTP_BODY_BYTES_MAX, onError: tooLarge }),
  );
  http.get('/api/link', (c) => {
    // A link opens the console as the local operator: only who is that may make one.
    if (c.get('caller').principal.id !== LOCAL_OPERATOR.id) throw onlyLocal();
    return c.json({ token: sessions.issueLink() });
  });
  http.route('/api', createApi(node));
  http.use(
    '/journal/*',
    rateLimit(API_PER_MINUTE),
    sessions.guard,
    bodyLimit({ maxSize: JOURNAL_BODY_BYTES_MAX, onError: tooLarge }),
  );
  http.route('/journal', createJournalRoutes(node));
  http.use(
    '/statements/*',
    rateLimit(API_PER_MINUTE),
    sessions.guard,
    bodyLimit({ maxSize: STATEMENT_BYTES_MAX, onError: tooLarge }),
  );
  http.route('/statements', createStatementRoutes(node));
  http.route('/gate', createGate(node, node.config.gate));
  http.use('/intake/*', bodyLimit({ maxSize: HTTP_BODY_BYTES_MAX, onError: tooLarge }));
  http.route('/intake', createIntake(node, node.config.intake, gatherer));
  addPublicRoutes(http, node);
  return http;
}

/** What needs no session, or brings a secret of its own in its address. */
function addPublicRoutes(http: Hono<ApiEnv>, node: Node): void {
  http.use('/log/*', rateLimit(PUBLIC_PER_MINUTE));
  http.route('/log', createPublicLog(node));
  http.use('/public/*', rateLimit(PUBLIC_PER_MINUTE));
  http.route('/public', createPublicStatus(node));
  addStatusPage(http, node);
  addSubscriptions(http, node);
  http.route('/calendar', createCalendars(node));
  http.use('/window/*', rateLimit(WINDOW_PER_MINUTE));
  http.route('/window', createWindows(node));
  http.route('/console', createStaticFiles('console', '/console'));
  // The page's own addresses are relative.
  http.get('/status', (c) => c.redirect(`/status/${new URL(c.req.url).search}`));
  http.route('/status', createStaticFiles('site', '/status'));
}

function onlyLocal(): FaultError {
  const hint = 'run `sonae link` on the machine of the server';
  return new FaultError('http.out-of-scope', 'links are made on the server’s machine only', hint);
}

function tooLarge(): never {
  throw new FaultError(
    'input.too-large',
    'the body has more bytes than this address takes',
    'send less at once',
  );
}

export type Listening = { readonly port: number; close(): Promise<void> };

/** Listens on 127.0.0.1; port 0 takes any free one. */
export async function listen(http: Pick<Hono<ApiEnv>, 'fetch'>, port: number): Promise<Listening> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const started = serve({ fetch: http.fetch, port, hostname: '127.0.0.1' }, () => resolve(started));
    started.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      const message = taken ? `port ${port} is in use` : error.message;
      reject(new FaultError('input.invalid', message, 'choose another with --port'));
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Event streams never end by themselves.
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
