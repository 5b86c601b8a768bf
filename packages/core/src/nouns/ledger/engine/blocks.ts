/** Words by ordinal in blocks of a fixed size: what grows for ever is neither copied nor kept twice as large as it is. */

export const PLACE_BITS = 14;
/** Places of a block, less one. */
export const PLACE_MASK = (1 << PLACE_BITS) - 1;

/** The block that `ordinal` lies in, made when it is the first one there. Ordinals come one after the other. */
export function blockFor(blocks: Uint32Array[], ordinal: number, words: number): Uint32Array {
  const block = blocks[ordinal >>> PLACE_BITS];
  if (block !== undefined) return block;
  const made = new Uint32Array((PLACE_MASK + 1) * words);
  blocks.push(made);
  return made;
}
