/** The command line: one run of one verb, and its exit code. */
import { FAULTS, faultOf } from '@sonae/core/kernel/errors.ts';
import { ProofError } from '@sonae/proof/proof-error';
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { bearClosedOutput, EXIT_BAD_USE, EXIT_NO, printable, say } from './verbs/say.ts';

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

bearClosedOutput();
process.exitCode = await run(process.argv.slice(2));
