/**
 * The first minutes of somebody who knows nothing: an empty directory, one command, one link, a crisis under way; then
 * the power goes and comes back. Also what those see who have no link, or one that was used.
 */
import type { Overview } from '@sonae/core/app/api.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accessViolations,
  CAN_RUN,
  cleanUp,
  expectNoOverflow,
  launchBrowser,
  listenFor,
  NARROW,
  newDir,
  openContext,
  runCli,
  SETUP_WITHIN_MS,
  type Server,
  SKIP_REASON,
  seen,
  shoot,
  startServer,
  until,
  WIDE,
} from './support.ts';

describe.skipIf(!CAN_RUN)(`a newcomer${SKIP_REASON}`, () => {
  let dir: string;
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    dir = newDir();
    [server, browser] = await Promise.all([startServer(['up'], dir), launchBrowser()]);
    context = await openContext(browser, { language: 'en' });
    page = await context.newPage();
  }, SETUP_WITHIN_MS);
  afterAll(cleanUp);

  test('without a session the console says where the way in is, in both languages', async () => {
    const stranger = await openContext(browser, { language: 'ja', size: NARROW });
    const visit = await stranger.newPage();
    await visit.goto(`${server.url}/console/`);
    await seen(visit.getByRole('heading', { name: 'このブラウザーにはセッションがありません' }));
    expect(await accessViolations(visit)).toEqual([]);
    await expectNoOverflow(visit, 'sign-in hint');
    await shoot(visit, 'signin-ja-light-390');
    await visit.locator('select').first().selectOption('en');
    await seen(visit.getByRole('heading', { name: 'No session in this browser' }));
    await stranger.close();
  });

  test('the printed link opens the console, once', async () => {
    const complaints = listenFor(page);
    await page.goto(server.link);
    expect(new URL(page.url()).pathname).toBe('/console/');
    await seen(page.getByText(/^Replay: simulated time 2023-03-1\d \d\d:\d\d UTC/));
    complaints.close();
    expect(complaints.list).toEqual([]);

    const second = await openContext(browser);
    const late = await second.newPage();
    const answer = await late.goto(server.link);
    expect(answer?.status()).toBe(401);
    await expect.poll(() => late.locator('body').textContent()).toContain('was used already');
    await late.goto(`${server.url}/console/`);
    await seen(late.getByRole('heading', { name: 'No session in this browser' }));
    // The command line gives another one.
    await late.goto((await runCli('link', '--data', dir)).trim());
    await seen(late.locator('main#room'));
    await second.close();
  });

  test('within a minute a crisis is under way, on the screen without reloading', async () => {
    const complaints = listenFor(page);
    const level = page.locator('header a[href="/console/pegs/USDC"]');
    await until(
      'level other than OK',
      async () => /Watch|Warning|Critical/.test((await level.textContent()) ?? ''),
      60_000,
    );
    await seen(
      page.locator('section', { hasText: 'Not true right now' }).locator('[data-level]:not([data-level=ok])'),
    );
    const { assets } = (await (await server.call('/api/overview')).json()) as Overview;
    expect(assets[0]?.level).not.toBe('ok');
    await until(
      'suspected incident',
      async () => /[1-9]/.test((await page.locator('nav a', { hasText: 'Incidents' }).textContent()) ?? ''),
      60_000,
    );
    complaints.close();
    expect(complaints.list).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('the overview of a crisis is readable: %s', async (scheme) => {
    await page.emulateMedia({ colorScheme: scheme });
    for (const size of [WIDE, NARROW]) {
      await page.setViewportSize(size);
      await expectNoOverflow(page, `overview in the crisis, ${size.width}`);
      await shoot(page, `crisis-en-${scheme}-${size.width}`);
    }
    expect(await accessViolations(page)).toEqual([]);
    await page.setViewportSize(WIDE);
  });

  test('when the power goes the console says that it is not live; when it is back, it goes on', async () => {
    const { port } = new URL(server.url);
    const incidents = page.locator('nav a', { hasText: 'Incidents' });
    // At least the broken peg is open.
    await expect.poll(() => incidents.textContent()).toMatch(/[1-9]/);
    await server.end('SIGKILL');
    await seen(page.getByText('The server does not answer. What you see is what was last known at'));
    await seen(page.getByRole('status').getByText('Not live'));
    await expect
      .poll(() => incidents.textContent(), { message: 'what was last known stays' })
      .toMatch(/[1-9]/);
    expect(await accessViolations(page)).toEqual([]);
    await shoot(page, 'away-en-dark-1440');

    server = await startServer(['up'], dir, Number(port));
    // Sessions end with the process: the hint stands there until the new link is opened, in any tab.
    await seen(page.getByRole('heading', { name: 'No session in this browser' }));
    const door = await context.newPage();
    await door.goto(server.link);
    await seen(page.getByRole('status').getByText('Live', { exact: true }));
    await expect.poll(() => incidents.textContent()).toMatch(/[1-9]/);
    await door.close();
  });
});
