import { createHash, createHmac as nodeHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { nativeVerify, testKey } from '../test/keys.ts';
import { buildEpoch, expectsOf, fileFor, manyCustomers, secretOf } from '../test/liabilities-books.ts';
import version1 from '../vectors/liabilities-v1.json' with { type: 'json' };
import version2 from '../vectors/liabilities-v2.json' with { type: 'json' };
import { concatBytes, fromHex, toBase64, toHex, utf8Encode } from './bytes.ts';
import { canonicalBytes, type JsonValue } from './canonical-json.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { factCommitment } from './disclosure.ts';
import {
  epochRoot,
  isEquivocation,
  LIABILITIES_FORMATS,
  type LiabilitiesFormat,
  MAX_AMOUNT,
  parseAmount,
  parseStatement,
  readAmount,
  statementJson,
  writeAmount,
} from './liabilities.ts';
import { arrangeLeaves, seededOrder } from './liabilities-arrange.ts';
import { createKeyPreparer, createLaneTree, laneTreeHash } from './liabilities-lanes.ts';
import { createListVerifier, leafTilePath } from './liabilities-list.ts';
import { loggedEpochRoot } from './liabilities-log.ts';
import { checksNeeded, detectionProbability } from './liabilities-odds.ts';
import {
  amountsOf,
  formatCustomerProof,
  parseCustomerProof,
  verifyCustomerProof,
} from './liabilities-proof.ts';
import {
  climb,
  createHmac,
  createTagger,
  createTreeBuilder,
  createTreeHash,
  leafNode,
  leafPath,
  nodeLevels,
  shardRanges,
  treeRules,
} from './liabilities-tree.ts';
import { leafHash, plainSha256, type Sha256 } from './merkle.ts';
import { ProofError, type ProofErrorCode } from './proof-error.ts';
import { ed25519Verifier, signNote } from './signed-note.ts';
import { formatTlogProof } from './tlog-proof.ts';

const native: Sha256 = (data) => createHash('sha256').update(data).digest();
/** An engine that hands out the same array again and again, as fast ones do. */
const shared = new Uint8Array(32);
const reusing: Sha256 = (data) => {
  shared.set(native(data));
  return shared;
};

function codeOf(run: () => unknown): ProofErrorCode | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  }
}

/** The tree of the vectors' exchange and epoch. */
const vectorTree = (leaves: number, format: LiabilitiesFormat = 'sonae/liabilities/v2') => {
  const { exchange, epoch } = version1;
  return { format, exchange, epoch, asset: 'BTC', leaves };
};

/** Entries of the vectors' rule. */
function vectorEntries(leaves: number, format?: LiabilitiesFormat): Uint8Array {
  const tagOf = createTagger(treeRules(vectorTree(leaves, format)));
  const entries = new Uint8Array(leaves * 64);
  for (let n = 0; n < leaves; n++) {
    const customer = utf8Encode(`customer-${Math.floor(n / 2)}`);
    const secret = plainSha256(concatBytes(utf8Encode('vector secret '), customer));
    entries.set(tagOf(secret, customer, n % 2), n * 64);
    writeAmount(BigInt(n * n) * 1_000_003n + 7n, entries, n * 64 + 32);
    writeAmount(n % 5 === 0 ? BigInt(3 * n) : 0n, entries, n * 64 + 48);
  }
  return entries;
}

describe.each([
  ['sonae/liabilities/v1' as const, version1],
  ['sonae/liabilities/v2' as const, version2],
])('vectors of %s verify for ever', (format, vectors) => {
  const { exchange, epoch } = vectors;

  test.each(vectors.trees)('tree of $leaves', ({ leaves, treeId: id, root, credit, debt, listSha256 }) => {
    const entries = vectorEntries(leaves, format);
    expect(toHex(native(entries))).toBe(listSha256);
    for (const hash of [
      createTreeHash(vectorTree(leaves, format)),
      laneTreeHash(vectorTree(leaves, format)),
    ]) {
      expect(toHex(hash.rules.id)).toBe(id);
      const builder = createTreeBuilder(hash);
      builder.push(entries);
      const built = builder.end();
      expect(toHex(built.root.subarray(0, 32))).toBe(root);
      expect(amountsOf(built.root)).toEqual({ credit: BigInt(credit), debt: BigInt(debt) });
    }
  });

  test('statement and epoch root', () => {
    const statement = parseStatement(vectors.statement);
    expect(toHex(epochRoot(statement))).toBe(vectors.epochRoot);
    expect(statementJson(statement)).toEqual(vectors.statement);
  });

  test.each(vectors.proofs)('file of $customer', ({ customer, secret, balances, text }) => {
    const known = balances.map(({ asset, credit, debt }) => {
      return { asset, credit: BigInt(credit), debt: BigInt(debt) };
    });
    const expects = {
      exchange,
      epoch,
      root: fromHex(vectors.epochRoot),
      customer,
      secret: fromHex(secret),
      balances: known,
    };
    const report = verifyCustomerProof(text, expects, reusing);
    expect(report.holdings.map(({ asset, credit, debt }) => ({ asset, credit, debt }))).toEqual(known);
    expect(report.balancesCompared).toBe(true);
    expect(formatCustomerProof(parseCustomerProof(text))).toBe(text);
  });
});

