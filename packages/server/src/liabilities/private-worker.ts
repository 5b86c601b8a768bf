/** The thread of a private build: one shard after the other, as they are sent; results are moved, not copied. */
import { parentPort, workerData } from 'node:worker_threads';
import type { PrivateTreeName } from '@sonae/proof/private-tree';
import { ProofError } from '@sonae/proof/proof-error';
import { createPrivateShardBuilder, type PrivateShard } from './private-shard.ts';
import { createZkProver } from './zk-sdk.ts';

export type PrivateJob = { readonly tree: PrivateTreeName; readonly epochSecret: Uint8Array };

const { tree, epochSecret } = workerData as PrivateJob;
const buildShard = createPrivateShardBuilder(tree, createZkProver(epochSecret));

parentPort?.on('message', (shard: PrivateShard) => {
  try {
    const built = buildShard(shard);
    const buffers = [built.entries, ...built.levels].map(({ buffer }) => buffer as ArrayBuffer);
    parentPort?.postMessage({ built }, [...new Set(buffers)]);
  } catch (error) {
    // A class does not travel between threads; anything else is a defect and ends the worker.
    if (!(error instanceof ProofError)) throw error;
    parentPort?.postMessage({ code: error.code, message: error.message });
  }
});
