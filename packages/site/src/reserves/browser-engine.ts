/**
 * The zero-knowledge engine of private mode in this browser: fetched once, and only when somebody checks something private
 * (2.6 MB of WebAssembly from this same server).
 */
import { type PrivateVerifier, zkVerifierOf } from '@sonae/proof/private-engine';

let started: Promise<PrivateVerifier> | undefined;

/** Throws what the browser says when it can not load or run WebAssembly; the next call tries again. */
export function browserEngine(): Promise<PrivateVerifier> {
  started ??= start().catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  return started;
}

async function start(): Promise<PrivateVerifier> {
  const library = await import('@solana/zk-sdk/web');
  await library.default();
  return zkVerifierOf(library);
}
