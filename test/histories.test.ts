/**
 * Golden histories: a recorded log of this and every older release must fold to the same views for ever. When a fold
 * changes on purpose, raise its version and run with UPDATE_GOLDEN=1; never change a recorded history's facts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { registry } from '@sonae/core/app/modules.ts';
import { rebuildViews } from '@sonae/core/app/project.ts';
import type { Fact } from '@sonae/core/log/fact.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { exportLines } from '../packages/server/src/log-file.ts';
import { playPowers } from './histories/life-of-a-power.ts';
import { playHistory } from './histories/life-of-an-incident.ts';
import { createTestApp, TEST_SIGNER } from './support/app.ts';

const golden = (name: string): string => fileURLToPath(new URL(`golden/${name}`, import.meta.url));
const UPDATE = process.env.UPDATE_GOLDEN === '1';

/** Compares with the file, or writes it when asked to. */
function matchesFile(name: string, text: string): void {
  if (UPDATE) writeFileSync(golden(name), text);
  expect(text).toBe(readFileSync(golden(name), 'utf8'));
}

const HISTORIES = [
  ['life-of-an-incident', playHistory],
  ['life-of-a-power', playPowers],
] as const;

type History = (typeof HISTORIES)[number][1];

async function play(history: History): Promise<{ log: string; outcomes: string; views: string }> {
  const store = createMemoryStore();
  const outcomes = await history(createTestApp(store));
  let log = '';
  for await (const lines of exportLines(store, TEST_SIGNER)) log += lines;
  const views: string[] = [];
  for (const { name } of registry.views)
    for (const row of await store.viewRows(name, { limit: 100 }))
      views.push(`${row.view}\t${row.key}\t${row.text}`);
  return {
    log,
    outcomes: `${outcomes.map((outcome) => JSON.stringify(outcome)).join('\n')}\n`,
    views: `${views.sort().join('\n')}\n`,
  };
}

/** The facts of a recorded log, lifted to today's shape. */
function factsOf(name: string): Fact[] {
  const lines = readFileSync(golden(name), 'utf8').split('\n');
  return lines.flatMap((line) =>
    line.startsWith('{"fact":')
      ? [decodeFact(JSON.stringify((JSON.parse(line) as { fact: unknown }).fact), registry.facts)]
      : [],
  );
}

describe.each(HISTORIES)('%s', (name, history) => {
  test('played twice gives the same bytes', async () => {
    expect(await play(history)).toEqual(await play(history));
  });

  test('today’s code gives the golden log, outcomes and views', async () => {
    const { log, outcomes, views } = await play(history);
    matchesFile(`${name}.outcomes.jsonl`, outcomes);
    matchesFile(`${name}.views.tsv`, views);
    matchesFile(`${name}.sonae`, log);
  });

  test('the golden log folds to the golden views, twice over', async () => {
    const facts = factsOf(`${name}.sonae`);
    expect(facts.length).toBeGreaterThan(20);
    const fold = async (): Promise<string> =>
      `${(await rebuildViews(registry, facts))
        .map((row) => `${row.view}\t${row.key}\t${row.text}`)
        .sort()
        .join('\n')}\n`;
    const views = await fold();
    expect(views).toBe(readFileSync(golden(`${name}.views.tsv`), 'utf8'));
    expect(await fold()).toBe(views);
  });
});

describe('logs that older releases wrote', () => {
  const OLDER = ['0.1.0-life-of-an-incident', '0.2.0-life-of-a-power'];

  test.each(OLDER)(
    '%s is read by today’s code, every fact of it, into the same views twice',
    async (name) => {
      const facts = factsOf(`older/${name}.sonae`);
      expect(facts.length).toBeGreaterThan(15);
      const views = await rebuildViews(registry, facts);
      expect(views.length).toBeGreaterThan(3);
      expect(await rebuildViews(registry, facts)).toEqual(views);
    },
  );

  test('what an incident of 0.1.0 was, it still is', async () => {
    const views = await rebuildViews(registry, factsOf('older/0.1.0-life-of-an-incident.sonae'));
    const list = views.find(({ view }) => view === 'incidents.list');
    const { incidents } = JSON.parse(list?.text ?? '{}') as {
      incidents: { title: string; phase: string; severity: string }[];
    };
    expect(incidents.map(({ title, phase, severity }) => [title, phase, severity])).toMatchInlineSnapshot(`
      [
        [
          "a person saw something",
          "declared",
          "pending",
        ],
        [
          "USDC below its peg",
          "declared",
          "critical",
        ],
      ]
    `);
  });
});
