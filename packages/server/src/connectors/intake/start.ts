/** The intake of a running node: its sources told to the log, and the mail listener where one is configured. */
import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Logger } from 'pino';
import type { Node } from '../../node.ts';
import { note } from '../../verbs/say.ts';
import { createGatherer, type Gatherer } from './gather.ts';
import { listenForMail, type MailListening } from './mail-listener.ts';

export type Intake = {
  readonly gatherer: Gatherer;
  /** From here on silence counts. */
  open(): Promise<void>;
  close(): Promise<void>;
};

/** So soon is a log that did not take the sources asked again. */
const RETRY_MS = 5 * SECOND_MS;

/** Nothing is listened to before `open`. */
export function startIntake(node: Node, logger: Logger): Intake {
  const { app, config } = node;
  const gatherer = createGatherer(app, config.intake);
  let mail: MailListening | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  // A store that is away for a moment must not keep the node from starting, nor the silence of sources unnoticed.
  const tell = (): Promise<void> =>
    gatherer.open().catch((error: unknown) => {
      logger.error({ err: error }, 'the log does not know the sources of alarms yet');
      retry = setTimeout(() => void tell(), RETRY_MS);
    });
  return {
    gatherer,
    open: async () => {
      await tell();
      const failed = (error: unknown): void => logger.warn({ err: error }, 'the mail listener stumbled');
      mail = await listenForMail(config.intake, gatherer, () => app.ports.clock.now(), failed);
      if (mail === null) return;
      note(`  alarms       by mail to 127.0.0.1:${mail.port}`);
      note('');
    },
    close: async () => {
      clearTimeout(retry);
      await mail?.close();
    },
  };
}
