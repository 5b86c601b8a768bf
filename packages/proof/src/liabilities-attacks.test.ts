/**
 * The attacks that proofs of liabilities have fallen to, each carried out by a dishonest firm against our verifier. The
 * firm builds its own trees here, by its own hashing where ours refuses to; what it cannot do is change the verifier.
 */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type Books,
  type Built,
  buildEpoch,
  EPOCH,
  EXCHANGE,
  expectsOf,
  fileFor,
  manyCustomers,
  placesOf,
  secretOf,
  state,
  treeOf,
} from '../test/liabilities-books.ts';
import { concatBytes, toHex, utf8Encode } from './bytes.ts';
import {
  epochRoot,
  isEquivocation,
  LIABILITIES_FORMAT,
  MAX_AMOUNT,
  readAmount,
  type Statement,
  totalOf,
  writeAmount,
} from './liabilities.ts';
import { createListVerifier } from './liabilities-list.ts';
import { detectionProbability } from './liabilities-odds.ts';
import {
  type CustomerExpects,
  type CustomerProof,
  formatCustomerProof,
  parseCustomerProof,
  proveParts,
  verifyCustomerProof,
} from './liabilities-proof.ts';
import { createTagger, leafNode, type TreeRules, treeRules } from './liabilities-tree.ts';
import type { Sha256 } from './merkle.ts';
import { ProofError, type ProofErrorCode } from './proof-error.ts';

const sha256: Sha256 = (data) => createHash('sha256').update(data).digest();

function codeOf(run: () => unknown): ProofErrorCode | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ProofError) return error.code;
    throw error;
  }
}

const verdict = (text: string, expects: CustomerExpects) => codeOf(() => verifyCustomerProof(text, expects));

function listVerdict(statement: Statement, asset: string, entries: Uint8Array): ProofErrorCode | null {
  return codeOf(() => {
    const verifier = createListVerifier(statement, asset, null, sha256);
    verifier.push(entries);
    verifier.end();
  });
}

/** A file with its only part changed. */
function forge(text: string, change: (part: CustomerProof['holdings'][0]['parts'][0]) => object): string {
  const proof = parseCustomerProof(text);
  const holdings = proof.holdings.map(({ asset, parts }) => ({
    asset,
    parts: parts.map((part) => ({ ...part, ...change(part) })),
  }));
  return formatCustomerProof({ ...proof, holdings });
}

/** The firm's own node hash, which also adds up what it should not. */
function wrappingNode({ nodePrefix }: TreeRules, left: Uint8Array, right: Uint8Array): Uint8Array {
  const node = new Uint8Array(64);
  node.set(sha256(concatBytes(nodePrefix, left, right)));
  for (const at of [32, 48])
    writeAmount(BigInt.asUintN(128, readAmount(left, at) + readAmount(right, at)), node, at);
  return node;
}

/** The tree, entry list and statement of leaves that the firm makes up, hashed by `wrappingNode`. */
function ownTree(leaves: readonly { customer: string; credit: bigint; debt?: bigint; part?: number }[]) {
  const tree = {
    format: LIABILITIES_FORMAT,
    exchange: EXCHANGE,
    epoch: EPOCH,
    asset: 'BTC',
    leaves: leaves.length,
  };
  const rules = treeRules(tree);
  const tagOf = createTagger(rules);
  const entries = leaves.map(({ customer, credit, debt = 0n, part = 0 }) => {
    const entry = new Uint8Array(64);
    entry.set(tagOf(secretOf(customer), utf8Encode(customer), part));
    writeAmount(BigInt.asUintN(128, credit), entry, 32);
    writeAmount(debt, entry, 48);
    return entry;
  });
  const levels = [entries.map((entry, index) => leafNode(rules, entry, index))];
  for (let level = levels[0]!; level.length > 1; level = levels.at(-1)!) {
    const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_, n) => {
      const right = level[2 * n + 1];
      return right === undefined ? level[2 * n]! : wrappingNode(rules, level[2 * n]!, right);
    });
    levels.push(pairs);
  }
  const root = levels.at(-1)![0]!;
  const path = (index: number) =>
    levels.slice(0, -1).flatMap((level, height) => {
      const at = Math.floor(index / 2 ** height);
      const sibling = level[at % 2 === 1 ? at - 1 : at + 1];
      return sibling === undefined ? [] : [sibling];
    });
  const total = {
    asset: 'BTC',
    leaves: leaves.length,
    credit: readAmount(root, 32),
    debt: readAmount(root, 48),
  };
  const statement = {
    format: LIABILITIES_FORMAT,
    exchange: EXCHANGE,
    epoch: EPOCH,
    at: '2026-06-30T15:00:00.000Z',
    assets: [],
  };
  const stated: Statement = { ...statement, assets: [{ ...total, root: root.slice(0, 32) }] };
  const file = (customer: string, index: number): string =>
    formatCustomerProof({
      statement: stated,
      customer,
      holdings: [{ asset: 'BTC', parts: [{ index, entry: entries[index]!, path: path(index) }] }],
    });
  return { statement: stated, root: epochRoot(stated), file, list: concatBytes(...entries) };
}

