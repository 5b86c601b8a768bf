/** The guide is true: every curl line in docs/guides/intake.md, run as it stands, raises its alarm. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveClock } from '../packages/server/src/adapters/clock/clock.ts';
import { listenForMail, type MailListening } from '../packages/server/src/connectors/intake/mail-listener.ts';
import { type Listening, listen } from '../packages/server/src/http/server.ts';
import { createIntakeNode, INTAKE, type IntakeNode, SECRET, TOKEN } from './support/intake.ts';

const GUIDE = readFileSync(new URL('../docs/guides/intake.md', import.meta.url), 'utf8');
const missing = ['curl', 'openssl', 'bash'].filter(
  (name) => spawnSync(name, ['--version']).error !== undefined,
);
const needs = missing.length === 0 ? '' : ` (needs ${missing.join(', ')})`;
const run = promisify(execFile);

/** Shell blocks that send something, and the id of the source that each sends to. */
const LINES = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```/g)]
  .map((match) => match[1] ?? '')
  .filter((text) => text.includes('curl '))
  .map((text) => ({ text, to: /\/intake\/([a-z]+)/.exec(text)?.[1] ?? 'post' }));

/** As the guide has it, so that its mapping is tried too. */
const MAPPED = JSON.parse(
  [...GUIDE.matchAll(/```json\n([\s\S]*?)```/g)]
    .map((match) => match[1] ?? '')
    .find((text) => text.includes('"mapping"')) ?? 'null',
) as object;

describe.skipIf(missing.length > 0)(`the guide${needs}`, () => {
  let t: IntakeNode;
  let listening: Listening;
  let mail: MailListening | null = null;

  beforeAll(async () => {
    const sources = INTAKE.sources.map((source) =>
      source.id === 'own' ? { ...MAPPED, token: TOKEN } : source,
    );
    const domain = /ID@DOMAIN|"domain": "([^"]+)"/.exec(GUIDE)?.[1];
    t = createIntakeNode({ sources, mail: { port: 0, domain } });
    listening = await listen(t.http, 0);
    mail = await listenForMail(t.node.config.intake, t.gatherer, liveClock.now, () => undefined);
  });
  afterAll(async () => {
    await listening.close();
    await mail?.close();
  });

  test('has a line for every kind of source', () => {
    expect(LINES.map(({ to }) => to).sort()).toEqual(INTAKE.sources.map(({ id }) => id).sort());
  });

  test.each(LINES)('the line to $to is taken', async ({ text, to }) => {
    const line = text
      .replace('curl ', 'curl --silent --show-error --fail ')
      .replace('127.0.0.1:2525', `127.0.0.1:${mail?.port}`);
    const SONAE = `http://127.0.0.1:${listening.port}`;
    await run('bash', ['-euc', line], { env: { ...process.env, SONAE, TOKEN, SECRET } });
    const { sources } = (await (await t.get('/api/alarms')).json()) as {
      sources: { source: string; received: number }[];
    };
    expect(sources.find(({ source }) => source === to)?.received).toBe(1);
  });

  test('together they are the suspicions that the guide speaks of', async () => {
    const correlations = (await t.incidents()).map(({ correlation }) => correlation);
    expect(correlations.sort()).toEqual(
      ['alarm/api', 'alarm/chain', 'alarm/db', 'alarm/hot-wallet', 'alarm/own'].sort(),
    );
  });
});
