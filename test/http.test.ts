/** Every address: who may call it, what it answers, and what hostile callers get. */
import { HTTP_BODY_BYTES_MAX } from '@sonae/core/kernel/limits.ts';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ADDRESSES } from '../packages/server/src/http/addresses.ts';
import { listen } from '../packages/server/src/http/server.ts';
import { verifyPublicLog } from '../packages/server/src/verify/verify-public.ts';
import { createTestNode, HOST, type TestNode } from './support/node.ts';

let t: TestNode;
beforeEach(() => {
  t = createTestNode();
});

type Json = Record<string, unknown>;
const json = async (response: Response): Promise<Json> => (await response.json()) as Json;
const faultCode = async (response: Response): Promise<string> =>
  ((await json(response)).fault as { code: string }).code;

describe('who may call', () => {
  test('everything that is not declared open needs a session', async () => {
    for (const { path, open, method = 'get' } of ADDRESSES) {
      const address = path
        .replace('{asset}', 'USDC')
        .replace('{id}', 'x')
        .replace('{seq}', '0')
        .replace('{path}', '0/000');
      const request = { method: method.toUpperCase(), headers: { host: HOST } };
      const response = await t.http.request(`http://${HOST}${address}`, request);
      if (open) expect(response.status, path).not.toBe(401);
      else expect(response.status, path).toBe(401);
    }
    const write = await t.http.request(`http://${HOST}/api/commands/incidents.Declare`, {
      method: 'POST',
      headers: { host: HOST },
      body: '{}',
    });
    expect(write.status).toBe(401);
  });

  test('a one-time link gives a session once', async () => {
    const token = t.sessions.issueLink();
    const first = await t.http.request(`http://${HOST}/login?token=${token}`, { headers: { host: HOST } });
    expect(first.status).toBe(302);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toContain('HttpOnly');
    expect(cookie).toContain('SameSite=Strict');
    const session = cookie.split(';')[0] ?? '';
    const inside = await t.http.request(`http://${HOST}/api/overview`, {
      headers: { host: HOST, cookie: session },
    });
    expect(inside.status).toBe(200);
    const again = await t.http.request(`http://${HOST}/login?token=${token}`, { headers: { host: HOST } });
    expect(again.status).toBe(401);
  });

  test('other host names and other origins get nothing', async () => {
    for (const host of [
      'evil.example',
      '127.0.0.1.evil.example',
      'localhost.evil.example:8790',
      '[::2]:8790',
      '',
    ]) {
      const response = await t.call('/public/status.json', { headers: { host } });
      expect(response.status, host).toBe(403);
      expect(await faultCode(response)).toBe('http.forbidden-origin');
    }
    const foreign = await t.post(
      '/api/commands/incidents.Declare',
      { title: 'x' },
      { origin: 'http://evil.example' },
    );
    expect(foreign.status).toBe(403);
    const own = await t.post('/api/commands/incidents.Declare', { title: 'x' }, { origin: `http://${HOST}` });
    expect(own.status).toBe(200);
  });

  test('every answer carries the security headers', async () => {
    for (const path of ['/public/status.json', '/api/overview', '/nowhere', '/log/checkpoint']) {
      const { headers } = await t.call(path);
      expect(headers.get('content-security-policy'), path).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('x-frame-options'), path).toBe('DENY');
    }
  });

  test('the rate limit says when to come back', async () => {
    let limited: Response | null = null;
    for (let i = 0; i < 40 && limited === null; i += 1) {
      const response = await t.http.request(`http://${HOST}/login?token=guess${i}`, {
        headers: { host: HOST },
      });
      if (response.status === 429) limited = response;
    }
    expect(limited?.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});

describe('commands', () => {
  test('done, refused, and malformed are three different answers', async () => {
    const done = await t.post('/api/commands/incidents.Declare', { title: 'a title is enough' });
    expect(done.status).toBe(200);
    const { result } = await json(done);
    const refused = await t.post('/api/commands/incidents.Verify', {
      incident: (result as { incident: string }).incident,
    });
    expect(refused.status).toBe(409);
    expect(await json(refused)).toMatchObject({ status: 'refused', refused: 'wrong-phase' });
    const malformed = await t.post('/api/commands/incidents.Declare', { title: 'x', severity: 'awful' });
    expect(malformed.status).toBe(400);
    const { fault } = (await json(malformed)) as { fault: { code: string; message: string; hint: string } };
    expect(fault.code).toBe('input.invalid');
    expect(fault.message).toContain('severity');
    expect(fault.hint).toContain('severity');
  });

  test('operators cannot speak for the node’s own rules', async () => {
    for (const [name, command] of [
      ['peg.RecordReading', 'peg'],
      ['prices.RecordBars', 'prices'],
      ['incidents.Signal', 'incidents'],
    ]) {
      const response = await t.post(`/api/commands/${name}`, {});
      expect(response.status, command).toBe(409);
      expect(await json(response)).toMatchObject({ refused: 'not-permitted' });
    }
    expect(await json(await t.post('/api/commands/nothing.Here', {}))).toMatchObject({
      refused: 'unknown-command',
    });
  });

  test('an Idempotency-Key is executed once', async () => {
    const key = { 'idempotency-key': 'request-0001' };
    const first = await json(await t.post('/api/commands/incidents.Declare', { title: 'once' }, key));
    const second = await json(await t.post('/api/commands/incidents.Declare', { title: 'once' }, key));
    expect(second).toEqual(first);
    const rows = await t.node.app.ports.store.facts({ limit: 100 });
    expect(rows.filter(({ type }) => type === 'incidents.Declared@1')).toHaveLength(1);
    expect(
      (await t.post('/api/commands/incidents.Declare', { title: 'x' }, { 'idempotency-key': 'a b' })).status,
    ).toBe(400);
  });

  test('oversized, non-JSON and wrongly typed bodies are refused by name', async () => {
    const big = await t.post('/api/commands/incidents.Declare', { title: 'x'.repeat(HTTP_BODY_BYTES_MAX) });
    expect([big.status, await faultCode(big)]).toEqual([413, 'input.too-large']);
    const text = await t.call('/api/commands/incidents.Declare', {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json' },
    });
    expect([text.status, await faultCode(text)]).toEqual([400, 'input.unreadable']);
    const form = await t.call('/api/commands/incidents.Declare', {
      method: 'POST',
      body: 'title=x',
      headers: { 'content-type': 'text/plain' },
    });
    expect([form.status, await faultCode(form)]).toEqual([400, 'input.invalid']);
  });

  test('no input whatever is answered with a defect', async () => {
    const commands = [
      'incidents.Declare',
      'incidents.Dismiss',
      'incidents.Note',
      'incidents.Advance',
      'incidents.Classify',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...commands), fc.jsonValue(), async (command, input) => {
        const response = await t.post(`/api/commands/${command}`, input);
        expect([200, 400, 409]).toContain(response.status);
      }),
      { numRuns: 200 },
    );
  });
});

