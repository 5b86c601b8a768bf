/**
 * Asks the worker thread for customers' files of private epochs. It is started by the first question, and does not keep the
 * process alive.
 */
import { Worker } from 'node:worker_threads';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { FileAnswer, FileAsk } from './private-file-worker.ts';

/** Questions that may wait at once: each takes about a third of a second. */
const WAITING_MAX = 100;

export type PrivateFileMaker = {
  /** The file of `customer` of the epoch in `dir`; null for somebody in no tree of it. Throws `http.too-many-requests`. */
  fileOf(dir: string, customer: string): Promise<string | null>;
};

type Waiting = { readonly resolve: (text: string | null) => void; readonly reject: (error: Error) => void };

export function createPrivateFileMaker(): PrivateFileMaker {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let asked = 0;
  const give = (answer: FileAnswer): void => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('text' in answer) one?.resolve(answer.text);
    else one?.reject(new Error(`the file could not be made: ${answer.problem}`));
  };
  const start = (): Worker => {
    const fresh = new Worker(new URL('./private-file-worker.ts', import.meta.url));
    fresh.unref();
    fresh.on('message', give);
    fresh.on('error', (error) => {
      // Whoever waits hears of it; the next question starts another worker.
      worker = null;
      for (const one of waiting.values()) one.reject(error);
      waiting.clear();
    });
    return fresh;
  };
  return {
    fileOf: (dir, customer) =>
      new Promise((resolve, reject) => {
        if (waiting.size >= WAITING_MAX) {
          reject(
            new FaultError(
              'http.too-many-requests',
              `${WAITING_MAX} files are being made`,
              'ask again in a minute',
            ),
          );
          return;
        }
        worker ??= start();
        asked += 1;
        waiting.set(asked, { resolve, reject });
        worker.postMessage({ id: asked, dir, customer } satisfies FileAsk);
      }),
  };
}