describe('amounts and statements', () => {
  test('amounts round-trip in bytes and text, and nothing else is one', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX_AMOUNT }), (amount) => {
        const bytes = new Uint8Array(20);
        writeAmount(amount, bytes, 3);
        return readAmount(bytes, 3) === amount && parseAmount(String(amount), 'x') === amount;
      }),
    );
    for (const text of ['-1', '+1', '01', '', ' 1', '1.0', '1e3', '0x1', String(MAX_AMOUNT + 1n), 1, null])
      expect(codeOf(() => parseAmount(text, 'x'))).toBe('bad-liabilities');
    expect(codeOf(() => writeAmount(-1n, new Uint8Array(16), 0))).toBe('bad-argument');
    expect(codeOf(() => writeAmount(MAX_AMOUNT + 1n, new Uint8Array(16), 0))).toBe('bad-argument');
  });

  const good = version2.statement;
  const [first, second] = good.assets;
  test.each<[string, unknown]>([
    ['another format', { ...good, format: 'sonae/liabilities/v3' }],
    ['no assets', { ...good, assets: [] }],
    ['an asset twice', { ...good, assets: [first, first] }],
    ['unsorted assets', { ...good, assets: [second, first] }],
    ['a day that does not exist', { ...good, at: '2026-02-30T00:00:00.000Z' }],
    ['a time without milliseconds', { ...good, at: '2026-06-30T15:00:00Z' }],
    ['a name with a space', { ...good, epoch: 'a b' }],
    ['a path as an asset', { ...good, assets: [{ ...first, asset: '../x' }] }],
    ['an empty tree', { ...good, assets: [{ ...first, leaves: 0 }] }],
    ['a cut digest', { ...good, assets: [{ ...first, root: first!.root.slice(2) }] }],
    ['a negative sum', { ...good, assets: [{ ...first, credit: '-5' }] }],
  ])('refuses %s', (_, value) => {
    expect(codeOf(() => parseStatement(value as JsonValue))).toBe('bad-liabilities');
  });

  test('refuses a key that nobody knows, and too many assets', () => {
    expect(codeOf(() => parseStatement({ ...good, note: '' } as JsonValue))).toBe('bad-json');
    const many = Array.from({ length: 1_001 }, (_, n) => ({ ...first, asset: `A${10_000 + n}` }));
    expect(codeOf(() => parseStatement({ ...good, assets: many } as JsonValue))).toBe('too-large');
  });

  test('every field of the statement is in the epoch root', () => {
    const statement = parseStatement(good);
    const root = toHex(epochRoot(statement));
    const total = statement.assets[0]!;
    const changes = [
      ...LIABILITIES_FORMATS.filter((format) => format !== good.format).map((format) => ({ format })),
      { exchange: 'other.example' },
      { epoch: '2026-07-31' },
      { at: '2026-06-30T15:00:00.001Z' },
      { assets: statement.assets.slice(1) },
      ...[{ leaves: 9 }, { credit: 1n }, { debt: 1n }, { asset: 'AAA' }, { root: new Uint8Array(32) }].map(
        (change) => ({ assets: [{ ...total, ...change }, ...statement.assets.slice(1)] }),
      ),
    ];
    for (const change of changes) expect(toHex(epochRoot({ ...statement, ...change }))).not.toBe(root);
    expect(isEquivocation(statement, { ...statement, at: '2026-06-30T15:00:00.001Z' })).toBe(true);
    expect(isEquivocation(statement, statement)).toBe(false);
    expect(isEquivocation(statement, { ...statement, epoch: 'next' })).toBe(false);
  });
});

