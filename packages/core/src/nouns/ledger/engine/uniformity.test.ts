import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { treatmentSchema } from '../facts/treatment.ts';
import { createAccounts, openAccount } from './accounts.ts';
import { holdAgainst, NO_BOOK, type Owners } from './owners.ts';
import type { Exemption, Found, Known, Treatment, Whose } from './treated.ts';
import { judgeTreatment, type Snapshot } from './uniformity.ts';
import { worstOf } from './worst.ts';

const NOW = Date.parse('2026-04-01T00:00:00Z');
const HOUR = 3_600_000;
const account = (name: string, change: Partial<Treatment> = {}): Treatment => ({
  account: name,
  tier: 'margin',
  flags: { allow_negative: false, exempt: false },
  limits: { borrow: 100 },
  marginShortSince: null,
  liquidations: 0,
  withdrawals: 10,
  withdrawalMs: 600_000,
  ...change,
});
const many = (count: number, prefix: string, change: Partial<Treatment> = {}): Treatment[] =>
  Array.from({ length: count }, (_, n) => account(`${prefix}${n}`, change));
const peers = many(10, 'p').map((one, n) => ({ ...one, liquidations: n === 0 ? 1 : 0 }));
const crowd = many(40, 'p');

/** A book in which these accounts are whose they are, and all others are customers'. */
const ownedBy = (whose: Readonly<Record<string, Whose>>): Owners => ({
  ...NO_BOOK,
  whose: (name) => whose[name] ?? 'customer',
});
const judge = (accounts: readonly Treatment[], more: Partial<Snapshot> = {}) =>
  judgeTreatment({
    ...{ accounts, at: NOW, known: [], answers: [], owners: NO_BOOK, held: [], exemptions: [], ...more },
  });
const names = (all: readonly Found[]): string[] =>
  all.map(({ account: of, kind, what }) => `${of} ${kind} ${what}`);
const named = (accounts: readonly Treatment[], more: Partial<Snapshot> = {}): string[] =>
  names(judge(accounts, more).found);
const found = (
  change: Partial<Treatment>,
  known: readonly Known[] = [],
  exemptions: readonly Exemption[] = [],
): string[] => named([...peers, account('x', change)], { known, exemptions });
const EXEMPT = { flags: { allow_negative: true, exempt: false } };

test('accounts that are treated alike', () => {
  expect(found({})).toEqual([]);
});

describe('an account that is treated otherwise', () => {
  const CASES: readonly [string, Partial<Treatment>, string[]][] = [
    ['a flag of its own', { flags: { allow_negative: true, exempt: false } }, ['x flag allow_negative']],
    ['a flag that it lacks', { flags: { exempt: false } }, ['x flag allow_negative']],
    [
      'a flag that nobody else has',
      { flags: { allow_negative: false, exempt: false, hidden: true } },
      ['x flag hidden'],
    ],
    [
      'a text that reads as false',
      { flags: { allow_negative: 'false', exempt: false } },
      ['x flag allow_negative'],
    ],
    [
      'a text that reads as nothing',
      { flags: { allow_negative: false, exempt: false, hidden: 'unset' } },
      ['x flag hidden'],
    ],
    [
      'a name that every object has',
      { flags: { allow_negative: false, exempt: false, constructor: true } },
      ['x flag constructor'],
    ],
    ['ten times the limit is not above it', { limits: { borrow: 1_000 } }, []],
    ['more than ten times', { limits: { borrow: 1_001 } }, ['x limit borrow']],
    ['no limit at all', { limits: {} }, ['x limit borrow']],
    ['a limit that nobody else has', { limits: { borrow: 100, secret_line: 65e9 } }, ['x limit secret_line']],
    ['short for ten minutes', { marginShortSince: NOW - 600_000 }, []],
    ['short for longer, and spared', { marginShortSince: NOW - 600_001 }, ['x not-liquidated ']],
    ['short for longer, and liquidated', { marginShortSince: NOW - 600_001, liquidations: 1 }, []],
    [
      'short for hours, whatever else',
      { marginShortSince: NOW - 3 * HOUR, liquidations: 1 },
      ['x not-liquidated '],
    ],
    ['withdrawals at a fifth of the time', { withdrawalMs: 120_000 }, []],
    ['faster than that', { withdrawalMs: 119_999 }, ['x withdrawals ']],
    ['slower than five times', { withdrawalMs: 3_000_001 }, ['x withdrawals ']],
    ['too few withdrawals to say', { withdrawalMs: 1, withdrawals: 4 }, []],
  ];
  test.each(CASES)('%s', (_, change, expected) => {
    expect(found(change)).toEqual(expected);
  });

  test('a limit where its peers have none is critical, at any height', () => {
    const none = many(20, 'p', { limits: { borrow: 0 } });
    const { found: all } = judge([...none, account('x', { limits: { borrow: 65e9 } })]);
    expect(all).toMatchObject([{ account: 'x', what: 'borrow', peers: '0', level: 'critical' }]);
    const mixed = [...none, ...many(6, 'm', { limits: { borrow: 50 } })];
    expect(named([...mixed, account('x', { limits: { borrow: 65e9 } })])).toEqual(['x limit borrow']);
  });

  test('short for days while nobody was liquidated', () => {
    expect(named([...crowd, account('x', { marginShortSince: NOW - 72 * HOUR })])).toEqual([
      'x not-liquidated ',
    ]);
  });

  test('a class of one is held against everybody', () => {
    const change = {
      tier: 'market-maker',
      flags: { allow_negative: true, exempt: true },
      limits: { borrow: 65_355_999_994 },
    };
    expect(found(change).sort()).toEqual(['x flag allow_negative', 'x flag exempt', 'x limit borrow']);
    // Two of them among seven are more than a fifth of all.
    const two = many(2, 'x', change);
    expect(named([...crowd.slice(0, 7), ...two])).toHaveLength(6);
  });

  test('a class with peers of its own is held against them', () => {
    const vip = many(5, 'v', { tier: 'vip', limits: { borrow: 5_000 } });
    expect(judge([...peers, ...vip]).found).toEqual([]);
    const odd = account('v9', { tier: 'vip', limits: { borrow: 50_001 } });
    expect(judge([...peers, ...vip, odd]).found).toMatchObject([
      { account: 'v9', kind: 'limit', peers: '5000' },
    ]);
  });
});

