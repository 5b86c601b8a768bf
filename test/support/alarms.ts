/** Alarms for tests: one bounded alarm with what the test says of it, and an app that listens to one source. */
import type { Alarm, SourceRules } from '@sonae/core/nouns/sentinels/facts.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { createMemoryStore } from '../../packages/server/src/adapters/store-memory/memory-store.ts';
import { createTestApp, START_MS, SYSTEM, type TestApp } from './app.ts';

export const SOURCE = 'prom';
const AT = new Date(START_MS).toISOString().replace('.000', '');

export function alarm(fingerprint: string, more: Partial<Alarm> = {}): Alarm {
  return {
    source: SOURCE,
    fingerprint,
    status: 'firing',
    severity: 'critical',
    level: 'critical',
    title: `alarm ${fingerprint}`,
    component: 'db',
    startsAt: AT,
    endsAt: null,
    receivedAt: AT,
    labels: [],
    link: null,
    ...more,
  };
}

export const RULES: SourceRules = {
  source: SOURCE,
  kind: 'alertmanager',
  threshold: { count: 1, windowMs: 60_000, criticalAtOnce: true },
  heartbeatMs: null,
  clearsAfterMs: null,
};

export type ListeningApp = TestApp & {
  /** A batch as the server would submit it; throws unless it is done. Returns the names of its facts. */
  receive(...alarms: readonly Alarm[]): Promise<string[]>;
  keep(): Promise<string[]>;
  view<T>(name: string, key?: string): Promise<T>;
};

export async function listeningApp(...sources: readonly SourceRules[]): Promise<ListeningApp> {
  const testApp = createTestApp(createMemoryStore(), 1, (error) => {
    throw error;
  });
  const run = async (command: string, input: unknown): Promise<string[]> => {
    const outcome = await testApp.run(command, input as JsonValue, SYSTEM);
    if (outcome.status !== 'done') throw new Error(outcome.message);
    return outcome.facts.map(({ type }) => type.slice(type.indexOf('.') + 1, type.indexOf('@')));
  };
  await run('sentinels.ConfigureSources', { sources: sources.length === 0 ? [RULES] : sources });
  return {
    ...testApp,
    receive: (...alarms) =>
      run('sentinels.RecordAlarms', { source: alarms[0]?.source ?? SOURCE, alarms: [...alarms] }),
    keep: () => run('sentinels.KeepAlarms', {}),
    view: async (name, key = 'all') =>
      JSON.parse((await testApp.app.ports.store.view(name, key)) ?? 'null') as never,
  };
}