describe('the tree', () => {
  test('HMAC is RFC 2104, whoever hashes, at every use of one engine', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
    const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const call = fc.tuple(key, fc.integer({ min: 0, max: 2 ** 32 - 1 }), bytes(200));
    fc.assert(
      fc.property(bytes(80), fc.array(call, { minLength: 1, maxLength: 4 }), (fixed, calls) => {
        for (const sha256 of [plainSha256, native, reusing]) {
          const hmac = createHmac(fixed, 200, sha256);
          for (const [secret, number, rest] of calls) {
            const uint32 = Buffer.alloc(4);
            uint32.writeUInt32BE(number);
            const expected = nodeHmac('sha256', secret)
              .update(fixed)
              .update(uint32)
              .update(rest)
              .digest('hex');
            expect(toHex(hmac(secret, number, rest))).toBe(expected);
          }
        }
      }),
    );
    const hmac = createHmac(new Uint8Array(5), 9, native);
    expect(codeOf(() => hmac(new Uint8Array(31), 0, new Uint8Array(1)))).toBe('bad-argument');
    expect(codeOf(() => hmac(new Uint8Array(32), 0, new Uint8Array(10)))).toBe('too-large');
  });

  test('the root is the same in one stream, in any cuts, in any shards, with any engine', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_500 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 8 }),
        (leaves, shards, cuts) => {
          const entries = new Uint8Array(leaves * 64);
          for (let n = 0; n < leaves; n++) {
            entries[n * 64] = n;
            writeAmount(BigInt(n) << 70n, entries, n * 64 + 32);
            writeAmount(BigInt(n * n), entries, n * 64 + 48);
          }
          const builder = createTreeBuilder(createTreeHash(vectorTree(leaves), reusing));
          let at = 0;
          for (const cut of cuts) {
            builder.push(entries.slice(at, at + cut));
            at = Math.min(at + cut, entries.length);
          }
          builder.push(entries.slice(at));
          const { root, tileNodes } = builder.end();
          for (const hashOf of [createTreeHash, createLaneTree]) {
            const hash = hashOf(vectorTree(leaves), native);
            const roots = shardRanges(leaves, shards).map(({ first, end }) => {
              const tiles: Uint8Array[] = [];
              for (let tile = first; tile < end; tile += 256)
                tiles.push(hash.tile(entries.subarray(tile * 64, Math.min(tile + 256, end) * 64), tile));
              return hash.fold(concatBytes(...tiles));
            });
            expect(hash.fold(concatBytes(...roots))).toEqual(root);
            expect(nodeLevels(hash.rules, tileNodes, native).at(-1)).toEqual(root);
          }
          const { credit, debt } = amountsOf(root);
          const sum = (leaves * (leaves - 1)) / 2;
          expect(credit).toBe(BigInt(sum) << 70n);
          expect(debt).toBe(BigInt((leaves * (leaves - 1) * (2 * leaves - 1)) / 6));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('every leaf of every size climbs to the root, and to no other place', () => {
    for (const leaves of [1, 2, 3, 5, 6, 7, 8, 13, 256, 257, 300]) {
      const hash = createTreeHash(vectorTree(leaves), native);
      const { rules } = hash;
      const entries = vectorEntries(leaves);
      const builder = createTreeBuilder(hash);
      builder.push(entries);
      const { root, tileNodes } = builder.end();
      const readTile = (tile: number) => entries.subarray(tile * 16_384, (tile + 1) * 16_384);
      const source = { rules, readTile, levels: nodeLevels(rules, tileNodes, native) };
      for (let index = 0; index < leaves; index += leaves > 50 ? 17 : 1) {
        const path = leafPath(source, index, native);
        const node = leafNode(rules, entries.subarray(index * 64, index * 64 + 64), index, native);
        expect(climb(rules, node, index, path, native)).toEqual(root);
        if (leaves === 1) continue;
        expect(codeOf(() => climb(rules, node, index, [...path, node], native))).toBe('liabilities-root');
        expect(codeOf(() => climb(rules, node, index, path.slice(1), native))).toBe('liabilities-root');
      }
      expect(codeOf(() => leafPath(source, leaves, native))).toBe('bad-argument');
    }
  });

  test('refuses lists that are cut, too long or too short', () => {
    const hash = createTreeHash(vectorTree(300), native);
    for (const bytes of [0, 64, 300 * 64 - 1, 300 * 64 + 1, 299 * 64, 301 * 64, 600 * 64]) {
      const builder = createTreeBuilder(hash);
      const run = () => {
        builder.push(new Uint8Array(bytes));
        builder.end();
      };
      expect([bytes, codeOf(run)]).toEqual([bytes, 'bad-liabilities']);
    }
    // An endless list is refused while it streams.
    const builder = createTreeBuilder(hash);
    expect(codeOf(() => builder.push(new Uint8Array(512 * 64)))).toBe('bad-liabilities');
  });
});

