/** The books, posting by posting: every rule on both sides, what cannot be read, and what comes twice or out of order. */
import { balanceOf } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { idText } from '@sonae/core/nouns/ledger/engine/columns.ts';
import type { SealedBook } from '@sonae/core/nouns/ledger/views/book.ts';
import type { LedgerTotals } from '@sonae/core/nouns/ledger/views/totals.ts';
import { describe, expect, test } from 'vitest';
import { createMemoryJournal } from '../packages/server/src/adapters/journal/memory-journal.ts';
import { createBooks } from '../packages/server/src/ledger/books.ts';
import { readBatch } from '../packages/server/src/ledger/read-batch.ts';
import { readRows } from '../packages/server/src/ledger/read-rows.ts';
import {
  ACCOUNTS,
  batchOf,
  createTestBooks,
  foundWithRoles,
  type Raw,
  row,
  type TestBooks,
} from './support/books.ts';
import { as } from './support/firm.ts';

const FUNDED: readonly Raw[] = [
  row(1, 'world', 'anna', '100000', 'deposit'),
  row(2, 'chain', 'ben-btc', '2.5', 'deposit'),
  row(3, 'world', 'house', '50000', 'capital'),
];

async function funded(): Promise<TestBooks> {
  const t = await createTestBooks();
  expect(await t.send(FUNDED)).toMatchObject({ booked: 3, violations: 0, nextSeq: 4 });
  return t;
}

async function balance(t: TestBooks, account: string): Promise<bigint> {
  const { accounts } = (await t.books.open('main')).book();
  return balanceOf(accounts, accounts.handles.get(account) as number);
}

const rules = (answer: { first: readonly { rule: string }[] }): string[] =>
  answer.first.map(({ rule }) => rule);

describe('what keeps the rules', () => {
  test('a trade moves both assets; the fee goes where fees go', async () => {
    const t = await funded();
    const answer = await t.send([
      row(4, 'anna', 'ben', '70000', 'trade', { entry: 'e' }),
      row(5, 'ben-btc', 'anna-btc', '0.01', 'trade', { entry: 'e' }),
      row(6, 'anna', 'fees', '70', 'fee', { entry: 'e' }),
    ]);
    expect(answer).toMatchObject({ booked: 3, violations: 0, turnedAway: 0 });
    expect(await balance(t, 'anna')).toBe(29_930n);
    expect(await balance(t, 'anna-btc')).toBe(1_000_000n);
    expect(await balance(t, 'fees')).toBe(70n);
  });

  test('down to zero is well, and withdrawals leave', async () => {
    const t = await funded();
    expect(await t.send([row(4, 'anna', 'world', '100000', 'withdrawal')])).toMatchObject({ violations: 0 });
  });
});

