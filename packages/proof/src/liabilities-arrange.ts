/**
 * Where leaves stand and how balances are cut: a seeded arrangement that the firm keeps to itself, so that the published
 * list tells neither who is who nor, with splitting and blank leaves, how much one customer has or how many there are.
 * Verification does not depend on it; the same seed gives the same list, so that an auditor can be shown how it arose.
 */
import { concatBytes, utf8Encode } from './bytes.ts';
import { type Amounts, customerBytes, isAmount, writeAmount } from './liabilities.ts';
import {
  createHmac,
  createTagger,
  ENTRY_BYTES,
  MAX_PARTS,
  SECRET_BYTES,
  type TreeName,
  treeRules,
} from './liabilities-tree.ts';
import { HASH_BYTES, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';

/** What one customer has in the asset of the tree. */
export type CustomerAmounts = Amounts & { readonly customer: string };
/** A leaf in its place; one without customer is blank: nothing is owed, and nobody but the firm can tell. */
export type Leaf = Amounts & { readonly customer: string | null; readonly part: number };

/** An arrangement is held in memory; larger books arrange index columns with `seededOrder`. */
const MAX_ARRANGED = 2 ** 32 - 1;
const ORDER_DOMAIN = utf8Encode('sonae/liabilities/v1 order\n');
const SPLIT_DOMAIN = utf8Encode('sonae/liabilities/v1 split\n');
const BLANK_DOMAIN = utf8Encode('sonae/liabilities/v1 blank\n');
const NOTHING = new Uint8Array(0);

/** Uniform numbers from a secret seed. */
type Draws = { below(bound: number): number; amountBelow(bound: bigint): bigint };

/** A permutation of 0 to count - 1 that only the 32 bytes of `seed` foretell (Fisher-Yates over SHA-256 blocks). */
export function seededOrder(seed: Uint8Array, count: number, sha256: Sha256 = plainSha256): Uint32Array {
  const fits = Number.isInteger(count) && count >= 0 && count <= MAX_ARRANGED;
  demand(fits, 'too-large', `an order has at most ${MAX_ARRANGED} places`);
  const draws = createDraws(ORDER_DOMAIN, seed, sha256);
  const places = new Uint32Array(count);
  for (let n = 0; n < count; n++) places[n] = n;
  for (let n = count - 1; n > 0; n--) {
    const other = draws.below(n + 1);
    const kept = places[n]!;
    places[n] = places[other]!;
    places[other] = kept;
  }
  return places;
}

export type Arrangement = {
  readonly seed: Uint8Array;
  readonly customers: readonly CustomerAmounts[];
  /** Leaves per customer, 1 to 16. */
  readonly parts?: number;
  /** Blank leaves strewn in. */
  readonly blanks?: number;
};

/**
 * Leaves of one tree in their places: each customer's credit and debt cut at random into `parts` leaves, `blanks` leaves
 * without a customer between them, all shuffled. Throws `bad-argument`, also for a customer named twice.
 */
export function arrangeLeaves(
  { seed, customers, parts = 1, blanks = 0 }: Arrangement,
  sha256: Sha256 = plainSha256,
): Leaf[] {
  const arePartsKnown = Number.isInteger(parts) && parts >= 1 && parts <= MAX_PARTS;
  demand(arePartsKnown, 'bad-argument', `a customer has 1 to ${MAX_PARTS} parts`);
  demand(Number.isInteger(blanks) && blanks >= 0, 'bad-argument', 'blanks are counted from 0');
  const names = new Set(customers.map(({ customer }) => customer));
  demand(names.size === customers.length, 'bad-argument', 'a customer is named twice');
  const draws = createDraws(SPLIT_DOMAIN, seed, sha256);
  const leaves: Leaf[] = customers.flatMap(({ customer, credit, debt }) => {
    demand(isAmount(credit) && isAmount(debt), 'bad-argument', `${customer}: amounts are 0 to 2^128 - 1`);
    const credits = cut(credit, parts, draws);
    const debts = cut(debt, parts, draws);
    return credits.map((share, part) => ({ customer, part, credit: share, debt: debts[part]! }));
  });
  for (let part = 0; part < blanks; part++) leaves.push({ customer: null, part, credit: 0n, debt: 0n });
  return Array.from(seededOrder(seed, leaves.length, sha256), (from) => leaves[from]!);
}

/**
 * Entries (64 bytes each) of leaves in their places. `secretOf` returns the 32 bytes that customer and firm share; the
 * tags of blank leaves come from `seed`. Throws `bad-argument` or `too-large`.
 */
export function entriesOf(
  tree: TreeName,
  leaves: readonly Leaf[],
  secretOf: (customer: string) => Uint8Array,
  seed: Uint8Array,
  sha256: Sha256 = plainSha256,
): Uint8Array {
  const isCount = leaves.length === tree.leaves;
  demand(isCount, 'bad-argument', `${leaves.length} leaves for a tree of ${tree.leaves}`);
  const rules = treeRules(tree, sha256);
  const tagOf = createTagger(rules, sha256);
  const hmac = createHmac(concatBytes(BLANK_DOMAIN, rules.id), 0, sha256);
  const entries = new Uint8Array(leaves.length * ENTRY_BYTES);
  for (const [index, { customer, part, credit, debt }] of leaves.entries()) {
    const at = index * ENTRY_BYTES;
    const tag =
      customer === null
        ? hmac(seed, part, NOTHING)
        : tagOf(secretOf(customer), customerBytes(customer), part);
    entries.set(tag, at);
    writeAmount(credit, entries, at + HASH_BYTES);
    writeAmount(debt, entries, at + HASH_BYTES + 16);
  }
  return entries;
}

/** Cuts one amount after the other, as `arrangeLeaves` does: for books that are not held as leaves. */
export function createSplitter(
  seed: Uint8Array,
  sha256: Sha256 = plainSha256,
): (amount: bigint, parts: number) => bigint[] {
  const draws = createDraws(SPLIT_DOMAIN, seed, sha256);
  return (amount, parts) => cut(amount, parts, draws);
}

/** `amount` as `parts` amounts that add up to it, cut at uniformly drawn points. */
function cut(amount: bigint, parts: number, draws: Draws): bigint[] {
  const points = Array.from({ length: parts - 1 }, () => draws.amountBelow(amount + 1n));
  const edges = [0n, ...points.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)), amount];
  return edges.slice(1).map((edge, n) => edge - edges[n]!);
}