describe('a class that is treated otherwise', () => {
  test('a tier of the exempt is named once, and nobody in it', () => {
    const tier = many(6, 's', { tier: 'mm', flags: { allow_negative: true, exempt: true } });
    expect(named([...crowd, ...tier])).toEqual(['tier:mm flag allow_negative', 'tier:mm flag exempt']);
    const lines = many(6, 's', { tier: 'mm', limits: { borrow: 65e9 } });
    expect(judge([...crowd, ...lines]).found).toMatchObject([
      { account: 'tier:mm', of: 'limit', level: 'critical', height: 65e9 },
    ]);
    expect(named([...crowd, ...many(6, 's', { tier: 'mm', limits: {} })])).toEqual(['tier:mm limit borrow']);
  });

  test('more than a fifth of a tier is named as a class', () => {
    const all = [...crowd.slice(0, 15), ...many(4, 's', EXEMPT)];
    expect(judge(all).found).toMatchObject([
      { account: 'tier:margin', what: 'allow_negative', value: 'true (4 of 19: s0, s1, s2, …)' },
    ]);
    // A fifth of them and no more is named one by one.
    expect(named([...crowd.slice(0, 16), ...many(4, 's', EXEMPT)])).toHaveLength(4);
  });

  test('what tiers are for does not flood: fees, languages, higher limits', () => {
    const language = (one: Treatment, n: number) => ({
      ...one,
      flags: { ...one.flags, language: ['ja', 'en', 'de', 'fr'][n % 4] as string, fee_bps: '10' },
    });
    const vip = many(30, 'v', { tier: 'vip', limits: { borrow: 50_000 } }).map((one) => ({
      ...one,
      flags: { ...one.flags, fee_bps: '2' },
    }));
    const { found: all } = judge([...crowd.map(language), ...vip.map((one, n) => ({ ...language(one, n) }))]);
    expect(all).toEqual([]);
    const fees = judge([...crowd.map((one, n) => language(one, n)), ...vip]).found;
    expect(fees.map(({ account: of, what, level }) => [of, what, level])).toEqual([
      ['tier:vip', 'fee_bps', 'watch'],
    ]);
  });
});

