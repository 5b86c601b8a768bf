/**
 * A firm's journal as a file: JSON lines as they are, CSV and Parquet through DuckDB with every value as text, so that no
 * digit is lost on the way. Rows come in pieces, in the order of the file.
 */
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { FaultError } from '@sonae/core/kernel/errors.ts';

export const JOURNAL_FORMATS = ['jsonl', 'csv', 'parquet'] as const;
export type JournalFormat = (typeof JOURNAL_FORMATS)[number];
export type JournalRow = Readonly<Record<string, unknown>>;

const LINE_CHARS_MAX = 64 * 1024;
const ROWS_AT_ONCE = 4_096;

/** By the ending of the name. */
export function formatOf(path: string): JournalFormat {
  const ending = /\.(jsonl|ndjson|csv|parquet)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === undefined)
    throw new FaultError(
      'input.invalid',
      `${path} ends in none of ${JOURNAL_FORMATS.join(', ')}`,
      'give --format',
    );
  return ending === 'ndjson' ? 'jsonl' : (ending as JournalFormat);
}

/** Rows of the file in pieces. Throws `input.unreadable` with the line or the reader's own words. */
export function readJournalFile(path: string, format: JournalFormat): AsyncGenerator<JournalRow[]> {
  if (!existsSync(path)) throw new FaultError('input.unreadable', `${path} does not exist`, 'check the path');
  return format === 'jsonl' ? readLines(path) : readTable(path, format);
}

async function* readLines(path: string): AsyncGenerator<JournalRow[]> {
  const lines = createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let rows: JournalRow[] = [];
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    if (line.length > LINE_CHARS_MAX)
      throw new FaultError(
        'input.too-large',
        `line ${number} has more than ${LINE_CHARS_MAX} characters`,
        'check the file',
      );
    rows.push(parseLine(line, number));
    if (rows.length === ROWS_AT_ONCE) {
      yield rows;
      rows = [];
    }
  }
  if (rows.length > 0) yield rows;
}

function parseLine(line: string, number: number): JournalRow {
  try {
    const row: unknown = JSON.parse(line);
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row as JournalRow;
  } catch {
    // Said below, with the line.
  }
  throw new FaultError(
    'input.unreadable',
    `line ${number} is not one JSON object`,
    'a cut or damaged file: send a whole one',
  );
}

type Described = { readonly column_name: string; readonly column_type: string };

async function* readTable(path: string, format: 'csv' | 'parquet'): AsyncGenerator<JournalRow[]> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const source = format === 'csv' ? csvOf(path, await headOf(path)) : `read_parquet(${sqlText(path)})`;
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const described = (await connection.runAndReadAll(`describe select * from ${source}`)).getRowObjectsJS();
    demandExact(path, described as unknown as Described[]);
    const columns = (described as unknown as Described[]).map(textOf).join(', ');
    const result = await connection.stream(`select ${columns} from ${source}`);
    for await (const rows of result.yieldRowObjectJs()) yield rows.map(withoutNulls);
  } catch (error) {
    if (error instanceof FaultError) throw error;
    throw new FaultError(
      'input.unreadable',
      `${path}: ${wordsOf(error as Error)}`,
      'a cut or damaged file, or another format: send a whole one',
      error,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Nothing is guessed: left to guess, the reader takes an odd row for the head of the file and drops what stands before it. */
function csvOf(path: string, names: readonly string[]): string {
  const columns = names.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(', ');
  return `read_csv(${sqlText(path)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
    columns = {${columns}}, null_padding = false, strict_mode = true)`;
}

/** Names of the columns: the first line. Throws `input.unreadable` when it can be none of a journal. */
async function headOf(path: string): Promise<string[]> {
  let line = '';
  const input = createReadStream(path, { encoding: 'utf8', end: LINE_CHARS_MAX });
  for await (const first of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line = first;
    break;
  }
  const names = line
    .replace(/^\ufeff/, '')
    .split(',')
    .map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  const problem =
    !names.includes('id') && !names.includes('account')
      ? 'the first line names no column id (of transfers) or account (of accounts)'
      : twice === undefined
        ? null
        : `the first line names the column ${twice.slice(0, 40)} twice`;
  if (problem === null) return names;
  throw new FaultError(
    'input.unreadable',
    `${path}: ${problem}`,
    'begin with a line of column names, separated by commas',
  );
}

/** What the reader says of a row it cannot use: its first lines name the line and what is wrong there. */
function wordsOf({ message }: Error): string {
  const lines = message.split('\n').map((line) => line.trim());
  return lines.slice(0, 3).join(' ').slice(0, 300);
}

/** A floating-point amount has lost digits before it reaches us. */
function demandExact(path: string, columns: readonly Described[]): void {
  const rounded = columns.find(
    ({ column_name, column_type }) =>
      /^amount(Minor)?$/.test(column_name) && /^(DOUBLE|FLOAT)$/.test(column_type),
  );
  if (rounded === undefined) return;
  throw new FaultError(
    'input.invalid',
    `${path}: column ${rounded.column_name} is ${rounded.column_type}, which rounds amounts`,
    'write it as DECIMAL, a whole number or text',
  );
}

/** Every value as text; times in UTC. A time without a zone stays one, and is turned away as such. */
function textOf({ column_name, column_type }: Described): string {
  const name = `"${column_name.replaceAll('"', '""')}"`;
  if (column_type === 'TIMESTAMP WITH TIME ZONE')
    return `strftime(${name} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') as ${name}`;
  return `cast(${name} as varchar) as ${name}`;
}

/** An empty cell is a field that is not there. */
function withoutNulls(row: JournalRow): JournalRow {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== ''));
}
