/** Who sets what is expected of reserves: what loosens it takes two people once a firm is founded. */
import { loosenedReserves } from '@sonae/core/nouns/reserves/engine/loosening.ts';
import { type Policy, policySchema } from '@sonae/core/nouns/reserves/facts/policy.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, expect, test } from 'vitest';
import { charter, foundFirm } from './support/firm.ts';
import { beginReserves, keep, level, now, POLICY, person, run, t } from './support/reserves.ts';

const NOW = policySchema.parse(POLICY);
const WITHOUT = { ...POLICY, coins: [] };
const LOCAL = person('local:operator');
const [north, east, stranger] = [person('north'), person('east'), person('stranger')];

/** Founds a firm in which north and east have the duty, and lets the coin be short by one. */
beforeEach(async () => {
  await beginReserves();
  const of = charter();
  const role = { id: 'custody-policy', says: { en: 'x', ja: 'x' }, seats: 6, holders: ['north', 'east'] };
  const local = { ...t, run: (command: string, input: JsonValue) => t.run(command, input, LOCAL) };
  await foundFirm(local, { ...of, roles: [...of.roles, role] });
  const chains = [{ chain: 'ethereum', form: 'native', amount: '100', locked: null }];
  await run('RecordSupply', { asset: 'JPYX', asOf: now(), chains });
  const item = { kind: 'demand-deposit', bank: 'beta', amount: '99', maturity: null, cancellable: false };
  await run('RecordBacking', { asset: 'JPYX', asOf: now(), backing: [item] });
});

test('nobody alone ends a standing shortfall by not expecting the coin', async () => {
  expect(await level('coin-backed/JPYX')).toBe('critical');
  expect(await run('SetPolicy', WITHOUT, stranger)).toBe('no-duty');
  expect(await run('SetPolicy', WITHOUT, north)).toBe('loosens');
  expect(await run('SetPolicy', WITHOUT), 'a system').toBe('loosens');
  await keep();
  expect(await level('coin-backed/JPYX')).toBe('critical');
});

test('what tightens holds at once, for somebody with the duty', async () => {
  const tighter = { ...POLICY, bookStaleAfterMinutes: 60 };
  expect(await run('SetPolicy', tighter, stranger)).toBe('no-duty');
  expect(await run('SetPolicy', tighter, north)).toBe('done');
  expect(await run('SetPolicy', POLICY, north)).toBe('loosens');
});

test('what loosens is proposed by one and approved by another', async () => {
  const ask = { policy: WITHOUT, reason: 'The coin was wound up' };
  const propose = async (): Promise<{ proposal: string; digest: string }> => {
    const outcome = await t.run('reserves.ProposePolicy', ask, north);
    if (outcome.status !== 'done') throw new Error(outcome.message);
    expect(outcome.result).toMatchObject({ loosens: expect.arrayContaining(['coins.JPYX']) });
    const { proposal, digest } = outcome.result as { proposal: string; digest: string };
    return { proposal, digest };
  };
  expect(await run('ProposePolicy', ask, stranger)).toBe('no-duty');
  const first = await propose();
  expect(await run('ProposePolicy', ask, east)).toBe('already-proposed');
  expect(await run('ApprovePolicy', first, north)).toBe('own-work');
  expect(await run('ApprovePolicy', first, stranger)).toBe('no-duty');
  expect(await run('ApprovePolicy', { ...first, digest: 'ab'.repeat(32) }, east)).toBe('stale-digest');
  expect(await run('RejectPolicy', { proposal: first.proposal, reason: 'no' }, east)).toBe('done');
  expect(await run('ApprovePolicy', first, east)).toBe('no-proposal');
  const overtaken = await propose();
  expect(await run('SetPolicy', { ...POLICY, bookStaleAfterMinutes: 60 }, east)).toBe('done');
  expect(await run('ApprovePolicy', overtaken, east)).toBe('no-proposal');
  const last = await propose();
  expect(await run('ApprovePolicy', last, east)).toBe('done');
  expect(await level('coin-backed/JPYX')).toBe('ok');
});

test('every part that is loosened is named, and what tightens is not', () => {
  const loosens = (change: Partial<Policy>): string[] => loosenedReserves(NOW, { ...NOW, ...change });
  const [coin] = NOW.coins;
  const [source, trust] = NOW.sources;
  const [covered] = NOW.coverage;
  const [daily] = NOW.reconciliations;
  const [bank] = NOW.banks;
  if (!coin || !source || !trust || !covered || !daily || !bank) throw new Error('the policy has them');
  const ofCoin = (change: Partial<typeof coin>): string[] => loosens({ coins: [{ ...coin, ...change }] });
  for (const change of [
    { rules: [] },
    { trusts: ['B'] as const },
    { mintWindowMinutes: 61 },
    { unusualTenths: 101 },
    { redeemWithinMinutes: 1_441 },
    { staleAfterMinutes: 10_001 },
    { reachableMinBps: 4_999 },
    { retiredChains: ['solana'] },
  ])
    expect(ofCoin(change as Partial<typeof coin>), Object.keys(change)[0]).toEqual(['coins.JPYX']);
  const strict = { ...NOW, coins: [{ ...coin, redemptionPaidMinBps: 1, redemptionMaxBps: 1 }] };
  expect([loosenedReserves(strict, NOW), loosenedReserves(NOW, strict)]).toEqual([['coins.JPYX'], []]);
  expect(loosens({ sources: [trust] })).toEqual(['sources.btc-chain']);
  expect(loosens({ sources: [{ ...source, staleAfterMinutes: 61 }, trust] })).toEqual(['sources.btc-chain']);
  expect(loosens({ sources: [...NOW.sources, { ...source, source: 'more' }] })).toEqual(['sources.more']);
  expect(loosens({ coverage: [{ ...covered, tolerance: '1' }, ...NOW.coverage.slice(1)] })).toEqual([
    'coverage.BTC',
  ]);
  expect(loosens({ reconciliations: [{ ...daily, graceHours: 7 }], statements: [] })).toEqual([
    'reconciliations.btc-daily',
    'statements.trust-jpy',
  ]);
  expect(loosens({ banks: [{ ...bank, closeHour: 16 }, ...NOW.banks.slice(1)] })).toEqual(['banks.alpha']);
  expect(loosens({ movers: [], zone: 'UTC', bookStaleAfterMinutes: 121 })).toEqual([
    'zone',
    'bookStaleAfterMinutes',
    'movers',
  ]);
  expect(loosens({ concentration: { watchBps: 9_001, warningBps: 9_500 } })).toEqual([
    'concentration.watchBps',
  ]);
  const hot = { ...NOW.outflow.hot, critical: 5 };
  expect(loosens({ outflow: { ...NOW.outflow, hot } })).toEqual(['outflow.hot.critical']);
  expect(ofCoin({ staleAfterMinutes: 1, rules: [...coin.rules, 'us-genius'], trusts: ['A', 'B'] })).toEqual(
    [],
  );
  expect(loosens({ coins: [coin, { ...coin, asset: 'BTC' }], movers: ['mover', 'more'] })).toEqual([]);
});
