/**
 * Private mode from end to end with the real engine: an honest epoch, and the attacks on proofs of liabilities carried out
 * by a dishonest firm that owns the epoch's secret and builds its own trees. What it cannot change is the verifier.
 */

import { ristretto255 } from '@noble/curves/ed25519.js';
import { concatBytes, fromHex } from '@sonae/proof/bytes';
import { epochRoot, LIABILITIES_FORMAT } from '@sonae/proof/liabilities';
import { plainSha256 } from '@sonae/proof/merkle';
import { rangeGroups } from '@sonae/proof/private-engine';
import { type PrivateStatement, privateEpochRoot } from '@sonae/proof/private-liabilities';
import {
  formatPrivateProof,
  type PrivateExpects,
  type PrivateHolding,
  parsePrivateProof,
  totalsAreProved,
  verifyPrivateProof,
} from '@sonae/proof/private-proof';
import {
  cipherBytes,
  createPrivateTagger,
  PRIVATE_NODE_BYTES,
  privateLeaf,
  privateLevels,
  privateTreeId,
  siblingPlaces,
  withoutAmount,
} from '@sonae/proof/private-tree';
import { ProofError } from '@sonae/proof/proof-error';
import { beforeAll, describe, expect, test } from 'vitest';
import vector from '../../../proof/vectors/private-liabilities-v1.json' with { type: 'json' };
import version2 from '../../../proof/vectors/private-liabilities-v2.json' with { type: 'json' };
import { buildPrivateAsset, type PrivateBuilt } from './private-build.ts';
import { createPrivateFiles, type PrivateFiles } from './private-files.ts';
import { createZkProver, newEpochSecret, zkVerifier } from './zk-sdk.ts';

const EXCHANGE = 'exchange.example';
const EPOCH = '2026-06-30';
const AT = '2026-06-30T15:00:00.000Z';
const secret = newEpochSecret();
const prover = createZkProver(secret);
const seed = new Uint8Array(32).fill(3);
const secretOf = (customer: string) => plainSha256(new TextEncoder().encode(`secret ${customer}`));
const rowsOf = (amounts: Readonly<Record<string, bigint>>) =>
  Object.entries(amounts).map(([customer, amount]) => ({ customer, secret: secretOf(customer), amount }));
const build = (amounts: Readonly<Record<string, bigint>>, epoch = EPOCH, asset = 'BTC', scale = 0) =>
  buildPrivateAsset({
    exchange: EXCHANGE,
    epoch,
    asset,
    rows: rowsOf(amounts),
    epochSecret: secret,
    seed,
    scale,
    workers: 1,
  });

const BOOK: Readonly<Record<string, bigint>> = { anna: 10n, ben: 10n, chie: 30n, dai: 40n, eri: 0n };
let honest: PrivateBuilt;
let files: PrivateFiles;
beforeAll(async () => {
  honest = await build(BOOK);
  files = createPrivateFiles(AT, [honest], secret);
});

const expects = (customer: string, statement: PrivateStatement, amount = BOOK[customer]): PrivateExpects => ({
  exchange: EXCHANGE,
  epoch: EPOCH,
  root: privateEpochRoot(statement),
  customer,
  secret: secretOf(customer),
  balances: amount === undefined ? null : [{ asset: 'BTC', amount }],
});

function codeOf(text: string, about: PrivateExpects): string | null {
  try {
    verifyPrivateProof(text, about, zkVerifier);
    return null;
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  }
}

const honestCode = (text: string, customer: string) => codeOf(text, expects(customer, files.statement));

/** The honest file with its holding changed. */
function forge(customer: string, change: (holding: PrivateHolding) => Partial<PrivateHolding>): string {
  const proof = parsePrivateProof(files.fileOf(customer));
  const holdings = proof.holdings.map((holding) => ({ ...holding, ...change(holding) }));
  return formatPrivateProof({ ...proof, holdings });
}

/** That some ciphertext holds `amount`: the engine makes no false proof, so a liar takes a true one of something else. */
const zeroProofOf = (amount: bigint) => prover.proveZero(withoutAmount(prover.encrypt(amount), amount));

