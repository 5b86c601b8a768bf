/**
 * A local EVM chain (anvil) as a child process on loopback: for the demonstration, for rehearsals on a fork, for tests.
 * It ends with its own handle and with the process that started it, never by name. Its clock only moves forward.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';

export type LocalEvmConfig = {
  readonly chainId: number;
  /** Unix milliseconds of the first block; the present where left out. */
  readonly timestampMs?: number;
  /** 0 or left out: a free port. */
  readonly port?: number;
  /** A file to load the chain's state from, if it exists, and to write it to at the end. */
  readonly stateFile?: string;
  /** Starts from the state of this chain instead of an empty one. */
  readonly forkUrl?: string;
  /** `auto` (left out): a block per transaction; `hand`: only `mine`; a number: a block each so many seconds. */
  readonly mining?: 'auto' | 'hand' | number;
};

export type LocalEvm = {
  readonly rpcUrl: string;
  readonly chainId: number;
  readonly pid: number;
  /** One JSON-RPC request; throws `server.unreachable` for an error answer. */
  request(method: string, params?: readonly unknown[]): Promise<unknown>;
  /** Mines a block at this time (unix ms, whole seconds count). A time that is not ahead of the chain changes nothing. */
  setTime(ms: number): Promise<void>;
  /** Unix milliseconds of the newest block. */
  time(): Promise<number>;
  mine(blocks?: number): Promise<void>;
  /** Ends the child and waits for it. May be called again. */
  stop(): Promise<void>;
};

const START_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 15_000;
/** After this the child is ended by force: writing a state file takes less. */
const STOP_TIMEOUT_MS = 5_000;
const OUTPUT_CHARS_MAX = 4_000;
const CPU_NAMES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Where the anvil program of this platform lies. Throws `input.invalid` where it is not installed. */
export function findAnvil(platform: string = process.platform, cpu: string = process.arch): string {
  const name = `@foundry-rs/anvil-${platform}-${CPU_NAMES[cpu] ?? cpu}`;
  try {
    const here = createRequire(import.meta.url);
    const beside = createRequire(here.resolve('@foundry-rs/anvil/package.json'));
    const program = platform === 'win32' ? 'anvil.exe' : 'anvil';
    const file = join(dirname(beside.resolve(`${name}/package.json`)), 'bin', program);
    if (existsSync(file)) return file;
    throw new Error(`${file} does not exist`);
  } catch (cause) {
    throw new FaultError(
      'input.invalid',
      `no local EVM for ${platform} on ${cpu}: package ${name} is not installed`,
      'run npm install with optional dependencies, or give rpcUrls of a chain that runs elsewhere',
      cause,
    );
  }
}

/** Starts a chain and waits until it answers. Throws `server.unreachable` where it does not start. */
export async function startLocalEvm(config: LocalEvmConfig): Promise<LocalEvm> {
  const child = spawn(findAnvil(), argumentsOf(config), { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = (): boolean => child.kill('SIGKILL');
  process.once('exit', end);
  const leash = leashOf(child);
  const gone = new Promise<void>((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  }).then(() => {
    process.removeListener('exit', end);
    leash?.kill('SIGKILL');
  });
  try {
    const rpcUrl = `http://127.0.0.1:${await listeningPort(child)}`;
    return chainOf(child, gone, rpcUrl, config.chainId);
  } catch (error) {
    child.kill('SIGKILL');
    await gone;
    throw error;
  }
}

/**
 * Ends the chain when this process is killed and can no longer do it: a shell that waits for the end of a pipe which only
 * this process holds open. Where there is no such shell, a killed process leaves its chain behind.
 */
function leashOf({ pid }: ChildProcess): ChildProcess | null {
  if (process.platform === 'win32' || pid === undefined) return null;
  const leash = spawn('/bin/sh', ['-c', `cat > /dev/null; kill ${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  leash.on('error', () => undefined);
  leash.unref();
  (leash.stdin as Socket | null)?.unref();
  return leash;
}

function argumentsOf(config: LocalEvmConfig): string[] {
  const { chainId, timestampMs, port = 0, stateFile, forkUrl, mining = 'auto' } = config;
  const args = ['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(chainId)];
  args.push('--accounts', '1', '--color', 'never', '--prune-history', '512', '--threads', '1');
  if (timestampMs !== undefined) args.push('--timestamp', String(Math.floor(timestampMs / 1000)));
  if (stateFile !== undefined) args.push('--state', stateFile);
  if (forkUrl !== undefined) args.push('--fork-url', forkUrl, '--no-storage-caching', '--retries', '1');
  if (mining === 'hand') args.push('--no-mining');
  if (typeof mining === 'number') args.push('--block-time', String(mining));
  return args;
}

/** The port that anvil says it listens on. */
async function listeningPort(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let output = '';
  const failed = (what: string, cause?: unknown): void =>
    reject(
      new FaultError(
        'server.unreachable',
        `the local EVM ${what}: ${output.trim().split('\n').at(-1) ?? ''}`,
        'is the port free and the memory enough?',
        cause,
      ),
    );
  const read = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-OUTPUT_CHARS_MAX);
    const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(output)?.[1];
    if (port !== undefined) resolve(Number(port));
  };
  // Both streams stay drained for the child's whole life, or it would block when a pipe is full.
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('error', (cause) => failed('could not be started', cause));
  child.once('exit', (code) => failed(`ended at once (code ${code})`));
  const timer = setTimeout(() => failed(`did not listen within ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
  return promise.finally(() => clearTimeout(timer));
}

function chainOf(child: ChildProcess, gone: Promise<void>, rpcUrl: string, chainId: number): LocalEvm {
  const request = (method: string, params: readonly unknown[] = []): Promise<unknown> =>
    requestRpc(rpcUrl, method, params);
  const timeSeconds = async (): Promise<number> => {
    const block = (await request('eth_getBlockByNumber', ['latest', false])) as { timestamp: string };
    return Number(block.timestamp);
  };
  return {
    rpcUrl,
    chainId,
    pid: child.pid ?? 0,
    request,
    time: async () => (await timeSeconds()) * 1000,
    setTime: async (ms) => {
      const seconds = Math.floor(ms / 1000);
      if (seconds <= (await timeSeconds())) return;
      await request('evm_setNextBlockTimestamp', [seconds]);
      await request('evm_mine');
    },
    mine: async (blocks = 1) => {
      await request('anvil_mine', [`0x${blocks.toString(16)}`]);
    },
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await gone;
      clearTimeout(timer);
    },
  };
}

async function requestRpc(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const failed = (why: string, cause?: unknown): FaultError =>
    new FaultError('server.unreachable', `the local EVM: ${method} ${why}`, 'is it still running?', cause);
  let answer: { result?: unknown; error?: { message: string } };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    answer = (await response.json()) as typeof answer;
  } catch (cause) {
    throw failed('got no answer', cause);
  }
  if (answer.error !== undefined) throw failed(`answered "${answer.error.message}"`);
  return answer.result;
}
