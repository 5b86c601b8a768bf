/** Backtests over real crises (skipped where the recordings are absent) and over hostile files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PEG_LIMITS } from '@sonae/core/nouns/peg/engine.ts';
import { PRICE_LIMITS } from '@sonae/core/nouns/prices/engine.ts';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type BacktestReport,
  backtest,
  countFalseAlarms,
  scoreEpisode,
} from '../packages/server/src/backtest.ts';
import { readFeedFolder } from '../packages/server/src/connectors/feed-files/feed-folder.ts';
import { HAS_SHARED_DATA, SHARED_DATA } from './support/shared-data.ts';

const LIMITS = { prices: PRICE_LIMITS, peg: PEG_LIMITS };
const run = async (dir: string): Promise<BacktestReport> => backtest(readFeedFolder(dir), LIMITS);
const at = (report: BacktestReport, level: string): string =>
  report.level.find((change) => change.level === level)?.at ?? 'never';

describe.skipIf(!HAS_SHARED_DATA)('recorded crises (needs ../shared/data)', () => {
  test('USDC, March 2023', async () => {
    const report = await run(join(SHARED_DATA, 'usdc_svb_2023'));
    expect(at(report, 'watch') <= '2023-03-10T22:15:00Z').toBe(true);
    expect(at(report, 'critical') <= '2023-03-11T03:30:00Z').toBe(true);
    const firstAlarm = report.level.find(
      (change) => change.level === 'warning' || change.level === 'critical',
    );
    expect((firstAlarm?.at ?? '') >= '2023-03-10T21:50:00Z').toBe(true);
    expect(report.incidents).toHaveLength(1);
    const [incident] = report.incidents;
    expect((incident?.openedAt ?? '') <= '2023-03-11T02:09:00Z').toBe(true);
    expect(incident?.endedAt === null || (incident?.endedAt ?? '') >= '2023-03-13T12:53:00Z').toBe(true);
    expect(report.falseAlarms).toEqual({ watch: 0, warning: 0, critical: 0 });
    expect(report.episodes[0]?.covered.watch).toBe(1);
    expect(report.rejected).toBe(0);
  });

  test('BUSD, November 2022: no depeg, no warning', async () => {
    const report = await run(join(SHARED_DATA, 'ftx_2022'));
    expect(at(report, 'warning')).toBe('never');
    expect(at(report, 'critical')).toBe('never');
    expect(report.incidents).toEqual([]);
  });
});

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

function folder(lines: string, feeds: object = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-feeds-'));
  dirs.push(dir);
  writeFileSync(join(dir, 'a.csv'), lines);
  const feed = {
    id: 'a',
    venue: 'alpha',
    base: 'USDC',
    quote: 'USD',
    kind: 'ohlcv-csv',
    intervalMs: 60_000,
    files: ['a.csv'],
    ...feeds,
  };
  writeFileSync(join(dir, 'feeds.json'), JSON.stringify({ asset: 'USDC', peg: 'USD', feeds: [feed] }));
  return dir;
}

const START = 1_677_628_800_000;
const row = (minute: number, price: number | string = 1): string =>
  `${START + minute * 60_000},t,${price},${price},${price},${price},${100 + minute},1,50,50`;
const HEADER = 'open_time_ms,time_utc,open,high,low,close,volume,n_trades,buy_vol,sell_vol';

describe('hostile files', () => {
  test('bad rows are counted by reason and never end the run', async () => {
    const bad = [
      row(3, 'NaN'),
      row(4, 0),
      row(5, -1),
      'garbage',
      row(2),
      row(1),
      'x'.repeat(10_000),
      '\u0000\u0000',
      row(6, '1e309'),
    ];
    const report = await run(
      folder([HEADER, row(0), row(1), row(2), ...bad, row(20), row(21), row(22)].join('\r\n')),
    );
    expect(report.rejected).toBe(bad.length);
    expect(report.bars).toBe(6);
  });

  test('a gap of a day is blindness, and prices afterwards are believed again', async () => {
    const lines = [
      HEADER,
      ...Array.from({ length: 60 }, (_, i) => row(i)),
      ...Array.from({ length: 60 }, (_, i) => row(1500 + i)),
    ];
    const report = await run(folder(lines.join('\n')));
    expect(report.level.map((change) => change.level)).toEqual(['blind', 'ok']);
    expect(report.controls.some((change) => change.id === 'prices.feed/a' && change.level === 'blind')).toBe(
      true,
    );
  });

  test('an empty file, a file of headings only, and a file without a final newline', async () => {
    expect((await run(folder(''))).bars).toBe(0);
    expect((await run(folder(`${HEADER}\n`))).level).toEqual([]);
    expect((await run(folder(`${HEADER}\n${row(0)}\n${row(1)}`))).bars).toBe(2);
  });

  test.each([
    ['no feeds.json', () => mkdtempSync(join(tmpdir(), 'sonae-empty-')), 'feeds.json does not exist'],
    ['not JSON', () => corrupt('{'), 'is not JSON'],
    ['an unknown kind', () => folder('', { kind: 'tarot' }), 'feeds.0.kind'],
    ['a missing file', () => folder('', { files: ['b.csv'] }), 'file b.csv does not exist'],
    [
      'a path that leaves the folder',
      () => folder('', { files: ['../../etc/passwd'] }),
      'must stay inside the folder',
    ],
    ['an interval of nothing', () => folder('', { intervalMs: 0 }), 'feeds.0.intervalMs'],
  ])('%s is refused with the field and the fix', async (_what, make, message) => {
    const dir = make();
    dirs.push(dir);
    await expect(run(dir)).rejects.toThrow(message);
  });
});

function corrupt(text: string): string {
  const dir = folder('');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'feeds.json'), text);
  return dir;
}

describe('scores', () => {
  const HOUR = 3_600_000;
  const episode = {
    from: new Date(100 * HOUR).toISOString(),
    to: new Date(110 * HOUR).toISOString(),
    kind: 'depeg',
  };

  test('first alarms count from six hours before, coverage is the share of the episode', () => {
    const score = scoreEpisode(
      [
        { at: 50 * HOUR, level: 'watch' },
        { at: 51 * HOUR, level: 'ok' },
        { at: 95 * HOUR, level: 'watch' },
        { at: 105 * HOUR, level: 'critical' },
      ],
      episode,
    );
    expect(score).toMatchObject({
      watchAt: '1970-01-04T23:00:00Z',
      warningAt: '1970-01-05T09:00:00Z',
      covered: { watch: 1, critical: 0.5 },
    });
  });

  test('a rise far from every episode is a false alarm at each level it passes', () => {
    const changes = [
      { at: 10 * HOUR, level: 'warning' as const },
      { at: 11 * HOUR, level: 'ok' as const },
      { at: 101 * HOUR, level: 'critical' as const },
      { at: 111 * HOUR, level: 'blind' as const },
    ];
    expect(countFalseAlarms(changes, [episode])).toEqual({ watch: 1, warning: 1, critical: 0 });
  });
});
