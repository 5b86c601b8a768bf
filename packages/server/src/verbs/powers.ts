/** `sonae powers`, `sonae uses`, `sonae sign`, `sonae approvals`: powers without the console, also over files. */

import { existsSync } from 'node:fs';
import type { CommandAnswer, Contact, PowersPage, UseDetail } from '@sonae/core/app/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { HOUR_MS } from '@sonae/core/kernel/time.ts';
import { answerBody } from '@sonae/core/nouns/people/decisions/liveness.ts';
import { signedBy } from '@sonae/core/nouns/people/facts/register.ts';
import { type Action, parseAction } from '@sonae/proof/action';
import { type DecodedAction, decodeAction } from '@sonae/proof/action-decoder';
import { VERDICTS, type Verdict } from '@sonae/proof/approval';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { ProofError } from '@sonae/proof/proof-error';
import type { Command } from 'commander';
import { z } from 'zod';
import { readKeyFile } from '../signing/key-file.ts';
import { askPassphrase, call, requireServer, serverAs } from './client.ts';
import { readJson, writeJson } from './keys.ts';
import { EXIT_NO, note, say, sayAnswer } from './say.ts';
import { DEFAULT_DATA } from './up.ts';

type Common = { data: string; json?: boolean };
const REQUEST_FORMAT = 'sonae/signing-request/v1';
const APPROVALS_FORMAT = 'sonae/approvals/v1';
const statementSchema = z
  .object({
    use: z.string().max(40),
    says: z.enum(VERDICTS),
    reason: z.string().max(10_000).optional(),
    ...signedBy,
  })
  .strict();
const approvalsSchema = z
  .object({ format: z.literal(APPROVALS_FORMAT), approvals: z.array(statementSchema).min(1).max(50) })
  .strict();
const COMMAND_OF: Readonly<Record<Verdict, string>> = {
  approve: 'Approve',
  refuse: 'Decline',
  cancel: 'Cancel',
};

const common = (command: Command): Command =>
  command
    .option('--data <dir>', 'data directory of the running server', DEFAULT_DATA)
    .option('--json', 'print one JSON object');

export function addPowers(program: Command): void {
  common(
    program.command('powers').description('what may be stopped, and by whom\n何を誰が止められるか'),
  ).action(async (options: Common) => {
    const { body } = await call<PowersPage>(requireServer(options.data), '/api/powers');
    if (options.json) return say(JSON.stringify(body));
    if (body.founding === '') return say('nobody is enrolled yet: docs/guides/powers.md');
    say(`founding ${body.founding}${body.demonstration ? '  DEMONSTRATION / 実演' : ''}`);
    for (const { power, able, criteriaMet, inUse } of body.powers) {
      const hours =
        power.bounds.durationMs === null ? '' : `, at most ${power.bounds.durationMs / HOUR_MS} h`;
      say(`${power.id.padEnd(20)} ${power.says.en} / ${power.says.ja}`);
      say(
        `  stops with ${power.quorum}${hours}; resumes with ${power.resumeQuorum} and ${power.resumeDelayMs / HOUR_MS} h`,
      );
      say(
        `  able now: ${able.join(', ') || 'nobody'}; criteria ${criteriaMet ? 'met' : 'not met'}; in use ${inUse.length}`,
      );
      for (const { id, open } of power.targets)
        say(`  target ${id}${open.length > 0 ? ` (fill ${open.join(', ')})` : ''}`);
    }
  });
  const uses = program.command('uses').description('uses of powers\n権限の行使');
  common(uses.command('list').description('newest first\n新しい順')).action(async (options: Common) => {
    const { body } = await call<PowersPage>(requireServer(options.data), '/api/powers');
    if (options.json) return say(JSON.stringify({ uses: body.uses }));
    for (const use of body.uses)
      say(
        `${use.id}  ${use.state.padEnd(10)} ${use.step.padEnd(7)} ${use.power}/${use.target}  signed: ${use.approvers.join(', ') || 'nobody'}`,
      );
  });
  common(
    uses.command('show <id>').description('what a use does, decoded here\n行使の内容(手元で復号)'),
  ).action(async (id: string, options: Common) => {
    const detail = await readUse(options.data, id);
    if (options.json) return say(JSON.stringify(detail));
    const { use, needed, counting } = detail;
    describe(decodeAction(textOf(use.action as Action)));
    say(
      `state ${use.state}; ${counting.length} of ${needed} approvals count: ${counting.join(', ') || 'none'}`,
    );
    if (use.trouble !== null) say(`trouble: ${use.trouble.en}`);
  });
  common(
    uses
      .command('request-file <id>')
      .description('a file to sign elsewhere\n別の端末で署名するためのファイル'),
  )
    .option('--out <file>', 'default: standard output')
    .action(async (id: string, options: Common & { out?: string }) => {
      const { use } = await readUse(options.data, id);
      writeJson(options.out, { format: REQUEST_FORMAT, use: use.id, action: use.action });
    });
  common(program.command('contact <id>').description('name and contact routes of a person\n氏名と連絡経路'))
    .requiredOption('--key <file>', 'your key file')
    .action(showContact);
  common(program.command('answer').description('answer the open liveness challenge\n応答確認に答える'))
    .requiredOption('--key <file>', 'your key file')
    .action(answerChallenge);
  addSign(program);
}

async function showContact(id: string, options: Common & { key: string }): Promise<void> {
  const { body } = await call<Contact>(
    await serverAs(options),
    `/api/members/${encodeURIComponent(id)}/contact`,
  );
  if (options.json) say(JSON.stringify(body));
  else say(`${body.name}\n  first ${body.first}\n  alternate ${body.alternate}`);
}

