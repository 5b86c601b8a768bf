/** Tables of the SQL store, as numbered steps that are applied once each. Steps are only ever added. */

export const SCHEMA_STEPS: readonly string[] = [
  `
  create table head (
    one boolean primary key default true check (one),
    size bigint not null,
    frontier text not null,
    checkpoint text not null,
    recorded_at text not null
  );
  insert into head values (true, 0, '', '', '');
  create table facts (
    seq bigint primary key,
    id text not null unique,
    type text not null,
    stream text not null,
    incident text,
    recorded_at text not null,
    body text not null,
    salt bytea not null check (length(salt) = 32),
    entry bytea not null check (length(entry) = 32),
    disclosed boolean not null
  );
  create index facts_stream on facts (stream, seq);
  create index facts_incident on facts (incident, seq) where incident is not null;
  create index facts_disclosed on facts (seq) where disclosed;
  create table views (view text not null, key text not null collate "C", body text not null, primary key (view, key));
  create table tiles (level int not null, index bigint not null, hashes bytea not null, primary key (level, index));
  create table evidence (root text primary key, items text not null);
  create table outbox (
    id text primary key,
    seq bigint not null,
    target text not null,
    body text not null,
    attempts int not null default 0,
    due_at text not null,
    lease_until text not null default '',
    state text not null default 'pending' check (state in ('pending', 'done', 'failed')),
    note text not null default ''
  );
  create index outbox_due on outbox (due_at) where state = 'pending';
  create table receipts (id text primary key, outcome text not null);
  create table persons (person text primary key, key bytea);
  `,
  // Frames of books (adapters/journal/sql-journal.ts). Hashes do not compress.
  `
  create table journal (book text not null, number bigint not null, bytes bytea not null, primary key (book, number));
  alter table journal alter column bytes set storage external;
  `,
];

/** Key of the advisory locks: "sona" and "sonl" as 32-bit integers. */
export const MIGRATION_LOCK = 0x736f6e61;
export const LEADER_LOCK = 0x736f6e6c;
export const APPEND_CHANNEL = 'sonae_append';
