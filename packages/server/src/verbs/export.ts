/** `sonae export`: everything an auditor needs, one file. */
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Command } from 'commander';
import { signerFromFile } from '../adapters/signer/ed25519-signer.ts';
import { openStore } from '../compose.ts';
import { readConfig } from '../config.ts';
import { openDataDir } from '../data-dir.ts';
import { exportLines, verifyExportFile } from '../log-file.ts';
import { findServer } from './client.ts';
import { say, withProgress } from './say.ts';
import { DEFAULT_DATA } from './up.ts';

type Options = { out: string; data: string; config?: string; json?: boolean };

export function addExport(program: Command): void {
  program
    .command('export')
    .description('everything an auditor needs, one file\n監査に必要なすべてを一つのファイルに')
    .requiredOption('--out <file>', 'file to write')
    .option('--data <dir>', 'data directory', DEFAULT_DATA)
    .option('--config <file>', 'configuration file, when the store is PostgreSQL')
    .option('--json', 'print one JSON object')
    .action(async (options: Options) => {
      const partial = `${options.out}.partial`;
      try {
        await withProgress('export', options.json ?? false, () => write(options, partial));
        // What we hand out, we have checked ourselves.
        const report = await verifyExportFile(partial, {});
        renameSync(partial, options.out);
        say(
          options.json
            ? JSON.stringify({ file: options.out, ...report })
            : `${options.out}: ${report.size} facts, ${report.evidenceItems} observations, root ${report.root}`,
        );
      } finally {
        rmSync(partial, { force: true });
      }
    });
}

/** From the running server if one holds the directory, otherwise from the store itself. */
async function write(options: Options, partial: string): Promise<void> {
  if (!existsSync(resolve(options.data))) {
    throw new FaultError(
      'input.unreadable',
      `${resolve(options.data)} does not exist`,
      'name the data directory with --data',
    );
  }
  const server = findServer(options.data);
  if (server) {
    const response = await fetch(`${server.url}/api/export`, {
      headers: { Authorization: `Bearer ${server.token}` },
    });
    if (!response.ok || !response.body)
      throw new FaultError('server.unreachable', `the server answered ${response.status}`, 'see its log');
    await pipeline(Readable.fromWeb(response.body as never), createWriteStream(partial));
    return;
  }
  const data = openDataDir(resolve(options.data));
  const config = readConfig(options.config);
  const store = await openStore(config, data);
  try {
    await pipeline(
      Readable.from(exportLines(store, signerFromFile(data.keyPath, config.origin))),
      createWriteStream(partial),
    );
  } finally {
    await store.close();
  }
}
