/** A full disk in the middle of appending: refused with the fix, nothing half-done, and on again when there is space. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sonae, startServer, until } from './support/process.ts';

const SIZE_MIB = 64;
const place = mkdtempSync(join(tmpdir(), 'sonae-disk-'));

/** A small disk of its own needs the right to mount one. */
function mountSmallDisk(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MIB}m`, 'tmpfs', place], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const CAN_MOUNT = mountSmallDisk();
afterAll(() => {
  if (CAN_MOUNT) execFileSync('umount', [place]);
  rmdirSync(place);
});

/** Takes what is left of the disk. */
function fillDisk(file: string): void {
  for (let mib = SIZE_MIB; mib > 0; mib -= 1) {
    try {
      writeFileSync(file, Buffer.alloc(1024 * 1024), { flag: 'a' });
    } catch {
      return;
    }
  }
}

describe.skipIf(!CAN_MOUNT)('a full disk (needs root on Linux, to mount a small one)', () => {
  test('is named, loses nothing, and is survived', async () => {
    const data = join(place, 'data');
    const filler = join(place, 'filler');
    const declare = (title: string) =>
      sonae(['incidents', 'declare', '--title', title, '--data', data, '--json']);
    const server = await startServer(['up', '--data', data, '--port', '0']);
    try {
      await until('the first fact', async () => (await declare('before')).code === 0);
      fillDisk(filler);
      await until('the disk to be felt', async () => (await declare('while full')).code === 3);
      const refused = JSON.parse((await declare('while full')).out) as {
        fault: { code: string; hint: string };
      };
      expect(refused.fault).toMatchObject({
        code: 'store.unavailable',
        hint: expect.stringContaining('free disk space'),
      });
      rmSync(filler);
      await until('space to be used again', async () => (await declare('after')).code === 0);
      expect((await sonae(['verify', server.url])).code).toBe(0);
    } finally {
      expect((await server.kill('SIGTERM')).code).toBe(0);
    }
  }, 180_000);
});
