import { type Amounts, LIABILITIES_FORMAT, writeAmount } from '@sonae/proof/liabilities';
import { entriesOf, seededOrder } from '@sonae/proof/liabilities-arrange';
import { createTreeBuilder, createTreeHash } from '@sonae/proof/liabilities-tree';
import { plainSha256 } from '@sonae/proof/merkle';
import { describe, expect, test } from 'vitest';
import { startAssetBuilder } from './build-asset.ts';
import { type BookColumns, checkOrder, createColumns, createRowWriter, ROW, ROW_WORDS } from './columns.ts';
import { createFastSha256 } from './fast-sha256.ts';

const NAME = { exchange: 'exchange.example', epoch: '2026-06-30', asset: 'BTC' };
const seed = new Uint8Array(32).fill(3);

type Row = Amounts & { customer: string; secret: Uint8Array; part: number };

/** Rows of one customer follow each other, by part from 0. */
function columnsOf(rows: readonly Row[], order: Uint32Array): BookColumns {
  const customers = [...new Set(rows.map(({ customer }) => customer))];
  const idBytes = customers.reduce((sum, customer) => sum + Buffer.byteLength(customer), 0);
  const columns = createColumns(rows.length, idBytes);
  const writer = createRowWriter(columns);
  for (const [customer, own] of Map.groupBy(rows, (one) => one.customer))
    writer.add(customer, own[0]?.secret as Uint8Array, own);
  writer.end();
  columns.order.set(order);
  return columns;
}

function rowsOf(count: number, parts = 1): Row[] {
  return Array.from({ length: count }, (_, n) => rowOf(Math.floor(n / parts), n % parts));
}

function rowOf(n: number, part: number): Row {
  const name = `${'x'.repeat(n % 50 === 0 ? 180 : n % 30)}${n}`;
  return {
    // Messages of one block, of two, and now and then of four.
    customer: `顧客-${name}`,
    secret: plainSha256(Uint8Array.of(n >> 8, n & 255)),
    part,
    credit: (BigInt(n) << 65n) + 1n + BigInt(part),
    debt: n % 3 === 0 ? BigInt(n) : 0n,
  };
}

async function buildAsset(columns: BookColumns, workers: number) {
  const builder = startAssetBuilder(workers);
  return await builder.build(NAME, columns).finally(builder.end);
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
    [1, 1, 1],
    [255, 2, 1],
    [257, 2, 1],
    [2_999, 1, 1],
    [2_999, 2, 1],
    [2_999, 5, 1],
    [4_500, 2, 3],
  ])('%i leaves by %i workers, %i a customer, are those of one stream', async (count, workers, parts) => {
    const rows = rowsOf(count, parts);
    const order = seededOrder(seed, count);
    const built = await buildAsset(columnsOf(rows, order), workers);
    const tree = { format: LIABILITIES_FORMAT, ...NAME, leaves: count };
    const byCustomer = new Map(rows.map(({ customer, secret }) => [customer, secret]));
    const leaves = Array.from(order, (row) => rows[row] as Row);
    const entries = entriesOf(tree, leaves, (customer) => byCustomer.get(customer) as Uint8Array, seed);
    const stream = createTreeBuilder(createTreeHash(tree));
    stream.push(entries);
    const { root, tileNodes } = stream.end();
    expect(built.tree).toEqual(tree);
    expect(Buffer.compare(built.entries, entries)).toBe(0);
    expect(Buffer.compare(built.tileNodes, tileNodes)).toBe(0);
    expect(built.root).toEqual(root);
  });

  test('a sum beyond 128 bits ends the build with its code', async () => {
    const columns = columnsOf(rowsOf(600), seededOrder(seed, 600));
    writeAmount(2n ** 128n - 1n, new Uint8Array(columns.words.buffer), 4 * ROW.amounts);
    const builder = startAssetBuilder(2);
    await expect(builder.build(NAME, columns)).rejects.toMatchObject({ code: 'liabilities-sum' });
    // The threads go on with the next asset.
    const order = seededOrder(seed, 600);
    const { root } = await builder.build(NAME, columnsOf(rowsOf(600), order)).finally(builder.end);
    expect(root).toEqual((await buildAsset(columnsOf(rowsOf(600), order), 1)).root);
  });

  test('columns that count a row twice, or leave one out, are refused', async () => {
    const columns = columnsOf(rowsOf(10), seededOrder(seed, 10));
    columns.order[3] = columns.order[4] as number;
    await expect(buildAsset(columns, 1)).rejects.toThrow(/order names row \d twice/);
    columns.order[3] = 10;
    expect(() => checkOrder(columns)).toThrow('order names row 10 beyond the last');
    const ids = columnsOf(rowsOf(10), seededOrder(seed, 10));
    ids.words[5 * ROW_WORDS + ROW.idTo] = 1;
    await expect(buildAsset(ids, 1)).rejects.toMatchObject({ code: 'bad-argument' });
    ids.words[5 * ROW_WORDS + ROW.idTo] = ids.ids.length + 1;
    await expect(buildAsset(ids, 1)).rejects.toMatchObject({ code: 'bad-argument' });
    const parts = columnsOf(rowsOf(10), seededOrder(seed, 10));
    parts.words[7 * ROW_WORDS + ROW.part] = 16;
    await expect(buildAsset(parts, 1)).rejects.toThrow('a part is 0 to 15');
    expect(() => startAssetBuilder(0)).toThrow('workers: 0');
  });

  test('rows that are too few, too many parts, and a secret of another length are refused', () => {
    const writer = createRowWriter(createColumns(3, 9));
    const nothing = { credit: 0n, debt: 0n };
    expect(() => writer.add('anna', new Uint8Array(31), [nothing])).toThrow('secret of row 0 has 31 bytes');
    expect(() => writer.add('anna', new Uint8Array(32), [])).toThrow('row 0 begins 0 parts');
    const many = Array.from({ length: 17 }, () => nothing);
    expect(() => writer.add('anna', new Uint8Array(32), many)).toThrow('row 0 begins 17 parts');
    writer.add('anna', new Uint8Array(32), [nothing, nothing]);
    expect(() => writer.end()).toThrow('2 rows and 4 bytes of ids were written');
  });

  test('an order drawn by a worker is that of the seed', async () => {
    const columns = columnsOf(rowsOf(1_000), new Uint32Array(1_000));
    const builder = startAssetBuilder(2);
    await builder.arrange(columns, seed).finally(builder.end);
    expect(Array.from(columns.order)).toEqual(Array.from(seededOrder(seed, 1_000)));
  });
});
