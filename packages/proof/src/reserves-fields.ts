/**
 * Strict readers of the fields that statements share: one form for each value, a sentence that names the field for
 * everything else. They are made for one error code, so that a reader of an error knows which kind of file is meant.
 */
import { fromHex } from './bytes.ts';
import type { JsonValue } from './canonical-json.ts';
import { isAmount, isAssetName, isPublicName } from './liabilities.ts';
import { demand, type ProofErrorCode } from './proof-error.ts';

const MAX_AMOUNT_DIGITS = 39;
const MAX_NOTE_CHARS = 200;

/** The readers; each throws a `ProofError` of the given code that names the field `what`. */
export type FieldReaders = {
  /** 1 to 100 printable ASCII characters without spaces: names of exchanges, epochs, chains, addresses. */
  name(value: JsonValue | undefined, what: string): string;
  asset(value: JsonValue | undefined, what: string): string;
  /** 1 to 200 characters without control characters, for people. */
  note(value: JsonValue | undefined, what: string): string;
  /** `YYYY-MM-DDTHH:MM:SS.sssZ`. */
  time(value: JsonValue | undefined, what: string): string;
  /** Smallest units, 0 to 2^128 - 1, as decimal text. */
  amount(value: JsonValue | undefined, what: string): bigint;
  /** Whole number from 0 that is exact in JSON. */
  count(value: JsonValue | undefined, what: string): number;
  /** Lower-case hex of exactly `length` bytes. */
  bytes(value: JsonValue | undefined, length: number, what: string): Uint8Array;
  list(value: JsonValue | undefined, max: number, what: string): readonly JsonValue[];
  /** Refuses keys that do not rise (UTF-16 code units): every list has one order, and nothing stands in it twice. */
  rising(keys: readonly string[], what: string): void;
};

/** Readers whose errors carry `code`; limits are `too-large`. */
export function fieldReaders(code: ProofErrorCode): FieldReaders {
  return {
    name(value, what) {
      const isName = typeof value === 'string' && isPublicName(value);
      demand(isName, code, `${what} must be 1 to 100 printable ASCII characters without spaces`);
      return value;
    },
    asset(value, what) {
      const isAsset = typeof value === 'string' && isAssetName(value);
      demand(isAsset, code, `${what} must be 1 to 64 letters, digits, dots, dashes or underscores`);
      return value;
    },
    note(value, what) {
      const isNote = typeof value === 'string' && value.length >= 1 && value.length <= MAX_NOTE_CHARS;
      demand(isNote && !/\p{Cc}/u.test(value), code, `${what} must be 1 to ${MAX_NOTE_CHARS} characters`);
      return value;
    },
    time(value, what) {
      const isShaped = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
      const millis = isShaped ? Date.parse(value) : Number.NaN;
      const isTime = isShaped && Number.isFinite(millis) && new Date(millis).toISOString() === value;
      demand(isTime, code, `${what} must be a time as YYYY-MM-DDTHH:MM:SS.sssZ`);
      return value;
    },
    amount(value, what) {
      const isDecimal =
        typeof value === 'string' && value.length <= MAX_AMOUNT_DIGITS && /^(0|[1-9]\d*)$/.test(value);
      demand(isDecimal, code, `${what} must be a whole number from 0, as decimal text`);
      demand(isAmount(BigInt(value)), code, `${what} does not fit in 128 bits`);
      return BigInt(value);
    },
    count(value, what) {
      const isCount = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
      demand(isCount, code, `${what} must be a whole number from 0`);
      return value;
    },
    bytes(value, length, what) {
      const isHex = typeof value === 'string' && value.length === 2 * length && /^[0-9a-f]*$/.test(value);
      demand(isHex, code, `${what} must be ${length} bytes as lower-case hex`);
      return fromHex(value);
    },
    list(value, max, what) {
      demand(Array.isArray(value), code, `${what} must be a list`);
      demand(value.length <= max, 'too-large', `${what} has at most ${max} entries`);
      return value;
    },
    rising(keys, what) {
      for (let n = 1; n < keys.length; n++)
        demand(keys[n - 1]! < keys[n]!, code, `${what} is not sorted, or twice there: ${keys[n]}`);
    },
  };
}
