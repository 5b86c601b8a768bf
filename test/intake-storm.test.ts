/** Ten thousand alarms at once: how few facts and suspicions they become, that none is lost, and what is not promised. */

import { registry } from '@sonae/core/app/modules.ts';
import { EVIDENCE_ITEMS_MAX } from '@sonae/core/kernel/limits.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import { expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { alertmanagerBody, createIntakeNode, INTAKE, type IntakeNode } from './support/intake.ts';

const ALARMS = 10_000;
const PER_REQUEST = 20;
const FINGERPRINTS = 50;
const COMPONENTS = 5;

const request = (n: number): unknown =>
  alertmanagerBody(
    Array.from({ length: PER_REQUEST }, (_, i) => {
      const number = (n * PER_REQUEST + i) % FINGERPRINTS;
      return { fingerprint: `f${number}`, component: `c${number % COMPONENTS}` };
    }),
  );

type Told = { readonly type: string; readonly body: { readonly count?: number; readonly root?: string } };

async function factsOf(t: IntakeNode): Promise<Told[]> {
  const { store } = t.node.app.ports;
  const rows = await store.facts({ limit: 100_000 });
  return rows.map((row) => decodeFact(row.text, registry.facts) as unknown as Told);
}

test('10,000 alarms of 50 fingerprints on 5 components are 5 suspicions, and every one is in the evidence', async () => {
  const t = createIntakeNode();
  const sent = Array.from({ length: ALARMS / PER_REQUEST }, (_, n) => t.send('/intake/prom', request(n)));
  const answers = await Promise.all(sent);
  expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
  const incidents = await t.incidents();
  expect(incidents.map(({ correlation }) => correlation).sort()).toEqual(
    Array.from({ length: COMPONENTS }, (_, n) => `alarm/c${n}`),
  );
  const facts = await factsOf(t);
  const receipts = facts.filter(({ type }) => type === 'sentinels.AlarmsReceived@1');
  expect(receipts.reduce((sum, { body }) => sum + (body.count ?? 0), 0)).toBe(ALARMS);
  const kept = new Map<string, number>();
  let items = 0;
  for (const { body } of receipts) {
    const batch = (await t.node.app.ports.store.evidence(body.root ?? '')) ?? [];
    expect(batch.length).toBeLessThanOrEqual(EVIDENCE_ITEMS_MAX);
    items += batch.length;
    for (const item of batch) {
      const { fingerprint } = JSON.parse(item) as { fingerprint: string };
      kept.set(fingerprint, (kept.get(fingerprint) ?? 0) + 1);
    }
  }
  expect(items).toBe(ALARMS);
  expect([...kept.values()]).toEqual(Array.from({ length: FINGERPRINTS }, () => ALARMS / FINGERPRINTS));
  expect(facts.filter(({ type }) => type === 'sentinels.AlarmFired@1')).toHaveLength(FINGERPRINTS);
  expect(facts.length, 'far fewer facts than alarms').toBeLessThan(200);
});

test('what does not fit the queue is told to come back, and what was taken is kept', async () => {
  const t = createIntakeNode();
  const body = alertmanagerBody(Array.from({ length: 500 }, (_, n) => ({ fingerprint: `f${n % 7}` })));
  const answers = await Promise.all(Array.from({ length: 60 }, () => t.send('/intake/prom', body)));
  const taken = answers.filter(({ status }) => status === 202);
  const refused = answers.filter(({ status }) => status === 503);
  expect([taken.length, refused.length]).toEqual([40, 20]);
  expect(refused.every(({ headers }) => headers.get('retry-after') === '1')).toBe(true);
  const counts = (await factsOf(t)).map(({ body }) => body.count ?? 0);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(taken.length * 500);
  expect((await t.send('/intake/prom', body)).status, 'afterwards there is room again').toBe(202);
});

test('nothing is acknowledged while the store fails, and the next attempt is', async () => {
  const store = createMemoryStore();
  let isAway = true;
  const failing: Store = {
    ...store,
    transact: (work) => (isAway ? Promise.reject(new Error('the disk is gone')) : store.transact(work)),
  };
  const t = createIntakeNode(INTAKE, failing);
  expect((await t.send('/intake/prom', request(0))).status).toBe(500);
  isAway = false;
  expect((await t.send('/intake/prom', request(0))).status).toBe(202);
  expect(await t.incidents()).toHaveLength(COMPONENTS);
});

test('what one source says stays in order: the last word counts', async () => {
  const t = createIntakeNode();
  const say = (status: string) => t.send('/intake/prom', alertmanagerBody([{ fingerprint: 'a', status }]));
  const words = Array.from({ length: 21 }, (_, n) => (n % 2 === 0 ? 'firing' : 'resolved'));
  await Promise.all(words.map(say));
  expect(await t.incidents()).toMatchObject([{ level: 'critical' }]);
  await Promise.all(['resolved', 'firing', 'resolved'].map(say));
  expect(await t.incidents()).toMatchObject([{ level: 'ok' }]);
});
