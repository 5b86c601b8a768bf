/**
 * The rooms of books, custody and reserves in a browser: with data and without, in both languages, light and dark, on a
 * phone and on paper, for those who see badly; and one act of each room by the person who may do it.
 */
import type { BookPage } from '@sonae/core/app/books/api.ts';
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import type { ReservesPage } from '@sonae/core/app/reserves/api.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Listening, listen } from '../../packages/server/src/http/server.ts';
import { ADDRESSES } from '../support/custody.ts';
import type { TestNode } from '../support/node.ts';
import { CHANGED_SAFE, createEmptyRooms, createFilledRooms, type Rooms } from '../support/rooms.ts';
import {
  accessViolations,
  CAN_RUN,
  cleanUp,
  expectNoOverflow,
  type Language,
  launchBrowser,
  listenFor,
  NARROW,
  openContext,
  type Scheme,
  SKIP_REASON,
  seen,
  shoot,
  until,
  WIDE,
} from './support.ts';

/** Every part of every room, with something that must be on it. */
const ROOMS = {
  books: {
    now: '[data-breach]',
    balances: 'text=anna-btc',
    groups: 'text=minato',
    allowed: '[data-proposal]',
  },
  custody: {
    now: '[data-hot-share]',
    transfers: '[data-digest]',
    inventory: '[data-wallet="till"]',
    policy: '[data-effect="deny"]',
    gate: '[data-withdrawal="w-1"]',
  },
  reserves: {
    now: '[data-coverage="BTC/customer"]',
    breaks: '[data-break]',
    statements: 'text=trust-jpy',
    coins: '[data-composition="us-genius"]',
    addresses: '[data-address]',
  },
} as const;

type Look = { readonly language?: Language; readonly scheme?: Scheme; readonly size?: typeof WIDE };

