import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import vectors from '../vectors/rfc6962.json' with { type: 'json' };
import { concatBytes, fromHex, toHex } from './bytes.ts';
import {
  appendLeaves,
  consistencyProof,
  emptyFrontier,
  emptyRoot,
  frontierRoot,
  inclusionProof,
  leafHash,
  MAX_TREE_SIZE,
  type NodeReader,
  nodeHash,
  nodesForConsistency,
  nodesForInclusion,
  rootOf,
  type Sha256,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
import { ProofError } from './proof-error.ts';

const nativeSha256: Sha256 = (data) => new Uint8Array(createHash('sha256').update(data).digest());
const MAX_SIZE = 600;
const leaves = Array.from({ length: MAX_SIZE }, (_, at) => leafHash(Uint8Array.of(at >> 8, at & 255)));
const nodes = new Map<string, Uint8Array>();
const grown = appendLeaves(emptyFrontier, leaves, (level, index, hash) =>
  nodes.set(`${level}/${index}`, hash),
);
const read: NodeReader = (level, index) => nodes.get(`${level}/${index}`)!;
const roots = Array.from({ length: MAX_SIZE + 1 }, (_, size) => rootOf(leaves.slice(0, size)));

/** RFC 6962 section 2.1, word for word, as an independent check. */
function rfcRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return nativeSha256(new Uint8Array(0));
  if (hashes.length === 1) return hashes[0]!;
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  const left = rfcRoot(hashes.slice(0, split));
  return nativeSha256(concatBytes(Uint8Array.of(1), left, rfcRoot(hashes.slice(split))));
}

describe('RFC 6962 vectors', () => {
  const vectorLeaves = vectors.leaves.map((hex) => leafHash(fromHex(hex)));
  const vectorNodes = new Map<string, Uint8Array>();
  appendLeaves(emptyFrontier, vectorLeaves, (level, index, hash) =>
    vectorNodes.set(`${level}/${index}`, hash),
  );
  const readVector: NodeReader = (level, index) => vectorNodes.get(`${level}/${index}`)!;

  test('roots', () => {
    expect(toHex(emptyRoot())).toBe(vectors.emptyRoot);
    expect(toHex(rootOf([]))).toBe(vectors.emptyRoot);
    const found = vectors.roots.map((_, at) => toHex(rootOf(vectorLeaves.slice(0, at + 1))));
    expect(found).toEqual(vectors.roots);
  });

  test.each(vectors.inclusion)('inclusion of $index in $size', ({ index, size, proof }) => {
    const made = inclusionProof(index, size, readVector);
    expect(made.map(toHex)).toEqual(proof);
    const root = fromHex(vectors.roots[size - 1]!);
    expect(verifyInclusion({ index, size, leaf: vectorLeaves[index]!, proof: made, root })).toBe(true);
  });

  test.each(vectors.consistency)('consistency of $size1 with $size2', ({ size1, size2, proof }) => {
    const made = consistencyProof(size1, size2, readVector);
    expect(made.map(toHex)).toEqual(proof);
    const [root1, root2] = [fromHex(vectors.roots[size1 - 1]!), fromHex(vectors.roots[size2 - 1]!)];
    expect(verifyConsistency({ size1, size2, root1, root2, proof: made })).toBe(true);
  });
});

describe('building', () => {
  test('frontier, rootOf and the RFC definition agree at every size, with either hash', () => {
    for (let size = 0; size <= MAX_SIZE; size += size < 70 ? 1 : 53) {
      const some = leaves.slice(0, size);
      expect(roots[size]).toEqual(rfcRoot(some));
      expect(rootOf(some, nativeSha256)).toEqual(roots[size]);
    }
    expect(frontierRoot(grown)).toEqual(roots[MAX_SIZE]);
  });

  test('appending in parts equals appending at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_SIZE }), fc.integer({ min: 0, max: MAX_SIZE }), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const part = appendLeaves(emptyFrontier, leaves.slice(0, from));
        const whole = appendLeaves(part, leaves.slice(from, to));
        expect(whole.size).toBe(to);
        expect(frontierRoot(whole)).toEqual(roots[to]);
      }),
    );
  });

  test('onNode tells every complete node once', () => {
    const count = Array.from({ length: 10 }, (_, level) => Math.floor(MAX_SIZE / 2 ** level)).reduce(
      (a, b) => a + b,
    );
    expect(nodes.size).toBe(count);
    expect(read(1, 7)).toEqual(nodeHash(leaves[14]!, leaves[15]!));
  });

  test('refuses bad frontiers, hashes and sizes', () => {
    const bad = [
      () => appendLeaves({ size: 3, hashes: [leaves[0]!] }, []),
      () => appendLeaves({ size: 1, hashes: [new Uint8Array(31)] }, []),
      () => appendLeaves({ size: -1, hashes: [] }, []),
      () => appendLeaves({ size: MAX_TREE_SIZE, hashes: [leaves[0]!] }, [leaves[0]!]),
      () => appendLeaves(emptyFrontier, [new Uint8Array(33)]),
      () => nodeHash(leaves[0]!, new Uint8Array(0)),
      () => inclusionProof(3, 3, read),
      () => inclusionProof(0, 0, read),
      () => inclusionProof(0.5, 3, read),
      () => consistencyProof(4, 3, read),
      () => consistencyProof(-1, 3, read),
    ];
    for (const call of bad) expect(call).toThrow(ProofError);
  });

  test('addresses stay exact in trees far beyond 32 bits', () => {
    const size = MAX_TREE_SIZE - 1;
    const index = 2 ** 40 + 12345;
    expect(nodesForInclusion(index, size).length).toBeGreaterThanOrEqual(47);
    for (const node of [...nodesForInclusion(index, size), ...nodesForConsistency(index, size)]) {
      expect(Number.isSafeInteger(node.index)).toBe(true);
      expect((node.index + 1) * 2 ** node.level).toBeLessThanOrEqual(size);
    }
  });
});

