/** PostgreSQL 15 or newer through node-postgres: a pool for work, one connection of its own for bell and locks. */

import pg from 'pg';
import { asFault, type Sql, type SqlDriver } from './driver.ts';

const POOL_MAX = 8;
const CONNECT_TIMEOUT_MS = 10_000;

/** @param url `postgres://user@host/database`; the schema is created when absent */
export async function openPostgres(url: string): Promise<SqlDriver> {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // An idle connection that breaks is replaced; what was using it hears of it from its own query.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const bell = createBell(url);
  const on = (target: Pick<pg.ClientBase, 'query'>): Sql => ({
    query: async <Row>(text: string, params: readonly unknown[] = []) =>
      (await asFault(() => target.query(text, [...params]))).rows as Row[],
  });
  await asFault(async () => (await pool.connect()).release());
  return {
    ...on(pool as unknown as pg.ClientBase),
    kind: 'postgres',
    script: async (text) => {
      await asFault(() => pool.query(text));
    },
    transaction: (work) => inTransaction(pool, (client) => work(on(client))),
    listen: bell.listen,
    tryLock: bell.tryLock,
    close: async () => {
      await bell.close();
      await pool.end();
    },
  };
}

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await asFault(() => pool.connect());
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await asFault(() => client.query('commit'));
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

type Bell = Pick<SqlDriver, 'listen' | 'tryLock' | 'close'>;

/** One long-lived connection, made anew when it breaks; locks it held are then gone and must be taken again. */
function createBell(url: string): Bell {
  const listeners = new Map<string, (payload: string) => void>();
  const held = new Set<number>();
  let client: pg.Client | null = null;
  let closed = false;
  const connect = async (): Promise<pg.Client> => {
    if (client) return client;
    const fresh = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    const drop = (): void => {
      if (client === fresh) client = null;
      held.clear();
    };
    fresh.on('error', drop);
    fresh.on('end', drop);
    fresh.on('notification', ({ channel, payload }) => listeners.get(channel)?.(payload ?? ''));
    await asFault(() => fresh.connect());
    for (const channel of listeners.keys()) await fresh.query(`listen ${channel}`);
    client = fresh;
    return fresh;
  };
  return {
    listen: async (channel, listener) => {
      listeners.set(channel, listener);
      await (await connect()).query(`listen ${channel}`);
    },
    tryLock: async (key) => {
      if (closed) return false;
      const connection = await connect();
      if (held.has(key)) return true;
      const { rows } = await asFault(() => connection.query('select pg_try_advisory_lock($1) as got', [key]));
      if (rows[0]?.got === true) held.add(key);
      return held.has(key);
    },
    close: async () => {
      closed = true;
      await client?.end();
    },
  };
}
