/**
 * Every rule of the books, broken at random places of a journal that is clean otherwise: each is found at the posting where
 * it happens, under its own name, and nothing else is.
 */
import { LEDGER_RULES, type LedgerRule } from '@sonae/core/nouns/ledger/facts/rules.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SYSTEM } from './support/app.ts';
import { agreeChange, createTestBooks, foundWithRoles, type Raw, type TestBooks } from './support/books.ts';

const START = Date.parse('2026-03-31T00:00:00Z');
const ENTRIES = 60;
/** Of an account, not of a posting: `openAccount` finds it. */
const NOT_PLANTED: readonly LedgerRule[] = ['account-changed'];
const PLANTED = LEDGER_RULES.filter((rule) => !NOT_PLANTED.includes(rule));
const MOST = (2n ** 128n - 1n).toString();
const MORE_ACCOUNTS = [
  { account: 'poor', owner: 'customer', party: 'poor', group: null, asset: 'JPY' },
  { account: 'abyss', owner: 'external', party: 'abyss', group: null, asset: 'JPY' },
  { account: 'whale', owner: 'customer', party: 'whale', group: null, asset: 'JPY' },
  { account: 'world-eth', owner: 'external', party: 'world', group: null, asset: 'ETH' },
  { account: 'anna-eth', owner: 'customer', party: 'anna', group: null, asset: 'ETH' },
  { account: 'house-eth', owner: 'house', party: 'minato', group: 'minato', asset: 'ETH' },
] as const;

type Writer = {
  /** Rows so far. */
  readonly rows: Raw[];
  /** What has to be found: `id rule`. */
  readonly planted: string[];
  seq: number;
  entry: number;
};
type Leg = readonly [debit: string, credit: string, amount: string, purpose: string];

const assetOf = (account: string): string =>
  account.endsWith('-eth') ? 'ETH' : account.endsWith('-btc') || account === 'chain' ? 'BTC' : 'JPY';

/** Writes one entry and returns its rows. */
function write(to: Writer, legs: readonly Leg[], change: Raw = {}): Raw[] {
  to.entry += 1;
  const rows = legs.map(([debit, credit, amount, purpose]): Raw => {
    to.seq += 1;
    return {
      ...{ id: `t-${to.seq}`, seq: to.seq, at: new Date(START + to.seq * 100).toISOString() },
      ...{ debit, credit, asset: assetOf(debit), amount, purpose },
      ...(legs.length > 1 ? { entry: `e-${to.entry}` } : {}),
      ...change,
    };
  });
  to.rows.push(...rows);
  return rows;
}

const FAIR: readonly Leg[] = [
  ['anna', 'house', '1000', 'trade'],
  ['house-btc', 'anna-btc', '0.0001', 'trade'],
  ['anna', 'fees', '1', 'fee'],
];
const CLEAN: readonly (readonly Leg[])[] = [
  [['world', 'anna', '5000', 'deposit']],
  [['chain', 'anna-btc', '0.001', 'deposit']],
  [['anna', 'world', '10', 'withdrawal']],
  [['world', 'house', '1000', 'capital']],
  FAIR,
  [
    ['anna', 'ben', '500', 'trade'],
    ['ben-btc', 'anna-btc', '0.0001', 'trade'],
  ],
  // The house stands between two customers.
  [
    ['anna', 'house', '1000', 'trade'],
    ['house', 'ben', '990', 'trade'],
    ['ben-btc', 'anna-btc', '0.0001', 'trade'],
  ],
  [
    ['anna', 'sister-2', '990', 'liquidation'],
    ['sister-btc', 'anna-btc', '0.0001', 'liquidation'],
  ],
  [['anna', 'ben', '20', 'settlement']],
];

