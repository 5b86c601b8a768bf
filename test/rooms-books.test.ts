/** The pages behind the rooms of books, custody and reserves, and what the first screen says of them. */
import type { Overview } from '@sonae/core/app/api.ts';
import type { BookPage } from '@sonae/core/app/books/api.ts';
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import type { ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { DAY_MS } from '@sonae/core/kernel/time.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { ETH, withCustody } from './support/custody.ts';
import { CHANGED_SAFE, createEmptyRooms, createFilledRooms, type Rooms, run } from './support/rooms.ts';

let t: Rooms;
const read = async <T>(path: string, of: { call(path: string): Promise<Response> } = t): Promise<T> => {
  const response = await of.call(`/api/${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};
beforeAll(async () => {
  t = await createFilledRooms();
});

describe('before anything is there', () => {
  test('pages answer, and say that nothing is known instead of zero', async () => {
    const empty = await createEmptyRooms();
    const custody = await read<CustodyPage>('custody', empty);
    expect(custody).toMatchObject({ wallets: [], transfers: [], readings: [], decimals: {} });
    expect(custody.hotShare).toEqual({ hot: null, all: null, ownBps: 400, legalBps: 500 });
    const reserves = await read<ReservesPage>('reserves', empty);
    expect(reserves).toMatchObject({ policy: null, coverage: [], sources: [], coins: [], readings: [] });
    expect((await read<Overview>('overview', empty)).levels).toEqual([]);
  });

  test('what was found without any wallet is shown', async () => {
    const empty = await createEmptyRooms();
    const at = new Date(empty.testApp.clock.now()).toISOString();
    const sightings = [{ chain: 'ethereum', address: `0x${'ab'.repeat(20)}`, at, transaction: '0x1' }];
    await run(empty, 'custody.RecordSightings', { source: 'test', sightings });
    const { readings } = await read<CustodyPage>('custody', empty);
    expect(readings.find(({ control }) => control === 'custody.unknown-address')?.level).toBe('critical');
  });

  test('neither page is for somebody without a session', async () => {
    for (const path of ['custody', 'reserves'])
      expect((await t.call(`/api/${path}`, { headers: { authorization: '' } })).status).toBe(401);
  });
});

describe('custody', () => {
  test('wallets with their temperature, what they hold and its value', async () => {
    const { wallets, keys, decimals } = await read<CustodyPage>('custody');
    expect(wallets.map(({ wallet, temperature, held }) => [wallet.id, temperature, held[0]?.value])).toEqual([
      ['till', 'hot', '30000000'],
      ['treasury', 'cold', undefined],
      ['vault', 'cold', '450000000'],
    ]);
    expect(keys.map(({ id }) => id)).toEqual(['h1', 'k1', 'k2', 'k3']);
    expect(decimals).toMatchObject({ ETH: 18, BTC: 8, JPY: 0 });
  });

  test('the hot share is that of the control, to the unit', async () => {
    const { hotShare, readings, broken } = await read<CustodyPage>('custody');
    expect(hotShare).toEqual({ hot: '30000000', all: '480000000', ownBps: 400, legalBps: 500 });
    const reading = readings.find(({ control }) => control === 'custody.hot-share');
    expect(reading).toMatchObject({ level: 'critical' });
    expect(reading?.why.en).toContain('6.25%');
    expect(broken['hot-over-limit']).toBeDefined();
  });

  test('what left without approval, what nobody knows, and the transfer with everything an approver must see', async () => {
    const page = await read<CustodyPage>('custody');
    expect(page.unapproved.movements).toMatchObject([{ wallet: 'till', id: 'ethereum 0xbad:0' }]);
    expect(page.unknown.addresses.map(({ address }) => address)).toEqual([`0x${'77'.repeat(20)}`]);
    const [transfer] = page.transfers;
    expect(transfer).toMatchObject({ id: t.transfer, status: 'requested', quorum: 3, callBack: true });
    expect(transfer?.shown.map(({ value }) => value)).toContain('30 ETH');
    expect(page.changes).toMatchObject([{ proposer: 'north', content: { kind: 'key' } }]);
  });

  test('a Safe as it was read, what changed since it was accepted, and the nonce to ask for next', async () => {
    const { safes, readings } = await read<CustodyPage>('custody');
    expect(safes).toMatchObject([
      { wallet: 'treasury', address: CHANGED_SAFE, confirmed: true, nonce: 4, nextNonce: 4, awaited: null },
    ]);
    expect(safes[0]?.findings.map(({ level, says }) => [level, says.en])).toEqual([
      ['critical', expect.stringMatching(/^Module 0x6d.* was enabled/)],
    ]);
    expect(readings.find(({ control }) => control === 'custody.safe-state')?.level).toBe('critical');
    const about = { kind: 'safe-state', wallet: 'treasury', chain: 'ethereum', address: CHANGED_SAFE };
    const state = { ...safes[0]?.observed?.state, threshold: 1 };
    const proposal = { content: { ...about, state }, reason: 'r' };
    const { change } = await run<{ change: string }>(t, 'custody.ProposeChange', proposal, 'north');
    const { safeProposals } = await read<CustodyPage>('custody');
    expect(safeProposals[change]).toMatchObject({ isRead: false });
    expect(safeProposals[change]?.changes.map(({ says }) => says.en)).toEqual([
      'Signatures needed: 2 → 1.',
      expect.stringMatching(/^Module/),
    ]);
    await run(t, 'custody.RejectChange', { change, reason: 'r' }, 'north');
  });

  test('what the page shows is what can be approved with it', async () => {
    const [shown] = (await read<CustodyPage>('custody')).transfers;
    const { id, digest, chain, order } = shown as CustodyPage['transfers'][number];
    const step = { transfer: id, digest, chain, order };
    expect(await run(t, 'custody.ApproveTransfer', step, 'east')).toMatchObject({ given: 1, needed: 3 });
    const [after] = (await read<CustodyPage>('custody')).transfers;
    expect(after?.approvals.map(({ by }) => by)).toEqual(['east']);
  });

  test('the gate: newest decisions with reasons, and how much of each limit is used in its window', async () => {
    const { gate } = await read<CustodyPage>('custody');
    expect(gate.decisions.map(({ id }) => id)).toEqual(['w-2', 'w-1']);
    expect(gate.decisions[0]?.reason.en).not.toBe('');
    // Both go to one address within a day: the second one passes the value above which people decide.
    expect([gate.allow, gate.hold, gate.deny]).toEqual([1, 1, 0]);
    const uses = gate.limits.map(({ limit, path, subject, used }) => [limit, path, subject, used]);
    expect(uses).toContainEqual(['customer-day', 'gate', 'customer', null]);
    expect(uses).toContainEqual(['eth-day', 'gate', 'ETH', ETH(1)]);
    expect(uses).toContainEqual(['firm-count', 'gate', 'all', '1']);
    expect(uses).toContainEqual(['eth-day', 'transfer', 'ETH', '0']);
  });

  test('wallets that were not read for long, and old rates, leave the share unknown', async () => {
    const late = await createFilledRooms();
    late.testApp.clock.moveTo(late.testApp.clock.now() + DAY_MS);
    const { hotShare, wallets } = await read<CustodyPage>('custody', late);
    expect(hotShare).toMatchObject({ hot: null, all: null });
    expect(wallets[0]?.held).toMatchObject([{ amount: ETH(60), value: null }]);
    await withCustody(late.testApp).rates({ ETH: '500000', BTC: '15000000' });
    const fresh = await read<CustodyPage>('custody', late);
    expect(fresh.wallets[0]?.held).toMatchObject([{ amount: ETH(60), value: '30000000' }]);
    expect(fresh.hotShare).toMatchObject({ hot: null, all: null });
  });
});

describe('reserves', () => {
  test('coverage per pot: short where less is held than owed, unknown where a source is silent', async () => {
    const { coverage, shortfalls } = await read<ReservesPage>('reserves');
    const of = (asset: string, pot: string) => coverage.find((one) => one.asset === asset && one.pot === pot);
    expect(of('BTC', 'customer')).toMatchObject({ held: '249000000', owed: '250000001', standing: 'short' });
    expect(of('JPY', 'customer')).toMatchObject({ standing: 'unknown', missing: ['trust-bank'] });
    expect(shortfalls.map(({ asset, owner }) => `${asset}/${owner}`)).toContain('BTC/customer');
  });

  test('sources, outflow, breaks with their cure rule, what is due, statements', async () => {
    const page = await read<ReservesPage>('reserves');
    expect(page.sources.map(({ source, problem }) => [source, problem === null])).toEqual([
      ['btc-chain', true],
      ['trust-bank', false],
    ]);
    const hot = page.outflow.find(({ part }) => part === 'hot');
    expect(hot).toMatchObject({ held: '49000000', hour: '40000000', day: '40000000', hoursLeft: '1' });
    expect(page.breaks.open).toMatchObject([{ kind: 'missing-right', amount: '1000001', owner: null }]);
    expect(page.cures['missing-right']?.businessDays).toBe(1);
    expect(page.due.map(({ of, state }) => [of, state])).toEqual([
      ['reconciliation', 'done'],
      ['statement', 'done'],
    ]);
    expect(page.statements).toMatchObject([{ account: 'trust-jpy', newest: [{ closing: '1250' }] }]);
  });

  test('a coin: supply, backing, and rules with citation, confidence and what they find', async () => {
    const [coin] = (await read<ReservesPage>('reserves')).coins;
    expect(coin).toMatchObject({ owed: '1000000', backing: '1010000', isKnown: true, reachable: '450000' });
    const [trust, genius, mica] = coin?.tests ?? [];
    expect(trust).toMatchObject({ id: 'jp-specific-trust', confidence: 'A', isTrusted: true });
    expect(genius).toMatchObject({ id: 'us-genius', isInForce: false, isTrusted: false, findings: [] });
    expect(mica).toMatchObject({ id: 'eu-mica-emt', confidence: 'B', isInForce: true, findings: [] });
  });

  test('the challenge of an address carries the text to be signed', async () => {
    const { listed, count } = (await read<ReservesPage>('reserves')).addresses;
    expect(count).toBe(3);
    for (const { text } of listed) expect(text).toContain('example proves control');
    const proofOf = (chain: string) =>
      listed.filter((one) => one.chain === chain).map(({ proof }) => proof?.scheme ?? null);
    expect([...proofOf('bitcoin'), ...proofOf('evm').sort()]).toEqual(['bip-322', 'eip-1271', null]);
  });
});

describe('the first screen', () => {
  test('levels of books, custody and reserves, worst first, each with what it states', async () => {
    const { levels, levelCount } = await read<Overview>('overview');
    expect(levels.length).toBe(levelCount);
    expect(new Set(levels.map(({ noun }) => noun))).toEqual(new Set(['ledger', 'custody', 'reserves']));
    expect(levels[0]?.level).toBe('critical');
    expect(levels.every(({ statement }) => statement !== null)).toBe(true);
    const ranks = levels.map(({ level }) => ['critical', 'warning', 'watch', 'blind'].indexOf(level));
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  });

  test('an answered breach leaves it, and the page of the book says who answered', async () => {
    const before = await read<BookPage>('books/main');
    const open = before.breaches.filter(({ count, answered }) => answered < count);
    expect(open.length).toBeGreaterThan(1);
    const { rule, subject } = open[0] as (typeof open)[number];
    await run(t, 'ledger.AnswerViolations', { rule, subject, reason: 'A late booking of the bank' }, 'audit');
    const after = await read<BookPage>('books/main');
    expect(after.breaches.at(-1)).toMatchObject({ rule, subject, answer: { by: 'audit' } });
    const { levels } = await read<Overview>('overview');
    expect(levels.some((one) => one.noun === 'ledger' && one.subject === subject)).toBe(false);
  });
});
