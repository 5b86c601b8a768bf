/**
 * The log and its witnesses over real HTTP: cosigned as it grows, shown to everybody with the cosignatures, and told apart by a
 * witness that remembers: two histories, a database put back, a silent witness, one that answers something else.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { StandingLevels } from '@sonae/core/log/levels.ts';
import { openCheckpoint } from '@sonae/proof/checkpoint';
import { witnessVerifier } from '@sonae/proof/cosignature';
import { parseDisclosure, verifyDisclosure } from '@sonae/proof/disclosure';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWitness, type WitnessKey, witnessKey, witnessServer } from '../examples/witness/witness.ts';
import { readConfig } from '../packages/server/src/config.ts';
import { readState } from '../packages/server/src/http/read-model.ts';
import { createWitnessRounds, type WitnessRounds } from '../packages/server/src/witness/keep-witnessed.ts';
import { openWitnessedLog } from '../packages/server/src/witness/witnessed-log.ts';
import { SYSTEM, TEST_SIGNER } from './support/app.ts';
import { createTestNode, type TestNode } from './support/node.ts';

const dirs: string[] = [];
const servers: Server[] = [];
const newDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-witness-'));
  dirs.push(dir);
  return dir;
};
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

const log = ed25519Verifier(TEST_SIGNER.verifierKey);
const START_SEC = 1_775_000_000;
let seconds = START_SEC;

async function serve(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Peer = { readonly key: WitnessKey; readonly url: string; readonly statePath: string };
async function startWitness(name: string, dir = newDir()): Promise<Peer> {
  const key = witnessKey(name, join(dir, 'key.pem'));
  const statePath = join(dir, 'state.json');
  const logs = [TEST_SIGNER.verifierKey];
  const answer = createWitness({ key, logs, statePath, clock: () => (seconds += 1) });
  return { key, url: await serve(witnessServer(answer)), statePath };
}

type Asked = { readonly t: TestNode; readonly rounds: WitnessRounds; readonly dir: string };
/** A node that asks these witnesses. */
function nodeAsking(peers: readonly Pick<Peer, 'key' | 'url'>[], quorum = 1, dir = newDir()): Asked {
  const path = join(newDir(), 'config.json');
  const list = peers.map(({ key, url }) => ({ url, key: key.vkey }));
  writeFileSync(path, JSON.stringify({ witnesses: { list, quorum, staleMs: 10 * MINUTE_MS } }));
  const config = readConfig(path);
  const t = createTestNode(config);
  t.node.leader = true;
  const known = openWitnessedLog(dir, config.witnesses, log);
  t.node.witnessed = known;
  return { t, rounds: createWitnessRounds(t.node, config.witnesses, known), dir };
}

/** A disclosed fact, so that the log grows and somebody can look. */
async function grow({ t }: Asked, name: string): Promise<void> {
  const input = { title: name, component: name, severity: 'minor' };
  const outcome = await t.testApp.run('incidents.Declare', input);
  if (outcome.status !== 'done') throw new Error(outcome.message);
}
const levels = ({ t }: Asked): Promise<StandingLevels> => readState(t.node, 'sentinels.levels', 'all');
const size = async ({ t }: Asked): Promise<number> => (await t.node.app.ports.store.head()).frontier.size;
const text = async ({ t }: Asked, path: string): Promise<string> => (await t.call(path)).text();

let one: Peer;
let two: Peer;
beforeEach(async () => {
  one = await startWitness('one.example');
  two = await startWitness('two.example');
});

