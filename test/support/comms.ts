/** A firm whose people may approve texts: legal, compliance, technology, and somebody who only writes. */
import type { Outcome } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { viewNamed } from '@sonae/core/app/project.ts';
import type { Text } from '@sonae/core/log/fact.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { createMemoryStore } from '../../packages/server/src/adapters/store-memory/memory-store.ts';
import { createTestApp, START_MS, type TestApp } from './app.ts';
import { as, charter, foundFirm } from './firm.ts';

export const LEGAL = as('north');
export const COMPLIANCE = as('east');
export const TECHNOLOGY = as('south');
export const WRITER = as('watch');

const role = (id: string, holder: string) => ({ id, says: { en: id, ja: id }, seats: 1, holders: [holder] });

/** The firm is founded in the log of this app. */
export async function foundCommsFirm(t: TestApp): Promise<void> {
  const of = charter();
  const roles = [
    ...of.roles,
    role('legal', 'north'),
    role('compliance', 'east'),
    role('technology', 'south'),
  ];
  await foundFirm(t, { ...of, roles });
}

export async function createCommsApp(): Promise<TestApp> {
  const t = createTestApp(createMemoryStore());
  await foundCommsFirm(t);
  return t;
}

export function resultOf(outcome: Outcome): Record<string, string> {
  if (outcome.status !== 'done') throw new Error(`${outcome.refused}: ${outcome.message}`);
  return outcome.result as Record<string, string>;
}
export const codeOf = (outcome: Outcome): string => (outcome.status === 'refused' ? outcome.refused : 'done');

export const both = (text: string): Text & Record<string, JsonValue> => ({ en: text, ja: `${text}(日本語)` });
export const PARTS = {
  whatIsKnown: both('Withdrawals are late.'),
  whatIsStopped: both('BTC withdrawals.'),
  whatUsersShouldDo: both('Nothing now.'),
};
export const CONTENT = {
  status: 'investigating',
  title: both('BTC withdrawals are late'),
  parts: PARTS,
  impacts: [{ component: 'btc-withdrawals', status: 'partial_outage' }],
  nextUpdateMinutes: 20,
};

export const minutes = (t: TestApp, count: number): void => {
  t.clock.moveTo(Math.max(t.clock.now(), START_MS) + count * 60_000);
};

/** Drafted by the writer, approved by legal and compliance, published. */
export async function publish(
  t: TestApp,
  change: Record<string, JsonValue> = {},
): Promise<Record<string, string>> {
  const { notice = '' } = resultOf(await t.run('comms.DraftNotice', { ...CONTENT, ...change }, WRITER));
  resultOf(await t.run('comms.ApproveNotice', { notice, revision: 1, as: 'legal' }, LEGAL));
  resultOf(await t.run('comms.ApproveNotice', { notice, revision: 1, as: 'compliance' }, COMPLIANCE));
  return resultOf(await t.run('comms.PublishNotice', { notice, revision: 1 }, WRITER));
}

export async function adopt(t: TestApp, template: string, revision = 1): Promise<void> {
  resultOf(await t.run('comms.AdoptTemplate', { template, revision, as: 'legal' }, LEGAL));
  resultOf(await t.run('comms.AdoptTemplate', { template, revision, as: 'compliance' }, COMPLIANCE));
}

export async function readView<T>(t: TestApp, view: string, key = 'all'): Promise<T> {
  const text = await t.app.ports.store.view(view, key);
  return (text === undefined ? viewNamed(registry, view).initial(key) : JSON.parse(text)) as T;
}
