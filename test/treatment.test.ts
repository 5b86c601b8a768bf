/** Uniformity of treatment from the address to the level: what is sent in pages, left out, changed, answered for and approved. */
import type { Fact } from '@sonae/core/log/fact.ts';
import type { StandingLevels } from '@sonae/core/log/levels.ts';
import { changeSchema } from '@sonae/core/nouns/ledger/facts/changes.ts';
import { treatmentRecorded } from '@sonae/core/nouns/ledger/facts/treatment.ts';
import { type TreatmentState, treatment } from '@sonae/core/nouns/ledger/views/treatment.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { describe, expect, test } from 'vitest';
import { takeTreatment } from '../packages/server/src/ledger/treatment.ts';
import { keepRound } from '../packages/server/src/powers/keeper.ts';
import { agreeChange, createTestBooks, foundWithRoles, type TestBooks } from './support/books.ts';
import { as } from './support/firm.ts';
import { createTestNode } from './support/node.ts';

type Row = Record<string, JsonValue>;
const CONTROL = 'ledger.uniform-treatment';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const row = (account: string, more: Row = {}): Row => ({
  ...{ account, tier: 'retail', flags: { allow_negative: false }, limits: { borrow: 1_000 } },
  ...more,
});
const EXEMPT = { flags: { allow_negative: true } };
/** Every account of the book that must be in a snapshot; customers hold nothing. */
const OWN = ['house', 'house-btc', 'sister', 'sister-btc'];
const rows = (more: readonly Row[] = [], count = 20): Row[] => {
  const named = new Set(more.map(({ account }) => account));
  return [
    ...OWN.filter((one) => !named.has(one)).map((one) => row(one)),
    ...['anna', 'ben'].filter((one) => !named.has(one)).map((one) => row(one)),
    ...Array.from({ length: count }, (_, n) => row(`c${n}`)).filter(({ account }) => !named.has(account)),
    ...more,
  ];
};

type Told = TestBooks & {
  tell(accounts: readonly Row[], more?: Row): Promise<JsonValue>;
  levels(): Promise<Record<string, string>>;
  why(subject: string): Promise<string>;
  state(book?: string): Promise<TreatmentState>;
};

/** Books with the test chart and 20 customers of whom nothing but their account is known. */
async function toldBooks(): Promise<Told> {
  const t = await createTestBooks();
  await foundWithRoles(t, { director: ['east', 'south'], compliance: ['east'] });
  const accounts = Array.from({ length: 60 }, (_, n) => ({
    ...{ account: `c${n}`, owner: 'customer', party: `c${n}`, group: null, asset: 'JPY' },
  }));
  await t.send([], { accounts: accounts as never, id: 'customers' });
  const standing = async (): Promise<StandingLevels> =>
    JSON.parse((await t.app.ports.store.view('ledger.levels', 'all')) ?? '{}') as StandingLevels;
  return {
    ...t,
    tell: async (sent, more = {}) => {
      const { book = 'main', ...page } = more;
      const at = new Date(t.clock.now()).toISOString();
      const body = { at, accounts: sent as JsonValue, ...page };
      const outcome = await takeTreatment(t.app, t.books, String(book), body, { id: 'exchange' });
      return outcome.status === 'done' ? 'done' : outcome.refused;
    },
    levels: async () =>
      Object.fromEntries(
        Object.values(await standing())
          .filter(({ control }) => control === CONTROL)
          .map(({ subject, level }) => [subject, level]),
      ),
    why: async (subject) => (await standing())[`${CONTROL}/${subject}`]?.why.en ?? '',
    state: async (book = 'main') =>
      JSON.parse((await t.app.ports.store.view('ledger.treatment', book)) ?? 'null') as TreatmentState,
  };
}

