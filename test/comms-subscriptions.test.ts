/** From a request to the last notice, through real receivers: a mail server, a webhook, an address like Slack's. */
import { existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { JsonValue } from '@sonae/proof/canonical-json';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCommsHandlers } from '../packages/server/src/comms/deliver.ts';
import { createGuardedFetch, mayConnect, targetProblem } from '../packages/server/src/comms/guarded-fetch.ts';
import { readConfig } from '../packages/server/src/config.ts';
import { createMailSender } from '../packages/server/src/connectors/mail/mail-sender.ts';
import { escapeSlack, slackBody } from '../packages/server/src/connectors/slack/slack-sender.ts';
import { verifyWebhook } from '../packages/server/src/connectors/webhook/webhook.ts';
import { listen } from '../packages/server/src/http/server.ts';
import { pumpOutbox } from '../packages/server/src/outbox.ts';
import { SYSTEM } from './support/app.ts';
import { launchChromium, NO_CHROMIUM } from './support/chromium.ts';
import { both, CONTENT, foundCommsFirm, minutes, publish } from './support/comms.ts';
import { createTestNode, type TestNode } from './support/node.ts';

const HOST = 'status.example';
const ORIGIN = `https://${HOST}`;
const MAIL = {
  smtp: { host: '127.0.0.1', port: 1, secure: false },
  from: 'status@firm.example',
  fromName: '',
};

let t: TestNode;
let smtp: SMTPServer;
let mails: { to: string[]; raw: string; parsed: Email }[] = [];
let refuses = (_address: string): boolean => false;
let http: Server;
let posts: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];
let answer = (_body: string): [number, string] => [200, ''];
let pump: Promise<void>;
const abort = { now: new AbortController() };

beforeEach(async () => {
  mails = [];
  posts = [];
  refuses = () => false;
  answer = () => [200, ''];
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (address, _session, done) =>
      refuses(address.address)
        ? done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
        : done(),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, raw, parsed: await PostalMime.parse(raw) });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString('utf8');
    });
    request.on('end', () => {
      posts.push({ url: request.url ?? '', headers: request.headers, body });
      const [status, text] = answer(body);
      response.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {}).end(text);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const port = (smtp.server.address() as AddressInfo).port;
  const config = {
    ...readConfig(undefined),
    publicOrigin: ORIGIN,
    mail: { ...MAIL, smtp: { ...MAIL.smtp, port } },
    subscriptions: { webhooks: true, slack: true, allowLoopback: true },
  };
  t = createTestNode(config);
  await foundCommsFirm(t.testApp);
  abort.now = new AbortController();
  const handlers = new Map(createCommsHandlers(t.testApp.app, config));
  pump = pumpOutbox(t.testApp.app, handlers, abort.now.signal, (error) => {
    throw error;
  });
});
afterEach(async () => {
  abort.now.abort();
  await pump;
  await new Promise<void>((resolve) => smtp.close(resolve));
  await new Promise((resolve) => http.close(resolve));
});

const receiver = (path: string): string => `http://127.0.0.1:${(http.address() as AddressInfo).port}${path}`;
const request = (path: string, init: RequestInit = {}): Promise<Response> =>
  Promise.resolve(
    t.http.request(`${ORIGIN}${path}`, {
      ...init,
      headers: { host: HOST, ...(init.headers as Record<string, string>) },
    }),
  );
