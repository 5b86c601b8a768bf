/**
 * Powers in a real browser before a real server with its demonstration firm: the room, a use from its request to its
 * effect and its end, signing with a wallet, and the public site that checks every signature by itself. With
 * SONAE_SHOTS=DIR it leaves pictures there.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PowersPage, UseDetail } from '@sonae/core/app/api.ts';
import { policyHash } from '@sonae/core/nouns/authority/facts/power.ts';
import { actionHash } from '@sonae/proof/action';
import { toHex } from '@sonae/proof/bytes';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  type Scheme,
  SETUP_WITHIN_MS,
  type Server,
  SKIP_REASON,
  seen,
  shoot,
  signIn,
  startServer,
  until,
  WIDE,
} from './support.ts';

const LANGUAGES = ['ja', 'en'] as const;
const LOOKS: readonly { size: typeof WIDE; scheme: Scheme }[] = [
  { size: WIDE, scheme: 'light' },
  { size: NARROW, scheme: 'dark' },
  { size: WIDE, scheme: 'dark' },
  { size: NARROW, scheme: 'light' },
];
/** A use of the demonstration takes a simulated crisis and a few played signatures. */
const USE_WITHIN_MS = 90_000;
const FROZEN = `0xbeef${'00'.repeat(17)}01`;

const powersOf = async (server: Server): Promise<PowersPage> =>
  (await server.call('/api/powers')).json() as Promise<PowersPage>;
const useOf = async (server: Server, id: string): Promise<UseDetail> =>
  (await server.call(`/api/uses/${id}`)).json() as Promise<UseDetail>;

/** Wallets of demonstration signers, offered to a page as a browser extension would. */
async function giveWallet(page: Page, server: Server, principal: string): Promise<void> {
  const path = join(server.dataDir, 'demonstration-signers.json');
  const { seed } = JSON.parse(readFileSync(path, 'utf8')) as { seed: string };
  const secret = createHash('sha256').update(`${seed}/${principal}/evm`).digest('hex');
  const account = privateKeyToAccount(`0x${secret}`);
  await page.exposeFunction('askWallet', async (method: string, params: unknown[]) => {
    if (method === 'eth_requestAccounts') return [account.address];
    if (method === 'eth_chainId' || method === 'wallet_switchEthereumChain') return null;
    const { types, domain, primaryType, message } = JSON.parse(String(params[1]));
    return account.signTypedData({ types, domain, primaryType, message });
  });
  await page.addInitScript(() => {
    const { askWallet } = window as unknown as {
      askWallet: (method: string, params: unknown) => Promise<unknown>;
    };
    const request = ({ method, params }: { method: string; params?: unknown }) =>
      askWallet(method, params ?? []);
    Object.assign(window, { ethereum: { request } });
  });
}

async function signInWithWallet(page: Page, principal: string): Promise<void> {
  const session = page.getByRole('region', { name: 'This session' });
  await session.getByRole('combobox').selectOption(principal);
  await session.getByRole('button', { name: 'With wallet' }).click();
  await seen(session.getByText(/^Acts as: /));
}

