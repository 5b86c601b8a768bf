/** kill -9 in the middle of a storm of alarms: whatever was answered with 202 is in the evidence after the restart. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogPage } from '@sonae/core/app/api.ts';
import { expect, test } from 'vitest';
import { alertmanagerBody, TOKEN } from './support/intake.ts';
import { type Server, startServer } from './support/process.ts';

const KILLS = 3;
const MONITORS = 20;

/** Sends single alarms under fresh names until the server is gone; returns the names that were answered with 202. */
async function stormUntilDead(server: Server, run: number): Promise<string[]> {
  const acknowledged: string[] = [];
  let sent = 0;
  let isDead = false;
  const monitor = async (): Promise<void> => {
    while (!isDead) {
      const fingerprint = `run ${run} alarm ${sent++}`;
      try {
        const answer = await fetch(`${server.url}/intake/prom`, {
          method: 'POST',
          headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify(alertmanagerBody([{ fingerprint, component: `c${sent % 5}` }])),
        });
        if (answer.status === 202) acknowledged.push(fingerprint);
        if (acknowledged.length === 50 + run * 30) void server.kill('SIGKILL');
      } catch {
        isDead = true;
      }
    }
  };
  await Promise.all(Array.from({ length: MONITORS }, monitor));
  return acknowledged;
}

/** Every fingerprint in the evidence that the log cites. */
async function keptFingerprints(server: Server, dataDir: string): Promise<Set<string>> {
  const { token } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as { token: string };
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status, path).toBe(200);
    return answer.json();
  };
  const kept = new Set<string>();
  let before = '';
  for (;;) {
    const page = (await get(`/api/log?limit=500${before}`)) as LogPage;
    for (const { type, body } of page.facts) {
      if (type !== 'sentinels.AlarmsReceived@1') continue;
      const { root } = body as { root: string };
      const { items } = (await get(`/api/evidence?root=${encodeURIComponent(root)}`)) as {
        items: { fingerprint: string }[];
      };
      for (const { fingerprint } of items) kept.add(fingerprint);
    }
    if (page.next === null || page.facts.length === 0) return kept;
    before = `&before=${page.next}`;
  }
}

test(`${KILLS} times killed in a storm, nothing acknowledged is lost`, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-intake-crash-'));
  const config = join(dir, 'sonae.json');
  const dataDir = join(dir, 'data');
  writeFileSync(
    config,
    JSON.stringify({ intake: { sources: [{ id: 'prom', kind: 'alertmanager', token: TOKEN }] } }),
  );
  const start = () => startServer(['up', '--config', config, '--data', dataDir, '--port', '0']);
  let server = await start();
  try {
    const acknowledged: string[] = [];
    for (let run = 0; run < KILLS; run += 1) {
      acknowledged.push(...(await stormUntilDead(server, run)));
      server = await start();
      const kept = await keptFingerprints(server, dataDir);
      expect(acknowledged.filter((fingerprint) => !kept.has(fingerprint))).toEqual([]);
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(50 * KILLS);
  } finally {
    await server.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  }
}, 240_000);
