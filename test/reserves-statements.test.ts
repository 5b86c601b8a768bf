/**
 * Statements and the days they are about: a day without one is not forgotten because a newer one came, and what is dated
 * where it cannot be, or told twice, is said.
 */
import type { Breaks } from '@sonae/core/nouns/reserves/views/breaks.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  beginReserves,
  breaks,
  custodian,
  factsOf,
  keep,
  level,
  person,
  run,
  statementFile,
  t,
  take,
} from './support/reserves.ts';

beforeEach(beginReserves);

/** 1 April 2026 is a Wednesday; the statement of a day is due at 01:00 UTC of the next business day. */
const at = async (text: string): Promise<void> => {
  t.clock.moveTo(Date.parse(`2026-04-${text}Z`));
  await keep();
};
const open = async (): Promise<string[]> => (await breaks()).open.map(({ key }) => key).sort();
const found = async (key: string): Promise<Breaks['open'][number] | undefined> =>
  (await breaks()).open.find((one) => one.key === key);
const daily = 'statements-daily/trust-jpy';

describe('a day without a statement', () => {
  test('stays missing when a newer day’s statement comes, and until its own does', async () => {
    await at('02T01:01:00');
    expect(await open()).toEqual(['late 2026-04-01']);
    expect(await take(custodian('2026-04-02', '105', '5', '110'))).toBe('recorded');
    await at('03T00:00:00');
    expect(await open()).toEqual(['late 2026-04-01']);
    expect(await level(daily)).toBe('critical');
    expect(await take(custodian('2026-04-01', '100', '5', '105'))).toBe('recorded');
    expect([await open(), await level(daily)]).toEqual([[], 'ok']);
    expect((await breaks()).closed.map(({ closedHow }) => closedHow)).toEqual(['matched']);
  });

  test('is answered for by a person, once', async () => {
    await at('02T01:01:00');
    await take(custodian('2026-04-02', '105', '5', '110'));
    const { id = '' } = (await found('late 2026-04-01')) ?? {};
    const why = { break: id, reason: 'bank-error', note: 'the bank has none', movedBy: null };
    expect(await run('ExplainBreak', why, person('checker'))).toBe('done');
    expect(await run('ResolveBreak', { break: id, note: 'seen' }, person('second'))).toBe('done');
    await at('03T00:00:00');
    expect([await open(), await level(daily)]).toEqual([[], 'ok']);
    await at('06T01:01:00');
    expect(await open(), 'other days are asked for all the same').toEqual(['late 2026-04-03']);
  });

  test('between two whose balances meet is found; weekends are not asked for', async () => {
    await at('02T00:00:00');
    await take(custodian('2026-04-01', '100', '5', '105'));
    await at('07T00:00:00');
    expect(await take(custodian('2026-04-06', '105', '5', '110'))).toBe('recorded');
    await keep();
    expect(await open()).toEqual(['late 2026-04-02', 'late 2026-04-03']);
    expect(await take(statementFile('two', ['2026-04-02', '2026-04-03'], '105', []))).toBe('recorded');
    expect([await open(), await level(daily)]).toEqual([[], 'ok']);
  });

  test('of months are asked for from the oldest on, some at a time', async () => {
    t.clock.moveTo(Date.parse('2026-12-01T03:00:00Z'));
    await keep();
    await keep();
    const all = await open();
    expect([all.length, all[0]]).toEqual([40, 'late 2026-04-01']);
    await take(statementFile('half', ['2026-04-01', '2026-06-30'], '100', []));
    await keep();
    expect((await open())[0]).toBe('late 2026-07-01');
  });
});

describe('balances of neighbours', () => {
  const three = ['2026-04-01', '2026-04-02', '2026-04-03'] as const;
  beforeEach(() => t.clock.moveTo(Date.parse('2026-04-04T00:00:00Z')));

  test('a gap closes when the statement comes that was between', async () => {
    await take(custodian(three[0], '100', '5', '105'));
    expect(await take(custodian(three[2], '106', '1', '107'))).toBe('gap');
    expect(await open()).toContain('gap 2026-04-03');
    expect(await take(custodian(three[1], '105', '1', '106'))).toBe('recorded');
    expect(await open()).toEqual([]);
  });

  test('a statement that comes late must fit to the one after it too', async () => {
    await take(custodian(three[0], '100', '5', '105'));
    await take(custodian(three[2], '105', '1', '106'));
    expect(await take(custodian(three[1], '105', '7', '112'))).toBe('recorded');
    expect(await found('gap 2026-04-03')).toMatchObject({ kind: 'statement-gap', amount: '-7' });
  });
});

