/** Requested transfers: policy, approvals, what is signed, what appears on chain; with the attacks by name. */

import { DAY_MS, HOUR_MS } from '@sonae/core/kernel/time.ts';
import type { StandingLevels } from '@sonae/core/log/levels.ts';
import { loosened } from '@sonae/core/nouns/custody/engine/loosening.ts';
import { safeTxHash } from '@sonae/core/nouns/custody/engine/safe-hash.ts';
import { policySchema } from '@sonae/core/nouns/custody/facts/policy.ts';
import type { Order } from '@sonae/core/nouns/custody/facts/transfers.ts';
import type { Transfer, Transfers } from '@sonae/core/nouns/custody/views/transfers.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { beforeEach, describe, expect, test } from 'vitest';
import { safeTypedData } from '../packages/server/src/custody/safe-transfer.ts';
import {
  ADDRESSES,
  type Custody,
  createCustody,
  ETH,
  limit,
  listPayee,
  order,
  POLICY,
  rule,
} from './support/custody.ts';
import { as } from './support/firm.ts';

const RATES = { ETH: '500000', USDC: '150', BTC: '15000000' };
let c: Custody;
beforeEach(async () => {
  c = await createCustody();
  await listPayee(c);
  c.pass(DAY_MS);
  await c.rates(RATES);
});

type Asked = { transfer: string; digest: string; quorum: number; callBack: boolean };
const request = (of: Order, who = 'south') =>
  c.run(
    'custody.RequestTransfer',
    { chain: 'ethereum', order: of, reason: 'x' } as unknown as JsonValue,
    as(who),
  );
const asked = async (of: Order): Promise<Asked> => c.result<Asked>(await request(of));
const ruleOf = async (of: Order): Promise<string> => {
  const outcome = await request(of);
  return outcome.status === 'done' ? 'requested' : (outcome.message.split(':')[0] ?? '');
};
const approve = (of: Order, { transfer, digest }: Asked, who: string) =>
  c.act('ApproveTransfer', { transfer, digest, chain: 'ethereum', order: of }, who);
const find = async (id: string): Promise<Transfer> => {
  const found = (await c.view<Transfers>('transfers')).transfers.find((one) => one.id === id);
  if (!found) throw new Error('no transfer');
  return found;
};
const standing = async () => Object.keys(await c.view<StandingLevels>('levels'));

describe('approving', () => {
  test('needs distinct people with the role, the digest and the very order, and shows what is signed', async () => {
    const of = order(ETH(10));
    const a = await asked(of);
    expect(a).toMatchObject({ quorum: 2, callBack: false });
    const { shown } = await find(a.transfer);
    const values = shown.map(({ value }) => value);
    for (const wanted of ['vault (vault)', 'Payee KK', ADDRESSES.payee, '10 ETH', 'CALL'])
      expect(values).toContain(wanted);
    expect(await approve(of, a, 'watch')).toBe('no-duty');
    expect(await approve(of, { ...a, digest: '0'.repeat(64) }, 'east')).toBe('stale-digest');
    expect(await approve(order(ETH(10), { nonce: 8 }), a, 'east')).toBe('stale-digest');
    expect(await approve(of, a, 'east')).toBe('done');
    expect(await approve(of, a, 'east')).toBe('already-approved');
    expect((await find(a.transfer)).status).toBe('requested');
    expect(await approve(of, a, 'west')).toBe('done');
    expect((await find(a.transfer)).status).toBe('approved');
    expect(await approve(of, a, 'north')).toBe('wrong-state');
  });

  test('attack: approver = requester, though south holds both roles', async () => {
    const of = order(ETH(1));
    expect(await approve(of, await asked(of), 'south')).toBe('own-work');
  });

  test('lapses', async () => {
    const of = order(ETH(1));
    const a = await asked(of);
    c.pass(DAY_MS);
    expect(await approve(of, a, 'east')).toBe('expired');
    await c.keep();
    expect((await find(a.transfer)).status).toBe('stopped');
  });

  test.each([
    [2, 1, false],
    [2.001, 2, false],
    [20, 2, false],
    [20.001, 3, true],
  ])('%d ETH needs %d approvals, call-back %s', async (amount, quorum, callBack) => {
    expect(await asked(order(ETH(amount)))).toMatchObject({ quorum, callBack });
  });

  test('the top band also needs a call-back by somebody who took no part', async () => {
    const of = order(ETH(21));
    const a = await asked(of);
    const call = (who: string) =>
      c.act(
        'ConfirmCallBack',
        {
          transfer: a.transfer,
          digest: a.digest,
          chain: 'ethereum',
          order: of,
          spokeWith: 'CFO of Payee',
          note: 'ok',
        },
        who,
      );
    for (const who of ['east', 'west', 'north']) expect(await approve(of, a, who)).toBe('done');
    expect((await find(a.transfer)).status).toBe('requested');
    expect(await call('south')).toBe('own-work');
    expect(await call('watch')).toBe('done');
    expect((await find(a.transfer)).status).toBe('approved');
  });
});