/** Ways to take from customers: for a purpose that sounds right, with nothing back, and with something back from another. */
const FORBIDDEN: readonly Leg[] = [
  ['anna', 'sister-2', '9', 'transfer'],
  ['anna', 'sister-2', '9', 'settlement'],
  ['anna', 'house', '9', 'settlement'],
  ['anna', 'house', '9', 'interest'],
];
const UNREQUITED: readonly { legs: readonly Leg[]; at: number }[] = [
  { legs: [['anna', 'house', '9', 'trade']], at: 0 },
  { legs: [['anna', 'sister-2', '9', 'liquidation']], at: 0 },
  {
    legs: [
      ['anna', 'house', '1000', 'trade'],
      ['ben-btc', 'anna-btc', '0.0001', 'trade'],
    ],
    at: 1,
  },
  {
    legs: [
      ['ben-btc', 'anna-btc', '0.0001', 'liquidation'],
      ['anna', 'house', '1000', 'liquidation'],
      ['house', 'ben', '990', 'trade'],
      ['anna', 'fees', '1', 'fee'],
      ['whale', 'ben', '1', 'trade'],
    ],
    at: 4,
  },
];
const oneOf = <T>(all: readonly T[], to: Writer): T => all[to.entry % all.length] as T;

/** How each rule is broken; says the place of the row at fault within the entry, 0 unless told. */
const BREAK: Readonly<Record<string, (to: Writer) => { rows: Raw[]; at?: number }>> = {
  'unknown-account': (to) => ({ rows: write(to, [['anna', 'nobody', '1', 'transfer']]) }),
  'unknown-asset': (to) => ({ rows: write(to, [['anna', 'ben', '1', 'transfer']], { asset: 'DOGE' }) }),
  'unknown-purpose': (to) => ({ rows: write(to, [['anna', 'ben', '1', 'gift']]) }),
  'asset-mismatch': (to) => ({ rows: write(to, [['anna', 'ben-btc', '1', 'transfer']]) }),
  'same-account': (to) => ({ rows: write(to, [['anna', 'anna', '1', 'transfer']]) }),
  'bad-amount': (to) => ({ rows: write(to, [['anna', 'ben', '0.5', 'transfer']]) }),
  'bad-time': (to) => ({ rows: write(to, [['anna', 'ben', '1', 'transfer']], { at: 'yesterday' }) }),
  'bad-row': (to) => {
    const rows = write(to, [['anna', 'ben', '1', 'transfer']], { seq: '', id: `unnumbered-${to.entry}` });
    to.seq -= 1;
    return { rows };
  },
  overflow: (to) => ({ rows: write(to, [['abyss', 'whale', '1', 'deposit']]) }),
  'id-changed': (to) => ({ rows: write(to, [['world', 'anna', '7', 'deposit']], { id: 't-1' }) }),
  'entry-changed': (to) => {
    const rows = write(to, [
      ['world', 'anna', '100', 'deposit'],
      ['world', 'anna', '7', 'deposit'],
    ]);
    // The first leg is the very first posting of the book, word for word; its number is left to the second.
    const [first, second] = rows as [Raw, Raw];
    Object.assign(first, { id: 't-1', seq: 1, at: new Date(START + 100).toISOString() });
    second.seq = (second.seq as number) - 1;
    to.seq -= 1;
    return { rows };
  },
  overdraft: (to) => ({ rows: write(to, [['poor', 'world', '5', 'withdrawal']]) }),
  'credit-limit': (to) => ({ rows: write(to, [['sister', 'world', '5', 'withdrawal']]) }),
  'forbidden-flow': (to) => ({ rows: write(to, [oneOf(FORBIDDEN, to)]) }),
  'no-counter-leg': (to) => {
    const { legs, at } = oneOf(UNREQUITED, to);
    return { rows: write(to, legs), at };
  },
  'unfair-price': (to) => ({
    rows: write(to, [
      ['anna', 'house', '1000', 'trade'],
      ['house-btc', 'anna-btc', '0.00000001', 'trade'],
    ]),
  }),
  'unpriced-trade': (to) => ({
    rows: write(to, [
      ['anna', 'house', '1000', 'trade'],
      ['house-eth', 'anna-eth', '1', 'trade'],
    ]),
  }),
  'fee-excess': (to) => ({
    rows: write(to, [...FAIR.slice(0, 2), ['anna', 'fees', '500', 'fee']]),
    at: 2,
  }),
  'unauthorised-correction': (to) => ({ rows: write(to, [['anna', 'house', '9', 'correction']]) }),
  'sealed-period': (to) => ({
    rows: write(to, [['world', 'anna', '9', 'deposit']], { at: '2026-03-30T23:59:59Z' }),
  }),
  'future-dated': (to) => ({
    rows: write(to, [['world', 'anna', '9', 'deposit']], { at: '2026-06-01T00:00:00Z' }),
  }),
  'sequence-gap': (to) => {
    to.seq += 3;
    return { rows: write(to, [['world', 'anna', '9', 'deposit']]) };
  },
  'sequence-repeat': (to) => {
    const rows = write(to, [['world', 'anna', '9', 'deposit']], { seq: 2, id: `again-${to.entry}` });
    to.seq -= 1;
    return { rows };
  },
};

