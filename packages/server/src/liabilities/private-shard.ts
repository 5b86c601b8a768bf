/** What one worker of private mode does: encrypts a run of leaves and adds them up, level by level. */
import type { PrivateProver } from '@sonae/proof/private-engine';
import {
  createPrivateTagger,
  PRIVATE_NODE_BYTES,
  type PrivateTreeName,
  privateLeaf,
  privateLevels,
  privateTreeId,
} from '@sonae/proof/private-tree';
import { createFastSha256 } from './fast-sha256.ts';

/** One customer's balance, smallest units, 0 to 2^64 - 1. */
export type PrivateRow = { readonly customer: string; readonly secret: Uint8Array; readonly amount: bigint };
/** Leaves from `first` on; all but the last shard have the same power of two of them. */
export type PrivateShard = { readonly first: number; readonly rows: readonly PrivateRow[] };
export type PrivateShardBuilt = {
  /** 96 bytes a leaf: tag and ciphertext. */
  readonly entries: Uint8Array;
  /** Nodes of 96 bytes, from the leaves to the root of the shard. */
  readonly levels: readonly Uint8Array[];
};

/** A builder of shards of one tree. */
export function createPrivateShardBuilder(tree: PrivateTreeName, prover: PrivateProver) {
  const sha256 = createFastSha256();
  const id = privateTreeId(tree, sha256);
  const tagOf = createPrivateTagger(id, sha256);
  return ({ first, rows }: PrivateShard): PrivateShardBuilt => {
    const entries = new Uint8Array(rows.length * PRIVATE_NODE_BYTES);
    const leaves = new Uint8Array(entries.length);
    for (const [n, { customer, secret, amount }] of rows.entries()) {
      const at = n * PRIVATE_NODE_BYTES;
      const tag = tagOf(secret, customer);
      entries.set(tag, at);
      entries.set(prover.encrypt(amount), at + tag.length);
      leaves.set(privateLeaf(id, entries.subarray(at, at + PRIVATE_NODE_BYTES), first + n, sha256), at);
    }
    return { entries, levels: privateLevels(leaves, sha256) };
  };
}
