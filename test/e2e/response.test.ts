/**
 * The response in a browser: from an alarm to a declared incident and its first public post by keyboard alone, then roles,
 * class, clocks, decisions, evidence, filings and a supervisor's window.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandAnswer, Overview } from '@sonae/core/app/api.ts';
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoCharter, demoFounding, demoSigners } from '../../packages/server/src/demonstration/firm.ts';
import { alertmanagerBody, TOKEN } from '../support/intake.ts';
import {
  accessViolations,
  CAN_RUN,
  type Complaints,
  cleanUp,
  expectNoOverflow,
  launchBrowser,
  listenFor,
  newDir,
  openContext,
  SETUP_WITHIN_MS,
  type Server,
  SKIP_REASON,
  seen,
  shoot,
  signIn,
  startServer,
  until,
} from './support.ts';

/** From an alarm on the screen to the first public words. */
const FIRST_POST_WITHIN_MS = 60_000;

const signers = demoSigners('response.test');

/** The firm of the demonstration, founded in this log. */
async function found(server: Server): Promise<void> {
  const { node } = (await (await server.call('/api/overview')).json()) as Overview;
  const charter = demoCharter(node.origin, 'USDC', signers, null);
  const answer = (await server.command('authority.Found', demoFounding(charter, signers))) as CommandAnswer;
  expect(answer.status).toBe('done');
}

/** A command of a person who signs in with a key. */
async function commandAs(server: Server, person: string, name: string, input: unknown): Promise<void> {
  const signer = signers.keys[person];
  if (signer === undefined) throw new Error(`${person} has no key`);
  const asked = (await (await fetch(`${server.url}/auth/nonce`)).json()) as { nonce: string; origin: string };
  const body = { nonce: asked.nonce, origin: asked.origin };
  const proof = signer.sign({ says: 'sign-in', body });
  const post = (path: string, value: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(value),
    });
  const credential = signer.credential.id;
  const session = await post('/auth/sign-in', { nonce: asked.nonce, principal: person, credential, proof });
  const { token } = (await session.json()) as { token: string };
  const done = await post(`/api/commands/${name}`, input, {
    authorization: `Bearer ${token}`,
    'idempotency-key': crypto.randomUUID(),
  });
  expect(await done.json()).toMatchObject({ status: 'done' });
}

