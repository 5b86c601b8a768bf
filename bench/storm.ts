/**
 * A storm of alarms: what a bad minute sends (10,000 alerts of 50 fingerprints on 5 components), one alert a request, as
 * fast as so many monitors get their answers, through a real socket into PGlite; and how the overview fares meanwhile.
 */
import { createApp } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import { pino } from 'pino';
import { liveClock } from '../packages/server/src/adapters/clock/clock.ts';
import { nodeSha256 } from '../packages/server/src/adapters/hash/node-sha256.ts';
import { createSystemRandom } from '../packages/server/src/adapters/random/random.ts';
import { signerFromSeed } from '../packages/server/src/adapters/signer/ed25519-signer.ts';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { openPglite } from '../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openSqlStore } from '../packages/server/src/adapters/store-sql/sql-store.ts';
import { readConfig } from '../packages/server/src/config.ts';
import { intakeSchema } from '../packages/server/src/connectors/intake/intake-config.ts';
import { createHttp, listen } from '../packages/server/src/http/server.ts';
import { createSessions } from '../packages/server/src/http/session.ts';
import { createNode } from '../packages/server/src/node.ts';
import { quantile, type Result } from './measure.ts';

const ALERTS = 10_000;
const FINGERPRINTS = 50;
const COMPONENTS = 5;
const MONITORS = 50;
const OVERVIEW_EVERY_MS = 20;
/** The storm is what a minute brings. */
const MINUTE_S = 60;
const TOKEN = 'bench-token-0123456789abcdef0123456789abcdef';
const SOURCE = { id: 'prom', kind: 'alertmanager', token: TOKEN };

type Storm = {
  readonly seconds: number;
  readonly answersMs: readonly number[];
  readonly overviewMs: readonly number[];
  readonly facts: number;
  readonly suspicions: number;
  readonly kept: number;
};

function bodyOf(n: number): string {
  const number = n % FINGERPRINTS;
  const labels = {
    alertname: `Alert${number}`,
    severity: number % 3 === 0 ? 'critical' : 'warning',
    component: `c${number % COMPONENTS}`,
    instance: `10.0.0.${number}`,
  };
  const times = { startsAt: '2026-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z' };
  const alert = { status: 'firing', fingerprint: `f${number}`, labels, annotations: {}, ...times };
  return JSON.stringify({ version: '4', status: 'firing', alerts: [alert] });
}

/** Sends one after the other until nothing is left; every answer must be a 202. */
async function monitor(url: string, next: () => number | null, answersMs: number[]): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` };
  for (let n = next(); n !== null; n = next()) {
    const startedAt = performance.now();
    const answer = await fetch(url, { method: 'POST', headers, body: bodyOf(n) });
    await answer.arrayBuffer();
    if (answer.status !== 202) throw new Error(`answered ${answer.status}`);
    answersMs.push(performance.now() - startedAt);
  }
}

/** Reads the overview again and again, until told to stop. */
async function watchOverview(url: string, token: string, isOver: () => boolean): Promise<number[]> {
  const samples: number[] = [];
  while (!isOver()) {
    const startedAt = performance.now();
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`the overview answered ${answer.status}`);
    samples.push(performance.now() - startedAt);
    await new Promise((done) => setTimeout(done, OVERVIEW_EVERY_MS));
  }
  return samples;
}

async function playStorm(store: Store): Promise<Storm> {
  const signer = signerFromSeed(new Uint8Array(32).fill(9), 'bench.sonae.invalid');
  const random = createSystemRandom();
  const app = createApp({ registry, store, clock: liveClock, random, signer, sha256: nodeSha256 });
  const config = { ...readConfig(undefined), intake: intakeSchema.parse({ sources: [SOURCE] }) };
  const node = createNode(app, config, 'bench', []);
  const sessions = createSessions();
  const server = await listen(createHttp(node, sessions, pino({ level: 'silent' })), 0);
  const url = `http://127.0.0.1:${server.port}`;
  let sent = 0;
  let isOver = false;
  const next = (): number | null => (sent < ALERTS ? sent++ : null);
  const answersMs: number[] = [];
  const overview = watchOverview(`${url}/api/overview`, sessions.toolToken, () => isOver);
  const startedAt = performance.now();
  const work = Array.from({ length: MONITORS }, () => monitor(`${url}/intake/prom`, next, answersMs));
  await Promise.all(work);
  const seconds = (performance.now() - startedAt) / 1_000;
  isOver = true;
  const overviewMs = await overview;
  const rows = await store.facts({ limit: 1_000_000 });
  const told = rows.map(({ text }) => JSON.parse(text) as { type: string; body: { count?: number } });
  const kept = told.reduce((sum, { body }) => sum + (body.count ?? 0), 0);
  const suspicions = told.filter(({ type }) => type.startsWith('incidents.Suspected@')).length;
  await server.close();
  await app.stop();
  await store.close();
  if (kept !== ALERTS) throw new Error(`${ALERTS - kept} alerts were lost`);
  return { seconds, answersMs, overviewMs, facts: rows.length, suspicions, kept };
}

function rowsOf(name: string, storm: Storm): Result['rows'] {
  const at = (what: string, samples: readonly number[]): Result['rows'] =>
    [0.5, 0.99].map((q) => ({
      id: `${name}: ${what}, p${q * 100}`,
      value: quantile(samples, q),
      unit: 'ms',
    }));
  return [
    { id: `${name}: alerts`, value: storm.kept / storm.seconds, unit: '1/s' },
    ...at('alert sent to 202, durable', storm.answersMs),
    ...at('GET /api/overview meanwhile', storm.overviewMs),
    { id: `${name}: facts`, value: storm.facts, unit: 'facts' },
    { id: `${name}: suspicions`, value: storm.suspicions, unit: 'incidents' },
  ];
}

export async function benchStorm(progress: (line: string) => void): Promise<Result> {
  progress(`${ALERTS} alerts of ${FINGERPRINTS} fingerprints into PGlite in memory`);
  const pglite = await playStorm(await openSqlStore(await openPglite(null)));
  progress(`${ALERTS} alerts of ${FINGERPRINTS} fingerprints into the memory store`);
  const memory = await playStorm(createMemoryStore());
  const rate = (storm: Storm): number => storm.kept / storm.seconds;
  return {
    rows: [...rowsOf('PGlite', pglite), ...rowsOf('memory', memory)],
    ratios: [
      { id: 'PGlite: alerts/s / 10,000 a minute', value: rate(pglite) / (ALERTS / MINUTE_S) },
      { id: 'PGlite: alerts/s / memory store', value: rate(pglite) / rate(memory) },
      { id: 'PGlite: alerts a fact', value: pglite.kept / pglite.facts },
    ],
  };
}