describe('what is not a customer’s', () => {
  const tier = many(6, 's', { tier: 'mm', flags: { allow_negative: true, exempt: false } });
  const owners = ownedBy({ s0: 'affiliate', s1: 'house', s2: 'related', s3: 'unknown' });

  test('is held against customers at large, in whatever tier it is', () => {
    const { found: all } = judge([...crowd, ...tier], { owners });
    expect(names(all)).toEqual([
      's0 flag allow_negative',
      's1 flag allow_negative',
      's2 flag allow_negative',
      's3 flag allow_negative',
      's4 flag allow_negative',
      's5 flag allow_negative',
    ]);
    expect(all.map(({ whose }) => whose).slice(0, 4)).toEqual(['affiliate', 'house', 'related', 'unknown']);
  });

  test('is not exempted with its tier, only by name', () => {
    const exemptions = [{ account: 'tier:mm', of: 'flag', what: 'allow_negative' } as const];
    expect(named([...crowd, ...tier], { owners, exemptions })).toHaveLength(4);
    expect(named([...crowd, ...tier], { exemptions })).toEqual([]);
    const byName = ['s0', 's1', 's2', 's3'].map((of) => ({ ...exemptions[0], account: of }));
    const all = [...exemptions, ...byName] as Exemption[];
    expect(named([...crowd, ...tier], { owners, exemptions: all })).toEqual([]);
  });

  test('is told by the book: its owner, its party, its group; what the book lacks is unknown', () => {
    const table = createAccounts();
    const open = (
      name: string,
      owner: 'customer' | 'house' | 'affiliate',
      party: string,
      group: string | null,
    ) => openAccount(table, { account: name, owner, party, group, asset: 'JPY' });
    open('h', 'house', 'firm', 'g');
    open('s', 'affiliate', 'sister', 'g');
    open('r', 'customer', 'friend', 'g');
    open('c', 'customer', 'carl', null);
    const { whose, missing } = holdAgainst(table, new Set(['sister', 'c', 'r', 'z']));
    expect(['sister', 'c', 'r', 'z'].map(whose)).toEqual(['affiliate', 'customer', 'related', 'unknown']);
    expect(missing).toEqual([{ account: 'h', whose: 'house' }]);
  });
});

describe('what was approved', () => {
  test('is no finding, and covers nothing else', () => {
    const change = { flags: { allow_negative: true, exempt: true } };
    expect(found(change, [], [{ account: 'x', what: 'allow_negative' }])).toEqual(['x flag exempt']);
    expect(found(change, [], [{ account: 'y', what: 'exempt' }])).toHaveLength(2);
  });

  test('a flag is not a limit of that name, and a limit is approved up to a height', () => {
    const change = { limits: { borrow: 5_000 } };
    expect(found(change, [], [{ account: 'x', what: 'borrow' }])).toHaveLength(1);
    const limit = { account: 'x', what: 'borrow', of: 'limit' } as const;
    expect(found(change, [], [{ ...limit, upTo: 5_000 }])).toEqual([]);
    expect(found(change, [], [{ ...limit, upTo: 4_999 }])).toHaveLength(1);
    expect(found({ limits: {} }, [], [{ ...limit, upTo: 4_999 }])).toHaveLength(1);
    expect(found({ limits: {} }, [], [{ ...limit, upTo: null }])).toEqual([]);
  });

  test('names with spaces are told apart', () => {
    const all = [...peers, account('sis usd', { flags: { ...account('').flags, x: true } })];
    expect(named(all, { exemptions: [{ account: 'sis', what: 'usd x' }] })).toEqual(['sis usd flag x']);
  });
});

