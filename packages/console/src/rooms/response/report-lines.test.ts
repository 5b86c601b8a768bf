/** What is written as lines becomes the timeline of the report, or is said to be none. */
import { expect, test } from 'vitest';
import { parseReportLines, reportLine } from './report-lines.ts';

test('lines become entries, and entries lines', () => {
  const written = '2026-11-22T03:24 | It began | 発生\n\n2026-11-22T04:00Z|Contained|封じ込め';
  const entries = parseReportLines(written);
  expect(entries).toEqual([
    { at: '2026-11-22T03:24:00.000Z', text: { en: 'It began', ja: '発生' } },
    { at: '2026-11-22T04:00:00.000Z', text: { en: 'Contained', ja: '封じ込め' } },
  ]);
  expect(entries?.map(reportLine)).toEqual([
    '2026-11-22T03:24 | It began | 発生',
    '2026-11-22T04:00 | Contained | 封じ込め',
  ]);
});

test.each([
  ['nothing', ''],
  ['no time', 'yesterday | a | b'],
  ['one language', '2026-11-22T03:24 | It began'],
  ['four parts', '2026-11-22T03:24 | a | b | c'],
  ['too many', Array.from({ length: 201 }, () => '2026-11-22T03:24 | a | b').join('\n')],
])('%s is no timeline', (_, written) => expect(parseReportLines(written)).toBeNull());