async function answerChallenge(options: Common & { key: string }): Promise<void> {
  const server = requireServer(options.data);
  const { body } = await call<PowersPage>(server, '/api/powers');
  if (body.challenge === null) return note('no challenge is open');
  const { principal, credential, sign } = await readKeyFile(options.key, askPassphrase);
  const challenge = body.challenge.id;
  const proof = sign({ says: 'answer', body: answerBody(body.founding, challenge, principal) });
  const input = { challenge, principal, credential: credential.id, proof };
  const { body: answer } = await call<CommandAnswer>(server, '/api/commands/people.Answer', input);
  sayAnswer(answer, options.json === true);
}

const textOf = (action: Action): string => canonicalJson(action as unknown as JsonValue);

async function readUse(data: string, id: string): Promise<UseDetail> {
  const { body } = await call<UseDetail>(requireServer(data), `/api/uses/${encodeURIComponent(id)}`);
  return body;
}

/** What is about to be signed, from the action's own bytes. */
function describe({ title, lines, dangers, hash }: DecodedAction): void {
  note(`${title.en} / ${title.ja}`);
  for (const { label, value } of lines) note(`  ${label.en} / ${label.ja}: ${value}`);
  for (const danger of dangers) note(`  DANGER 危険: ${danger.en} / ${danger.ja}`);
  note(`  hash ${hash.match(/.{8}/g)?.join(' ')}`);
}

/** The action of a use: from a request file, or from the running server. */
async function actionOf(what: string, data: string): Promise<{ use: string; action: Action }> {
  if (!existsSync(what)) {
    const { use } = await readUse(data, what);
    return { use: use.id, action: use.action as Action };
  }
  const parsed = z
    .object({ format: z.literal(REQUEST_FORMAT), use: z.string().max(40), action: z.json() })
    .strict()
    .safeParse(readJson(what));
  if (!parsed.success)
    throw new FaultError(
      'input.invalid',
      `${what} is not a signing request`,
      'make it with `sonae uses request-file`',
    );
  try {
    const action = parseAction(canonicalJson(parsed.data.action as JsonValue));
    return { use: action.use, action };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    throw new FaultError('input.invalid', `${what}: ${error.message}`, 'ask for a new request file', error);
  }
}

type SignOptions = {
  data: string;
  key: string;
  says: string;
  reason?: string;
  out?: string;
  yes?: boolean;
  acceptDanger?: boolean;
  json?: boolean;
};

function addSign(program: Command): void {
  common(
    program
      .command('sign <use-or-file>')
      .description(
        'read what a use does, and sign it (online, or a file without any server)\n行使の内容を確認して署名する',
      ),
  )
    .requiredOption('--key <file>', 'your key file')
    .option('--says <verdict>', VERDICTS.join(', '), 'approve')
    .option('--reason <text>', 'needed to refuse or cancel')
    .option('--out <file>', 'write the signature to a file instead of sending it')
    .option('--yes', 'do not ask')
    .option('--accept-danger', 'sign although the decoder warns')
    .action(signUse);
  common(
    program
      .command('approvals <files...>')
      .description('bring in signatures that were collected as files\n収集した署名を取り込む'),
  ).action(async (files: string[], options: Common) => {
    const server = requireServer(options.data);
    for (const file of files) {
      const parsed = approvalsSchema.safeParse(readJson(file));
      if (!parsed.success)
        throw new FaultError(
          'input.invalid',
          `${file} holds no approvals`,
          'make it with `sonae sign --out`',
        );
      for (const { says, ...statement } of parsed.data.approvals) {
        const { body } = await call<CommandAnswer>(
          server,
          `/api/commands/authority.${COMMAND_OF[says]}`,
          statement,
        );
        sayAnswer(body, options.json === true);
      }
    }
  });
}

async function signUse(what: string, options: SignOptions): Promise<void> {
  const says = VERDICTS.find((verdict) => verdict === options.says);
  if (says === undefined)
    throw new FaultError(
      'input.invalid',
      `--says ${options.says} is not known`,
      `give ${VERDICTS.join(', ')}`,
    );
  if (says !== 'approve' && options.reason === undefined)
    throw new FaultError('input.invalid', `--reason is missing`, `say why you ${says}`);
  const { use, action } = await actionOf(what, options.data);
  const decoded = decodeAction(textOf(action));
  describe(decoded);
  if (says === 'approve' && decoded.dangers.length > 0 && !options.acceptDanger) {
    note('not signed: the decoder warns (see --accept-danger)');
    process.exitCode = EXIT_NO;
    return;
  }
  if (!(await isConfirmed(options, says))) {
    process.exitCode = EXIT_NO;
    return;
  }
  const signer = await readKeyFile(options.key, askPassphrase);
  const { principal, credential } = signer;
  const reason = options.reason === undefined ? {} : { reason: options.reason };
  const statement = {
    use,
    principal,
    credential: credential.id,
    proof: signer.sign({ says, action }),
    ...reason,
  };
  if (options.out !== undefined)
    return writeJson(options.out, { format: APPROVALS_FORMAT, approvals: [{ says, ...statement }] });
  const server = await serverAs({ data: options.data });
  const { body } = await call<CommandAnswer>(
    server,
    `/api/commands/authority.${COMMAND_OF[says]}`,
    statement,
  );
  sayAnswer(body, options.json === true);
}

async function isConfirmed({ yes }: SignOptions, says: Verdict): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) throw new FaultError('input.invalid', 'nobody is there to confirm', 'add --yes');
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: `sign: ${says}?`, initialValue: false });
  return !isCancel(answer) && answer;
}