test('there is a way to break every rule', () => {
  expect(Object.keys(BREAK).sort()).toEqual([...PLANTED].sort());
});

async function strictBooks(to: Writer): Promise<TestBooks> {
  const t = await createTestBooks();
  await foundWithRoles(t, { director: ['north', 'east'], compliance: ['south'] });
  const eth = { asset: 'ETH', name: 'Ether', decimals: 18, kind: 'crypto', chains: [] };
  await t.run('instruments.DefineAsset', eth, SYSTEM);
  const rates = [{ asset: 'BTC', price: '10000000' }];
  const valued = { currency: 'JPY', at: new Date(START).toISOString(), source: 'test', rates };
  await t.run('instruments.RecordRates', valued, SYSTEM);
  await agreeChange(t, { kind: 'price-band', band: { currency: 'JPY', bps: 500, withinMinutes: 60 } });
  await agreeChange(t, { kind: 'fee-ceiling', bps: 100 });
  await t.run('ledger.SealPeriod', { book: 'main', until: new Date(START).toISOString() });
  write(to, [['world', 'anna', '100', 'deposit']]);
  write(to, [['world', 'anna', '90000000', 'deposit']]);
  write(to, [['chain', 'ben-btc', '90', 'deposit']]);
  write(to, [['chain', 'house-btc', '90', 'capital']]);
  write(to, [['world', 'house', '90000000', 'capital']]);
  write(to, [['world-eth', 'house-eth', '90000', 'capital']]);
  write(to, [['chain', 'sister-btc', '90', 'capital']]);
  write(to, [['abyss', 'whale', MOST, 'deposit']]);
  const sister = { account: 'sister-2', owner: 'affiliate', party: 'sister', group: 'minato', asset: 'JPY' };
  const accounts = [...MORE_ACCOUNTS, sister as (typeof MORE_ACCOUNTS)[number]];
  const answer = await t.send(to.rows.splice(0), { accounts });
  expect(answer).toMatchObject({ violations: 0, turnedAway: 0 });
  return t;
}

const batch = fc.record({
  clean: fc.array(fc.constantFrom(...CLEAN), { minLength: ENTRIES, maxLength: ENTRIES }),
  // At most as many as an answer shows, and one that is said once a batch once.
  bad: fc.uniqueArray(fc.record({ at: fc.nat(ENTRIES - 1), rule: fc.constantFrom(...PLANTED) }), {
    selector: ({ rule }) => rule,
    maxLength: 12,
  }),
});

test('each is found where it happens, and nothing else', async () => {
  const met = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 4 }), async (batches) => {
      const to: Writer = { rows: [], planted: [], seq: 0, entry: 0 };
      const t = await strictBooks(to);
      for (const { clean, bad } of batches) {
        for (const [n, legs] of clean.entries()) {
          write(to, legs);
          for (const { rule } of bad.filter(({ at }) => at === n)) {
            const { rows, at = 0 } = (BREAK[rule] as (typeof BREAK)[string])(to);
            to.planted.push(`${(rows[at] as Raw).id} ${rule}`);
            met.add(rule);
          }
        }
        const answer = await t.send(to.rows.splice(0), { isGapConfirmed: true });
        const found = answer.first.map(({ id, rule }) => `${id} ${rule}`);
        expect(found.sort()).toEqual(to.planted.splice(0).sort());
        expect(answer.violations).toBe(found.length);
      }
    }),
    { numRuns: 100 },
  );
  expect([...met].sort()).toEqual([...PLANTED].sort());
});