describe('an affiliate with the exemptions of a market maker', () => {
  test('is named in a tier of its own, whatever is approved for the tier', async () => {
    const t = await toldBooks();
    const mm = {
      tier: 'mm',
      flags: { allow_negative: true, exempt_from_liquidation: true },
      limits: { borrow: 65e9 },
    };
    const five = ['sister', 'sister-btc', 'house', 'house-btc', 'c0'].map((one) => row(one, mm));
    expect(await t.tell(rows(five))).toBe('done');
    const all = { 'main/sister': 'critical', 'main/sister-btc': 'critical', 'main/house': 'critical' };
    expect(await t.levels()).toMatchObject({ ...all, 'main/house-btc': 'critical', 'main/c0': 'critical' });
    const until = new Date(t.clock.now() + DAY).toISOString();
    const tier = { kind: 'exemption', account: 'tier:mm', until, resolution: 'board 12' };
    for (const what of ['allow_negative', 'exempt_from_liquidation'])
      await agreeChange(t, { ...tier, of: 'flag', what });
    await agreeChange(t, { ...tier, of: 'limit', what: 'borrow', upTo: 65e9 });
    await t.tell(rows(five));
    const { 'main/c0': ofCustomer, ...others } = await t.levels();
    expect(ofCustomer).toBeUndefined();
    expect(others).toMatchObject(all);
  });

  test('an exemption ends by our clock, and a limit is exempted up to a height only', async () => {
    const t = await toldBooks();
    const line = rows([row('sister', { limits: { borrow: 65e9 } })]);
    const until = new Date(t.clock.now() + HOUR).toISOString();
    const change = { kind: 'exemption', account: 'sister', what: 'borrow', until, resolution: 'board 12' };
    await agreeChange(t, { ...change });
    await t.tell(line);
    expect(await t.levels()).toEqual({ 'main/sister': 'critical' });
    await agreeChange(t, { ...change, of: 'limit', upTo: 65e9 });
    const at = new Date(t.clock.now()).toISOString();
    await t.tell(line);
    expect(await t.levels()).toEqual({});
    t.clock.moveTo(t.clock.now() + 2 * HOUR);
    await t.tell(line, { at });
    expect(await t.levels()).toEqual({ 'main/sister': 'critical' });
  });

  test('a second exemption is said although the level cannot rise', async () => {
    const t = await toldBooks();
    await t.tell(rows([row('sister', EXEMPT)]));
    const since = await t.why('main/sister');
    const seen = async (): Promise<number> => (await t.app.ports.store.facts({ limit: 10_000 })).length;
    t.clock.moveTo(t.clock.now() + HOUR);
    await t.tell(rows([row('sister', EXEMPT)]));
    const before = await seen();
    t.clock.moveTo(t.clock.now() + HOUR);
    await t.tell(rows([row('sister', { flags: { allow_negative: true, exempt: true } })]));
    const facts = await t.app.ports.store.facts({ limit: 10_000 });
    const news = facts.slice(before).map(({ type }) => type);
    expect(news).toContain('ledger.ControlLevelChanged@1');
    expect(news).toContain('incidents.SignalJoined@1');
    expect(since).not.toContain('exempt: true');
    expect(await t.why('main/sister')).toContain('exempt: true');
  });
});

describe('leaving an account out', () => {
  test('clears nothing; one of the house or an affiliate is itself named', async () => {
    const t = await toldBooks();
    await t.tell(rows([row('sister', EXEMPT), row('c3', EXEMPT)]));
    expect(await t.levels()).toEqual({ 'main/sister': 'critical', 'main/c3': 'critical' });
    await t.tell(
      rows().filter(({ account }) => account !== 'sister' && account !== 'c3' && account !== 'house'),
    );
    expect(await t.levels()).toEqual({
      ...{ 'main/sister': 'critical', 'main/c3': 'critical', 'main/house': 'critical' },
    });
    expect(await t.why('main/house')).toContain('not in the snapshot');
    await t.tell(rows());
    expect(await t.levels()).toEqual({});
  });

  test('customers with a balance are missed too, in one line', async () => {
    const t = await toldBooks();
    const deposit = { id: 't-1', seq: 1, at: '2026-03-31T00:00:00Z', debit: 'world', credit: 'c50' };
    await t.send([{ ...deposit, asset: 'JPY', amount: '5', purpose: 'deposit' }]);
    await t.tell(rows());
    expect(await t.levels()).toEqual({ 'main/book:absent': 'warning' });
    expect(await t.why('main/book:absent')).toContain('1: c50');
    await t.tell(rows([row('c50')]));
    expect(await t.levels()).toEqual({});
  });

  test('an absence is answered for with a reason, a difference is not', async () => {
    const t = await toldBooks();
    await t.tell(rows([row('sister', EXEMPT)]).filter(({ account }) => account !== 'house'));
    const answer = async (account: string, who: 'east' | 'watch' = 'east') => {
      const outcome = await t.run('ledger.AnswerTreatment', { account, reason: 'a bank account' }, as(who));
      return outcome.status === 'done' ? 'done' : outcome.refused;
    };
    expect(await answer('house', 'watch')).toBe('no-role');
    expect(await answer('sister')).toBe('needs-exemption');
    expect(await answer('house')).toBe('done');
    expect(await answer('house')).toBe('not-standing');
    expect(await t.levels()).toEqual({ 'main/sister': 'critical' });
    await t.tell(rows([row('sister', EXEMPT)]).filter(({ account }) => account !== 'house'));
    expect(await t.levels()).toEqual({ 'main/sister': 'critical' });
  });
});