describe('by lanes', () => {
  const tree = vectorTree(2 ** 33 + 700);
  const random = (seed: string, bytes: number): Uint8Array => {
    const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, n) =>
      native(utf8Encode(`${seed} ${n}`)),
    );
    return concatBytes(...blocks).slice(0, bytes);
  };

  test('tags of ids of every length, in any mixture, are HMAC', () => {
    const lanes = createLaneTree(tree);
    const hash = createTreeHash(tree);
    const tagOf = createTagger(hash.rules, native);
    for (const lengths of [
      Array.from({ length: 200 }, (_, n) => n + 1),
      Array.from({ length: 256 }, (_, n) => (n * 89) % 200 || 1),
      [19, 20, 83, 84, 147, 148, 200, 1],
      [7],
    ]) {
      const secrets = random(`secrets ${lengths.length}`, 32 * lengths.length);
      const keys = new Uint32Array(createKeyPreparer()(secrets).buffer);
      const entries = new Uint8Array(lengths.length * 64);
      for (const [n, length] of lengths.entries()) {
        const ids = random(`id ${n}`, 10 + length);
        lanes.place(n, { keys, keyAt: 16 * n, ids, idFrom: 10, idTo: 10 + length, part: n % 16 });
        const amounts = random(`amounts ${n}`, 32).fill(0, 0, 2).fill(0, 16, 18);
        lanes.entryWords.set(new Uint32Array(amounts.buffer), 16 * n + 8);
        entries.set(tagOf(secrets.subarray(32 * n, 32 * n + 32), ids.subarray(10), n % 16), 64 * n);
        entries.set(amounts, 64 * n + 32);
      }
      const first = 2 ** 33;
      expect(lanes.finish(lengths.length, first)).toEqual(hash.tile(entries, first));
      const own = new Uint8Array(lanes.entryWords.buffer, lanes.entryWords.byteOffset, entries.length);
      expect(Buffer.compare(own, entries)).toBe(0);
      expect(lanes.tile(entries, first)).toEqual(hash.tile(entries, first));
    }
  });

  test('sums carry through all their words, and beyond 128 bits are refused wherever they stand', () => {
    const lanes = createLaneTree(tree);
    const hash = createTreeHash(tree);
    const amount = fc.oneof(
      fc.bigInt({ min: 0n, max: MAX_AMOUNT }),
      fc.constantFrom(1n, 2n ** 64n - 1n, 2n ** 127n, 2n ** 128n - 2n ** 64n, MAX_AMOUNT),
      fc.nat().map(BigInt),
    );
    const tile = fc.array(fc.tuple(amount, amount), { minLength: 1, maxLength: 9 });
    let refused = 0;
    fc.assert(
      fc.property(tile, fc.boolean(), (amounts, isSmall) => {
        const entries = new Uint8Array(64 * amounts.length);
        for (const [n, [credit, debt]] of amounts.entries()) {
          writeAmount(isSmall ? credit >> 4n : credit, entries, 64 * n + 32);
          writeAmount(isSmall ? debt >> 4n : debt, entries, 64 * n + 48);
        }
        const expected = codeOf(() => hash.tile(entries, 0));
        expect(codeOf(() => lanes.tile(entries, 0))).toBe(expected);
        if (expected === null) expect(lanes.tile(entries, 0)).toEqual(hash.tile(entries, 0));
        else refused += 1;
      }),
      { numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  test('refuses what is no tile, no owner and no tree of today', () => {
    const lanes = createLaneTree(tree);
    expect(codeOf(() => lanes.tile(new Uint8Array(63), 0))).toBe('bad-argument');
    expect(codeOf(() => lanes.tile(new Uint8Array(64), 3))).toBe('bad-argument');
    expect(codeOf(() => lanes.fold(new Uint8Array(0)))).toBe('bad-argument');
    const owner = {
      keys: new Uint32Array(16),
      keyAt: 0,
      ids: new Uint8Array(201),
      idFrom: 0,
      idTo: 1,
      part: 0,
    };
    for (const change of [{ idTo: 0 }, { idTo: 201 }, { part: 16 }, { part: -1 }])
      expect(codeOf(() => lanes.place(0, { ...owner, ...change }))).toBe('bad-argument');
    expect(codeOf(() => createLaneTree(vectorTree(1, 'sonae/liabilities/v1')))).toBe('bad-argument');
    expect(codeOf(() => createKeyPreparer()(new Uint8Array(31)))).toBe('bad-argument');
  });

  test('where there is no WebAssembly the plain engine does the same', async () => {
    const { WebAssembly: platform } = globalThis;
    const entries = vectorEntries(300).subarray(0, 256 * 64);
    const expected = laneTreeHash(vectorTree(300)).tile(entries, 0);
    vi.resetModules();
    try {
      Reflect.deleteProperty(globalThis, 'WebAssembly');
      const without = await import('./liabilities-lanes.ts');
      expect(() => without.createLaneTree(vectorTree(300))).toThrow('no WebAssembly');
      expect(without.laneTreeHash(vectorTree(300)).tile(entries, 0)).toEqual(expected);
    } finally {
      globalThis.WebAssembly = platform;
    }
  });
});

describe('from customers to their files', () => {
  const books = { BTC: manyCustomers(300), JPY: { 'customer-3': { credit: 5n, debt: 900n } } };

  test.each([
    [1, 0],
    [3, 40],
    [16, 1],
  ])('with %i parts and %i blank leaves every customer finds themselves', (parts, blanks) => {
    const built = buildEpoch(books, parts, blanks);
    for (const customer of ['customer-0', 'customer-3', 'customer-7', 'customer-299']) {
      const report = verifyCustomerProof(fileFor(built, customer), expectsOf(books, built, customer), native);
      expect(report.holdings[0]).toMatchObject({ asset: 'BTC', ...books.BTC[customer], parts });
    }
    const list = createListVerifier(built.statement, 'BTC', {
      customer: 'customer-7',
      secret: secretOf('customer-7'),
    });
    list.push(built.assets.get('BTC')!.entries);
    const { own, ...total } = list.end();
    expect(own).toEqual({ ...books.BTC['customer-7'], parts });
    const all = Object.values(books.BTC);
    const credit = all.reduce((sum, balance) => sum + balance.credit, 0n);
    const debt = all.reduce((sum, balance) => sum + balance.debt, 0n);
    expect(total).toEqual({ asset: 'BTC', leaves: 300 * parts + blanks, credit, debt });
  });

  test('no single change of a file passes', () => {
    const built = buildEpoch({ BTC: manyCustomers(5) }, 2);
    const expects = expectsOf({ BTC: manyCustomers(5) }, built, 'customer-2');
    const text = fileFor(built, 'customer-2');
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === '1' ? '2' : '1';
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      expect([at, codeOf(() => verifyCustomerProof(changed, expects, native))]).not.toEqual([at, null]);
    }
  });

  test('without balances to compare, the report says so', () => {
    const built = buildEpoch(books);
    const expects = { ...expectsOf(books, built, 'customer-3'), balances: null };
    const report = verifyCustomerProof(fileFor(built, 'customer-3'), expects, native);
    expect(report.balancesCompared).toBe(false);
    expect(report.holdings.map(({ asset }) => asset)).toEqual(['BTC', 'JPY']);
  });

  test('tiles have paths as other tiles', () => {
    const tree = { exchange: 'e', epoch: 'p', asset: 'BTC', leaves: 256 * 1_234 + 9 };
    expect(leafTilePath(tree, 7)).toBe('BTC/tile/entries/007');
    expect(leafTilePath(tree, 1_234)).toBe('BTC/tile/entries/x001/234.p/9');
    expect(codeOf(() => leafTilePath(tree, 1_235))).toBe('bad-argument');
  });
});

describe('arrangement', () => {
  const seed = new Uint8Array(32).fill(1);

  test('is a permutation, the same for the same seed and another for another', () => {
    const order = seededOrder(seed, 5_000, native);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 5_000 }, (_, n) => n));
    expect(seededOrder(seed, 5_000, reusing)).toEqual(order);
    expect(seededOrder(new Uint8Array(32).fill(2), 5_000, native)).not.toEqual(order);
  });

  test('every place is about as likely', () => {
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    for (let n = 0; n < 4_000; n++) {
      const order = seededOrder(native(Uint8Array.of(n >> 8, n & 255)), 4, native);
      order.forEach((from, place) => {
        counts[from]![place]!++;
      });
    }
    // 1,000 expected each, standard deviation 27.
    for (const count of counts.flat()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  test('parts add up, to the last unit', () => {
    const amount = fc.bigInt({ min: 0n, max: MAX_AMOUNT });
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 1, max: 16 }), (credit, debt, parts) => {
        const leaves = arrangeLeaves({ seed, customers: [{ customer: 'a', credit, debt }], parts }, native);
        const sum = (pick: (leaf: (typeof leaves)[number]) => bigint) =>
          leaves.reduce((total, leaf) => total + pick(leaf), 0n);
        const areParts = new Set(leaves.map(({ part }) => part)).size === parts;
        return areParts && sum((leaf) => leaf.credit) === credit && sum((leaf) => leaf.debt) === debt;
      }),
    );
  });

  test('refuses a customer twice, a negative amount, too many parts', () => {
    const a = { customer: 'a', credit: 1n, debt: 0n };
    expect(codeOf(() => arrangeLeaves({ seed, customers: [a, a] }))).toBe('bad-argument');
    expect(codeOf(() => arrangeLeaves({ seed, customers: [{ ...a, credit: -1n }] }))).toBe('bad-argument');
    expect(codeOf(() => arrangeLeaves({ seed, customers: [a], parts: 17 }))).toBe('bad-argument');
  });
});

