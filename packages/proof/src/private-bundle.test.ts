/** What open mode's page loads must not grow by private mode, and nothing here may carry a zero-knowledge engine. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const HERE = dirname(fileURLToPath(import.meta.url));

/** Everything that a file imports at run time, its imports' imports included. */
function loadedBy(file: string, seen: Set<string> = new Set()): Set<string> {
  const text = readFileSync(join(HERE, file), 'utf8');
  for (const [, isType, target] of text.matchAll(/^import (type )?[^;]*?from '([^']+)';/gm)) {
    if (isType !== undefined || seen.has(target!)) continue;
    seen.add(target!);
    if (target!.startsWith('./')) loadedBy(target!.slice(2), seen);
  }
  return seen;
}

test('the verifier of open mode loads nothing of private mode and no curve', () => {
  for (const file of [
    'liabilities-proof.ts',
    'liabilities-list.ts',
    'liabilities.ts',
    'liabilities-tree.ts',
  ]) {
    const loaded = [...loadedBy(file)];
    expect(loaded).toContain('./merkle.ts');
    expect(loaded.filter((target) => /private-|reserves-|solvency|curves/.test(target))).toEqual([]);
  }
});

test('the verifier of private mode takes its engine from outside', () => {
  const loaded = [...loadedBy('private-proof.ts')];
  expect(loaded).toContain('./private-tree.ts');
  expect(loaded.filter((target) => !target.startsWith('./')).sort()).toEqual([
    '@noble/curves/ed25519.js',
    '@noble/hashes/sha2.js',
  ]);
});

test('solvency names both modes and loads no group arithmetic of private mode', () => {
  const loaded = [...loadedBy('solvency-verify.ts')];
  expect(loaded).toContain('./private-liabilities.ts');
  expect(loaded).not.toContain('./private-tree.ts');
  expect(loaded).not.toContain('./reserves-drand.ts');
});