const sizes = fc.integer({ min: 1, max: MAX_SIZE });

describe('inclusion', () => {
  const claims = fc
    .tuple(sizes, fc.nat())
    .map(([size, seed]) => ({ size, index: seed % size }))
    .map(({ size, index }) => ({
      index,
      size,
      leaf: leaves[index]!,
      proof: inclusionProof(index, size, read),
      root: roots[size]!,
    }));

  test('accepts honest proofs, whose nodes are those announced', () => {
    fc.assert(
      fc.property(claims, (claim) => {
        expect(verifyInclusion(claim)).toBe(true);
        expect(verifyInclusion(claim, nativeSha256)).toBe(true);
        const announced = new Set(
          nodesForInclusion(claim.index, claim.size).map((node) => `${node.level}/${node.index}`),
        );
        inclusionProof(claim.index, claim.size, (level, index) => {
          expect(announced.delete(`${level}/${index}`)).toBe(true);
          return read(level, index);
        });
        expect(announced.size).toBe(0);
      }),
    );
  });

  test('refuses another index, leaf, root, and any change of the proof', () => {
    fc.assert(
      fc.property(claims, fc.nat(), fc.nat(), (claim, seed, bit) => {
        const otherIndex = seed % (claim.size + 3);
        fc.pre(otherIndex !== claim.index);
        expect(verifyInclusion({ ...claim, index: otherIndex })).toBe(false);
        expect(verifyInclusion({ ...claim, leaf: flip(claim.leaf, bit) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: flip(claim.root, bit) })).toBe(false);
        for (const proof of changesOf(claim.proof, seed, bit))
          expect(verifyInclusion({ ...claim, proof })).toBe(false);
      }),
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.double(),
        fc.double(),
        fc.array(fc.uint8Array({ maxLength: 40 })),
        (index, size, proof) => {
          const claim = { index, size, leaf: leaves[0]!, proof, root: proof[0] ?? roots[1]! };
          expect(typeof verifyInclusion(claim)).toBe('boolean');
        },
      ),
    );
  });
});

describe('consistency', () => {
  const claims = fc
    .tuple(sizes, fc.nat())
    .map(([size2, seed]) => ({ size2, size1: seed % (size2 + 1) }))
    .map(({ size1, size2 }) => ({
      size1,
      size2,
      root1: roots[size1]!,
      root2: roots[size2]!,
      proof: consistencyProof(size1, size2, read),
    }));

  test('accepts honest proofs, whose nodes are those announced', () => {
    fc.assert(
      fc.property(claims, (claim) => {
        expect(verifyConsistency(claim)).toBe(true);
        expect(verifyConsistency(claim, nativeSha256)).toBe(true);
        const announced = nodesForConsistency(claim.size1, claim.size2).map(
          (node) => `${node.level}/${node.index}`,
        );
        const used: string[] = [];
        consistencyProof(claim.size1, claim.size2, (level, index) => {
          used.push(`${level}/${index}`);
          return read(level, index);
        });
        expect(used).toEqual(announced);
      }),
    );
  });

  test('refuses another old size, roots, and any change of the proof', () => {
    fc.assert(
      fc.property(claims, fc.nat(), fc.nat(), (claim, seed, bit) => {
        const size1 = seed % (claim.size2 + 2);
        fc.pre(size1 !== claim.size1);
        expect(verifyConsistency({ ...claim, size1 })).toBe(false);
        expect(verifyConsistency({ ...claim, root1: flip(claim.root1, bit) })).toBe(false);
        if (claim.size1 > 0)
          expect(verifyConsistency({ ...claim, root2: flip(claim.root2, bit) })).toBe(false);
        for (const proof of changesOf(claim.proof, seed, bit)) {
          expect(verifyConsistency({ ...claim, proof })).toBe(false);
        }
      }),
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), fc.array(fc.uint8Array({ maxLength: 40 })), (size1, size2, proof) => {
        const claim = { size1, size2, root1: roots[size1]!, root2: proof[0] ?? roots[size2]!, proof };
        expect(typeof verifyConsistency(claim)).toBe('boolean');
      }),
    );
  });
});

function flip(bytes: Uint8Array, seed: number): Uint8Array {
  const changed = bytes.slice();
  changed[(seed >> 3) % bytes.length]! ^= 1 << (seed & 7);
  return changed;
}

/** Every kind of single change of a proof at a place given by `seed`. */
function changesOf(proof: readonly Uint8Array[], seed: number, bit: number): Uint8Array[][] {
  const at = seed % (proof.length + 1);
  const changes = [proof.toSpliced(at, 0, leaves[1]!), proof.toSpliced(at, 0, new Uint8Array(0))];
  const here = proof[at];
  if (here === undefined) return changes;
  changes.push(proof.toSpliced(at, 1), proof.toSpliced(at, 0, here), proof.with(at, flip(here, bit)));
  changes.push(proof.with(at, here.subarray(1)));
  return changes;
}
