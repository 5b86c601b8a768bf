import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OUTBOX_ATTEMPTS_MAX } from '@sonae/core/kernel/limits.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sendWebhook, signWebhook, verifyWebhook, webhookBackoffMs } from './webhook.ts';

const SECRET = 'a-secret-of-enough-length';
const NOW = Date.parse('2026-03-01T12:00:00Z');
const BODY = JSON.stringify({ type: 'incidents.Opened', title: '備え', amount: '1000.00' });
const now = (): number => NOW;

type Received = { method: string; url: string; headers: IncomingHttpHeaders; body: string };

let server: Server;
let received: Received[];
let answer: (res: ServerResponse) => void;
let url: string;

beforeEach(async () => {
  received = [];
  answer = (res) => res.writeHead(200).end('ok');
  server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    received.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, body });
    answer(res);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/private-token`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const entry = (attempts = 1): { id: string; body: string; attempts: number } => ({
  id: 'fact-17/0',
  body: BODY,
  attempts,
});
const send = (attempts = 1, timeoutMs?: number): ReturnType<typeof sendWebhook> =>
  sendWebhook({ url, secret: SECRET }, entry(attempts), now, fetch, timeoutMs);

describe('delivery', () => {
  it('posts the body as it is, with id, time and a signature that others can compute', async () => {
    expect(await send()).toEqual({ done: true, receipt: '200 OK' });
    const [request] = received;
    expect(request).toMatchObject({ method: 'POST', url: '/hooks/private-token', body: BODY });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-sonae-id': 'fact-17/0',
      'x-sonae-timestamp': String(NOW),
    });
    const expected = createHmac('sha256', SECRET).update(`${NOW}.${request?.body}`, 'utf8').digest('hex');
    expect(request?.headers['x-sonae-signature']).toBe(`v1=${expected}`);
  });

  it('agrees with a value computed by openssl', () => {
    // printf '1772366400000.{"a":1}' | openssl dgst -sha256 -hmac key
    const expected = 'v1=2860245a02fcb84f3542a7a3db5e2524283ed9fbd780d6843040e69b1ab12179';
    expect(signWebhook('key', 1_772_366_400_000, '{"a":1}')).toBe(expected);
  });

  it.each([201, 202, 204])('takes %i as done', async (status) => {
    answer = (res) => res.writeHead(status).end();
    expect(await send()).toMatchObject({ done: true, receipt: expect.stringMatching(`^${status} `) });
  });
});

describe('failure', () => {
  it.each([400, 401, 403, 404, 410, 413, 422])('gives up for good on %i', async (status) => {
    answer = (res) => res.writeHead(status).end('no\n such <b>hook</b>');
    const result = await send();
    expect(result).toMatchObject({ done: false, retryAt: null });
    expect(result).toHaveProperty('error', expect.stringContaining(`answered ${status}`));
    expect(result).toHaveProperty('error', expect.stringContaining('no such <b>hook</b>'));
    expect(JSON.stringify(result)).not.toContain('private-token');
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('tries again later on %i', async (status) => {
    answer = (res) => res.writeHead(status).end();
    expect(await send()).toMatchObject({ done: false, retryAt: '2026-03-01T12:00:10Z' });
  });

  it('waits longer each time, an hour at most, and gives up after the last attempt', async () => {
    answer = (res) => res.writeHead(500).end();
    const waits: (number | null)[] = [];
    for (let attempts = 1; attempts <= OUTBOX_ATTEMPTS_MAX; attempts += 1) {
      const result = await send(attempts);
      waits.push(result.done || result.retryAt === null ? null : (Date.parse(result.retryAt) - NOW) / 1000);
    }
    expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, null]);
    expect(webhookBackoffMs(1_000)).toBe(3_600_000);
  });

  it('honours Retry-After within the hour', async () => {
    answer = (res) => res.writeHead(429, { 'retry-after': '120' }).end();
    expect(await send()).toMatchObject({ retryAt: '2026-03-01T12:02:00Z' });
    answer = (res) => res.writeHead(503, { 'retry-after': 'Sun, 01 Mar 2026 12:01:00 GMT' }).end();
    expect(await send()).toMatchObject({ retryAt: '2026-03-01T12:01:00Z' });
    answer = (res) => res.writeHead(503, { 'retry-after': '86400' }).end();
    expect(await send()).toMatchObject({ retryAt: '2026-03-01T13:00:00Z' });
    answer = (res) => res.writeHead(503, { 'retry-after': 'soon' }).end();
    expect(await send()).toMatchObject({ retryAt: '2026-03-01T12:00:10Z' });
  });

  it.each([
    [301, null],
    [302, '2026-03-01T12:00:10Z'],
    [307, '2026-03-01T12:00:10Z'],
    [308, null],
  ])('does not follow a redirect (%i)', async (status, retryAt) => {
    answer = (res) => res.writeHead(status, { location: '/elsewhere' }).end();
    expect(await send()).toMatchObject({
      done: false,
      retryAt,
      error: expect.stringContaining(`answered ${status}`),
    });
    expect(received).toHaveLength(1);
  });

  it('times out when no answer comes', async () => {
    answer = () => undefined;
    const result = await send(1, 80);
    expect(result).toMatchObject({ done: false, retryAt: '2026-03-01T12:00:10Z' });
    expect(result).toHaveProperty('error', expect.stringContaining('no answer in 80 ms'));
  });

  it('takes the status even when the body after it never ends', async () => {
    answer = (res) => {
      res.writeHead(200);
      res.write('x');
    };
    expect(await send(1, 150)).toMatchObject({ done: true });
  });

  it('reads no more than 4 KiB of an answer', async () => {
    let sent = 0;
    let cutOff = false;
    answer = (res) => {
      res.writeHead(400);
      res.on('close', () => {
        cutOff = true;
      });
      const pour = (): void => {
        while (sent < 64 * 1024 * 1024 && !res.destroyed) {
          sent += 65_536;
          if (!res.write('y'.repeat(65_536))) return;
        }
      };
      res.on('drain', pour);
      pour();
    };
    const result = await send();
    expect(result).toMatchObject({ done: false, retryAt: null });
    expect(JSON.stringify(result).length).toBeLessThan(400);
    await expect.poll(() => cutOff).toBe(true);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('tries again when nobody listens, the connection breaks or the answer is no HTTP', async () => {
    answer = (res) => res.socket?.destroy();
    expect(await send()).toMatchObject({ done: false, retryAt: '2026-03-01T12:00:10Z' });
    answer = (res) => res.socket?.end('garbage\r\n\r\n');
    expect(await send()).toMatchObject({ done: false, retryAt: '2026-03-01T12:00:10Z' });
    const gone = await sendWebhook({ url: 'http://127.0.0.1:9/x', secret: SECRET }, entry(), now);
    expect(gone).toMatchObject({
      done: false,
      retryAt: '2026-03-01T12:00:10Z',
      error: expect.stringContaining('127.0.0.1:9'),
    });
  });
});

describe('verifyWebhook', () => {
  const signed = (over: Record<string, string | undefined> = {}): Record<string, string | undefined> => ({
    'X-Sonae-Id': 'fact-17/0',
    'X-Sonae-Timestamp': String(NOW),
    'X-Sonae-Signature': signWebhook(SECRET, NOW, BODY),
    ...over,
  });

  it('accepts what sendWebhook sent, from node headers and from Headers', async () => {
    await send();
    const [request] = received;
    expect(verifyWebhook(SECRET, request?.headers ?? {}, request?.body ?? '', NOW + 1_000)).toEqual({
      genuine: true,
      id: 'fact-17/0',
      sentAt: NOW,
    });
    const headers = new Headers(signed() as Record<string, string>);
    expect(verifyWebhook(SECRET, headers, BODY, NOW, 1_000).genuine).toBe(true);
  });

  it.each([
    ['another secret', 'other-secret', signed(), BODY, NOW, 'bad-signature'],
    ['a changed body', SECRET, signed(), `${BODY} `, NOW, 'bad-signature'],
    ['a changed time', SECRET, signed({ 'X-Sonae-Timestamp': String(NOW + 1) }), BODY, NOW, 'bad-signature'],
    ['a short signature', SECRET, signed({ 'X-Sonae-Signature': 'v1=00' }), BODY, NOW, 'bad-signature'],
    [
      'another scheme',
      SECRET,
      signed({ 'X-Sonae-Signature': signWebhook(SECRET, NOW, BODY).replace('v1', 'v0') }),
      BODY,
      NOW,
      'bad-signature',
    ],
    ['no signature', SECRET, signed({ 'X-Sonae-Signature': undefined }), BODY, NOW, 'missing-header'],
    ['no id', SECRET, signed({ 'X-Sonae-Id': undefined }), BODY, NOW, 'missing-header'],
    ['a time that is none', SECRET, signed({ 'X-Sonae-Timestamp': '1e12' }), BODY, NOW, 'bad-timestamp'],
    ['a replay', SECRET, signed(), BODY, NOW + 300_001, 'too-old-or-new'],
    ['a time to come', SECRET, signed(), BODY, NOW - 300_001, 'too-old-or-new'],
  ])('refuses %s', (_, secret, headers, body, at, why) => {
    expect(verifyWebhook(secret, headers, body, at)).toEqual({ genuine: false, why });
  });
});