describe.skipIf(!CAN_RUN)(`rooms of books, custody and reserves${SKIP_REASON}`, () => {
  let t: Rooms;
  let server: Listening;
  let browser: Browser;
  const others: Listening[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    t = await createFilledRooms();
    server = await listen(t.http, 0);
  });
  afterAll(async () => {
    for (const one of [server, ...others]) await one?.close();
    await cleanUp();
  });

  const openAs = async (
    who: string,
    look: Look = {},
    of: TestNode = t,
    port = server.port,
  ): Promise<Page> => {
    const context: BrowserContext = await openContext(browser, look);
    const none = { header: () => undefined, req: { header: () => undefined } } as never;
    const url = `http://127.0.0.1:${port}`;
    await context.addCookies([{ name: 'sonae_session', value: of.sessions.open(none, who).token, url }]);
    return context.newPage();
  };
  const go = async (page: Page, room: string, mark: string, port = server.port): Promise<void> => {
    await page.goto(`http://127.0.0.1:${port}/console/${room}`);
    await seen(page.locator(`main#room ${mark.startsWith('text=') ? `>> ${mark}` : mark}`));
  };
  const read = async <T>(path: string): Promise<T> => (await (await t.call(`/api/${path}`)).json()) as T;

  test.each([
    ['ja', 'dark', WIDE, 0],
    ['en', 'light', WIDE, 1],
    ['ja', 'light', NARROW, null],
  ] as const)(
    'every part in %s, %s, fits and complains of nothing',
    async (language, scheme, size, checked) => {
      const page = await openAs('west', { language, scheme, size });
      const complaints = listenFor(page);
      for (const [room, parts] of Object.entries(ROOMS)) {
        await go(page, room, parts.now);
        for (const [n, [part, mark]] of Object.entries(parts).entries()) {
          const name = `${room}-${part}-${language}-${scheme}-${size.width}`;
          await page.locator(`[data-tab="${part}"]`).click();
          await seen(page.locator(mark.startsWith('text=') ? `main#room >> ${mark}` : `main#room ${mark}`));
          await shoot(page, name);
          await expectNoOverflow(page, name);
          // Each part is checked in one of the two looks: same structure, colours from one theme.
          if (n % 2 === checked) expect(await accessViolations(page, 'main'), name).toEqual([]);
        }
      }
      expect(complaints.list).toEqual([]);
      await page.context().close();
    },
  );

  test('an account that is treated otherwise: whose it is, in what, and an answer where one is enough', async () => {
    const page = await openAs('west', { language: 'en' });
    await go(page, 'books', '[data-unequal="sister"]');
    const sister = page.locator('[data-unequal="sister"]');
    await seen(sister.locator('text=affiliate'));
    await seen(sister.locator('text=Limit borrow: 65355999994; its peers 1000'));
    await expect.poll(() => sister.locator('button').count()).toBe(0);
    await seen(page.locator('[data-unequal="house-btc"] button'));
    await page.context().close();
  });

  test('an address that its chain spoke for is told apart from one whose signatures anybody checks', async () => {
    const page = await openAs('west');
    await go(page, 'reserves', '[data-coverage="BTC/customer"]');
    await page.locator('[data-tab="addresses"]').click();
    const [signed, safe] = ['bip-322', 'eip-1271'].map((scheme) =>
      page.locator('[data-address]', { has: page.locator(`[data-proof="${scheme}"]`) }),
    ) as [ReturnType<Page['locator']>, ReturnType<Page['locator']>];
    await seen(signed.getByText('proved', { exact: true }));
    await seen(signed.getByText('Bitcoin message (BIP-322)'));
    await seen(safe.getByText('accepted on chain', { exact: true }));
    await seen(safe.getByText('checked by 2 nodes at block 22000064 of chain 1; not recomputable offline'));
    await expect.poll(() => safe.getByText('proved', { exact: true }).count()).toBe(0);
    await page.context().close();
  });

  test('without data every room says what to do', async () => {
    const empty = await createEmptyRooms();
    const quiet = await listen(empty.http, 0);
    others.push(quiet);
    const page = await openAs('west', { language: 'ja' }, empty, quiet.port);
    for (const room of ['books', 'custody', 'reserves']) {
      await go(page, room, '[data-fill]', quiet.port);
      await shoot(page, `empty-${room}`);
    }
    await page.context().close();
  });

  test('the first screen names what does not hold there, and leads to the room', async () => {
    const page = await openAs('west');
    await go(page, '', 'text=custody.unapproved-movement');
    await shoot(page, 'overview');
    await page.getByRole('link', { name: /custody\.unapproved-movement/ }).click();
    await seen(page.locator('[data-movement="ethereum 0xbad:0"]'));
    expect(new URL(page.url()).pathname).toBe('/console/custody');
    // By key from anywhere, and every filter in the address.
    await page.keyboard.press('g');
    await page.keyboard.press('j');
    await seen(page.locator('[data-breach]'));
    await page.getByRole('button', { name: 'Balances' }).click();
    await page.getByLabel('Only below zero').check();
    await seen(page.getByRole('link', { name: 'sister', exact: true }));
    expect(new URL(page.url()).search).toContain('below=true');
    await page.reload();
    await seen(page.getByRole('link', { name: 'sister', exact: true }));
    await expect.poll(() => page.getByRole('link', { name: 'anna', exact: true }).count()).toBe(0);
    await page.getByRole('link', { name: 'sister', exact: true }).click();
    await seen(page.getByText('400,000 JPY').first());
    await page.context().close();
  });

  test('one act of each room: approve, answer, explain; what may not be done says why', async () => {
    const west = await openAs('west');
    await go(west, 'custody?tab=transfers', '[data-digest]');
    await west.getByRole('button', { name: /Approve exactly this/ }).click();
    await until('approval', async () => {
      const [transfer] = (await read<CustodyPage>('custody')).transfers;
      return transfer?.approvals.some(({ by }) => by === 'west');
    });
    await seen(west.getByText('1 of 3 approvals'));
    await west.getByRole('button', { name: /Approve exactly this/ }).click();
    await seen(west.getByText('You have taken part already.'));
    await go(west, 'books?tab=allowed', '[data-proposal]');
    await west.getByRole('button', { name: /^Approve / }).click();
    await seen(west.getByText('1 of 2 approvals: west'));
    await west.context().close();

    const audit = await openAs('audit');
    await go(audit, 'books', '[data-breach]');
    await audit.getByRole('button', { name: /^Answer overdraft/ }).click();
    const dialog = audit.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('A late booking of the bank');
    expect(await accessViolations(audit, '[role="dialog"]')).toEqual([]);
    await dialog.getByRole('button', { name: 'Record the answer' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { breaches } = await read<BookPage>('books/main');
    expect(breaches.find(({ rule }) => rule === 'overdraft')?.answer?.by).toBe('audit');
    await go(audit, 'reserves?tab=breaks', '[data-break]');
    await audit.getByRole('button', { name: /^Explain/ }).click();
    await dialog.getByLabel('Reason').selectOption('missing-posting');
    await dialog.getByLabel('Note').fill('Booked on the next day');
    await dialog.getByRole('button', { name: 'Record the reason' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { breaks } = await read<ReservesPage>('reserves');
    expect(breaks.open[0]?.explained).toMatchObject({
      reason: 'missing-posting',
      by: 'audit',
      movedBy: null,
    });
    await audit.getByRole('button', { name: /^Close the break/ }).click();
    await dialog.getByLabel('Note').fill('Matched by hand');
    await dialog.getByRole('button', { name: 'Close the break' }).click();
    await seen(dialog.getByText('Nobody closes what they explained.'));
    await audit.context().close();
  });

  test('a line is proposed in whole units, exactly; on paper there are no buttons', async () => {
    const page = await openAs('north');
    await go(page, 'books?tab=allowed', '[data-proposal]');
    await page.getByRole('button', { name: 'Propose a line' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Account', { exact: true }).fill('house-btc');
    await dialog.getByLabel('Asset').selectOption('BTC');
    await dialog.getByLabel('Limit, in whole units').fill('1,000.123456789');
    await dialog.getByLabel('Resolution of the board').fill('Board 2026-04, item 1');
    await dialog.getByLabel('Reason').fill('Market making');
    await seen(dialog.getByText('at most 8 decimals'));
    await dialog.getByLabel('Limit, in whole units').fill('1,000.12345678');
    await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const { policy } = await read<BookPage>('books/main');
    expect(policy.proposals.at(-1)?.change).toMatchObject({ account: 'house-btc', limit: '100012345678' });
    await page.getByRole('button', { name: 'Propose a band' }).click();
    await dialog.getByLabel('Currency of the values').selectOption('JPY');
    await dialog.getByLabel('Band in basis points').fill('500');
    await dialog.getByLabel('Reason').fill('A satoshi is no counter leg');
    await shoot(page, 'books-band-en-light-1440');
    await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await seen(page.getByText('within 5.00 % of values in JPY'));
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => page.getByRole('button', { name: 'Propose a line' }).isVisible()).toBe(false);
    await expect.poll(() => page.getByText('Board 2026-04, item 1').isVisible()).toBe(true);
    await page.context().close();
  });

  test('custody by hand: a transfer asked for, a wallet altered, a policy proposed, each for somebody else to approve', async () => {
    const south = await openAs('south', { language: 'ja', scheme: 'dark' });
    await go(south, 'custody?tab=transfers', '[data-digest]');
    await south.getByRole('button', { name: '移転を申請' }).click();
    const asked = south.getByRole('dialog');
    await asked.getByLabel('移転元').selectOption('vault');
    await asked.getByLabel('数量').fill('1.25');
    await asked.getByLabel('宛先アドレス').fill(ADDRESSES.payee);
    await expect.poll(() => asked.getByLabel('Safe のノンス').inputValue()).toBe('8');
    // From a Safe that is read, the chain's own nonce is proposed.
    await asked.getByLabel('移転元').selectOption('treasury');
    await expect.poll(() => asked.getByLabel('Safe のノンス').inputValue()).toBe('4');
    await asked.getByLabel('移転元').selectOption('vault');
    await expect.poll(() => asked.getByLabel('Safe のノンス').inputValue()).toBe('8');
    await asked.getByLabel('理由').fill('四半期の決済');
    await shoot(south, 'custody-ask-ja-dark-1440');
    expect(await accessViolations(south, '[role="dialog"]')).toEqual([]);
    await asked.getByRole('button', { name: '申請する' }).click();
    await asked.waitFor({ state: 'detached' });
    await seen(south.getByText('1.25 ETH').first());
    const { transfers } = await read<CustodyPage>('custody');
    expect(transfers.find(({ reason }) => reason === '四半期の決済')).toMatchObject({
      status: 'requested',
      requester: 'south',
      order: {
        amount: '1250000000000000000',
        transaction: { kind: 'safe', safe: ADDRESSES.safe, to: ADDRESSES.payee, data: '0x', nonce: 8 },
      },
    });
    await south.context().close();

    const north = await openAs('north', { size: NARROW });
    await go(north, 'custody?tab=inventory', '[data-wallet="till"]');
    await north.getByRole('button', { name: 'Propose: Wallet' }).click();
    const dialog = north.getByRole('dialog');
    await dialog.getByLabel('Id', { exact: true }).fill('till');
    await expect.poll(() => dialog.getByLabel('Signatures needed').inputValue()).toBe('1');
    await dialog.getByLabel('k1 · tokyo · east').check();
    await dialog.getByLabel('Signatures needed').fill('2');
    await dialog.getByLabel('Reason').fill('One thief is not enough any more');
    await shoot(north, 'custody-propose-wallet-en-light-390');
    await expectNoOverflow(north, 'proposing a wallet');
    await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    const { changes } = await read<CustodyPage>('custody');
    expect(changes.at(-1)?.content).toMatchObject({ wallet: { id: 'till', keys: ['h1', 'k1'], quorum: 2 } });
    await north.getByRole('button', { name: 'Propose: Key' }).click();
    for (const [label, text] of [
      ['Id', 'k9'],
      ['Name', 'A key'],
      ['Place it lies in', 'kobe'],
      ['Who holds it', 'west'],
      ['Reason', 'L1aW4aubDFB7yfras2S1mN3bqg9nwySY8nkoLmJebSLD5BWv3ENZ'],
    ] as const)
      await dialog.getByLabel(label, { exact: true }).fill(text);
    await dialog.getByRole('button', { name: 'Propose', exact: true }).click();
    await seen(dialog.getByText('Something looks like a private key. Nothing was written.'));
    await north.context().close();

    const east = await openAs('east');
    await go(east, 'custody?tab=policy', '[data-effect="deny"]');
    await east.getByRole('button', { name: 'Propose a policy' }).click();
    const policy = east.getByRole('dialog');
    const text = policy.getByLabel('Policy', { exact: true });
    const inForce = await text.inputValue();
    await text.fill(inForce.replace('"hotShareBps": 400', '"hotShareBps": 600'));
    await policy.getByLabel('Reason').fill('Below the law');
    await seen(policy.getByText('hotShareBps:'));
    await shoot(east, 'custody-policy-bad-en-light-1440');
    await text.fill(inForce.replace('"hotShareBps": 400', '"hotShareBps": 300'));
    await policy.getByRole('button', { name: 'Propose', exact: true }).click();
    await policy.waitFor({ state: 'detached' });
    await seen(east.locator('[data-next-policy]'));
    const { next } = (await read<CustodyPage>('custody')).policy;
    expect(next).toMatchObject({ proposer: 'east', policy: { hotShareBps: 300 }, loosens: [] });
    await east.context().close();
  });

  test('a Safe that changed says what, and what was read is proposed for somebody else to accept', async () => {
    const north = await openAs('north');
    await go(north, 'custody', `[data-safe="${CHANGED_SAFE}"]`);
    await seen(north.getByText(/^Module 0x6d.* was enabled/));
    await shoot(north, 'custody-safe-en-light-1440');
    await go(north, 'custody?tab=inventory', `[data-safe="${CHANGED_SAFE}"]`);
    await north.getByRole('button', { name: `Accept this state ${CHANGED_SAFE}` }).click();
    const dialog = north.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('The module of the treasury, decided in March');
    expect(await accessViolations(north, '[role="dialog"]')).toEqual([]);
    await dialog.getByRole('button', { name: 'Accept this state' }).click();
    await dialog.waitFor({ state: 'detached' });
    await seen(north.getByText('State of a Safe'));
    await north.context().close();
    const east = await openAs('east', { language: 'ja', size: NARROW });
    await go(east, 'custody?tab=inventory', '[data-change]');
    const change = east.locator('[data-change]').filter({ hasText: 'Safe の状態' });
    await seen(change.getByText(`["0x${'6d'.repeat(20)}"]`));
    await seen(change.locator('[data-safe-effect]').getByText(/^モジュール 0x6d.* が有効化/));
    await seen(change.getByText('Safe はこの状態で読み取られています。'));
    await expectNoOverflow(east, 'accepting a Safe');
    await change
      .getByRole('button', { name: /^承認|内容/ })
      .first()
      .click();
    await until('acceptance', async () =>
      (await read<CustodyPage>('custody')).safes.every(({ findings }) => findings.length === 0),
    );
    await seen(east.locator(`[data-safe="${CHANGED_SAFE}"]`).getByText('承認済みの状態'));
    await east.context().close();
  });
});
