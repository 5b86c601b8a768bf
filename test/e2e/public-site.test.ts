/**
 * What a stranger's browser can find out by itself: that disclosed facts are in the log, that a server which alters
 * one byte is caught at the step where it lied, and that a log which was rewritten is shown to be another one.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  accessViolations,
  CAN_RUN,
  cleanUp,
  launchBrowser,
  newDir,
  openContext,
  SETUP_WITHIN_MS,
  type Server,
  SKIP_REASON,
  seen,
  shoot,
  startQuiet,
  until,
} from './support.ts';

type Disclosed = { readonly seq: number; readonly type: string };
const STEPS = [
  'Disclosure fetched',
  'Well formed',
  'Signature of the checkpoint',
  'Bytes of the fact',
  'Inclusion in the log',
  'The same log that this browser remembers',
];

/** A step with its outcome, e.g. `Well formed holds`, or with the reason where it fails. */
const stepTexts = (page: Page, seq: number): Promise<string[]> =>
  page.locator(`#fact-${seq} ol li`).allTextContents();

async function declare(server: Server, title: string): Promise<number> {
  const { facts } = (await server.command('incidents.Declare', { title, severity: 'minor' })) as {
    facts: { seq: number }[];
  };
  return facts[0]?.seq ?? -1;
}

async function sizeOf(server: Server): Promise<number> {
  const { log } = (await (await fetch(`${server.url}/public/status.json`)).json()) as {
    log: { size: number };
  };
  return log.size;
}

/** From here on this page gets the log of another server under the address of the first. */
async function serveLogOf(page: Page, other: Server): Promise<void> {
  await page.route(/\/(log|public)\//, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const response = await fetch(`${other.url}${pathname}${search}`);
    const answer = {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: Buffer.from(await response.arrayBuffer()),
    };
    // A page that reloads or closes takes requests back. What a test expects is on the page, or the test fails there.
    await route.fulfill(answer).catch(() => undefined);
  });
}

