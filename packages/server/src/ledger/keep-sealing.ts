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
  let isOpened = false;
  while (!signal.aborted) {
    await sleep(SEAL_EVERY_MS, signal);
    if (!node.leader) continue;
    try {
      if (!isOpened) for (const id of await books.list()) await books.open(id);
      isOpened = true;
      await books.seal();
    } catch (error) {
      logger.error({ err: error }, 'the books could not be sealed and will be tried again');
    }
  }
  if (node.leader)
    await books
      .seal(true)
      .catch((error: unknown) => logger.error({ err: error }, 'books were left unsealed'));
}