/**
 * What a firm can do that writes its own builder: leaves of any amounts, negative ones too, summed as the group sums them,
 * a total that is proved, and files whose range proofs claim what `claimed` makes of each node's amount; where that is
 * not the true one they are true proofs about another ciphertext.
 */
function ownTree(
  leaves: readonly { customer: string; amount: bigint }[],
  claimed: (amount: bigint) => bigint,
) {
  const tree = { exchange: EXCHANGE, epoch: EPOCH, asset: 'BTC', leaves: leaves.length, key: prover.key };
  const id = privateTreeId(tree);
  const tagOf = createPrivateTagger(id);
  const entries = leaves.map(({ customer, amount }) => {
    const cipher = prover.encrypt(amount < 0n ? 0n : amount);
    // C - |amount| * G: the same ciphertext for an amount below zero.
    const below = amount < 0n ? withoutAmount(cipher, -amount) : cipher;
    return concatBytes(tagOf(secretOf(customer), customer), below);
  });
  const levels = privateLevels(concatBytes(...entries.map((entry, n) => privateLeaf(id, entry, n))));
  const sums = [leaves.map(({ amount }) => amount)];
  for (let level = sums[0]!; level.length > 1; level = sums.at(-1)!)
    sums.push(
      Array.from({ length: Math.ceil(level.length / 2) }, (_, n) => level[2 * n]! + (level[2 * n + 1] ?? 0n)),
    );
  const sum = cipherBytes(levels.at(-1)!);
  const total = sums.at(-1)![0]!;
  const statement: PrivateStatement = {
    format: 'sonae/private-liabilities/v2',
    exchange: EXCHANGE,
    epoch: EPOCH,
    at: AT,
    key: prover.key,
    assets: [
      {
        asset: 'BTC',
        leaves: leaves.length,
        root: levels.at(-1)!.slice(0, 32),
        sum,
        scale: 0,
        total,
        proof: prover.proveZero(withoutAmount(sum, total)),
      },
    ],
  };
  const file = (customer: string, index: number): string => {
    const places = siblingPlaces(index, leaves.length);
    const nodes = places.map(({ level, index: n }) => {
      const node = levels[level]!.slice(n * PRIVATE_NODE_BYTES, (n + 1) * PRIVATE_NODE_BYTES);
      const truth = sums[level]![n]!;
      const amount = claimed(truth);
      return { node, amount, cipher: amount === truth ? cipherBytes(node) : prover.encrypt(amount) };
    });
    const fromRoot = nodes.toReversed();
    let at = 0;
    const groups = rangeGroups(nodes.length).map((slots) => {
      const members = fromRoot.slice(at, at + slots);
      at += slots;
      return prover.proveRange(members);
    });
    const commitments = groups.flatMap((group) => group.commitments).reverse();
    const equalities = groups.flatMap((group) => group.equalities).reverse();
    const entry = entries[index]!;
    const { amount } = leaves[index]!;
    const own = prover.proveZero(withoutAmount(cipherBytes(entry), amount));
    const path = nodes.map(({ node }, n) => ({
      node,
      commitment: commitments[n]!,
      equality: equalities[n]!,
    }));
    const ranges = groups.map(({ range }) => range);
    return formatPrivateProof({
      statement,
      customer,
      holdings: [{ asset: 'BTC', index, amount, entry, own, path, ranges }],
    });
  };
  return { statement, file };
}