describe('the policy', () => {
  const one = (amount = ETH(1), change: Record<string, unknown> = {}): Order =>
    ({ ...order(amount), ...change }) as Order;

  test('attack: whitelist, then transfer at once', async () => {
    const fresh = `0x${'ab'.repeat(20)}`;
    const of = { ...order(ETH(1), { to: fresh }), destination: fresh } as Order;
    expect(await ruleOf(of)).toBe('default');
    const destination = { chain: 'ethereum', address: fresh, name: 'Fresh', counterpart: null };
    await c.change({ kind: 'destination', destination });
    expect(await ruleOf(of)).toBe('cooling');
    c.pass(DAY_MS - 1_000);
    await c.rates(RATES);
    expect(await ruleOf(of)).toBe('cooling');
    c.pass(1_000);
    expect(await ruleOf(of)).toBe('requested');
    expect(await c.facts('custody.TransferDenied')).toHaveLength(3);
  });

  test('attack: structuring just below the band is summed', async () => {
    const bands: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const of = order(ETH(1.9), { nonce: n });
      const a = await asked(of);
      bands.push(a.quorum);
      for (const who of ['east', 'west'].slice(0, a.quorum)) await approve(of, a, who);
      expect((await find(a.transfer)).status).toBe('approved');
    }
    expect(bands).toEqual([1, 2, 2]);
  });

  test('attack: many requests at once, then approved one by one', async () => {
    const orders = [0, 1].map((nonce) => order(ETH(1.9), { nonce }));
    const all = await Promise.all(orders.map(asked));
    expect(all.map(({ quorum }) => quorum)).toEqual([1, 1]);
    expect(await approve(orders[0] as Order, all[0] as Asked, 'east')).toBe('done');
    expect(await approve(orders[1] as Order, all[1] as Asked, 'east')).toBe('policy-denied');
    expect(await find(all[1]?.transfer ?? '')).toMatchObject({ status: 'denied', rule: 'band-risen' });
  });

  test('velocity: what was approved counts, to the unit', async () => {
    const whole = order(ETH(99));
    const a = await asked(whole);
    for (const who of ['east', 'west', 'north']) await approve(whole, a, who);
    await c.act(
      'ConfirmCallBack',
      { transfer: a.transfer, digest: a.digest, chain: 'ethereum', order: whole, spokeWith: 'x', note: 'x' },
      'watch',
    );
    expect((await find(a.transfer)).status).toBe('approved');
    expect(await ruleOf(one(ETH(1.001), order(ETH(1.001)) as never))).toBe('eth-day');
    expect(await ruleOf(order(ETH(1)))).toBe('requested');
  });

  test('stale rates are no rates', async () => {
    c.pass(16 * 60_000);
    expect(await ruleOf(order(ETH(1)))).toBe('no-rate');
  });

  test('attack: Bybit, a DELEGATECALL behind a friendly screen', async () => {
    expect(await ruleOf(order(ETH(1), { operation: 'delegatecall' }))).toBe('delegatecall');
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['raw bytes', { transaction: { kind: 'raw', data: '0xdeadbeef' } }, 'blind-signing'],
    ['unknown typed data', { transaction: { kind: 'typed-data', data: '{}' } }, 'blind-signing'],
    ['an instruction', { transaction: { kind: 'instruction', reference: 'x' } }, 'wrong-form'],
    ['another Safe', order(ETH(1), { safe: ADDRESSES.hot }), 'other-safe'],
    ['another chain', order(ETH(1), { chainId: 5 }), 'other-safe'],
    ['another destination inside', order(ETH(1), { to: ADDRESSES.thief }), 'not-as-asked'],
    ['another value inside', order(ETH(1), { value: ETH(2) }), 'not-as-asked'],
    ['call data nobody listed', order(ETH(1), { data: '0x12345678' }), 'blind-signing'],
  ])('denies %s', async (_, change, wanted) => {
    expect(await ruleOf({ ...order(ETH(1)), ...change } as Order)).toBe(wanted);
  });

  const erc20 = (to: string, amount: bigint, tail = '') =>
    `0xa9059cbb${'0'.repeat(24)}${to.slice(2)}${amount.toString(16).padStart(64, '0')}${tail}`;
  const token = (data: string): Order =>
    ({ ...order('5000000', { to: ADDRESSES.token, value: '0', data }), asset: 'USDC' }) as Order;
  test.each<[string, string, string]>([
    ['the token to the payee', erc20(ADDRESSES.payee, 5_000_000n), 'requested'],
    ['the token to a thief', erc20(ADDRESSES.thief, 5_000_000n), 'not-as-asked'],
    ['more of the token', erc20(ADDRESSES.payee, 5_000_001n), 'not-as-asked'],
    ['bytes behind it', erc20(ADDRESSES.payee, 5_000_000n, '00'), 'not-as-asked'],
    [
      'dirty high bytes',
      erc20(ADDRESSES.payee, 5_000_000n).replace('a9059cbb00', 'a9059cbb01'),
      'not-as-asked',
    ],
    ['an approve', erc20(ADDRESSES.payee, 5_000_000n).replace('a9059cbb', '095ea7b3'), 'blind-signing'],
  ])('reads ERC-20: %s', async (_, data, wanted) => {
    expect(await ruleOf(token(data))).toBe(wanted);
  });
});

