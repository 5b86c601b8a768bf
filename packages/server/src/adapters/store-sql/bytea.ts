/** Byte columns on their way in (hex in text arrays, decoded by the database) and out (whatever the driver gives). */

export function hexOf(...parts: readonly Uint8Array[]): string {
  return parts
    .map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex'))
    .join('');
}

/** A plain array of its own: drivers hand out views on larger buffers. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