describe('an honest epoch', () => {
  test('every customer is counted in the proved total', () => {
    expect(honest.stated.total).toBe(90n);
    expect(totalsAreProved(files.statement, zkVerifier)).toBe(true);
    for (const [customer, amount] of Object.entries(BOOK)) {
      const report = verifyPrivateProof(
        files.fileOf(customer),
        expects(customer, files.statement),
        zkVerifier,
      );
      expect(report).toEqual({
        exchange: EXCHANGE,
        epoch: EPOCH,
        at: AT,
        holdings: [{ asset: 'BTC', scale: 0, amount, total: 90n }],
        balancesCompared: true,
      });
    }
  });

  test('a file tells nobody else’s amount, and is made once', () => {
    const text = files.fileOf('dai');
    expect(text).not.toContain('"amount":"10"');
    expect(text).not.toContain('"amount":"30"');
    expect(files.fileOf('dai')).toBe(text);
    expect(() => files.fileOf('nobody')).toThrow('in no tree');
  });

  test('several assets in one file, one leaf alone, and the same tree by any number of workers', async () => {
    const eth = await build({ dai: 7n }, EPOCH, 'ETH');
    const both = createPrivateFiles(AT, [eth, honest], secret);
    const about = {
      ...expects('dai', both.statement),
      balances: [
        { asset: 'BTC', amount: 40n },
        { asset: 'ETH', amount: 7n },
      ],
    };
    expect(codeOf(both.fileOf('dai'), about)).toBe(null);
    const none = { ...about, balances: [{ asset: 'BTC', amount: 40n }] };
    expect(codeOf(both.fileOf('dai'), none)).toBe('liabilities-balance');
  });

  test('1,300 accounts by two workers: shards meet, the last one is carried up', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_300 }, (_, n) => [`c${n}`, BigInt(n)]));
    const rows = rowsOf(many);
    const args = {
      exchange: EXCHANGE,
      epoch: EPOCH,
      asset: 'BTC',
      rows,
      epochSecret: secret,
      seed,
      scale: 0,
    };
    const built = await buildPrivateAsset({ ...args, workers: 2 });
    expect(built.stated.total).toBe((1_299n * 1_300n) / 2n);
    expect(built.levels.map((level) => level.length / PRIVATE_NODE_BYTES)).toEqual([
      1_300, 650, 325, 163, 82, 41, 21, 11, 6, 3, 2, 1,
    ]);
    const id = privateTreeId(built.tree);
    const leaf = built.entries.subarray(1_299 * PRIVATE_NODE_BYTES);
    expect(Buffer.compare(privateLeaf(id, leaf, 1_299), built.levels[0]!.subarray(-PRIVATE_NODE_BYTES))).toBe(
      0,
    );
    const some = createPrivateFiles(AT, [built], secret);
    const last = [...built.placeOf].find(([, place]) => place === 1_299)![0];
    for (const customer of ['c7', last])
      expect(codeOf(some.fileOf(customer), expects(customer, some.statement, many[customer]))).toBe(null);
  }, 120_000);
});

