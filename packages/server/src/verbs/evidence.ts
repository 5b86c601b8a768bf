/** `sonae evidence FILE`: hashes a file where it lies and records it; the bytes never leave the machine. */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CommandAnswer } from '@sonae/core/app/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Command } from 'commander';
import { call, serverAs } from './client.ts';
import { sayAnswer } from './say.ts';
import { DEFAULT_DATA } from './up.ts';

type Options = {
  readonly incident: string;
  readonly title?: string;
  readonly volatility: string;
  readonly source: string;
  readonly kept: string;
  readonly data: string;
  readonly key?: string;
  readonly json?: boolean;
};

/** Hex SHA-256 and size of a file, read once in pieces. */
export async function hashFile(path: string): Promise<{ sha256: string; bytes: number }> {
  try {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    return { sha256: hash.digest('hex'), bytes: statSync(path).size };
  } catch (error) {
    const { message } = error as Error;
    throw new FaultError('input.unreadable', `${path}: ${message}`, 'give a file that can be read', error);
  }
}

export function addEvidence(program: Command): void {
  program
    .command('evidence <file>')
    .description('hash a file and record it as evidence\nファイルのハッシュを証拠として記録する')
    .requiredOption('--incident <id>', 'the incident')
    .requiredOption('--volatility <n>', '1 memory ... 7 archives (RFC 3227)')
    .requiredOption('--source <text>', 'where it comes from')
    .requiredOption('--kept <text>', 'who keeps it, and where')
    .option('--title <text>', 'what it is (default: the name of the file)')
    .option('--data <dir>', 'data directory of the running server', DEFAULT_DATA)
    .option('--key <file>', 'sign in with this key file')
    .option('--json', 'print one JSON object')
    .action(async (file: string, options: Options) => {
      const { incident, source, kept } = options;
      const hashed = await hashFile(file);
      const input = {
        incident,
        title: options.title ?? basename(file),
        ...hashed,
        volatility: Number(options.volatility),
        source,
        kept,
      };
      const server = await serverAs(options);
      const { body } = await call<CommandAnswer>(server, '/api/commands/incidents.CollectEvidence', input);
      sayAnswer(body, options.json === true);
    });
}
