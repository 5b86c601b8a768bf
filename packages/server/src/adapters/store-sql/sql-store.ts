/**
 * The store on SQL, the same statements for PGlite and PostgreSQL. The row `head` is the log's one pen: whoever locks
 * it may append, everybody else waits, so two processes can never fork the sequence. Rows travel as arrays (one
 * statement per table and commit), which is what makes group commit fast.
 */
import { assert } from '@sonae/core/kernel/assert.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { forgottenPerson } from '@sonae/core/log/seal.ts';
import type {
  FactFilter,
  FactRow,
  LogChange,
  LogHead,
  LogTx,
  Store,
  ViewRow,
} from '@sonae/core/ports/store.ts';
import { fromHex, toHex } from '@sonae/proof/bytes';
import { hexOf, plainBytes } from './bytea.ts';
import type { Sql, SqlDriver } from './driver.ts';
import { type FactRecord, factRowOf, factsQuery } from './facts-query.ts';
import { outboxOf } from './outbox.ts';
import { APPEND_CHANNEL, LEADER_LOCK, MIGRATION_LOCK, SCHEMA_STEPS } from './schema.ts';

type HeadRecord = { size: unknown; frontier: string; checkpoint: string; recorded_at: string };

const HEAD = 'select size, frontier, checkpoint, recorded_at from head';

function headOf(record: HeadRecord | undefined): LogHead {
  assert(record, 'the head row exists');
  const hashes = record.frontier === '' ? [] : record.frontier.split(' ').map(fromHex);
  return {
    frontier: { size: Number(record.size), hashes },
    checkpoint: record.checkpoint,
    recordedAt: record.recorded_at,
  };
}

/** Opens the store on a database, bringing its schema up to date. Refuses a newer schema. */
export async function openSqlStore(driver: SqlDriver): Promise<Store> {
  await migrate(driver);
  const listeners = new Set<(size: number) => void>();
  await driver.listen(APPEND_CHANNEL, (payload) => {
    for (const listener of listeners) listener(Number(payload));
  });
  return {
    kind: driver.kind,
    transact: (work) =>
      driver.transaction(async (sql) => {
        const [record] = await sql.query<HeadRecord>(`${HEAD} for update`);
        return work(logTx(sql, headOf(record)));
      }),
    head: async () => headOf((await driver.query<HeadRecord>(HEAD))[0]),
    facts: (filter) => readFacts(driver, filter),
    view: async (view, key) => readView(driver, view, key),
    viewRows: async (view, { after, limit }) => {
      const text =
        'select view, key, body as text from views where view = $1 and key > $2 order by key limit $3';
      return driver.query<ViewRow>(text, [view, after ?? '', limit]);
    },
    tile: async (level, index) => {
      const text = 'select hashes from tiles where level = $1 and index = $2';
      const [row] = await driver.query<{ hashes: Uint8Array }>(text, [level, index]);
      return row && plainBytes(row.hashes);
    },
    evidence: async (root) => {
      const [row] = await driver.query<{ items: string }>('select items from evidence where root = $1', [
        root,
      ]);
      return row?.items.split('\n');
    },
    replaceViews: (fingerprint, rebuild) => replaceViews(driver, fingerprint, rebuild),
    viewsFingerprint: async () => {
      const [row] = await driver.query<{ value: string }>("select value from meta where key = 'views'");
      return row?.value;
    },
    ...outboxOf(driver),
    forgetPerson: async (person) => {
      const text = 'insert into persons values ($1, null) on conflict (person) do update set key = null';
      const known = await driver.query('select 1 from persons where person = $1 and key is not null', [
        person,
      ]);
      await driver.query(text, [person]);
      return known.length > 0;
    },
    keyOfPerson: async (person) => {
      const text = 'select key from persons where person = $1 and key is not null';
      const [row] = await driver.query<{ key: Uint8Array }>(text, [person]);
      return row ? plainBytes(row.key) : null;
    },
    lead: () => driver.tryLock(LEADER_LOCK),
    onAppend: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => driver.close(),
  };
}

async function migrate(driver: SqlDriver): Promise<void> {
  await driver.transaction(async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await sql.query('create table if not exists meta (key text primary key, value text not null)');
    const [row] = await sql.query<{ value: string }>("select value from meta where key = 'schema'");
    const version = Number(row?.value ?? 0);
    if (version > SCHEMA_STEPS.length) {
      throw new FaultError(
        'store.newer-version',
        `the store has schema ${version}, this Sonae knows up to ${SCHEMA_STEPS.length}`,
        'start the newer Sonae that wrote it',
      );
    }
    for (const step of SCHEMA_STEPS.slice(version)) {
      for (const statement of step.split(';')) if (statement.trim() !== '') await sql.query(statement);
    }
    const text =
      "insert into meta values ('schema', $1) on conflict (key) do update set value = excluded.value";
    await sql.query(text, [String(SCHEMA_STEPS.length)]);
  });
}

async function readView(sql: Sql, view: string, key: string): Promise<string | undefined> {
  const [row] = await sql.query<{ body: string }>('select body from views where view = $1 and key = $2', [
    view,
    key,
  ]);
  return row?.body;
}

