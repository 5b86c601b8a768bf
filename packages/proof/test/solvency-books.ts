/** A firm with keys of its own, its snapshot and its statements, for tests of reserves and solvency. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, fromHex, toBase64, toHex, utf8Encode } from '../src/bytes.ts';
import { addressOfKey } from '../src/eip712.ts';
import { epochRoot, type Statement } from '../src/liabilities.ts';
import { plainSha256 } from '../src/merkle.ts';
import { bitcoinMessageDigest, controlText, personalDigest } from '../src/reserves-control.ts';
import { openQuicknetRound } from '../src/reserves-drand.ts';
import { type Commitment, commitmentDigest, drawMoment, roundAt } from '../src/reserves-moment.ts';
import type { ReservesStatement } from '../src/reserves-statement.ts';
import { type HeldAddress, RESERVES_FORMAT, reservesDigest, totalsOf } from '../src/reserves-statement.ts';
import { type SolvencyStatement, solvencyAsset, withoutProof } from '../src/solvency.ts';
import { buildEpoch, EXCHANGE } from './liabilities-books.ts';

export const EPOCH = '2023-08';
/** Round 1000 of quicknet, as the network published it. */
export const ROUND = 1_000;
export const ROUND_SIGNATURE = fromHex(
  'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
);
export const BEACON = openQuicknetRound(ROUND, ROUND_SIGNATURE);
export const COMMITMENT: Commitment = {
  exchange: EXCHANGE,
  epoch: EPOCH,
  from: '2023-08-01T00:00:00.000Z',
  to: '2023-08-23T15:00:00.000Z',
  beacon: { name: 'drand/quicknet', round: ROUND },
};
export const MOMENT = drawMoment(COMMITMENT, BEACON);
export const COMMITTED = { digest: commitmentDigest(COMMITMENT), by: '2023-07-30T12:00:00.000Z' };
export const BLOCKS = [
  { chain: 'bitcoin', height: 803_000, hash: '00'.repeat(8) + 'ab'.repeat(24) },
  { chain: 'ethereum', height: 17_900_000, hash: `0x${'cd'.repeat(32)}` },
];

/** 32 bytes that depend on a name only. */
export const keyOf = (name: string): Uint8Array => plainSha256(utf8Encode(`test key ${name}`));

export function evmAddress(name: string): string {
  return addressOfKey(secp256k1.getPublicKey(keyOf(name), false));
}

export function signEvm(name: string, text: string): string {
  const bytes = recoverable(name, personalDigest(text));
  return `0x${toHex(concatBytes(bytes.subarray(1), Uint8Array.of(bytes[0]! + 27)))}`;
}

/** With a header for a compressed key. */
export function signBitcoin(name: string, text: string, header = 31): string {
  const bytes = recoverable(name, bitcoinMessageDigest(text));
  return toBase64(concatBytes(Uint8Array.of(bytes[0]! + header), bytes.subarray(1)));
}

/** Recovery bit, r, s. */
function recoverable(name: string, digest: Uint8Array): Uint8Array {
  return secp256k1.sign(digest, keyOf(name), { prehash: false, format: 'recovered' });
}

/** An address of the firm on Ethereum, signed for this snapshot. */
export function heldEvm(name: string, amount: bigint, exchange = EXCHANGE): HeldAddress {
  const address = evmAddress(name);
  const blockHash = BLOCKS[1]!.hash;
  const text = controlText({ exchange, epoch: EPOCH, chain: 'ethereum', blockHash, address });
  const control = { scheme: 'eip-191', signature: signEvm(name, text) } as const;
  return { chain: 'ethereum', address, amount, control };
}

/** A statement of reserves with totals that fit, sorted as the format asks. */
export function reservesOf(change: Partial<ReservesStatement> = {}): ReservesStatement {
  const exchange = change.exchange ?? EXCHANGE;
  const addresses = [heldEvm('hot', 40n, exchange), heldEvm('cold', 60n, exchange)];
  const statement = {
    format: RESERVES_FORMAT,
    exchange,
    epoch: EPOCH,
    asset: 'ETH',
    commitment: { ...COMMITMENT, exchange },
    at: MOMENT,
    beacon: BEACON,
    blocks: BLOCKS,
    custodians: [],
    flows: [],
    addresses,
    ...change,
  };
  const sorted = statement.addresses.toSorted((a, b) =>
    `${a.chain} ${a.address}` < `${b.chain} ${b.address}` ? -1 : 1,
  );
  return { totals: totalsOf(statement), ...statement, addresses: sorted };
}

/** What a careful verifier has looked up. */
export const SNAPSHOT = {
  committed: COMMITTED,
  beacon: { bytes: BEACON, at: roundAt(COMMITMENT.beacon)! },
  blocks: BLOCKS.map((block) => ({ ...block, at: minutes(-5), nextAt: minutes(7) })),
  balanceOf: () => 1_000n,
};

/** A time some minutes from the moment. */
export function minutes(count: number): string {
  return new Date(Date.parse(MOMENT) + count * 60_000).toISOString();
}

/** Liabilities of the epoch: ETH that is held, and whatever `more` says. */
export function liabilitiesOf(credit = 100n, more: Readonly<Record<string, bigint>> = {}): Statement {
  const people = (amount: bigint) => ({
    anna: { credit: amount - 1n, debt: 3n },
    ben: { credit: 1n, debt: 0n },
  });
  const books = Object.fromEntries(
    Object.entries({ ETH: credit, ...more }).map(([asset, amount]) => [asset, people(amount)]),
  );
  return { ...buildEpoch(books, 1, 0, EPOCH).statement, at: MOMENT };
}

/** The statement that joins both sides honestly. */
export function solvencyOf(
  liabilities: Statement,
  reserves: readonly ReservesStatement[],
): SolvencyStatement {
  const assets = liabilities.assets.map(({ asset, credit, debt }) => {
    const statement = reserves.find((one) => one.asset === asset);
    const joined = statement === undefined ? null : { statement, digest: reservesDigest(statement) };
    return solvencyAsset(asset, credit, debt, joined);
  });
  return {
    exchange: EXCHANGE,
    epoch: EPOCH,
    at: MOMENT,
    liabilities: { format: liabilities.format, epochRoot: epochRoot(liabilities) },
    assets,
    assetsWithoutProof: withoutProof(assets),
  };
}