const four = { alice: 10n, bob: 10n, carol: 30n, dave: 40n };
const books: Books = {
  BTC: Object.fromEntries(Object.entries(four).map(([name, credit]) => [name, { credit, debt: 0n }])),
};
const honest = buildEpoch(books);
const expects = (customer: string, built: Pick<Built, 'root'> = honest) => expectsOf(books, built, customer);
const honestTree = honest.assets.get('BTC')!;

test('the firm of these tests can build an honest tree: it is accepted', () => {
  const own = ownTree(Object.entries(four).map(([customer, credit]) => ({ customer, credit })));
  Object.keys(four).forEach((customer, index) => {
    expect(verdict(own.file(customer, index), expects(customer, own))).toBe(null);
  });
  expect(listVerdict(own.statement, 'BTC', own.list)).toBe(null);
});

describe('sums', () => {
  test('another split of the same total between siblings is refused', () => {
    const text = fileFor(honest, 'dave');
    for (const shift of [1n, 5n]) {
      const forged = forge(text, ({ entry, path }) => {
        const first = Uint8Array.from(path[0]!);
        const own = Uint8Array.from(entry);
        writeAmount(readAmount(first, 32) - shift, first, 32);
        writeAmount(readAmount(own, 32) + shift, own, 32);
        return { entry: own, path: [first, ...path.slice(1)] };
      });
      const balances = [{ asset: 'BTC', credit: 40n + shift, debt: 0n }];
      expect(verdict(forged, { ...expects('dave'), balances })).toBe('liabilities-root');
    }
  });

  test('a total understated at the root is refused, with every customer', () => {
    const total = { ...honest.statement.assets[0]!, credit: 40n };
    const statement = { ...honest.statement, assets: [total] };
    const root = epochRoot(statement);
    for (const customer of Object.keys(four)) {
      const text = formatCustomerProof({ ...parseCustomerProof(fileFor(honest, customer)), statement });
      expect(verdict(text, expects(customer, { root }))).toBe('liabilities-sum');
    }
    expect(listVerdict(statement, 'BTC', honestTree.entries)).toBe('liabilities-sum');
  });

  test('a negative balance has no form, and as a huge one it is refused by whoever meets it', () => {
    const own = ownTree([
      { customer: 'alice', credit: 10n },
      { customer: 'ghost', credit: -9n },
      { customer: 'carol', credit: 30n },
    ]);
    expect(own.statement.assets[0]!.credit).toBe(31n);
    expect(verdict(own.file('alice', 0), expects('alice', own))).toBe('liabilities-sum');
    expect(listVerdict(own.statement, 'BTC', own.list)).toBe('liabilities-sum');
    const text = own.file('carol', 2).replace('"credit":"30"', '"credit":"-30"');
    expect(verdict(text, expects('carol', own))).toBe('bad-liabilities');
  });

  test('two ghosts that cancel each other take nothing off what is owed to people', () => {
    const own = ownTree([
      { customer: 'ghost-1', credit: MAX_AMOUNT },
      { customer: 'ghost-2', credit: 1n },
      { customer: 'carol', credit: 30n },
      { customer: 'dave', credit: 40n },
    ]);
    expect(own.statement.assets[0]!.credit).toBe(70n);
    expect(verdict(own.file('carol', 2), expects('carol', own))).toBe(null);
    expect(listVerdict(own.statement, 'BTC', own.list)).toBe('liabilities-sum');
  });

  test('amounts that exceed 128 bits together are refused by the honest builder too', () => {
    const huge = { credit: MAX_AMOUNT, debt: 0n };
    expect(codeOf(() => buildEpoch({ BTC: { a: huge, b: { credit: 1n, debt: 0n } } }))).toBe(
      'liabilities-sum',
    );
    expect(codeOf(() => buildEpoch({ BTC: { a: huge, b: { credit: 0n, debt: 0n } } }))).toBe(null);
    const debts = { a: { credit: 0n, debt: MAX_AMOUNT }, b: { credit: 0n, debt: 1n } };
    expect(codeOf(() => buildEpoch({ BTC: debts }))).toBe('liabilities-sum');
  });

  test('an amount that is not the one in the leaf is refused', () => {
    const forged = forge(fileFor(honest, 'carol'), ({ entry }) => {
      const own = Uint8Array.from(entry);
      writeAmount(29n, own, 32);
      return { entry: own };
    });
    const balances = [{ asset: 'BTC', credit: 29n, debt: 0n }];
    expect(verdict(forged, { ...expects('carol'), balances })).toBe('liabilities-root');
  });

  test('a balance counted short is seen by its owner', () => {
    const short = buildEpoch({ BTC: { ...books.BTC, carol: { credit: 29n, debt: 0n } } });
    expect(verdict(fileFor(short, 'carol'), expects('carol', short))).toBe('liabilities-balance');
    expect(verdict(fileFor(short, 'dave'), expects('dave', short))).toBe(null);
  });
});