describe('reads', () => {
  test('the overview says what is not true, from the same log', async () => {
    await t.feed(1, 30);
    await t.feed(0.95, 30);
    const overview = await json(await t.call('/api/overview'));
    expect(overview).toMatchObject({
      assets: [{ asset: 'USDC', level: 'critical', price: 0.95 }],
      incidents: [{ phase: 'suspected', correlation: 'peg/USDC' }],
      feeds: { total: 1, blind: [] },
      clock: { kind: 'simulated' },
    });
    const detail = (await json(await t.call('/api/assets/USDC'))) as {
      controls: { id: string; level: string; why: { ja: string } }[];
    };
    expect(detail.controls.find((c) => c.id === 'peg.depeg')).toMatchObject({ level: 'critical' });
    expect(detail.controls.length).toBeGreaterThan(4);
    const prices = (await json(await t.call('/api/assets/USDC/prices?points=10'))) as {
      at: number[];
      low: number[];
    };
    expect(prices.at.length).toBeLessThanOrEqual(10);
    expect(Math.min(...prices.low)).toBeCloseTo(0.95, 6);
  });

  test('an incident carries an ETag that changes with it', async () => {
    const { result } = await json(await t.post('/api/commands/incidents.Declare', { title: 'x' }));
    const id = (result as { incident: string }).incident;
    const first = await t.call(`/api/incidents/${id}`);
    const etag = first.headers.get('etag') ?? '';
    expect((await t.call(`/api/incidents/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(304);
    await t.post('/api/commands/incidents.Note', { incident: id, text: 'changed' });
    expect((await t.call(`/api/incidents/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  test('the log pages backwards without gaps', async () => {
    for (let i = 0; i < 7; i += 1) await t.post('/api/commands/incidents.Declare', { title: `n${i}` });
    const seen: number[] = [];
    let before = '';
    for (;;) {
      const page = (await json(await t.call(`/api/log?limit=3${before}`))) as {
        facts: { seq: number }[];
        next: number | null;
      };
      seen.push(...page.facts.map((fact) => fact.seq));
      if (page.next === null || page.facts.length === 0) break;
      before = `&before=${page.next}`;
    }
    const { size } = (await t.node.app.ports.store.head()).frontier;
    expect(size).toBeGreaterThan(7);
    expect(seen).toEqual(Array.from({ length: size }, (_, i) => size - 1 - i));
  });

  test.each([
    ['/api/assets/NOPE', 404],
    ['/api/incidents/nobody', 404],
    ['/api/log/999', 404],
    ['/api/log/abc', 400],
    ['/api/log?limit=100000', 400],
    ['/api/log?before=-1', 400],
    ['/api/assets/USDC/prices?from=yesterday', 400],
    ['/api/assets/USDC/prices?points=1e9', 400],
    ['/api/evidence?root=x', 404],
    ['/log/disclosed/0', 404],
    ['/log/disclosed/x', 404],
    ['/log/disclosed?limit=1000', 400],
    ['/log/tile/0/000', 404],
    ['/log/tile/../../etc/passwd', 404],
    ['/log/tile/0/x001/000.p/300', 404],
    ['/console/../../package.json', 404],
    ['/nowhere', 404],
  ])('%s answers %d with a fault that names the fix', async (path, status) => {
    const response = await t.call(path);
    expect(response.status).toBe(status);
    const { fault } = (await json(response)) as { fault: { message: string; hint: string; docs: string } };
    expect(fault.message.length).toBeGreaterThan(5);
    expect(fault.hint.length).toBeGreaterThan(5);
    expect(fault.docs).toContain('docs/reference/faults.md#');
  });

  test('OpenAPI 3.1 describes every address and command, and nothing else', async () => {
    const document = (await json(await t.call('/api/openapi.json'))) as {
      openapi: string;
      paths: Record<string, Json>;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const { path } of ADDRESSES) expect(document.paths[path], path).toBeDefined();
    const commands = Object.keys(document.paths).filter((path) => path.startsWith('/api/commands/'));
    expect(commands).toContain('/api/commands/incidents.Declare');
    expect(commands).not.toContain('/api/commands/peg.RecordReading');
  });

  test('metrics, health and readiness', async () => {
    await t.feed(1, 10);
    const metrics = await (await t.call('/metrics')).text();
    expect(metrics).toMatch(/sonae_log_size \d+/);
    expect(metrics).toContain('sonae_control_level{asset="USDC",control="peg.depeg"} 0');
    expect((await t.call('/healthz')).status).toBe(200);
    expect((await t.call('/readyz')).status).toBe(200);
  });
});

describe('the public', () => {
  test('sees declared incidents and never suspicions or notes', async () => {
    await t.feed(1, 30);
    await t.feed(0.95, 30);
    const quiet = (await json(await t.call('/public/status.json'))) as {
      incidents: unknown[];
      components: { status: string }[];
    };
    expect(quiet.incidents).toEqual([]);
    expect(quiet.components[0]?.status).toBe('operational');
    const { result } = await json(
      await t.post('/api/commands/incidents.Declare', {
        title: 'in the open',
        component: 'USDC',
        severity: 'critical',
      }),
    );
    await t.post('/api/commands/incidents.Note', {
      incident: (result as { incident: string }).incident,
      text: 'confidential words',
    });
    const text = await (await t.call('/public/status.json')).text();
    expect(text).toContain('in the open');
    expect(text).toContain('major_outage');
    expect(text).not.toContain('confidential words');
  });

  test('can verify the whole log over HTTP, and notices a rewritten one', async () => {
    for (let i = 0; i < 40; i += 1) await t.testApp.run('incidents.Declare', { title: `n${i}` });
    const server = await listen(t.http, 0);
    const url = `http://127.0.0.1:${server.port}`;
    try {
      const early = await (await fetch(`${url}/log/checkpoint`)).text();
      const report = await verifyPublicLog(url, { witnesses: [] });
      const { size } = (await t.node.app.ports.store.head()).frontier;
      expect(report).toMatchObject({ size, disclosed: 40, keyPinned: false });
      await t.testApp.run('incidents.Declare', { title: 'one more' });
      const later = await verifyPublicLog(`${url}/log`, {
        witnesses: [],
        since: early,
        pinnedVkey: report.vkey,
      });
      expect(later).toMatchObject({ disclosed: 41, extendsSize: size, keyPinned: true });
      expect(later.size).toBeGreaterThan(size);
      const other = createTestNode();
      for (let i = 0; i < 40; i += 1) await other.testApp.run('incidents.Declare', { title: `other ${i}` });
      const { checkpoint: foreign } = await other.node.app.ports.store.head();
      await expect(verifyPublicLog(url, { witnesses: [], since: foreign })).rejects.toThrow('rewritten');
    } finally {
      await server.close();
    }
  });

  test('is told as it happens, by server-sent events', async () => {
    const server = await listen(t.http, 0);
    const headers = { authorization: `Bearer ${t.sessions.toolToken}` };
    const abort = new AbortController();
    try {
      const response = await fetch(`http://127.0.0.1:${server.port}/api/events`, {
        headers,
        signal: abort.signal,
      });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      let seen = '';
      const until = async (wanted: string): Promise<void> => {
        while (!seen.includes(wanted)) seen += new TextDecoder().decode((await reader.read()).value);
      };
      await until('event: append');
      await t.post('/api/commands/incidents.Declare', { title: 'heard' });
      await until('"size":1');
      await t.feed(1, 4);
      await until('event: tick');
      expect(seen).toContain('"level":"ok"');
    } finally {
      abort.abort();
      await server.close();
    }
  });
});
