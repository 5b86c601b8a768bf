/** Talking to the running server that holds a data directory, as its user. */
import { resolve } from 'node:path';
import { type Fault, FaultError } from '@sonae/core/kernel/errors.ts';
import { openDataDir, readServerFile, type ServerFile } from '../data-dir.ts';

const TIMEOUT_MS = 30_000;

export function findServer(dataDir: string): ServerFile | null {
  return readServerFile(openDataDir(resolve(dataDir)));
}

export function requireServer(dataDir: string): ServerFile {
  const server = findServer(dataDir);
  if (server) return server;
  throw new FaultError(
    'server.unreachable',
    `no server holds ${resolve(dataDir)}`,
    'start it with `sonae up`, or name its directory with --data',
  );
}

/** The answer's body. A fault of the server becomes ours. */
export async function call<T>(
  server: ServerFile,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: T }> {
  const headers: Record<string, string> = { Authorization: `Bearer ${server.token}` };
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(server.url + path, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new FaultError(
      'server.unreachable',
      `${server.url} does not answer`,
      'see whether `sonae up` still runs',
      error,
    );
  }
  const answer = (await response.json()) as T & { fault?: Fault };
  if (answer.fault) throw new FaultError(answer.fault.code, answer.fault.message, answer.fault.hint);
  return { status: response.status, body: answer };
}
