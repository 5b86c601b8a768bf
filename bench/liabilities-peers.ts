/** Merkle trees of other people, for the bench of liabilities: leaves a second of building one over ready hashes. */
import { hash } from 'node:crypto';
import { SimpleMerkleTree } from '@openzeppelin/merkle-tree';
import { MerkleTree } from 'fixed-merkle-tree';

const RUNS = 3;

/** Best of some runs, with SHA-256 of node:crypto over hex text, which is the form its elements have. */
export function fixedMerkleTreeRate(leaves: number): number {
  const elements = Array.from({ length: leaves }, (_, n) => hash('sha256', String(n)));
  const hashFunction = (left: string | number, right: string | number) => hash('sha256', `${left}${right}`);
  const options = { hashFunction, zeroElement: '0'.repeat(64) };
  const levels = Math.ceil(Math.log2(leaves));
  return bestRate(leaves, () => new MerkleTree(levels, elements, options).root);
}

/** One run, as it takes seconds: keccak-256, sorted leaves, as its own format asks. */
export function openZeppelinRate(leaves: number): number {
  const values = Array.from({ length: leaves }, (_, n) => hash('sha256', String(n), 'buffer'));
  return rate(leaves, () => SimpleMerkleTree.of(values).root);
}

function bestRate(leaves: number, build: () => unknown): number {
  return Math.max(...Array.from({ length: RUNS }, () => rate(leaves, build)));
}

function rate(leaves: number, build: () => unknown): number {
  const startedAt = performance.now();
  build();
  return leaves / ((performance.now() - startedAt) / 1000);
}