describe('what breaks a rule is booked, and named', () => {
  const CASES: readonly [rule: string, rows: readonly Raw[], account: string, exposure: string][] = [
    ['overdraft', [row(4, 'anna', 'world', '100001', 'withdrawal')], 'anna', '1'],
    ['credit-limit', [row(4, 'sister', 'world', '5', 'withdrawal')], 'sister', '5'],
    ['credit-limit', [row(4, 'house', 'anna', '50001', 'reward')], 'house', '1'],
    ['forbidden-flow', [row(4, 'anna', 'sister', '9', 'transfer')], 'anna', '9'],
    ['forbidden-flow', [row(4, 'world', 'house', '9', 'deposit')], 'world', '9'],
    ['no-counter-leg', [row(4, 'anna', 'house', '9', 'trade')], 'anna', '9'],
    ['unauthorised-correction', [row(4, 'anna', 'house', '9', 'correction')], 'anna', '9'],
    [
      'future-dated',
      [row(4, 'anna', 'world', '1', 'withdrawal', { at: '2026-04-01T00:02:00Z' })],
      'anna',
      '0',
    ],
  ];
  test.each(CASES)('%s', async (rule, rows, account, exposure) => {
    const t = await funded();
    const answer = await t.send(rows);
    expect(answer).toMatchObject({ booked: rows.length, violations: 1, turnedAway: 0 });
    expect(answer.first[0]).toMatchObject({ rule, account, exposure, id: 't-4' });
  });

  test('a trade that pays in the same asset, or pays somebody else, is none', async () => {
    const t = await funded();
    const same = await t.send([
      row(4, 'anna', 'house', '9', 'trade', { entry: 'e' }),
      row(5, 'house', 'anna', '1', 'trade', { entry: 'e' }),
    ]);
    expect(rules(same)).toEqual(['no-counter-leg']);
    const other = await t.send([
      row(6, 'anna', 'house', '9', 'trade', { entry: 'f' }),
      row(7, 'ben-btc', 'house-btc', '1', 'trade', { entry: 'f' }),
    ]);
    expect(rules(other)).toEqual(['no-counter-leg', 'no-counter-leg']);
  });

  test('exposure runs with every posting that makes it worse, and not with one that helps', async () => {
    const t = await funded();
    const answer = await t.send([
      row(4, 'sister', 'world', '5', 'withdrawal'),
      row(5, 'sister', 'world', '7', 'withdrawal'),
      row(6, 'world', 'sister', '4', 'capital'),
      row(7, 'sister', 'world', '1', 'withdrawal'),
    ]);
    expect(answer.first.map(({ id, exposure }) => [id, exposure])).toEqual([
      ['t-4', '5'],
      ['t-5', '12'],
      ['t-7', '9'],
    ]);
  });

  test('numbers that are missing, and a number used again', async () => {
    const t = await funded();
    const gap = await t.send([row(6, 'anna', 'world', '1', 'withdrawal')], { isGapConfirmed: true });
    expect(gap.first[0]).toMatchObject({ rule: 'sequence-gap', detail: 'missing: 4 to 5', exposure: '2' });
    const again = await t.send([row(5, 'anna', 'world', '1', 'withdrawal')]);
    expect(rules(again)).toEqual(['sequence-repeat']);
  });

  test('back-dated into a sealed period', async () => {
    const t = await funded();
    await t.run('ledger.SealPeriod', { book: 'main', until: '2026-03-31T12:00:00Z' });
    const answer = await t.send([
      row(4, 'anna', 'world', '1', 'withdrawal', { at: '2026-03-31T11:59:59.999Z' }),
      row(5, 'anna', 'world', '1', 'withdrawal', { at: '2026-03-31T12:00:00Z' }),
    ]);
    expect(answer.first.map(({ rule, id }) => [rule, id])).toEqual([['sealed-period', 't-4']]);
  });

  test('an account that is called somebody else’s keeps its owner', async () => {
    const t = await funded();
    const changed = { account: 'anna', owner: 'house', party: 'anna', group: null, asset: 'JPY' } as const;
    const answer = await t.send([], { accounts: [changed] });
    expect(answer.first[0]).toMatchObject({ rule: 'account-changed', account: 'anna', owner: 'customer' });
    expect(await t.send([row(4, 'anna', 'sister', '9', 'transfer')])).toMatchObject({ violations: 1 });
  });
});

