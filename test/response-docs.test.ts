/**
 * Every article of the emergency rule and every paragraph of the incident-response source has a row that says what answers
 * it, and whatever a row names exists: commands, facts, duties, classes, fields, tasks, rooms, addresses.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { registry } from '@sonae/core/app/modules.ts';
import { CRITERIA } from '@sonae/core/nouns/incidents/engine/severity.ts';
import { INCIDENT_ROLES, KINDS, MILESTONES } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { NOUN_ORDER } from '@sonae/core/nouns/order.ts';
import { shippedBook } from '@sonae/core/nouns/plans/engine/books.ts';
import { STAGES, TRAINING_KINDS } from '@sonae/core/nouns/plans/facts/plan.ts';
import { DOCUMENT_SETS } from '@sonae/core/nouns/reports/engine/document-sets.ts';
import { DUTIES } from '@sonae/core/nouns/reports/engine/duties.ts';
import { FIELDS } from '@sonae/core/nouns/reports/engine/fields.ts';
import { FORMS } from '@sonae/core/nouns/reports/engine/forms.ts';
import { describe, expect, test } from 'vitest';
import { ADDRESSES } from '../packages/server/src/http/addresses.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');

/** Articles, paragraphs and items of the rule, and the guideline's sections, as they are numbered. */
const ARTICLES = [
  ...['1', '2', '3', '4', '5(1)', '5(2)(1)', '5(2)(2)', '5(2)(3)', '5(3)', '6(1)', '6(2)'],
  ...[1, 2, 3, 4, 5, 6, 7].map((n) => `7(${n})`),
  ...[1, 2, 3, 4].map((n) => `8(${n})`),
  ...[
    '9(1)',
    '9(2)',
    '10',
    '11(1)',
    '11(2)',
    '11(3)',
    '12(1)',
    '12(2)',
    '12(3)',
    '13(1)',
    '13(2)',
    '14(1)',
    '14(2)',
  ],
  ...['15(1)', '15(2)', '15(3)'],
  ...[1, 2, 3, 4, 5, 6].map((n) => `16(${n})`),
  ...['GL 7(1)', 'GL 7(4)', 'GL 8', 'GL 9'],
];
const PARAGRAPHS = Array.from({ length: 20 }, (_, i) => String(i + 1));

const rowsOf = (path: string): string[][] =>
  read(path)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('|---'))
    .slice(1)
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );

const tasks = KINDS.flatMap((kind) =>
  STAGES.flatMap((stage) => shippedBook(kind, stage).tasks.map(({ id }) => id)),
);
const rooms = [...read('packages/console/src/router.tsx').matchAll(/path: '(\/[^']*)'/g)].map(
  (match) => `/console${match[1]}`,
);
/** Everything that a row may name in backticks. */
const KNOWN = new Set<string>([
  ...registry.commands.keys(),
  ...registry.facts.keys(),
  ...registry.controls.map(({ id }) => id),
  ...DUTIES.map(({ id }) => id),
  ...FORMS.flatMap(({ id, group }) => [id, group]),
  ...Object.keys(DOCUMENT_SETS),
  ...Object.keys(FIELDS),
  ...CRITERIA.map(({ id }) => id),
  ...KINDS,
  ...MILESTONES,
  ...INCIDENT_ROLES,
  ...TRAINING_KINDS,
  ...tasks,
  ...NOUN_ORDER,
  ...rooms,
  ...ADDRESSES.map(({ path }) => path),
  'sonae replay outflow-2026',
]);

describe.each([
  ['docs/explain/emergency-rule.md', ARTICLES],
  ['docs/explain/incident-response.md', PARAGRAPHS],
] as const)('%s', (path, wanted) => {
  const rows = rowsOf(path);

  test('has a row for each, in order, and no other', () =>
    expect(rows.map(([id]) => id)).toEqual([...wanted]));

  test('every row says what answers it', () => {
    for (const [id, asks, answers] of rows) {
      expect(asks?.length, `${id}: what it asks`).toBeGreaterThan(10);
      expect(answers?.length, `${id}: what answers it`).toBeGreaterThan(10);
    }
  });

  test('whatever a row names exists', () => {
    const unknown = rows.flatMap(([id, , ...cells]) =>
      [...cells.join(' ').matchAll(/`([^`]+)`/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !KNOWN.has(name))
        .map((name) => `${id}: ${name}`),
    );
    expect(unknown, 'name what exists, or build it').toEqual([]);
  });
});