async function readViews(
  sql: Sql,
  refs: readonly { view: string; key: string }[],
): Promise<(string | undefined)[]> {
  const rows = await sql.query<{ n: unknown; body: string }>(
    `select w.n, v.body from unnest($1::text[], $2::text[]) with ordinality as w (view, key, n)
     join views v on v.view = w.view and v.key = w.key`,
    [refs.map((r) => r.view), refs.map((r) => r.key)],
  );
  const texts: (string | undefined)[] = refs.map(() => undefined);
  for (const { n, body } of rows) texts[Number(n) - 1] = body;
  return texts;
}

function logTx(sql: Sql, head: LogHead): LogTx {
  return {
    head,
    readView: (view, key) => readView(sql, view, key),
    readViews: (refs) => readViews(sql, refs),
    readReceipt: async (id) => {
      const [row] = await sql.query<{ outcome: string }>('select outcome from receipts where id = $1', [id]);
      return row?.outcome;
    },
    personKey: async (person, create) => {
      const text = 'select key from persons where person = $1';
      const [row] = await sql.query<{ key: Uint8Array | null }>(text, [person]);
      if (row?.key === null) throw forgottenPerson(person);
      if (row) return plainBytes(row.key);
      const key = create();
      await sql.query("insert into persons values ($1, decode($2, 'hex'))", [person, hexOf(key)]);
      return key;
    },
    write: (change) => writeChange(sql, head, change),
  };
}

async function writeChange(sql: Sql, before: LogHead, change: LogChange): Promise<void> {
  const { head, facts } = change;
  assert(head.frontier.size === before.frontier.size + facts.length, 'the head counts every fact');
  if (facts.length > 0) await insertFacts(sql, change);
  if (change.views.length > 0) await upsertViews(sql, change.views);
  if (change.tiles.length > 0) {
    await sql.query(
      `insert into tiles select l, i, decode(h, 'hex') from unnest($1::int[], $2::bigint[], $3::text[]) as t (l, i, h)
       on conflict (level, index) do update set hashes = tiles.hashes || excluded.hashes`,
      [
        change.tiles.map((t) => t.level),
        change.tiles.map((t) => t.index),
        change.tiles.map((t) => hexOf(...t.hashes)),
      ],
    );
  }
  for (const { root, items } of change.evidence) {
    await sql.query('insert into evidence values ($1, $2) on conflict (root) do nothing', [
      root,
      items.join('\n'),
    ]);
  }
  for (const entry of change.outbox) {
    const params = [entry.id, entry.seq, entry.target, entry.body, entry.dueAt];
    await sql.query('insert into outbox (id, seq, target, body, due_at) values ($1, $2, $3, $4, $5)', params);
  }
  if (change.receipts.length > 0) {
    await sql.query('insert into receipts select * from unnest($1::text[], $2::text[])', [
      change.receipts.map((r) => r.id),
      change.receipts.map((r) => r.outcome),
    ]);
  }
  const frontier = head.frontier.hashes.map(toHex).join(' ');
  const params = [head.frontier.size, frontier, head.checkpoint, head.recordedAt];
  await sql.query('update head set size = $1, frontier = $2, checkpoint = $3, recorded_at = $4', params);
  // Delivered at commit; nobody hears of facts that were rolled back.
  if (facts.length > 0)
    await sql.query('select pg_notify($1, $2)', [APPEND_CHANNEL, String(head.frontier.size)]);
}

async function insertFacts(sql: Sql, { facts }: LogChange): Promise<void> {
  await sql.query(
    `insert into facts
     select s, i, t, st, inc, r, b, decode(sa, 'hex'), decode(e, 'hex'), d
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::boolean[])
       as f (s, i, t, st, inc, r, b, sa, e, d)`,
    [
      facts.map((f) => f.seq),
      facts.map((f) => f.id),
      facts.map((f) => f.type),
      facts.map((f) => f.stream),
      facts.map((f) => f.incident),
      facts.map((f) => f.recordedAt),
      facts.map((f) => f.text),
      facts.map((f) => hexOf(f.salt)),
      facts.map((f) => hexOf(f.entry)),
      facts.map((f) => f.disclosed),
    ],
  );
}

async function upsertViews(sql: Sql, rows: readonly ViewRow[]): Promise<void> {
  await sql.query(
    `insert into views select * from unnest($1::text[], $2::text[], $3::text[])
     on conflict (view, key) do update set body = excluded.body`,
    [rows.map((r) => r.view), rows.map((r) => r.key), rows.map((r) => r.text)],
  );
}

const REBUILT_ROWS_AT_ONCE = 1_000;

async function replaceViews(
  driver: SqlDriver,
  fingerprint: string,
  rebuild: Parameters<Store['replaceViews']>[1],
): Promise<void> {
  await driver.transaction(async (sql) => {
    await sql.query(`${HEAD} for update`);
    const rows = await rebuild((filter) => readFacts(sql, filter));
    await sql.query('delete from views');
    for (let i = 0; i < rows.length; i += REBUILT_ROWS_AT_ONCE)
      await upsertViews(sql, rows.slice(i, i + REBUILT_ROWS_AT_ONCE));
    const text =
      "insert into meta values ('views', $1) on conflict (key) do update set value = excluded.value";
    await sql.query(text, [fingerprint]);
  });
}

async function readFacts(sql: Sql, filter: FactFilter): Promise<FactRow[]> {
  const { text, params } = factsQuery(filter);
  return (await sql.query<FactRecord>(text, params)).map(factRowOf);
}
