/** Documents stay true: the reference is what the registry says, and every path that a document cites exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { registry } from '@sonae/core/app/modules.ts';
import { FAULTS } from '@sonae/core/kernel/errors.ts';
import { describe, expect, test } from 'vitest';
import { referencePages } from '../bin/reference.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

function markdownFiles(dir: string): string[] {
  return readdirSync(join(ROOT, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory())
      return ['node_modules', 'dist', '.git', '.sonae'].includes(entry.name) ? [] : markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

describe('the reference', () => {
  test.each(Object.entries(referencePages()))('docs/reference/%s is up to date', (name, text) => {
    expect(read(`docs/reference/${name}`), 'run `npm run reference` and commit the result').toBe(text);
  });

  test('names every fact, control, command, refusal and fault, and nothing that does not exist', () => {
    const listed = (page: string, pattern: RegExp): string[] =>
      [...read(`docs/reference/${page}`).matchAll(pattern)].map((m) => m[1] ?? '').sort();
    expect(listed('facts.md', /^### (\S+) @/gm)).toEqual([...registry.facts.keys()].sort());
    expect(listed('commands.md', /^## (\S+\.\S+)$/gm)).toEqual([...registry.commands.keys()].sort());
    expect(listed('controls.md', /^## (\S+\.\S+)$/gm)).toEqual(registry.controls.map(({ id }) => id).sort());
    expect(listed('faults.md', /^`(\S+)`: /gm)).toEqual(Object.keys(FAULTS).sort());
    const refusals = [...registry.commands.values()].flatMap((c) => Object.keys(c.refusals));
    const listedRefusals = new Set(listed('commands.md', /^\| `([a-z-]+)` \| [A-Z]/gm));
    expect([...new Set([...refusals, 'not-permitted', 'unknown-command'])].sort()).toEqual(
      [...listedRefusals].sort(),
    );
  });

  test('every refusal in the code is declared, and every declared one can happen', () => {
    for (const { noun } of registry.modules) {
      const path = `packages/core/src/nouns/${noun}/decisions`;
      const text = sourceFiles(`packages/core/src/nouns/${noun}`)
        .filter((file) => file.startsWith(path))
        .map(read)
        .join('\n');
      const used = new Set([...text.matchAll(/refuse\(\s*'([a-z-]+)'/g)].map((m) => m[1] ?? ''));
      const declared = new Set(
        [...registry.commands.values()]
          .filter((c) => c.name.startsWith(`${noun}.`))
          .flatMap((c) => Object.keys(c.refusals)),
      );
      expect([...used].sort(), `${path}: refusals used and declared`).toEqual([...declared].sort());
    }
  });

  test('every fault code is thrown somewhere', () => {
    const source = sourceFiles('packages').map(read).join('\n');
    for (const code of Object.keys(FAULTS)) {
      const uses = source.split(`'${code}'`).length - 1;
      expect(uses, `fault ${code} is defined but never used: throw it or delete it`).toBeGreaterThan(1);
    }
  });
});

function sourceFiles(dir: string): string[] {
  return readdirSync(join(ROOT, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : sourceFiles(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

describe('documents', () => {
  /** Things that look like paths of this repository: at least one slash and a known first folder, or a root document. */
  const CITED =
    /(?<![\w./-])((?:packages|docs|test|bench|bin|sim|examples|contracts|deploy)\/[\w./-]*\w|[A-Z]+\.md|README\.ja\.md)/g;

  test.each(markdownFiles('.'))('%s cites only paths that exist', (file) => {
    const missing = [...read(file).matchAll(CITED)]
      .map((m) => m[1] ?? '')
      .filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, dirname(file), path)));
    expect(missing, `${file}: correct the path or create the file`).toEqual([]);
  });

  test.each(markdownFiles('.'))('%s links only to pages that exist', (file) => {
    const missing = [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map((m) => m[1] ?? '')
      .filter((path) => !existsSync(join(ROOT, dirname(file), path)));
    expect(missing, `${file}: relative to ${relative(ROOT, dirname(join(ROOT, file)))}`).toEqual([]);
  });

  test('source comments cite only documents that exist', () => {
    const missing = sourceFiles('packages').flatMap((file) =>
      [...read(file).matchAll(/docs\/[\w/-]+\.md/g)]
        .map((m) => m[0])
        .filter((path) => !existsSync(join(ROOT, path)))
        .map((path) => `${file}: ${path}`),
    );
    expect(missing).toEqual([]);
  });
});
