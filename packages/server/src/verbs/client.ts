/** Talking to the running server that holds a data directory, as its user. */
import { resolve } from 'node:path';
import { type Fault, FaultError } from '@sonae/core/kernel/errors.ts';
import { signInBody } from '@sonae/core/nouns/people/decisions/tokens.ts';
import { openDataDir, readServerFile, type ServerFile } from '../data-dir.ts';
import { readKeyFile } from '../signing/key-file.ts';

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

/** The server of this data directory, spoken to as the owner of `--key` where one is given. */
export async function serverAs(options: { data: string; key?: string | undefined }): Promise<ServerFile> {
  const server = requireServer(options.data);
  if (options.key === undefined) return server;
  const signer = await readKeyFile(options.key, askPassphrase);
  const { body: asked } = await call<{ nonce: string; origin: string }>(server, '/auth/nonce');
  const proof = signer.sign({ says: 'sign-in', body: signInBody(asked.origin, asked.nonce) });
  const { principal, credential } = signer;
  const input = { nonce: asked.nonce, principal, credential: credential.id, proof };
  const { body } = await call<{ token: string }>(server, '/auth/sign-in', input);
  return { ...server, token: body.token };
}

/** From the environment or the terminal; never from an argument, which other users of the machine could read. */
export async function askPassphrase(): Promise<string> {
  const given = process.env.SONAE_PASSPHRASE;
  if (given !== undefined) return given;
  if (!process.stdin.isTTY)
    throw new FaultError(
      'input.invalid',
      'the key is encrypted',
      'set SONAE_PASSPHRASE, or run it in a terminal',
    );
  const { isCancel, password } = await import('@clack/prompts');
  const typed = await password({ message: 'passphrase of the key' });
  if (isCancel(typed))
    throw new FaultError('input.invalid', 'no passphrase was given', 'type the passphrase');
  return typed;
}
