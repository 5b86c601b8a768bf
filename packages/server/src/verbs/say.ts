/** What verbs print: results on standard output, everything else on standard error; and the exit codes. */
import type { CommandAnswer } from '@sonae/core/app/api.ts';

export const EXIT_NO = 1;
export const EXIT_BAD_USE = 2;

/** What a terminal would obey, shown as an escape: files and servers of others choose some of our words. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}|\p{Cf}/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

let hasGone = false;
/** Whether anybody still reads what is said: `| head` goes when it has enough, which is no failure. */
export const isHeard = (): boolean => !hasGone;

/** To be called once, before anything is said. */
export function bearClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (stream === process.stdout) hasGone = true;
    });
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * A spinner on a terminal, nothing elsewhere: output that programs read stays clean. `work` may tell how far it is.
 */
export async function withProgress<T>(
  what: string,
  json: boolean,
  work: (tell: (progress: string) => void) => Promise<T>,
): Promise<T> {
  if (json || !process.stderr.isTTY) return work(() => undefined);
  const { spinner } = await import('@clack/prompts');
  const progress = spinner({ output: process.stderr });
  progress.start(what);
  try {
    const result = await work((at) => progress.message(`${what}: ${at}`));
    progress.stop(what);
    return result;
  } catch (error) {
    progress.stop(`${what}: failed`);
    throw error;
  }
}

/** A command's answer; a refusal sets the exit code. */
export function sayAnswer(answer: CommandAnswer, json: boolean): void {
  if (answer.status === 'refused') process.exitCode = EXIT_NO;
  if (json) say(JSON.stringify(answer));
  else if (answer.status === 'refused')
    say(`refused (${answer.refused}): ${answer.message}\n  ${answer.fix}`);
  else {
    const facts = answer.facts.map((fact) => `${fact.type} #${fact.seq}`).join(', ') || 'nothing to do';
    say(`done: ${facts} ${JSON.stringify(answer.result)}`);
  }
}
