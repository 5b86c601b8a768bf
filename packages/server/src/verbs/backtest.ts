/** `sonae backtest DIR`: controls over recorded feeds. */
import type { Command } from 'commander';
import { type BacktestReport, backtest } from '../backtest.ts';
import { limitsOf, readConfig } from '../config.ts';
import { readFeedFolder } from '../connectors/feed-files/feed-folder.ts';
import { say, withProgress } from './say.ts';

type Options = { config?: string; json?: boolean; lang: string };

export function addBacktest(program: Command): void {
  program
    .command('backtest <dir>')
    .description(
      'controls over recorded feeds: levels, incidents, scores\n記録済みフィードに対する統制の検証',
    )
    .option('--config <file>', 'configuration with other limits')
    .option('--json', 'print one JSON object')
    .option('--lang <code>', 'language of the reasons: en or ja', 'en')
    .action(async (dir: string, options: Options) => {
      const folder = readFeedFolder(dir);
      const limits = limitsOf(readConfig(options.config));
      const lang = options.lang === 'ja' ? 'ja' : 'en';
      const report = await withProgress(`backtest ${folder.name}`, options.json ?? false, () =>
        backtest(folder, limits, lang),
      );
      if (options.json) say(JSON.stringify(report));
      else for (const line of describe(report)) say(line);
    });
}

function describe(report: BacktestReport): string[] {
  const lines = [
    `${report.asset}  ${report.from} to ${report.to}  ${report.bars} rows (${report.rejected} unusable)  ${report.elapsedMs} ms`,
  ];
  lines.push('', 'level');
  for (const { at, level } of report.level) lines.push(`  ${at}  ${level}`);
  lines.push('', 'controls');
  for (const { at, id, level, why } of report.controls)
    lines.push(`  ${at}  ${id.padEnd(28)} ${level.padEnd(8)} ${why}`);
  lines.push('', 'incidents');
  for (const i of report.incidents)
    lines.push(`  ${i.openedAt} to ${i.endedAt ?? 'open'}  ${i.severity} (${i.phase})`);
  lines.push('', 'episodes');
  for (const e of report.episodes) {
    lines.push(
      `  ${e.from} to ${e.to}  watch ${e.watchAt ?? '-'}  warning ${e.warningAt ?? '-'}  critical ${e.criticalAt ?? '-'}`,
    );
    lines.push(
      `    minutes covered: watch ${e.covered.watch}  warning ${e.covered.warning}  critical ${e.covered.critical}`,
    );
  }
  const { watch, warning, critical } = report.falseAlarms;
  lines.push('', `false alarms: watch ${watch}, warning ${warning}, critical ${critical}`);
  return lines;
}
