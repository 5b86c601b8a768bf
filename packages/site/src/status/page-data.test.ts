/** What the page shows is grouped, ordered and rounded as people expect, and a copy of it finds its files. */
import { expect, it } from 'vitest';
import { placeOf } from '../status.ts';
import { byDay, groupsOf, uptimeText } from './page-data.ts';

const text = (en: string) => ({ en, ja: en });

it('groups keep the order in which components come', () => {
  const component = (id: string, group: string) => ({ id, group: text(group) }) as never;
  const groups = groupsOf([component('a', 'X'), component('b', 'Y'), component('c', 'X')]);
  expect(groups.map(([group, members]) => [group.en, members.map(({ id }) => id)])).toEqual([
    ['X', ['a', 'c']],
    ['Y', ['b']],
  ]);
});

it('history stands by the day on which things ended, newest first; what is open does not', () => {
  const thread = (id: string, resolvedAt: string | null) => ({ id, resolvedAt }) as never;
  const days = byDay([
    thread('open', null),
    thread('old', '2026-04-01T01:00:00Z'),
    thread('new', '2026-04-02T09:00:00Z'),
    thread('newer', '2026-04-02T10:00:00Z'),
  ]);
  expect(days.map(([day, threads]) => [day, threads.map(({ id }) => id)])).toEqual([
    ['2026-04-02', ['newer', 'new']],
    ['2026-04-01', ['old']],
  ]);
});

it.each([
  [1, '100.00%'],
  [0.999_999, '99.99%'],
  [0.75, '75.00%'],
  [0, '0.00%'],
])('an uptime of %d reads %s', (uptime, shown) => {
  expect(uptimeText(uptime)).toBe(shown);
});

it.each([
  ['/public/status-page.json', './public/status-page.json'],
  ['/log/disclosed?limit=50', './log/disclosed.json'],
  ['/log/disclosed/7', './log/disclosed/7.json'],
  ['/log/tile/0/x001/234', './log/tile/0/x001/234'],
])('a copy finds %s at %s', (path, file) => {
  expect(placeOf(path, true)).toBe(file);
  expect(placeOf(path, false)).toBe(path);
});
