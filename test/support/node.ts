/** A node over a memory store with its HTTP application, without a socket: for tests of addresses. */
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { FeedSpec } from '@sonae/core/ports/venue.ts';
import { pino } from 'pino';
import { createMemoryStore } from '../../packages/server/src/adapters/store-memory/memory-store.ts';
import { watchAsset } from '../../packages/server/src/compose.ts';
import { type Config, readConfig } from '../../packages/server/src/config.ts';
import { readPeople } from '../../packages/server/src/http/powers.ts';
import { createHttp } from '../../packages/server/src/http/server.ts';
import { createSessions, type Sessions } from '../../packages/server/src/http/session.ts';
import { createNode, type Node } from '../../packages/server/src/node.ts';
import { createTestApp, START_MS, type TestApp } from './app.ts';

export const HOST = '127.0.0.1:8790';
const FEED: FeedSpec = {
  id: 'alpha-usdc-usd',
  venue: 'alpha',
  base: 'USDC',
  quote: 'USD',
  kind: 'binance-klines',
  intervalMs: MINUTE_MS,
  silentAfterMs: 5 * MINUTE_MS,
};

export type TestNode = {
  readonly node: Node;
  readonly http: ReturnType<typeof createHttp>;
  readonly sessions: Sessions;
  readonly testApp: TestApp;
  /** A request of a tool of the same user. */
  call(path: string, init?: RequestInit & { headers?: Record<string, string> }): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Minutes of bars at a price, through the watch and the log. */
  feed(price: number, minutes: number): Promise<void>;
};

export function createTestNode(config: Config = readConfig(undefined)): TestNode {
  const testApp = createTestApp(createMemoryStore());
  const watched = watchAsset(config, 'USDC', 'USD', [FEED], true);
  const node = createNode(testApp.app, config, 'test', [watched]);
  const sessions = createSessions(() => readPeople(node));
  const http = createHttp(node, sessions, pino({ level: 'silent' }));
  const call: TestNode['call'] = async (path, init = {}) =>
    http.request(`http://${HOST}${path}`, {
      ...init,
      headers: { host: HOST, authorization: `Bearer ${sessions.toolToken}`, ...init.headers },
    });
  let minute = 0;
  return {
    node,
    http,
    sessions,
    testApp,
    call,
    post: (path, body, headers = {}) =>
      call(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    feed: async (price, minutes) => {
      for (let i = 0; i < minutes; i += 1) {
        const openAt = START_MS + minute * MINUTE_MS;
        minute += 1;
        const prices = { open: price, high: price, low: price, close: price };
        watched.watch.ingest({
          kind: 'bar',
          feed: FEED.id,
          openAt,
          knownAt: openAt + MINUTE_MS,
          ...prices,
          volume: 100 + minute,
          sold: 50,
        });
        testApp.clock.moveTo(openAt + MINUTE_MS);
        const tick = watched.watch.tick(openAt + MINUTE_MS);
        node.sawTick('USDC', tick);
        for (const { command, input } of tick.commands) {
          await testApp.run(command, input, { id: 'system:watch', kind: 'system' });
        }
      }
    },
  };
}
