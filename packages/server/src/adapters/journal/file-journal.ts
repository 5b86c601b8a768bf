/**
 * A journal in files, one per book, beside the embedded store (whose lock keeps other processes away). A record is its
 * length and CRC-32 (u32 LE each) and the frame; `append` resolves after fdatasync. A write that a crash tore is cut off
 * when the file is opened; nobody was told that it was kept.
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Journal, JournalFrame } from '@sonae/core/ports/journal.ts';
import { demandNext } from './next-frame.ts';

const RECORD_HEAD_BYTES = 8;
const FRAME_BYTES_MAX = 256 * 1024 * 1024;
const SUFFIX = '.journal';

type OpenFile = { readonly handle: FileHandle; readonly offsets: number[]; end: number };

/** @param dir made when absent, readable by the owner only */
export async function openFileJournal(dir: string): Promise<Journal> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const files = new Map<string, Promise<OpenFile>>();
  const fileOf = (book: string): Promise<OpenFile> => {
    const known = files.get(book) ?? openFile(join(dir, `${book}${SUFFIX}`));
    files.set(book, known);
    known.catch(() => files.delete(book));
    return known;
  };
  return {
    append: async (book, frames) => appendFrames(await fileOf(book), book, frames),
    frames: async function* (book, from): AsyncGenerator<JournalFrame> {
      const file = await fileOf(book);
      for (let number = Math.max(1, from); number <= file.offsets.length; number += 1)
        yield { number, bytes: await readFrameAt(file, number) };
    },
    read: async (book, number) => {
      const file = await fileOf(book);
      return number >= 1 && number <= file.offsets.length ? readFrameAt(file, number) : undefined;
    },
    books: async () =>
      (await readdir(dir))
        .filter((name) => name.endsWith(SUFFIX))
        .map((name) => name.slice(0, -SUFFIX.length))
        .sort(),
    close: async () => {
      for (const file of files.values()) await (await file).handle.close();
      files.clear();
    },
  };
}

async function appendFrames(file: OpenFile, book: string, frames: readonly JournalFrame[]): Promise<void> {
  demandNext(book, file.offsets.length, frames);
  const parts = frames.flatMap(({ bytes }) => [recordHead(bytes), bytes]);
  const offsets: number[] = [];
  let end = file.end;
  for (const { bytes } of frames) {
    offsets.push(end);
    end += RECORD_HEAD_BYTES + bytes.length;
  }
  try {
    const { bytesWritten } = await file.handle.writev(parts, file.end);
    if (bytesWritten !== end - file.end) throw new Error(`only ${bytesWritten} bytes were written`);
    await file.handle.datasync();
  } catch (error) {
    // Whatever part of it arrived is cut off again, so that the next write begins where this one did.
    await file.handle.truncate(file.end).catch(() => undefined);
    const { message } = error as Error;
    const hint = 'free disk space and send the batch again; nothing of it was kept';
    throw new FaultError(
      'store.unavailable',
      `the journal of ${book} could not be written: ${message}`,
      hint,
      error,
    );
  }
  file.offsets.push(...offsets);
  file.end = end;
}

function recordHead(bytes: Uint8Array): Uint8Array {
  const head = new Uint8Array(RECORD_HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint32(4, crc32(bytes), true);
  return head;
}

async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    return await scanFile(handle, path);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Finds where records begin, and cuts off what a crash tore. */
async function scanFile(handle: FileHandle, path: string): Promise<OpenFile> {
  const { size } = await handle.stat();
  const file: OpenFile = { handle, offsets: [], end: 0 };
  while (file.end < size) {
    const length = await wholeRecord(handle, file.end, size);
    if (length === null) break;
    file.offsets.push(file.end);
    file.end += RECORD_HEAD_BYTES + length;
  }
  if (file.end < size) await cutTornTail(file, path, size);
  if (size === 0) await syncDirectory(dirname(path));
  return file;
}

/** A file that was just made must not be forgotten by its directory. */
async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, constants.O_RDONLY);
  await handle.sync().finally(() => handle.close());
}

/** Length of the frame at `at`, or null when the record is not whole. */
async function wholeRecord(handle: FileHandle, at: number, size: number): Promise<number | null> {
  const head = new Uint8Array(RECORD_HEAD_BYTES);
  if (at + RECORD_HEAD_BYTES > size) return null;
  await handle.read(head, 0, RECORD_HEAD_BYTES, at);
  const view = new DataView(head.buffer);
  const length = view.getUint32(0, true);
  if (length === 0 || length > FRAME_BYTES_MAX || at + RECORD_HEAD_BYTES + length > size) return null;
  const bytes = new Uint8Array(length);
  await handle.read(bytes, 0, length, at + RECORD_HEAD_BYTES);
  return crc32(bytes) === view.getUint32(4, true) ? length : null;
}

/** Only the last write can be torn. A whole record behind the broken one means damage, and damage is not repaired. */
async function cutTornTail(file: OpenFile, path: string, size: number): Promise<void> {
  const head = new Uint8Array(RECORD_HEAD_BYTES);
  await file.handle.read(head, 0, RECORD_HEAD_BYTES, file.end);
  const length = new DataView(head.buffer).getUint32(0, true);
  const next = file.end + RECORD_HEAD_BYTES + length;
  if (length > 0 && next < size && (await wholeRecord(file.handle, next, size)) !== null) {
    const message = `${path} is damaged at byte ${file.end}, and goes on after it`;
    throw new FaultError('store.damaged', message, 'restore the file from a copy; nothing was changed');
  }
  await file.handle.truncate(file.end);
  await file.handle.datasync();
}

async function readFrameAt({ handle, offsets, end }: OpenFile, number: number): Promise<Uint8Array> {
  const at = offsets[number - 1] as number;
  const length = (offsets[number] ?? end) - at - RECORD_HEAD_BYTES;
  const bytes = new Uint8Array(length);
  await handle.read(bytes, 0, length, at + RECORD_HEAD_BYTES);
  return bytes;
}
