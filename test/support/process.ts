/** Sonae as a child process: started with arguments, watched, ended by its own pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const BIN = fileURLToPath(new URL('../../bin/sonae', import.meta.url));
const MAIN = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url));

export type Finished = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs a verb to its end, through the launcher that users call. */
export async function sonae(
  args: readonly string[],
  options: { cwd?: string; uid?: number; gid?: number } = {},
): Promise<Finished> {
  const child = spawn(BIN, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  return finished(child);
}

async function finished(child: ChildProcess): Promise<Finished> {
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out, err };
}

export type Server = {
  readonly url: string;
  /** The one-time link into the console. */
  readonly link: string;
  readonly pid: number;
  kill(signal: NodeJS.Signals): Promise<Finished>;
};

const STARTED_WITHIN_MS = 60_000;

/** Starts a server and waits until it says where it listens. */
export async function startServer(args: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = finished(child);
  let said = '';
  const link = await new Promise<string>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`no link within ${STARTED_WITHIN_MS} ms: ${said}`)),
      STARTED_WITHIN_MS,
    );
    const look = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /(http:\/\/127\.0\.0\.1:\d+\/login\?token=[\w-]+)\s/.exec(said)?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(found);
    };
    child.stderr?.on('data', look);
    child.on('close', () => reject(new Error(`ended before it listened: ${said}`)));
  });
  return {
    url: new URL(link).origin,
    link,
    pid: child.pid ?? 0,
    kill: async (signal) => {
      child.kill(signal);
      return end;
    },
  };
}

/** Waits until `condition` holds, asking four times a second. */
export async function until(
  what: string,
  condition: () => Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
