/** Nothing that is open falls behind what is done. */
import type { ImprovementCheck } from '@sonae/core/app/response/api.ts';
import { expect, test } from 'vitest';
import { shownImprovements } from './improvement-order.ts';

const one = (id: string, outcome: ImprovementCheck['outcome'], dueAt: string): ImprovementCheck =>
  ({ id, outcome, dueAt }) as ImprovementCheck;
const ALL = [
  one('done', 'done', '2026-01-01T00:00:00Z'),
  one('later', 'open', '2026-12-01T00:00:00Z'),
  one('late', 'open', '2026-02-01T00:00:00Z'),
];

test.each([
  ['open', ['late', 'later']],
  ['overdue', ['late']],
  ['all', ['late', 'later', 'done']],
] as const)('%s', (filter, ids) => {
  expect(shownImprovements(ALL, filter, '2026-06-01T00:00:00Z').map(({ id }) => id)).toEqual(ids);
});
