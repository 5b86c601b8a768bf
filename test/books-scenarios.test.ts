/** The shipped scenarios of books and custody: what Sonae would have noticed, when, on which posting; and the pages about it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { App } from '@sonae/core/app/handle.ts';
import type { IncidentList } from '@sonae/core/nouns/incidents/views/list.ts';
import { afterAll, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { openTestStore } from './support/books.ts';
import { type Run, readRun, spokenTable, violationTable } from './support/explain-run.ts';
import { sonae } from './support/process.ts';
import { playScenario } from './support/scenario.ts';

const PAGES = new URL('../docs/explain/', import.meta.url);

/** Tables between the markers of a page are what the run gave; `UPDATE_GOLDEN=1` writes them anew. */
function expectPage(name: string, tables: Readonly<Record<string, readonly string[]>>): void {
  const path = fileURLToPath(new URL(`${name}.md`, PAGES));
  const text = readFileSync(path, 'utf8');
  let made = text;
  for (const [table, lines] of Object.entries(tables)) {
    const [begin, end] = [`<!-- from the run: ${table} -->\n`, `\n<!-- end: ${table} -->`];
    const [from, to] = [made.indexOf(begin), made.indexOf(end)];
    expect(from, `${name}.md has the marker of ${table}`).toBeGreaterThan(0);
    made = made.slice(0, from + begin.length) + lines.join('\n') + made.slice(to);
  }
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, made);
  else expect(text, 'UPDATE_GOLDEN=1 writes the page anew').toBe(made);
}

const first = ({ spoken }: Run, control: string, subject?: string) =>
  spoken.find((one) => one.control === control && (subject === undefined || one.subject === subject));

describe('ftx-2022', () => {
  test('every step is called out at the posting where it happens, and nothing before', async () => {
    const { app, refused } = await playScenario('ftx-2022', createMemoryStore());
    expect(refused).toEqual([]);
    const run = await readRun(app);
    const { violations } = run;
    // Five days of trading by the rules come first: nothing is called out but the configuration.
    expect(run.spoken[0]).toMatchObject({
      control: 'ledger.uniform-treatment',
      subject: 'main/sister-usd',
      at: '2022-11-01T06:00:00Z',
    });
    expect(violations[0]).toMatchObject({ rule: 'forbidden-flow', purpose: 'deposit', other: 'sister-usd' });
    const credit = violations.filter(({ rule }) => rule === 'credit-limit');
    expect(credit[0]).toMatchObject({ account: 'sister-usd', amount: '8000000000', exposure: '5451500000' });
    expect(credit.map(({ exposure }) => BigInt(exposure))).toEqual(
      [...credit].map(({ exposure }) => BigInt(exposure)).sort((a, b) => (a < b ? -1 : 1)),
    );
    expect(new Set(violations.map(({ rule }) => rule))).toEqual(
      new Set(['forbidden-flow', 'credit-limit', 'no-counter-leg', 'sealed-period']),
    );
    expect(first(run, 'ledger.credit-limit')?.at).toBe('2022-11-02T08:00:00Z');
    expect(first(run, 'reserves.coverage', 'USD/customer')?.at).toBe('2022-11-05T04:00:00Z');
    expect(first(run, 'reserves.outflow', 'BTC/hot')?.at).toBe('2022-11-06T17:10:00Z');
    expectPage('ftx-2022', { controls: spokenTable(run), postings: violationTable(run) });
  });
});

describe('ftx-2022 from the command line', () => {
  const root = mkdtempSync(join(tmpdir(), 'sonae-ftx-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('at full speed says what the page says: nothing hangs on how fast the machine is', async () => {
    const data = join(root, 'data');
    const { code } = await sonae(['replay', 'ftx-2022', '--speed', 'max', '--json', '--data', data]);
    expect(code).toBe(0);
    const store = await openTestStore('pglite', data);
    const run = await readRun({ ports: { store } } as unknown as App);
    await store.close();
    expectPage('ftx-2022', { controls: spokenTable(run), postings: violationTable(run) });
  });
});

describe('hot-wallet-theft', () => {
  test('the first movement that nobody approved is critical a minute later; ordinary ones are not', async () => {
    const { app, refused } = await playScenario('hot-wallet-theft', createMemoryStore());
    expect(refused).toEqual([]);
    const run = await readRun(app);
    expect(run.violations).toEqual([]);
    expect(run.spoken[0]).toMatchObject({
      control: 'custody.unapproved-movement',
      subject: 'btc-hot',
      to: 'critical',
      at: '2026-10-07T17:34:00Z',
    });
    const { incidents } = JSON.parse(
      (await app.ports.store.view('incidents.list', 'all')) ?? '{}',
    ) as IncidentList;
    const theft = incidents.find(({ correlation }) => correlation === 'custody.unapproved-movement/btc-hot');
    expect(theft?.phase).toBe('declared');
    // What the law asks after an outflow hangs on its kind, and every kind of coin that is short has its cure clock.
    const rows = await app.ports.store.facts({ limit: 10_000 });
    const incurred = rows
      .filter(({ type }) => type.startsWith('reports.DutyIncurred@'))
      .map(({ text }) => JSON.parse(text).body.event as string);
    expect(incurred.filter((event) => event === 'coin-short')).toHaveLength(1);
    expect(incurred.length).toBeGreaterThan(3);
    expect(first(run, 'reserves.coverage', 'BTC/customer')?.at).toBe('2026-10-07T18:10:00Z');
    expectPage('hot-wallet-theft', { controls: spokenTable(run) });
  });
});
