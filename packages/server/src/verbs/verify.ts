/**
 * `sonae verify FILE|URL`: checks an export, a customer's file, a live public log or a published epoch; exit 0 only if
 * all holds. What is checked, and how, is in files of its own, read only when it is asked for.
 */
import { readFileSync, statSync } from 'node:fs';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Command } from 'commander';
import { verifyExportFile } from '../log-file.ts';
import { readCustomerText } from '../verify/customer-text.ts';
import { type PublicOptions, verifyPublicLog } from '../verify/verify-public.ts';
import { note, say, withProgress } from './say.ts';
import { customerLines, epochLines, reportLine } from './verify-lines.ts';
import { demandTaken, readAmounts, readKeys, readRpcs, type VerifyOptions } from './verify-options.ts';

const more = (value: string, values: readonly string[]): string[] => [...values, value];

/** `sonae verify`. Its action throws what the verifiers throw; see main.ts for exit codes. */
export function addVerify(program: Command): void {
  program
    .command('verify <file-or-url>')
    .description(
      'check an export, a customer’s file, a live public log or a published epoch\n' +
        'エクスポート、顧客ファイル、公開ログまたは公開された債務証明を検証する',
    )
    .option(
      '--key <vkey>',
      'the log’s verifier key, known from elsewhere (otherwise the one offered is used)\n' +
        '別経路で得たログの検証鍵（省略時は提示された鍵を使う）',
    )
    .option(
      '--witness <vkey>',
      'key of a witness whose cosignature is required (repeatable)\n連署を必須とする証人の鍵（複数可）',
      more,
      [],
    )
    .option(
      '--since <file>',
      'live log: a checkpoint kept from earlier, of which the log must be an extension\n' +
        '公開ログ：以前に保存したチェックポイント。ログがその延長であることを確かめる',
    )
    .option(
      '--epoch <name>',
      'server: check this published epoch instead of the log; "newest" for the newest\n' +
        'サーバー：ログの代わりにこの基準期の公開証明を検証する。newestで最新のもの',
    )
    .option(
      '--asset <asset>',
      'epoch: add up the list of this asset only (repeatable)\n基準期：この資産の一覧だけを合計する（複数可）',
      more,
      [],
    )
    .option(
      '--rpc <chain=url>',
      'epoch: a node of your own, asked again what contracts accept (repeatable)\n' +
        '基準期：コントラクトの署名受理を再確認する自分のノード（複数可）',
      more,
      [],
    )
    .option(
      '--customer <id>',
      'customer’s file: the id that it must be about\n顧客ファイル：対象であるべき顧客ID',
    )
    .option(
      '--owed <asset=amount>',
      'customer’s file: what is owed to you, in smallest units (repeatable)\n' +
        '顧客ファイル：自分に対する債務額。最小単位（複数可）',
      more,
      [],
    )
    .option(
      '--owing <asset=amount>',
      'customer’s file: what you owe, in smallest units (repeatable)\n' +
        '顧客ファイル：自分が負う額。最小単位（複数可）',
      more,
      [],
    )
    .option('--json', 'print one JSON object\nJSONオブジェクトを一つ出力する')
    .action((target: string, options: VerifyOptions) => verify(target, options));
}

async function verify(target: string, options: VerifyOptions): Promise<void> {
  const known = readKeys(options);
  if (/^https?:\/\//.test(target))
    return options.epoch === undefined
      ? verifyLog(target, known, options)
      : verifyPublished(target, options.epoch, known, options);
  if (!statSync(target, { throwIfNoEntry: false })?.isFile())
    throw new FaultError('input.unreadable', `${target} is not a file`, 'give a file, or a URL');
  const text = readCustomerText(target);
  return text === null ? verifyExport(target, known, options) : verifyCustomer(target, text, known, options);
}

async function verifyLog(target: string, known: PublicOptions, options: VerifyOptions): Promise<void> {
  demandTaken(options, 'log');
  const since = options.since === undefined ? {} : { since: readFileSync(options.since, 'utf8') };
  const report = await withProgress(`verify ${target}`, options.json ?? false, () =>
    verifyPublicLog(target, { ...known, ...since }),
  );
  sayReport(report, simpleLines(report), options);
}

async function verifyPublished(
  target: string,
  epoch: string,
  known: PublicOptions,
  options: VerifyOptions,
): Promise<void> {
  demandTaken(options, 'epoch');
  const rpcs = readRpcs(options.rpc);
  const { verifyEpoch } = await import('../verify/verify-epoch.ts');
  const report = await withProgress(`verify ${target}`, options.json ?? false, (tell) =>
    verifyEpoch(target, { ...known, epoch, assets: options.asset, rpcs, tell }),
  );
  const lacks = report.solvency?.lacks ?? [];
  sayReport(report, epochLines(report), options, lacks);
  sayLabel(report.label);
}

async function verifyExport(path: string, known: PublicOptions, options: VerifyOptions): Promise<void> {
  demandTaken(options, 'export');
  const report = await withProgress(`verify ${path}`, options.json ?? false, () =>
    verifyExportFile(path, known),
  );
  const missing = known.witnesses
    .map(({ name }) => name)
    .filter((name) => !report.checkpointWitnesses.includes(name));
  if (missing.length > 0) throw missingWitnesses(missing);
  sayReport(report, simpleLines(report), options);
}

async function verifyCustomer(
  path: string,
  text: string,
  known: PublicOptions,
  options: VerifyOptions,
): Promise<void> {
  demandTaken(options, 'customer');
  const [owed, owing] = [readAmounts(options.owed, 'owed'), readAmounts(options.owing, 'owing')];
  const customer = options.customer === undefined ? {} : { customer: options.customer };
  const { verifyCustomerFile } = await import('../verify/verify-customer.ts');
  const report = await withProgress(`verify ${path}`, options.json ?? false, () =>
    verifyCustomerFile(text, { ...known, ...customer, owed, owing }),
  );
  sayReport(report, customerLines(report), options);
  sayLabel(report.label);
  if (!options.json && !report.customerCompared)
    note('note: the id came with the file itself; see that it is yours, or give --customer');
  if (!options.json && report.compared.length === 0)
    note('note: nothing was compared with what you know; compare the amounts, or give --owed');
}

function sayReport(
  report: { readonly keyPinned: boolean },
  lines: readonly string[],
  { json }: VerifyOptions,
  lacks: readonly string[] = [],
): void {
  if (json) {
    say(JSON.stringify({ ok: true, ...report }));
    return;
  }
  for (const line of lines) say(line);
  if (!report.keyPinned)
    note('note: the key came with the log itself; compare vkey with the published one, or give --key');
  const gaps = `, and the firm says itself what its solvency lacks: ${lacks.join(', ')}`;
  say(`all holds${lacks.length === 0 ? '' : gaps}`);
}

const simpleLines = (report: object): string[] =>
  Object.entries(report).map(([name, value]) =>
    reportLine(name, Array.isArray(value) ? value.join(', ') || '-' : String(value)),
  );

/** What private mode rests on is said with every result of it, to programs too. */
function sayLabel(label: { readonly en: string; readonly ja: string } | null): void {
  if (label !== null) note(`note: ${label.en}\n      ${label.ja}`);
}

function missingWitnesses(names: readonly string[]): FaultError {
  return new FaultError(
    'input.invalid',
    `the checkpoint lacks cosignatures of: ${names.join(', ')}`,
    'ask the log for a cosigned checkpoint',
  );
}
