/** Backtests: minutes of all feeds a second, beside merely reading and splitting the same files. */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PEG_LIMITS } from '@sonae/core/nouns/peg/engine.ts';
import { PRICE_LIMITS } from '@sonae/core/nouns/prices/engine.ts';
import { backtest } from '../packages/server/src/backtest.ts';
import { type FeedFolder, readFeedFolder } from '../packages/server/src/connectors/feed-files/feed-folder.ts';
import { SHARED_DATA } from '../test/support/shared-data.ts';
import { type Result, ratePerSecond } from './measure.ts';

const LIMITS = { prices: PRICE_LIMITS, peg: PEG_LIMITS };

/** The floor: every line read and split, nothing else. */
async function splitOnly(folder: FeedFolder): Promise<number> {
  let rows = 0;
  for (const file of folder.feeds.flatMap((feed) => feed.files)) {
    for await (const line of createInterface({ input: createReadStream(join(folder.dir, file)) })) {
      if (line.split(',').length > 1) rows += 1;
    }
  }
  return rows;
}

export async function benchBacktest(progress: (line: string) => void): Promise<Result> {
  const dir = join(SHARED_DATA, 'usdc_svb_2023');
  if (!existsSync(dir)) throw new Error(`${dir} is absent: this benchmark needs the recorded feeds`);
  const folder = readFeedFolder(dir);
  progress('read and split');
  let rows = 0;
  const startedAt = performance.now();
  rows = await splitOnly(folder);
  const split = rows / ((performance.now() - startedAt) / 1000);
  progress('backtest');
  const report = await backtest(folder, LIMITS);
  const again = await ratePerSecond(rows, () => backtest(folder, LIMITS));
  const days = (Date.parse(report.to) - Date.parse(report.from)) / 86_400_000;
  return {
    rows: [
      { id: 'backtest', value: again, unit: 'rows/s' },
      { id: 'read and split only', value: split, unit: 'rows/s' },
      { id: 'elapsed for all feeds', value: rows / again, unit: 's' },
      { id: 'recorded time', value: days, unit: 'days' },
    ],
    ratios: [
      { id: 'backtest / read and split', value: again / split },
      { id: '20 s / elapsed', value: 20 / (rows / again) },
    ],
  };
}