describe('whose leaf', () => {
  test('two customers with equal balances cannot be shown one leaf', () => {
    const own = ownTree([
      { customer: 'alice', credit: 10n },
      { customer: 'carol', credit: 30n },
    ]);
    expect(verdict(own.file('alice', 0), expects('alice', own))).toBe(null);
    expect(verdict(own.file('alice', 0), expects('bob', own))).toBe('liabilities-leaf');
    expect(verdict(own.file('bob', 0), expects('bob', own))).toBe('liabilities-leaf');
    const sameSecret = { ...expects('bob', own), secret: secretOf('alice') };
    expect(verdict(own.file('bob', 0), sameSecret)).toBe('liabilities-leaf');
    const sameId = { ...expects('alice', own), secret: secretOf('bob') };
    expect(verdict(own.file('alice', 0), sameId)).toBe('liabilities-leaf');
  });

  test('one leaf cannot count as two parts of a customer', () => {
    const own = ownTree([{ customer: 'alice', credit: 5n }]);
    const proof = parseCustomerProof(own.file('alice', 0));
    const part = proof.holdings[0]!.parts[0]!;
    const text = formatCustomerProof({ ...proof, holdings: [{ asset: 'BTC', parts: [part, part] }] });
    expect(verdict(text, expects('alice', own))).toBe('liabilities-leaf');
    const claimed = parseCustomerProof(text);
    const tag = createTagger(
      treeRules({ format: LIABILITIES_FORMAT, exchange: EXCHANGE, epoch: EPOCH, asset: 'BTC', leaves: 1 }),
    );
    const entry = Uint8Array.from(part.entry);
    entry.set(tag(secretOf('alice'), utf8Encode('alice'), 1));
    const parts = [part, { ...part, entry }];
    const retagged = formatCustomerProof({ ...claimed, holdings: [{ asset: 'BTC', parts }] });
    expect(verdict(retagged, expects('alice', own))).toBe('liabilities-leaf');
  });

  test('a part that is held back is missed, and one listed twice is seen in the list', () => {
    const split = buildEpoch(books, 3);
    const proof = parseCustomerProof(fileFor(split, 'dave'));
    const keep = (from: number, to: number) =>
      formatCustomerProof({
        ...proof,
        holdings: [{ asset: 'BTC', parts: proof.holdings[0]!.parts.slice(from, to) }],
      });
    expect(verdict(keep(0, 3), expects('dave', split))).toBe(null);
    expect(verdict(keep(0, 2), expects('dave', split))).toBe('liabilities-balance');
    expect(verdict(keep(1, 3), expects('dave', split))).toBe('liabilities-leaf');
    const twice = ownTree([
      { customer: 'alice', credit: 5n },
      { customer: 'alice', credit: 5n },
    ]);
    const owner = { customer: 'alice', secret: secretOf('alice') };
    const verifier = createListVerifier(twice.statement, 'BTC', owner, sha256);
    expect(codeOf(() => verifier.push(twice.list))).toBe('liabilities-leaf');
    const gap = ownTree([{ customer: 'alice', credit: 5n, part: 1 }]);
    const search = createListVerifier(gap.statement, 'BTC', owner, sha256);
    search.push(gap.list);
    expect(codeOf(() => search.end())).toBe('liabilities-leaf');
  });

  test('a leaf moved to another index is refused', () => {
    const index = placesOf(honestTree, 'alice')[0]!;
    for (const other of [0, 1, 2, 3].filter((n) => n !== index))
      expect(
        verdict(
          forge(fileFor(honest, 'alice'), () => ({ index: other })),
          expects('alice'),
        ),
      ).toBe('liabilities-root');
    expect(
      verdict(
        forge(fileFor(honest, 'alice'), () => ({ index: 4 })),
        expects('alice'),
      ),
    ).toBe('liabilities-root');
  });
});

