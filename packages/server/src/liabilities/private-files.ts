/**
 * Customers' files of private mode, made when they are asked for. A path's range proofs are made in groups from the root
 * down, so that what one customer's file took near the root serves everybody below the same nodes; both groups and files
 * are kept, the oldest forgotten first.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { type PrivateProver, type RangeGroup, rangeGroups } from '@sonae/proof/private-engine';
import { PRIVATE_LIABILITIES_FORMAT_2, type PrivateStatement } from '@sonae/proof/private-liabilities';
import { formatPrivateProof, type PrivateHolding } from '@sonae/proof/private-proof';
import {
  cipherBytes,
  PRIVATE_NODE_BYTES,
  type SiblingPlace,
  siblingPlaces,
  withoutAmount,
} from '@sonae/proof/private-tree';
import type { PrivateBuilt } from './private-build.ts';
import { createZkProver } from './zk-sdk.ts';

export type PrivateFiles = {
  readonly statement: PrivateStatement;
  /** The customer's file. Throws `input.invalid` when no tree has the customer. */
  fileOf(customer: string): string;
};

/** About 1.7 kB each. */
const GROUPS_KEPT = 20_000;
/** About 20 kB each. */
const FILES_KEPT = 2_000;

/** Files of one epoch. `assets` are all of one build: same exchange, epoch and key. Throws `input.invalid`. */
export function createPrivateFiles(
  at: string,
  assets: readonly PrivateBuilt[],
  epochSecret: Uint8Array,
): PrivateFiles {
  const prover = createZkProver(epochSecret);
  const sorted = assets.toSorted((a, b) => (a.tree.asset < b.tree.asset ? -1 : 1));
  const tree = sorted[0]?.tree;
  if (tree === undefined) throw new FaultError('input.invalid', 'assets: none', 'build at least one');
  const isOne = sorted.every(
    (one) =>
      one.tree.exchange === tree.exchange &&
      one.tree.epoch === tree.epoch &&
      Buffer.compare(one.tree.key, prover.key) === 0,
  );
  if (!isOne)
    throw new FaultError('input.invalid', 'assets: of several epochs or keys', 'build them with one secret');
  const { exchange, epoch, key } = tree;
  const statement: PrivateStatement = {
    ...{ format: PRIVATE_LIABILITIES_FORMAT_2, exchange, epoch, at, key },
    assets: sorted.map(({ stated }) => stated),
  };
  const groups = new Map<string, RangeGroup>();
  const files = new Map<string, string>();
  return {
    statement,
    fileOf: (customer) =>
      kept(files, customer, FILES_KEPT, () => {
        const holdings = sorted.flatMap((asset) => {
          const index = asset.placeOf.get(customer);
          return index === undefined ? [] : [holdingOf(asset, index, prover, groups)];
        });
        if (holdings.length === 0)
          throw new FaultError('input.invalid', 'customer: in no tree of this epoch', 'check the id');
        return formatPrivateProof({ statement, customer, holdings });
      }),
  };
}

function holdingOf(
  built: PrivateBuilt,
  index: number,
  prover: PrivateProver,
  groups: Map<string, RangeGroup>,
): PrivateHolding {
  const { tree, entries, amounts } = built;
  const places = siblingPlaces(index, tree.leaves);
  const fromRoot = places.toReversed();
  const entry = Uint8Array.from(
    entries.subarray(index * PRIVATE_NODE_BYTES, (index + 1) * PRIVATE_NODE_BYTES),
  );
  const amount = (amounts[0] as BigUint64Array)[index] as bigint;
  let at = 0;
  const made = rangeGroups(places.length).map((slots) => {
    const members = fromRoot.slice(at, at + slots);
    at += slots;
    // The lowest member tells the others: they are the siblings above it.
    const lowest = members.at(-1) as SiblingPlace;
    const name = `${tree.asset} ${lowest.level} ${lowest.index} ${slots}`;
    return kept(groups, name, GROUPS_KEPT, () =>
      prover.proveRange(
        members.map((place) => ({
          cipher: cipherBytes(nodeAt(built, place)),
          amount: amountAt(built, place),
        })),
      ),
    );
  });
  const commitments = made.flatMap((group) => group.commitments).reverse();
  const equalities = made.flatMap((group) => group.equalities).reverse();
  return {
    asset: tree.asset,
    index,
    amount,
    entry,
    own: prover.proveZero(withoutAmount(cipherBytes(entry), amount)),
    path: places.map((place, n) => ({
      node: nodeAt(built, place),
      commitment: commitments[n] as Uint8Array,
      equality: equalities[n] as Uint8Array,
    })),
    ranges: made.map(({ range }) => range),
  };
}

function nodeAt({ levels }: PrivateBuilt, { level, index }: SiblingPlace): Uint8Array {
  const nodes = levels[level] as Uint8Array;
  return Uint8Array.from(nodes.subarray(index * PRIVATE_NODE_BYTES, (index + 1) * PRIVATE_NODE_BYTES));
}

function amountAt({ amounts }: PrivateBuilt, { level, index }: SiblingPlace): bigint {
  return (amounts[level] as BigUint64Array)[index] as bigint;
}

/** The value under `name`, made if it is not there; a map keeps the order in which names came. */
function kept<T>(map: Map<string, T>, name: string, max: number, make: () => T): T {
  const known = map.get(name);
  if (known !== undefined) return known;
  const made = make();
  if (map.size >= max) map.delete(map.keys().next().value as string);
  map.set(name, made);
  return made;
}
