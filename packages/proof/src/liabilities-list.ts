/**
 * The published leaf list of one asset: anybody adds it up again, and a customer finds their own leaves in it without
 * telling the exchange who is looking. Tiles hold 256 entries of 64 bytes (tag, credit, debt), the last one what is
 * left; concatenated they are the list.
 */
import { equalBytes } from './bytes.ts';
import { type Amounts, addAmounts, customerBytes, type Statement, totalOf } from './liabilities.ts';
import { amountsOf } from './liabilities-proof.ts';
import {
  createTagger,
  createTreeBuilder,
  createTreeHash,
  ENTRY_BYTES,
  MAX_PARTS,
  TILE_LEAVES,
  type TreeHash,
  type TreeName,
  type TreeRules,
} from './liabilities-tree.ts';
import { HASH_BYTES, isSize, plainSha256, type Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';
import { entriesPath } from './tiles.ts';

/** Whose leaves to look for while the list goes by. */
export type ListOwner = { readonly customer: string; readonly secret: Uint8Array };
/** Leaves of the owner, by part from 0. */
export type OwnLeaves = Amounts & { readonly parts: number };
export type ListReport = Amounts & {
  readonly asset: string;
  readonly leaves: number;
  /** Null when no owner was given. */
  readonly own: OwnLeaves | null;
};
export type ListVerifier = {
  /** Bytes of the list in order, cut anywhere. Throws as `end`, as soon as it is known. */
  push(bytes: Uint8Array): void;
  /** Throws `bad-liabilities`, `liabilities-sum`, `liabilities-root` or `liabilities-leaf`. */
  end(): ListReport;
};

/** Path of a tile, below the address at which an epoch is published: `<asset>/tile/entries/<N>[.p/<W>]`. */
export function leafTilePath({ asset, leaves }: Pick<TreeName, 'asset' | 'leaves'>, tile: number): string {
  const width = Math.min(TILE_LEAVES, leaves - tile * TILE_LEAVES);
  const isTile = isSize(tile) && width >= 1;
  demand(isTile, 'bad-argument', `no tile ${tile} in a tree of ${leaves} leaves`);
  return `${asset}/${entriesPath({ index: tile, width })}`;
}

/**
 * Streaming verifier of the list of `asset`: every leaf is at least zero by its form, the leaves are as many as stated,
 * they add up to the stated sums, and they hash to the stated root. The statement is to be the one that the log holds.
 * `hashOf` may be `createLaneTree`, which is faster.
 */
export function createListVerifier(
  statement: Statement,
  asset: string,
  owner: ListOwner | null = null,
  sha256: Sha256 = plainSha256,
  hashOf: (tree: TreeName, sha256: Sha256) => TreeHash = createTreeHash,
): ListVerifier {
  const total = totalOf(statement, asset);
  const { format, exchange, epoch } = statement;
  const hash = hashOf({ format, exchange, epoch, asset, leaves: total.leaves }, sha256);
  const builder = createTreeBuilder(hash);
  const search = owner === null ? null : createSearch(hash.rules, owner, sha256);
  return {
    push(bytes) {
      builder.push(bytes);
      search?.push(bytes);
    },
    end() {
      const { root } = builder.end();
      const { credit, debt } = amountsOf(root);
      const isSum = credit === total.credit && debt === total.debt;
      const found = `${credit} and ${debt}`;
      demand(
        isSum,
        'liabilities-sum',
        `the leaves add up to ${found}, not ${total.credit} and ${total.debt}`,
      );
      const isRoot = equalBytes(root.subarray(0, HASH_BYTES), total.root);
      demand(isRoot, 'liabilities-root', `the leaves do not have the stated root of ${asset}`);
      return { asset, leaves: total.leaves, credit, debt, own: search?.end() ?? null };
    },
  };
}

/** Looks for an owner's tags; compares whole tags only where the first four bytes agree. */
function createSearch(rules: TreeRules, { customer, secret }: ListOwner, sha256: Sha256) {
  const tagOf = createTagger(rules, sha256);
  const bytes = customerBytes(customer);
  const tags = Array.from({ length: MAX_PARTS }, (_, part) => Uint8Array.from(tagOf(secret, bytes, part)));
  const starts = new Map(tags.map((tag, part) => [new DataView(tag.buffer).getUint32(0), part]));
  const foundParts = new Set<number>();
  const entry = new Uint8Array(ENTRY_BYTES);
  const view = new DataView(entry.buffer);
  let filled = 0;
  let sum: Amounts = { credit: 0n, debt: 0n };

  function look(): void {
    const part = starts.get(view.getUint32(0));
    if (part === undefined || !equalBytes(entry.subarray(0, HASH_BYTES), tags[part]!)) return;
    demand(!foundParts.has(part), 'liabilities-leaf', `part ${part} of the customer is in the list twice`);
    foundParts.add(part);
    sum = addAmounts(sum, amountsOf(entry));
  }

  return {
    push(chunk: Uint8Array): void {
      for (let at = 0; at < chunk.length; ) {
        const rest = chunk.subarray(at, at + ENTRY_BYTES - filled);
        entry.set(rest, filled);
        filled += rest.length;
        at += rest.length;
        if (filled === ENTRY_BYTES) {
          look();
          filled = 0;
        }
      }
    },
    end(): OwnLeaves {
      const parts = foundParts.size;
      const isWhole = [...foundParts].every((part) => part < parts);
      demand(isWhole, 'liabilities-leaf', 'a part of the customer is missing from the list');
      return { ...sum, parts };
    },
  };
}
