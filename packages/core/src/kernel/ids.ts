/** Ids are ULIDs: 48 bits of time, 80 bits of randomness, sortable, 26 characters of Crockford base 32. */
import { assert } from './assert.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LIMIT_MS = 2 ** 48;

/** @param random ten bytes */
export function ulid(atMs: number, random: Uint8Array): string {
  assert(
    atMs >= 0 && atMs < TIME_LIMIT_MS && random.length === 10,
    'a ULID takes 48 bits of time and 10 random bytes',
  );
  let text = '';
  let time = Math.floor(atMs);
  for (let i = 0; i < 10; i += 1) {
    text = ALPHABET[time % 32] + text;
    time = Math.floor(time / 32);
  }
  let bits = 0;
  let held = 0;
  for (const byte of random) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += ALPHABET[(bits >> held) & 31];
    }
    bits &= (1 << held) - 1;
  }
  return text;
}