describe('what cannot be booked is turned away, alone', () => {
  const CASES: readonly [rule: string, change: Raw, says: RegExp][] = [
    ['unknown-account', { debit: 'nobody' }, /^$/],
    ['unknown-asset', { asset: 'DOGE' }, /DOGE is not defined/],
    ['unknown-purpose', { purpose: 'gift' }, /must be one of/],
    ['asset-mismatch', { credit: 'ben-btc' }, /^$/],
    ['same-account', { credit: 'anna' }, /^$/],
    ['bad-amount', { amount: '0' }, /not be zero/],
    ['bad-amount', { amount: '-5' }, /not be negative/],
    ['bad-amount', { amount: '1.5' }, /more than the 0 decimals/],
    ['bad-amount', { amount: 5 }, /decimal text/],
    ['bad-amount', { amount: undefined, amountMinor: (2n ** 128n).toString() }, /below 2\^128/],
    ['bad-amount', { amountMinor: '5' }, /only one/],
    ['bad-amount', { amount: '1e5' }, /decimal text/],
    ['bad-time', { at: '2026-03-31 00:00:00' }, /with a zone/],
    ['bad-row', { id: '' }, /id must be/],
    ['bad-row', { seq: 1.5 }, /whole number/],
    ['bad-row', { seq: [] }, /whole number/],
    ['bad-row', { seq: '0x4' }, /whole number/],
    ['bad-row', { id: 'half \ud83d' }, /well-formed/],
    ['unknown-account', { debit: 'half \ud83d' }, /^$/],
    ['unknown-purpose', { purpose: '\udc00' }, /must be one of/],
  ];
  test.each(CASES)('%s: %o', async (rule, change, says) => {
    const t = await funded();
    const answer = await t.send([
      row(4, 'anna', 'world', '1', 'withdrawal', change),
      row(5, 'anna', 'world', '1', 'withdrawal'),
    ]);
    expect(answer).toMatchObject({ booked: 1, turnedAway: 1 });
    expect(answer.first[0]).toMatchObject({ rule });
    expect(answer.first[0]?.detail).toMatch(says);
    expect(await balance(t, 'anna')).toBe(99_999n);
  });

  test('sums end at 2^128; an entry that does not fit leaves no trace', async () => {
    const t = await funded();
    const most = (2n ** 128n - 1n).toString();
    const near = { amount: undefined, amountMinor: (2n ** 128n - 1n - 100_000n).toString() };
    expect(await t.send([row(4, 'world', 'anna', '', 'deposit', near)])).toMatchObject({ turnedAway: 1 });
    const fits = { amount: undefined, amountMinor: (2n ** 128n - 1n - 150_000n).toString() };
    expect(await t.send([row(5, 'world', 'anna', '', 'deposit', fits)])).toMatchObject({ booked: 1 });
    const answer = await t.send([
      row(6, 'anna', 'ben', '1', 'transfer', { entry: 'e' }),
      row(7, 'world', 'ben', '1', 'deposit', { entry: 'e' }),
    ]);
    expect(rules(answer)).toEqual(['overflow']);
    expect(await balance(t, 'ben')).toBe(0n);
    expect(await balance(t, 'anna')).toBe(BigInt(most) - 50_000n);
  });

  test('rows that are no rows at all are turned away by their place', async () => {
    const t = await funded();
    const rows = [null, 5, 'x', [], row(4, 'anna', 'world', '1', 'withdrawal')] as unknown as Raw[];
    const answer = await t.send(rows);
    expect(answer).toMatchObject({ booked: 1, turnedAway: 4 });
    expect(answer.first.map(({ rule, detail }) => `${rule} ${detail.split(':')[0]}`).slice(0, 3)).toEqual([
      'bad-row row 0',
      'bad-row row 1',
      'bad-row row 2',
    ]);
  });

  test('an id is a UUID, 32 hex digits, or the SHA-256 of any other text', async () => {
    const uuid = '0188e3d5-0000-7abc-8def-00000000000f';
    const ids = [uuid, 'ffffffff00000001000000020000000a', 'abc', 7];
    const t = await createTestBooks();
    const { accounts } = (await t.books.open('main')).book();
    const context = { accounts, decimals: new Map([['JPY', 0]]), corrections: new Map() };
    const rows = ids.map((id, n) => row(n, 'world', 'anna', '5', 'deposit', { id }));
    const { columns } = readRows(rows, context);
    expect(ids.map((_, n) => idText(columns.id, n))).toEqual([
      uuid.replaceAll('-', ''),
      'ffffffff00000001000000020000000a',
      'ba7816bf8f01cfea414140de5dae2223',
      '7902699be42c8a8e46fbbb4501726517',
    ]);
  });

  test('half an entry is no entry', async () => {
    const t = await funded();
    const answer = await t.send([
      row(4, 'anna', 'ben', '70000', 'trade', { entry: 'e' }),
      row(5, 'ben-btc', 'nobody', '0.01', 'trade', { entry: 'e' }),
      row(6, 'anna', 'world', '1', 'withdrawal'),
    ]);
    expect(answer).toMatchObject({ booked: 1, turnedAway: 2 });
    expect(await balance(t, 'ben')).toBe(0n);
  });
});

