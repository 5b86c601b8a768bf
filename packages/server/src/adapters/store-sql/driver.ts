/** What the SQL store needs of a database: queries, transactions, a bell when the log grew, leadership. */
import { FaultError } from '@sonae/core/kernel/errors.ts';

export type Sql = {
  query<Row = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<Row[]>;
};

export type SqlDriver = Sql & {
  readonly kind: 'pglite' | 'postgres';
  /** Runs statements without parameters, several at once. */
  script(text: string): Promise<void>;
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Calls back with the payload of every notification on `channel`, from any process. */
  listen(channel: string, listener: (payload: string) => void): Promise<void>;
  /** Whether this process holds the advisory lock `key` (taken if free, lost with its connection). */
  tryLock(key: number): Promise<boolean>;
  close(): Promise<void>;
};

/** The database failing is the world failing: one fault, with the database's own words. */
export async function asFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FaultError) throw error;
    const { message } = error as Error;
    const isFull = /no space left|disk full/i.test(message);
    const hint = isFull
      ? 'free disk space; nothing of this request was kept'
      : 'check the database and its address';
    throw new FaultError('store.unavailable', `the database failed: ${message}`, hint, error);
  }
}
