/** All readings at one moment, in the light of what stands in the log. */
import { LEVEL_RANK, type Reading, type StandingLevels } from '../../../log/levels.ts';
import { readCoins } from './coin.ts';
import { type Judged, readConcentration, readCoverage, readOutflow, readSources } from './coverage.ts';
import { readAddresses, readBreaks, readRoutine } from './routine.ts';
import type { World } from './world.ts';

/**
 * Readings that may change the log. Blindness hides no known evil, so it takes the place only of what was ok; and what
 * is no longer watched (left the policy, was closed) ends.
 */
export function readAll(world: World, judged: readonly Judged[], standing: StandingLevels): Reading[] {
  const readings = [
    ...readCoverage(world, judged),
    ...readSources(world),
    ...readConcentration(world),
    ...readOutflow(world),
    ...readRoutine(world),
    ...readBreaks(world),
    ...readCoins(world),
    ...readAddresses(world),
  ];
  const read = new Set(readings.map(({ control, subject }) => `${control}/${subject}`));
  const ended = Object.entries(standing)
    .filter(([key]) => !read.has(key))
    .map(([, { control, subject }]): Reading => ({ control, subject, level: 'ok', why: NO_LONGER }));
  const worse = ({ control, subject, level }: Reading): boolean =>
    level === 'blind' && LEVEL_RANK[standing[`${control}/${subject}`]?.level ?? 'ok'] > LEVEL_RANK.blind;
  return [...readings.filter((one) => !worse(one)), ...ended];
}
const NO_LONGER = { en: 'It is no longer watched.', ja: '監視の対象外になりました。' };