describe('what comes twice, changed or out of order', () => {
  test('a transfer that is known is not counted again; the same id with another content is called out', async () => {
    const t = await funded();
    expect(await t.send(FUNDED)).toMatchObject({ booked: 0, repeats: 3, violations: 0, frame: null });
    const changed = await t.send([row(1, 'world', 'anna', '100001', 'deposit')]);
    expect(changed).toMatchObject({ booked: 0, turnedAway: 1 });
    expect(rules(changed)).toEqual(['id-changed']);
    expect(await balance(t, 'anna')).toBe(100_000n);
  });

  test('a batch that is known is answered as the first time; its id for another content is refused', async () => {
    const t = await funded();
    const rows = [row(4, 'anna', 'world', '1', 'withdrawal')];
    const first = await t.send(rows, { id: 'b4' });
    expect(await t.send(rows, { id: 'b4' })).toEqual({ ...first, known: true });
    await expect(t.send([row(5, 'anna', 'world', '1', 'withdrawal')], { id: 'b4' })).rejects.toThrow(
      /another content/,
    );
  });

  test('a body says how much it holds; an empty group is none', () => {
    const account = { account: 'anna', owner: 'customer', group: '', asset: 'JPY' };
    const body = (count: number) =>
      JSON.stringify({ batch: 'b', count, accounts: [account], transfers: [{}] });
    expect(readBatch(body(2), 'application/json', {}).accounts).toEqual([
      { ...account, party: 'anna', group: null },
    ]);
    expect(() => readBatch(body(3), 'application/json', {})).toThrow('count: 3, but 2 arrived');
  });

  test('a page that comes too early is sent back with the number that is expected', async () => {
    const t = await funded();
    const [page4, page5] = [
      [row(4, 'anna', 'world', '1', 'withdrawal')],
      [row(5, 'anna', 'world', '1', 'withdrawal')],
    ];
    await expect(t.send(page5, { id: 'p5' })).rejects.toThrow(/goes on with 4/);
    expect(await t.send(page4)).toMatchObject({ booked: 1, violations: 0 });
    expect(await t.send(page5, { id: 'p5' })).toMatchObject({ booked: 1, violations: 0 });
  });

  test('a row that could not be read has come all the same: its number is not missing, and the next page fits', async () => {
    const t = await funded();
    const unread = { amount: 'lots' };
    const page = [
      row(4, 'anna', 'world', '1', 'withdrawal', unread),
      row(5, 'anna', 'world', '1', 'withdrawal'),
      row(6, 'anna', 'ben', '1', 'transfer', { entry: 'e', ...unread }),
      row(7, 'anna', 'ben', '1', 'transfer', { entry: 'e' }),
    ];
    const answer = await t.send(page);
    expect(answer).toMatchObject({ booked: 1, nextSeq: 8 });
    expect(rules(answer)).toEqual(['bad-amount', 'bad-amount']);
    expect(await t.send([row(8, 'anna', 'world', '1', 'withdrawal')])).toMatchObject({ violations: 0 });
    // Between rows that could not be read a hole is still a hole.
    const holed = await t.send(
      [
        row(9, 'anna', 'world', '1', 'withdrawal', unread),
        row(11, 'anna', 'world', '1', 'withdrawal', unread),
        row(13, 'anna', 'world', '1', 'withdrawal'),
      ],
      { isGapConfirmed: true },
    );
    expect(holed.first.find(({ rule }) => rule === 'sequence-gap')).toMatchObject({
      ...{ id: 't-13', detail: 'missing: 10 to 12', exposure: '2' },
    });
  });

  test('whatever stands where a number should, also in the very first row, the book goes on', async () => {
    for (const seq of ['abc', Number.NaN, -1, 1.5, 2 ** 53, {}, [], true]) {
      const t = await createTestBooks();
      const unread = row(1, 'world', 'anna', '5', 'deposit', { seq, id: 'odd', amount: 'much' });
      const answer = await t.send([unread, row(1, 'world', 'anna', '5', 'deposit')]);
      expect(answer).toMatchObject({ turnedAway: 1, booked: 1, nextSeq: 2 });
      const alone = await createTestBooks();
      await alone.send([unread]);
      const page = [row(7, 'world', 'anna', '5', 'deposit')];
      expect(await alone.send(page, { isGapConfirmed: true })).toMatchObject({ booked: 1, nextSeq: 8 });
    }
  });

  test.each([false, true])(
    'what was turned away may be sent again, corrected, under its number (after a restart: %s), and only once',
    async (restarts) => {
      const journal = createMemoryJournal();
      const t = await createTestBooks(journal);
      await t.send(FUNDED);
      const page = (unread: Raw, late: string) => [
        row(4, 'anna', 'world', '1', 'withdrawal', unread),
        row(5, 'anna', late, '1', 'transfer'),
        row(6, 'anna', 'world', '1', 'withdrawal'),
      ];
      expect(rules(await t.send(page({ at: 'soon' }, 'carl')))).toEqual(['bad-time', 'unknown-account']);
      const books = restarts ? createBooks(t.app, journal) : t.books;
      const carl = { account: 'carl', owner: 'customer', party: 'carl', group: null, asset: 'JPY' } as const;
      const send = async (rows: readonly Raw[]) =>
        (await books.open('main')).ingest(batchOf(rows, { accounts: [carl] }));
      expect(await send(page({}, 'carl'))).toMatchObject({ booked: 2, repeats: 1, violations: 0 });
      const again = await send([row(4, 'anna', 'world', '9', 'withdrawal', { id: 'other' })]);
      expect(rules(again)).toEqual(['sequence-repeat']);
      // Who takes a used number to be turned away with leaves it used.
      await send([row(6, 'nobody', 'world', '9', 'withdrawal', { id: 'else' })]);
      const used = await send([row(6, 'anna', 'world', '9', 'withdrawal', { id: 'more' })]);
      expect(rules(used)).toEqual(['sequence-repeat']);
    },
  );

  test('a journal without numbers is numbered here, and repeats are still repeats', async () => {
    const t = await createTestBooks();
    const rows = FUNDED.map(({ seq: _, ...one }) => one);
    expect(await t.send(rows)).toMatchObject({ booked: 3, violations: 0, nextSeq: 3 });
    expect(await t.send(rows)).toMatchObject({ booked: 0, repeats: 3, violations: 0 });
  });
});

