/** A person at the keyboard: finding the way, declaring, leading an incident to its review, and being refused. */
import type { CommandAnswer } from '@sonae/core/app/api.ts';
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  accessViolations,
  CAN_RUN,
  type Complaints,
  cleanUp,
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
  startQuiet,
  until,
} from './support.ts';

const TITLE = 'Withdrawals are slow';

describe.skipIf(!CAN_RUN)(`an operator${SKIP_REASON}`, () => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: Complaints;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startQuiet(newDir()), launchBrowser()]);
    context = await openContext(browser, { language: 'en' });
    await (await signIn(server, context)).close();
    await server.command('incidents.Declare', { title: 'An older one', severity: 'major' });
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

  const open = async (path: string, ready: string): Promise<void> => {
    await page.goto(server.url + path);
    await seen(page.locator(ready));
  };
  const path = (): string => new URL(page.url()).pathname;
  const at = (wanted: string | RegExp): Promise<boolean> =>
    until(`way to ${wanted}`, async () =>
      typeof wanted === 'string' ? path() === wanted : wanted.test(path()),
    );
  const declared = async (title: string): Promise<string> => {
    const answer = (await server.command('incidents.Declare', { title, severity: 'minor' })) as CommandAnswer;
    if (answer.status !== 'done') throw new Error(`refused: ${answer.message}`);
    return (answer.result as { incident: string }).incident;
  };
  const incident = async (id: string): Promise<Incident> =>
    (await (await server.call(`/api/incidents/${id}`)).json()) as Incident;
  const act = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

  test('d declares an incident with a title only; the list and the public site have it', async () => {
    await open('/console/', 'main .font-mono');
    await page.keyboard.press('d');
    await seen(page.getByRole('dialog', { name: 'Declare an incident' }));
    await page.keyboard.type(TITLE);
    await page.keyboard.press('Enter');
    await at(/^\/console\/incidents\/[0-9A-Z]{26}$/);
    await seen(page.getByRole('heading', { name: TITLE }));
    await expect.poll(() => page.locator('[aria-current=step]').textContent()).toBe('Declared');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await seen(page.locator('tr', { hasText: TITLE }).getByText('Pending'));
    await page.goto(`${server.url}/status/`);
    const card = page.locator('article', { hasText: TITLE });
    await seen(card.getByText('Incident declared. We are looking into it.'));
    await seen(card.getByText('Severity being judged'));
    await seen(page.getByRole('heading', { name: 'Current incidents' }));
  });

  test('the palette goes to rooms, incidents and facts by name', async () => {
    await open('/console/', 'main .font-mono');
    await page.keyboard.press('Control+k');
    await seen(page.getByRole('dialog'));
    await page.keyboard.type('usdc peg');
    await page.keyboard.press('Enter');
    await at('/console/pegs/USDC');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('0');
    await page.keyboard.press('Enter');
    await at('/console/log');
    await seen(page.getByRole('heading', { name: 'Fact 0' }));
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('declare');
    await page.keyboard.press('Enter');
    await seen(page.getByRole('dialog', { name: 'Declare an incident' }));
    await page.keyboard.press('Escape');
    await until('closed dialog', async () => (await page.getByRole('dialog').count()) === 0);
  });

  test('? shows the keys, and no key acts behind an open dialog', async () => {
    await open('/console/', 'main .font-mono');
    await page.keyboard.press('?');
    await seen(page.getByRole('dialog', { name: 'Keys' }));
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.keyboard.press('d');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(1);
    expect(path()).toBe('/console/');
    await page.keyboard.press('Escape');
    await until('closed dialog', async () => (await page.getByRole('dialog').count()) === 0);
  });

  test('j and k move through rows, Enter opens', async () => {
    await open('/console/incidents?phase=all', 'main [data-row]');
    const titles = await page.locator('main [data-row]').allTextContents();
    expect(titles.length).toBeGreaterThan(1);
    const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.keyboard.press('j');
    await expect.poll(focused).toBe(titles[0]);
    await page.keyboard.press('j');
    await expect.poll(focused).toBe(titles[1]);
    await page.keyboard.press('k');
    await expect.poll(focused).toBe(titles[0]);
    await page.keyboard.press('Enter');
    await seen(page.getByRole('heading', { level: 1, name: titles[0] ?? '' }));
    for (const [key, wanted] of [
      // With one asset the list of pegs leads on to it.
      ['p', '/console/pegs/USDC'],
      ['l', '/console/log'],
      ['o', '/console/'],
    ] as const) {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await at(wanted);
    }
  });

  test('an incident is led by its buttons from declaration to review, and opened again', async () => {
    const id = await declared('Led to its end');
    await open(`/console/incidents/${id}`, 'main tbody tr');
    for (const [button, phase] of [
      ['Contained', 'Contained'],
      ['Start remediation', 'Remediating'],
      ['Start recovery', 'Recovering'],
      ['Close', 'Closed'],
      ['Review done', 'Reviewed'],
    ] as const) {
      await act(button);
      await seen(page.locator('[aria-current=step]', { hasText: phase }));
      await seen(page.getByRole('status').getByText(/^Recorded as fact \d+\.$/));
    }
    expect((await incident(id)).phase).toBe('reviewed');
    await act('Reopen');
    await seen(page.locator('[aria-current=step]', { hasText: 'Declared' }));
    await page.goto(`${server.url}/status/`);
    await seen(page.locator('article', { hasText: 'Led to its end' }).getByText('Opened again.'));
  });

  test('severity is judged anew with a reason; a note stays private', async () => {
    const id = await declared('Judged anew');
    await open(`/console/incidents/${id}`, 'main tbody tr');
    await act('Change severity…');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').selectOption('critical');
    await dialog.getByRole('textbox').fill('Half of the customers are affected.');
    await dialog.getByRole('button', { name: 'Change publicly' }).click();
    await seen(page.locator('tbody tr', { hasText: 'Half of the customers are affected.' }));
    await page.getByRole('textbox', { name: 'Note for the timeline' }).fill('SECRET-NOTE of the custodian');
    await act('Record note');
    await seen(page.locator('tbody tr', { hasText: 'SECRET-NOTE of the custodian' }).getByText('Private'));
    await page.goto(`${server.url}/status/`);
    await seen(page.locator('article', { hasText: 'Judged anew' }).getByText('Severity is now: Critical.'));
    expect(await page.content()).not.toContain('SECRET-NOTE');
  });

  test('a replay without any waiting, whose speed JSON cannot say, is shown as such', async () => {
    await page.route('**/api/overview', async (route) => {
      const response = await route.fetch();
      const overview = (await response.json()) as { clock: { replay: object } };
      const clock = { ...overview.clock, replay: { ...overview.clock.replay, speed: null } };
      await route.fulfill({ response, json: { ...overview, clock } });
    });
    await open('/console/', 'main .font-mono');
    await seen(page.getByText(/^Replay: simulated time .* as fast as it goes$/));
    await page.unroute('**/api/overview');
  });

  test('whoever acts on a stale screen is refused, told why, and shown what is true now', async () => {
    const id = await declared('Changed by somebody else');
    await open(`/console/incidents/${id}`, 'main tbody tr');
    // The screen must not hear of it: neither the live line nor a read may reach it before the click.
    await page.route('**/api/events', (route) => route.abort());
    let isDeaf = true;
    await page.route(`**/api/incidents/${id}`, (route) =>
      isDeaf ? new Promise(() => undefined) : route.continue(),
    );
    const { revision } = await incident(id);
    await server.command('incidents.Note', {
      incident: id,
      text: 'Somebody was quicker',
      expectedRevision: revision,
    });
    const submitted = page.waitForResponse('**/api/commands/incidents.Advance');
    await act('Contained');
    expect((await submitted).status()).toBe(409);
    isDeaf = false;
    const alert = page.getByRole('alert');
    await seen(alert.getByText('Somebody else changed the incident while you looked at it.'));
    await seen(alert.getByText('Look at the timeline, then decide.'));
    expect(await accessViolations(page)).toEqual([]);
    await shoot(page, 'stale-en-light-1440');
    expect((await incident(id)).phase).toBe('declared');
    // The browser reports the refusal (409) on its console by itself.
    complaints.list.splice(0);
  });
});