describe.skipIf(!CAN_RUN)(`powers${SKIP_REASON}`, () => {
  let server: Server;
  let browser: Browser;
  /** The stop that the demonstration proposes by itself when the peg is critical. */
  let stop: PowersPage['uses'][number];
  const contexts = {} as Record<Language, BrowserContext>;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(['up'], newDir()), launchBrowser()]);
    for (const language of LANGUAGES) {
      contexts[language] = await openContext(browser, { language });
      await (await signIn(server, contexts[language])).close();
    }
    stop = await until(
      'stop in force',
      async () =>
        (await powersOf(server)).uses.find((use) => use.step === 'stop' && use.executedAt !== null) ?? null,
      USE_WITHIN_MS,
    );
  }, SETUP_WITHIN_MS);
  afterAll(cleanUp);

  const rooms = () => [
    { room: 'powers', path: '/console/powers', ready: 'main article [data-row]' },
    { room: 'use', path: `/console/powers/uses/${stop.id}`, ready: '#action' },
    { room: 'emergency', path: `/console/incidents/${stop.incident}`, ready: '#emergency' },
    { room: 'overview-powers', path: '/console/', ready: '#powers-in-use' },
    { room: 'site-powers', path: '/status/', ready: '#powers article' },
  ];

  test.each(LANGUAGES)(
    'every view in %s: no overflow, no complaint, readable for everybody',
    async (language) => {
      const page = await contexts[language].newPage();
      const complaints = listenFor(page);
      for (const { room, path, ready } of rooms()) {
        await page.goto(server.url + path);
        await seen(page.locator(ready));
        await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language);
        for (const [i, { size, scheme }] of LOOKS.entries()) {
          const name = `${room}-${language}-${scheme}-${size.width}`;
          await page.emulateMedia({ colorScheme: scheme });
          await page.setViewportSize(size);
          await expectNoOverflow(page, name);
          // axe is slow: the wide light one in Japanese, the narrow dark one in English.
          if (i === (language === 'ja' ? 0 : 1)) expect(await accessViolations(page), name).toEqual([]);
          await shoot(page, name);
        }
      }
      complaints.close();
      expect(complaints.list).toEqual([]);
      await page.close();
    },
  );

  test('keys, palette and filters lead through the room', async () => {
    const page = await contexts.en.newPage();
    await page.goto(`${server.url}/console/`);
    await seen(page.locator('#powers-in-use'));
    await page.keyboard.press('g');
    await page.keyboard.press('w');
    await page.waitForURL('**/console/powers');
    await seen(page.getByRole('heading', { name: 'Who may stop what' }));
    await seen(page.getByText('Stops with 3 of 6 · resumes with 4 of 6 after 2 h'));
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate(() => document.activeElement?.hasAttribute('data-row'))).toBe(true);
    await page.getByRole('button', { name: 'Did not happen' }).click();
    await page.waitForURL('**/powers?outcome=stopped');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('Powers');
    await seen(page.getByRole('option', { name: 'Powers' }));
    await page.close();
  });

  test('a guardian signs in with a wallet, asks for a freeze, and sees it through to its effect', async () => {
    const context = await openContext(browser);
    const page = await context.newPage();
    await giveWallet(page, server, 'guardian-6');
    await page.goto(await server.freshLink());
    await page.goto(`${server.url}/console/powers`);
    await signInWithWallet(page, 'guardian-6');
    await page.getByRole('button', { name: 'Request use… : Freeze an address' }).click();
    const dialog = page.getByRole('dialog');
    const submit = dialog.getByRole('button', { name: 'Ask for signatures' });
    await dialog.getByLabel('Reason').fill('The address received stolen funds.');
    await dialog.getByLabel('Address to freeze').fill('0x12');
    await seen(dialog.getByText('This is not an address'));
    await expect.poll(() => submit.isDisabled()).toBe(true);
    await dialog.getByLabel('Address to freeze').fill(FROZEN);
    expect(await accessViolations(page, '[role=dialog]')).toEqual([]);
    await shoot(page, 'request-en-light-1440');
    await submit.click();
    await page.waitForURL('**/powers/uses/*');
    // What it does is read from the bytes: the address itself, not what anybody called it.
    await seen(page.locator('dd', { hasText: FROZEN }));
    await seen(page.getByText('In force').first());
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const { use } = await useOf(server, id);
    expect(use.approvals.map(({ principal }) => principal)).not.toContain('guardian-6');
    const shown = await page
      .locator('#action')
      .locator('xpath=ancestor::section')
      .getByText(use.hash)
      .count();
    expect(shown).toBe(1);
    await context.close();
  });

  test('a wallet signs exactly the action on the screen, and any guardian can call it off', async () => {
    const context = await openContext(browser, { size: NARROW });
    const page = await context.newPage();
    await giveWallet(page, server, 'guardian-5');
    await page.goto(await server.freshLink());
    await page.goto(`${server.url}/console/powers`);
    // Somebody else asks; loosening waits two days, so that there is time to sign and to call off.
    const asking = await context.newPage();
    await giveWallet(asking, server, 'guardian-6');
    await asking.goto(`${server.url}/console/powers`);
    await signInWithWallet(asking, 'guardian-6');
    await asking.getByRole('button', { name: 'Request use… : Loosen the rules' }).click();
    const dialog = asking.getByRole('dialog');
    await dialog.getByLabel('Change').fill('{"change":"set-policy","policy":{"forbid":[]}}');
    await dialog.getByLabel('Reason').fill('To see it called off.');
    await dialog.getByRole('button', { name: 'Ask for signatures' }).click();
    await asking.waitForURL('**/powers/uses/*');
    const id = new URL(asking.url()).pathname.split('/').at(-1) ?? '';
    await page.goto(`${server.url}/console/powers/uses/${id}`);
    await page.getByLabel('Demonstration signer').selectOption('guardian-5');
    const bar = page.getByRole('button', { name: 'Sign as guardian-5 with wallet' }).last();
    await seen(bar);
    await expectNoOverflow(page, 'signing at 390');
    expect(await accessViolations(page)).toEqual([]);
    await shoot(page, 'signing-en-light-390');
    await bar.click();
    const signed = await until('signature by guardian-5', async () => {
      const { use } = await useOf(server, id);
      return use.approvals.find(({ principal }) => principal === 'guardian-5');
    });
    expect(signed.proof.kind).toBe('evm');
    await page.getByRole('button', { name: 'Call off…' }).click();
    const no = page.getByRole('dialog');
    await no.getByLabel('Signer').selectOption('commander');
    await no.getByLabel('Reason').fill('Only a test of calling off.');
    await no.getByRole('button', { name: 'Sign and call off' }).click();
    await seen(page.getByText(/^Called off/).first());
    await context.close();
  });

  test('dangers stand first and block the signature until they are acknowledged; a lie blocks it for good', async () => {
    const page = await contexts.en.newPage();
    const detail = await useOf(server, stop.id);
    const act = {
      kind: 'evm.call' as const,
      chainId: 1,
      to: FROZEN,
      data: '0x12345678',
      value: '1',
      operation: 'delegatecall' as const,
    };
    // A power that was agreed to do exactly this: what is left is the danger itself.
    const targets = detail.power!.targets.map((target) => ({ ...target, act }));
    const power = { ...detail.power!, targets };
    const policy = policyHash(power);
    const action = { ...detail.use.action!, policy, act, validBefore: '2099-01-01T00:00:00Z' };
    let hash = toHex(actionHash(action));
    const waiting = { state: 'requested', approvals: [], activatedAt: null, executedAt: null };
    await page.route(`**/api/uses/${stop.id}`, (route) =>
      route.fulfill({ json: { ...detail, power, use: { ...detail.use, ...waiting, action, hash } } }),
    );
    await page.setViewportSize(NARROW);
    await page.goto(`${server.url}/console/powers/uses/${stop.id}`);
    await seen(page.getByText('DELEGATECALL: foreign code would run as this account'));
    const bar = page.getByRole('button', { name: /^Sign as demonstration signer/ }).last();
    await expect.poll(() => bar.isDisabled()).toBe(true);
    await expectNoOverflow(page, 'dangers at 390');
    expect(await accessViolations(page)).toEqual([]);
    await shoot(page, 'danger-en-light-390');
    await page.getByLabel('I have read this and may sign nevertheless').check();
    await expect.poll(() => bar.isEnabled()).toBe(true);
    hash = 'f'.repeat(64);
    await page.reload();
    await seen(page.getByText('The hash that the server states is not the hash of these bytes.'));
    await page.getByLabel('I have read this and may sign nevertheless').check();
    await expect.poll(() => bar.isDisabled()).toBe(true);
    await page.close();
  });

  test('the end of a freeze is asked for through the dialog, and takes more people than the freeze', async () => {
    const frozen = (await powersOf(server)).uses.find(
      (use) => use.power === 'freeze-address' && use.step === 'stop' && use.executedAt !== null,
    )!;
    const context = await openContext(browser, { size: NARROW });
    const page = await context.newPage();
    await giveWallet(page, server, 'guardian-6');
    await page.goto(await server.freshLink());
    await page.goto(`${server.url}/console/powers`);
    await signInWithWallet(page, 'guardian-6');
    await page.goto(`${server.url}/console/powers/uses/${frozen.id}`);
    await page.getByRole('button', { name: 'Request resumption…' }).click();
    const dialog = page.getByRole('dialog');
    await seen(dialog.getByText(/^It takes 4 of 6 signatures\. Then it waits 2 h/));
    await expect.poll(() => dialog.getByLabel('Lasts at most').count()).toBe(0);
    await dialog.getByLabel('Reason').fill('The funds were returned.');
    expect(await accessViolations(page, '[role=dialog]')).toEqual([]);
    await shoot(page, 'resume-en-light-390');
    await dialog.getByRole('button', { name: 'Ask for signatures' }).click();
    await page.waitForURL((url) => /uses\//.test(url.pathname) && !url.pathname.endsWith(frozen.id));
    await seen(page.getByText('Resume early on chain'));
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const { use, needed } = await useOf(server, id);
    expect(use).toMatchObject({ of: frozen.id, action: { step: 'resume', until: null } });
    expect(needed).toBe(4);
    expect(use.action?.act).toMatchObject({ kind: 'evm.guardian', call: 'resume' });
    await context.close();
  });

  test('a stranger checks every signature of a use in the browser, and an altered one is caught', async () => {
    const page = await contexts.en.newPage();
    await page.goto(`${server.url}/status/`);
    const article = page.locator('#powers article', { hasText: 'Stop: Pause the token' });
    await article.getByRole('button', { name: /^Check signatures in your browser/ }).click();
    await seen(article.getByText('Everything checked holds'));
    const steps = await article.locator('ol').last().locator('li').allTextContents();
    expect(steps).toHaveLength(7);
    expect(steps.filter((step) => !step.includes(' holds'))).toEqual([]);
    await seen(article.getByText('guardian-1 signed this action with a wallet'));
    await shoot(page, 'site-checked-en-light-1440');
    const download = await page.getByRole('link', { name: 'Download the ABI (JSON)' }).getAttribute('href');
    expect(decodeURIComponent(download ?? '')).toContain('"type": "function"');

    const { steps: facts } = (
      (await (await fetch(`${server.url}/public/powers.json`)).json()) as {
        uses: { use: string; steps: { seq: number }[] }[];
      }
    ).uses.find(({ use }) => use === stop.id)!;
    await page.route(`**/log/disclosed/${facts[0]?.seq}`, async (route) => {
      const response = await route.fetch();
      const altered = (await response.text()).replace(
        /("signature":"0x)(.)/,
        (_, head: string, digit: string) => head + (digit === '7' ? '8' : '7'),
      );
      await route.fulfill({ response, body: altered });
    });
    await article.getByRole('button', { name: /^Check signatures in your browser/ }).click();
    await seen(article.getByText('Does not hold'));
    await seen(article.getByText(/bad-disclosure: fact \d+, bytes: /));
    await page.close();
  });
});