describe('what people decide', () => {
  const line = (limit: string) => ({
    kind: 'credit-line',
    account: 'sister',
    limit,
    until: '2026-05-01T00:00:00Z',
    resolution: 'Board 2026-03, item 4',
  });

  test('a credit line takes two directors, neither of whom asked for it', async () => {
    const t = await funded();
    await foundWithRoles(t, { director: ['north', 'east', 'south'] });
    const asked = await t.run(
      'ledger.ProposeChange',
      { change: line('10'), reason: 'market making' },
      as('north'),
    );
    const { proposal } = (asked as unknown as { result: { proposal: string } }).result;
    const approve = (who: 'north' | 'east' | 'south' | 'watch') =>
      t.run('ledger.ApproveChange', { proposal }, as(who));
    expect(await approve('north')).toMatchObject({ status: 'refused', refused: 'own-proposal' });
    expect(await approve('watch')).toMatchObject({ status: 'refused', refused: 'no-role' });
    expect(await approve('east')).toMatchObject({ status: 'done', result: { approved: false } });
    expect(await approve('east')).toMatchObject({ status: 'refused', refused: 'already-approved' });
    expect(rules(await t.send([row(4, 'sister', 'world', '5', 'withdrawal')]))).toEqual(['credit-limit']);
    expect(await approve('south')).toMatchObject({ status: 'done', result: { approved: true } });
    const answer = await t.send([
      row(5, 'sister', 'world', '5', 'withdrawal'),
      row(6, 'sister', 'world', '1', 'withdrawal'),
    ]);
    expect(answer.first.map(({ rule, id, detail }) => [rule, id, detail])).toEqual([
      ['credit-limit', 't-6', 'approved: 10 minor units'],
    ]);
    const late = { at: '2026-05-01T00:00:01Z' };
    t.clock.moveTo(Date.parse('2026-05-02T00:00:00Z'));
    expect(rules(await t.send([row(7, 'sister', 'world', '1', 'withdrawal', late)]))).toEqual([
      'credit-limit',
    ]);
  });

  test('a correction is spent as it is used', async () => {
    const t = await funded();
    await foundWithRoles(t, { director: ['north', 'east', 'south'] });
    const change = {
      kind: 'correction',
      debit: 'anna',
      credit: 'house',
      limit: '10',
      until: '2026-05-01T00:00:00Z',
    };
    const asked = await t.run('ledger.ProposeChange', { change, reason: 'double credit' }, as('north'));
    const { proposal } = (asked as unknown as { result: { proposal: string } }).result;
    for (const who of ['east', 'south'] as const) await t.run('ledger.ApproveChange', { proposal }, as(who));
    const by = { correction: proposal };
    const answer = await t.send([
      row(4, 'anna', 'house', '6', 'correction', by),
      row(5, 'anna', 'house', '6', 'correction', by),
      row(6, 'ben', 'house', '1', 'correction', by),
    ]);
    expect(answer.first.map(({ rule, id, exposure }) => [rule, id, exposure])).toEqual([
      ['unauthorised-correction', 't-5', '2'],
      ['unauthorised-correction', 't-6', '1'],
      ['overdraft', 't-6', '1'],
    ]);
  });
});

