/** The command line. Verbs live in verbs/, one file each; those on nouns derive from the registry. */
import { readFileSync } from 'node:fs';
import { FAULTS, faultOf } from '@sonae/core/kernel/errors.ts';
import { ProofError } from '@sonae/proof/proof-error';
import { Command, CommanderError } from 'commander';
import { addBacktest } from './verbs/backtest.ts';
import { addDoctor } from './verbs/doctor.ts';
import { addEvidence } from './verbs/evidence.ts';
import { addExport } from './verbs/export.ts';
import { addKeys } from './verbs/keys.ts';
import { addLink } from './verbs/link.ts';
import { addNouns } from './verbs/nouns.ts';
import { addPowers } from './verbs/powers.ts';
import { addReplay } from './verbs/replay.ts';
import { EXIT_BAD_USE, EXIT_NO, printable, say } from './verbs/say.ts';
import { addStatus } from './verbs/status.ts';
import { addUp } from './verbs/up.ts';
import { addVerify } from './verbs/verify.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

export function createProgram(): Command {
  const program = new Command('sonae')
    .description(
      'Sonae (備え): resilience control plane of a crypto-asset exchange or stablecoin issuer\n暗号資産交換業者・ステーブルコイン発行者のレジリエンス管制',
    )
    .version(version)
    .exitOverride()
    .showSuggestionAfterError();
  addUp(program, version);
  addReplay(program, version);
  addBacktest(program);
  addEvidence(program);
  addExport(program);
  addVerify(program);
  addDoctor(program, version);
  addLink(program);
  addKeys(program);
  addPowers(program);
  addStatus(program, version);
  addNouns(program);
  return program;
}

/** Runs one command line; resolves to the exit code: 0 done, 1 the answer is no, 2 bad use or input, 3 the world failed. */
async function run(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  try {
    await createProgram().parseAsync([...argv], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_BAD_USE;
    if (error instanceof ProofError) {
      if (json) say(JSON.stringify({ ok: false, code: error.code, message: error.message }));
      else process.stderr.write(`sonae: does not verify: ${printable(error.message)}\n`);
      return EXIT_NO;
    }
    const fault = faultOf(error);
    if (json) say(JSON.stringify({ fault }));
    else
      process.stderr.write(
        `sonae: ${printable(fault.message)}\n       ${fault.hint} (${fault.code}, see ${fault.docs})\n`,
      );
    if (fault.code === 'internal.defect')
      process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    return FAULTS[fault.code].exit;
  }
}

process.exitCode = await run(process.argv.slice(2));