describe('a log with two witnesses', () => {
  test('is cosigned as it grows, and everybody is shown the cosigned checkpoint', async () => {
    const asked = nodeAsking([one, two], 2);
    for (const name of ['first', 'second', 'third']) {
      await grow(asked, name);
      await asked.rounds.round();
      const note = await text(asked, '/log/checkpoint');
      const verifiers = [witnessVerifier(one.key.vkey), witnessVerifier(two.key.vkey)];
      const opened = openCheckpoint(note, log, verifiers);
      expect(opened.size).toBe(await size(asked));
      expect([...opened.witnesses].sort()).toEqual(['one.example', 'two.example']);
    }
    expect(await levels(asked)).toEqual({});
    expect((await text(asked, '/log/witnesses')).trim().split('\n')).toEqual([one.key.vkey, two.key.vkey]);
    const disclosure = parseDisclosure(await text(asked, '/log/disclosed/0'));
    const { checkpoint } = verifyDisclosure(disclosure, log, [witnessVerifier(two.key.vkey)]);
    expect(checkpoint.witnesses).toEqual(['two.example']);
  });

  test('asks nobody while nothing changed, and tells nothing into the log', async () => {
    const asked = nodeAsking([one, two], 2);
    await grow(asked, 'first');
    await asked.rounds.round();
    const before = [await size(asked), seconds];
    for (let n = 0; n < 5; n += 1) await asked.rounds.round();
    expect([await size(asked), seconds]).toEqual(before);
    // A cosignature says when: an old one is renewed.
    asked.t.testApp.clock.moveTo(asked.t.testApp.clock.now() + 6 * MINUTE_MS);
    await asked.rounds.round();
    expect(seconds).toBe((before[1] ?? 0) + 2);
  });

  test('what was cosigned outlives a restart; what was tampered with does not', async () => {
    const asked = nodeAsking([one, two], 2);
    await grow(asked, 'first');
    await asked.rounds.round();
    const path = join(asked.dir, 'witnessed-checkpoint');
    const { witnesses } = asked.t.node.config;
    expect(openWitnessedLog(asked.dir, witnesses, log).newest()?.by).toHaveLength(2);
    writeFileSync(path, readFileSync(path, 'utf8').replace('two.example', 'too.example'));
    expect(openWitnessedLog(asked.dir, witnesses, log).newest()).toBeNull();
    writeFileSync(path, 'nothing');
    expect(openWitnessedLog(asked.dir, witnesses, log).newest()).toBeNull();
  });

  test('below the quorum nothing is shown as witnessed, and the log goes on', async () => {
    const asked = nodeAsking([one, { key: two.key, url: 'http://127.0.0.1:9' }], 2);
    await grow(asked, 'first');
    await asked.rounds.round();
    expect(asked.t.node.witnessed?.newest()).toBeNull();
    expect(openCheckpoint(await text(asked, '/log/checkpoint'), log).size).toBe(await size(asked));
    expect(await levels(asked)).toEqual({});
    // Only after a while is silence something to say.
    asked.t.testApp.clock.moveTo(asked.t.testApp.clock.now() + 11 * MINUTE_MS);
    await asked.rounds.round();
    const { 'sentinels.log-witnessed/two.example': silent } = await levels(asked);
    expect(silent).toMatchObject({ level: 'blind' });
    expect(silent?.why.en).toContain('no answer');
  });

  test('a silent witness that speaks again is ok again', async () => {
    const dir = newDir();
    const three = await startWitness('three.example', dir);
    const asked = nodeAsking([three]);
    await grow(asked, 'first');
    await new Promise((resolve) => servers.pop()?.close(resolve));
    asked.t.testApp.clock.moveTo(asked.t.testApp.clock.now() + 11 * MINUTE_MS);
    await asked.rounds.round();
    expect(Object.values(await levels(asked)).map(({ level }) => level)).toEqual(['blind']);
    const back = nodeAsking([await startWitness('three.example', dir)]);
    await grow(back, 'first');
    await back.rounds.round();
    expect(await levels(back)).toEqual({});
  });
});

describe('a witness that remembers', () => {
  test('tells a second history of the same length', async () => {
    const honest = nodeAsking([one]);
    await grow(honest, 'honest');
    await honest.rounds.round();
    const forked = nodeAsking([one]);
    await grow(forked, 'forged');
    expect(await size(forked)).toBe(await size(honest));
    await forked.rounds.round();
    expect(forked.t.node.witnessed?.newest()).toBeNull();
    const { 'sentinels.log-witnessed/one.example': told } = await levels(forked);
    expect(told?.level).toBe('critical');
    expect(told?.why.en).toContain('another root');
    // Silence takes nothing back.
    const silent = { witness: 'one.example', says: 'silent', detail: 'no answer', size: 0 };
    await forked.t.testApp.run('sentinels.RecordWitness', silent, SYSTEM);
    expect((await levels(forked))['sentinels.log-witnessed/one.example']?.level).toBe('critical');
    // It is an incident like any broken control.
    const { incidents } = (await (await forked.t.call('/api/incidents')).json()) as {
      incidents: { component: string }[];
    };
    expect(incidents.map(({ component }) => component)).toContain('one.example');
  });

  test('tells a longer history that does not begin with what it saw', async () => {
    const honest = nodeAsking([one]);
    await grow(honest, 'honest');
    await honest.rounds.round();
    const forked = nodeAsking([one]);
    await grow(forked, 'forged');
    await grow(forked, 'and more');
    await forked.rounds.round();
    const { 'sentinels.log-witnessed/one.example': told } = await levels(forked);
    expect(told).toMatchObject({ level: 'critical' });
    expect(told?.why.en).toContain('422');
  });

  test('tells that an old database was put back, also after it was restarted itself', async () => {
    const dir = newDir();
    const peer = await startWitness('four.example', dir);
    const asked = nodeAsking([peer]);
    await grow(asked, 'first');
    await grow(asked, 'second');
    await asked.rounds.round();
    const restarted = await startWitness('four.example', dir);
    const old = nodeAsking([restarted]);
    await grow(old, 'first');
    await old.rounds.round();
    const { 'sentinels.log-witnessed/four.example': told } = await levels(old);
    expect(told).toMatchObject({ level: 'critical' });
    expect(told?.why.en).toMatch(/it cosigned \d+ facts, this log has \d+/);
  });
});

