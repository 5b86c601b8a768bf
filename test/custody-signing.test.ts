/** What signers are handed: the hash of a Safe transaction against viem, and PSBTs against what was approved. */

import { secp256k1 } from '@noble/curves/secp256k1.js';
import { NETWORK, p2wpkh } from '@scure/btc-signer';
import { difference } from '@sonae/core/nouns/custody/decisions/signed.ts';
import { type SafeTransaction, safeTxHash } from '@sonae/core/nouns/custody/engine/safe-hash.ts';
import type { Transfer } from '@sonae/core/nouns/custody/views/transfers.ts';
import { toHex } from '@sonae/proof/bytes';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPsbtTransfer, signingOfPsbt } from '../packages/server/src/custody/psbt-transfer.ts';
import { safeTypedData } from '../packages/server/src/custody/safe-transfer.ts';

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => `0x${toHex(b)}`);
const anySafe: fc.Arbitrary<SafeTransaction> = fc.record({
  kind: fc.constant('safe' as const),
  chainId: fc.integer({ min: 1, max: 1_000_000 }),
  safe: hex(20),
  to: hex(20),
  value: fc.bigInt({ min: 0n, max: 10n ** 38n }).map(String),
  data: fc.uint8Array({ maxLength: 200 }).map((b) => `0x${toHex(b)}`),
  operation: fc.constantFrom('call' as const, 'delegatecall' as const),
  nonce: fc.nat(),
});

describe('a Safe transaction', () => {
  test('has the hash that viem computes', () => {
    fc.assert(
      fc.property(anySafe, (transaction) => {
        // Throws when the two ways differ.
        expect(safeTypedData(transaction).hash).toBe(safeTxHash(transaction));
      }),
    );
  });

  test('has another hash when any field differs', () => {
    fc.assert(
      fc.property(anySafe, anySafe, (a, b) => {
        for (const field of Object.keys(a) as (keyof SafeTransaction)[])
          if (a[field] !== b[field]) expect(safeTxHash({ ...a, [field]: b[field] })).not.toBe(safeTxHash(a));
      }),
    );
  });
});

describe('a PSBT', () => {
  const own = p2wpkh(secp256k1.getPublicKey(new Uint8Array(32).fill(1), true), NETWORK);
  const other = p2wpkh(secp256k1.getPublicKey(new Uint8Array(32).fill(2), true), NETWORK);
  const thief = p2wpkh(secp256k1.getPublicKey(new Uint8Array(32).fill(3), true), NETWORK);
  const [OWN, OTHER, THIEF] = [own.address ?? '', other.address ?? '', thief.address ?? ''];
  const utxo = { txid: '11'.repeat(32), vout: 0, amountSat: 1_000_000n, script: toHex(own.script) };
  const request = {
    utxos: [utxo],
    destination: OTHER,
    amountSat: 400_000n,
    changeAddress: OWN,
    feeRateSatVb: 5,
    feeMaxSat: 2_000n,
    network: 'mainnet' as const,
  };
  const approved = {
    digest: 'd',
    order: {
      wallet: 'w',
      asset: 'BTC',
      amount: '400000',
      destination: OTHER,
      transaction: { kind: 'bitcoin', feeMax: '2000' },
    },
  } as unknown as Transfer;
  const compare = (change: object) => {
    const built = buildPsbtTransfer({ ...request, ...change });
    if (!built.ok) return built.problems[0]?.field ?? 'unbuilt';
    const read = signingOfPsbt(built.psbt, 'mainnet');
    if (!read.ok) return read.problems[0]?.field ?? 'unread';
    return difference('d', read.signing, approved, (address) => address === OWN)?.en ?? 'as approved';
  };

  test('built for a transfer pays the destination, change and a bounded fee', () => {
    const built = buildPsbtTransfer(request);
    if (!built.ok) throw new Error(JSON.stringify(built.problems));
    const read = signingOfPsbt(built.psbt, 'mainnet');
    expect(read).toMatchObject({ ok: true, signing: { fee: String(built.feeSat) } });
    expect(built.feeSat).toBeGreaterThan(500n);
    expect(built.feeSat).toBeLessThan(1_000n);
  });

  test.each<[string, object, RegExp]>([
    ['as approved', {}, /^as approved$/],
    ['all of it, without change', { utxos: [{ ...utxo, amountSat: 400_900n }] }, /^as approved$/],
    ['another destination', { destination: THIEF }, /destination is not paid/],
    ['another amount', { amountSat: 400_001n }, /destination is not paid/],
    ['change to a stranger', { changeAddress: THIEF }, /neither the destination nor change/],
    ['a fee above what is allowed to build', { feeRateSatVb: 100 }, /^feeRateSatVb$/],
    ['a fee above what was approved', { feeRateSatVb: 100, feeMaxSat: 100_000n }, /fee is above/],
    ['too little to spend', { amountSat: 1_000_000n }, /^utxos$/],
    ['no address', { destination: 'nonsense' }, /^utxos$/],
  ])('%s', (_, change, wanted) => {
    expect(compare(change)).toMatch(wanted);
  });

  test('that is none is a named problem', () => {
    expect(signingOfPsbt('AAAA', 'mainnet')).toMatchObject({ ok: false, problems: [{ field: 'psbt' }] });
  });
});
