/** Reserves in a test: an app whose books are stated by the test, a policy, and short ways to send and to look. */

import { createApp } from '@sonae/core/app/handle.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { buildRegistry } from '@sonae/core/app/registry.ts';
import { defineCommand, defineModule } from '@sonae/core/log/define.ts';
import { newFact } from '@sonae/core/log/fact.ts';
import type { StandingLevels } from '@sonae/core/log/levels.ts';
import { totalsStated } from '@sonae/core/nouns/ledger/facts/totals.ts';
import type { Breaks } from '@sonae/core/nouns/reserves/views/breaks.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { expect } from 'vitest';
import { z } from 'zod';
import { createMemoryStore } from '../../packages/server/src/adapters/store-memory/memory-store.ts';
import { takeStatementFile } from '../../packages/server/src/reserves/take-statements.ts';
import { createTestApp, SYSTEM, type TestApp } from './app.ts';
import { codeOf, readView } from './comms.ts';

export const POLICY = {
  exchange: 'example',
  book: 'main',
  bookStaleAfterMinutes: 120,
  currency: 'JPY',
  zone: 'Asia/Tokyo',
  closedOn: [],
  sources: [
    { source: 'btc-chain', kind: 'chain', place: 'bitcoin', assets: ['BTC'], staleAfterMinutes: 60 },
    { source: 'trust-bank', kind: 'trust', place: 'alpha-trust', assets: ['JPY'], staleAfterMinutes: 1_440 },
  ],
  coverage: [
    { asset: 'BTC', event: 'coin-short', tolerance: '0', surplusBps: 100 },
    { asset: 'JPY', event: 'fiat-trust-short', tolerance: '0', surplusBps: 10_000 },
  ],
  concentration: { watchBps: 9_000, warningBps: 9_500 },
  outflow: { hot: { watch: 48, warning: 24, critical: 6 }, all: { watch: 240, warning: 72, critical: 24 } },
  reconciliations: [{ id: 'btc-daily', dueHour: 12, graceHours: 6, since: '2026-04-01' }],
  statements: [{ id: 'trust-jpy', dueHour: 10, graceHours: 6, since: '2026-04-01' }],
  banks: [
    { bank: 'alpha', calendar: 'jp', zone: 'Asia/Tokyo', openHour: 9, closeHour: 15, closedOn: [] },
    { bank: 'beta', calendar: 'always', zone: 'Asia/Tokyo', openHour: 0, closeHour: 24, closedOn: [] },
  ],
  coins: [
    {
      asset: 'JPYX',
      rules: ['jp-specific-trust'],
      trusts: ['A'],
      mintWindowMinutes: 60,
      unusualTenths: 100,
      redeemWithinMinutes: 1_440,
      staleAfterMinutes: 10_000,
      reachableMinBps: 5_000,
    },
  ],
  movers: ['mover'],
} satisfies JsonValue;

/** The app of the running test; `beginReserves` makes it anew. */
export let t: TestApp;
export const run = async (command: string, input: JsonValue, actor = SYSTEM): Promise<string> =>
  codeOf(await t.run(`reserves.${command}`, input, actor));
export const person = (id: string) => ({ id, kind: 'operator' }) as const;
export const keep = (): Promise<string> => run('KeepControls', {});
export const later = (minutes: number): void => t.clock.moveTo(t.clock.now() + minutes * 60_000);
export const now = (): string => new Date(t.clock.now()).toISOString();
export const level = async (subject: string): Promise<string> =>
  (await readView<StandingLevels>(t, 'reserves.levels'))[`reserves.${subject}`]?.level ?? 'ok';
export const factsOf = async (name: string): Promise<Record<string, unknown>[]> => {
  const rows = await t.app.ports.store.facts({ limit: 500 });
  return rows.filter(({ type }) => type.startsWith(`${name}@`)).map(({ text }) => JSON.parse(text).body);
};
export const breaks = async (): Promise<Breaks> => readView<Breaks>(t, 'reserves.breaks');

