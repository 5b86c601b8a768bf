/**
 * An append-only JSONL file: what was done survives a restart, so that an order never has a second effect. A
 * line is on disk before anybody hears of it; a last line without its newline was never acknowledged and is
 * cut off at start.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

export type Journal = {
  /** Appends and syncs one entry. Throws when the disk does not take it, and leaves the file as it was. */
  append(entry: unknown): void;
  close(): void;
};

export class JournalError extends Error {
  override readonly name = 'JournalError';
}

/**
 * Opens or creates a journal and hands every entry it holds to `take`. Throws `JournalError` naming file and
 * line.
 */
export function openJournal(path: string, take: (entry: unknown) => void): Journal {
  const fd = openSync(path, 'a+', 0o600);
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  text
    .slice(0, end)
    .split('\n')
    .slice(0, -1)
    .forEach((line, at) => {
      try {
        take(JSON.parse(line));
      } catch (error) {
        closeSync(fd);
        const why = error instanceof Error ? error.message : String(error);
        throw new JournalError(`${path}:${at + 1}: ${why}; restore the file from its copy, do not edit it`);
      }
    });
  let bytes = Buffer.byteLength(text.slice(0, end));
  if (bytes < fstatSync(fd).size) ftruncateSync(fd, bytes);
  return {
    append(entry) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      try {
        for (let at = 0; at < line.length; ) at += writeSync(fd, line, at);
        fsyncSync(fd);
        bytes += line.length;
      } catch (error) {
        ftruncateSync(fd, bytes);
        throw error;
      }
    },
    close: () => closeSync(fd),
  };
}
