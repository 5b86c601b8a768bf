/** SHA-256 of a file or a text, computed in this browser: the bytes never leave it. */

/** One reading into memory; larger files are hashed with `sha256sum` and the digest pasted. */
export const FILE_BYTES_MAX = 512 * 1024 * 1024;

export type FileHash = { readonly name: string; readonly bytes: number; readonly sha256: string };

async function sha256Hex(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function hashFile(file: File): Promise<FileHash> {
  return { name: file.name, bytes: file.size, sha256: await sha256Hex(await file.arrayBuffer()) };
}

export const hashText = (text: string): Promise<string> => sha256Hex(new TextEncoder().encode(text));

/** 32 random bytes as base64url, for the address of a window. */
export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Absent where the page is not a secure context. */
export const canHash = (): boolean => globalThis.crypto?.subtle !== undefined;