describe('what is signed', () => {
  const approved = async () => {
    const of = order(ETH(1));
    const a = await asked(of);
    await approve(of, a, 'east');
    return { of, a };
  };
  const signed = (a: Asked, transaction: unknown, hash: string) =>
    c.system('RecordSigned', {
      transfer: a.transfer,
      digest: a.digest,
      chain: 'ethereum',
      signing: { kind: 'safe', transaction, hash },
      signers: ['k1', 'k2'],
    });

  test('is what was approved, and then it is seen on chain and reconciled by somebody else', async () => {
    const { of, a } = await approved();
    const { transaction } = of;
    if (transaction.kind !== 'safe') throw new Error('safe');
    const { hash } = safeTypedData(transaction);
    expect((await find(a.transfer)).safeTxHash).toBe(hash);
    expect((await signed(a, transaction, hash)).status).toBe('done');
    const movement = {
      chain: 'ethereum',
      transaction: '0xabc',
      index: 0,
      from: ADDRESSES.safe,
      to: ADDRESSES.payee,
      asset: 'ETH',
      amount: ETH(1),
      at: '2026-04-02T00:00:00Z',
      transfer: null,
      withdrawal: null,
      customer: null,
    };
    const seen = await c.system('RecordOnChain', { movements: [movement, movement] });
    expect(c.result(seen)).toEqual({ recorded: 1, unapproved: 0 });
    const reconcile = (who: string) => c.act('ReconcileTransfer', { transfer: a.transfer }, who);
    expect(await reconcile('south')).toBe('no-duty');
    expect(await reconcile('audit')).toBe('done');
    expect((await find(a.transfer)).status).toBe('reconciled');
    // The same approval does not cover a second movement.
    const again = await c.system('RecordOnChain', { movements: [{ ...movement, transaction: '0xdef' }] });
    expect(c.result(again)).toEqual({ recorded: 1, unapproved: 1 });
  });

  test.each<[string, Record<string, unknown>]>([
    ['Bybit: DELEGATECALL', { operation: 'delegatecall' }],
    ['another destination', { to: ADDRESSES.thief }],
    ['another value', { value: ETH(2) }],
    ['added data', { data: '0x00' }],
    ['another nonce', { nonce: 8 }],
  ])('attack: %s is refused and critical', async (_, change) => {
    const { of, a } = await approved();
    if (of.transaction.kind !== 'safe') throw new Error('safe');
    const other = { ...of.transaction, ...change } as typeof of.transaction;
    expect(await signed(a, other, safeTxHash(other))).toMatchObject({ refused: 'not-as-approved' });
    // The right fields with the hash of the wrong ones: what the screen shows and what the device signs differ.
    expect(await signed(a, of.transaction, safeTxHash(other))).toMatchObject({ refused: 'not-as-approved' });
    await c.keep();
    expect(await standing()).toContain('custody.signed-as-approved/vault');
  });

  test('the first movement that nobody approved is critical at once and opens an incident', async () => {
    const movement = {
      chain: 'ethereum',
      transaction: '0x666',
      index: 0,
      from: ADDRESSES.hot,
      to: ADDRESSES.thief,
      asset: 'ETH',
      amount: '1',
      at: '2026-04-02T00:00:00Z',
      transfer: null,
      withdrawal: null,
      customer: null,
    };
    await c.system('RecordOnChain', { movements: [movement] });
    await c.keep();
    expect(await standing()).toContain('custody.unapproved-movement/till');
    expect((await c.facts('incidents.Suspected')).length).toBeGreaterThan(0);
    const judge = (who: string) =>
      c.act('JudgeMovement', { movement: 'ethereum 0x666:0', verdict: 'explained', reason: 'x' }, who);
    expect(await judge('south')).toBe('no-duty');
    expect(await judge('audit')).toBe('done');
    await c.keep();
    expect(await standing()).not.toContain('custody.unapproved-movement/till');
  });

  test('attack: a movement that calls itself a withdrawal the gate never allowed', async () => {
    const movement = {
      chain: 'ethereum',
      transaction: '0x7',
      index: 0,
      from: ADDRESSES.hot,
      to: ADDRESSES.thief,
      asset: 'ETH',
      amount: '1',
      at: '2026-04-02T00:00:00Z',
      transfer: null,
      withdrawal: 'w-1',
      customer: 'c-1',
    };
    expect(c.result(await c.system('RecordOnChain', { movements: [movement] }))).toMatchObject({
      unapproved: 1,
    });
  });
});