describe('sums', () => {
  test('a firm that writes its own honest builder is accepted', () => {
    const own = ownTree(rowsOf(BOOK), (amount) => amount);
    expect(codeOf(own.file('anna', 0), expects('anna', own.statement))).toBe(null);
  });

  test('a negative leaf beside the path is refused, whatever its range proof claims', () => {
    const leaves = [
      { customer: 'anna', amount: 10n },
      { customer: 'ghost', amount: -9n },
      { customer: 'chie', amount: 30n },
      { customer: 'dai', amount: 40n },
    ];
    for (const claim of [0n, 9n]) {
      const own = ownTree(leaves, (amount) => (amount < 0n ? claim : amount));
      expect(own.statement.assets[0]!.total).toBe(71n);
      expect(totalsAreProved(own.statement, zkVerifier)).toBe(true);
      const file = own.file('anna', 0);
      expect(codeOf(file, expects('anna', own.statement))).toBe('liabilities-range');
      // Each of the two proofs alone would let it through; the equality ties the range to the node.
      const blind = { ...zkVerifier, isEqual: () => true };
      expect(verifyPrivateProof(file, expects('anna', own.statement), blind).holdings).toHaveLength(1);
    }
  });

  test('a commitment moved below zero under a true range proof is refused by the range proof alone', () => {
    const nine = ristretto255.Point.BASE.multiply(9n);
    const forged = forge('anna', ({ path }) => ({
      path: path.map((node, n) => {
        const moved = ristretto255.Point.fromBytes(node.commitment).subtract(nine).toBytes();
        return n === 0 ? { ...node, commitment: moved } : node;
      }),
    }));
    const blind = { ...zkVerifier, isEqual: () => true };
    const about = expects('anna', files.statement);
    expect(() => verifyPrivateProof(forged, about, blind)).toThrow(
      'does not show that amounts are 0 or more',
    );
    expect(honestCode(forged, 'anna')).toBe('liabilities-range');
  });

  test('a negative subtree beside the path is refused too', () => {
    const leaves = [
      { customer: 'anna', amount: 10n },
      { customer: 'ben', amount: 10n },
      { customer: 'chie', amount: 30n },
      { customer: 'ghost', amount: -45n },
    ];
    const own = ownTree(leaves, (amount) => (amount < 0n ? 0n : amount));
    expect(codeOf(own.file('anna', 0), expects('anna', own.statement))).toBe('liabilities-range');
  });

  test('another total than the leaves add up to has no proof', () => {
    const stated = files.statement.assets[0]!;
    for (const total of [89n, 91n, 0n]) {
      expect(() => prover.proveZero(withoutAmount(stated.sum, total))).toThrow();
      const statement = { ...files.statement, assets: [{ ...stated, total, proof: zeroProofOf(total) }] };
      expect(totalsAreProved(statement, zkVerifier)).toBe(false);
      const text = formatPrivateProof({ ...parsePrivateProof(files.fileOf('dai')), statement });
      expect(codeOf(text, expects('dai', statement))).toBe('liabilities-sum');
    }
  });

  test('a proved total over another sum than the tree’s is refused', () => {
    const stated = files.statement.assets[0]!;
    const sum = prover.encrypt(50n);
    const proof = prover.proveZero(withoutAmount(sum, 50n));
    const statement = { ...files.statement, assets: [{ ...stated, sum, total: 50n, proof }] };
    expect(totalsAreProved(statement, zkVerifier)).toBe(true);
    const text = formatPrivateProof({ ...parsePrivateProof(files.fileOf('dai')), statement });
    expect(codeOf(text, expects('dai', statement))).toBe('liabilities-sum');
  });

  test('a key that is the neutral point, under which everything would hold anything, proves nothing', () => {
    const stated = files.statement.assets[0]!;
    const nothing = ristretto255.Point.ZERO.toBytes();
    const zero = concatBytes(nothing, nothing);
    const statement = {
      ...files.statement,
      key: nothing,
      assets: [{ ...stated, sum: zero, total: 0n, proof: new Uint8Array(96) }],
    };
    expect(totalsAreProved(statement, zkVerifier)).toBe(false);
  });

  test('64 bits are the limit, by name: for a row, and for the total', async () => {
    await expect(build({ anna: 2n ** 64n })).rejects.toThrow('amount of row 0 is 18446744073709551616');
    await expect(build({ anna: -1n })).rejects.toThrow('amount of row 0 is -1');
    await expect(build({ anna: 2n ** 64n - 1n, ben: 1n })).rejects.toThrow(
      /total 18446744073709551616 .* 64 bits/,
    );
    const most = await build({ anna: 2n ** 64n - 1n, ben: 0n });
    const one = createPrivateFiles(AT, [most], secret);
    expect(codeOf(one.fileOf('ben'), expects('ben', one.statement, 0n))).toBe(null);
    const text = one
      .fileOf('ben')
      .replace('"total":"18446744073709551615"', '"total":"18446744073709551616"');
    expect(codeOf(text, expects('ben', one.statement, 0n))).toBe('bad-liabilities');
  });

  test('an asset of many digits is stated in a larger unit, every amount rounded up', async () => {
    const ether = 10n ** 18n;
    const owed = { anna: 1_000_000n * ether, ben: ether + 1n, chie: 0n };
    await expect(build(owed, EPOCH, 'ETH')).rejects.toThrow('amount of row 0');
    const built = await build(owed, EPOCH, 'ETH', 6);
    expect(built.stated).toMatchObject({ scale: 6, total: 10n ** 18n + 10n ** 12n + 1n });
    const made = createPrivateFiles(AT, [built], secret);
    const about = (customer: string, amount: bigint) => ({
      ...expects(customer, made.statement),
      balances: [{ asset: 'ETH', amount }],
    });
    expect(codeOf(made.fileOf('anna'), about('anna', owed.anna))).toBe(null);
    expect(codeOf(made.fileOf('ben'), about('ben', owed.ben))).toBe(null);
    // Less than one unit more or less is the same amount of units; a unit more is not.
    expect(codeOf(made.fileOf('ben'), about('ben', ether + 1_000_000n))).toBe(null);
    expect(codeOf(made.fileOf('ben'), about('ben', ether + 1_000_001n))).toBe('liabilities-balance');
    expect(codeOf(made.fileOf('chie'), about('chie', 1n))).toBe('liabilities-balance');
    // Another unit is another statement than the log holds.
    const smaller = made.fileOf('ben').replace('"scale":6', '"scale":5');
    expect(codeOf(smaller, about('ben', owed.ben))).toBe('liabilities-root');
    expect(() => privateEpochRoot({ ...made.statement, format: 'sonae/private-liabilities/v1' })).toThrow(
      'has no scale',
    );
  });

  test('a customer cannot be listed twice, and no build exceeds its accounts', async () => {
    const rows = [...rowsOf({ anna: 1n }), ...rowsOf({ anna: 2n })];
    const args = { exchange: EXCHANGE, epoch: EPOCH, asset: 'BTC', epochSecret: secret, seed, scale: 0 };
    await expect(buildPrivateAsset({ ...args, rows })).rejects.toThrow('customer of row 1 is there twice');
    await expect(buildPrivateAsset({ ...args, rows: [] })).rejects.toThrow('rows: 0');
    const crowd = Array.from({ length: 100_001 }, () => rows[0]!);
    await expect(buildPrivateAsset({ ...args, rows: crowd })).rejects.toThrow('rows: 100001');
  });
});

