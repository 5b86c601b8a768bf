/** The mail listener, written to by nodemailer: sign-in, threads, ends, sizes, and who is turned away. */
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenForMail, type MailListening } from '../packages/server/src/connectors/intake/mail-listener.ts';
import { START_MS } from './support/app.ts';
import { createIntakeNode, type IntakeNode, TOKEN } from './support/intake.ts';

let t: IntakeNode;
let listening: MailListening;
const failures: unknown[] = [];

beforeEach(async () => {
  t = createIntakeNode();
  failures.length = 0;
  const started = await listenForMail(
    t.node.config.intake,
    t.gatherer,
    () => START_MS,
    (error) => failures.push(error),
  );
  if (started === null) throw new Error('intake.mail is configured');
  listening = started;
});
afterEach(() => listening.close());

async function write(mail: SendMailOptions, user = 'post', pass = TOKEN): Promise<number> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: listening.port,
    secure: false,
    ignoreTLS: true,
    auth: { user, pass },
  });
  try {
    await transport.sendMail({ from: 'ops@firm.test', to: 'post@alarms.test', text: 'body', ...mail });
    return 250;
  } catch (error) {
    return (error as { responseCode?: number }).responseCode ?? 0;
  } finally {
    transport.close();
  }
}

test('a mail is an alarm; an answer in its thread that says so ends it', async () => {
  const first = {
    messageId: '<1@firm.test>',
    subject: '[critical] ディスク満杯',
    headers: { 'X-Component': 'db' },
  };
  expect(await write(first)).toBe(250);
  expect(await t.incidents()).toMatchObject([{ correlation: 'alarm/db', level: 'critical' }]);
  expect(await write({ subject: '[RESOLVED] ディスク満杯', inReplyTo: '<1@firm.test>' })).toBe(250);
  expect(await t.incidents()).toMatchObject([{ level: 'ok' }]);
  expect(failures).toEqual([]);
});

test('of the people in it nothing is kept', async () => {
  await write({ subject: 'disk', from: '"Taro Yamada" <taro@firm.test>', cc: 'hanako@firm.test' });
  const { store } = t.node.app.ports;
  const rows = await store.facts({ limit: 100 });
  const roots = rows.flatMap(({ text }) => /"root":"([^"]+)"/.exec(text)?.[1] ?? []);
  const items = await Promise.all(roots.map((root) => store.evidence(root)));
  const everything = JSON.stringify([rows.map(({ text }) => text), items]);
  expect(everything).toContain('disk');
  for (const person of ['taro', 'hanako', 'Yamada']) expect(everything).not.toContain(person);
});

test.each([
  ['a wrong token', {}, 'post', `${TOKEN}x`, 535],
  ['an unknown source', {}, 'nobody', TOKEN, 535],
  ['a source that takes requests', {}, 'prom', TOKEN, 535],
  ['another recipient', { to: 'else@alarms.test' }, 'post', TOKEN, 550],
  ['more than may be sent', { text: 'x'.repeat(300 * 1024) }, 'post', TOKEN, 552],
] as const)('%s is turned away', async (_, mail, user, pass, code) => {
  expect(await write({ subject: 's', ...mail }, user, pass)).toBe(code);
  expect(await t.incidents()).toEqual([]);
});