describe('how likely an omission is noticed', () => {
  test('is what counting all cases says', () => {
    // Of 6 customers 2 are omitted, 3 check: C(4,3)/C(6,3) = 4/20 miss.
    expect(detectionProbability({ customers: 6, omitted: 2, checks: 3 })).toBeCloseTo(0.8, 12);
    expect(detectionProbability({ customers: 6, omitted: 0, checks: 6 })).toBe(0);
    expect(detectionProbability({ customers: 6, omitted: 1, checks: 6 })).toBe(1);
    expect(detectionProbability({ customers: 6, omitted: 4, checks: 3 })).toBe(1);
    expect(detectionProbability({ customers: 1e10, omitted: 1e5, checks: 1e5 })).toBeCloseTo(
      1 - Math.exp(-1),
      4,
    );
  });

  test('the table of LIABILITIES.md', () => {
    const table = [100, 1_000, 10_000].map((one) =>
      [0.5, 0.95, 0.999].map((p) => checksNeeded(1e9, 1e9 / one, p)),
    );
    expect(table).toEqual([
      [69, 299, 688],
      [693, 2_995, 6_905],
      [6_932, 29_956, 69_072],
    ]);
  });

  test('refuses what is no count', () => {
    expect(codeOf(() => detectionProbability({ customers: 5, omitted: 6, checks: 1 }))).toBe('bad-argument');
    expect(codeOf(() => checksNeeded(5, 0, 0.5))).toBe('bad-argument');
    expect(codeOf(() => checksNeeded(5, 1, 1))).toBe('bad-argument');
  });
});

