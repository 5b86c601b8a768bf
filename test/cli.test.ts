/** The command line as users call it: from another folder, with every exit code, on data that was meant to break it. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres } from './support/postgres.ts';
import { type Server, sonae, startServer, until } from './support/process.ts';

const root = mkdtempSync(join(tmpdir(), 'sonae-cli-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const parse = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('a node and its tools', () => {
  const data = join(root, 'node');
  const file = join(root, 'log.sonae');
  const replay = ['replay', 'usdc-2023', '--speed', 'max', '--data', data];
  let server: Server;
  let summary: Awaited<ReturnType<typeof sonae>>;
  beforeAll(async () => {
    summary = await sonae([...replay, '--json']);
    server = await startServer([...replay, '--port', '0']);
    const isOver = async (): Promise<boolean> =>
      (await (await fetch(`${server.url}/public/status.json`)).text()).includes('"closed"');
    await until('the replay', isOver);
  });
  afterAll(() => server.kill('SIGKILL'));

  test('a replay that is asked for JSON ends by itself with a summary', () => {
    expect(summary.code, summary.err).toBe(0);
    expect(parse(summary.out)).toMatchObject({
      to: '2023-03-14T06:00:00Z',
      rejected: 0,
      incidents: [{ phase: 'reviewed' }],
    });
  });

  test('commands derived from the registry: done 0, refused 1, bad input 2', async () => {
    const done = await sonae(
      ['incidents', 'declare', '--title', 'from the shell', '--severity', 'minor', '--data', data, '--json'],
      { cwd: root },
    );
    expect(done.code).toBe(0);
    const { incident } = parse(done.out).result as { incident: string };
    const refused = await sonae(['incidents', 'verify', '--incident', incident, '--data', data]);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('wrong-phase');
    const bad = await sonae([
      'incidents',
      'classify',
      '--incident',
      incident,
      '--severity',
      'awful',
      '--reason',
      'x',
      '--data',
      data,
    ]);
    expect(bad.code).toBe(2);
    expect(bad.err).toContain('severity');
    const listed = await sonae(['incidents', 'list', '--data', data]);
    expect(listed.out).toContain('from the shell');
    const shown = await sonae(['incidents', 'show', incident, '--data', data, '--json']);
    expect(parse(shown.out)).toMatchObject({ id: incident, phase: 'declared' });
  });

  test('export and verify: exit 0 only if all holds', async () => {
    expect((await sonae(['export', '--data', data, '--out', file], { cwd: root })).code).toBe(0);
    const verified = await sonae(['verify', file, '--json']);
    expect(verified.code).toBe(0);
    expect(parse(verified.out)).toMatchObject({ ok: true, keyPinned: false });
    const { vkey } = parse(verified.out) as { vkey: string };
    expect((await sonae(['verify', file, '--key', vkey])).code).toBe(0);
    const whole = readFileSync(file);
    for (const [what, damaged] of Object.entries({
      changed: Buffer.from(whole.map((byte, i) => (i === 5_000 ? byte ^ 1 : byte))),
      truncated: whole.subarray(0, -1),
      extended: Buffer.concat([whole, Buffer.from('\n')]),
      doubled: Buffer.concat([whole.subarray(0, 2_000), whole.subarray(1_999)]),
      empty: Buffer.alloc(0),
    })) {
      writeFileSync(`${file}.${what}`, damaged);
      const refused = await sonae(['verify', `${file}.${what}`]);
      expect([refused.code, what]).toEqual([1, what]);
      expect(refused.err).toContain('does not verify');
    }
    expect((await sonae(['verify', join(root, 'nowhere')])).code).toBe(2);
    for (const option of ['--key', '--witness']) {
      const nonsense = await sonae(['verify', file, option, 'nonsense']);
      expect([nonsense.code, nonsense.err]).toEqual([
        2,
        expect.stringContaining(`${option}: a verifier key is`),
      ]);
    }
  });

  test('the live public log verifies over HTTP; an absent one is the world failing', async () => {
    const live = await sonae(['verify', server.url, '--json']);
    expect([live.code, live.err]).toEqual([0, '']);
    expect((await sonae(['verify', 'http://127.0.0.1:1'])).code).toBe(3);
  });

  test('doctor, link and log speak of the running server', async () => {
    const doctor = parse((await sonae(['doctor', '--data', data, '--json'])).out);
    expect(doctor).toMatchObject({ ok: true });
    expect((await sonae(['link', '--data', data])).out).toContain('/login?token=');
    expect((await sonae(['log', '--limit', '3', '--data', data])).out.trim().split('\n')).toHaveLength(3);
  });

  test('a second process on the same directory is refused and harms nothing', async () => {
    const second = await sonae(['up', '--data', data, '--port', '0']);
    expect(second.code).toBe(3);
    expect(second.err).toContain('holds');
    expect((await sonae(['verify', server.url])).code).toBe(0);
  });

  test('stopping is orderly, and the directory can be exported while nothing runs', async () => {
    const { code } = await server.kill('SIGTERM');
    expect(code).toBe(0);
    expect(existsSync(join(data, 'sonae.lock'))).toBe(false);
    const before = parse((await sonae(['verify', file, '--json'])).out) as { size: number };
    expect((await sonae(['export', '--data', data, '--out', file, '--json'])).code).toBe(0);
    const after = parse((await sonae(['verify', file, '--json'])).out) as { size: number };
    expect(after.size).toBeGreaterThanOrEqual(before.size);
    expect((await sonae(['incidents', 'list', '--data', data])).code).toBe(3);
  });
});

describe('bad use and bad input', () => {
  test.each([
    [['nonsense'], 2],
    [['backtest'], 2],
    [['backtest', '/nowhere'], 2],
    [['backtest', '/nowhere', '--json'], 2],
    [['replay', 'no-such-scenario'], 2],
    [['replay', 'usdc-2023', '--speed', 'fast'], 2],
    [['up', '--port', '99999'], 2],
    [['up', '--config', '/nowhere.json'], 2],
    [['export', '--out', 'x', '--data', '/nowhere/at/all'], 2],
    [['--version'], 0],
    [['--help'], 0],
  ])('sonae %j exits %d', async (args, code) => {
    const finished = await sonae(args, { cwd: root });
    expect(finished.code).toBe(code);
    if (code === 2) expect(finished.err + finished.out).not.toContain('    at ');
  });

  test('help is in English and Japanese', async () => {
    const { out } = await sonae(['--help']);
    expect(out).toContain('controls over recorded feeds');
    expect(out).toContain('記録済みフィード');
  });

  test('a configuration is refused with the field that is wrong', async () => {
    const path = join(root, 'config.json');
    const cases: [unknown, string][] = [
      [{ orign: 'x' }, 'orign'],
      [{ assets: [{ asset: 'USDC', peg: 'USD', feeds: [] }] }, 'assets.0.feeds'],
      [
        { limits: { peg: { deviation: [{ level: 'watch', enter: 10, dwellMs: 0, leave: 20, calmMs: 0 }] } } },
        'leave must lie below enter',
      ],
      [{ webhook: { url: 'ftp://x', secret: '0123456789abcdef' } }, 'webhook.url'],
    ];
    for (const [config, words] of cases) {
      writeFileSync(path, JSON.stringify(config));
      const { code, err } = await sonae(['up', '--config', path, '--data', join(root, 'never')]);
      expect([code, err.includes(words)], `${words}: ${err}`).toEqual([2, true]);
    }
    expect(existsSync(join(root, 'never'))).toBe(false);
  });

  test('a data directory of a newer version is refused and left alone', async () => {
    const data = join(root, 'newer');
    mkdirSync(data);
    writeFileSync(join(data, 'sonae.json'), '{"layout":99}\n');
    const { code, err } = await sonae(['up', '--data', data, '--port', '0']);
    expect(code).toBe(2);
    expect(err).toContain('layout 99');
    expect(readFileSync(join(data, 'sonae.json'), 'utf8')).toBe('{"layout":99}\n');
    writeFileSync(join(data, 'sonae.json'), 'garbage');
    expect((await sonae(['up', '--data', data, '--port', '0'])).err).toContain('cannot be read');
  });

  test('a log of a replay is never continued as the log of the firm', async () => {
    const data = join(root, 'node');
    const config = join(root, 'live.json');
    const feed = {
      id: 'k',
      source: 'ccxt',
      venue: 'kraken',
      base: 'USDC',
      quote: 'USD',
      baseUrl: 'http://127.0.0.1:9',
    };
    writeFileSync(config, JSON.stringify({ assets: [{ asset: 'USDC', peg: 'USD', feeds: [feed] }] }));
    const { code, err } = await sonae(['up', '--config', config, '--data', data, '--port', '0']);
    expect([code, err.includes('simulated time')], err).toEqual([2, true]);
  });

  test('a directory that cannot be written is named', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'sonae-sealed-'));
    chmodSync(parent, 0o555);
    const data = join(parent, 'data');
    // Root may write anywhere: the verb then runs as a user who may not.
    const nobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY, cwd: '/' } : {};
    const { code, err } = await sonae(['up', '--data', data, '--port', '0'], nobody);
    rmSync(parent, { recursive: true, force: true });
    expect([code, err.includes(data)], err).toEqual([2, true]);
  });
});

/** The user id that by custom owns nothing. */
const NOBODY = 65_534;

