/** Reserves through the log: what is owed against what is held, statements, breaks, runs, and the backing of a coin. */

import { matchItems } from '@sonae/core/nouns/reserves/engine/match.ts';
import { reportOf } from '@sonae/core/nouns/reserves/engine/report.ts';
import type { Holdings, Shortfalls } from '@sonae/core/nouns/reserves/views/holdings.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { privateKeyToAccount } from 'viem/accounts';
import { beforeEach, describe, expect, test } from 'vitest';
import { lookBack, takeHoldings } from '../packages/server/src/reserves/take-holdings.ts';
import { type ProofSent, takeControlProof } from '../packages/server/src/reserves/take-proof.ts';
import { takeStatementFile } from '../packages/server/src/reserves/take-statements.ts';
import { START_MS } from './support/app.ts';
import { readView } from './support/comms.ts';
import {
  BLOCK,
  beginReserves,
  breaks,
  custodian,
  factsOf,
  hold,
  keep,
  later,
  level,
  now,
  owes,
  POLICY,
  person,
  run,
  t,
  take,
} from './support/reserves.ts';

const NOW = new Date(START_MS).toISOString();
beforeEach(beginReserves);

describe('coverage', () => {
  test('even, short by one unit, cured: level, shortfall, incident and the clock of the firm follow', async () => {
    await owes(['BTC', 'customer', '500']);
    await hold('btc-chain', 'BTC', '500');
    expect(await level('coverage/BTC/customer')).toBe('ok');
    later(1);
    await hold('btc-chain', 'BTC', '499');
    expect(await level('coverage/BTC/customer')).toBe('critical');
    const { standing } = await readView<Shortfalls>(t, 'reserves.shortfalls');
    // 1 April 2026 is a Wednesday: five business days after it end on the 8th.
    expect(standing[0]).toMatchObject({
      asset: 'BTC',
      owner: 'customer',
      held: '499',
      owed: '500',
      dueAt: '2026-04-08T14:59:59Z',
    });
    expect((await factsOf('reports.FirmEventRecorded')).map(({ event }) => event)).toEqual(['coin-short']);
    expect((await factsOf('incidents.Suspected')).length).toBeGreaterThan(0);
    later(1);
    await hold('btc-chain', 'BTC', '500');
    expect(await level('coverage/BTC/customer')).toBe('ok');
    expect((await readView<Shortfalls>(t, 'reserves.shortfalls')).standing).toEqual([]);
    expect((await factsOf('reports.FirmEventRecorded')).map(({ event }) => event)).toEqual([
      'coin-short',
      'coin-short-cured',
    ]);
  });

  test('debts of some customers do not pay others, and what is nobody’s yet counts as customers’', async () => {
    await owes(['BTC', 'customer', '400', '100'], ['BTC', 'suspense', '7']);
    await hold('btc-chain', 'BTC', '507');
    expect(await level('coverage/BTC/customer')).toBe('ok');
    later(1);
    await hold('btc-chain', 'BTC', '506');
    expect(await level('coverage/BTC/customer')).toBe('critical');
  });

  test('the firm’s own coins do not cover customers, only the total', async () => {
    await owes(['BTC', 'customer', '500']);
    await hold('btc-chain', 'BTC', '500', { owner: 'house' });
    expect([await level('coverage/BTC/customer'), await level('coverage/BTC/total')]).toEqual([
      'critical',
      'ok',
    ]);
  });

  test('a surplus is a finding beyond its limit and not at it', async () => {
    await owes(['BTC', 'customer', '10000']);
    await hold('btc-chain', 'BTC', '10100');
    expect(await level('coverage/BTC/customer')).toBe('ok');
    later(1);
    await hold('btc-chain', 'BTC', '10101');
    expect(await level('coverage/BTC/customer')).toBe('watch');
  });

  test('stale is blind, and blindness does not hide a shortfall', async () => {
    await owes(['BTC', 'customer', '500']);
    await hold('btc-chain', 'BTC', '500');
    later(60);
    await keep();
    expect(await level('sources-speak/btc-chain')).toBe('ok');
    later(1);
    await keep();
    expect([await level('sources-speak/btc-chain'), await level('coverage/BTC/customer')]).toEqual([
      'blind',
      'blind',
    ]);
    await hold('btc-chain', 'BTC', '1');
    later(61);
    await keep();
    expect([await level('sources-speak/btc-chain'), await level('coverage/BTC/customer')]).toEqual([
      'blind',
      'critical',
    ]);
    expect((await factsOf('reserves.ShortfallCured')).length).toBe(0);
  });

  test('a watch hides no blindness: what happens behind it would be silence', async () => {
    expect([await level('sources-speak/btc-chain'), await level('coverage/BTC/customer')]).toEqual([
      'watch',
      'watch',
    ]);
    later(121);
    await keep();
    expect([await level('sources-speak/btc-chain'), await level('coverage/BTC/customer')]).toEqual([
      'blind',
      'blind',
    ]);
    await owes(['BTC', 'customer', '10000']);
    await hold('btc-chain', 'BTC', '10101');
    expect(await level('coverage/BTC/customer'), 'more than owed').toBe('watch');
    // The book falls silent, and only then most of it goes away.
    later(121);
    await hold('btc-chain', 'BTC', '1');
    expect(await level('coverage/BTC/customer')).toBe('blind');
    await owes(['BTC', 'customer', '10000']);
    expect(await level('coverage/BTC/customer')).toBe('critical');
  });

  test('nothing new is written where nothing changed', async () => {
    await keep();
    const before = (await t.app.ports.store.facts({ limit: 500 })).length;
    await keep();
    later(1);
    await keep();
    expect((await t.app.ports.store.facts({ limit: 500 })).length).toBe(before);
  });

  test('what does not fit is refused', async () => {
    expect(await hold('nowhere', 'BTC', '1')).toBe('no-source');
    expect(await hold('btc-chain', 'JPY', '1')).toBe('no-asset');
    expect(await hold('btc-chain', 'BTC', '1')).toBe('done');
    const old = {
      source: 'btc-chain',
      asOf: '2026-03-01T00:00:00Z',
      provenance: { rpcs: [], block: null, statement: null },
      positions: [],
    };
    expect(await run('RecordHoldings', old)).toBe('older');
    expect(await run('RecordHoldings', { ...old, asOf: '2027-03-01T00:00:00Z' })).toBe('from-the-future');
    expect(await run('SetPolicy', { ...POLICY, zone: 'Mars/Base' })).toBe('bad-policy');
    expect(await run('SetPolicy', { ...POLICY, sources: [...POLICY.sources, ...POLICY.sources] })).toBe(
      'bad-policy',
    );
    expect(
      await run('SetPolicy', { ...POLICY, coins: [{ ...POLICY.coins[0], rules: ['no'] }] } as JsonValue),
    ).toBe('bad-policy');
  });
});