describe('changing the policy', () => {
  const propose = async (policy: unknown) =>
    c.result<{ revision: number; digest: string; loosens: string[] }>(
      await c.run('custody.ProposePolicy', { policy, reason: 'x' } as never, as('north')),
    );
  const inForce = async () => (await c.view<{ revision: number }>('policy')).revision;

  test('what tightens holds at once, what loosens waits five days and can be stopped by one', async () => {
    const tight = { ...POLICY, rules: [...POLICY.rules, rule('no-eth', 'deny', { assets: ['ETH'] })] };
    const first = await propose(tight);
    expect(first.loosens).toEqual([]);
    const approvePolicy = (of: typeof first, who: string) =>
      c.act('ApprovePolicy', { revision: of.revision, digest: of.digest }, who);
    expect(await approvePolicy(first, 'north')).toBe('own-work');
    expect(await approvePolicy(first, 'south')).toBe('no-duty');
    expect(await approvePolicy(first, 'east')).toBe('done');
    expect(await inForce()).toBe(first.revision);
    expect(await ruleOf(order(ETH(1)))).toBe('no-eth');
    const loose = await propose(POLICY);
    expect(loose.loosens).toEqual(['no-eth']);
    expect(await approvePolicy(loose, 'east')).toBe('done');
    expect(await c.act('RejectPolicy', { revision: loose.revision, reason: 'x' }, 'east')).toBe('done');
    const again = await propose(POLICY);
    expect(await approvePolicy(again, 'east')).toBe('done');
    c.pass(5 * DAY_MS - 1_000);
    await c.keep();
    expect(await inForce()).toBe(first.revision);
    c.pass(1_000);
    await c.keep();
    expect(await inForce()).toBe(again.revision);
  });

  const parsed = (change: Record<string, unknown>) => policySchema.parse({ ...POLICY, ...change });
  test.each<[string, Record<string, unknown>, string[]]>([
    ['nothing', {}, []],
    ['another wording', { rules: POLICY.rules.map((one) => ({ ...one, id: `${one.id}-b` })) }, []],
    ['an allow more', { rules: [...POLICY.rules, rule('more', 'allow')] }, ['more']],
    ['an allow less', { rules: POLICY.rules.slice(1) }, []],
    [
      'a hold turned into a deny',
      { rules: POLICY.rules.map((one) => (one.effect === 'hold' ? { ...one, effect: 'deny' } : one)) },
      [],
    ],
    ['a hold dropped', { rules: POLICY.rules.slice(0, 2) }, ['large-withdrawal']],
    ['a limit dropped', { limits: POLICY.limits.slice(1) }, ['customer-day']],
    [
      'a higher limit',
      {
        limits: [
          limit('customer-day', { path: 'gate', per: 'customer', max: { value: '3000001' } }),
          ...POLICY.limits.slice(1),
        ],
      },
      ['customer-day'],
    ],
    [
      'a lower limit',
      {
        limits: [
          limit('customer-day', { path: 'gate', per: 'customer', max: { value: '2999999' } }),
          ...POLICY.limits.slice(1),
        ],
      },
      [],
    ],
    [
      'a shorter window',
      { limits: [{ ...POLICY.limits[0], windowMs: HOUR_MS }, ...POLICY.limits.slice(1)] },
      ['customer-day'],
    ],
    ['a shorter cool-off', { coolOffMs: 23 * HOUR_MS }, ['coolOffMs']],
    ['a shorter wait for loosening', { loosenDelayMs: DAY_MS }, ['loosenDelayMs']],
    [
      'a wider first band',
      { bands: [{ ...POLICY.bands[0], upTo: '1000001' }, ...POLICY.bands.slice(1)] },
      ['bands'],
    ],
    [
      'a narrower first band',
      { bands: [{ ...POLICY.bands[0], upTo: '999999' }, ...POLICY.bands.slice(1)] },
      [],
    ],
    ['a buffer', { buffers: { BTC: '1' } }, ['buffers.BTC']],
    [
      'a contract',
      { contracts: [{ chain: 'ethereum', address: ADDRESSES.token, selector: '0x12345678', name: 'T' }] },
      ['contracts.T'],
    ],
  ])('loosens with %s', (_, change, wanted) => {
    expect(loosened(parsed({}), parsed(change))).toEqual(wanted);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'bands that fall',
      {
        ...POLICY,
        bands: [
          { upTo: '5', quorum: 3, callBack: false },
          { upTo: null, quorum: 2, callBack: true },
        ],
      },
      /bands/,
    ],
    [
      'a top band without call-back',
      { ...POLICY, bands: [{ upTo: null, quorum: 2, callBack: false }] },
      /bands/,
    ],
    [
      'a value that is no number',
      {
        ...POLICY,
        bands: [
          { upTo: 'x', quorum: 2, callBack: false },
          { upTo: null, quorum: 2, callBack: true },
        ],
      },
      /upTo/,
    ],
    ['two rules of one id', { ...POLICY, rules: [POLICY.rules[0], POLICY.rules[0]] }, /id of its own/],
    [
      'an amount without its asset',
      { ...POLICY, rules: [rule('x', 'deny', { amountAbove: '1' })] },
      /exactly one asset/,
    ],
  ])('is turned away with %s', async (_, policy, message) => {
    await expect(
      c.run('custody.ProposePolicy', { policy, reason: 'x' } as never, as('north')),
    ).rejects.toThrow(message);
  });
});
