/** While the node leads, what was booked goes into the log a second later at most. */
import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Logger } from 'pino';
import { sleep } from '../drive-scenario.ts';
import type { Node } from '../node.ts';
import type { Books } from './books.ts';

const SEAL_EVERY_MS = SECOND_MS;

/** Opens every book that exists, so that what a crash left unsealed is sealed, and seals until aborted. */
export async function keepSealing(
  node: Node,
  books: Books,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  const failed = (error: unknown): void =>
    logger.error({ err: error }, 'the books could not be sealed and will be tried again');
  const opened = new Set<string>();
  let isListed = false;
  while (!signal.aborted) {
    await sleep(SEAL_EVERY_MS, signal);
    if (!node.leader) continue;
    try {
      // One that is damaged keeps no other from being sealed.
      if (!isListed)
        for (const id of (await books.list()).filter((one) => !opened.has(one)))
          await books.open(id).then(() => opened.add(id), failed);
      isListed = (await books.list()).every((id) => opened.has(id));
      await books.seal();
    } catch (error) {
      failed(error);
    }
  }
  if (node.leader)
    await books
      .seal(true)
      .catch((error: unknown) => logger.error({ err: error }, 'books were left unsealed'));
}
