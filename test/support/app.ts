/** An app over any store with a fixed key, simulated time and seeded randomness: the same calls give the same log. */
import { type App, createApp, type Outcome } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import type { Registry } from '@sonae/core/app/registry.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { createSimulatedClock, type SimulatedClock } from '../../packages/server/src/adapters/clock/clock.ts';
import { nodeSha256 } from '../../packages/server/src/adapters/hash/node-sha256.ts';
import { createSeededRandom } from '../../packages/server/src/adapters/random/seeded-random.ts';
import { signerFromSeed } from '../../packages/server/src/adapters/signer/ed25519-signer.ts';

const TEST_ORIGIN = 'test.sonae.invalid';
export const TEST_SIGNER = signerFromSeed(new Uint8Array(32).fill(7), TEST_ORIGIN);
const OPERATOR: Principal = { id: 'test:operator', kind: 'operator' };
export const SYSTEM: Principal = { id: 'test:system', kind: 'system' };
export const START_MS = Date.parse('2026-04-01T00:00:00Z');

export type TestApp = {
  readonly app: App;
  readonly clock: SimulatedClock;
  run(command: string, input: JsonValue, actor?: Principal, id?: string): Promise<Outcome>;
};

export function createTestApp(
  store: Store,
  seed = 1,
  onDefect?: (error: unknown) => void,
  startMs = START_MS,
  rules: Registry['rules'] = registry.rules,
): TestApp {
  const clock = createSimulatedClock(startMs);
  const app = createApp({
    registry: { ...registry, rules },
    store,
    clock,
    random: createSeededRandom(seed),
    signer: TEST_SIGNER,
    sha256: nodeSha256,
    onDefect: (error) => onDefect?.(error),
  });
  return {
    app,
    clock,
    run: (command, input, actor = OPERATOR, id) =>
      app.submit({ command, input, actor, ...(id === undefined ? {} : { id }) }),
  };
}

/** An app in which nothing follows from a fact: one command, its own facts. For tests of stores. */
export function createQuietApp(store: Store, seed = 1): TestApp {
  return createTestApp(store, seed, undefined, START_MS, new Map());
}

/** The id of the incident that a done command names in its result. */
export function incidentOf(outcome: Outcome): string {
  if (outcome.status !== 'done') throw new Error(`refused: ${outcome.message}`);
  return (outcome.result as { incident: string }).incident;
}