describe('shape and hashing', () => {
  test('a duplicated last leaf makes another root', () => {
    const three = ['alice', 'bob', 'carol'].map((customer) => ({ customer, credit: 10n }));
    const own = ownTree(three);
    const doubled = ownTree([...three, three[2]!]);
    expect(toHex(own.statement.assets[0]!.root)).not.toBe(toHex(doubled.statement.assets[0]!.root));
    expect(listVerdict(own.statement, 'BTC', concatBytes(own.list, own.list.slice(128)))).toBe(
      'bad-liabilities',
    );
    const padded = { ...own.statement.assets[0]!, leaves: 4 };
    const statement = { ...own.statement, assets: [padded] };
    const file = formatCustomerProof({ ...parseCustomerProof(own.file('carol', 2)), statement });
    expect(verdict(file, expects('carol', { root: epochRoot(statement) }))).toBe('liabilities-leaf');
  });

  test('a tree stated larger or smaller than it is, is refused', () => {
    const text = fileFor(honest, 'bob');
    for (const leaves of [1, 2, 3, 5, 8, 1_000]) {
      const statement = { ...honest.statement, assets: [{ ...honest.statement.assets[0]!, leaves }] };
      const root = epochRoot(statement);
      const file = formatCustomerProof({ ...parseCustomerProof(text), statement });
      expect(verdict(file, expects('bob', { root }))).toBe('liabilities-leaf');
      expect(listVerdict(statement, 'BTC', honestTree.entries)).toBe('bad-liabilities');
    }
  });

  test('an inner node passes for no leaf, and a leaf for no node', () => {
    const proof = parseCustomerProof(fileFor(honest, 'alice'));
    const part = proof.holdings[0]!.parts[0]!;
    const inner = forge(fileFor(honest, 'alice'), ({ path }) => ({ entry: path[1]!, path: path.slice(1) }));
    expect(verdict(inner, expects('alice'))).toBe('liabilities-leaf');
    expect(
      verdict(
        forge(fileFor(honest, 'alice'), () => ({ path: part.path.slice(1) })),
        expects('alice'),
      ),
    ).toBe('liabilities-root');
    const longer = forge(fileFor(honest, 'alice'), ({ path }) => ({ path: [...path, path[0]!] }));
    expect(verdict(longer, expects('alice'))).toBe('liabilities-root');
  });

  test('swapped children are refused', () => {
    const swapped = forge(fileFor(honest, 'alice'), ({ index }) => ({
      index: index % 2 === 0 ? index + 1 : index - 1,
    }));
    expect(verdict(swapped, expects('alice'))).toBe('liabilities-root');
    const reordered = forge(fileFor(honest, 'alice'), ({ path }) => ({ path: [...path].reverse() }));
    expect(verdict(reordered, expects('alice'))).toBe('liabilities-root');
    const { entries } = honestTree;
    const exchanged = concatBytes(entries.slice(64, 128), entries.slice(0, 64), entries.slice(128));
    expect(listVerdict(honest.statement, 'BTC', exchanged)).toBe('liabilities-root');
  });

  test('a blank leaf with an amount raises what is owed; there is no filling that lowers it', () => {
    const entries = Uint8Array.from(honestTree.entries);
    const filled = concatBytes(entries, new Uint8Array(64).fill(0, 0, 32));
    writeAmount(1_000n, filled, entries.length + 32);
    const tree = { ...honestTree.tree, leaves: 5 };
    const built = state(new Map([['BTC', treeOf(tree, [], filled)]]));
    expect(totalOf(built.statement, 'BTC').credit).toBe(1_090n);
    expect(listVerdict(honest.statement, 'BTC', filled)).toBe('bad-liabilities');
  });

  test('a digest cut to 8 or 20 bytes has no form', () => {
    for (const bytes of [8, 20]) {
      const text = fileFor(honest, 'alice').replace(/"hash":"([0-9a-f]+)"/, (_, hash: string) => {
        return `"hash":"${hash.slice(0, bytes * 2)}"`;
      });
      expect(verdict(text, expects('alice'))).toBe('bad-liabilities');
    }
  });
});

