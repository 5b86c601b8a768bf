/** Tables for times and durations: zone label always there, dates only where they are not obvious. */
import { describe, expect, it } from 'vitest';
import { axisLabels, durationText, momentText, utcText, zoneLabel } from './time-format.ts';

const at = (iso: string): number => Date.parse(iso);
const NOW = at('2023-03-11T03:24:00Z');

describe('momentText', () => {
  it.each([
    ['same day', '2023-03-11T03:24:00Z', 'Asia/Tokyo', 'clock', '12:24 JST · 03:24 UTC'],
    [
      'UTC still on the day before',
      '2023-03-10T23:12:00Z',
      'Asia/Tokyo',
      'clock',
      '08:12 JST · 03-10 23:12 UTC',
    ],
    ['another day', '2023-03-10T03:24:00Z', 'Asia/Tokyo', 'clock', '03-10 12:24 JST · 03:24 UTC'],
    ['another year', '2022-11-08T03:24:00Z', 'Asia/Tokyo', 'clock', '2022-11-08 12:24 JST · 03:24 UTC'],
    ['full', '2023-03-11T03:24:00Z', 'Asia/Tokyo', 'full', '2023-03-11 12:24 JST · 03:24 UTC'],
    ['seconds', '2023-03-11T03:24:07Z', 'Asia/Tokyo', 'seconds', '12:24:07 JST · 03:24:07 UTC'],
    ['a zone of its own', '2023-03-11T03:24:00Z', 'UTC', 'clock', '03:24 UTC'],
    ['London in winter', '2023-03-11T03:24:00Z', 'Europe/London', 'clock', '03:24 UTC'],
    ['an offset label', '2023-03-11T03:24:00Z', 'Asia/Kolkata', 'clock', '08:54 GMT+5:30 · 03:24 UTC'],
  ] as const)('%s', (_, iso, zone, style, expected) => {
    expect(momentText(at(iso), zone, NOW, style)).toBe(expected);
  });
});

describe('durationText', () => {
  it.each([
    [42_000, '42 s', '42秒'],
    [59 * 60_000, '59 min', '59分'],
    [5 * 3_600_000 + 32 * 60_000, '5 h 32 min', '5時間 32分'],
    [76 * 3_600_000, '3 d 4 h', '3日 4時間'],
    [-5, '0 s', '0秒'],
  ])('%d ms', (ms, en, ja) => {
    expect(durationText(ms, 'en')).toBe(en);
    expect(durationText(ms, 'ja')).toBe(ja);
  });
});

it('names the simulated instant in UTC', () => {
  expect(utcText(NOW)).toBe('2023-03-11 03:24 UTC');
});

it('labels an axis by time of day and by date at midnight', () => {
  const hours = [at('2023-03-10T12:00:00Z'), at('2023-03-10T15:00:00Z')].map((ms) => ms / 1000);
  expect(axisLabels(hours, 'Asia/Tokyo')).toEqual(['21:00', '03-11']);
  expect(zoneLabel(NOW, 'Asia/Tokyo')).toBe('JST');
});
