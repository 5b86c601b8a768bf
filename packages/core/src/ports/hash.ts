/** Bulk hashing is injected: node:crypto in the server, hash-wasm in the browser, @noble/hashes as the fallback. */
export type Sha256 = (data: Uint8Array) => Uint8Array;