describe('what is dated where it cannot be', () => {
  test('a statement of a day that has begun nowhere is refused', async () => {
    const days = ['2026-04-01', '2026-04-02'] as const;
    expect(await take(statementFile('s', days, '100', [])), 'it closes tomorrow').toBe('day-ahead');
    t.clock.moveTo(Date.parse('2026-04-01T10:00:00Z'));
    expect(await take(statementFile('s', days, '100', [])), 'it is the 2nd in Kiribati').toBe('recorded');
  });

  test.each([
    ['before', '2026-03-31', 'booked', 'outside-period'],
    ['after', '2026-04-02', 'booked', 'outside-period'],
    ['after, and only announced', '2026-04-02', 'pending', 'recorded'],
    ['in it', '2026-04-01', 'booked', 'recorded'],
  ] as const)('an entry %s', async (_, on, status, wanted) => {
    const closing = status === 'booked' ? '101' : '100';
    const file = statementFile('s', ['2026-04-01', '2026-04-01'], '100', [['a', on, '1', status]], closing);
    expect(await take(file)).toBe(wanted);
    expect(await factsOf('reserves.StatementRecorded')).toHaveLength(wanted === 'recorded' ? 1 : 0);
  });

  test('an entry of no money is remarked', async () => {
    const file = statementFile('s', ['2026-04-01', '2026-04-01'], '100', [['a', '2026-04-01', '0']]);
    expect(await take(file)).toBe('recorded zero-entries');
    expect(await factsOf('reserves.StatementRecorded')).toMatchObject([{ remarks: ['zero-entries'] }]);
  });
});

test('the same again under another reading of its period is nothing new', async () => {
  t.clock.moveTo(Date.parse('2026-04-04T00:00:00Z'));
  const entry = ['a', '2026-04-02', '5'] as const;
  expect(await take(statementFile('s', ['2026-04-01', '2026-04-02'], '100', [entry]))).toBe('recorded');
  expect(await take(statementFile('s', ['2026-04-02', '2026-04-02'], '100', [entry]))).toBe('duplicate');
  expect(await take(statementFile('s', ['2026-04-02', '2026-04-02'], '101', [entry]))).toBe('conflict');
});

describe('days that were told before', () => {
  const MONTH = ['2026-04-01', '2026-04-03'] as const;
  const A = ['a', '2026-04-01', '5'] as const;
  const B = ['b', '2026-04-02', '7'] as const;
  const C = ['c', '2026-04-03', '1'] as const;
  beforeEach(async () => {
    t.clock.moveTo(Date.parse('2026-04-04T00:00:00Z'));
    await take(statementFile('d1', [A[1], A[1]], '100', [A]));
    await take(statementFile('d2', [B[1], B[1]], '105', [B]));
  });

  test('with the same entries are repeats and no break', async () => {
    expect(await take(statementFile('all', MONTH, '100', [A, B, C]))).toBe('recorded repeats');
    expect(await take(statementFile('d2 again', [B[1], B[1]], '105', [B]))).toBe('recorded repeats');
    expect(await open()).toEqual([]);
  });

  test.each([
    ['another amount', [A, ['b', '2026-04-02', '8'], C], '100', 'overlap repeats'],
    ['an entry more', [A, B, ['x', '2026-04-02', '1'], C], '100', 'overlap repeats'],
    ['an entry less', [A, C], '100', 'overlap repeats'],
    // It does not open where the first day closed either.
    ['another balance at their beginning', [A, B, C], '101', 'gap'],
  ] as const)('with %s are a break', async (_, entries, opening, wanted) => {
    expect(await take(statementFile('all', MONTH, opening, entries))).toBe(wanted);
    expect(await found('overlap all')).toMatchObject({
      kind: 'statement-conflict',
      detail: expect.stringContaining('d2 (2026-04-02 to 2026-04-02)'),
    });
  });

  test('are a break where nobody compared them', async () => {
    const input = {
      ...{ account: 'trust-jpy', format: 'custodian-json', fileHash: 'ab'.repeat(32), contentHash: 'x' },
      statement: {
        ...{ account: 'bank-7', currency: 'JPY', statementId: 'all', from: MONTH[0], to: MONTH[1] },
        ...{ opening: '100', closing: '100', entries: [] },
      },
    };
    expect(await run('RecordStatement', input as JsonValue)).toBe('done');
    expect(await found('overlap all')).toMatchObject({ kind: 'statement-conflict' });
  });
});
