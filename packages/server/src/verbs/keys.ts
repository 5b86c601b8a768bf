/** `sonae keys` and `sonae charter`: keys of people on the command line, and the founding ceremony as files. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { CommandAnswer } from '@sonae/core/app/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { charterHash, charterProblem } from '@sonae/core/nouns/authority/decisions/found.ts';
import { type Charter, charterSchema, signedBy } from '@sonae/core/nouns/people/facts/register.ts';
import type { Credential } from '@sonae/proof/approval';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Command } from 'commander';
import { z } from 'zod';
import { createKeyFile, readKeyFile } from '../signing/key-file.ts';
import { askPassphrase, call, requireServer } from './client.ts';
import { say, sayAnswer } from './say.ts';
import { DEFAULT_DATA } from './up.ts';

export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new FaultError(
      'input.unreadable',
      `${path}: ${(error as Error).message}`,
      'give a readable JSON file',
      error,
    );
  }
}

/** Writes JSON to a file that must not exist yet, or to standard output. */
export function writeJson(path: string | undefined, value: unknown): void {
  const text = JSON.stringify(value);
  if (path === undefined) {
    say(text);
    return;
  }
  try {
    writeFileSync(path, `${text}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const message = `${path} cannot be written: ${(error as Error).message}`;
    throw new FaultError('input.unreadable', message, 'choose a file that does not exist yet', error);
  }
}

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('keys for signing on the command line\n署名鍵');
  keys
    .command('new')
    .description('make a key and print its credential\n鍵を作成し認証手段を表示する')
    .requiredOption('--principal <id>', 'whose key it is')
    .requiredOption('--credential <id>', 'what it is called there')
    .requiredOption('--out <file>', 'file that does not exist yet')
    .option('--kind <kind>', 'ed25519 or evm', 'ed25519')
    .option('--encrypt', 'ask for a passphrase (or take SONAE_PASSPHRASE)')
    .action(
      async (options: {
        principal: string;
        credential: string;
        out: string;
        kind: string;
        encrypt?: boolean;
      }) => {
        const { kind, principal, credential } = options;
        if (kind !== 'ed25519' && kind !== 'evm')
          throw new FaultError('input.invalid', `--kind ${kind} is not known`, 'give ed25519 or evm');
        const passphrase = options.encrypt ? await askPassphrase() : null;
        const signer = createKeyFile(options.out, { kind, principal, credential }, passphrase);
        say(JSON.stringify(signer.credential));
      },
    );
  keys
    .command('bind <file>')
    .description('sign that this key belongs to its person (for enrolment)\n鍵の保有を署名で示す')
    .requiredOption('--founding <hash>', 'hash of the charter, see `sonae charter check`')
    .action(async (file: string, { founding }: { founding: string }) => {
      const { principal, credential, sign } = await readKeyFile(file, askPassphrase);
      const body = { founding, principal, credential: credential as unknown as JsonValue };
      say(JSON.stringify({ principal, credential, proof: sign({ says: 'bind', body }) }));
    });
  addCharter(program);
}

/** Throws `input.invalid` for one that could not be founded: what people sign must be of use. */
function readCharter(path: string): Charter {
  const parsed = charterSchema.safeParse(readJson(path));
  if (parsed.success) {
    const problem = charterProblem(parsed.data);
    if (problem === null) return parsed.data;
    throw new FaultError('input.invalid', `${path}: ${problem}`, 'correct it before anybody signs');
  }
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the file';
  throw new FaultError('input.invalid', `${path}: ${field}: ${issue?.message}`, `correct ${field}`);
}

function addCharter(program: Command): void {
  const charter = program
    .command('charter')
    .description('the founding of the firm, by all founders\n創設の儀式');
  charter
    .command('check <charter>')
    .description('what a charter says, and its hash\n憲章の内容とハッシュ')
    .option('--json', 'print one JSON object')
    .action((path: string, { json }: { json?: boolean }) => {
      const of = readCharter(path);
      if (json) return say(JSON.stringify({ founding: charterHash(of), charter: of }));
      say(`founding ${charterHash(of)}`);
      for (const { id, credentials } of of.principals)
        say(`  ${id}: ${(credentials as Credential[]).map((c) => `${c.id} (${c.kind})`).join(', ')}`);
      for (const role of of.roles) say(`  role ${role.id}: ${role.seats} of ${role.holders.join(', ')}`);
      for (const power of of.powers as { id: string; quorum: number; resumeQuorum: number }[])
        say(`  power ${power.id}: stops with ${power.quorum}, resumes with ${power.resumeQuorum}`);
    });
  charter
    .command('sign <charter>')
    .description('sign exactly this charter\n憲章に署名する')
    .requiredOption('--key <file>', 'your key file')
    .option('--out <file>', 'where the signature goes (default: standard output)')
    .action(async (path: string, options: { key: string; out?: string }) => {
      const body = readCharter(path) as unknown as JsonValue;
      const { principal, credential, sign } = await readKeyFile(options.key, askPassphrase);
      writeJson(options.out, { principal, credential: credential.id, proof: sign({ says: 'found', body }) });
    });
  charter
    .command('found <charter> <signatures...>')
    .description('found the firm with every founder’s signature\n全創設者の署名で創設する')
    .option('--data <dir>', 'data directory of the running server', DEFAULT_DATA)
    .option('--json', 'print one JSON object')
    .action(async (path: string, files: string[], options: { data: string; json?: boolean }) => {
      const signatures = files.map((file) => {
        const parsed = z.object(signedBy).strict().safeParse(readJson(file));
        if (parsed.success) return parsed.data;
        throw new FaultError(
          'input.invalid',
          `${file} is not a signature`,
          'make it with `sonae charter sign`',
        );
      });
      const input = { charter: readCharter(path), signatures };
      const { body } = await call<CommandAnswer>(
        requireServer(options.data),
        '/api/commands/authority.Found',
        input,
      );
      sayAnswer(body, options.json === true);
    });
}