/** Numbers from SHA-256(domain || seed || counter), without the bias of a remainder. */
function createDraws(domain: Uint8Array, seed: Uint8Array, sha256: Sha256): Draws {
  demand(seed.length === SECRET_BYTES, 'bad-argument', `a seed has ${SECRET_BYTES} bytes`);
  const input = concatBytes(domain, seed, new Uint8Array(8));
  const counter = new DataView(input.buffer, input.length - 8);
  const block = new Uint8Array(HASH_BYTES);
  const words = new DataView(block.buffer);
  let blocks = 0;
  let at = HASH_BYTES;

  function word(): number {
    if (at === HASH_BYTES) {
      counter.setBigUint64(0, BigInt(blocks++));
      block.set(sha256(input));
      at = 0;
    }
    at += 4;
    return words.getUint32(at - 4);
  }

  return {
    below(bound) {
      let drawn = word();
      // What lies below this lies below the last multiple of `bound`, which is dear to compute.
      if (drawn >= 2 ** 32 - bound) {
        const limit = 2 ** 32 - (2 ** 32 % bound);
        while (drawn >= limit) drawn = word();
      }
      // The remainder: of whole numbers below 2^32 the rounded quotient is never a whole one too high.
      return drawn - Math.floor(drawn / bound) * bound;
    },
    amountBelow(bound) {
      const bits = bound.toString(2).length;
      for (;;) {
        let drawn = 0n;
        for (let n = 0; n < bits; n += 32) drawn = (drawn << 32n) | BigInt(word());
        drawn = BigInt.asUintN(bits, drawn);
        if (drawn < bound) return drawn;
      }
    },
  };
}
