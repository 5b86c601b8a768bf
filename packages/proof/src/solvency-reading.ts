/**
 * The statements of reserves that a signed statement of solvency names: not those that a server lists, so that none is left
 * out or changed unnoticed.
 */
import { toHex } from './bytes.ts';
import type { Sha256 } from './merkle.ts';
import { demand } from './proof-error.ts';
import { parseReserves, reservesDigest } from './reserves-statement.ts';
import { parseNote } from './signed-note.ts';
import { parseSolvency } from './solvency.ts';

/** Of all assets together: they are held in memory until they are compared. */
export const MAX_RESERVES_CHARS_TOGETHER = 256 * 1024 * 1024;

/**
 * Texts for `SolvencyExpects.reserves`.
 * @param read the text under a digest (hex)
 * Throws `bad-reserves` for a text that is another one, `too-large`, what `parseSolvency` and `parseReserves` throw, and
 * what `read` throws.
 */
export async function readReserves(
  note: string,
  read: (digest: string) => Promise<string>,
  sha256: Sha256,
): Promise<string[]> {
  const { assets } = parseSolvency(parseNote(note).text);
  const texts: string[] = [];
  let chars = 0;
  for (const { reserves } of assets) {
    if (reserves === null) continue;
    const digest = toHex(reserves);
    const text = (await read(digest)).trimEnd();
    chars += text.length;
    const limit = `statements of reserves have at most ${MAX_RESERVES_CHARS_TOGETHER} characters together`;
    demand(chars <= MAX_RESERVES_CHARS_TOGETHER, 'too-large', limit);
    const own = toHex(reservesDigest(parseReserves(text), sha256));
    const told = `the statement of reserves under ${digest} has the digest ${own}`;
    demand(own === digest, 'bad-reserves', told);
    texts.push(text);
  }
  return texts;
}
