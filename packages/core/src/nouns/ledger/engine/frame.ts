/**
 * A frame of the journal: what one batch added to a book, as bytes that can be read back alone. It carries the hash of
 * the frame before it, so that the newest hash (sealed in the log) stands for the whole journal.
 *
 * Layout: "SNJ1", length of the header (u32 LE), length of the columns (u32 LE), header as UTF-8 JSON, columns, and
 * SHA-256 over the hash of the frame before and everything above.
 */
import { concatBytes, equalBytes, utf8Decode, utf8Encode } from '@sonae/proof/bytes';
import type { Sha256 } from '../../../ports/hash.ts';
import type { LoggedViolation } from '../facts/batches.ts';
import type { AccountDef } from './accounts.ts';
import { type Columns, decodeColumns, encodeColumns } from './columns.ts';

export type FrameHeader = {
  /** Counted from 1. */
  readonly number: number;
  /** Id and hash of the batch as it was received: a repeated batch is answered as the first time. */
  readonly batch: { readonly id: string; readonly hash: string; readonly source: string };
  readonly receivedAt: string;
  /** Accounts opened by it, before its transfers. */
  readonly accounts: readonly AccountDef[];
  /** Transfers in the columns, and the ordinal of the first of them. */
  readonly count: number;
  readonly first: number;
  /** Whether the numbers were given here: the firm's journal has none. */
  readonly isNumberedHere: boolean;
  /** After this frame. */
  readonly nextSeq: number;
  /** Numbers whose postings it turned away, and such numbers that it took after all; absent for none. */
  readonly openedSeqs?: readonly number[];
  readonly takenSeqs?: readonly number[];
  readonly asOf: string;
  readonly repeats: number;
  readonly turnedAway: number;
  readonly violations: readonly LoggedViolation[];
  /** Ids as the firm wrote them, where the 128 bits are a hash of them; null for none such. */
  readonly ids: readonly (string | null)[] | null;
};
export type Frame = { readonly header: FrameHeader; readonly columns: Columns; readonly hash: Uint8Array };

const MAGIC = utf8Encode('SNJ1');
const HASH_BYTES = 32;
const FIXED_BYTES = MAGIC.length + 8;
/** The hash before the first frame. */
export const NO_FRAME = new Uint8Array(HASH_BYTES);

export function encodeFrame(
  header: FrameHeader,
  columns: Columns,
  before: Uint8Array,
  sha256: Sha256,
): Uint8Array {
  const text = utf8Encode(JSON.stringify(header));
  const body = encodeColumns(columns);
  const size = FIXED_BYTES + text.length + body.length;
  const buffer = new Uint8Array(HASH_BYTES + size + HASH_BYTES);
  buffer.set(before);
  const frame = buffer.subarray(HASH_BYTES);
  frame.set(MAGIC);
  const view = new DataView(frame.buffer, frame.byteOffset);
  view.setUint32(MAGIC.length, text.length, true);
  view.setUint32(MAGIC.length + 4, body.length, true);
  frame.set(text, FIXED_BYTES);
  frame.set(body, FIXED_BYTES + text.length);
  frame.set(sha256(buffer.subarray(0, HASH_BYTES + size)), size);
  return frame;
}

/** Why bytes are not the frame that follows `before`. */
export class FrameError extends Error {}

/** Reads and checks a frame. Throws FrameError. */
export function decodeFrame(bytes: Uint8Array, before: Uint8Array, sha256: Sha256): Frame {
  const hash = bytes.slice(-HASH_BYTES);
  const content = bytes.subarray(0, bytes.length - HASH_BYTES);
  if (content.length < FIXED_BYTES || !equalBytes(content.subarray(0, MAGIC.length), MAGIC))
    throw new FrameError('not a frame of a journal');
  if (!equalBytes(sha256(concatBytes(before, content)), hash))
    throw new FrameError('its hash is not that of its content after the frame before');
  return { ...readFrame(bytes), hash };
}

/** Reads a frame whose hash was checked before. */
export function readFrame(bytes: Uint8Array): Omit<Frame, 'hash'> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const textLength = view.getUint32(MAGIC.length, true);
  const bodyLength = view.getUint32(MAGIC.length + 4, true);
  if (FIXED_BYTES + textLength + bodyLength + HASH_BYTES !== bytes.length)
    throw new FrameError('its lengths do not add up');
  const header = JSON.parse(utf8Decode(bytes.subarray(FIXED_BYTES, FIXED_BYTES + textLength))) as FrameHeader;
  const body = bytes.subarray(FIXED_BYTES + textLength, FIXED_BYTES + textLength + bodyLength);
  const columns = decodeColumns(body, header.count);
  columns.isNumberedHere = header.isNumberedHere;
  return { header, columns };
}

/** The hash that a frame ends in. */
export const frameHash = (bytes: Uint8Array): Uint8Array => bytes.slice(-HASH_BYTES);
