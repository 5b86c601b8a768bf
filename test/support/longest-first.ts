/**
 * The order of test files: those that take longest begin first, so that two workers end at about the same time. Without
 * it a fresh clone, which has no times of an earlier run, ends with one worker in a long file and the other idle.
 */
import { BaseSequencer, type TestSpecification, type Vitest } from 'vitest/node';

/** Beginnings of what takes longest, longest first; everything else follows in the order of vitest. */
const LONGEST = [
  'test/e2e/rooms.',
  'test/cli.',
  'test/e2e/powers.',
  'test/e2e/response-rooms.',
  'test/powers-cli.',
  'test/crash.',
  'test/ledger-crash.',
  'test/powers-execution.',
  'test/e2e/',
  'test/deliver-crash.',
  'test/hostile-input.',
  'test/conformance/',
  'test/',
];

type Sequencer = Pick<BaseSequencer, 'sort' | 'shard'>;

function longestFirst(vitest: Vitest): Sequencer {
  const base = new BaseSequencer(vitest);
  const rank = ({ moduleId }: TestSpecification): number => {
    const found = LONGEST.findIndex((beginning) => moduleId.includes(`/${beginning}`));
    return found < 0 ? LONGEST.length : found;
  };
  return {
    shard: (files) => base.shard(files),
    // A stable sort: within a rank the order stays.
    sort: async (files) => (await base.sort(files)).sort((a, b) => rank(a) - rank(b)),
  };
}

/** As vitest calls it, with `new`. */
export const LongestFirst = longestFirst as unknown as new (vitest: Vitest) => Sequencer;
