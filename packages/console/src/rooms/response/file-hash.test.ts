/** Hashes against published vectors, and secrets that fit the address they stand in. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashFile, hashText, newSecret } from './file-hash.ts';

test('the vector of FIPS 180-4', async () => {
  expect(await hashText('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('a file is named, counted and hashed', async () => {
  const bytes = new Uint8Array(70_000).fill(7);
  expect(await hashFile(new File([bytes], 'disk.img'))).toEqual({
    name: 'disk.img',
    bytes: 70_000,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
});

test('a secret has 256 bits, fits an address, and is never the same', () => {
  const secrets = new Set(Array.from({ length: 200 }, newSecret));
  expect(secrets.size).toBe(200);
  for (const secret of secrets) expect(secret).toMatch(/^[\w-]{43}$/);
});
