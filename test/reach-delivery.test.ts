/**
 * Reaching people over real wires: an SMTP server, and an HTTP server that stands for Slack, PagerDuty, the firm's
 * gateways and a person's own webhook. What arrives, what counts as reached, what is said of failures, and what is not.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { ChannelAddress } from '@sonae/core/nouns/people/decisions/reach.ts';
import type { Reach } from '@sonae/core/nouns/people/views/reach.ts';
import type { OutboxEntry, OutboxResult } from '@sonae/core/ports/store.ts';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { type Config, readConfig } from '../packages/server/src/config.ts';
import { verifyWebhook } from '../packages/server/src/connectors/webhook/webhook.ts';
import { createPersonHandler } from '../packages/server/src/reach/deliver-person.ts';
import { createTestApp, type TestApp } from './support/app.ts';
import { codeOf, readView, resultOf } from './support/comms.ts';
import { as, foundFirm } from './support/firm.ts';
import { createTestNode } from './support/node.ts';

const SECRET = 'a-paging-secret-of-thirty-two-characters';
const TEXT = { en: 'Verify the alarm', ja: '警報の検証をお願いします' };
const SLACK = 'https://hooks.slack.com/services/T0/B0/private-slack-key';
const ROUTING_KEY = 'R0123456789ABCDEFGHIJ0123456789A';

type Seen = { readonly path: string; readonly body: string; readonly headers: IncomingHttpHeaders };
let seen: Seen[] = [];
let answers: (path: string) => number = () => 200;
let mails: string[] = [];
let refuseMail = '';
let web: Server;
let smtp: SMTPServer;
let base = '';
let config: Config;
let t: TestApp;

/** Slack's own host is this machine here; everything else goes where it says. */
const wire: typeof fetch = (input, init) =>
  fetch(String(input).replace('https://hooks.slack.com', `${base}/slack`), init);

beforeAll(async () => {
  web = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      seen.push({ path, body: Buffer.concat(chunks).toString(), headers: request.headers });
      response.writeHead(answers(path)).end(`about ${Buffer.concat(chunks).toString().slice(0, 150)}`);
    });
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _, done) =>
      done(
        refuseMail === ''
          ? null
          : Object.assign(new Error(`<${address}> ${refuseMail}`), { responseCode: 550 }),
      ),
    onData: (stream, _, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString());
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
  const { port } = smtp.server.address() as AddressInfo;
  config = {
    ...readConfig(undefined),
    publicOrigin: 'https://sonae.example.com',
    mail: {
      smtp: { host: '127.0.0.1', port, secure: false },
      from: 'calls@firm.example',
      fromName: 'Sonae',
    },
    paging: {
      webhookSecret: SECRET,
      insideWebhooks: true,
      sms: { url: `${base}/sms`, secret: SECRET },
      voice: { url: `${base}/voice`, secret: SECRET },
      pagerdutyUrl: `${base}/pagerduty`,
    },
  };
});
afterAll(async () => {
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
});

const EMAIL: ChannelAddress = { kind: 'email', to: 'watch-private@firm.example' };
const channelsOf = (): ChannelAddress[] => [
  EMAIL,
  { kind: 'slack', to: SLACK },
  { kind: 'webhook', to: `${base}/own` },
  { kind: 'sms', to: '+819012345678' },
  { kind: 'voice', to: '+819087654321' },
  { kind: 'pagerduty', to: ROUTING_KEY },
];

beforeEach(async () => {
  [seen, mails, refuseMail, answers] = [[], [], '', () => 200];
  t = createTestApp(createMemoryStore());
  await foundFirm(t);
});

const state = async (channels: ChannelAddress[]): Promise<void> => {
  const input = { principal: 'watch', channels } as never;
  expect(codeOf(await t.run('people.SetChannels', input, as('watch')))).toBe('done');
};
const call = async (): Promise<string> =>
  resultOf(
    await t.run(
      'people.Page',
      { subject: 'inc-1', link: '/console/incidents/inc-1', text: TEXT, principals: ['watch'] },
      as('north'),
    ),
  ).page ?? '';
const personEntries = async (): Promise<OutboxEntry[]> => {
  const due = await t.app.ports.store.claimOutbox(isoTime(Date.now()), isoTime(Date.now() + 60_000), 50);
  return due.filter(({ target }) => target === 'person');
};
const deliver = async (given: Config = config): Promise<OutboxResult> => {
  const [entry] = await personEntries();
  if (entry === undefined) throw new Error('nothing to deliver');
  return createPersonHandler(t.app, given, wire)(entry, Date.now);
};
const tests = async (): Promise<Record<string, boolean>> => {
  const { channels } = await readView<Reach>(t, 'people.reach');
  return Object.fromEntries(
    Object.entries(channels.watch?.tests ?? {}).map(([kind, { works }]) => [kind, works]),
  );
};
const sentTo = (path: string): Seen => {
  const found = seen.find((one) => one.path.startsWith(path));
  if (found === undefined) throw new Error(`nothing came to ${path}: ${seen.map((one) => one.path)}`);
  return found;
};