describe('what the log says', () => {
  const view = async <T>(t: TestBooks, name: string): Promise<T> =>
    JSON.parse((await t.app.ports.store.view(name, 'main')) ?? 'null') as T;

  test('frames are sealed with sums; violations are facts with all of them in evidence, and open an incident', async () => {
    const t = await funded();
    await t.send([row(4, 'sister', 'world', '5', 'withdrawal'), row(5, 'anna', 'sister', '9', 'transfer')]);
    expect(await t.books.seal(true)).toBe(3);
    expect(await t.books.seal(true)).toBe(0);
    const book = await view<SealedBook>(t, 'ledger.book');
    expect(book).toMatchObject({
      sealedTo: 3,
      transfers: 5,
      accounts: ACCOUNTS.length,
      nextSeq: 6,
      violations: 2,
    });
    expect(Object.keys(book.breaches).sort()).toEqual(['credit-limit/sister', 'forbidden-flow/main']);
    const { totals } = await view<LedgerTotals>(t, 'ledger.totals');
    expect(totals).toContainEqual({
      asset: 'JPY',
      owner: 'customer',
      balance: '99991',
      owed: '0',
      accounts: 2,
    });
    expect(
      totals.filter(({ asset }) => asset === 'JPY').reduce((sum, { balance: b }) => sum + BigInt(b), 0n),
    ).toBe(0n);
    const list = JSON.parse((await t.app.ports.store.view('incidents.list', 'all')) ?? '{}') as {
      incidents: { correlation: string; phase: string }[];
    };
    expect(list.incidents.map(({ correlation }) => correlation).sort()).toEqual([
      'ledger.credit-limit/sister',
      'ledger.forbidden-flow/main',
    ]);
  });

  test('sums that a seal left out are stated afterwards, though nothing more comes', async () => {
    const t = await funded();
    await t.books.seal(true);
    await t.send([row(4, 'anna', 'world', '40', 'withdrawal')]);
    expect(await t.books.seal()).toBe(1);
    const customers = async () =>
      (await view<LedgerTotals>(t, 'ledger.totals')).totals.find(
        ({ asset, owner }) => asset === 'JPY' && owner === 'customer',
      )?.balance;
    expect(await customers()).toBe('100000');
    expect(await t.books.seal(true)).toBe(0);
    expect(await customers()).toBe('99960');
    const size = (await t.app.ports.store.head()).frontier.size;
    await t.books.seal(true);
    expect((await t.app.ports.store.head()).frontier.size).toBe(size);
  });

  test('violations end as news when somebody answers for them, and begin again with the next', async () => {
    const t = await funded();
    await foundWithRoles(t, { compliance: ['north'] });
    await t.send([row(4, 'sister', 'world', '5', 'withdrawal')]);
    await t.books.seal();
    const input = { rule: 'credit-limit', subject: 'sister', reason: 'booked twice; corrected' };
    expect(await t.run('ledger.AnswerViolations', input, as('east'))).toMatchObject({ refused: 'no-role' });
    expect(await t.run('ledger.AnswerViolations', input, as('north'))).toMatchObject({ status: 'done' });
    expect(await t.run('ledger.AnswerViolations', input, as('north'))).toMatchObject({
      refused: 'no-breach',
    });
    const levels = async () =>
      JSON.parse((await t.app.ports.store.view('ledger.levels', 'all')) ?? '{}') as object;
    expect(await levels()).toEqual({});
    await t.send([row(5, 'sister', 'world', '1', 'withdrawal')]);
    await t.books.seal();
    expect(Object.keys(await levels())).toEqual(['ledger.credit-limit/sister']);
  });
});

