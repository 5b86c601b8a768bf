/** A real Alertmanager posts to us: its groups, its repeats, its resolves; no mock of the format could drift from it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type Listening, listen } from '../packages/server/src/http/server.ts';
import { createIntakeNode, type IntakeNode, TOKEN } from './support/intake.ts';

const PROGRAM = 'prometheus-alertmanager';
const missing = spawnSync(PROGRAM, ['--version']).error !== undefined;

type Stand = { readonly t: IntakeNode; readonly url: string };
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

async function startStand(): Promise<Stand> {
  const t = createIntakeNode();
  const listening: Listening = await listen(t.http, 0);
  closing.push(() => listening.close());
  const dir = mkdtempSync(join(tmpdir(), 'sonae-alertmanager-'));
  closing.push(() => rmSync(dir, { recursive: true, force: true }));
  // JSON is YAML.
  const webhook = {
    url: `http://127.0.0.1:${listening.port}/intake/prom`,
    send_resolved: true,
    http_config: { authorization: { credentials: TOKEN } },
  };
  const route = { receiver: 'sonae', group_by: ['component'], group_wait: '100ms', group_interval: '1s' };
  const config = {
    route: { ...route, repeat_interval: '1s' },
    receivers: [{ name: 'sonae', webhook_configs: [webhook] }],
  };
  const path = join(dir, 'alertmanager.yml');
  writeFileSync(path, JSON.stringify(config));
  const url = `http://127.0.0.1:${await freePort()}`;
  const program: ChildProcess = spawn(
    PROGRAM,
    [
      `--config.file=${path}`,
      `--storage.path=${join(dir, 'data')}`,
      `--web.listen-address=${url.slice('http://'.length)}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  closing.push(async () => {
    const ended = new Promise((done) => program.once('exit', done));
    program.kill();
    await ended;
  });
  await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200), { timeout: 20_000 });
  return { t, url };
}

async function push(url: string, alerts: readonly { name: string; component: string; endsAt?: string }[]) {
  const body = alerts.map(({ name, component, endsAt }) => ({
    labels: { alertname: name, severity: 'critical', component },
    annotations: { summary: `summary of ${name}` },
    startsAt: new Date(Date.now() - 60_000).toISOString(),
    ...(endsAt === undefined ? {} : { endsAt }),
  }));
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
}

const receipts = async (t: IntakeNode): Promise<number> =>
  (await t.node.app.ports.store.facts({ limit: 10_000 })).filter(({ text }) =>
    text.includes('sentinels.AlarmsReceived@1'),
  ).length;
const fired = async (t: IntakeNode): Promise<number> =>
  (await t.node.app.ports.store.facts({ limit: 10_000 })).filter(({ text }) =>
    text.includes('sentinels.AlarmFired@1'),
  ).length;

test.skipIf(missing)(
  `${PROGRAM} (if it is installed): suspicion, repeats without facts of their own, resolve`,
  async () => {
    const { t, url } = await startStand();
    const names = ['DiskFull', 'Latency', 'Errors'];
    await push(url, [
      ...names.map((name) => ({ name, component: 'db' })),
      { name: 'Down', component: 'web' },
    ]);
    const wait = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 100 });
    await wait(async () => {
      const correlations = (await t.incidents()).map(({ correlation }) => correlation);
      expect(correlations.sort()).toEqual(['alarm/db', 'alarm/web']);
      expect(await fired(t)).toBe(4);
    });
    const before = await receipts(t);
    await wait(async () => expect(await receipts(t), 'it repeats').toBeGreaterThan(before));
    expect([await fired(t), (await t.incidents()).length], 'and nothing new came of it').toEqual([4, 2]);
    const endsAt = new Date().toISOString();
    await push(
      url,
      names.map((name) => ({ name, component: 'db', endsAt })),
    );
    await wait(async () => {
      const db = (await t.incidents()).find(({ correlation }) => correlation === 'alarm/db');
      expect(db).toMatchObject({ level: 'ok', quietSince: expect.any(String) });
    });
    const web = (await t.incidents()).find(({ correlation }) => correlation === 'alarm/web');
    expect(web?.level, 'the other component still fires').toBe('critical');
  },
);
