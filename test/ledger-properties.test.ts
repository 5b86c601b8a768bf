/** For any interleaving of batches, repeats and restarts: balances are the exact sum of what was accepted, each once. */
import { balanceOf, openAccount } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { createBook } from '@sonae/core/nouns/ledger/engine/book.ts';
import { createColumns, writeU128 } from '@sonae/core/nouns/ledger/engine/columns.ts';
import { verifyBatch } from '@sonae/core/nouns/ledger/engine/verify.ts';
import { LEDGER_RULES } from '@sonae/core/nouns/ledger/facts/rules.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMemoryJournal } from '../packages/server/src/adapters/journal/memory-journal.ts';
import { createBooks } from '../packages/server/src/ledger/books.ts';
import { ACCOUNTS, batchOf, createTestBooks, type Raw, row, type TestBooks } from './support/books.ts';

const JPY = ACCOUNTS.filter(({ asset }) => asset === 'JPY').map(({ account }) => account);
const transfer = fc.record({
  debit: fc.constantFrom(...JPY, 'nobody'),
  credit: fc.constantFrom(...JPY),
  amount: fc.bigInt({ min: 0n, max: 2n ** 127n }).map(String),
  purpose: fc.constantFrom('deposit', 'trade', 'fee', 'withdrawal', 'capital', 'nonsense'),
});
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('batch' as const), rows: fc.array(transfer, { maxLength: 8 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('repeat' as const), of: fc.nat() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('lose' as const),
      rows: fc.array(transfer, { minLength: 1, maxLength: 4 }),
    }),
  },
);

describe('any interleaving', () => {
  test('of batches, repeats, failed writes and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const memory = createMemoryJournal();
        let fails = false;
        const journal: typeof memory = {
          ...memory,
          append: (book, frames) =>
            fails ? Promise.reject(new Error('disk full')) : memory.append(book, frames),
        };
        let t: TestBooks = await createTestBooks(journal);
        const sums = new Map<string, bigint>();
        const sent: { rows: Raw[] }[] = [];
        let seq = 1;
        const rowsOf = (list: readonly Raw[]): Raw[] =>
          list.map((one) =>
            row(seq++, String(one.debit), String(one.credit), String(one.amount), String(one.purpose)),
          );
        for (const one of steps) {
          if (one.kind === 'batch') {
            const rows = rowsOf(one.rows);
            const answer = await t.send(rows, { isGapConfirmed: true });
            // What the verifier accepted is what this independent sum says could be booked.
            let booked = 0;
            for (const { debit, credit, amount, purpose } of rows) {
              const readable =
                debit !== 'nobody' && debit !== credit && amount !== '0' && purpose !== 'nonsense';
              if (!readable || overflows(sums, String(debit), String(credit), BigInt(String(amount))))
                continue;
              booked += 1;
              add(sums, `-${debit}`, BigInt(String(amount)));
              add(sums, `+${credit}`, BigInt(String(amount)));
            }
            expect(answer.booked).toBe(booked);
            expect(answer.booked + answer.turnedAway).toBe(rows.length);
            sent.push({ rows });
          } else if (one.kind === 'repeat') {
            const again = sent[one.of % Math.max(1, sent.length)];
            if (again === undefined) continue;
            const answer = await t.send(again.rows, { isGapConfirmed: true });
            expect(answer.booked).toBe(0);
          } else if (one.kind === 'restart') {
            t = { ...t, books: createBooks(t.app, journal) };
            t = {
              ...t,
              send: async (rows, more = {}) => (await t.books.open('main')).ingest(batchOf(rows, more)),
            };
          } else {
            fails = true;
            await expect(t.send(rowsOf(one.rows), { isGapConfirmed: true })).rejects.toThrow(/disk full/);
            fails = false;
            seq -= one.rows.length;
          }
        }
        const ledger = await t.books.open('main');
        const { accounts } = await ledger.settled(() => ledger.book());
        for (const name of JPY) {
          const expected = (sums.get(`+${name}`) ?? 0n) - (sums.get(`-${name}`) ?? 0n);
          expect(balanceOf(accounts, accounts.handles.get(name) as number)).toBe(expected);
        }
      }),
      { numRuns: 60 },
    );
  });
});

function add(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
}

function overflows(
  sums: ReadonlyMap<string, bigint>,
  debit: string,
  credit: string,
  amount: bigint,
): boolean {
  const most = 2n ** 128n - 1n;
  return (sums.get(`-${debit}`) ?? 0n) + amount > most || (sums.get(`+${credit}`) ?? 0n) + amount > most;
}

const CUSTOMERS = 2_000;
const CLEAN = 200_000;

/** A book of customers with ample money, and a function that makes the n-th clean transfer. */
function cleanBook() {
  const book = createBook();
  const open = (account: string, owner: 'external' | 'customer' | 'house' | 'affiliate'): void => {
    openAccount(book.accounts, { account, owner, party: account, group: null, asset: 'JPY' });
  };
  open('world', 'external');
  for (let n = 0; n < CUSTOMERS; n += 1) open(`c${n}`, 'customer');
  open('house', 'house');
  open('sister', 'affiliate');
  return book;
}

describe('every planted violation, and no other', () => {
  test(`${CLEAN} clean transfers with one bad in every 997`, () => {
    const book = cleanBook();
    const [house, sister] = [CUSTOMERS + 1, CUSTOMERS + 2];
    const at = Date.parse('2026-03-01T00:00:00Z');
    book.sealedUntil = at;
    const planted = new Map<string, string>();
    const found = new Map<string, string>();
    let seq = 0;
    let state = 12_345;
    const random = (bound: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % bound;
    };
    for (let made = 0; made < CLEAN; ) {
      const columns = createColumns(8_192);
      for (; columns.count < 8_192 && made < CLEAN; made += 1) {
        const n = columns.count;
        const bad = made > CUSTOMERS && made % 997 === 0 ? made / 997 : 0;
        const from = 1 + random(CUSTOMERS);
        const isFunding = made < CUSTOMERS;
        columns.debit[n] = isFunding ? 0 : from;
        columns.credit[n] = isFunding ? 1 + made : 1 + (from % CUSTOMERS);
        writeU128(columns.amount, n, isFunding ? 10n ** 12n : BigInt(1 + random(1_000)));
        columns.purpose[n] = isFunding ? 0 : 7;
        columns.at[n] = at + made;
        writeU128(columns.id, n, BigInt(made + 1));
        if (bad > 0) {
          const rule =
            (['forbidden-flow', 'credit-limit', 'sequence-gap', 'sealed-period'] as const)[bad % 4] ?? '';
          planted.set((made + 1).toString(16).padStart(32, '0'), rule);
          if (rule === 'forbidden-flow') columns.credit[n] = sister;
          if (rule === 'credit-limit') columns.debit[n] = house;
          if (rule === 'sequence-gap') seq += 1;
          if (rule === 'sealed-period') columns.at[n] = at - 1;
        }
        columns.seq[n] = seq;
        seq += 1;
        columns.count += 1;
      }
      for (const { id, rule } of verifyBatch(book, columns, at + CLEAN).violations) {
        expect(found.has(id)).toBe(false);
        expect(LEDGER_RULES).toContain(rule);
        found.set(id, rule);
      }
    }
    expect(found).toEqual(planted);
    expect(planted.size).toBeGreaterThan(150);
  });
});
