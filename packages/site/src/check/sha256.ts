/**
 * SHA-256 in this browser: WebAssembly where the page may run it, plain JavaScript otherwise. Both give the
 * same.
 */
import { plainSha256, type Sha256 } from '@sonae/proof/merkle';

export type BrowserHash = { readonly sha256: Sha256; readonly kind: 'wasm' | 'plain' };

let started: Promise<BrowserHash> | undefined;

export function browserHash(): Promise<BrowserHash> {
  started ??= start();
  return started;
}

async function start(): Promise<BrowserHash> {
  try {
    const { createSHA256 } = await import('hash-wasm');
    const hasher = await createSHA256();
    return { sha256: (data) => hasher.init().update(data).digest('binary'), kind: 'wasm' };
  } catch {
    return { sha256: plainSha256, kind: 'plain' };
  }
}
