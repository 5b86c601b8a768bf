/**
 * kill -9 in the middle of calling people and telling subscribers: after the restart the call goes on, nobody is called
 * twice in one round, and the notice reaches everybody. What had left when the process died may arrive again, as itself.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPglite } from '../packages/server/src/adapters/store-sql/pglite-driver.ts';
import { openSqlStore } from '../packages/server/src/adapters/store-sql/sql-store.ts';
import { readAllFacts } from '../packages/server/src/compose.ts';
import { createTestApp, SYSTEM } from './support/app.ts';
import { foundCommsFirm, publish, resultOf } from './support/comms.ts';
import { as, MEMBERS } from './support/firm.ts';

const KILLS = 7;
const SUBSCRIBERS = 250;
const AT_ONCE_MAX = 20;
const PROGRAM = fileURLToPath(new URL('support/deliver-until-killed.ts', import.meta.url));

type Arrived = {
  readonly id: string;
  readonly subscriber?: string;
  readonly round?: number;
  readonly to: string;
};
const arrived: Arrived[] = [];
let heard = (): void => undefined;
let web: Server;
let url = '';

beforeAll(async () => {
  web = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      arrived.push({ ...(JSON.parse(body) as Omit<Arrived, 'to'>), to: request.url ?? '' });
      heard();
      // Slow enough that something is always under way.
      setTimeout(() => response.end('ok'), 20);
    });
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
});
afterAll(async () => {
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
});

async function prepare(dir: string): Promise<void> {
  const store = await openSqlStore(await openPglite(dir));
  const t = createTestApp(store);
  await foundCommsFirm(t);
  for (const principal of MEMBERS) {
    const channels = [{ kind: 'webhook', to: `${url}/person/${principal}` }];
    resultOf(await t.run('people.SetChannels', { principal, channels }, as(principal)));
  }
  const digest = (n: number): string => n.toString(16).padStart(64, '0');
  await Promise.all(
    Array.from({ length: SUBSCRIBERS }, async (_, n) => {
      const id = `S${String(n).padStart(6, '0')}`;
      const input = { id, kind: 'email', language: 'ja', components: [], lookup: digest(n) };
      const tokens = { private: '{}', confirmDigest: digest(n), leaveDigest: digest(n) };
      await t.run('comms.AskSubscription', { ...input, ...tokens }, SYSTEM);
      await t.run('comms.ConfirmSubscription', { id, lookup: digest(n), digest: digest(n) }, SYSTEM);
    }),
  );
  const page = {
    subject: 's',
    text: { en: 'e', ja: 'j' },
    principals: [...MEMBERS],
    need: 3,
    waitMinutes: 1,
  };
  resultOf(await t.run('people.Page', page as unknown as JsonValue, as('north')));
  await publish(t);
  await store.close();
}

/** One run of the deliverer; killed so long after something first arrived, or left to finish. */
async function deliver(dir: string, run: number, killAfterMs: number | null): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, dir, url, String(run)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  heard = () => {
    heard = () => undefined;
    if (killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  await new Promise<void>((resolve) => child.on('close', () => resolve()));
  expect(errors).toBe('');
}

test(`${KILLS} times killed while people are called and subscribers told`, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-deliver-'));
  await prepare(dir);
  for (let run = 0; run < KILLS; run += 1) await deliver(dir, run, 1 + ((run * 37) % 90));
  const seenBefore = arrived.length;
  await deliver(dir, KILLS, null);
  expect(arrived.length, 'the last run still had work').toBeGreaterThan(seenBefore);

  const store = await openSqlStore(await openPglite(dir));
  const calls: string[] = [];
  for await (const { type, body } of readAllFacts(store.facts)) {
    const { principal, round } = body as { principal: string; round: number };
    if (type === 'people.PersonCalled@1') calls.push(`/person/${principal} ${round}`);
  }
  await store.close();
  rmSync(dir, { recursive: true, force: true });
  expect(calls.length, 'the call went on over restarts').toBeGreaterThan(KILLS);
  expect(new Set(calls).size, 'nobody is called twice in one round').toBe(calls.length);

  const ids = new Map<string, Set<string>>();
  for (const { id, to, round, subscriber } of arrived) {
    const whom = subscriber ?? `${to} ${round}`;
    ids.set(whom, (ids.get(whom) ?? new Set()).add(id));
  }
  for (const call of calls) expect([...ids.keys()], 'every call arrived').toContain(call);
  const told = [...ids.keys()].filter((whom) => whom.startsWith('S'));
  expect(told).toHaveLength(SUBSCRIBERS);
  expect(
    [...ids.values()].every((own) => own.size === 1),
    'what arrives again arrives as itself',
  ).toBe(true);
  expect(arrived.length - ids.size, 'only what was under way comes again').toBeLessThanOrEqual(
    KILLS * AT_ONCE_MAX,
  );
}, 240_000);