describe('which statement', () => {
  test('a statement made for one customer is not the one in the log, and both together are evidence', () => {
    const forBob = buildEpoch({ BTC: { bob: { credit: 10n, debt: 0n } } });
    expect(verdict(fileFor(forBob, 'bob'), expects('bob', forBob))).toBe(null);
    expect(verdict(fileFor(forBob, 'bob'), expects('bob', honest))).toBe('liabilities-root');
    expect(isEquivocation(forBob.statement, honest.statement)).toBe(true);
  });

  test('an older epoch, another exchange', () => {
    const older = buildEpoch(books, 1, 0, '2026-05-31');
    expect(verdict(fileFor(older, 'bob'), expects('bob', older))).toBe('liabilities-epoch');
    expect(verdict(fileFor(honest, 'bob'), { ...expects('bob'), exchange: 'other.example' })).toBe(
      'liabilities-epoch',
    );
    // An old tree under a new name: its tags and leaves say which epoch they are of.
    const statement = { ...older.statement, epoch: EPOCH };
    const file = formatCustomerProof({ ...parseCustomerProof(fileFor(older, 'bob')), statement });
    expect(verdict(file, expects('bob', { root: epochRoot(statement) }))).toBe('liabilities-leaf');
  });

  test('an asset of which the statement says nothing, or that stands in another asset’s tree', () => {
    const two: Books = { ...books, ETH: { alice: { credit: 10n, debt: 0n } } };
    expect(verdict(fileFor(honest, 'alice'), expectsOf(two, honest, 'alice'))).toBe('liabilities-balance');
    const proof = parseCustomerProof(fileFor(honest, 'alice'));
    const holdings = [...proof.holdings, { ...proof.holdings[0]!, asset: 'ETH' }];
    expect(verdict(formatCustomerProof({ ...proof, holdings }), expectsOf(two, honest, 'alice'))).toBe(
      'liabilities-balance',
    );
    const built = buildEpoch(two);
    const moved = parseCustomerProof(fileFor(built, 'bob')).holdings[0]!;
    const text = formatCustomerProof({
      statement: built.statement,
      customer: 'bob',
      holdings: [{ ...moved, asset: 'ETH' }],
    });
    expect(verdict(text, { ...expects('bob', built), balances: null })).toBe('liabilities-leaf');
  });
});