describe('a change', () => {
  const known = (change: Partial<Treatment> = {}): Known[] => [{ ...settings(account('x', change)) }];
  const settings = ({ account: of, tier, flags, limits }: Treatment): Known => ({
    ...{ account: of, tier, flags, limits },
  });

  test('without approval is a finding, whatever it changed to', () => {
    const before = known({ flags: { allow_negative: true, exempt: false } });
    expect(found({}, before)).toEqual(['x changed allow_negative']);
    expect(found({}, before, [{ account: 'x', what: 'allow_negative' }])).toEqual([]);
    expect(found({}, known())).toEqual([]);
    expect(found({ tier: 'vip' }, known())).toEqual(['x changed ']);
    expect(found({ tier: 'vip' }, known(), [{ account: 'x', of: 'tier', what: 'vip' }])).toEqual([]);
  });

  test('a flag and a limit of one name change each for itself', () => {
    const both = (flag: boolean, limit: number) => ({
      flags: { ...account('').flags, borrow: flag },
      limits: { borrow: limit },
    });
    const all = many(10, 'p', both(true, 1));
    const before = [settings(account('p0', both(false, 1)))];
    expect(judge(all, { known: before }).found).toMatchObject([{ account: 'p0', of: 'flag', value: 'true' }]);
  });

  test('stays one until it is approved, answered for or taken back', () => {
    const all = (change: Partial<Treatment>) => [
      ...many(8, 'p', { tier: 'vip', ...EXEMPT }),
      account('x', change),
    ];
    const vip = { tier: 'vip', ...EXEMPT };
    const first = judge(all({ tier: 'vip' }), {});
    const second = judge(all(vip), { known: first.known });
    const third = judge(all(vip), { known: second.known });
    expect(names(third.found)).toEqual(['x changed allow_negative']);
    expect(names(judge(all({ tier: 'vip' }), { known: third.known }).found)).toEqual([
      'x flag allow_negative',
    ]);
    const approved = judge(all(vip), {
      known: third.known,
      exemptions: [{ account: 'x', what: 'allow_negative' }],
    });
    expect(names(judge(all(vip), { known: approved.known }).found)).toEqual([]);
    const answers = [{ account: 'x', closes: third.found.filter(({ account: of }) => of === 'x') }];
    expect(names(judge(all(vip), { known: third.known, answers }).found)).toEqual([]);
    // What is another change than the one that was answered for is not answered.
    const worse = { ...vip, limits: { borrow: 500 } };
    expect(names(judge(all(worse), { known: third.known, answers }).found)).toEqual(['x changed borrow']);
  });

  test('that grants nothing is told once; what stood and is as its peers have it is not told at all', () => {
    const before = known({ flags: { allow_negative: true, exempt: false } });
    const all = [...peers, account('x')];
    const told = judge(all, { known: before });
    expect(told.found).toMatchObject([{ account: 'x', kind: 'changed', level: 'watch' }]);
    expect(judge(all, { known: told.known }).found).toEqual([]);
    expect(judge(all, { known: before, held: ['x'] })).toMatchObject({ found: [], cleared: ['x'] });
  });

  test('what an account was last seen with is kept while it is away', () => {
    const first = judge([...crowd, ...many(6, 'v', { tier: 'vip' })]);
    const away = judge(crowd, { known: first.known });
    const back = judge([...crowd, ...many(6, 'v', { tier: 'vip', ...EXEMPT })], { known: away.known });
    expect(names(back.found)).toContain('tier:vip changed allow_negative');
  });

  test('of a whole tier is one finding', () => {
    const first = judge(crowd);
    const raised = crowd.map((one, n) => ({ ...one, limits: { borrow: 200 + n } }));
    expect(names(judge(raised, { known: first.known }).found)).toEqual(['tier:margin changed borrow']);
    const one = [account('p0', { limits: { borrow: 1e9 } }), ...raised.slice(1)];
    expect(names(judge(one, { known: first.known }).found)).toEqual([
      'p0 changed borrow',
      'p0 limit borrow',
      'tier:margin changed borrow',
    ]);
  });
});

describe('what is left out', () => {
  test('is named while the book has it, or it stands', () => {
    const owners = { ...NO_BOOK, missing: [{ account: 'sis', whose: 'affiliate' as const }] };
    expect(judge(crowd, { owners }).found).toMatchObject([
      { account: 'sis', kind: 'absent', level: 'critical' },
    ]);
    const { found: all, cleared } = judge(crowd, { held: ['x'] });
    expect([names(all), cleared]).toEqual([['x absent '], []]);
    expect(judge([...crowd, account('x')], { held: ['x'] }).cleared).toEqual(['x']);
    const customers = { ...NO_BOOK, customers: { count: 7, first: ['a', 'b'] } };
    expect(judge(crowd, { owners: customers }).found).toMatchObject([
      { account: 'book:absent', value: '7: a, b' },
    ]);
  });

  test('is explained by an answer or an approval', () => {
    const exemptions = [{ account: 'x', of: 'absence', what: 'absence' } as const];
    expect(judge(crowd, { held: ['x'], exemptions })).toMatchObject({ found: [], cleared: ['x'] });
    const { found: all } = judge(crowd, { held: ['x'] });
    const answered = judge(crowd, { answers: [{ account: 'x', closes: all }] });
    const owners = { ...NO_BOOK, missing: [{ account: 'x', whose: 'house' as const }] };
    expect(judge(crowd, { owners, known: answered.known }).found).toEqual([]);
    // Seen again, it is judged again, and left out again, named again.
    const back = judge([...crowd, account('x')], { known: answered.known });
    expect(back.found).toEqual([]);
    expect(names(judge(crowd, { owners, known: back.known }).found)).toEqual(['x absent ']);
  });
});

test('a setting named __proto__ is refused, not dropped', () => {
  const raw = (flags: string) => ({ account: 'x', tier: 't', flags: JSON.parse(flags) });
  expect(treatmentSchema.safeParse(raw('{"__proto__":"exempt"}')).success).toBe(false);
  expect(treatmentSchema.safeParse(raw('{"constructor":true}')).success).toBe(true);
});

