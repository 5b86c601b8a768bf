/** `sonae verify FILE|URL`: checks an export or a live public log; exit 0 only if all holds. */
import { readFileSync, statSync } from 'node:fs';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { witnessVerifier } from '@sonae/proof/cosignature';
import type { ExportReport } from '@sonae/proof/log-export';
import type { Command } from 'commander';
import { verifyExportFile } from '../log-file.ts';
import { type PublicReport, verifyPublicLog } from '../verify-public.ts';
import { note, say, withProgress } from './say.ts';

type Options = { witness: string[]; key?: string; since?: string; json?: boolean };

export function addVerify(program: Command): void {
  program
    .command('verify <file-or-url>')
    .description('check an export or a live public log\nエクスポートまたは公開ログを検証する')
    .option(
      '--key <vkey>',
      'the log’s verifier key, known from elsewhere (otherwise the one offered is used)',
    )
    .option(
      '--witness <vkey>',
      'key of a witness whose cosignature is required (repeatable)',
      (key, keys: string[]) => [...keys, key],
      [],
    )
    .option('--since <file>', 'a checkpoint kept from earlier: the log must be an extension of it (URL only)')
    .option('--json', 'print one JSON object')
    .action(async (target: string, options: Options) => {
      const witnesses = options.witness.map((key) => witnessVerifier(key));
      const json = options.json ?? false;
      const pinned = options.key === undefined ? {} : { pinnedVkey: options.key };
      const report = await withProgress<ExportReport | PublicReport>(`verify ${target}`, json, async () => {
        if (!/^https?:\/\//.test(target)) return verifyFile(target, { ...pinned, witnesses });
        const since = options.since === undefined ? {} : { since: readFileSync(options.since, 'utf8') };
        return verifyPublicLog(target, { ...pinned, ...since, witnesses });
      });
      if (json) return say(JSON.stringify({ ok: true, ...report }));
      for (const [name, value] of Object.entries(report))
        say(`${name.padEnd(20)} ${Array.isArray(value) ? value.join(', ') || '-' : String(value)}`);
      if (!report.keyPinned)
        note('note: the key came with the log itself; compare vkey with the published one, or give --key');
      say('all holds');
    });
}

async function verifyFile(path: string, options: Parameters<typeof verifyExportFile>[1]) {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new FaultError('input.unreadable', `${path} is not a file`, 'give an export file, or a URL');
  }
  const report = await verifyExportFile(path, options);
  const missing = (options.witnesses ?? [])
    .map((w) => w.name)
    .filter((name) => !report.checkpointWitnesses.includes(name));
  if (missing.length > 0) throw missingWitnesses(missing);
  return report;
}

function missingWitnesses(names: readonly string[]): FaultError {
  return new FaultError(
    'input.invalid',
    `the checkpoint lacks cosignatures of: ${names.join(', ')}`,
    'ask the log for a cosigned checkpoint',
  );
}