describe('a call', () => {
  test('goes out on every channel side by side, in both languages, with an absolute link', async () => {
    await state(channelsOf());
    const page = await call();
    const result = await deliver();
    expect(result).toEqual({
      done: true,
      receipt: 'reached by email, slack, webhook, sms, voice, pagerduty',
    });
    const link = 'https://sonae.example.com/console/incidents/inc-1';
    const mail = await PostalMime.parse(mails[0] ?? '');
    expect(mail.to?.[0]?.address).toBe('watch-private@firm.example');
    for (const part of [TEXT.en, TEXT.ja, link]) expect(mail.text).toContain(part);
    expect(mail.subject).toContain('呼出し');
    const slack = sentTo('/slack/services/T0/B0/private-slack-key').body;
    for (const part of [TEXT.en, TEXT.ja, link]) expect(slack).toContain(part);
    for (const [path, to] of [
      ['/sms', '+819012345678'],
      ['/voice', '+819087654321'],
    ] as const) {
      const { body, headers } = sentTo(path);
      expect(verifyWebhook(SECRET, headers, body, Date.now())).toMatchObject({ genuine: true });
      const sent = JSON.parse(body) as { to: string; text: string };
      expect(Object.keys(sent).sort()).toEqual(['text', 'to']);
      expect(sent.to).toBe(to);
      expect(sent.text).toContain(TEXT.ja);
      expect(sent.text.includes(link), 'nobody can follow an address that is read out').toBe(path === '/sms');
    }
    const own = sentTo('/own');
    expect(verifyWebhook(SECRET, own.headers, own.body, Date.now())).toMatchObject({ genuine: true });
    expect(JSON.parse(own.body)).toMatchObject({ format: 'sonae/call/v1', page, round: 1, text: TEXT, link });
    expect(JSON.parse(sentTo('/pagerduty/v2/enqueue').body)).toMatchObject({
      routing_key: ROUTING_KEY,
      event_action: 'trigger',
      dedup_key: page,
      payload: { severity: 'critical', source: config.origin },
    });
    expect(await tests()).toEqual(Object.fromEntries(channelsOf().map(({ kind }) => [kind, true])));
  });

  test('one channel that takes it is enough, and the others are recorded as not working', async () => {
    await state(channelsOf());
    await call();
    answers = (path) => (path === '/sms' ? 202 : 500);
    refuseMail = 'unknown';
    expect(await deliver()).toEqual({ done: true, receipt: 'reached by sms' });
    expect(await tests()).toMatchObject({
      sms: true,
      email: false,
      slack: false,
      voice: false,
      pagerduty: false,
    });
  });

  test('when all fail it comes again, and no failure names an address of the person', async () => {
    await state(channelsOf());
    await call();
    answers = () => 503;
    refuseMail = 'unknown person';
    const result = await deliver();
    expect(result.done).toBe(false);
    if (result.done) return;
    expect(Date.parse(result.retryAt ?? '')).toBeGreaterThan(Date.now());
    for (const { kind } of channelsOf()) expect(result.error).toContain(`${kind}: `);
    expect(result.error).not.toMatch(/watch-private|8190|private-slack-key|R0123456789/);
  });

  test('what can not ever be delivered is not tried for ever', async () => {
    await state([EMAIL, { kind: 'sms', to: '+819012345678' }]);
    await call();
    const { mail: _, ...bare } = config;
    const result = await deliver({ ...bare, paging: { ...config.paging, sms: undefined } });
    expect(result).toMatchObject({ done: false, retryAt: null });
    expect(await tests()).toEqual({ email: false, sms: false });
  });

  test('is not sent when it was answered or ended before it could leave', async () => {
    await state([EMAIL]);
    const page = await call();
    await t.run('people.AnswerPage', { page, comes: true }, as('watch'));
    expect(await deliver()).toEqual({ done: true, receipt: 'nobody is needed any more' });
    expect(mails).toEqual([]);
  });

  test('of a person without channels, or who was forgotten, is settled and says so', async () => {
    await call();
    expect(await deliver()).toEqual({ done: true, receipt: 'the person has stated no channels' });
    await state([EMAIL]);
    await t.app.ports.store.forgetPerson('watch');
    await t.run(
      'people.Tell',
      { principal: 'watch', subject: 's', text: TEXT },
      { id: 'system:x', kind: 'system' },
    );
    expect(await deliver()).toEqual({ done: true, receipt: 'the person has stated no channels' });
    expect(mails).toEqual([]);
  });

  test('webhooks inside the network are not called unless the firm says so', async () => {
    await state([{ kind: 'webhook', to: `${base}/own` }]);
    await call();
    const result = await deliver({ ...config, paging: { ...config.paging, insideWebhooks: false } });
    expect(result.done).toBe(false);
    expect(seen).toEqual([]);
  });
});

describe('trying one’s own channels', () => {
  test('sends a test that says it is one, and answers what became of each; not for the local operator', async () => {
    const node = createTestNode(config);
    await foundFirm(node.testApp);
    expect((await node.post('/api/reach/test', {})).status).toBe(403);
    const session = node.sessions.open(
      { header: () => undefined, req: { header: () => undefined } } as never,
      'watch',
    );
    const cookie = { authorization: '', cookie: `sonae_session=${session.token}` };
    expect((await node.post('/api/reach/test', {}, cookie)).status, 'none are stated').toBe(400);
    const channels = [EMAIL, { kind: 'sms', to: '+819012345678' }];
    const stated = await node.post(
      '/api/commands/people.SetChannels',
      { principal: 'watch', channels },
      cookie,
    );
    expect(stated.status).toBe(200);
    answers = () => 400;
    const response = await node.post('/api/reach/test', {}, cookie);
    expect(response.status).toBe(200);
    const { tried } = (await response.json()) as { tried: { kind: string; works: boolean; why: string }[] };
    expect(tried).toMatchObject([
      { kind: 'email', works: true, why: '' },
      { kind: 'sms', works: false },
    ]);
    const mail = await PostalMime.parse(mails[0] ?? '');
    expect(mail.text).toContain('疎通テスト');
    const page = (await (await node.call('/api/reach', { headers: cookie })).json()) as {
      mine: { kinds: string[] };
    };
    expect(page.mine.kinds).toEqual(['email', 'sms']);
    expect(JSON.stringify(page)).not.toMatch(/watch-private|8190/);
  });
});