describe('a change', () => {
  test('stays critical until a person answers; an absence in between hides nothing', async () => {
    const t = await toldBooks();
    const vip = (flags: Row) =>
      ['c10', 'c11', 'c12', 'c13', 'c14', 'c15'].map((one) => row(one, { tier: 'vip', ...flags }));
    const others = rows([row('c30'), row('c31')]).filter(({ account }) => !/^c1[0-5]$/.test(String(account)));
    await t.tell([...others, ...vip({})]);
    await t.tell(others);
    await t.tell([...others, ...vip(EXEMPT)]);
    await t.tell([...others, ...vip(EXEMPT)]);
    expect(await t.levels()).toEqual({ 'main/tier:vip': 'critical' });
    expect(await t.why('main/tier:vip')).toContain('allow_negative changed: false (6 of 6 accounts) -> true');
    const outcome = await t.run(
      'ledger.AnswerTreatment',
      { account: 'tier:vip', reason: 'new tier' },
      as('east'),
    );
    expect(outcome.status).toBe('done');
    await t.tell([...others, ...vip(EXEMPT)]);
    expect(await t.why('main/tier:vip')).not.toContain('changed');
    expect(await t.levels()).toEqual({ 'main/tier:vip': 'critical' });
  });
});

describe('pages', () => {
  test('are judged when all are there, in any order, as one', async () => {
    const t = await toldBooks();
    const all = rows([row('sister', EXEMPT)]);
    const [a, b, c] = [all.slice(0, 9), all.slice(9, 17), all.slice(17)];
    const page = (accounts: readonly Row[], n: number, snapshot = 's1') =>
      t.tell(accounts, { snapshot, page: n, pages: 3 });
    await page(c as Row[], 3);
    await page(a as Row[], 1);
    expect(await t.levels()).toEqual({});
    await page(b as Row[], 2);
    expect(await t.levels()).toEqual({ 'main/sister': 'critical' });
    expect(await t.state()).toMatchObject({ accounts: all.length, arriving: null, pages: { length: 3 } });
    // A page of another snapshot does not complete this one.
    await page(a as Row[], 1, 's2');
    await page(b as Row[], 2, 's3');
    await page(c as Row[], 3, 's3');
    expect((await t.state()).arriving).toMatchObject({
      snapshot: 's3',
      roots: ['', {}, {}].map(() => expect.anything()),
    });
    expect(await t.levels()).toEqual({ 'main/sister': 'critical' });
    await expect(t.tell(all, { page: 1, pages: 2 })).rejects.toThrow('snapshot');
    await expect(t.tell([row('x'), row('x')])).rejects.toThrow('twice');
  });
});

