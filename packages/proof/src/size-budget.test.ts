import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import budget from '../size-budget.json' with { type: 'json' };

type Bundle = { output: { code?: string }[] };
type Bundler = { build(options: object): Promise<Bundle> };

/** Comes with vite; the package itself does not need it. */
const bundlerName: string = 'rolldown';
const bundler: Bundler | undefined = await import(bundlerName).catch(() => undefined);
const limits: Record<string, number> = budget.maxGzipBytes;

test('every subpath has a budget', () => {
  expect(Object.keys(limits).sort()).toEqual(Object.keys(manifest.exports).sort());
});

test('every module is exported', () => {
  for (const file of Object.values(manifest.exports)) {
    expect(readFileSync(fileURLToPath(new URL(`../${file}`, import.meta.url)), 'utf8')).toContain('export');
  }
});

test.skipIf(bundler === undefined).each(Object.entries(manifest.exports))(
  '%s stays in its budget (minified and gzipped)',
  async (subpath, file) => {
    const input = fileURLToPath(new URL(`../${file}`, import.meta.url));
    const { output } = await bundler!.build({
      input,
      write: false,
      output: { minify: true },
      logLevel: 'silent',
    });
    const bytes = gzipSync(output.map((chunk) => chunk.code ?? '').join(''), { level: 9 }).length;
    if (process.env.PRINT_SIZES) console.log(subpath, bytes);
    expect(bytes).toBeLessThanOrEqual(limits[subpath]!);
  },
);
