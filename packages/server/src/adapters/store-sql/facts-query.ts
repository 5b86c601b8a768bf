/** Reading pages of facts: one statement built from a filter, and the row's way back. */
import type { FactFilter, FactRow } from '@sonae/core/ports/store.ts';
import { plainBytes } from './bytea.ts';

export type FactRecord = {
  seq: unknown;
  id: string;
  type: string;
  stream: string;
  incident: string | null;
  recorded_at: string;
  body: string;
  salt: Uint8Array;
  entry: Uint8Array;
  disclosed: boolean;
};

const COLUMNS = 'seq, id, type, stream, incident, recorded_at, body, salt, entry, disclosed';

/** The statement and its parameters; only parameters carry values from outside. */
export function factsQuery(filter: FactFilter): { text: string; params: unknown[] } {
  const conditions: string[] = [];
  const params: unknown[] = [];
  const where = (condition: (parameter: string) => string, value: unknown): void => {
    if (value === undefined) return;
    params.push(value);
    conditions.push(condition(`$${params.length}`));
  };
  where((p) => `seq >= ${p}`, filter.from);
  where((p) => `seq < ${p}`, filter.before);
  where((p) => `stream = ${p}`, filter.stream);
  where((p) => `incident = ${p}`, filter.incident);
  if (filter.disclosedOnly) conditions.push('disclosed');
  params.push(filter.limit);
  const clause = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const order = filter.newestFirst ? 'desc' : 'asc';
  return {
    text: `select ${COLUMNS} from facts ${clause} order by seq ${order} limit $${params.length}`,
    params,
  };
}

export function factRowOf(record: FactRecord): FactRow {
  const { seq, id, type, stream, incident, disclosed } = record;
  return {
    seq: Number(seq),
    id,
    type,
    stream,
    incident,
    recordedAt: record.recorded_at,
    text: record.body,
    salt: plainBytes(record.salt),
    entry: plainBytes(record.entry),
    disclosed,
  };
}
