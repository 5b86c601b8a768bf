/**
 * What a customer does on the public page: drops their file, sees every step, is told apart what is false and why, adds
 * the whole list up, and verifies the statement; nothing that is theirs leaves the browser. And the room that publishes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatReserves } from '@sonae/proof/reserves-statement';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryJournal } from '../../packages/server/src/adapters/journal/memory-journal.ts';
import { type Listening, listen } from '../../packages/server/src/http/server.ts';
import { createBooks } from '../../packages/server/src/ledger/books.ts';
import { openEpochFiles } from '../../packages/server/src/liabilities/epoch-files.ts';
import { ACCOUNTS, batchOf, defineAssets, foundWithRoles, row } from '../support/books.ts';
import { bitcoinInCustody, SAFE_ADDRESS } from '../support/custody-reserves.ts';
import { createTestNode, type TestNode } from '../support/node.ts';
import {
  accessViolations,
  CAN_RUN,
  cleanUp,
  expectNoOverflow,
  launchBrowser,
  listenFor,
  NARROW,
  openContext,
  SKIP_REASON,
  seen,
  shoot,
  until,
  WIDE,
} from './support.ts';

const OTHERS = 400;

describe.skipIf(!CAN_RUN)(`the public reserves${SKIP_REASON}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-reserves-'));
  let t: TestNode;
  let server: Listening;
  let browser: Browser;
  let anna: string;
  let ben: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    t = createTestNode();
    t.node.books = createBooks(t.node.app, createMemoryJournal());
    t.node.epochs = openEpochFiles(dir);
    await foundWithRoles(t.testApp, {});
    await defineAssets(t.testApp);
    const many = Array.from({ length: OTHERS }, (_, n) => `c${n}`);
    const own = many.map((party) => ({
      ...{ account: `${party}-jpy`, owner: 'customer' as const, party, group: null, asset: 'JPY' },
    }));
    const ledger = await t.node.books.open('main');
    await ledger.ingest(batchOf([], { accounts: [...ACCOUNTS, ...own] }));
    await ledger.ingest(
      batchOf([
        ...many.map((party, n) => row(n + 1, 'world', `${party}-jpy`, String(1_000 + n), 'deposit')),
        row(OTHERS + 1, 'world', 'anna', '500', 'deposit'),
        row(OTHERS + 2, 'chain', 'anna-btc', '0.5', 'deposit'),
        row(OTHERS + 3, 'ben', 'world', '70', 'withdrawal'),
      ]),
    );
    for (const epoch of ['2026-02', '2026-03']) await t.post('/api/books/main/liabilities', { epoch });
    const held = bitcoinInCustody(t.node.app.ports.signer.origin, '2026-03');
    await t.post('/api/liabilities/2026-03/solvency', { reserves: [formatReserves(held)] });
    const fileOf = async (customer: string): Promise<string> =>
      (await t.call(`/api/liabilities/2026-03/customers/${customer}`)).text();
    [anna, ben] = [await fileOf('anna'), await fileOf('ben')];
    server = await listen(t.http, 0);
  });
  afterAll(async () => {
    await server?.close();
    await cleanUp();
    rmSync(dir, { recursive: true, force: true });
  });

  const open = async (look: Parameters<typeof openContext>[1] = {}): Promise<Page> => {
    const page = await (await openContext(browser, look)).newPage();
    await page.goto(`http://127.0.0.1:${server.port}/status/`);
    await seen(page.locator('#reserves [data-epoch="2026-03"]'));
    // The first visit is what later answers are held against.
    await until('memory', () => page.evaluate(() => localStorage.getItem('sonae.log.seen')));
    return page;
  };
  const give = async (page: Page, text: string, name = 'anna.json'): Promise<void> => {
    const file = { name, mimeType: 'application/json', buffer: Buffer.from(text) };
    await page.locator('#counted input[type=file]').setInputFiles(file);
    await seen(page.locator('#counted').getByText(name));
  };
  const check = async (page: Page): Promise<string> => {
    await page.locator('#counted button', { has: page.locator('svg') }).click();
    const answer = page.locator('#counted [data-answer]');
    await seen(answer);
    return (await answer.getAttribute('data-answer')) ?? '';
  };

  test('a customer is shown to be counted, and nothing of the file is sent', async () => {
    const page = await open();
    const complaints = listenFor(page);
    const { secret } = JSON.parse(anna) as { secret: string };
    const sent: string[] = [];
    page.on('request', (request) => {
      sent.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`);
    });
    await give(page, anna);
    await page.getByLabel('Your customer number').fill('anna');
    await page.getByText('What you know (optional)').click();
    await page.getByLabel('JPY owed to you').fill('500');
    await page.getByLabel('BTC owed to you').fill('0.5');
    expect(await check(page)).toBe('good');
    const steps = page.locator('#counted ol li');
    await expect.poll(() => steps.count()).toBe(11);
    for (const step of await steps.allTextContents()) expect(step).toContain(' holds');
    await seen(page.locator('#counted [data-holding="BTC"]').getByText('0.5').first());
    // The own leaves are looked for in the public list, which is fetched whole like by anybody.
    await page.getByLabel('Asset', { exact: true }).selectOption('JPY');
    await page.getByRole('button', { name: 'Add up in this browser' }).click();
    await seen(page.locator('[data-list] [data-answer=good]'));
    await seen(page.getByText('Yours among them: 500 JPY'));
    await page.locator('[data-solvency] button').click();
    await seen(page.locator('[data-check=signature]').getByText('holds', { exact: true }));
    await seen(page.locator('[data-check=covered]').getByText('does not hold'));
    // The multisig is verified here; of the Safe it is said that the firm saw it, and that nobody can see it offline.
    await seen(page.locator('[data-check=signatures]').getByText('holds', { exact: true }));
    await seen(page.locator('[data-check=contracts]').getByText('not checked here'));
    const said = `BTC: ${SAFE_ADDRESS} was checked on chain by the firm at block 22000064 of ethereum`;
    await seen(page.locator('[data-contract]').getByText(said));
    await seen(page.locator('[data-contract]').getByText('not recomputable offline'));
    expect(await accessViolations(page, '#reserves')).toEqual([]);
    await shoot(page, 'reserves-checked-en-light-1440');
    expect(sent.filter((line) => !line.startsWith('GET '))).toEqual([]);
    expect(sent.filter((line) => line.includes('anna') || line.includes(secret))).toEqual([]);
    expect(complaints.list).toEqual([]);
    await page.context().close();
  });

  test('what is false is told apart, each by a sentence of its own', async () => {
    const page = await open({ language: 'ja', scheme: 'dark' });
    const why = async (text: string): Promise<string> => {
      await give(page, text, `${Math.random()}.json`);
      expect(await check(page)).toBe('bad');
      return (await page.locator('#counted [data-why]').textContent()) ?? '';
    };
    await page.getByLabel('お客様番号').fill('anna');
    const fields = JSON.parse(anna) as Record<string, string>;
    const changed = fields.proof?.replace(
      /"credit":"(\d+)","debt":"0","index"/,
      '"credit":"1$1","debt":"0","index"',
    );
    const told = [
      await why('{}'),
      await why(ben),
      await why(JSON.stringify({ ...fields, proof: changed })),
      await why(JSON.stringify({ ...fields, secret: (JSON.parse(ben) as { secret: string }).secret })),
    ];
    expect(changed).not.toBe(fields.proof);
    expect(new Set(told).size).toBe(told.length);
    expect(told[1]).toContain('他のお客様のファイルです');
    expect(told[2]).toContain('改変されています');
    await shoot(page, 'reserves-false-ja-dark-1440');
    await page.context().close();
  });

  test('everything fits a phone', async () => {
    const page = await open({ language: 'ja', size: NARROW });
    await give(page, anna);
    expect(await check(page)).toBe('good');
    await page.locator('[data-list] button').click();
    await seen(page.locator('[data-list] [data-answer=good]'));
    await page.locator('[data-solvency] button').click();
    await seen(page.locator('[data-check=signature]'));
    await page.locator('[data-earlier] summary').click();
    await expectNoOverflow(page, 'reserves');
    await shoot(page, 'reserves-ja-light-390');
    await page.context().close();
  });

  test('the room publishes an epoch, states solvency and fetches a file', async () => {
    const page = await (await openContext(browser, { size: WIDE })).newPage();
    const complaints = listenFor(page);
    const none = { header: () => undefined, req: { header: () => undefined } } as never;
    const url = `http://127.0.0.1:${server.port}`;
    const { token } = t.sessions.open(none, 'west');
    await page.context().addCookies([{ name: 'sonae_session', value: token, url }]);
    await page.goto(`${url}/console/`);
    await seen(page.locator('main#room'));
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await seen(page.locator('main#room [data-epoch="2026-03"]'));
    await page.getByRole('button', { name: 'Publish an epoch' }).click();
    await page.getByRole('dialog').getByLabel('Name of the epoch').fill('2026-04');
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
    await seen(page.locator('main#room [data-epoch="2026-04"]'));
    await page.getByRole('button', { name: 'State solvency 2026-04' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign and publish' }).click();
    await seen(page.locator('main#room [data-epoch="2026-04"]').getByText('no proof of reserves').first());
    await page.getByLabel('Customer', { exact: true }).fill('nobody');
    await page.getByRole('button', { name: 'Fetch the file' }).click();
    await seen(page.getByText('this customer was owed nothing in this epoch'));
    complaints.list.splice(0);
    await page.getByLabel('Customer', { exact: true }).fill('anna');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Fetch the file' }).click();
    expect((await download).suggestedFilename()).toBe('2026-04-anna.json');
    expect(await accessViolations(page, 'main')).toEqual([]);
    await shoot(page, 'proof-room-en-light-1440');
    expect(complaints.list).toEqual([]);
    await page.context().close();
  });

  test('a private epoch: published in the room, checked in the browser, hidden from everybody else', async () => {
    const room = await (await openContext(browser, { language: 'ja', scheme: 'dark', size: WIDE })).newPage();
    const none = { header: () => undefined, req: { header: () => undefined } } as never;
    const url = `http://127.0.0.1:${server.port}`;
    const { token } = t.sessions.open(none, 'west');
    await room.context().addCookies([{ name: 'sonae_session', value: token, url }]);
    await room.goto(`${url}/console/proof`);
    await seen(room.locator('main#room [data-epoch]'));
    await room.getByRole('button', { name: '基準期を公開' }).click();
    const dialog = room.getByRole('dialog');
    await dialog.getByRole('textbox').fill('2026-06');
    await dialog.getByText('秘匿方式').click();
    await seen(dialog.getByText('組み合わせは独自設計'));
    await shoot(room, 'proof-publish-private-ja-dark-1440');
    expect(await accessViolations(room, '[role="dialog"]')).toEqual([]);
    await dialog.locator('button[type=submit]').click();
    await seen(room.locator('main#room [data-epoch="2026-06"]').getByText('秘匿方式'));
    await shoot(room, 'proof-room-ja-dark-1440');
    await room.context().close();

    expect((await t.post('/api/liabilities/2026-06/solvency', { reserves: [] })).status).toBe(200);
    const file = await (await t.call('/api/liabilities/2026-06/customers/anna')).text();
    const page = await (await openContext(browser, {})).newPage();
    const complaints = listenFor(page);
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    await page.goto(`${url}/status/`);
    await seen(page.locator('#reserves [data-epoch="2026-06"]'));
    await until('memory', () => page.evaluate(() => localStorage.getItem('sonae.log.seen')));
    await expect.poll(() => page.locator('[data-list]').count()).toBe(0);
    // The engine is 2.6 MB: only somebody who checks something private loads it.
    expect(fetched.filter((address) => address.endsWith('.wasm'))).toEqual([]);
    await give(page, file);
    await page.getByText('What you know (optional)').click();
    await expect.poll(() => page.getByLabel('JPY owed by you').count()).toBe(0);
    await page.getByLabel('JPY owed to you').fill('500');
    expect(await check(page)).toBe('good');
    await seen(page.locator('#counted [data-holding="JPY"]').getByText('not stated'));
    await seen(page.locator('[data-result]').getByText('own composition'));
    expect(fetched.filter((address) => address.endsWith('.wasm'))).toHaveLength(1);
    await page.locator('[data-solvency] button').click();
    await seen(page.locator('[data-check=totals]').getByText('holds', { exact: true }));
    await shoot(page, 'reserves-private-en-light-1440');
    expect(await accessViolations(page, '#reserves')).toEqual([]);
    await page.getByLabel('JPY owed to you').fill('501');
    expect(await check(page)).toBe('bad');
    await seen(page.locator('#counted [data-why]').getByText('with another amount than you know'));
    expect(complaints.list).toEqual([]);
    await page.context().close();
  });
});
