/** What version 2 of the statement knows beyond version 1: keys of several holders, contracts, networks. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { p2pkh, TEST_NETWORK } from '@scure/btc-signer';
import { describe, expect, test } from 'vitest';
import { KINDS, type Kind, signFull, signParts, walletOf } from '../test/bip-322-signer.ts';
import { EXCHANGE } from '../test/liabilities-books.ts';
import {
  BLOCKS,
  EPOCH,
  heldEvm,
  keyOf,
  liabilitiesOf,
  reservesOf,
  SNAPSHOT,
  signBitcoin,
  solvencyOf,
} from '../test/solvency-books.ts';
import vector from '../vectors/reserves-v2.json' with { type: 'json' };
import { toHex } from './bytes.ts';
import { ProofError } from './proof-error.ts';
import type { Check } from './reserves-check.ts';
import { controlText } from './reserves-control.ts';
import {
  formatReserves,
  type HeldAddress,
  parseReserves,
  type ReservesStatement,
  reservesDigest,
} from './reserves-statement.ts';
import { crossCheck, type ReservesExpects, verifyReserves } from './reserves-verify.ts';

const expects: ReservesExpects = { exchange: EXCHANGE, epoch: EPOCH, ...SNAPSHOT };
const verify = (statement: ReservesStatement, change: Partial<ReservesExpects> = {}) =>
  verifyReserves(formatReserves(statement), { ...expects, ...change });
const failing = (checks: readonly Check[]) =>
  checks.filter(({ holds }) => holds === false).map(({ id }) => id);
const checkOf = (checks: readonly Check[], id: string) => checks.find((one) => one.id === id);
const codeOf = (run: () => unknown): string | null => {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  }
};
const [BITCOIN, ETHEREUM] = BLOCKS as [(typeof BLOCKS)[0], (typeof BLOCKS)[0]];
const V1 = 'sonae/reserves/v1';

const textOf = (chain: string, blockHash: string, address: string, exchange = EXCHANGE) =>
  controlText({ exchange, epoch: EPOCH, chain, blockHash, address });

function heldBitcoin(kind: Kind, amount: bigint, exchange = EXCHANGE): HeldAddress {
  const wallet = walletOf(kind);
  const signature = signFull(wallet, textOf('bitcoin', BITCOIN.hash, wallet.address, exchange));
  return {
    ...{ chain: 'bitcoin', address: wallet.address, amount },
    control: { scheme: 'bip-322', signature },
  };
}

const LATER = { height: ETHEREUM.height + 64, hash: `0x${'0f'.repeat(32)}` };
const SAFE: HeldAddress = {
  ...{ chain: 'ethereum', address: `0x${'5a'.repeat(20)}`, amount: 70n },
  control: { scheme: 'eip-1271', signature: `0x${'11'.repeat(130)}`, block: LATER },
};

describe('Bitcoin addresses of a statement', () => {
  test('of each kind count as signed', () => {
    const addresses = KINDS.map((kind, n) => heldBitcoin(kind, BigInt(n + 1)));
    const report = verify(reservesOf({ asset: 'BTC', addresses }));
    expect(failing(report.checks)).toEqual([]);
    expect(report.proved).toEqual({ signed: 28n, attested: 0n, unproved: 0n });
    expect(report.withoutSignature).toEqual([]);
  });

  test('signed for another firm count as unproved, and why is said', () => {
    const lent = heldBitcoin('p2wsh-multisig', 5n, 'other.example');
    const report = verify(reservesOf({ asset: 'BTC', addresses: [heldBitcoin('p2tr', 4n), lent] }));
    expect(failing(report.checks)).toEqual(['signatures']);
    expect(checkOf(report.checks, 'signatures')?.detail).toContain('stands for another text');
    expect(report.proved).toEqual({ signed: 4n, attested: 0n, unproved: 5n });
  });

  test('of a test network prove nothing on mainnet, or on a chain without a network', () => {
    for (const [chain, holds] of [
      ['bitcoin', false],
      ['bitcoin-regtest', false],
      ['bitcoin-testnet', true],
      ['bitcoin-signet', true],
      ['litecoin', false],
    ] as const) {
      const wallet = walletOf('p2wsh-multisig', 2, 3, TEST_NETWORK);
      const text = textOf(chain, BITCOIN.hash, wallet.address);
      const signature = Buffer.from(signParts(wallet, text, {}, TEST_NETWORK).full).toString('base64');
      const held: HeldAddress = {
        ...{ chain, address: wallet.address, amount: 1n },
        control: { scheme: 'bip-322', signature },
      };
      const blocks = [{ ...BITCOIN, chain }];
      const report = verify(reservesOf({ asset: 'BTC', blocks, addresses: [held] }), { blocks: null });
      expect(failing(report.checks)).toEqual(holds ? [] : ['signatures']);
    }
  });
});

describe('a contract', () => {
  const addresses = [heldEvm('hot', 40n), SAFE];

  test('is never proved by the statement: the firm saw it on chain, and that is what is said', () => {
    const report = verify(reservesOf({ addresses }));
    expect(failing(report.checks)).toEqual([]);
    const check = checkOf(report.checks, 'contracts');
    expect(check?.holds).toBe(null);
    expect(check?.detail).toContain('checked on chain by the firm, not recomputable offline');
    expect(check?.detail).toContain(`block ${LATER.height} (${LATER.hash})`);
    expect(report.proved).toEqual({ signed: 40n, attested: 0n, unproved: 70n });
    expect(report.saidOnChain).toBe(70n);
    expect(report.withoutSignature).toEqual([SAFE.address]);
    expect(report.statement.totals).toEqual({ signed: 40n, attested: 0n, unproved: 70n });
  });

  test('is asked again by whoever has a node, with the text, the signature and the block', () => {
    const asked: unknown[] = [];
    const answering = (answer: boolean | null) =>
      verify(reservesOf({ addresses }), {
        contractAccepts: (question) => {
          asked.push(question);
          return answer;
        },
      }).checks;
    expect(checkOf(answering(true), 'contracts')).toMatchObject({ holds: true, detail: '' });
    expect(failing(answering(false))).toEqual(['contracts']);
    expect(checkOf(answering(null), 'contracts')?.holds).toBe(null);
    expect(asked[0]).toEqual({
      ...{ chain: 'ethereum', address: SAFE.address, block: LATER },
      text: textOf('ethereum', ETHEREUM.hash, SAFE.address),
      signature: SAFE.control?.signature,
    });
  });

  test('is not signed for in a statement of solvency, nor when two firms claim it', () => {
    const reserves = reservesOf({ addresses });
    const [line] = solvencyOf(liabilitiesOf(), [reserves]).assets;
    expect(line).toMatchObject({
      held: { signed: 40n, attested: 0n, unproved: 70n },
      missing: { addressesWithoutSignature: 1 },
    });
    const theirs = reservesOf({ exchange: 'other.example', addresses: [SAFE] });
    expect(crossCheck([reserves, theirs])).toMatchObject([{ areBothSigned: false }]);
  });

  test('has a block not earlier than the statement’s, and hex', () => {
    const bad = (change: object) =>
      codeOf(() =>
        formatReserves(
          reservesOf({ addresses: [{ ...SAFE, control: { ...SAFE.control!, ...change } } as HeldAddress] }),
        ),
      );
    expect(bad({})).toBe(null);
    expect(bad({ block: { height: ETHEREUM.height, hash: ETHEREUM.hash } })).toBe(null);
    expect(bad({ block: { ...LATER, height: ETHEREUM.height - 1 } })).toBe('bad-reserves');
    expect(bad({ block: { ...LATER, height: ETHEREUM.height } })).toBe('bad-reserves');
    expect(bad({ signature: '0x' })).toBe(null);
    for (const signature of ['', '0x1', '0xAB', 'aGVsbG8=']) expect(bad({ signature })).toBe('bad-reserves');
    const text = formatReserves(reservesOf({ addresses }));
    const without = text.replace(/"block":\{"hash":"0x0f[^}]*\},"scheme"/, '"scheme"');
    expect(without).not.toBe(text);
    expect(codeOf(() => parseReserves(without))).toBe('bad-json');
    const asOther = text.replace('"scheme":"eip-1271"', '"scheme":"eip-191"');
    expect(codeOf(() => parseReserves(asOther))).toBe('bad-json');
  });
});

describe('version 1', () => {
  test('takes what it took, and nothing of version 2', () => {
    expect(failing(verify(reservesOf({ format: V1 })).checks)).toEqual([]);
    const of = (held: HeldAddress) =>
      codeOf(() => formatReserves(reservesOf({ format: V1, addresses: [held] })));
    expect(of(heldEvm('hot', 1n))).toBe(null);
    expect(of(heldBitcoin('p2wpkh', 1n))).toBe('bad-reserves');
    expect(of(SAFE)).toBe('bad-json');
    const control = { scheme: 'eip-191', signature: 'x'.repeat(201) } as const;
    expect(of({ ...heldEvm('hot', 1n), control })).toBe('bad-reserves');
    expect(
      codeOf(() => parseReserves(formatReserves(reservesOf()).replace('reserves/v2', 'reserves/v3'))),
    ).toBe('bad-reserves');
  });

  test('did not look at the network, and its statements verify as they did', () => {
    const held = (amount: bigint, of: string): HeldAddress => {
      const signature = signBitcoin('btc', textOf('bitcoin', BITCOIN.hash, of));
      return { chain: 'bitcoin', address: of, amount, control: { scheme: 'bitcoin-message', signature } };
    };
    const own = p2pkh(secp256k1.getPublicKey(keyOf('btc'), true), TEST_NETWORK).address!;
    expect(failing(verify(reservesOf({ format: V1, addresses: [held(1n, own)] })).checks)).toEqual([]);
    expect(failing(verify(reservesOf({ addresses: [held(1n, own)] })).checks)).toEqual(['signatures']);
  });

  test('has a digest of its own', () => {
    const [one, two] = [reservesOf({ format: V1 }), reservesOf()];
    expect(toHex(reservesDigest(one))).not.toBe(toHex(reservesDigest(two)));
  });
});

/** A vector is never changed: whoever holds a statement of v2 must be able to check it for ever. */
describe('vectors/reserves-v2.json', () => {
  test('verifies, and every address counts as it did', () => {
    const statement = parseReserves(vector.reserves);
    expect(formatReserves(statement)).toBe(vector.reserves);
    expect(toHex(reservesDigest(statement))).toBe(vector.digest);
    const { exchange, epoch } = statement;
    const nothing = { committed: null, beacon: null, blocks: null, balanceOf: null };
    const report = verifyReserves(vector.reserves, { exchange, epoch, ...nothing });
    expect(failing(report.checks)).toEqual(vector.failing);
    expect(report.withoutSignature).toEqual(vector.withoutSignature);
    expect(String(report.proved.signed)).toBe(vector.signed);
    expect(String(report.saidOnChain)).toBe(vector.saidOnChain);
    const kinds = new Set(statement.addresses.map(({ control }) => control?.scheme ?? 'none'));
    expect([...kinds].sort()).toEqual(['bip-322', 'bitcoin-message', 'eip-1271', 'eip-191', 'none']);
  });
});