describe.skipIf(!CAN_RUN)(`the public site${SKIP_REASON}`, () => {
  let server: Server;
  /** Another log that is signed by the same key: what a firm would show after rewriting its history. */
  let forger: Server;
  /** An unrelated log. */
  let other: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let seq: number;

  beforeAll(async () => {
    const [first, second, third] = [newDir(), newDir(), newDir()];
    [server, other, browser] = await Promise.all([startQuiet(first), startQuiet(third), launchBrowser()]);
    seq = await declare(server, 'First');
    await declare(server, 'Second');
    for (const file of ['log-key.pem', 'sonae.json']) copyFileSync(join(first, file), join(second, file));
    forger = await startQuiet(second);
    await declare(forger, 'First, but told differently');
    await declare(other, 'Elsewhere');
  }, SETUP_WITHIN_MS);
  afterAll(cleanUp);
  beforeEach(async () => {
    context = await openContext(browser, { language: 'en' });
    page = await context.newPage();
  });
  afterEach(async () => {
    // The page goes on asking; what is being answered is answered before everything closes.
    await page.unrouteAll({ behavior: 'wait' });
    await context.close();
  });

  const visit = async (): Promise<void> => {
    await page.goto(`${server.url}/status/`);
    await seen(page.getByRole('heading', { name: 'Disclosed facts' }));
  };
  const verify = async (wanted: number): Promise<void> => {
    await page.getByRole('button', { name: `Verify in this browser ${wanted}`, exact: true }).click();
    await seen(page.locator(`#fact-${wanted} ol li`));
  };

  test('every step of a disclosed fact holds, with a checkpoint that the browser remembers', async () => {
    await visit();
    await seen(page.getByText('First visit: this browser now remembers the log'));
    await verify(seq);
    await seen(page.locator(`#fact-${seq}`).getByText('Verified in this browser'));
    const texts = await stepTexts(page, seq);
    expect(texts).toHaveLength(STEPS.length);
    expect(STEPS.filter((step, i) => !texts[i]?.includes(`${step} holds`))).toEqual([]);
    await page.locator(`#fact-${seq} summary`).click();
    await expect.poll(() => page.locator(`#fact-${seq} pre`).textContent()).toContain('"title": "First"');
  });

  test('a log that grew is said to have grown', async () => {
    await visit();
    await seen(page.getByText('First visit: this browser now remembers the log'));
    const before = await sizeOf(server);
    await declare(server, 'Third');
    await until('larger log', async () => (await sizeOf(server)) > before);
    await visit();
    await seen(page.getByText(/facts seen .* are all still there, unchanged, below the present/));
  });

  test.each([
    { what: 'a word of the fact', pattern: /("title":")(F)/, failing: 'Bytes of the fact' },
    { what: 'the number', pattern: /("seq":)(\d)/, failing: 'Well formed' },
    { what: 'the shape', pattern: /("sal)(t)/, failing: 'Well formed' },
    { what: 'the signature', pattern: /(\\n— \S+ .{20})(.)/, failing: 'Signature of the checkpoint' },
    { what: 'a hash of the proof', pattern: /(\\nindex \d+\\n.{10})(.)/, failing: 'Inclusion in the log' },
  ])('altering one byte of $what fails at: $failing', async ({ pattern, failing }) => {
    let isAltered = false;
    await page.route(`**/log/disclosed/${seq}`, async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      const body = text.replace(
        pattern,
        (_, head: string, byte: string) => head + (byte === '7' ? '8' : '7'),
      );
      isAltered = body !== text;
      await route.fulfill({ response, body });
    });
    await visit();
    await verify(seq);
    expect(isAltered).toBe(true);
    await seen(page.locator(`#fact-${seq}`).getByText('Not verified'));
    const texts = await stepTexts(page, seq);
    const at = texts.findIndex((text) => text.includes(' fails'));
    expect(texts[at]).toContain(failing);
    for (const text of texts.slice(0, at)) expect(text).toContain(' holds');
    for (const text of texts.slice(at + 1)) expect(text).toContain('not reached');
  });

  test('a log with the same key but another history is alarmed, with both checkpoints as evidence', async () => {
    await visit();
    await seen(page.getByText('First visit: this browser now remembers the log'));
    const seenSize = await sizeOf(server);
    await until('forged log that is as long', async () => {
      await declare(forger, 'More');
      return (await sizeOf(forger)) > seenSize;
    });
    await serveLogOf(page, forger);
    await visit();
    const alarm = page.getByRole('alert');
    await seen(alarm.getByRole('heading', { name: 'The log was rewritten' }));
    await expect.poll(() => alarm.locator('pre').count()).toBe(2);
    await seen(page.getByText('This page contradicts what this browser saw of the log before.'));
    expect(await accessViolations(page)).toEqual([]);
    await shoot(page, 'rewritten-en-light-1440');
    // What was seen before is not written over: the alarm is there on the next visit too.
    await visit();
    await seen(alarm.getByRole('heading', { name: 'The log was rewritten' }));
    // And it is gone when the honest log is shown again.
    await page.unroute(/\/(log|public)\//);
    await visit();
    await seen(page.getByRole('heading', { name: 'Has the log only grown?' }));
    await until('calm', async () => (await alarm.count()) === 0);
  });

  test('a log that became shorter is alarmed', async () => {
    await serveLogOf(page, forger);
    await until('forged log that is longer', async () => {
      await declare(forger, 'More');
      return (await sizeOf(forger)) > (await sizeOf(server)) + 20;
    });
    await visit();
    await seen(page.getByText('First visit: this browser now remembers the log'));
    await page.unroute(/\/(log|public)\//);
    await visit();
    await seen(page.getByRole('alert').getByRole('heading', { name: 'The log became shorter' }));
  });

  test('a log that is signed by another key is alarmed', async () => {
    await visit();
    await seen(page.getByText('First visit: this browser now remembers the log'));
    await serveLogOf(page, other);
    await visit();
    await seen(page.getByRole('alert').getByRole('heading', { name: 'signed by another key' }));
  });

  test('the list of disclosed facts is what the log discloses', async () => {
    await visit();
    const { disclosed } = (await (await fetch(`${server.url}/log/disclosed?limit=50`)).json()) as {
      disclosed: Disclosed[];
    };
    await until('whole list', async () => (await page.locator('li[id^=fact-]').count()) >= disclosed.length);
    expect(disclosed.some((fact) => fact.seq === seq)).toBe(true);
  });
});
