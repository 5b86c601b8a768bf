/** The thread of a worker: builds one shard after the other, as they are sent, and says when each is done. */
import { parentPort, workerData } from 'node:worker_threads';
import { ProofError } from '@sonae/proof/proof-error';
import { type BuildJob, createShardBuilder, type ShardRange } from './build-shard.ts';

const buildShard = createShardBuilder(workerData as BuildJob);

parentPort?.on('message', (range: ShardRange) => {
  try {
    buildShard(range);
    parentPort?.postMessage(null);
  } catch (error) {
    // A class does not travel between threads; anything else is a defect and ends the worker.
    if (!(error instanceof ProofError)) throw error;
    parentPort?.postMessage({ code: error.code, message: error.message });
  }
});