describe('answers that are none', () => {
  const answering = async (status: number, body: string): Promise<string> =>
    serve(createServer((_, response) => response.writeHead(status).end(body)));

  test.each([
    ['nothing', 200, ''],
    ['words', 200, 'cosigned, trust me\n'],
    ['too much', 200, 'x'.repeat(10_000)],
    ['an error page', 500, '<html>'],
    ['a size that is none', 409, 'many'],
    ['a log that it does not know', 404, 'who are you'],
  ])('%s is silence, never a cosignature', async (_, status, body) => {
    const asked = nodeAsking([{ key: one.key, url: await answering(status, body) }]);
    await grow(asked, 'first');
    await asked.rounds.round();
    expect(asked.t.node.witnessed?.newest()).toBeNull();
    asked.t.testApp.clock.moveTo(asked.t.testApp.clock.now() + 11 * MINUTE_MS);
    await asked.rounds.round();
    expect(Object.values(await levels(asked)).map(({ level }) => level)).toEqual(['blind']);
  });

  test('one whose name and words are too long for a fact does not keep the others waiting', async () => {
    const wordy = witnessKey(`${'long-'.repeat(40)}example`, join(newDir(), 'key.pem'));
    const asked = nodeAsking([{ key: wordy, url: `http://127.0.0.1:9/${'x'.repeat(900)}` }, one]);
    await grow(asked, 'first');
    asked.t.testApp.clock.moveTo(asked.t.testApp.clock.now() + 11 * MINUTE_MS);
    await asked.rounds.round();
    expect(asked.t.node.witnessed?.newest()?.by).toEqual(['one.example']);
    expect(Object.values(await levels(asked)).map(({ level }) => level)).toEqual(['blind']);
  });

  test('a cosignature of another witness under its name is none', async () => {
    const impostor = await startWitness('one.example');
    const asked = nodeAsking([{ key: one.key, url: impostor.url }]);
    await grow(asked, 'first');
    await asked.rounds.round();
    expect(asked.t.node.witnessed?.newest()).toBeNull();
  });

  test('a configuration names what is wrong with it', () => {
    const path = join(newDir(), 'config.json');
    const refused = (witnesses: unknown): string => {
      writeFileSync(path, JSON.stringify({ witnesses }));
      try {
        readConfig(path);
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const list = [{ url: one.url, key: one.key.vkey }];
    expect(refused({ list: [{ url: one.url, key: TEST_SIGNER.verifierKey }] })).toContain('list.0.key');
    expect(refused({ list, quorum: 2 })).toContain('quorum');
    expect(refused({ list: [...list, ...list] })).toContain('twice');
  });
});

describe('the witness itself', () => {
  const ask = async (body: string): Promise<{ status: number; text: string; type: string | null }> => {
    const response = await fetch(`${one.url}/add-checkpoint`, { method: 'POST', body });
    return {
      status: response.status,
      text: await response.text(),
      type: response.headers.get('content-type'),
    };
  };
  const note = (origin: string, facts: number): string =>
    TEST_SIGNER.signNote(`${origin}\n${facts}\n${Buffer.alloc(32, 7).toString('base64')}\n`);

  test('answers with the statuses of the specification', async () => {
    const { origin } = TEST_SIGNER;
    expect((await ask('')).status).toBe(400);
    expect((await ask(`old x\n\n${note(origin, 1)}`)).status).toBe(400);
    expect((await ask(`old 2\n\n${note(origin, 1)}`)).status).toBe(400);
    expect((await ask(`old 0\n\n${note('other.example', 1)}`)).status).toBe(404);
    const unsigned = note(origin, 1).replace(
      /(?<=— \S+ )\S+/,
      (signature) => `${signature.slice(0, -6)}AAAAA=`,
    );
    expect((await ask(`old 0\n\n${unsigned}`)).status).toBe(403);
    expect((await ask(`old 0\n\n${note(origin, 1)}`)).status).toBe(200);
    expect(await ask(`old 0\n\n${note(origin, 2)}`)).toMatchObject({
      ...{ status: 409, text: '1\n', type: 'text/x.tlog.size' },
    });
    expect((await ask(`old 1\n\n${note(origin, 2)}`)).status).toBe(422);
    expect((await fetch(one.url)).status).toBe(404);
    const huge = 'x'.repeat(100_000);
    const answered = await ask(huge).catch(() => ({ status: 413 }));
    expect(answered.status).toBe(413);
    expect(JSON.parse(readFileSync(one.statePath, 'utf8'))).toMatchObject({ [origin]: { size: 1 } });
  });
});
