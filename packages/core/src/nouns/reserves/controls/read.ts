/** All readings at one moment, in the light of what stands in the log. */
import { besideStanding, type Reading, type StandingLevels } from '../../../log/levels.ts';
import { readCoins } from './coin.ts';
import { type Judged, readConcentration, readCoverage, readOutflow, readSources } from './coverage.ts';
import { readAddresses, readBreaks, readRoutine } from './routine.ts';
import type { World } from './world.ts';

/** All readings; blindness hides no known evil, and what is no longer watched (left the policy, was closed) ends. */
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
  return [...besideStanding(readings, standing), ...ended];
}
const NO_LONGER = { en: 'It is no longer watched.', ja: '監視の対象外になりました。' };