describe.skipIf(!CAN_RUN)(`the response${SKIP_REASON}`, () => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: Complaints;
  let declared = '';

  beforeAll(async () => {
    const dir = newDir();
    const config = join(dir, 'sonae.json');
    const sources = [{ id: 'prom', kind: 'alertmanager', token: TOKEN }];
    writeFileSync(config, JSON.stringify({ intake: { sources } }));
    [server, browser] = await Promise.all([
      startServer(['up', '--config', config], join(dir, 'data')),
      launchBrowser(),
    ]);
    await found(server);
    for (const [person, as] of [
      ['legal-1', 'legal'],
      ['compliance-1', 'compliance'],
    ] as const)
      await commandAs(server, person, 'comms.AdoptTemplate', { template: 'first-post', revision: 1, as });
    context = await openContext(browser, { language: 'en' });
    await (await signIn(server, context)).close();
  }, SETUP_WITHIN_MS);
  afterAll(cleanUp);
  beforeEach(async () => {
    page = await context.newPage();
    complaints = listenFor(page);
  });
  afterEach(async () => {
    complaints.close();
    expect(complaints.list).toEqual([]);
    await page.close();
  });

  const alarm = async (component: string): Promise<void> => {
    const answer = await fetch(`${server.url}/intake/prom`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(alertmanagerBody([{ fingerprint: component, component }])),
    });
    expect(answer.status).toBe(202);
  };
  const comms = async (): Promise<CommsPage> => (await (await server.call('/api/comms')).json()) as CommsPage;
  const response = async (): Promise<ResponsePage> =>
    (await (await server.call(`/api/incidents/${declared}/response`)).json()) as ResponsePage;
  const open = async (tab: string): Promise<void> => {
    await page.goto(`${server.url}/console/incidents/${declared}?tab=${tab}`);
    await seen(page.locator('[data-glance]'));
  };
  const dialog = () => page.getByRole('dialog');
  const submit = async (): Promise<void> => {
    await dialog().locator('button[type=submit]').click();
    await dialog().waitFor({ state: 'detached' });
  };
  const focusRow = async (component: string): Promise<string> => {
    const row = page.locator('main [data-incident]', { hasText: component }).first();
    await seen(row);
    const id = (await row.getAttribute('data-incident')) ?? '';
    await until('focus on the row', async () => {
      await page.keyboard.press('j');
      return page.evaluate(
        (wanted) =>
          document.activeElement?.closest<HTMLElement>('[data-incident]')?.dataset.incident === wanted,
        id,
      );
    });
    return id;
  };

  test('from an alarm to declared with one key, and to the first public post with two more', async () => {
    await alarm('hot-wallet');
    await page.goto(`${server.url}/console/`);
    await seen(page.locator('main [data-incident]', { hasText: 'hot-wallet' }));
    const began = performance.now();
    declared = await focusRow('hot-wallet');
    await page.keyboard.press('Shift+D');
    await seen(page.locator('[aria-current=step]', { hasText: 'Declared' }));
    expect(new URL(page.url()).pathname).toBe(`/console/incidents/${declared}`);
    await page.keyboard.press('p');
    await seen(dialog().locator('button[type=submit]:enabled'));
    await page.keyboard.press('Enter');
    const thread = await until('a public thread', async () => (await comms()).threads[0]);
    expect(performance.now() - began).toBeLessThan(FIRST_POST_WITHIN_MS);
    expect(thread.incident).toBe(declared);
    await dialog().waitFor({ state: 'detached' });
    await seen(page.locator('[data-glance]').getByText('Next public update'));
    expect((await response()).incident.severity).toBe('pending');
  });

  test('v verifies the selected suspicion in the list, and D says when somebody else was quicker', async () => {
    await alarm('ledger');
    await page.goto(`${server.url}/console/incidents`);
    const id = await focusRow('ledger');
    await page.keyboard.press('v');
    await seen(page.locator(`[data-incident="${id}"]`).getByText('Verifying'));
    await page.keyboard.press('v');
    await seen(page.getByRole('alert').getByText('The incident is in a phase that does not allow this.'));
    expect((await (await server.call(`/api/incidents/${id}`)).json()) as object).toMatchObject({
      phase: 'verifying',
    });
  });

  test('a gives a role with its instructions, and the vacancy is gone', async () => {
    await open('now');
    await page.keyboard.press('a');
    await seen(dialog().getByText('You decide and delegate; you do not repair.'));
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
    await until('a commander', async () => (await response()).incident.roles.commander?.length === 1);
    await page.locator('[data-tab=roles]').click();
    await seen(page.locator('[data-role=commander]').getByText('in charge'));
    await seen(page.locator('[data-role=scribe]').getByText('Vacant'));
  });

  test('n records a decision by keyboard alone', async () => {
    await open('decisions');
    await page.keyboard.press('n');
    await seen(dialog());
    for (const text of ['Stop all withdrawals?', 'Stop\nWait'])
      await page.keyboard.type(text).then(() => page.keyboard.press('Tab'));
    await page.keyboard.press('Tab');
    await page.keyboard.type('Keys may be compromised.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Contingency plan 3.2');
    await page.keyboard.press('Enter');
    await seen(page.locator('[data-decision]').getByText('Keys may be compromised.'));
    const [decision] = (await response()).response.decisions;
    expect(decision).toMatchObject({ chosen: 'Stop', options: ['Stop', 'Wait'], objections: null });
    await seen(page.locator('[data-glance]').getByText('Stop all withdrawals?: Stop'));
  });

  test('the class brings clocks; c shows them, the strip too, and a filing is recorded', async () => {
    await open('facts');
    await page.getByRole('button', { name: 'Judge the class' }).click();
    await dialog().getByLabel('Outflow, loss or misuse of crypto-assets').check();
    await dialog().getByLabel('Reason').fill('A transfer nobody asked for.');
    await submit();
    await page.keyboard.press('c');
    const duty = page.locator('[data-duty="jvcea-7-4-fact"]');
    await seen(duty);
    await seen(page.locator('[data-strip]').getByRole('link').first());
    await duty.getByRole('button', { name: /^Record a filing/ }).click();
    await dialog().getByLabel('Method').fill('telephone');
    await dialog().getByLabel('Reference').fill('JV-0001');
    await submit();
    await seen(duty.locator('[data-clock=satisfied]'));
    const { records } = (await response()).filings;
    expect(records).toMatchObject([
      { method: 'telephone', reference: 'JV-0001', duties: ['jvcea-7-4-fact'] },
    ]);
  });

  test('the criteria decide the severity, and a value is stated with its history', async () => {
    await open('facts');
    await page.getByRole('button', { name: 'Answer the criteria' }).click();
    await seen(dialog().getByRole('status').getByText('Critical'));
    for (const no of await dialog().getByLabel('No', { exact: true }).all()) await no.check();
    await seen(dialog().getByRole('status').getByText('Minor'));
    await dialog().getByLabel('Yes').nth(1).check();
    await submit();
    await until('a severity', async () => (await response()).incident.severity === 'critical');
    for (const [button, amount] of [
      ['State a value', 'BTC 4000'],
      ['Restate Assets lost', 'BTC 4502.9 48200000000'],
    ] as const) {
      await page.getByRole('button', { name: button }).click();
      if (button === 'State a value') await dialog().getByLabel('Field').selectOption('loss.assets');
      await dialog().getByLabel('Kind of value').selectOption('amounts');
      await dialog().getByLabel('Value', { exact: true }).fill(amount);
      await dialog().getByLabel('Source').fill('chain analysis');
      await submit();
    }
    const field = page.locator('[data-field="loss.assets"]');
    await seen(field.getByText('4502.9 BTC (JPY 48200000000)'));
    await seen(field.getByText('1 earlier'));
  });

  test('k shows the tasks; one is taken and done; with a row in focus k moves up instead', async () => {
    await open('now');
    await page.keyboard.press('k');
    const task = page.locator('[data-task]').first();
    await seen(task);
    const id = await task.getAttribute('data-task');
    await task.getByRole('button', { name: /^Take/ }).click();
    await until('a taken task', async () =>
      (await response()).tasks.tasks.some((one) => one.task === id && one.by !== null),
    );
    await page.locator(`[data-task="${id}"]`).getByRole('button', { name: /^Done/ }).click();
    await until('a finished task', async () =>
      (await response()).tasks.tasks.some((one) => one.task === id && one.outcome === 'done'),
    );
    // The list is drawn anew when the task is done: only then may the focus stand on a row of it.
    await page.locator(`[data-task="${id}"]`).getByRole('button').first().waitFor({ state: 'detached' });
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
    const onRow = (): Promise<boolean> =>
      page.evaluate(() => document.activeElement?.matches('[data-row]') ?? false);
    await page.keyboard.press('j');
    await until('a first row', onRow);
    const first = await focused();
    await page.keyboard.press('j');
    await until('a second row', async () => (await onRow()) && (await focused()) !== first);
    await page.keyboard.press('k');
    await until('the first row again', async () => (await focused()) === first);
    await expect.poll(() => page.evaluate(() => document.activeElement?.matches('[data-row]'))).toBe(true);
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await until('the room of notices', async () => page.url().endsWith('/console/comms'));
  });

  test('evidence is hashed in the browser and never sent', async () => {
    await open('decisions');
    const bytes = Buffer.from('memory of the wallet host'.repeat(1_000));
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await page.getByRole('button', { name: 'Record evidence' }).click();
    await dialog()
      .getByLabel('File')
      .setInputFiles({ name: 'memory.img', mimeType: 'application/octet-stream', buffer: bytes });
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await until('the hash', async () => (await dialog().getByLabel('SHA-256').inputValue()) === sha256);
    await dialog().getByLabel('Source').fill('wallet host');
    await dialog().getByLabel('Kept at').fill('safe 3');
    await submit();
    await seen(page.locator('[data-evidence]').getByText(sha256));
    expect((await response()).response.evidence).toMatchObject([{ title: 'memory.img', sha256 }]);
    expect(sent.join('\n')).not.toContain('memory of the wallet host');
  });

  test('f shows the filings; one is prepared with what is missing, and its PDF is a PDF', async () => {
    await open('now');
    await page.keyboard.press('f');
    await page.locator('section', { hasText: 'Prepare from the log' }).getByRole('button').first().click();
    const filing = page.locator('[data-filing]').first();
    await seen(filing.locator('[data-missing]'));
    const downloading = page.waitForEvent('download');
    await filing.getByRole('link', { name: 'PDF' }).click();
    const path = await (await downloading).path();
    const file = readFileSync(path);
    expect(file.length).toBeGreaterThan(1_000);
    expect(file.subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('a window is opened with a secret that the server never sees, read, and closed', async () => {
    await open('filings');
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.postData() ?? ''));
    await page.getByRole('button', { name: 'Open a window' }).click();
    await dialog().getByLabel('Supervisor').fill('Kanto Local Finance Bureau');
    await submit();
    const link = (await page.locator('[data-window-link] code').textContent()) ?? '';
    const secret = /\/window\/([\w-]{43})$/.exec(link)?.[1] ?? '';
    expect(secret).not.toBe('');
    expect(sent.join('\n')).not.toContain(secret);
    expect((await fetch(link)).status).toBe(200);
    await page
      .locator('[data-window]')
      .getByRole('button', { name: /^Close/ })
      .click();
    await dialog().getByLabel('Reason').fill('The inspection is over.');
    await submit();
    await seen(page.locator('[data-window]').getByText('closed'));
    expect((await fetch(link)).status).toBeGreaterThanOrEqual(400);
    await page.reload();
    await seen(page.locator('[data-window]'));
    expect(await page.content()).not.toContain(secret);
  });

  test('the firm: the profile is set, an event recorded, the plan read, the horizon judged', async () => {
    await page.goto(`${server.url}/console/clocks`);
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await dialog().getByLabel('Name (English)').fill('Minato Exchange');
    await dialog().getByLabel('Closed days').fill('2026-02-30');
    await seen(dialog().getByText('No days of the calendar: 2026-02-30'));
    await dialog().getByLabel('Closed days').fill('2026-12-31');
    await submit();
    await seen(page.getByText('Minato Exchange'));
    await page.getByRole('button', { name: 'Record…', exact: true }).click();
    await dialog().getByLabel('Reference').fill('reconciliation 12');
    await dialog().getByLabel('Event').selectOption('coin-short');
    await submit();
    await seen(page.getByText('Customers’ coins short'));
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await page.getByRole('button', { name: 'I have read and understood it' }).click();
    await seen(page.getByText('You have read it.'));
    await page.getByRole('button', { name: 'Note something' }).click();
    await dialog().getByLabel('What it is').fill('A new guideline');
    await dialog().getByLabel('Source').fill('JVCEA');
    await dialog().getByLabel('What it may do to us').fill('Shorter clocks.');
    await dialog().getByLabel('To be judged by (UTC)').fill('2030-01-01T00:00');
    await submit();
    await page.getByRole('button', { name: 'Judge… A new guideline' }).click();
    await dialog().getByLabel('The plan changes').check();
    await dialog().getByLabel('Reason').fill('Our targets are longer.');
    await submit();
    await seen(page.locator('[data-horizon]').getByText('The plan changes'));
  });

  test('the review: a cause, an improvement that is checked, completion; another person must publish', async () => {
    const title = 'A batch was late';
    const answer = (await server.command('incidents.Declare', { title, severity: 'minor' })) as CommandAnswer;
    if (answer.status !== 'done') throw new Error(answer.message);
    const { incident } = answer.result as { incident: string };
    await server.command('incidents.Advance', { incident, to: 'closed' });
    await page.goto(`${server.url}/console/incidents/${incident}?tab=review`);
    await page.getByRole('button', { name: 'Cause…' }).click();
    await dialog().getByLabel('Why it happened').fill('The disk was full.');
    await submit();
    await seen(page.getByText('The disk was full.'));
    await page.getByRole('button', { name: 'Propose an improvement' }).click();
    await dialog().getByLabel('Title').fill('Watch the disk');
    await dialog().getByLabel('What changes, and why').fill('It fills by night.');
    await dialog().getByLabel('Changes', { exact: true }).selectOption('plan');
    await dialog().getByLabel('Owner').fill('technology-1');
    await dialog().getByLabel('Due (UTC)').fill('2030-01-01T00:00');
    await submit();
    const improvement = page.locator('[data-improvement]');
    await seen(improvement.getByText('Nothing is linked that shows the change'));
    await improvement.getByRole('button', { name: /^Link what changed/ }).click();
    await dialog().getByLabel('Reference').fill('plan 3');
    await submit();
    await seen(improvement.getByText('Not yet: plan 3'));
    await page.getByRole('button', { name: 'Complete the review' }).click();
    await dialog().getByLabel('Summary').fill('Nobody watched the disk.');
    await submit();
    await page.getByRole('button', { name: 'Publish the report' }).click();
    await expect.poll(() => dialog().getByLabel('Timeline').inputValue()).toContain('It happened | 発生');
    for (const part of ['Impact', 'What we did', 'Causes', 'Lessons', 'What changes'])
      for (const language of ['日本語', 'English'])
        await dialog().getByLabel(`${part} (${language})`).fill('As said.');
    await dialog().locator('button[type=submit]').click();
    await seen(dialog().getByRole('alert').getByText('Ask another person to publish it.'));
    // The browser reports the refusal (409) on its console by itself.
    complaints.list.splice(0);
    await page.goto(`${server.url}/console/learning`);
    await seen(page.locator('[data-improvement]', { hasText: 'Watch the disk' }).getByText(title));
  });

  test('the help names the keys of the room', async () => {
    await open('now');
    await page.keyboard.press('?');
    await seen(dialog().getByText('Incident room: decision'));
    await expectNoOverflow(page, 'help');
    expect(await accessViolations(page, '[role=dialog]')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('t');
    await expect.poll(() => page.evaluate(() => document.activeElement?.matches('[data-note]'))).toBe(true);
    await shoot(page, 'response-now');
  });
});
