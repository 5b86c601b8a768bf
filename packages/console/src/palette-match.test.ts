/** The palette finds what people read, and the best of it first. */
import { expect, it } from 'vitest';
import { type Matchable, matchGroups, matchRank } from './palette-match.ts';

const entry = (group: string, words: string, id = ''): Matchable => ({ group, words, id });
const PEG = entry('assets', 'USDC peg');
const INCIDENT = entry('incidents', 'Withdrawals are slow', '01GV6AZME0RCJ84STFVEHRRQ12');
const DECLARE = entry('actions', 'インシデントを宣言 declare');

it.each([
  ['usdc peg', PEG, 0],
  ['peg usdc', PEG, 2],
  ['peg', PEG, 1],
  ['12', INCIDENT, null],
  ['01gv6az', INCIDENT, 1],
  ['slow with', INCIDENT, 2],
  ['宣言', DECLARE, 2],
  ['decl', DECLARE, 1],
  ['', DECLARE, 0],
] as const)('%s', (query, matchable, rank) => {
  expect(matchRank(query, matchable)).toBe(rank);
});

it('puts the group with the best entry first, and keeps the order while nothing is typed', () => {
  const entries = [INCIDENT, PEG, DECLARE];
  expect(matchGroups('', entries).map(({ group }) => group)).toEqual(['incidents', 'assets', 'actions']);
  expect(matchGroups('e', entries).map(({ group }) => group)).toEqual(['incidents', 'assets', 'actions']);
  expect(matchGroups('p', entries).map(({ group }) => group)).toEqual(['assets']);
  expect(matchGroups('de', entries).map(({ group }) => group)).toEqual(['actions']);
});