describe('what stands', () => {
  test('does not end because others are worse, and what is not listed has a level of its own', async () => {
    const t = await toldBooks();
    await t.tell(rows([row('c3', EXEMPT)], 60));
    const noise = Array.from({ length: 400 }, (_, n) => row(`n${n}`, EXEMPT));
    const crowd = Array.from({ length: 2_000 }, (_, n) => row(`m${n}`));
    await t.tell(rows([row('c3', EXEMPT), row('sister', EXEMPT), ...noise, ...crowd], 60));
    const levels = await t.levels();
    expect(levels).toMatchObject({
      'main/c3': 'critical',
      'main/sister': 'critical',
      'main/~more': 'critical',
    });
    expect((await t.state()).unequal[0]).toMatchObject({ account: 'sister', whose: 'affiliate' });
    await t.tell(rows([], 60));
    // What stood and is left out is named for that; nothing else is left.
    expect(await t.levels()).not.toHaveProperty('main/c3');
    expect(await t.levels()).not.toHaveProperty('main/~more');
  });

  test('names are told apart by book and in full', async () => {
    const t = await toldBooks();
    const long = 'x'.repeat(60);
    await t.tell(rows([row(`${long}1`, EXEMPT), row(`${long}2`, EXEMPT)]));
    const first = Object.keys(await t.levels());
    expect(first).toHaveLength(2);
    expect(first.every((subject) => subject.length <= 60 && subject.startsWith('main/xxx'))).toBe(true);
    await t.tell(rows([row(`${long}1`), row(`${long}2`, EXEMPT)]));
    expect(Object.keys(await t.levels())).toHaveLength(1);
    const plain = Array.from({ length: 20 }, (_, n) => row(`c${n}`));
    await t.tell([...plain, row('sister')], { book: 'other' });
    await t.tell([...plain, row('sister', EXEMPT)]);
    await t.tell([...plain, row('sister')], { book: 'other' });
    expect(await t.levels()).toMatchObject({ 'main/sister': 'critical' });
  });
});

describe('time', () => {
  test('a snapshot ahead of the clock or older than the newest is refused', async () => {
    const t = await toldBooks();
    expect(await t.tell(rows(), { at: '2040-01-01T00:00:00Z' })).toBe('from-the-future');
    expect(await t.tell(rows([row('sister', EXEMPT)]))).toBe('done');
    expect(await t.tell(rows(), { at: '2001-01-01T00:00:00Z' })).toBe('not-newer');
    expect(await t.tell(rows(), { at: '2001-01-01T00:00:00Z', snapshot: 's', page: 1, pages: 2 })).toBe(
      'not-newer',
    );
    expect(await t.levels()).toEqual({ 'main/sister': 'critical' });
  });

  test('snapshots that stop coming leave the control blind, and what stood stands', async () => {
    const t = await toldBooks();
    await t.tell(rows([row('sister', EXEMPT)]));
    t.clock.moveTo(t.clock.now() + DAY);
    await keepRound(t.app);
    expect(await t.levels()).toEqual({ 'main/sister': 'critical' });
    t.clock.moveTo(t.clock.now() + 1_000);
    await keepRound(t.app);
    expect(await t.levels()).toEqual({ 'main/sister': 'critical', main: 'blind' });
    await t.tell(rows([row('sister', EXEMPT)]));
    expect(await t.levels()).toEqual({ 'main/sister': 'critical' });
  });
});

describe('older facts', () => {
  test('of the comparison and of exemptions still fold', () => {
    const root = 'a'.repeat(44);
    const unequal = [{ account: 'sis', kind: 'flag', what: 'x', value: 'true', peers: 'false' }];
    const body = { book: 'main', at: '2026-03-01T00:00:00Z', accounts: 3, root, unequal, more: 0 };
    expect(treatmentRecorded.schema.parse(body)).toEqual(body);
    const fact = { type: treatmentRecorded.type, recordedAt: body.at, body } as unknown as Fact;
    const state = treatment.apply(treatment.initial('main'), fact, 'main');
    expect(state).toMatchObject({ root, pages: [root], held: ['sis'], unequal, known: [], unlisted: null });
    const until = '2026-12-01T00:00:00Z';
    const older = { kind: 'exemption', account: 'sis', what: 'x', until, resolution: 'board' };
    expect(changeSchema.parse(older)).toEqual(older);
    expect(changeSchema.safeParse({ ...older, of: 'limit' }).success).toBe(false);
  });
});

describe('who may send', () => {
  test('people send snapshots to the address alone, and do not say what they are held against', async () => {
    const { post, node } = createTestNode();
    const at = new Date(node.app.ports.clock.now()).toISOString();
    const accounts = Array.from({ length: 6 }, (_, n) => row(`c${n}`));
    const command = await post('/api/commands/ledger.RecordTreatment', {
      book: 'main',
      at,
      accounts,
      before: [],
    });
    expect(command.status).not.toBe(200);
    const sent = await post('/journal/main/treatment', { at, accounts: [...accounts, row('x', EXEMPT)] });
    expect(await sent.json()).toMatchObject({ status: 'done', result: { unequal: 1, worst: 'critical' } });
    expect((await post('/journal/main/treatment', { at, accounts, before: [] })).status).toBe(400);
  });
});
