/** Where randomness enters: salts, ids, keys. */
export type Random = { bytes(count: number): Uint8Array };