describe('the root in the log', () => {
  const log = testKey('exchange.example/log', 1);
  const verifier = ed25519Verifier(log.vkey, nativeVerify);
  const about = { exchange: version2.exchange, epoch: version2.epoch };
  const liabilities = { ...about, epochRoot: version2.epochRoot };

  function disclose(fact: JsonValue) {
    const salt = new Uint8Array(32).fill(5);
    const root = leafHash(factCommitment(salt, canonicalBytes(fact)));
    const text = formatCheckpoint({ origin: log.name, size: 1, root, extensions: [] });
    const tlogProof = formatTlogProof({ index: 0, proof: [], checkpoint: signNote(text, [log.signer]) });
    return { index: 0, salt: toBase64(salt), fact, tlogProof };
  }

  test('is what customers are held against', () => {
    const { root, checkpoint } = loggedEpochRoot(disclose({ body: { liabilities } }), about, verifier);
    expect(toHex(root)).toBe(version2.epochRoot);
    expect(checkpoint.size).toBe(1);
  });

  test('refuses another epoch, another fact and a changed root', () => {
    const good = disclose({ body: { liabilities } });
    expect(codeOf(() => loggedEpochRoot(good, { ...about, epoch: 'next' }, verifier))).toBe(
      'liabilities-epoch',
    );
    expect(codeOf(() => loggedEpochRoot(disclose({ body: {} }), about, verifier))).toBe('bad-liabilities');
    const changed = {
      ...good,
      fact: { body: { liabilities: { ...liabilities, epochRoot: '00'.repeat(32) } } },
    };
    expect(codeOf(() => loggedEpochRoot(changed, about, verifier))).toBe('bad-proof');
  });
});
