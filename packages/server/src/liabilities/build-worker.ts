/** The thread of a worker: builds one shard after the other, as they are sent, and says when each is done. */
import { parentPort } from 'node:worker_threads';
import { ProofError } from '@sonae/proof/proof-error';
import type { BuildMessage, BuildReply } from './build-asset.ts';
import { createShardBuilder } from './build-shard.ts';

let buildShard: ReturnType<typeof createShardBuilder> | undefined;

parentPort?.on('message', (message: BuildMessage) => {
  if ('job' in message) buildShard = createShardBuilder(message.job);
  else parentPort?.postMessage(answer(message));
});

function answer({ range }: Extract<BuildMessage, { range: unknown }>): BuildReply {
  try {
    buildShard?.(range);
    return null;
  } catch (error) {
    // A class does not travel between threads; anything else is a defect and ends the worker.
    if (!(error instanceof ProofError)) throw error;
    return { code: error.code, message: error.message };
  }
}
