/**
 * Transfers out of a real Safe on a local chain: the nonce that it has executed, what signers are shown of it, and the
 * domain that they sign under.
 */
import { DAY_MS } from '@sonae/core/kernel/time.ts';
import { safeTxHash } from '@sonae/core/nouns/custody/engine/safe-hash.ts';
import type { Transfers } from '@sonae/core/nouns/custody/views/transfers.ts';
import type { Address } from 'viem';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Custody, ETH, listPayee, order, POLICY } from './support/custody.ts';
import { as } from './support/firm.ts';
import { call, NOBODY, useSafe } from './support/safe-world.ts';

const MODULE: Address = `0x${'6d'.repeat(20)}`;
const { now, look, alter, known, stateNow, levelOf, accept } = useSafe();
let c: Custody;
let safe: Address;
beforeEach(() => {
  ({ c, safe } = now());
});

describe('a transfer out of the Safe', () => {
  const of = (transactionNonce: number) => ({
    ...order(ETH(1), { safe, nonce: transactionNonce }),
    wallet: 'cold',
  });
  const ask = (transactionNonce: number) =>
    c.run(
      'custody.RequestTransfer',
      { chain: 'ethereum', order: of(transactionNonce), reason: 'pay' } as never,
      as('south'),
    );
  const asked = async (transactionNonce: number) => {
    const result = c.result<{ transfer: string; digest: string }>(await ask(transactionNonce));
    const { transfers } = await c.view<Transfers>('transfers');
    const transfer = transfers.find(({ id }) => id === result.transfer);
    const shown = Object.fromEntries((transfer?.shown ?? []).map(({ label, value }) => [label.en, value]));
    return { ...result, shown, safeTxHash: transfer?.safeTxHash };
  };
  const approve = ({ transfer, digest }: { transfer: string; digest: string }, n: number, who: string) =>
    c.act('ApproveTransfer', { transfer, digest, chain: 'ethereum', order: of(n) }, who);

  beforeEach(async () => {
    await listPayee(c);
    c.pass(DAY_MS);
    await c.rates({ ETH: '500000', USDC: '150', BTC: '15000000' });
  });

  test('with a nonce that the Safe has executed is refused by name, when asked for and when approved', async () => {
    await look();
    await accept(await stateNow());
    const early = await asked(0);
    await alter(call('setGuard' as never, [NOBODY]));
    await look();
    const late = await ask(0);
    expect(late).toMatchObject({ refused: 'nonce-used' });
    expect((late as { message: string }).message).toContain('0 is used, the Safe executes 1 next');
    expect(await approve(early, 0, 'east')).toBe('nonce-used');
    expect((await asked(1)).shown.Warning).toBeUndefined();
  });

  test('shows signers the Safe as it is, and warns of a gap, of the same nonce, of a change', async () => {
    expect((await asked(9)).shown.Warning).toContain('was not read on chain');
    await look();
    expect((await asked(0)).shown.Warning).toContain('not accepted the state');
    await accept(await stateNow());
    expect((await asked(1)).shown).toMatchObject({
      Safe: safe,
      'Safe version': '1.5.0',
      'Signatures needed': '2 / 3',
      'Signing domain': `1 · ${safe}`,
    });
    expect((await asked(0)).shown.Warning).toContain('Another transfer asks for nonce 0');
    expect((await asked(2)).shown.Warning).toBeUndefined();
    expect((await asked(4)).shown.Warning).toContain('A gap: nobody asks for nonce 3');
    await alter(call('enableModule' as never, [MODULE]));
    await look();
    expect((await asked(3)).shown.Warning).toMatch(/Module 0x6d.* was enabled.*モジュール/);
  });

  test('is asked to be signed under the domain of the version, and again when the version changed', async () => {
    await look();
    const { transfer, digest, safeTxHash: hash } = await asked(0);
    const { transaction } = of(0);
    if (transaction.kind !== 'safe') throw new Error('safe');
    expect(hash).toBe(safeTxHash(transaction, '1.5.0'));
    const state = await stateNow();
    const seen = { address: safe, state: { ...state, version: '1.1.1' }, nonce: 0 };
    const at = new Date(c.clock.now()).toISOString();
    const block = { height: 1, hash: '0x1' };
    const input = { source: 'eth-chain', chain: 'ethereum', block, at, safes: [seen] };
    c.result(await c.system('RecordSafes', input));
    const old = await asked(1);
    expect(old.shown['Signing domain']).toBe(safe);
    expect(old.safeTxHash).toBe(safeTxHash(of(1).transaction as typeof transaction, '1.1.1'));
    expect(old.safeTxHash).not.toBe(safeTxHash(of(1).transaction as typeof transaction));
    expect(await approve({ transfer, digest }, 0, 'east')).toBe('policy-denied');
    const { transfers } = await c.view<Transfers>('transfers');
    expect(transfers.find(({ id }) => id === transfer)).toMatchObject({
      status: 'denied',
      rule: 'safe-version',
    });
  });

  test('to itself says that it changes the Safe; with its state accepted before, the change is no finding', async () => {
    const data = call('changeThreshold' as never, [3n]);
    const contracts = [
      { chain: 'ethereum', address: safe, selector: data.slice(0, 10), name: 'Threshold of the cold Safe' },
    ];
    await c.policy({ ...POLICY, contracts });
    c.pass(6 * DAY_MS);
    await c.keep();
    await c.rates({ ETH: '500000', USDC: '150', BTC: '15000000' });
    await look();
    const state = await stateNow();
    await accept(state);
    const self = {
      ...order('0', { safe, to: safe, value: '0', data, nonce: 0 }),
      wallet: 'cold',
      destination: safe,
    };
    const input = { chain: 'ethereum', order: self, reason: 'three of three for a week' };
    const outcome = await c.run('custody.RequestTransfer', input as never, as('south'));
    const { transfer } = c.result<{ transfer: string }>(outcome);
    const { transfers } = await c.view<Transfers>('transfers');
    const shown = transfers.find(({ id }) => id === transfer)?.shown ?? [];
    expect(shown.at(-1)?.value).toContain('This changes the Safe itself');
    await accept({ ...state, threshold: 3 });
    await alter(data);
    await look();
    expect((await known()).baseline?.threshold).toBe(3);
    // The inventory still says two: that is another question, and stays one.
    expect(await levelOf()).toMatchObject({
      level: 'warning',
      why: { en: expect.stringMatching(/inventory says 2/) },
    });
  });
});
