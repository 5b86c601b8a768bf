/**
 * Frames on their way to disk: what waits is written together, so that one sync serves many batches. After a failed
 * write nothing more is taken: what was verified since is not durable, and the book must be built anew.
 */
import type { Columns } from '@sonae/core/nouns/ledger/engine/columns.ts';
import type { FrameHeader } from '@sonae/core/nouns/ledger/engine/frame.ts';
import type { JournalFrame } from '@sonae/core/ports/journal.ts';

const FRAMES_AT_ONCE_MAX = 64;

export type FrameWriter = {
  /** Resolves when the frame is durable. */
  write(header: FrameHeader, bytes: Uint8Array, columns: Columns): Promise<void>;
  failed(): boolean;
  idle(): Promise<void>;
};

type Waiting = {
  header: FrameHeader;
  bytes: Uint8Array;
  columns: Columns;
  resolve: () => void;
  reject: (error: unknown) => void;
};

export function createFrameWriter(
  append: (frames: readonly JournalFrame[]) => Promise<void>,
  onDurable: (header: FrameHeader, bytes: Uint8Array, columns: Columns) => void,
): FrameWriter {
  let queue: Waiting[] = [];
  let failure: unknown = null;
  let pumping: Promise<void> | null = null;

  async function pump(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, FRAMES_AT_ONCE_MAX);
      queue = queue.slice(batch.length);
      try {
        if (failure !== null) throw failure;
        await append(batch.map(({ header, bytes }) => ({ number: header.number, bytes })));
      } catch (error) {
        failure = error;
        for (const { reject } of batch) reject(error);
        continue;
      }
      for (const { header, bytes, columns, resolve } of batch) {
        onDurable(header, bytes, columns);
        resolve();
      }
    }
    pumping = null;
  }

  return {
    write: (header, bytes, columns) =>
      new Promise((resolve, reject) => {
        queue.push({ header, bytes, columns, resolve, reject });
        pumping ??= Promise.resolve().then(pump);
      }),
    failed: () => failure !== null,
    idle: async () => {
      await pumping;
    },
  };
}
