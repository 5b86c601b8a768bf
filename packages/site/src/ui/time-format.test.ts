/** Times carry their date and offset label; UTC repeats the date only where it differs. */
import { expect, it } from 'vitest';
import { durationText, momentText } from './time-format.ts';

it.each([
  ['2023-03-11T03:24:00Z', 'Asia/Tokyo', '2023-03-11 12:24 JST · 03:24 UTC'],
  ['2023-03-10T23:12:00Z', 'Asia/Tokyo', '2023-03-11 08:12 JST · 03-10 23:12 UTC'],
  ['2023-03-11T03:24:00Z', 'UTC', '2023-03-11 03:24 UTC'],
  ['2023-03-11T03:24:00Z', 'Europe/London', '2023-03-11 03:24 UTC'],
])('%s in %s', (iso, zone, expected) => {
  expect(momentText(Date.parse(iso), zone)).toBe(expected);
});

it('prints durations in two units', () => {
  expect(durationText(332 * 60_000, 'en')).toBe('5 h 32 min');
  expect(durationText(76 * 3_600_000, 'ja')).toBe('3日 4時間');
});
