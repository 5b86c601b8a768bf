import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'packages/*/*.test.ts',
      'test/**/*.test.ts',
      'sim/**/*.test.ts',
      'examples/**/*.test.ts',
      'contracts/test/**/*.test.ts',
    ],
    globalSetup: ['./test/support/before-all.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