describe('whose leaf', () => {
  test('two customers with equal balances cannot be shown one leaf', () => {
    expect(honestCode(files.fileOf('anna'), 'ben')).toBe('liabilities-leaf');
    const renamed = files.fileOf('anna').replace('"customer":"anna"', '"customer":"ben"');
    expect(honestCode(renamed, 'ben')).toBe('liabilities-leaf');
    const stolen = { ...expects('anna', files.statement), secret: secretOf('ben') };
    expect(codeOf(files.fileOf('anna'), stolen)).toBe('liabilities-leaf');
  });

  test('a leaf with another tag, or at another index, leads elsewhere', () => {
    const ben = parsePrivateProof(files.fileOf('ben')).holdings[0]!;
    const swapped = forge('anna', ({ entry }) => ({
      index: ben.index,
      path: ben.path,
      ranges: ben.ranges,
      own: ben.own,
      entry: concatBytes(entry.subarray(0, 32), ben.entry.subarray(32)),
    }));
    expect(honestCode(swapped, 'anna')).toBe('liabilities-root');
    const index = honest.placeOf.get('anna')!;
    for (const other of [0, 1, 2, 3].filter((n) => n !== index))
      expect(
        honestCode(
          forge('anna', () => ({ index: other })),
          'anna',
        ),
      ).toBe('liabilities-root');
  });

  test('an amount that is not the one in the leaf has no proof, and one counted short is seen', () => {
    const forged = forge('dai', () => ({ amount: 41n, own: zeroProofOf(41n) }));
    expect(codeOf(forged, expects('dai', files.statement, 41n))).toBe('liabilities-balance');
    expect(codeOf(files.fileOf('dai'), expects('dai', files.statement, 41n))).toBe('liabilities-balance');
  });
});