describe('two nodes on one PostgreSQL', () => {
  test('when the leader is killed the other takes over where the log stands', async () => {
    const postgres = await startPostgres();
    const [a, b] = [join(root, 'a'), join(root, 'b')];
    const config = join(root, 'cluster.json');
    writeFileSync(config, JSON.stringify({ store: { postgres: await postgres.create('cluster') } }));
    const args = (data: string): string[] => ['up', '--config', config, '--data', data, '--port', '0'];
    const one = await startServer(args(a));
    mkdirSync(b);
    copyFileSync(join(a, 'log-key.pem'), join(b, 'log-key.pem'));
    const two = await startServer(args(b));
    const sizeOf = async (server: Server): Promise<number> =>
      ((await (await fetch(`${server.url}/public/status.json`)).json()) as { log: { size: number } }).log
        .size;
    try {
      await expect.poll(() => sizeOf(two), { timeout: 20_000 }).toBeGreaterThan(20);
      await one.kill('SIGKILL');
      const atDeath = await sizeOf(two);
      await expect.poll(() => sizeOf(two), { timeout: 30_000 }).toBeGreaterThan(atDeath + 20);
      expect((await sonae(['verify', two.url])).code).toBe(0);
      const stranger = await sonae(['up', '--config', config, '--data', join(root, 'c'), '--port', '0']);
      expect([stranger.code, stranger.err.includes('not signed by')]).toEqual([2, true]);
    } finally {
      await one.kill('SIGKILL');
      await two.kill('SIGKILL');
      await postgres.stop();
    }
  }, 120_000);
});