/** States the totals of the book as the ledger does when it seals a batch. */
const state = defineCommand({
  name: 'test.StateTotals',
  says: { en: 'x', ja: 'x' },
  input: z.array(z.object({ asset: z.string(), owner: z.string(), balance: z.string(), owed: z.string() })),
  by: ['system'],
  refusals: {},
  reads: () => ({}),
  decide: (rows, _, ctx) => {
    const totals = rows.map((row) => ({ ...row, owner: row.owner as 'customer', accounts: 1 }));
    return {
      facts: [newFact(totalsStated, 'ledger/main', { book: 'main', asOf: ctx.now, transfers: 1, totals })],
    };
  },
});
export const owes = (...rows: [string, string, string, string?][]): Promise<unknown> =>
  t.app.submit({
    command: 'test.StateTotals',
    input: rows.map(([asset, owner, balance, owed = '0']) => ({ asset, owner, balance, owed })),
    actor: SYSTEM,
  });

/** A new app with the assets and the policy. */
export async function beginReserves(): Promise<void> {
  const base = createTestApp(createMemoryStore());
  const stating = defineModule({
    noun: 'test',
    says: { en: 'x', ja: 'x' },
    facts: [],
    views: [],
    commands: [state],
  });
  const app = createApp({ ...base.app.ports, registry: buildRegistry([...registry.modules, stating]) });
  t = {
    ...base,
    app,
    run: (command, input, actor = SYSTEM) => app.submit({ command, input, actor }),
  };
  for (const [asset, decimals, kind] of [
    ['BTC', 8, 'crypto'],
    ['JPY', 0, 'fiat'],
    ['JPYX', 0, 'stablecoin'],
  ] as const)
    await t.run('instruments.DefineAsset', { asset, name: asset, decimals, kind, chains: [] });
  expect(await run('SetPolicy', POLICY)).toBe('done');
}

export const BLOCK = { height: 900_000, hash: 'ab'.repeat(32) };
export const hold = (
  source: string,
  asset: string,
  amount: string,
  more: Record<string, JsonValue> = {},
): Promise<string> =>
  run('RecordHoldings', {
    source,
    asOf: now(),
    provenance: { rpcs: ['a', 'b'], block: source === 'btc-chain' ? BLOCK : null, statement: null },
    positions: [{ asset, owner: 'customer', tier: 'cold', amount, address: null, ...more }],
  });

type SentEntry = readonly [id: string, on: string, amount: string, status?: 'booked' | 'pending'];
/** A statement of the trust account. */
export const statementFile = (
  id: string,
  [from, to]: readonly [string, string],
  opening: string,
  entries: readonly SentEntry[],
  closing = String(entries.reduce((sum, [, , amount]) => sum + Number(amount), Number(opening))),
): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({
      ...{ format: 'sonae-custodian-statement/1', account: 'bank-7', asset: 'JPY' },
      ...{ statement: id, from, to, opening, closing },
      entries: entries.map(([entry, date, amount, status = 'booked']) => ({
        id: entry,
        date,
        amount,
        status,
      })),
    }),
  );
export const custodian = (id: string, opening: string, amount: string, closing: string): Uint8Array =>
  statementFile(id, [id, id], opening, [['a', id, amount]], closing);

const ACCOUNT_NAMES = new Map([['bank-7', 'trust-jpy']]);
/** What became of the statement in a file, with its remarks where there are any; or the code of the refusal. */
export const take = async (file: Uint8Array): Promise<unknown> => {
  const taken = await takeStatementFile(t.app, file, 'custodian-json', { JPY: 0 }, ACCOUNT_NAMES);
  if ('problem' in taken) return taken.problem.code;
  const outcome = taken.taken[0]?.outcome;
  if (outcome?.status !== 'done') return outcome?.refused;
  const { outcome: what, remarks } = outcome.result as { outcome: string; remarks: readonly string[] };
  return [what, ...remarks].join(' ');
};
