/** The thread of a worker: draws an order, or builds one shard after the other, as they are sent; says when each is done. */
import { parentPort } from 'node:worker_threads';
import { seededOrder } from '@sonae/proof/liabilities-arrange';
import { ProofError } from '@sonae/proof/proof-error';
import type { BuildMessage, BuildReply } from './build-asset.ts';
import { createShardBuilder } from './build-shard.ts';
import { createFastSha256 } from './fast-sha256.ts';

let buildShard: ReturnType<typeof createShardBuilder> | undefined;

parentPort?.on('message', (message: BuildMessage) => {
  if ('job' in message) buildShard = createShardBuilder(message.job);
  else parentPort?.postMessage(answer(message));
});

function answer(message: Exclude<BuildMessage, { job: unknown }>): BuildReply {
  try {
    if ('range' in message) buildShard?.(message.range);
    else message.order.set(seededOrder(message.seed, message.order.length, createFastSha256()));
    return null;
  } catch (error) {
    // A class does not travel between threads; anything else is a defect and ends the worker.
    if (!(error instanceof ProofError)) throw error;
    return { code: error.code, message: error.message };
  }
}