describe('chain readings', () => {
  const reading = {
    block: BLOCK,
    rpcs: ['a', 'b'],
    positions: [{ asset: 'BTC', owner: 'customer' as const, tier: 'hot' as const, address: 'x', amount: 5n }],
  };

  test('a reorganisation voids the snapshot, once', async () => {
    await takeHoldings(t.app, 'btc-chain', reading, t.clock.now());
    expect(await lookBack(t.app, 'btc-chain', async () => ({ same: true }))).toBe(null);
    const moved = async () => ({ same: false, is: 'cd'.repeat(32) }) as const;
    expect(await lookBack(t.app, 'btc-chain', moved)).toMatchObject({ status: 'done' });
    expect(await lookBack(t.app, 'btc-chain', moved)).toBe(null);
    expect((await readView<Holdings>(t, 'reserves.holdings')).snapshots[0]?.problem).toBe('void');
    expect(await level('sources-speak/btc-chain')).toBe('blind');
  });

  test('a dispute is recorded with its nodes, once, and ends with the next reading that agrees', async () => {
    await takeHoldings(t.app, 'btc-chain', reading, t.clock.now());
    const dispute = { disputed: 'balance of x', hosts: ['liar'] };
    await takeHoldings(t.app, 'btc-chain', dispute, t.clock.now());
    await takeHoldings(t.app, 'btc-chain', dispute, t.clock.now());
    expect(await factsOf('reserves.ReadingDisputed')).toMatchObject([{ hosts: ['liar'] }]);
    expect(await level('sources-speak/btc-chain')).toBe('blind');
    later(1);
    await takeHoldings(t.app, 'btc-chain', reading, t.clock.now());
    expect(await level('sources-speak/btc-chain')).toBe('ok');
  });
});

