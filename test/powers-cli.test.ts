/**
 * Powers from the command line alone, as when the console is down: keys and a founding as files, a request, signatures
 * collected offline, a real exchange that is stopped, sign-in, API tokens, and what a stranger is told.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createExchange, type Exchange, type Listening } from '../examples/exchange/server.ts';
import { charter } from './support/firm.ts';
import { EXCHANGE_KEY } from './support/power-node.ts';
import { type Finished, type Server, sonae, startServer, until } from './support/process.ts';

const root = mkdtempSync(join(tmpdir(), 'sonae-powers-cli-'));
const data = join(root, 'data');
const file = (name: string): string => join(root, name);
const MEMBERS = ['north', 'east', 'south', 'west', 'watch', 'audit'];
let server: Server;
let exchange: Exchange;
let at: Listening;

const run = (...args: string[]): Promise<Finished> => sonae(args, { cwd: root });
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const config = (): object => ({
  origin: 'cli.sonae.invalid',
  connections: [
    { kind: 'exchange', system: 'main', url: at.url, keyId: EXCHANGE_KEY.id, secret: EXCHANGE_KEY.secret },
  ],
  assets: [
    {
      asset: 'USDC',
      peg: 'USD',
      feeds: [
        {
          id: 'f',
          source: 'ccxt',
          venue: 'kraken',
          base: 'USDC',
          quote: 'USD',
          baseUrl: 'http://127.0.0.1:9',
        },
      ],
    },
  ],
});

beforeAll(async () => {
  exchange = createExchange({ keys: [EXCHANGE_KEY], clock: Date.now, system: 'main' });
  at = await exchange.listen(0);
  writeFileSync(file('config.json'), JSON.stringify(config()));
  server = await startServer(['up', '--config', file('config.json'), '--data', data, '--port', '0']);
});
afterAll(async () => {
  await server.kill('SIGKILL');
  await at.close();
  rmSync(root, { recursive: true, force: true });
});

describe('a firm by files', () => {
  let use = '';

  test('everybody makes a key; the charter names them; all sign; the firm is founded, once', async () => {
    const principals: { id: string; credentials: unknown[] }[] = [];
    for (const id of MEMBERS) {
      const made = await run(
        'keys',
        'new',
        '--principal',
        id,
        '--credential',
        'key',
        '--out',
        file(`${id}.key`),
      );
      expect(made).toMatchObject({ code: 0, err: '' });
      principals.push({ id, credentials: [json(made.out)] });
    }
    writeFileSync(
      file('charter.json'),
      JSON.stringify({ ...charter(undefined, 'cli.sonae.invalid'), principals }),
    );
    expect((await run('charter', 'check', file('charter.json'))).out).toContain(
      'stops with 2, resumes with 3',
    );
    const unusable = { ...charter(undefined, 'cli.sonae.invalid'), principals, powers: [] };
    writeFileSync(file('unusable.json'), JSON.stringify(unusable));
    for (const verb of [['check'], ['sign', '--key', file('north.key')]])
      expect(await run('charter', ...verb, file('unusable.json'))).toMatchObject({
        code: 2,
        err: expect.stringContaining('no power governs tighten'),
      });
    const signatures: string[] = [];
    for (const id of MEMBERS) {
      const out = file(`${id}.sig`);
      const signed = await run(
        'charter',
        'sign',
        file('charter.json'),
        '--key',
        file(`${id}.key`),
        '--out',
        out,
      );
      expect(signed.code).toBe(0);
      signatures.push(out);
    }
    const tooFew = await run(
      'charter',
      'found',
      file('charter.json'),
      ...signatures.slice(1),
      '--data',
      data,
    );
    expect(tooFew.code).toBe(1);
    expect(tooFew.out).toContain('not-signed');
    const founded = await run('charter', 'found', file('charter.json'), ...signatures, '--data', data);
    expect(founded).toMatchObject({ code: 0 });
    expect(
      (await run('charter', 'found', file('charter.json'), ...signatures, '--data', data)).out,
    ).toContain('founded-already');
  });

  test('the local operator sees powers and may not use them; who is on call may', async () => {
    const ask = [
      'authority',
      'request',
      '--power',
      'halt-withdrawals',
      '--target',
      'btc',
      '--reason',
      'theft',
      '--data',
      data,
    ];
    const refused = await run(...ask);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('not-allowed');
    const done = await run(...ask, '--key', file('watch.key'), '--json');
    expect(done.code).toBe(0);
    use = (json(done.out).result as { use: string }).use;
    expect((await run('powers', '--data', data)).out).toContain('halt-withdrawals');
    expect((await run('uses', 'show', use, '--data', data)).err).toContain('Halt withdrawals of BTC');
  });

  test('one signs online, one from a file without any server; the exchange is stopped for real', async () => {
    const online = await run('sign', use, '--key', file('north.key'), '--yes', '--data', data);
    expect(online.err).toContain('Halt withdrawals of BTC');
    expect(online.out).toContain('authority.Approved');
    await run('uses', 'request-file', use, '--out', file('request.json'), '--data', data);
    const offline = await run(
      'sign',
      file('request.json'),
      '--key',
      file('east.key'),
      '--yes',
      '--out',
      file('east.approval'),
      '--data',
      file('nowhere'),
    );
    expect(offline.code).toBe(0);
    const brought = await run('approvals', file('east.approval'), '--data', data);
    expect(brought.out).toContain('authority.ExecutionOrdered');
    await until('the stop', async () => (await run('uses', 'list', '--data', data)).out.includes('verified'));
    const withdrawal = await fetch(`${at.url}/demo/withdraw`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ asset: 'BTC', account: 'a-1', amount: '1' }),
    });
    expect(withdrawal.status).toBe(423);
    expect((await run('approvals', file('east.approval'), '--data', data)).code).toBe(1);
  });

  test('a request file that was altered on the way is signed as what it is, and counts for nothing', async () => {
    const fill = '{"subject":"acct-7"}';
    const ask = [
      'authority',
      'request',
      '--power',
      'halt-withdrawals',
      '--target',
      'account',
      '--reason',
      'r',
      '--fill',
      fill,
    ];
    const asked = await run(...ask, '--key', file('watch.key'), '--data', data, '--json');
    const id = (json(asked.out).result as { use: string }).use;
    await run('uses', 'request-file', id, '--out', file('true.json'), '--data', data);
    writeFileSync(file('false.json'), readFileSync(file('true.json'), 'utf8').replace('acct-7', 'acct-8'));
    const signed = await run(
      'sign',
      file('false.json'),
      '--key',
      file('north.key'),
      '--yes',
      '--out',
      file('false.approval'),
    );
    expect(signed.err).toContain('acct-8');
    const brought = await run('approvals', file('false.approval'), '--data', data);
    expect(brought.code).toBe(1);
    expect(brought.out).toContain('bad-proof');
    const no = await run(
      'sign',
      id,
      '--key',
      file('south.key'),
      '--says',
      'refuse',
      '--reason',
      'wrong account',
      '--yes',
      '--data',
      data,
    );
    expect(no.out).toContain('authority.Declined');
  });

  test('a key can be encrypted, and nobody confirms by accident', async () => {
    process.env.SONAE_PASSPHRASE = 'correct horse';
    const made = await run(
      'keys',
      'new',
      '--principal',
      'x',
      '--credential',
      'k',
      '--out',
      file('x.key'),
      '--encrypt',
    );
    expect(made.code).toBe(0);
    process.env.SONAE_PASSPHRASE = 'wrong';
    const wrong = await run('charter', 'sign', file('charter.json'), '--key', file('x.key'));
    delete process.env.SONAE_PASSPHRASE;
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('passphrase');
    expect((await run('charter', 'sign', file('charter.json'), '--key', file('x.key'))).err).toContain(
      'encrypted',
    );
    expect((await run('sign', use, '--key', file('south.key'), '--data', data)).err).toContain('--yes');
    const again = await run('keys', 'new', '--principal', 'x', '--credential', 'k', '--out', file('x.key'));
    expect(again).toMatchObject({ code: 2 });
  });

  test('an API token opens what it covers and nothing else, until it is revoked', async () => {
    const secret = 'sonae_test-token-0123456789';
    const digest = createHash('sha256').update(secret).digest('hex');
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const issue = [
      'people',
      'issue-token',
      '--scopes',
      '["read","incidents.Declare"]',
      '--digest',
      digest,
      '--expires-at',
      expiresAt,
    ];
    const issued = await run(...issue, '--key', file('north.key'), '--data', data, '--json');
    expect(issued.code).toBe(0);
    const call = (path: string, body?: unknown): Promise<Response> =>
      fetch(server.url + path, {
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
    expect(await (await call('/api/me')).json()).toMatchObject({ principal: 'north', enrolled: true });
    expect((await call('/api/commands/incidents.Declare', { title: 'by a tool' })).status).toBe(200);
    expect((await call('/api/commands/authority.Request', {})).status).toBe(403);
    expect((await call('/api/link')).status).toBe(403);
    const { token } = json(issued.out).result as { token: string };
    await run(
      'people',
      'revoke-token',
      '--token',
      token,
      '--reason',
      'leaked',
      '--key',
      file('east.key'),
      '--data',
      data,
    );
    expect((await call('/api/me')).status).toBe(401);
  });

  test('contact routes are sealed in the log and opened for enrolled people only', async () => {
    const stated = [
      'people',
      'set-contact',
      '--principal',
      'east',
      '--name',
      'E. Ast',
      '--first',
      '+81-3-0000-0000',
    ];
    const done = await run(
      ...stated,
      '--alternate',
      'east@example.jp',
      '--key',
      file('east.key'),
      '--data',
      data,
    );
    expect(done.code).toBe(0);
    const others = await run(
      ...stated,
      '--alternate',
      'x@example.jp',
      '--key',
      file('north.key'),
      '--data',
      data,
    );
    expect(others.out).toContain('not-yourself');
    const shown = await run('contact', 'east', '--key', file('west.key'), '--data', data);
    expect(shown.out).toContain('+81-3-0000-0000');
    const log = await run('log', '--limit', '50', '--data', data, '--json');
    expect(log.out).toContain('people.PrincipalNamed@1');
    expect(log.out).not.toContain('0000-0000');
    const { token } = json(readFileSync(join(data, 'server.json'), 'utf8')) as { token: string };
    const path = `${server.url}/api/members/east/contact`;
    expect((await fetch(path, { headers: { authorization: `Bearer ${token}` } })).status).toBe(403);
  });

  test('the doctor sees the exchange, and what is wrong with a chain', async () => {
    const well = await run('doctor', '--config', file('config.json'), '--data', data, '--json');
    expect(json(well.out).findings).toContainEqual(
      expect.objectContaining({ check: 'exchange main', state: 'ok' }),
    );
    writeFileSync(file('relayer.key'), `0x${'1'.repeat(64)}`);
    const evm = {
      kind: 'evm',
      chainId: 5,
      rpcUrls: ['http://127.0.0.1:9'],
      relayerKeyFile: file('relayer.key'),
    };
    writeFileSync(file('dead.json'), JSON.stringify({ connections: [evm] }));
    const ill = await run('doctor', '--config', file('dead.json'), '--data', data, '--json');
    expect(ill.code).toBe(1);
    expect(json(ill.out).findings).toContainEqual(
      expect.objectContaining({ check: 'evm 5', state: 'broken' }),
    );
  });

  test('the public page shows powers and the use, and the log verifies', async () => {
    const page = (await (await fetch(`${server.url}/public/powers.json`)).json()) as {
      uses: { use: string; steps: unknown[] }[];
    };
    expect(page.uses.map((one) => one.use)).toEqual([use]);
    expect(page.uses[0]?.steps.length).toBeGreaterThanOrEqual(4);
    expect((await run('verify', server.url)).code).toBe(0);
  });

  test('a founding of another firm is not obeyed after a restart', async () => {
    await server.kill('SIGTERM');
    writeFileSync(file('other.json'), JSON.stringify({ ...config(), founding: 'f'.repeat(64) }));
    server = await startServer(['up', '--config', file('other.json'), '--data', data, '--port', '0']);
    const fill = '{"subject":"acct-9"}';
    const ask = [
      'authority',
      'request',
      '--power',
      'halt-withdrawals',
      '--target',
      'account',
      '--reason',
      'r',
      '--fill',
      fill,
    ];
    const asked = await run(...ask, '--key', file('watch.key'), '--data', data, '--json');
    const id = (json(asked.out).result as { use: string }).use;
    for (const who of ['north', 'east'])
      await run('sign', id, '--key', file(`${who}.key`), '--yes', '--data', data);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const shown = json((await run('uses', 'show', id, '--data', data, '--json')).out);
    expect((shown.use as { state: string }).state).toBe('ordered');
    expect([...exchange.state.results.values()]).toHaveLength(1);
  });
});
