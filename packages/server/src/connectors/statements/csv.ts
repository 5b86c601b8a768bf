/** CSV (RFC 4180) with quotes, either line end, and a limit; a quote that does not close means that the file was cut. */
import { StatementError } from './reading.ts';

const ROWS_MAX = 100_000;
const COLUMNS_MAX = 100;

/** Rows of texts; empty lines are left out. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const source = text.replace(/^\uFEFF/, '');
  const endRow = (): void => {
    row.push(cell);
    cell = '';
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    if (rows.length > ROWS_MAX) throw new StatementError('too-many', 'file', `more than ${ROWS_MAX} lines`);
  };
  for (let n = 0; n < source.length; n += 1) {
    const character = source[n];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (source[n + 1] === '"') {
        cell += '"';
        n += 1;
      } else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === ',') {
      row.push(cell);
      cell = '';
      if (row.length > COLUMNS_MAX)
        throw new StatementError('too-many', `line ${rows.length + 1}`, `more than ${COLUMNS_MAX} columns`);
    } else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  if (quoted) throw new StatementError('truncated', `line ${rows.length + 1}`, 'a quote does not close');
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}
