/** Ways around custody that were tried from outside: retired wallets, unsaid wallets, calls without worth, other spellings. */
import { createHash } from 'node:crypto';
import { DAY_MS, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { Unknowns } from '@sonae/core/nouns/custody/views/holdings.ts';
import type { Transfers } from '@sonae/core/nouns/custody/views/transfers.ts';
import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { gateSchema } from '../packages/server/src/custody/gate-config.ts';
import { createGate } from '../packages/server/src/http/gate.ts';
import { createTestApp, SYSTEM } from './support/app.ts';
import {
  ADDRESSES,
  type Custody,
  createCustody,
  ETH,
  foundCustody,
  limit,
  listPayee,
  order,
  POLICY,
  rule,
  walletOf,
} from './support/custody.ts';
import { as } from './support/firm.ts';

const TOKEN = 'token';
const tokenSha256 = createHash('sha256').update(TOKEN).digest('hex');
function gateOf(c: Custody) {
  const gate = createGate({ app: c.app }, gateSchema.parse({ tokenSha256 }));
  return async (path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await gate.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as Record<string, unknown>;
  };
}
const W = { customer: 'c-1', asset: 'ETH', amount: ETH(1), destination: ADDRESSES.payee, chain: 'ethereum' };
const RATES = { ETH: '500000', USDC: '150', BTC: '15000000' };
const listed = async (c: Custody, chains: readonly string[] = ['ethereum']) => {
  const gate = gateOf(c);
  const destinations = chains.map((chain) => ({ customer: 'c-1', chain, address: ADDRESSES.payee }));
  await gate('/destinations', { destinations });
  c.pass(DAY_MS);
  await c.rates(RATES);
  return gate;
};
const hold = (c: Custody, ...held: readonly [wallet: string, amount: string][]) =>
  c.system('RecordHoldings', {
    at: new Date(c.clock.now()).toISOString(),
    source: 'test',
    holdings: held.map(([wallet, amount]) => ({ wallet, asset: 'ETH', amount })),
  });

describe('a wallet that is taken off', () => {
  const retire = { kind: 'retire', what: 'wallet', id: 'till' } as const;
  const levels = async (c: Custody) => {
    await c.keep();
    return c.view<Record<string, { level: string }>>('levels');
  };

  test('is not, while coin lies in it; what arrives later counts as hot again', async () => {
    const c = await createCustody();
    await hold(c, ['till', ETH(50)], ['vault', ETH(50)]);
    expect((await levels(c))['custody.hot-share/all']?.level).toBe('critical');
    await expect(c.change(retire)).rejects.toThrow('till still holds ETH');
    await hold(c, ['till', '0'], ['vault', ETH(100)]);
    await c.change(retire);
    expect((await levels(c))['custody.hot-share/all']?.level ?? 'ok').toBe('ok');
    c.pass(MINUTE_MS);
    await hold(c, ['till', ETH(50)], ['vault', ETH(50)]);
    expect((await levels(c))['custody.hot-share/all']?.level).toBe('critical');
  });

  test('coin that came between proposal and approval keeps it too', async () => {
    const c = await createCustody();
    await hold(c, ['till', '0']);
    const proposed = await c.run('custody.ProposeChange', { content: retire, reason: 'test' }, as('north'));
    const { change, digest } = c.result(proposed);
    c.pass(MINUTE_MS);
    await hold(c, ['till', ETH(1)]);
    expect(await c.act('ApproveChange', { change, digest }, 'east')).toBe('bad-change');
  });

  test('is no destination of ours any more, and what customers still send there is a finding', async () => {
    const c = await createCustody();
    const gate = await listed(c);
    const toTill = { ...W, destination: ADDRESSES.hot };
    expect(await gate('/withdrawals', { ...toTill, id: 'w-1' })).toMatchObject({ decision: 'allow' });
    await c.change(retire);
    expect(await gate('/withdrawals', { ...toTill, id: 'w-2' })).toMatchObject({ decision: 'deny' });
    const transfer = { ...order(ETH(1), { to: ADDRESSES.hot }), destination: ADDRESSES.hot };
    const asked = { chain: 'ethereum', order: transfer, reason: 'test' };
    expect(await c.act('RequestTransfer', asked)).toBe('policy-denied');
    const at = new Date(c.clock.now()).toISOString();
    const deposits = [{ chain: 'ethereum', address: ADDRESSES.hot, transaction: '0x1', at }];
    expect(await gate('/deposits', { deposits })).toMatchObject({ unknown: 1 });
    expect(Object.keys((await c.view<Unknowns>('unknown-addresses')).addresses)).toHaveLength(1);
  });
});

describe('limits at the gate', () => {
  test.each<[string, Parameters<typeof limit>[1]]>([
    ['per wallet', { path: 'gate', per: 'wallet', max: { value: '1000000' } }],
    ['per wallet on every path', { per: 'wallet', max: { count: 2 } }],
    ['that name a wallet', { path: 'gate', per: 'firm', wallets: ['till'], max: { count: 2 } }],
  ])('%s count everything, for nobody says which wallet will pay', async (_, about) => {
    const c = await foundCustody(createTestApp(createMemoryStore()));
    await c.policy({ ...POLICY, limits: [limit('hot', about)] });
    const gate = await listed(c);
    for (const id of ['w-1', 'w-2'])
      expect(await gate('/withdrawals', { ...W, id })).toMatchObject({ decision: 'allow' });
    expect(await gate('/withdrawals', { ...W, id: 'w-3' })).toMatchObject({ decision: 'deny', rule: 'hot' });
  });

  test('one 0x address on three chains is one destination', async () => {
    const c = await foundCustody(createTestApp(createMemoryStore()));
    const chains = ['ethereum', 'base', 'arbitrum'];
    const deployed = chains.map((chain, n) => ({
      ...{ chain, kind: 'evm', form: 'native' },
      contract: `0x${'7'.repeat(39)}${n}`,
    }));
    const asset = { asset: 'TOK', name: 'Token', decimals: 0, kind: 'crypto', chains: deployed };
    await c.run('instruments.DefineAsset', asset as never, SYSTEM);
    await c.policy(POLICY);
    const gate = await listed(c, chains);
    await c.rates({ ...RATES, TOK: '1' });
    const ask = (chain: string) =>
      gate('/withdrawals', { ...W, id: `w-${chain}`, chain, asset: 'TOK', amount: '600000' });
    expect(await ask('ethereum')).toMatchObject({ decision: 'allow' });
    expect(await ask('base')).toMatchObject({ decision: 'hold', rule: 'large-withdrawal' });
  });

  test('an amount beyond counting holds alone; one with a leading zero is none', async () => {
    const c = await foundCustody(createTestApp(createMemoryStore()));
    const chains = [{ chain: 'ethereum', kind: 'evm', contract: `0x${'77'.repeat(20)}`, form: 'native' }];
    const asset = { asset: 'MEME', name: 'Meme', decimals: 0, kind: 'crypto', chains };
    await c.run('instruments.DefineAsset', asset as never, SYSTEM);
    await c.policy({ ...POLICY, rules: [rule('listed', 'allow', { destination: ['listed'] })], limits: [] });
    const gate = await listed(c);
    await c.rates({ ...RATES, MEME: '1' });
    const huge = { ...W, id: 'w-2', asset: 'MEME', amount: '9'.repeat(35) };
    const answers = await Promise.all([
      gate('/withdrawals', { ...W, id: 'w-1' }),
      gate('/withdrawals', huge),
      gate('/withdrawals', { ...W, id: 'w-3' }),
    ]);
    expect(answers.map(({ decision, rule: by, final }) => [decision, by, final])).toEqual([
      ['allow', 'listed', true],
      ['hold', 'gate.too-large', true],
      ['allow', 'listed', true],
    ]);
    expect(await gate('/withdrawals', { ...W, id: 'w-4', amount: `0${ETH(1)}` })).toHaveProperty('fault');
  });
});

describe('a policy that waits longer', () => {
  test.each<[string, object, object, boolean]>([
    [
      'cool-off, where cooling is allowed',
      { coolOffMs: 2 * DAY_MS },
      rule('new', 'allow', { destination: ['cooling'] }),
      true,
    ],
    [
      'cool-off, where listed is held',
      { coolOffMs: 2 * DAY_MS },
      rule('new', 'hold', { destination: ['listed'] }),
      true,
    ],
    ['cool-off', { coolOffMs: 2 * DAY_MS }, rule('new', 'deny', { destination: ['cooling'] }), false],
    [
      'sum, where small is held',
      { splitWindowMs: 2 * DAY_MS },
      rule('new', 'hold', { valueAtMost: '5' }),
      true,
    ],
    ['sum', { splitWindowMs: 2 * DAY_MS }, rule('new', 'hold', { valueAbove: '5' }), false],
  ])('of %s is judged by what its rules make of that', async (_, change, extra, isLooser) => {
    const c = await foundCustody(createTestApp(createMemoryStore()));
    const policy = { ...POLICY, rules: [...POLICY.rules, extra] };
    await c.policy(policy);
    await c.policy({ ...policy, ...change });
    const [approved] = (await c.facts('custody.PolicyApproved')).slice(-1);
    expect((approved as { loosens: string[] }).loosens.length > 0).toBe(isLooser);
  });
});

describe('a withdrawal that the gate holds', () => {
  const held = { id: 'w-1', customer: 'c-1' };
  const paying = (change: object = {}) => ({ ...order(ETH(4)), withdrawal: held, ...change });
  const ask = (wanted: object) => ({ chain: 'ethereum', order: wanted, reason: 'test' });
  const waiting = (c: Custody) => c.view<{ held: { id: string }[] }>('held');

  async function withHeld() {
    const c = await createCustody();
    const gate = await listed(c);
    expect(await gate('/withdrawals', { ...W, id: 'w-1', amount: ETH(4) })).toMatchObject({
      decision: 'hold',
    });
    expect((await waiting(c)).held).toMatchObject([{ id: 'w-1', rule: 'large-withdrawal' }]);
    return { c, gate };
  }

  test('is paid by a transfer that people approve, once, to the customer’s own address', async () => {
    const { c, gate } = await withHeld();
    // Without the withdrawal the firm's own list counts, on which the customer's address is not.
    expect(await c.act('RequestTransfer', ask(order(ETH(4))))).toBe('policy-denied');
    const asked = await c.run('custody.RequestTransfer', ask(paying()) as never, as('south'));
    const { transfer, digest } = c.result(asked);
    expect(await c.act('RequestTransfer', ask(paying({ amount: ETH(4) })))).toBe('asked-already');
    const step = { transfer, digest, chain: 'ethereum', order: paying() };
    expect(await c.act('ApproveTransfer', { ...step, order: order(ETH(4)) }, 'west')).toBe('stale-digest');
    for (const who of ['west', 'east']) expect(await c.act('ApproveTransfer', step, who)).toBe('done');
    expect((await c.view<Transfers>('transfers')).transfers.at(-1)).toMatchObject({ status: 'approved' });
    expect((await waiting(c)).held).toEqual([]);
    expect(await c.act('StopTransfer', { transfer, reason: 'test' }, 'south')).toBe('done');
    expect(await c.act('RequestTransfer', ask(paying()))).toBe('policy-denied');
    expect(await gate('/withdrawals', { ...W, id: 'w-1', amount: ETH(4) })).toMatchObject({
      decision: 'hold',
    });
  });

  test.each<[string, object]>([
    ['another id', { withdrawal: { ...held, id: 'w-2' } }],
    ['another customer', { withdrawal: { ...held, customer: 'c-2' } }],
    ['another amount', order(ETH(5))],
    ['another destination', { ...order(ETH(4), { to: ADDRESSES.hot }), destination: ADDRESSES.hot }],
  ])('is none with %s', async (_, change) => {
    const { c } = await withHeld();
    const wanted = 'withdrawal' in change ? paying(change) : { ...change, withdrawal: held };
    expect(await c.act('RequestTransfer', ask(wanted))).toBe('policy-denied');
    const [denied] = (await c.facts('custody.TransferDenied')).slice(-1);
    expect(denied).toMatchObject({ rule: 'not-held' });
  });

  test('that was allowed is not paid a second time by a transfer', async () => {
    const c = await createCustody();
    const gate = await listed(c);
    expect(await gate('/withdrawals', { ...W, id: 'w-1' })).toMatchObject({ decision: 'allow' });
    const wanted = { ...order(ETH(1)), withdrawal: held };
    expect(await c.act('RequestTransfer', ask(wanted))).toBe('policy-denied');
  });
});

describe('what is signed', () => {
  test('a call whose worth nobody can say takes the top band, and its arguments are shown', async () => {
    const c = await createCustody();
    const contract = { chain: 'ethereum', address: ADDRESSES.token, selector: '0x095ea7b3', name: 'approve' };
    await c.policy({ ...POLICY, contracts: [contract] });
    c.pass(6 * DAY_MS);
    await c.keep();
    await c.rates(RATES);
    const data = `0x095ea7b3${'0'.repeat(24)}${ADDRESSES.thief.slice(2)}${'f'.repeat(64)}`;
    const call = { ...order('0', { to: ADDRESSES.token, data, value: '0' }), destination: ADDRESSES.token };
    expect(await c.act('RequestTransfer', { chain: 'ethereum', order: call, reason: 'test' })).toBe('done');
    const [transfer] = (await c.view<Transfers>('transfers')).transfers;
    expect(transfer).toMatchObject({ quorum: 3, callBack: true });
    const shown = Object.fromEntries(transfer?.shown.map(({ label, value }) => [label.en, value]) ?? []);
    expect(shown).toMatchObject({
      Function: 'approve (0x095ea7b3)',
      Spender: ADDRESSES.thief,
      'Amount in smallest units': expect.stringContaining('unlimited'),
    });
  });

  test('an instruction differs when its reference does; nothing is no amount', async () => {
    const c = await foundCustody(createTestApp(createMemoryStore()));
    await c.policy(POLICY);
    const custodian = { id: 'trustco', name: 'TrustCo', everOnline: false };
    const manual = { onlineOnlyToSign: true, leavesDevice: false, manual: true, contentChecked: true };
    await c.change({ kind: 'custodian', custodian: { ...custodian, ...manual } });
    const wallet = { kind: 'custodian', chainId: null, keys: [], quorum: 0, custodian: 'trustco' };
    await c.change({ kind: 'wallet', wallet: walletOf('cust', wallet) });
    await listPayee(c);
    c.pass(DAY_MS);
    await c.rates(RATES);
    const of = (reference: string, amount = ETH(1)) => ({
      ...{ wallet: 'cust', asset: 'ETH', amount, destination: ADDRESSES.payee },
      transaction: { kind: 'instruction', reference },
    });
    const ask = (wanted: object) => ({ chain: 'ethereum', order: wanted, reason: 'test' });
    expect(await c.act('RequestTransfer', ask(of('invoice 7', '0')))).toBe('policy-denied');
    const asked = await c.run('custody.RequestTransfer', ask(of('invoice 7')) as never, as('south'));
    const { transfer, digest } = c.result(asked);
    const step = { transfer, digest, chain: 'ethereum', order: of('invoice 7') };
    expect(await c.act('ApproveTransfer', step, 'west')).toBe('done');
    const sign = (reference: string) =>
      c.system('RecordSigned', {
        ...{ transfer, digest, chain: 'ethereum', signers: [] },
        signing: { kind: 'instruction', order: of(reference), hash: 'h' },
      });
    expect(await sign('sub-account of a thief')).toMatchObject({ refused: 'not-as-approved' });
    expect((await sign('invoice 7')).status).toBe('done');
  });

  test('the hash of a transaction in capitals is the same transaction', async () => {
    const c = await createCustody();
    const gate = await listed(c);
    await gate('/withdrawals', { ...W, id: 'w-1' });
    const at = new Date(c.clock.now()).toISOString();
    const move = async (transaction: string) => {
      const movement = {
        ...{
          chain: 'ethereum',
          transaction,
          index: 0,
          from: ADDRESSES.hot,
          to: ADDRESSES.payee,
          asset: 'ETH',
        },
        ...{ amount: ETH(1), at, transfer: null, withdrawal: 'w-1', customer: 'c-1' },
      };
      return (await c.system('RecordOnChain', { movements: [movement] })) as { result?: unknown };
    };
    expect((await move(`0x${'ab'.repeat(32)}`)).result).toEqual({ recorded: 1, unapproved: 0 });
    expect((await move(`0x${'AB'.repeat(32)}`)).result).toMatchObject({ unapproved: 0, recorded: 0 });
  });
});
