/** `sonae link`: a fresh one-time link into the console of the running server. */
import type { Command } from 'commander';
import { call, requireServer } from './client.ts';
import { say } from './say.ts';
import { DEFAULT_DATA } from './up.ts';

export function addLink(program: Command): void {
  program
    .command('link')
    .description('a fresh one-time link into the console\n操作画面へのワンタイムリンクを発行する')
    .option('--data <dir>', 'data directory of the running server', DEFAULT_DATA)
    .option('--json', 'print one JSON object')
    .action(async (options: { data: string; json?: boolean }) => {
      const server = requireServer(options.data);
      const { body } = await call<{ token: string }>(server, '/api/link');
      const url = `${server.url}/login?token=${body.token}`;
      say(options.json ? JSON.stringify({ url }) : url);
    });
}
