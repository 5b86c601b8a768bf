/** Every address that is served stands in the reference, and everything in the reference is served. */
import { expect, test } from 'vitest';
import { ADDRESSES } from '../packages/server/src/http/addresses.ts';
import { createTestNode } from './support/node.ts';

/** For browsers and the firm's own tools: pages, signing in, what the console and the command line ask of this node. */
const OWN = [
  /^GET \/(login|status|console)?(\/\*)?$/,
  /^(GET|POST) \/auth\//,
  /^GET \/api\/(link|\*)$/,
  /^POST \/api\/(reach\/test|schedules\/\{id\}\/ical|demonstration\/sign|commands\/\{name\})$/,
  // Forms of the status page that the reference names in one line, and the same below /status.
  /^GET \/status\//,
  /^GET \/public\/api\/v2\//,
  /^GET \/public\/history\./,
  /^(GET|POST) \/public\/subscriptions\/\{id\}\//,
  /^POST \/intake\/\{source\}\/v2\/enqueue$/,
];
/** Served by one pattern, named by what it holds. */
const PATTERNS: Readonly<Record<string, string>> = {
  'GET /log/tile/*': 'GET /log/tile/{path}',
  'GET /public/liabilities/{epoch}/*': 'GET /public/liabilities/{epoch}/{asset}/tile/entries/{tile}',
  'GET /calendar/{file}': 'GET /calendar/{schedule}.ics',
};

/** Only where it is configured. */
const SOMETIMES = ['GET /auth/oidc/start'];

test('what is served is what the reference says', () => {
  const served = createTestNode()
    .http.routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`)
    .map((route) => PATTERNS[route] ?? route);
  const named = ADDRESSES.map(({ method = 'get', path }) => `${method.toUpperCase()} ${path}`);
  const isOwn = (route: string): boolean => OWN.some((pattern) => pattern.test(route));
  const silent = [...new Set(served)].filter((route) => !named.includes(route) && !isOwn(route));
  expect(silent, 'add it to packages/server/src/http/addresses.ts').toEqual([]);
  const empty = named.filter((route) => !served.includes(route) && !SOMETIMES.includes(route));
  expect(empty, 'nothing is served there').toEqual([]);
  expect(new Set(named).size).toBe(named.length);
});
