/** What the guides print as configuration is taken as it is printed, every block of it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policySchema } from '@sonae/core/nouns/custody/facts/policy.ts';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../packages/server/src/config.ts';

const GUIDES = new URL('../docs/guides/', import.meta.url);
const dir = mkdtempSync(join(tmpdir(), 'sonae-guides-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const FIELDS = Object.keys(readConfig(undefined));
type Block = { readonly where: string; readonly language: string; readonly text: string };
const BLOCKS: readonly Block[] = readdirSync(GUIDES).flatMap((name) => {
  const guide = readFileSync(new URL(name, GUIDES), 'utf8');
  return [...guide.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    where: `${name}:${guide.slice(0, match.index).split('\n').length}`,
    language: match[1] ?? '',
    text: match[2] ?? '',
  }));
});
const objects = BLOCKS.filter(({ language }) => language === 'json').map(({ where, text }) => ({
  where,
  value: JSON.parse(text) as object,
}));
const policies = objects.filter(({ value }) => 'bands' in value);
const configs = objects.filter(
  ({ value }) => !('bands' in value) && Object.keys(value).some((key) => FIELDS.includes(key)),
);

test.each(configs)('$where is a configuration', ({ value }) => {
  const path = join(dir, 'config.json');
  writeFileSync(path, JSON.stringify(value));
  expect(() => readConfig(path)).not.toThrow();
});

test.each(policies)('$where is a policy of custody', ({ value }) => {
  expect(policySchema.safeParse(value).error).toBeUndefined();
});

test('every part of reserves is printed, and nothing of a configuration as a fragment', () => {
  const parts = configs.flatMap(({ value }) =>
    'reserves' in value ? Object.keys(value.reserves as object) : [],
  );
  expect([...new Set(parts)].sort()).toEqual(Object.keys(readConfig(undefined).reserves).sort());
  expect(policies).not.toEqual([]);
  const fragments = BLOCKS.filter(({ text }) =>
    FIELDS.some((field) => text.trimStart().startsWith(`"${field}":`)),
  );
  expect(fragments.map(({ where }) => where)).toEqual([]);
});
