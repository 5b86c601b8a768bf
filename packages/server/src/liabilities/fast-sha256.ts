/**
 * SHA-256 for bulk hashing of short messages: node:crypto's one-shot digest as a binary string, which spares the Buffer
 * that costs more than the hash. The same array comes back at every call, so it is only for callers that copy, as the
 * tree of liabilities does; elsewhere use adapters/hash.
 */
import { hash } from 'node:crypto';
import type { Sha256 } from '@sonae/proof/merkle';

/** An engine of its own for one caller. */
export function createFastSha256(): Sha256 {
  const digest = Buffer.alloc(32);
  return (data) => {
    digest.write(hash('sha256', data, 'binary'), 0, 32, 'latin1');
    return digest;
  };
}
