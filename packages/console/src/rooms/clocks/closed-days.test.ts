/** Only days of the calendar count as closed. */
import { expect, test } from 'vitest';
import { badDays } from './closed-days.ts';

test('days that do not exist, or are written otherwise, are named', () => {
  const written = ['2026-12-31', '2026-02-30', '2026-13-01', '31.12.2026', '2028-02-29'];
  expect(badDays(written)).toEqual(['2026-02-30', '2026-13-01', '31.12.2026']);
});