const ask = (body: Record<string, JsonValue>): Promise<Response> =>
  request('/public/subscriptions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const pathOf = (url: string): string => url.slice(ORIGIN.length);
const linkIn = (text: string, what: string): string =>
  text.match(new RegExp(`${ORIGIN}/public/subscriptions/\\S+/${what}\\?\\S+`))?.[0] ?? '';
const settled = (): Promise<void> =>
  vi.waitFor(async () => expect(await t.testApp.app.ports.store.pendingOutbox()).toBe(0), 5_000);
const say = async (change: Record<string, JsonValue> = {}): Promise<void> => {
  await publish(t.testApp, change);
  await settled();
};

async function subscribed(address: string, more: Record<string, JsonValue> = {}): Promise<string> {
  await ask({ kind: 'email', address, ...more });
  await settled();
  const mail = mails.findLast(({ to }) => to.includes(address));
  await request(pathOf(linkIn(mail?.parsed.text ?? '', 'confirm')), { method: 'POST' });
  mails = [];
  const { value = '' } = mail?.parsed.headers.find(({ key }) => key === 'list-unsubscribe') ?? {};
  return value.slice(1, -1);
}

describe('mail', () => {
  test('is sent only after the owner confirmed, and ends with one click', async () => {
    expect((await ask({ kind: 'email', address: 'reader@example.jp', language: 'ja' })).status).toBe(202);
    await settled();
    expect(mails.map(({ to }) => to)).toEqual([['reader@example.jp']]);
    const asked = mails[0]?.parsed;
    expect(asked?.subject).toBe('【訓練】[備え] 稼働状況通知の登録確認');
    await say();
    expect(mails, 'nothing before the confirmation').toHaveLength(1);

    const link = pathOf(linkIn(asked?.text ?? '', 'confirm'));
    const page = await request(link);
    expect(await page.text()).toContain('<form method="post">');
    await say();
    expect(mails, 'opening the link decides nothing').toHaveLength(1);
    expect((await request(link, { method: 'POST' })).status).toBe(200);
    expect((await request(link, { method: 'POST' })).status, 'a link is good once').toBe(404);

    await say({ title: both('Told') });
    expect(mails).toHaveLength(2);
    const told = mails[1]?.parsed;
    expect(told?.subject).toBe('【訓練】[備え] 調査中: Told(日本語)');
    expect(told?.text).toContain('次回更新予定');
    expect(told?.text).toMatch(/https:\/\/status\.example\/status\/\?fact=\d+#fact-\d+/);
    const header = (key: string) => told?.headers.find((one) => one.key === key)?.value ?? '';
    expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    const oneClick = pathOf(header('list-unsubscribe').slice(1, -1));
    const left = await request(oneClick, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
    expect(left.status).toBe(200);
    await say();
    expect(mails).toHaveLength(2);
  });

  test('leaves no address in the log, and no key once it ended', async () => {
    const leave = await subscribed('secret.reader@example.jp');
    const id = leave.split('/')[5] ?? '';
    const { store } = t.testApp.app.ports;
    expect(await store.keyOfPerson(`subscriber:${id}`)).not.toBe(null);
    await request(pathOf(leave), { method: 'POST' });
    await settled();
    expect(await store.keyOfPerson(`subscriber:${id}`)).toBe(null);
    const rows = await store.facts({ limit: 500 });
    const token = new URL(leave).searchParams.get('token') ?? '';
    for (const { text } of rows) expect(text).not.toMatch(new RegExp(`secret\\.reader|${token}`));
  });

  test('answers the same whether an address is known or not, and writes to it three times a day at most', async () => {
    await subscribed('known@example.jp');
    const answers: string[] = [];
    for (const address of ['known@example.jp', 'KNOWN@example.jp', 'known@example.jp', 'new@example.jp']) {
      const response = await ask({ kind: 'email', address });
      answers.push(`${response.status} ${await response.text()}`);
    }
    expect(new Set(answers)).toEqual(new Set(['202 {"status":"asked"}']));
    await settled();
    expect(mails.filter(({ to }) => /known/i.test(to[0] ?? ''))).toHaveLength(2);
    expect(mails.filter(({ to }) => to[0] === 'new@example.jp')).toHaveLength(1);
  });

  test('a second confirmation replaces the first: nobody is told twice', async () => {
    await subscribed('reader@example.jp');
    await subscribed('reader@example.jp', { language: 'en' });
    await say();
    expect(mails.map(({ parsed }) => parsed.subject)).toEqual([
      '[SIMULATION] [Sonae] Investigating: BTC withdrawals are late',
    ]);
  });

  test('goes to those whose components are concerned', async () => {
    await subscribed('api@example.jp', { components: ['api'] });
    await subscribed('btc@example.jp', { components: ['btc-withdrawals', 'api'] });
    await say();
    expect(mails.map(({ to }) => to[0])).toEqual(['btc@example.jp']);
    mails = [];
    await say({ impacts: [] });
    expect(mails.map(({ to }) => to[0]).sort(), 'about everything').toEqual([
      'api@example.jp',
      'btc@example.jp',
    ]);
  });

  test('stops after three refusals for good', async () => {
    await subscribed('gone@example.jp');
    refuses = (address) => address === 'gone@example.jp';
    for (let i = 0; i < 3; i += 1) await say();
    refuses = () => false;
    await say();
    expect(mails).toEqual([]);
    const rows = await t.testApp.app.ports.store.facts({ limit: 500 });
    expect(rows.filter(({ type }) => type === 'comms.AddressBounced@1')).toHaveLength(3);
    expect(rows.filter(({ type }) => type === 'comms.SubscriptionEnded@1')).toHaveLength(1);
  });

  test('a request that nobody confirms is forgotten', async () => {
    await ask({ kind: 'email', address: 'never@example.jp' });
    await settled();
    const link = pathOf(linkIn(mails[0]?.parsed.text ?? '', 'confirm'));
    minutes(t.testApp, 49 * 60);
    expect((await request(link, { method: 'POST' })).status).toBe(404);
    await t.testApp.run('comms.KeepSubscriptions', {}, SYSTEM);
    await settled();
    const id = link.split('/')[3] ?? '';
    expect(await t.testApp.app.ports.store.keyOfPerson(`subscriber:${id}`)).toBe(null);
  });

  test('carries hostile texts as text', async () => {
    await subscribed('reader@example.jp', { language: 'en' });
    const hostile = '<script>x</script> =cmd|x {{7*7}} \u200f<img src=x onerror=y>';
    await say({ title: both(hostile), parts: { ...CONTENT.parts, whatIsKnown: both(hostile) } as never });
    const { parsed } = mails[0] ?? {};
    expect(parsed?.subject).toContain(hostile);
    expect(parsed?.text).toContain(hostile);
    expect(parsed?.html).not.toMatch(/<script|<img/);
    expect(parsed?.html).toContain('&lt;script&gt;');
  });
});

const SITE = join(import.meta.dirname, '../packages/site/dist/index.html');

describe.skipIf(NO_CHROMIUM !== '')(`in a browser${NO_CHROMIUM}`, () => {
  test('the form of the page asks, and the links of mails confirm and end with one press each', async () => {
    const own = await listen(t.http, 0);
    const browser = await launchChromium();
    const here = (url: string): string => `http://127.0.0.1:${own.port}${pathOf(url)}`;
    try {
      const page = await browser.newPage({ locale: 'en-US' });
      if (existsSync(SITE)) {
        await page.goto(`http://127.0.0.1:${own.port}/status/`);
        await page.getByLabel('Mail address').fill('reader@example.jp');
        await page.getByRole('button', { name: 'Subscribe' }).click();
        await page.getByText('Please follow the link in the mail').waitFor();
      } else await ask({ kind: 'email', address: 'reader@example.jp', language: 'en' });
      await settled();
      await page.goto(here(linkIn(mails[0]?.parsed.text ?? '', 'confirm')));
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('heading', { name: 'Confirmed.' }).waitFor();
      await say();
      await page.goto(here(linkIn(mails[1]?.parsed.text ?? '', 'leave')));
      await page.getByRole('button', { name: 'End the subscription' }).click();
      await page.getByRole('heading', { name: 'Ended.' }).waitFor();
    } finally {
      await browser.close();
      await own.close();
    }
  }, 60_000);
});

describe('the mail sender', () => {
  const message = {
    id: 'a.b',
    to: 'x@example.jp',
    subject: 's',
    text: 't',
    html: '<p>t</p>',
    language: 'en' as const,
  };
  test.each([
    ['a subject of two lines', { subject: 'a\r\nBcc: all@example.jp' }],
    ['a receiver with a second one', { to: 'x@example.jp, y@example.jp' }],
    ['a receiver with a header', { to: 'x@example.jp\r\nBcc: y@example.jp' }],
    ['an id that closes its header', { id: 'a>\r\nX: y' }],
    ['a link with a line end', { unsubscribe: 'https://x.example/\r\nX: y' }],
  ])('%s is turned away before anything is sent', async (_, change) => {
    const result = await createMailSender(MAIL)({ ...message, ...change }, 1, Date.now);
    expect(result).toMatchObject({ done: false, retryAt: null });
  });

  test('a relay that is away is tried again, and is no bounce', async () => {
    const result = await createMailSender(MAIL)(message, 1, Date.now);
    expect(result).toMatchObject({ done: false, retryAt: expect.stringMatching(/^20/) });
    expect(result).not.toHaveProperty('isBounce');
  });
});

describe('webhooks', () => {
  test('prove that they want it by echoing, then receive signed notices', async () => {
    answer = (body) => [200, (JSON.parse(body) as { challenge?: string }).challenge ?? ''];
    const asked = await ask({ kind: 'webhook', address: receiver('/hook') });
    const { secret } = (await asked.json()) as { secret: string };
    await settled();
    await say();
    expect(posts.map(({ url }) => url)).toEqual(['/hook', '/hook']);
    for (const { headers, body } of posts)
      expect(verifyWebhook(secret, headers, body, Date.now())).toMatchObject({ genuine: true });
    expect(JSON.parse(posts[1]?.body ?? '')).toMatchObject({
      format: 'sonae/notice/v1',
      simulated: true,
      notice: { title: CONTENT.title, status: 'investigating' },
      links: { bundle: expect.stringMatching(/\/log\/disclosed\/\d+$/) },
    });
  });

  test.each<[string, [number, string]]>([
    ['answer something else', [200, 'ok']],
    ['redirect', [302, '']],
  ])('that %s are never told', async (_, given) => {
    answer = () => given;
    await ask({ kind: 'webhook', address: receiver('/hook') });
    await vi.waitFor(() => expect(posts).toHaveLength(1));
    await publish(t.testApp);
    await vi.waitFor(async () =>
      expect(await t.testApp.app.ports.store.pendingOutbox()).toBeLessThanOrEqual(1),
    );
    expect(posts.map(({ url }) => url)).toEqual(['/hook']);
  });
});

describe('Slack', () => {
  test('is asked to confirm, then told, in blocks in which nothing is markup', async () => {
    await ask({ kind: 'slack', address: receiver('/services/T/B/x'), language: 'en' });
    await settled();
    const link = (posts[0]?.body ?? '').match(/<(https:[^|>]+)\|Confirm>/)?.[1] ?? '';
    await request(pathOf(link), { method: 'POST' });
    const hostile = '<!channel> <@U1> *b* :fire: <https://evil.example|click>';
    await say({ title: both(hostile) });
    const told = JSON.parse(posts[1]?.body ?? '{}') as {
      text: string;
      blocks: { text?: { type: string } }[];
    };
    expect(told.text).not.toMatch(/<(!|@|https)/);
    for (const { text } of told.blocks)
      if (text) expect(text).toMatchObject({ type: 'plain_text', emoji: false });
  });

  test('lengths are those that Slack takes', () => {
    const { blocks } = slackBody({
      id: 'x',
      title: 'x'.repeat(9_000),
      paragraphs: Array.from({ length: 90 }, () => 'y'.repeat(9_000)),
      links: [],
    }) as { blocks: { type: string; text: { text: string } }[] };
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(Math.max(...blocks.map(({ text }) => text.text.length))).toBeLessThanOrEqual(3_000);
    expect(blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
    expect(escapeSlack('<!here> & |')).toBe('&lt;!here&gt; &amp; ¦');
  });
});

describe('addresses of strangers', () => {
  const strict = { allowLoopback: false };
  test.each([
    'http://example.com/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://0x7f.1/x',
    'https://2130706433/x',
    'https://169.254.169.254/latest/meta-data',
    'https://10.1.2.3/x',
    'https://[fd00::1]/x',
    'https://[64:ff9b::7f00:1]/x',
    'https://[2002:7f00:1::]/x',
    'https://localhost/x',
    'https://user:pw@example.com/x',
    'ftp://example.com/x',
    'file:///etc/passwd',
    'nonsense',
  ])('%s is turned away', (url) => {
    expect(targetProblem(url, strict)).not.toBe(null);
  });

  test('public ones pass', () => {
    expect(targetProblem('https://example.com/hook', strict)).toBe(null);
    for (const address of ['8.8.8.8', '2606:4700::1111']) expect(mayConnect(address, strict)).toBe(true);
  });

  test.each([
    ['inside', [{ address: '10.0.0.7', family: 4 }]],
    [
      'partly inside',
      [
        { address: '8.8.8.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    ],
  ])('a name that leads %s is not connected to', async (_, addresses) => {
    const guarded = createGuardedFetch({ ...strict, resolve: async () => addresses });
    const failed = guarded('https://rebound.example/x', { method: 'POST', body: '{}' });
    await expect(failed).rejects.toMatchObject({ cause: { code: 'EBARRED' } });
  });

  test.each<[string, Record<string, JsonValue>, RegExp]>([
    ['no mail address', { kind: 'email', address: 'a@b' }, /address/],
    ['two', { kind: 'email', address: 'a@example.jp, b@example.jp' }, /address/],
    ['an address with a header', { kind: 'email', address: 'a@example.jp\r\nBcc: b@example.jp' }, /address/],
    ['a kind that does not exist', { kind: 'fax', address: 'abc' }, /kind/],
    [
      'a component that does not exist',
      { kind: 'email', address: 'a@example.jp', components: ['no'] },
      /components/,
    ],
    ['a field too many', { kind: 'email', address: 'a@example.jp', admin: true }, /admin/],
  ])('%s is named as the problem', async (_, body, field) => {
    const response = await ask(body);
    expect(response.status).toBe(400);
    const { fault } = (await response.json()) as { fault: { message: string } };
    expect(fault.message).toMatch(field);
  });
});

describe('a crowd', () => {
  test('is told page by page through facts, each once, though every page is worked on twice', async () => {
    abort.now.abort();
    await pump;
    const count = 450;
    const { run } = t.testApp;
    const digest = (n: number): string => n.toString(16).padStart(64, '0');
    await Promise.all(
      Array.from({ length: count }, async (_, n) => {
        const id = `S${String(n).padStart(6, '0')}`;
        const input = { id, kind: 'email', language: 'ja', components: [], lookup: digest(n) };
        const tokens = { private: '{}', confirmDigest: digest(n), leaveDigest: digest(n) };
        await run('comms.AskSubscription', { ...input, ...tokens }, SYSTEM);
        await run('comms.ConfirmSubscription', { id, lookup: digest(n), digest: digest(n) }, SYSTEM);
      }),
    );
    await publish(t.testApp);
    const { store } = t.testApp.app.ports;
    const handlers = new Map(createCommsHandlers(t.testApp.app, t.node.config));
    const delivered: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      for (const entry of await store.claimOutbox('2030-01-01T00:00:00Z', '2030-01-01T00:01:00Z', 1_000)) {
        const handler = handlers.get(entry.target);
        if (entry.target.startsWith('comms.deliver/')) delivered.push(entry.target);
        else if (handler) {
          await handler(entry, Date.now);
          await handler(entry, Date.now);
        }
        await store.settleOutbox(entry.id, { done: true, receipt: '' });
      }
    }
    expect(delivered).toHaveLength(count);
    expect(new Set(delivered).size).toBe(count);
    const rows = await store.facts({ limit: 5_000 });
    expect(rows.filter(({ type }) => type === 'comms.DeliveriesOrdered@1')).toHaveLength(3);
  });
});
