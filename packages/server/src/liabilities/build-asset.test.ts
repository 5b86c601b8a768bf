import { writeAmount } from '@sonae/proof/liabilities';
import { entriesOf, seededOrder } from '@sonae/proof/liabilities-arrange';
import { createTreeBuilder } from '@sonae/proof/liabilities-tree';
import { plainSha256 } from '@sonae/proof/merkle';
import { describe, expect, test } from 'vitest';
import { buildAsset } from './build-asset.ts';
import { type BookRow, checkColumns, columnsOf } from './columns.ts';
import { createFastSha256 } from './fast-sha256.ts';

const NAME = { exchange: 'exchange.example', epoch: '2026-06-30', asset: 'BTC' };
const seed = new Uint8Array(32).fill(3);

function rowsOf(count: number): BookRow[] {
  return Array.from({ length: count }, (_, n) => ({
    customer: `顧客-${n}`,
    secret: plainSha256(Uint8Array.of(n >> 8, n & 255)),
    part: 0,
    credit: (BigInt(n) << 65n) + 1n,
    debt: n % 3 === 0 ? BigInt(n) : 0n,
  }));
}

test('the fast engine is SHA-256', () => {
  const fast = createFastSha256();
  for (const length of [0, 1, 55, 56, 64, 130, 154, 1_000]) {
    const data = new Uint8Array(length).map((_, n) => n * 7);
    expect(Uint8Array.from(fast(data))).toEqual(plainSha256(data));
  }
});

describe('an asset built by workers', () => {
  test.each([
    [1, 1],
    [255, 2],
    [257, 2],
    [2_999, 1],
    [2_999, 2],
    [2_999, 5],
  ])('%i leaves by %i workers are those of one stream', async (count, workers) => {
    const rows = rowsOf(count);
    const order = seededOrder(seed, count);
    const built = await buildAsset(NAME, columnsOf(rows, order), workers);
    const tree = { ...NAME, leaves: count };
    const byCustomer = new Map(rows.map(({ customer, secret }) => [customer, secret]));
    const leaves = Array.from(order, (row) => rows[row] as BookRow);
    const entries = entriesOf(tree, leaves, (customer) => byCustomer.get(customer) as Uint8Array, seed);
    const stream = createTreeBuilder(tree);
    stream.push(entries);
    const { root, tileNodes } = stream.end();
    expect(built.tree).toEqual(tree);
    expect(Buffer.compare(built.entries, entries)).toBe(0);
    expect(Buffer.compare(built.tileNodes, tileNodes)).toBe(0);
    expect(built.root).toEqual(root);
  });

  test('a sum beyond 128 bits ends the build with its code', async () => {
    const columns = columnsOf(rowsOf(600), seededOrder(seed, 600));
    writeAmount(2n ** 128n - 1n, columns.amounts, 0);
    await expect(buildAsset(NAME, columns, 2)).rejects.toMatchObject({ code: 'liabilities-sum' });
  });

  test('columns that count a row twice, or leave one out, are refused', async () => {
    const columns = columnsOf(rowsOf(10), seededOrder(seed, 10));
    columns.order[3] = columns.order[4] as number;
    await expect(buildAsset(NAME, columns, 1)).rejects.toThrow(/order names row \d twice/);
    columns.order[3] = 10;
    expect(() => checkColumns(columns)).toThrow('order names row 10 beyond the last');
    const ids = columnsOf(rowsOf(10), seededOrder(seed, 10));
    ids.idEnds[5] = 1;
    expect(() => checkColumns(ids)).toThrow('idEnds of row 5');
    expect(() => columnsOf(rowsOf(10), seededOrder(seed, 9))).toThrow('order has 9 places for 10 rows');
    expect(() => columnsOf([{ ...(rowsOf(1)[0] as BookRow), part: 16 }], seededOrder(seed, 1))).toThrow(
      'part of row 0',
    );
    await expect(buildAsset(NAME, columns, 0)).rejects.toThrow('workers: 0');
  });
});
