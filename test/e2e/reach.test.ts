/**
 * The room of reaching people in a browser, as an enrolled person: the board, a call answered by key from any room,
 * taking a shift, one's own channels, calendars out and in; in both languages, on a phone, and for those who see badly.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reach } from '@sonae/core/nouns/people/views/reach.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Listening, listen } from '../../packages/server/src/http/server.ts';
import { codeOf, foundCommsFirm, readView, resultOf } from '../support/comms.ts';
import { as } from '../support/firm.ts';
import { createTestNode, type TestNode } from '../support/node.ts';
import {
  accessViolations,
  CAN_RUN,
  cleanUp,
  expectNoOverflow,
  type Language,
  launchBrowser,
  listenFor,
  NARROW,
  newDir,
  openContext,
  SKIP_REASON,
  seen,
  shoot,
  until,
  WIDE,
} from './support.ts';

const TEXT = { en: 'Please verify the alarm', ja: '警報の検証をお願いします' };

describe.skipIf(!CAN_RUN)(`reaching people${SKIP_REASON}`, () => {
  let t: TestNode;
  let server: Listening;
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    await server?.close();
    t = createTestNode();
    await foundCommsFirm(t.testApp);
    const rotation = { participants: ['watch', 'north'], startsAt: '2026-03-01T00:00:00Z', shiftHours: 24 };
    const says = { en: 'Primary', ja: '一次当番' };
    const set = { schedule: 'primary', says, rotation };
    expect(codeOf(await t.testApp.run('people.SetSchedule', set, as('watch')))).toBe('done');
    const channels = [{ kind: 'email', to: 'watch@example.com' }];
    await t.testApp.run('people.SetChannels', { principal: 'watch', channels }, as('watch'));
    server = await listen(t.http, 0);
  });
  afterAll(async () => {
    await server?.close();
    await cleanUp();
  });

  const readReach = (): Promise<Reach> => readView<Reach>(t.testApp, 'people.reach');
  const call = async (who = 'watch'): Promise<string> => {
    const input = { subject: 's', link: '/console/log', text: TEXT, principals: [who, 'north'] };
    return resultOf(await t.testApp.run('people.Page', input, as('north'))).page ?? '';
  };
  const openAs = async (
    who: string,
    room: string,
    look: { language?: Language; size?: typeof WIDE } = {},
  ): Promise<Page> => {
    const context = await openContext(browser, look);
    contexts.push(context);
    const none = { header: () => undefined, req: { header: () => undefined } } as never;
    const url = `http://127.0.0.1:${server.port}`;
    await context.addCookies([{ name: 'sonae_session', value: t.sessions.open(none, who).token, url }]);
    const page = await context.newPage();
    await page.goto(`${url}/console/${room}`);
    await seen(page.locator('main#room'));
    return page;
  };

  test.each([
    ['ja', WIDE],
    ['ja', NARROW],
    ['en', NARROW],
    ['en', WIDE],
  ] as const)('the room in %s fits, complains of nothing and is accessible', async (language, size) => {
    await call();
    const page = await openAs('watch', 'reach', { language, size });
    const complaints = listenFor(page);
    await page.reload();
    await seen(page.locator('#reach-board'));
    await seen(page.locator('[data-reach="critical"]'));
    await seen(page.locator('[role="alert"]'));
    await shoot(page, `reach-${language}-${size.width}`);
    await expectNoOverflow(page, `reach ${language} ${size.width}`);
    expect(await accessViolations(page)).toEqual([]);
    expect(complaints.list).toEqual([]);
  });

  test('a call waits over every room; `y` says that I come, and it is over', async () => {
    const page = await openAs('watch', 'log');
    await expect.poll(() => page.getByText('You are called').count()).toBe(0);
    const id = await call();
    await seen(page.getByText('You are called'));
    await page.keyboard.press('y');
    await until('end of the call', async () => {
      const found = (await readReach()).pages.find((one) => one.page === id);
      return found?.endedAt !== null && found?.answers[0]?.comes === true;
    });
    await page.getByText('You are called').waitFor({ state: 'detached' });
  });

  test('`x` says that I cannot, and the next is called at once; nobody else sees my banner', async () => {
    const id = await call();
    const other = await openAs('audit', 'log');
    const page = await openAs('watch', 'reach');
    await seen(page.getByText('You are called'));
    await page.keyboard.press('x');
    await until('call of the next', async () => {
      const found = (await readReach()).pages.find((one) => one.page === id);
      return found?.sent.at(-1)?.principal === 'north';
    });
    await seen(page.getByText('cannot', { exact: true }));
    await seen(other.locator('main'));
    await expect.poll(() => other.getByText('You are called').count()).toBe(0);
  });

  test('while somebody writes, `y` is a letter', async () => {
    await call();
    const page = await openAs('watch', 'reach');
    await seen(page.getByText('You are called'));
    await page.getByLabel('Skills, with commas').fill('');
    await page.getByLabel('Skills, with commas').press('y');
    await expect.poll(() => page.getByLabel('Skills, with commas').inputValue()).toBe('y');
    expect((await readReach()).pages[0]?.answers).toEqual([]);
  });

  test('a shift is taken in a dialog and counts at once', async () => {
    const page = await openAs('watch', 'reach');
    await page.getByRole('button', { name: 'Take a shift' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Who takes it').selectOption('east');
    await dialog.getByLabel('Reason').fill('illness');
    expect(await accessViolations(page, '[role="dialog"]')).toEqual([]);
    await dialog.getByRole('button', { name: 'Take the shift' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await readReach()).schedules.primary?.overrides).toMatchObject([{ principal: 'east' }]);
    await seen(page.locator('section[aria-labelledby="schedules"]').getByText('east').first());
  });

  test('somebody is called from the room, by role', async () => {
    const page = await openAs('watch', 'reach');
    await page.getByRole('button', { name: 'Call somebody' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Whom').selectOption('role/guardian');
    await dialog.getByLabel('What is needed (ja)').fill('至急お願いします');
    await dialog.getByLabel('What is needed (en)').fill('Come at once');
    await dialog.getByLabel('How many must come').fill('2');
    await dialog.getByRole('button', { name: 'Call', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const [open] = (await readReach()).pages;
    expect(open).toMatchObject({ need: 2, wanted: ['north', 'east', 'south', 'west'] });
    await seen(page.getByText('Come at once'));
  });

  test('my channels are set, and their addresses never come back to the page', async () => {
    const page = await openAs('north', 'reach');
    await seen(page.getByText('You have stated no channels'));
    await page.getByLabel('Address of channel 1').fill('north-secret@example.com');
    await page.getByRole('button', { name: 'Another channel' }).click();
    await page.getByLabel('Address of channel 2').fill('+819011112222');
    await page.getByRole('button', { name: 'Set my channels' }).click();
    await seen(page.getByRole('button', { name: 'Try all now' }));
    expect((await readReach()).channels.north?.kinds).toEqual(['email', 'sms']);
    await page.reload();
    await seen(page.getByRole('button', { name: 'Try all now' }));
    expect(await page.content()).not.toMatch(/north-secret|9011112222/);
    // No relay is configured here: the page says so instead of a green mark.
    await page.getByRole('button', { name: 'Try all now' }).click();
    await seen(page.getByText('mail is not configured'));
    await seen(page.getByText('does not work'));
  });

  test('a calendar address is made, works, and a calendar comes back in', async () => {
    t.testApp.clock.moveTo(Date.now());
    const page = await openAs('watch', 'reach');
    await page.getByRole('button', { name: 'Calendar' }).click();
    await page.getByRole('button', { name: 'Make an address' }).click();
    const address = await page.getByLabel('Shown once. Copy it into your calendar program.').inputValue();
    const answer = await fetch(address);
    expect(answer.status).toBe(200);
    const calendar = await answer.text();
    expect(calendar).toContain('TZID=Europe/Paris');
    const file = join(newDir(), 'primary.ics');
    writeFileSync(file, calendar);
    await page.getByLabel('Calendar file').setInputFiles(file);
    await until('shifts', async () => ((await readReach()).schedules.primary?.shifts.length ?? 0) > 80);
    writeFileSync(file, calendar.replaceAll(/SUMMARY:.*/g, 'SUMMARY:Nobody Known'));
    await page.getByLabel('Calendar file').setInputFiles(file);
    await seen(page.getByText('events name nobody of the register'));
  });

  test('channels of the firm are agreed and maintenance is planned and ended in the room of communications', async () => {
    const page = await openAs('watch', 'comms');
    await page.getByRole('button', { name: 'Set channels' }).click();
    const dialog = page.getByRole('dialog');
    for (const [field, text] of [
      ['Id (a-z, 0-9, -) 1', 'site'],
      ['Name 1 (ja)', '公式サイト'],
      ['Name 1 (en)', 'Official site'],
      ['Address, account or number 1', 'https://firm.example'],
      ['Spokespersons 1', 'north, east'],
      ['What may be said there, and what not 1 (ja)', '公表済みの事項のみ'],
      ['What may be said there, and what not 1 (en)', 'Only what was published'],
    ] as const)
      await dialog.getByLabel(field, { exact: true }).fill(text);
    expect(await accessViolations(page, '[role="dialog"]')).toEqual([]);
    await dialog.getByRole('button', { name: 'Set and announce' }).click();
    await dialog.waitFor({ state: 'detached' });
    await seen(page.getByText('speaks there: north, east'));

    await page.getByRole('button', { name: 'Plan maintenance' }).click();
    await dialog.getByLabel('Begins (UTC)').fill('2026-04-02T01:00');
    await dialog.getByLabel('Ends (UTC)').fill('2026-04-02T03:00');
    for (const part of ['Title', 'What is known', 'What is stopped', 'What users should do'])
      for (const language of ['ja', 'en'])
        await dialog.getByLabel(`${part} (${language})`).fill(`Work ${language}`);
    await dialog.getByRole('button', { name: 'Save the draft' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { drafts } = await readView<{ drafts: { id: string }[] }>(t.testApp, 'comms.drafts');
    const notice = drafts[0]?.id ?? '';
    for (const [as_, who] of [
      ['legal', 'north'],
      ['compliance', 'east'],
    ] as const)
      resultOf(await t.testApp.run('comms.ApproveNotice', { notice, revision: 1, as: as_ }, as(who)));
    resultOf(await t.testApp.run('comms.PublishNotice', { notice, revision: 1 }, as('watch')));
    await page.getByRole('button', { name: 'End', exact: true }).click();
    await dialog.getByLabel('Reason, public (ja)').fill('延期');
    await dialog.getByLabel('Reason, public (en)').fill('postponed');
    await dialog.getByRole('button', { name: 'End it now' }).click();
    await dialog.waitFor({ state: 'detached' });
    await seen(page.getByText('Nothing is announced.'));
    expect(await accessViolations(page)).toEqual([]);
  });
});
