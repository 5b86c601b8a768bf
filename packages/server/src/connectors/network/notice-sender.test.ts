import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyWebhook } from '../webhook/webhook.ts';
import { createNoticeSender, type Notice } from './notice-sender.ts';

const SECRET = 'a-secret-of-thirty-two-characters-or-more';
const NOW = Date.parse('2026-03-01T12:00:00Z');
const now = (): number => NOW;
const NOTICE: Notice = {
  id: 'incident-7/opened',
  title: { en: 'Withdrawals of BTC halted', ja: 'BTCの出金を停止しました' },
  text: { en: 'Two people approved.', ja: '2名が承認しました。' },
  link: 'https://sonae.example/incidents/7',
};

let server: Server;
let url: string;
let received: { headers: IncomingHttpHeaders; body: string }[];
let status: number;

beforeEach(async () => {
  received = [];
  status = 201;
  server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req) body += chunk;
    received.push({ headers: req.headers, body });
    res.writeHead(status).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=private`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

describe('createNoticeSender', () => {
  it.each(['notice', 'ticket'] as const)(
    'sends a %s with words in both languages, signed, under its own id',
    async (kind) => {
      const send = createNoticeSender({ url, secret: SECRET, kind });
      expect(await send(NOTICE, 1, now)).toEqual({ done: true, receipt: '201 Created' });
      const [one] = received;
      expect(JSON.parse(one!.body)).toEqual({ format: `sonae/${kind}/v1`, ...NOTICE });
      expect(verifyWebhook(SECRET, one!.headers, one!.body, NOW)).toEqual({
        genuine: true,
        id: NOTICE.id,
        sentAt: NOW,
      });
      await send(NOTICE, 2, now);
      expect(received[1]?.headers['x-sonae-id']).toBe(one?.headers['x-sonae-id']);
    },
  );

  it('tries again later or gives up as webhooks do, without telling the token', async () => {
    const send = createNoticeSender({ url, secret: SECRET, kind: 'ticket' });
    status = 503;
    expect(await send(NOTICE, 1, now)).toMatchObject({ done: false, retryAt: '2026-03-01T12:00:10Z' });
    status = 404;
    const refused = await send(NOTICE, 1, now);
    expect(refused).toMatchObject({ done: false, retryAt: null });
    expect(JSON.stringify(refused)).not.toContain('private');
  });

  it.each<[string, Partial<Notice>]>([
    ['ticket.id', { id: '' }],
    ['ticket.id', { id: 'a b' }],
    ['ticket.title.ja', { title: { en: 'x', ja: ' ' } }],
    ['ticket.text.en', { text: { en: 'x'.repeat(10_001), ja: 'x' } }],
    ['ticket.link', { link: 'javascript:alert(1)' }],
  ])('sends nothing with an unusable %s and says so for good', async (field, over) => {
    const send = createNoticeSender({ url, secret: SECRET, kind: 'ticket' });
    expect(await send({ ...NOTICE, ...over }, 1, now)).toMatchObject({
      done: false,
      retryAt: null,
      error: expect.stringContaining(`${field}:`),
    });
    expect(received).toEqual([]);
  });

  it.each([
    ['url', { url: 'http://tracker.example' }],
    ['secret', { secret: 'short' }],
    ['kind', { kind: 'letter' as 'notice' }],
  ])('refuses an unusable %s', (field, over) => {
    expect(() => createNoticeSender({ url, secret: SECRET, kind: 'notice', ...over })).toThrow(field);
  });
});
