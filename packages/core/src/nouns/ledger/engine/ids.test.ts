/** Ids and links of more transfers than a block holds: each is found where it is, and a stranger nowhere. */
import { expect, test } from 'vitest';
import { PLACE_MASK } from './blocks.ts';
import { addLinks, createBook, linkOf } from './book.ts';
import { createColumns, writeU128 } from './columns.ts';
import { addId, createIds, findId, isSameContent } from './ids.ts';

const COUNT = 3 * (PLACE_MASK + 1) + 7;

test('ids over several blocks', () => {
  const columns = createColumns(COUNT + 1);
  columns.count = COUNT + 1;
  for (let n = 0; n <= COUNT; n += 1) {
    writeU128(columns.id, n, BigInt(n) << 64n);
    writeU128(columns.amount, n, BigInt(n + 1));
  }
  const ids = createIds();
  for (let n = 0; n < COUNT; n += 1) addId(ids, columns, n);
  expect(ids.count).toBe(COUNT);
  expect(ids.rows).toHaveLength(4);
  const places = Array.from({ length: COUNT }, (_, n) => findId(ids, columns.id, n));
  expect(places).toEqual(Array.from({ length: COUNT }, (_, n) => n));
  expect(findId(ids, columns.id, COUNT)).toBe(-1);
  const different = places.filter((place, n) => !isSameContent(ids, place, columns, n));
  expect(different).toEqual([]);
  expect(isSameContent(ids, PLACE_MASK + 1, columns, PLACE_MASK)).toBe(false);
});

test('links over several blocks', () => {
  const book = createBook();
  for (let n = 0; n < COUNT; n += 1) addLinks(book, n, n, COUNT - n);
  const links = Array.from({ length: COUNT }, (_, n) => [
    linkOf(book, n, 'debit'),
    linkOf(book, n, 'credit'),
  ]);
  expect(links).toEqual(Array.from({ length: COUNT }, (_, n) => [n, COUNT - n]));
});