describe('another story', () => {
  test('another root, exchange or epoch', async () => {
    const text = files.fileOf('dai');
    const about = expects('dai', files.statement);
    expect(codeOf(text, { ...about, root: new Uint8Array(32) })).toBe('liabilities-root');
    expect(codeOf(text, { ...about, epoch: '2026-07-31' })).toBe('liabilities-epoch');
    expect(codeOf(text, { ...about, exchange: 'other.example' })).toBe('liabilities-epoch');
    const later = createPrivateFiles(AT, [await build(BOOK, '2026-07-31')], secret);
    const old = parsePrivateProof(text);
    const mixed = formatPrivateProof({ ...parsePrivateProof(later.fileOf('dai')), holdings: old.holdings });
    const aboutLater = { ...about, epoch: '2026-07-31', root: privateEpochRoot(later.statement) };
    expect(codeOf(later.fileOf('dai'), aboutLater)).toBe(null);
    expect(codeOf(mixed, aboutLater)).toBe('liabilities-leaf');
  });

  test('the epoch roots of both modes never meet', () => {
    const { exchange, epoch, at } = files.statement;
    const assets = [{ asset: 'BTC', leaves: 5, credit: 90n, debt: 0n, root: honest.stated.root }];
    expect(epochRoot({ format: LIABILITIES_FORMAT, exchange, epoch, at, assets })).not.toEqual(
      privateEpochRoot(files.statement),
    );
  });

  test('swapped and missing siblings, and proofs moved between nodes', () => {
    const swapped = forge('anna', ({ path }) => ({ path: [path[1]!, path[0]!, ...path.slice(2)] }));
    expect(honestCode(swapped, 'anna')).toBe('liabilities-root');
    // A path that keeps its form, with as many ranges as its length asks: the place of the leaf gives it away.
    const shorter = parsePrivateProof(files.fileOf('chie')).holdings[0]!;
    const others = Object.keys(BOOK).map((name) => parsePrivateProof(files.fileOf(name)).holdings[0]!);
    const longer = others.find(({ path }) => path.length !== shorter.path.length)!;
    const cut = forge('chie', () => ({ path: longer.path, ranges: longer.ranges }));
    expect(honestCode(cut, 'chie')).toBe('liabilities-root');
    const text = files.fileOf('anna');
    const unranged = text.replace(/"ranges":\["[0-9a-f]+",?/, '"ranges":[');
    expect(unranged.length).toBeLessThan(text.length);
    expect(honestCode(unranged, 'anna')).toBe('bad-liabilities');
    const moved = forge('anna', ({ path }) => ({
      path: path.map((node, n) => ({ ...node, equality: path[(n + 1) % path.length]!.equality })),
    }));
    expect(honestCode(moved, 'anna')).toBe('liabilities-range');
  });

  test('every field of a file that is changed by one bit is refused', () => {
    const text = files.fileOf('dai');
    const fields = [...text.matchAll(/"([0-9a-f]{64,})"/g)];
    expect(fields.length).toBeGreaterThan(15);
    for (const field of fields) {
      const at = field.index + 1 + Math.floor(field[1]!.length / 2);
      const digit = (Number.parseInt(text[at]!, 16) ^ 1).toString(16);
      const changed = text.slice(0, at) + digit + text.slice(at + 1);
      expect(honestCode(changed, 'dai'), `digit ${at} of ${field[1]!.slice(0, 16)}`).not.toBe(null);
    }
  });

  test('every truncation is refused as what it is', () => {
    const text = files.fileOf('dai');
    for (let length = 0; length < text.length; length += 97)
      expect(honestCode(text.slice(0, length), 'dai')).toBe('bad-json');
    expect(honestCode(`${text}\n`, 'dai')).toBe('bad-json');
    const extra = text.replace('{"customer"', '{"comment":1,"customer"');
    expect(honestCode(extra, 'dai')).toBe('bad-json');
  });
});

/** Never changed: whoever holds a file of v1 must be able to check it for ever. */
test('vectors/private-liabilities-v1.json verifies', () => {
  for (const { customer, secret: shared, amount, file } of vector.customers) {
    const about = {
      exchange: vector.exchange,
      epoch: vector.epoch,
      root: fromHex(vector.epochRoot),
      customer,
      secret: fromHex(shared),
      balances: [{ asset: vector.asset, amount: BigInt(amount) }],
    };
    const report = verifyPrivateProof(file, about, zkVerifier);
    const { asset, total } = vector;
    expect(report.holdings).toEqual([{ asset, scale: 0, amount: BigInt(amount), total: BigInt(total) }]);
  }
});

/** The same of v2: two assets, one in units of 100,000 of its smallest ones. */
test('vectors/private-liabilities-v2.json verifies', () => {
  const { exchange, epoch, epochRoot: root, totals, customers } = version2;
  for (const { customer, secret: shared, owed, file } of customers) {
    const balances = owed.map(({ asset, amount }) => ({ asset, amount: BigInt(amount) }));
    const whose = { exchange, epoch, root: fromHex(root), customer, secret: fromHex(shared) };
    const { holdings } = verifyPrivateProof(file, { ...whose, balances }, zkVerifier);
    expect(holdings.map(({ asset, scale, total }) => ({ asset, scale, total: String(total) }))).toEqual(
      totals.filter(({ asset }) => owed.some((one) => one.asset === asset)),
    );
  }
  expect(totals.map(({ scale }) => scale)).toEqual([0, 5]);
});