describe('netting', () => {
  test('invented debtors and debts change the column of debts, never what is owed to customers', () => {
    const owing = { credit: 0n, debt: 1_000_000n };
    const built = buildEpoch({ BTC: { ...books.BTC, ghost: owing, ghost2: { credit: 1n, debt: 5_000n } } });
    expect(totalOf(built.statement, 'BTC')).toMatchObject({ credit: 91n, debt: 1_005_000n });
    expect(verdict(fileFor(built, 'alice'), expects('alice', built))).toBe(null);
  });

  test('a debt pinned on a customer is seen by that customer', () => {
    const built = buildEpoch({ BTC: { ...books.BTC, alice: { credit: 10n, debt: 9n } } });
    expect(verdict(fileFor(built, 'alice'), expects('alice', built))).toBe('liabilities-balance');
  });

  test('value cannot wander from one asset to another: each has its own leaves and sums', () => {
    const two: Books = {
      BTC: books.BTC!,
      ETH: { alice: { credit: 7n, debt: 0n }, bob: { credit: 8n, debt: 0n } },
    };
    const moved: Books = {
      BTC: { ...books.BTC, alice: { credit: 9n, debt: 0n } },
      ETH: { ...two.ETH, alice: { credit: 8n, debt: 0n } },
    };
    const built = buildEpoch(moved);
    expect(verdict(fileFor(built, 'alice'), expectsOf(two, built, 'alice'))).toBe('liabilities-balance');
    const swapped = built.statement.assets.map((total, n) => {
      const other = built.statement.assets[1 - n]!;
      return { ...total, credit: other.credit, debt: other.debt };
    });
    const statement = { ...built.statement, assets: swapped };
    const text = formatCustomerProof({ ...parseCustomerProof(fileFor(built, 'bob')), statement });
    expect(verdict(text, expectsOf(two, { root: epochRoot(statement) }, 'bob'))).toBe('liabilities-sum');
  });
});

describe('leaving customers out', () => {
  test('the one left out has no leaf to be shown, in no file and not in the list', () => {
    const { carol: _, ...rest } = books.BTC!;
    const built = buildEpoch({ BTC: rest });
    expect(verdict(fileFor(built, 'carol'), expects('carol', built))).toBe('liabilities-balance');
    const { source, entries } = built.assets.get('BTC')!;
    for (let index = 0; index < 3; index++) {
      const holdings = [proveParts(source, [index])];
      const text = formatCustomerProof({ statement: built.statement, customer: 'carol', holdings });
      expect(verdict(text, expects('carol', built))).toBe('liabilities-leaf');
    }
    const owner = { customer: 'carol', secret: secretOf('carol') };
    const list = createListVerifier(built.statement, 'BTC', owner, sha256);
    list.push(entries);
    expect(list.end().own).toEqual({ credit: 0n, debt: 0n, parts: 0 });
  });

  test('is noticed as often as the formula says, when customers drawn at random check', () => {
    const all = manyCustomers(60);
    const names = Object.keys(all);
    const omitted = new Set(names.slice(0, 6));
    const built = buildEpoch({ BTC: Object.fromEntries(names.slice(6).map((name) => [name, all[name]!])) });
    const complains = new Map(
      names.map((name) => [
        name,
        verdict(fileFor(built, name), expectsOf({ BTC: all }, built, name)) !== null,
      ]),
    );
    expect(names.filter((name) => complains.get(name))).toEqual([...omitted]);
    const runs = 4_000;
    const checks = 8;
    let noticed = 0;
    for (let run = 0; run < runs; run++) {
      const drawn = names
        .map((name) => ({ name, key: toHex(sha256(utf8Encode(`${run} ${name}`))) }))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, checks);
      if (drawn.some(({ name }) => complains.get(name))) noticed++;
    }
    const expected = detectionProbability({ customers: 60, omitted: 6, checks });
    // Standard deviation of the share is below 0.008.
    expect(Math.abs(noticed / runs - expected)).toBeLessThan(0.03);
  });
});
