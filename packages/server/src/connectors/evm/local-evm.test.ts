/** The local chain: it starts, keeps its own time, ends with its handle, and says what is wrong when it can not start. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { expect, test } from 'vitest';
import { findAnvil, startLocalEvm } from './local-evm.ts';

const STARTED_AT_MS = Date.parse('2026-03-01T00:00:00Z');

test('starts at the given time and moves only forward', async () => {
  const evm = await startLocalEvm({ chainId: 4242, timestampMs: STARTED_AT_MS });
  try {
    expect(await evm.request('eth_chainId')).toBe('0x1092');
    expect(await evm.time()).toBe(STARTED_AT_MS);
    await evm.setTime(STARTED_AT_MS + 86_400_000);
    expect(await evm.time()).toBe(STARTED_AT_MS + 86_400_000);
    const before = await evm.request('eth_blockNumber');
    await evm.setTime(STARTED_AT_MS);
    expect(await evm.request('eth_blockNumber')).toBe(before);
    await evm.mine(3);
    expect(Number(await evm.request('eth_blockNumber'))).toBe(Number(before) + 3);
    await expect(evm.request('no_such_method')).rejects.toThrow(/no_such_method answered/);
  } finally {
    await evm.stop();
  }
  expect(() => process.kill(evm.pid, 0)).toThrow(/ESRCH/);
  await evm.stop();
  await expect(evm.request('eth_chainId')).rejects.toThrow(/got no answer/);
});

test('keeps its state in a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'local-evm-'));
  const stateFile = join(folder, 'state.json');
  const address = `0x${'ab'.repeat(20)}`;
  try {
    const first = await startLocalEvm({ chainId: 4242, timestampMs: STARTED_AT_MS, stateFile });
    await first.request('anvil_setBalance', [address, '0x7b']);
    await first.stop();
    const second = await startLocalEvm({ chainId: 4242, stateFile });
    expect(await second.request('eth_getBalance', [address, 'latest'])).toBe('0x7b');
    await second.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a port that is taken is a fault that says so, and leaves no child', async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const { port } = taken.address() as AddressInfo;
  const error = await startLocalEvm({ chainId: 4242, port }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  await new Promise((done) => taken.close(done));
  expect(error).toBeInstanceOf(FaultError);
  expect((error as FaultError).fault).toMatchObject({
    code: 'server.unreachable',
    message: expect.stringMatching(/address already in use|in use/i),
  });
});

test('a platform without a local EVM is told which package is missing', () => {
  const find = (): string => findAnvil('sunos', 'sparc');
  expect(find).toThrow(FaultError);
  expect(find).toThrow(/@foundry-rs\/anvil-sunos-sparc is not installed/);
  expect(findAnvil()).toMatch(/anvil(\.exe)?$/);
});

test.skipIf(process.platform === 'win32')('does not outlive a process that was killed', async () => {
  const url = new URL('./local-evm.ts', import.meta.url).href;
  const program = `import { startLocalEvm } from '${url}'; console.log((await startLocalEvm({ chainId: 9 })).pid);`;
  const args = ['--input-type=module', '-e', `${program} setInterval(() => 0, 1000);`];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (line) => resolve(Number(line))),
  );
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  for (let n = 0; n < 100 && isAlive(pid); n += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isAlive(pid)).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