test('what customers bring and take is stated in steps, again while a step grows, and once', async () => {
  const t = await createTestBooks(undefined, undefined, true);
  await t.run('reserves.SetPolicy', {
    ...{
      exchange: 'x',
      book: 'main',
      bookStaleAfterMinutes: 10_000,
      currency: 'JPY',
      zone: 'UTC',
      closedOn: [],
    },
    ...{
      sources: [],
      coverage: [],
      concentration: { watchBps: 9_000, warningBps: 9_500 },
      reconciliations: [],
    },
    outflow: { hot: { watch: 48, warning: 24, critical: 6 }, all: { watch: 240, warning: 72, critical: 24 } },
    ...{ statements: [], banks: [], coins: [], movers: [] },
  });
  const flows = async () => {
    const rows = await t.app.ports.store.facts({ limit: 500 });
    return rows
      .filter(({ type }) => type.startsWith('reserves.FlowsRecorded'))
      .map(({ text }) => JSON.parse(text).body);
  };
  await t.send([
    row(1, 'world', 'anna', '1000', 'deposit'),
    row(2, 'anna', 'world', '300', 'withdrawal'),
    row(3, 'world', 'house', '77', 'capital'),
    row(700, 'anna', 'world', '5', 'withdrawal'),
  ]);
  await t.books.seal();
  await t.books.seal();
  const first = { from: '2026-03-31T00:00:00Z', flows: [{ asset: 'JPY', in: '1000', out: '300' }] };
  const second = { from: '2026-03-31T00:10:00Z', flows: [{ asset: 'JPY', in: '0', out: '5' }] };
  expect(await flows()).toEqual([first, second]);
  await t.send([row(701, 'anna', 'world', '6', 'withdrawal')]);
  await t.books.seal();
  expect(await flows()).toEqual([
    first,
    second,
    { ...second, flows: [{ asset: 'JPY', in: '0', out: '11' }] },
  ]);
});