describe('which are listed', () => {
  test('the firm’s own come before thousands of others', () => {
    const noise = many(500, 'n', { flags: { ...account('').flags, note: true, allow_negative: true } });
    const all = [...noise, ...many(5_000, 'p'), account('sis', EXEMPT)];
    const { found: ranked } = judge(all, { owners: ownedBy({ sis: 'affiliate' }) });
    expect(ranked[0]).toMatchObject({ account: 'sis', what: 'allow_negative' });
    const { listed, more, unlisted } = worstOf(ranked);
    expect(listed.length + more).toBe(ranked.length);
    expect(unlisted).toMatchObject({
      accounts: 501 - new Set(listed.map(({ account: of }) => of)).size,
      level: 'critical',
    });
  });

  test('one account buries nobody', () => {
    const flags = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`exempt_${n}`, true]));
    const { found: ranked } = judge([
      ...crowd,
      account('a', { flags: { ...account('').flags, ...flags } }),
      account('b', EXEMPT),
    ]);
    const { listed } = worstOf(ranked);
    expect(listed.filter(({ account: of }) => of === 'a')).toHaveLength(8);
    expect(listed.filter(({ account: of }) => of === 'b')).toHaveLength(1);
  });
});

describe('in any population', () => {
  type Plant = { readonly change: Partial<Treatment>; readonly says: string };
  const clean = (name: string, n: number): Treatment => ({
    ...account(name, { tier: ['retail', 'vip'][n % 2] as string }),
    limits: { borrow: 80 + (n % 40), withdrawal_day: 1_000 },
    withdrawalMs: 500_000 + n * 10,
    liquidations: n % 7 === 0 ? 1 : 0,
    marginShortSince: n % 11 === 0 ? NOW - 60_000 : null,
  });
  const own = (flags: Treatment['flags'], limits: Treatment['limits']) => ({ flags, limits });
  const [flags, limits] = [account('').flags, { borrow: 100, withdrawal_day: 1_000 }];
  const PLANTS: readonly Plant[] = [
    { change: own({ ...flags, allow_negative: true }, limits), says: 'flag allow_negative' },
    { change: own({ ...flags, exempt: 'yes' }, limits), says: 'flag exempt' },
    { change: own({ ...flags, special: true }, limits), says: 'flag special' },
    { change: own(flags, { ...limits, borrow: 65e9 }), says: 'limit borrow' },
    { change: own(flags, { withdrawal_day: 1_000 }), says: 'limit borrow' },
    { change: own(flags, { ...limits, hidden_line: 5 }), says: 'limit hidden_line' },
    { change: { marginShortSince: NOW - 2 * HOUR, liquidations: 3 }, says: 'not-liquidated ' },
    { change: { withdrawalMs: 10 }, says: 'withdrawals ' },
  ];
  const planted = fc.record({
    size: fc.integer({ min: 60, max: 150 }),
    plants: fc.uniqueArray(
      fc.record({
        at: fc.integer({ min: 0, max: 59 }),
        kind: fc.nat(PLANTS.length - 1),
        isOwn: fc.boolean(),
      }),
      { selector: ({ at }) => at, minLength: 0, maxLength: 4 },
    ),
    tier: fc.constantFrom('retail', 'vip', 'alone'),
    seed: fc.array(fc.nat(), { minLength: 150, maxLength: 150 }),
  });

  test('planted exemptions are found, nothing else is, and neither order nor paging makes a difference', () => {
    fc.assert(
      fc.property(planted, ({ size, plants, tier, seed }) => {
        const accounts = Array.from({ length: size }, (_, n) => clean(`c${n}`, n));
        const whose: Record<string, Whose> = {};
        for (const { at, kind, isOwn } of plants) {
          accounts[at] = { ...clean(`c${at}`, at), tier, ...PLANTS[kind]?.change };
          if (isOwn) whose[`c${at}`] = 'affiliate';
        }
        const owners = ownedBy(whose);
        const { found: all } = judge(accounts, { owners });
        const expected = plants.map(({ at, kind }) => `c${at} ${PLANTS[kind]?.says}`);
        expect(names(all).sort()).toEqual(expected.sort());
        const shuffled = accounts
          .map((one, n) => [seed[n] ?? 0, one] as const)
          .sort(([a], [b]) => a - b)
          .map(([, one]) => one);
        expect(judge(shuffled, { owners })).toEqual(judge(accounts, { owners }));
      }),
      { numRuns: 200 },
    );
  });
});