describe('statements', () => {
  test('recorded once; the same again is nothing new, other content is a break, a gap is a break', async () => {
    expect(await take(custodian('2026-04-01', '100', '5', '105'))).toBe('recorded');
    expect(await take(custodian('2026-04-01', '100', '5', '105'))).toBe('duplicate');
    expect(await take(custodian('2026-04-01', '100', '6', '106'))).toBe('conflict');
    expect(await take(custodian('2026-04-01', '100', '6', '106'))).toBe('conflict');
    t.clock.moveTo(Date.parse('2026-04-02T00:00:00Z'));
    expect(await take(custodian('2026-04-02', '104', '1', '105'))).toBe('gap');
    expect((await breaks()).open.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual([
      'statement-conflict 1',
      'statement-gap -1',
    ]);
    expect(await factsOf('reserves.StatementRecorded')).toHaveLength(2);
  });

  test('a file of a stranger, and one that does not add, record nothing', async () => {
    expect(await take(custodian('2026-04-01', '100', '5', '106'))).toBe('does-not-add');
    const other = await takeStatementFile(
      t.app,
      custodian('2026-04-01', '1', '1', '2'),
      'custodian-json',
      { JPY: 0 },
      new Map(),
    );
    expect(other).toMatchObject({ problem: { code: 'bad-field' } });
    expect(await factsOf('reserves.StatementRecorded')).toEqual([]);
  });

  test('late: a break and a warning at the hour, critical after grace, gone when it comes', async () => {
    // The statement of Wednesday the 1st is due on Thursday at 10:00 in Tokyo, 01:00 UTC.
    t.clock.moveTo(Date.parse('2026-04-02T01:00:00Z'));
    await keep();
    expect([await level('statements-daily/trust-jpy'), (await breaks()).open.length]).toEqual(['blind', 0]);
    t.clock.moveTo(Date.parse('2026-04-02T01:01:00Z'));
    await keep();
    expect([await level('statements-daily/trust-jpy'), (await breaks()).open[0]?.kind]).toEqual([
      'warning',
      'statement-late',
    ]);
    t.clock.moveTo(Date.parse('2026-04-02T07:01:00Z'));
    await keep();
    expect([await level('statements-daily/trust-jpy'), (await breaks()).open.length]).toEqual([
      'critical',
      1,
    ]);
    await take(custodian('2026-04-01', '100', '5', '105'));
    expect([await level('statements-daily/trust-jpy'), (await breaks()).open.length]).toEqual(['ok', 0]);
  });
});

describe('breaks', () => {
  const item = (id: string, amount: bigint) => ({ id, asset: 'BTC', amount, at: 0 });
  const reconcile = (right: bigint[], day = '2026-04-01'): Promise<string> => {
    const lefts = [item('l1', 5n), item('l2', 9n)];
    const rights = right.map((amount, n) => item(`r${n}`, amount));
    const options = { toleranceMinor: 0n, toleranceBps: 0n, windowMs: 0, now: 0 };
    const report = reportOf(matchItems(lefts, rights, options), lefts.length, rights.length);
    return run('RecordReconciliation', {
      scope: 'btc-daily',
      day,
      ...report,
      found: [...report.found],
    } as JsonValue);
  };

  test('open with a run, stay the same break in the next, close by themselves when matched', async () => {
    expect(await reconcile([5n])).toBe('done');
    const [one] = (await breaks()).open;
    expect(one).toMatchObject({ kind: 'missing-right', amount: '9', dueAt: '2026-04-02T14:59:59Z' });
    expect(await reconcile([5n])).toBe('done');
    expect((await breaks()).open.map(({ id }) => id)).toEqual([one?.id]);
    expect(await reconcile([5n, 9n])).toBe('done');
    expect((await breaks()).open).toEqual([]);
    expect((await breaks()).closed[0]).toMatchObject({ id: one?.id, closedHow: 'matched' });
    expect(await reconcile([5n], '2026-06-01')).toBe('day-ahead');
  });

  test('a run of an older day leaves what a newer day’s run found; a run of that day or later closes it', async () => {
    t.clock.moveTo(Date.parse('2026-04-06T00:00:00Z'));
    const open = async (): Promise<string[]> => (await breaks()).open.map(({ amount }) => amount);
    await reconcile([5n], '2026-04-03');
    expect(await reconcile([5n, 9n], '2026-04-02')).toBe('done');
    expect(await open(), 'found by the newer run').toEqual(['9']);
    await reconcile([5n, 9n], '2026-04-03');
    expect(await open()).toEqual([]);
    await reconcile([5n], '2026-04-02');
    await reconcile([5n], '2026-04-04');
    await reconcile([5n, 9n], '2026-04-02');
    expect(await open(), 'found again by the newer run').toEqual(['9']);
    await reconcile([5n, 9n], '2026-04-05');
    expect(await open()).toEqual([]);
    await reconcile([9n], '2026-04-02');
    expect(await open(), 'found by the older run alone').toEqual(['5']);
    await reconcile([5n, 9n], '2026-04-05');
    expect(await open()).toEqual([]);
  });

  test('are closed by somebody who neither explained them nor moves coins', async () => {
    await reconcile([5n]);
    const id = (await breaks()).open[0]?.id ?? '';
    const resolve = (who: string): Promise<string> =>
      run('ResolveBreak', { break: id, note: 'seen' }, person(who));
    expect(await run('AssignBreak', { break: id, owner: 'checker' }, person('head'))).toBe('done');
    expect(await resolve('second')).toBe('not-explained');
    const why = { break: id, reason: 'missing-posting', note: 'posted late', movedBy: 'signer' };
    expect(await run('ExplainBreak', why, person('checker'))).toBe('done');
    expect([await resolve('checker'), await resolve('mover'), await resolve('signer')]).toEqual([
      'own-explanation',
      'moves-coins',
      'moves-coins',
    ]);
    expect([await resolve('second'), await resolve('second')]).toEqual(['done', 'no-break']);
  });

  test('past their term are critical; a day without a run is late', async () => {
    await reconcile([5n]);
    t.clock.moveTo(Date.parse('2026-04-02T15:00:00Z'));
    await keep();
    expect([await level('breaks-cured/btc-daily'), await level('reconciled-daily/btc-daily')]).toEqual([
      'critical',
      'ok',
    ]);
    t.clock.moveTo(Date.parse('2026-04-03T03:01:00Z'));
    await keep();
    expect(await level('reconciled-daily/btc-daily')).toBe('warning');
    t.clock.moveTo(Date.parse('2026-04-03T09:01:00Z'));
    await keep();
    expect(await level('reconciled-daily/btc-daily')).toBe('critical');
  });
});

test('a run empties what is hot: the level follows whole hours', async () => {
  await hold('btc-chain', 'BTC', '600', { tier: 'hot' });
  const flow = (out: string): Promise<string> =>
    run('RecordFlows', { from: NOW, flows: [{ asset: 'BTC', in: '0', out }] });
  expect(
    await run('RecordFlows', { from: '2026-04-01T00:00:01Z', flows: [{ asset: 'BTC', in: '0', out: '1' }] }),
  ).toBe('odd-step');
  await flow('25');
  expect([await level('outflow/BTC/hot'), await level('outflow/BTC/all')]).toEqual(['watch', 'warning']);
  await flow('100');
  expect(await level('outflow/BTC/hot')).toBe('warning');
  await flow('101');
  expect(await level('outflow/BTC/hot')).toBe('critical');
  later(121);
  await keep();
  expect(await level('outflow/BTC/hot'), 'silence hides nothing').toBe('critical');
});

describe('a coin', () => {
  const back = (...items: [string, string, string, (string | null)?, boolean?][]): Promise<string> =>
    run('RecordBacking', {
      asset: 'JPYX',
      asOf: now(),
      backing: items.map(([kind, bank, amount, maturity = null, cancellable = false]) => ({
        kind,
        bank,
        amount,
        maturity,
        cancellable,
      })),
    });
  const supply = (native: string, bridged: string, locked: string | null): Promise<string> =>
    run('RecordSupply', {
      asset: 'JPYX',
      asOf: now(),
      chains: [
        { chain: 'ethereum', form: 'native', amount: native, locked: null },
        { chain: 'polygon', form: 'bridged', amount: bridged, locked },
      ],
    });

  test('is backed to the unit; what is bridged beyond its lock is owed on top', async () => {
    await supply('1000', '400', '400');
    await back(['demand-deposit', 'beta', '1000']);
    expect([await level('coin-backed/JPYX'), await level('bridge-backed/JPYX/polygon')]).toEqual([
      'ok',
      'ok',
    ]);
    later(1);
    await supply('1000', '401', '400');
    expect([await level('coin-backed/JPYX'), await level('bridge-backed/JPYX/polygon')]).toEqual([
      'critical',
      'critical',
    ]);
    expect((await factsOf('reports.FirmEventRecorded')).map(({ event }) => event)).toEqual([
      'trust-backing-short',
    ]);
  });

  test('the composition of a specified trust, in force from 1 June 2026, on both sides of each limit', async () => {
    await back(['repo', 'beta', '1']);
    expect(await level('composition/JPYX/jp-specific-trust'), 'not in force yet').toBe('watch');
    t.clock.moveTo(Date.parse('2026-06-01T00:00:00Z'));
    const found = async (...items: Parameters<typeof back>): Promise<string> => {
      later(1);
      await back(...items);
      return level('composition/JPYX/jp-specific-trust');
    };
    expect(await found(['demand-deposit', 'beta', '50'], ['treasury', 'beta', '50', '2026-09-01'])).toBe(
      'ok',
    );
    expect(await found(['demand-deposit', 'beta', '49'], ['treasury', 'beta', '51', '2026-09-01'])).toBe(
      'critical',
    );
    expect(await found(['demand-deposit', 'beta', '50'], ['treasury', 'beta', '50', '2026-09-02'])).toBe(
      'critical',
    );
    expect(await found(['demand-deposit', 'beta', '50'], ['term-deposit', 'beta', '50', null, true])).toBe(
      'ok',
    );
    expect(await found(['demand-deposit', 'beta', '50'], ['term-deposit', 'beta', '50', null, false])).toBe(
      'critical',
    );
    expect(await found(['demand-deposit', 'beta', '99'], ['repo', 'beta', '1'])).toBe('critical');
  });

  test('what is behind closed or blocked banks is out of reach', async () => {
    // 9:00 to 10:00 in Tokyo on a Wednesday.
    await back(['demand-deposit', 'alpha', '50'], ['demand-deposit', 'beta', '49']);
    expect(await level('reachable/JPYX')).toBe('ok');
    expect(await run('BlockBank', { bank: 'alpha', reason: 'failed' })).toBe('done');
    expect(await level('reachable/JPYX')).toBe('warning');
    expect(await run('BlockBank', { bank: 'nobody', reason: 'x' })).toBe('no-bank');
    expect(await run('ReopenBank', { bank: 'alpha', reason: 'back' })).toBe('done');
    expect(await level('reachable/JPYX')).toBe('ok');
    t.clock.moveTo(Date.parse('2026-04-01T06:00:00Z'));
    await keep();
    expect(await level('reachable/JPYX'), '15:00 in Tokyo').toBe('watch');
  });

  test('a mint has its money within the window, and an ordinary size', async () => {
    const moves = (...list: [string, string, string][]): Promise<string> =>
      run('RecordMoves', {
        asset: 'JPYX',
        moves: list.map(([id, kind, amount]) => ({ id, kind, amount, at: now(), reference: '' })),
      } as JsonValue);
    await moves(['m1', 'mint', '10'], ['i1', 'inflow', '4'], ['i2', 'inflow', '6']);
    await moves(['m2', 'mint', '7']);
    later(59);
    await keep();
    expect(await level('mints/JPYX')).toBe('ok');
    later(1);
    await keep();
    expect(await level('mints/JPYX')).toBe('critical');
  });

  test('nobody waits too long', async () => {
    const queue = { count: 1, amount: '5', oldestAt: now() };
    const period = { from: now(), requested: '5', paid: '0' };
    await run('RecordRedemptions', { asset: 'JPYX', asOf: now(), queue, period });
    later(1_440);
    await keep();
    expect(await level('redemptions/JPYX')).toBe('watch');
    later(1);
    await keep();
    expect(await level('redemptions/JPYX')).toBe('critical');
    expect(await run('RecordRedemptions', { asset: 'NONE', asOf: now(), queue, period })).toBe('no-coin');
  });
});

test('an address is proved with the issued text only, and is not somebody else’s too', async () => {
  const account = privateKeyToAccount(`0x${'11'.repeat(32)}`);
  const ask = {
    source: 'btc-chain',
    chain: 'evm',
    address: account.address,
    epoch: '2026-04',
    blockHash: `0x${'ab'.repeat(32)}`,
  };
  const issued = await t.run('reserves.ChallengeAddress', ask);
  if (issued.status !== 'done') throw new Error(issued.message);
  const { challenge, text } = issued.result as { challenge: string; text: string };
  expect(text).toContain('example proves control');
  const wrong = await account.signMessage({ message: `${text} ` });
  const send = (change: Partial<ProofSent>) =>
    takeControlProof(t.app, [], { challenge, scheme: 'eip-191', signature: wrong, ...change });
  expect(await send({})).toMatchObject({ problem: { field: 'signature' } });
  const misspelt = { ...ask, address: account.address.replace(/[A-F]/, (letter) => letter.toLowerCase()) };
  for (const bad of [misspelt, { ...ask, chain: 'bitcoin' }])
    expect(await t.run('reserves.ChallengeAddress', bad)).toMatchObject({ refused: 'bad-address' });
  const signature = await account.signMessage({ message: text });
  expect(await send({ challenge: 'another', signature })).toMatchObject({ problem: { field: 'challenge' } });
  expect(await send({ scheme: 'bip-322', signature })).toMatchObject({ problem: { field: 'scheme' } });
  // The policy names the source, and no node of it is configured.
  expect(await send({ scheme: 'eip-1271', signature })).toMatchObject({ problem: { field: 'challenge' } });
  expect(await send({ signature })).toMatchObject({ status: 'done' });
  expect(await factsOf('reserves.ControlProved')).toHaveLength(1);
  const claims = {
    exchange: 'Other',
    statement: 'June',
    addresses: [account.address.toUpperCase().replace('0X', '0x')],
  };
  await run('RecordForeignClaims', claims);
  await run('RecordForeignClaims', claims);
  expect(await factsOf('reserves.DoubleClaimDetected')).toHaveLength(1);
  expect(await level(`address-control/${account.address.toLowerCase()}`)).toBe('critical');
});
