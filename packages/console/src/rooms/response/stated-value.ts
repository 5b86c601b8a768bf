/** Stated values as they are written in a form and shown again. Pure. */
import type { StatedValue } from '@sonae/core/nouns/incidents/facts/response.ts';
import { linesOf, utcOf } from './form-fields.ts';

export const VALUE_KINDS = [
  'text',
  'count',
  'time',
  'list',
  'amounts',
] as const satisfies readonly StatedValue['kind'][];
export type ValueKind = StatedValue['kind'];

const ASSET = /^[A-Za-z0-9.]{1,20}$/;
const DECIMAL = /^\d{1,30}(\.\d{1,30})?$/;

/** Null when the text is no value of this kind. Amounts: `BTC 4502.9 48200000000` a line, the yen optional. */
export function parseValue(kind: ValueKind, written: string): StatedValue | null {
  const text = written.trim();
  if (text === '') return null;
  if (kind === 'text') return { kind, text };
  if (kind === 'count') return /^\d{1,15}$/.test(text) ? { kind, count: Number(text) } : null;
  if (kind === 'time') {
    const at = utcOf(text);
    return at === undefined ? null : { kind, at };
  }
  const lines = linesOf(text);
  if (kind === 'list') return { kind, items: [...lines] };
  const amounts = lines.map((line) => {
    const [asset = '', quantity = '', valueJpy, ...rest] = line.replaceAll(',', '').split(/\s+/);
    const isYen = valueJpy === undefined || DECIMAL.test(valueJpy);
    const isAmount = rest.length === 0 && ASSET.test(asset) && DECIMAL.test(quantity) && isYen;
    return isAmount ? { asset, quantity, valueJpy: valueJpy ?? null } : null;
  });
  return amounts.every((one) => one !== null) ? { kind, amounts } : null;
}

/** As it is written in the form again, so that a correction begins from what stands. */
export function writtenValue(value: StatedValue): string {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'count') return String(value.count);
  if (value.kind === 'time') return value.at.slice(0, 16);
  if (value.kind === 'list') return value.items.join('\n');
  return value.amounts
    .map(({ asset, quantity, valueJpy }) => [asset, quantity, valueJpy ?? ''].join(' ').trim())
    .join('\n');
}

/** One line a value, for reading. */
export function shownLines(value: StatedValue): readonly string[] {
  if (value.kind === 'time') return [value.at];
  if (value.kind !== 'amounts') return writtenValue(value).split('\n');
  return value.amounts.map(
    ({ asset, quantity, valueJpy }) => `${quantity} ${asset}${valueJpy === null ? '' : ` (JPY ${valueJpy})`}`,
  );
}
