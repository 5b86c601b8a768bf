/**
 * A firm of its own in a real browser, before a real server: founded in the console with passkeys, a wallet and files; then
 * its people ask, sign, say no, judge and go away. With SONAE_SHOTS=DIR it leaves pictures there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Overview, PowersPage, UseDetail } from '@sonae/core/app/api.ts';
import type { Charter } from '@sonae/core/nouns/people/facts/register.ts';
import { type Action, actionHash } from '@sonae/proof/action';
import { type Credential, type Proof, proofProblem, statementDigest } from '@sonae/proof/approval';
import { toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { charter, HALT, KEYS, LOOSEN, signCharter, signedInput, TIGHTEN } from '../support/firm.ts';
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
  SETUP_WITHIN_MS,
  type Server,
  SKIP_REASON,
  seen,
  shoot,
  startQuiet,
  until,
  WIDE,
} from './support.ts';

const useOf = async (server: Server, id: string): Promise<UseDetail> =>
  (await server.call(`/api/uses/${id}`)).json() as Promise<UseDetail>;
const powersOf = async (server: Server): Promise<PowersPage> =>
  (await server.call('/api/powers')).json() as Promise<PowersPage>;

/** Passkeys belong to names, never to numbers. */
const named = (address: string): string => address.replace('127.0.0.1', 'localhost');
const idOf = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';

/** An empty virtual authenticator on a page: a device that verifies its person. */
async function giveAuthenticator(page: Page): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Audit's wallet of the test firm, offered to a page as a browser extension would. */
async function giveAuditWallet(page: Page): Promise<void> {
  const account = privateKeyToAccount(`0x${'1a'.repeat(32)}`);
  await page.exposeFunction('askWallet', async (method: string, params: unknown[]) => {
    if (method === 'eth_requestAccounts') return [account.address];
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

async function savedBy(page: Page, button: string): Promise<string> {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return readFileSync(await file.path(), 'utf8');
}

describe.skipIf(!CAN_RUN)(`a firm of its own${SKIP_REASON}`, () => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  const dir = newDir();
  /** One page a person, on one device each. */
  const pages = {} as Record<'north' | 'east' | 'audit', Page>;
  const passkeys = {} as Record<'north' | 'east', Credential>;
  let firm: Charter;
  const charterFile = join(dir, 'charter.json');

  beforeAll(async () => {
    [server, browser] = await Promise.all([startQuiet(newDir()), launchBrowser()]);
    for (const id of ['north', 'east', 'audit'] as const) {
      context = await openContext(browser);
      const page = await context.newPage();
      pages[id] = page;
      await (id === 'audit' ? giveAuditWallet(page) : giveAuthenticator(page));
      await page.goto(named(await server.freshLink()));
      await page.goto(`${named(server.url)}/console/powers`);
    }
  }, SETUP_WITHIN_MS);
  afterAll(cleanUp);

  async function enter(page: Page, id: string, way: 'passkey' | 'wallet'): Promise<void> {
    const session = page.getByRole('region', { name: 'This session' });
    await session.getByRole('combobox').selectOption(id);
    await session.getByRole('button', { name: `With ${way}` }).click();
    await seen(session.getByText(/^Acts as: /));
  }

  /** East asks to halt the withdrawals of an account or an asset; the page then shows the use. */
  async function ask(page: Page, target: 'btc' | 'account', reason: string): Promise<string> {
    await page.goto(`${named(server.url)}/console/powers`);
    await page
      .getByRole('button', { name: /^Request use… : / })
      .first()
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Target').selectOption(target);
    if (target === 'account') await dialog.getByLabel('Value').fill('account-7');
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name: 'Ask for signatures' }).click();
    await page.waitForURL('**/powers/uses/*');
    return idOf(page);
  }

  test('before the founding the room holds nothing but the founding', async () => {
    const page = pages.north;
    const complaints = listenFor(page);
    await page.reload();
    await seen(page.getByText(/^The firm has not been founded/));
    await seen(page.getByRole('heading', { name: 'Found the firm' }));
    expect(await accessViolations(page)).toEqual([]);
    complaints.close();
    expect(complaints.list).toEqual([]);
    await shoot(page, 'unfounded-en-light-1440');
  });

  test('people make their passkeys on their devices, for the charter', async () => {
    for (const id of ['north', 'east'] as const) {
      const page = pages[id];
      await page.getByLabel('Id of the person').fill(id);
      await page.getByLabel('Id of the passkey').fill('phone');
      await page.getByLabel('Id of the passkey').press('Enter');
      await seen(page.getByText(`Put this credential into the charter for ${id}`));
      passkeys[id] = JSON.parse(await savedBy(page, 'Save credential')) as Credential;
      expect(passkeys[id]).toMatchObject({ id: 'phone', kind: 'passkey', rpId: 'localhost' });
    }
    const { node } = (await (await server.call('/api/overview')).json()) as Overview;
    const base = charter([HALT, TIGHTEN, LOOSEN], node.origin);
    const principals = base.principals.map((one) => {
      const passkey = passkeys[one.id as 'north' | 'east'];
      return passkey === undefined ? one : { ...one, credentials: [...one.credentials, passkey] };
    });
    firm = { ...base, demonstration: false, principals } as Charter;
    writeFileSync(charterFile, JSON.stringify(firm, null, 2));
  });

  test('the charter is read in words, and a broken one can not be signed', async () => {
    const page = pages.north;
    const broken = { ...firm, powers: firm.powers.slice(0, 2) };
    const load = (name: string) => page.getByLabel(name);
    const buffer = (value: unknown) => ({
      name: 'charter.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(value)),
    });
    await load('Load charter (JSON)').setInputFiles(buffer({ format: 'other' }));
    await seen(page.getByText('This file is not a charter (sonae/charter/v1).'));
    await load('Load charter (JSON)').setInputFiles(buffer(broken));
    await seen(page.getByText('No power governs loosening: the rules could never be changed.'));
    await page.getByLabel('I have read this charter').check();
    await expect
      .poll(() => page.getByRole('button', { name: 'Sign as north with passkey' }).isDisabled())
      .toBe(true);
    await load('Load another charter').setInputFiles(charterFile);
    await seen(page.getByText('Stops with 2 of 4 · resumes with 3 of 4 after 2 h').first());
    const hash = toHex(statementDigest({ says: 'found', body: firm as unknown as JsonValue }));
    await expect.poll(() => page.getByText(hash).count()).toBe(1);
    expect(await accessViolations(page)).toEqual([]);
    await page.setViewportSize(NARROW);
    await expectNoOverflow(page, 'founding at 390');
    await page.setViewportSize(WIDE);
  });

  test('every founder signs the same charter, and the firm exists when nobody is missing', async () => {
    const files: string[] = [];
    for (const [id, way] of [
      ['east', 'passkey'],
      ['audit', 'wallet'],
      ['north', 'passkey'],
    ] as const) {
      const page = pages[id];
      if (id !== 'north') await page.getByLabel('Load charter (JSON)').setInputFiles(charterFile);
      await page.getByLabel('Founder', { exact: true }).selectOption(id);
      const sign = page.getByRole('button', { name: `Sign as ${id} with ${way}` });
      await expect.poll(() => sign.isDisabled()).toBe(true);
      await page.getByLabel('I have read this charter').check();
      await sign.click();
      await seen(page.getByText('Signed and checked. Give this file to whoever founds:'));
      files.push(await savedBy(page, `Save signature of ${id}`));
    }
    // The others have their keys elsewhere: their files are those of the command line.
    const { south, west, watch } = KEYS;
    for (const signature of signCharter(firm, [south, west, watch]) as JsonValue[])
      files.push(JSON.stringify(signature));
    const page = pages.north;
    const found = page.getByRole('button', { name: 'Found the firm' });
    await seen(page.getByText('1 of 6 signatures hold'));
    const given = (n: number, text: string) => ({
      name: `${n}.sig`,
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    });
    const forged = files[0]!.replace('"principal":"east"', '"principal":"north"');
    const add = page.getByLabel('Add signature files');
    await add.setInputFiles([given(0, forged), ...files.slice(1, 5).map((text, n) => given(n + 1, text))]);
    await seen(page.getByText('Not taken:'));
    await seen(page.getByText('4 of 6 signatures hold'));
    await expect.poll(() => found.isDisabled()).toBe(true);
    await add.setInputFiles([given(0, files[0]!), given(5, files[5]!)]);
    await seen(page.getByText('6 of 6 signatures hold'));
    await shootFounding(page);
    await found.click();
    await seen(page.getByText('The firm is founded.'));
    await seen(page.getByRole('heading', { name: 'Who may stop what' }));
    const { founding, members } = await powersOf(server);
    expect(founding).toBe(toHex(statementDigest({ says: 'found', body: firm as unknown as JsonValue })));
    expect(members).toHaveLength(6);
    expect(await accessViolations(page)).toEqual([]);
    await shoot(page, 'founded-en-light-1440');
  });

  /** The panel before the founding, as it looks everywhere; only when pictures are wanted. */
  async function shootFounding(page: Page): Promise<void> {
    if (process.env.SONAE_SHOTS === undefined) return;
    for (const language of ['en', 'ja'] as const) {
      await page.setViewportSize(WIDE);
      await page
        .getByLabel(/^(Language|言語)$/)
        .first()
        .selectOption(language);
      for (const scheme of ['light', 'dark'] as const)
        for (const size of [WIDE, NARROW]) {
          await page.emulateMedia({ colorScheme: scheme });
          await page.setViewportSize(size);
          await shoot(page, `founding-${language}-${scheme}-${size.width}`);
        }
    }
    await page.setViewportSize(WIDE);
    await page.getByLabel('言語').first().selectOption('en');
    await page.emulateMedia({ colorScheme: 'light' });
  }

  test('passkeys sign in and approve; the last approval comes by file', async () => {
    const { north, east } = pages;
    await east.goto(`${named(server.url)}/console/powers`);
    await enter(east, 'east', 'passkey');
    const id = await ask(east, 'btc', 'Withdrawals go to an address that nobody knows.');
    await seen(east.getByText('Halt withdrawals of BTC'));
    await enter(north, 'north', 'passkey');
    await north.setViewportSize(NARROW);
    await north.goto(`${named(server.url)}/console/powers/uses/${id}`);
    await north.getByRole('button', { name: 'Sign as north with passkey' }).last().click();
    await seen(north.getByText('1 of 2 have signed'));
    await north.setViewportSize(WIDE);
    const { use } = await useOf(server, id);
    expect(use.approvals.map(({ principal, proof }) => [principal, proof.kind])).toEqual([
      ['north', 'passkey'],
    ]);

    // South's key lies elsewhere: the request goes out as a file, the approval comes back as one.
    await east.getByText('Sign elsewhere, by file').click();
    const request = JSON.parse(await savedBy(east, 'Download request file')) as {
      use: string;
      action: never;
    };
    expect(request.use).toBe(id);
    const proof = KEYS.south.sign({ says: 'approve', action: request.action });
    const forged = { use: id, principal: 'west', credential: 'key', proof };
    const approvals = [forged, { use: id, principal: 'south', credential: 'key', proof }];
    const brought = JSON.stringify({ format: 'sonae/approvals/v1', approvals });
    await east
      .getByLabel('Bring in approvals')
      .setInputFiles({ name: 'approvals.json', mimeType: 'application/json', buffer: Buffer.from(brought) });
    await until('quorum', async () => (await useOf(server, id)).use.activatedAt !== null);
    const after = await useOf(server, id);
    expect(after.use.approvals.map(({ principal }) => principal)).toEqual(['north', 'south']);
    await seen(east.getByText('2 of 2 have signed'));
  });

  test('a signed no with its reason ends a request', async () => {
    const id = await ask(pages.east, 'account', 'The account moved stolen funds.');
    const page = pages.north;
    await page.goto(`${named(server.url)}/console/powers/uses/${id}`);
    await page.getByRole('button', { name: 'Say no…' }).click();
    const dialog = page.getByRole('dialog');
    const submit = dialog.getByRole('button', { name: 'Sign the no' });
    await expect.poll(() => submit.isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill('The account belongs to our own cold store.');
    expect(await accessViolations(page, '[role=dialog]')).toEqual([]);
    await shoot(page, 'decline-en-light-1440');
    await submit.click();
    await seen(page.getByText(/^Declined/).first());
    const { use } = await useOf(server, id);
    expect(use.state).toBe('declined');
    expect(JSON.stringify(use.declines)).toContain('cold store');
    await expect.poll(() => page.getByRole('button', { name: /^Sign as/ }).count()).toBe(0);
  });

  test('an act that is not the one of its target can not be signed', async () => {
    const id = await ask(pages.east, 'account', 'To see it altered on its way.');
    const detail = await useOf(server, id);
    const act = { ...detail.use.action!.act, system: 'other' } as Action['act'];
    const action = { ...detail.use.action!, act };
    const use = { ...detail.use, action, hash: toHex(actionHash(action)) };
    const page = pages.north;
    const address = `**/api/uses/${id}`;
    await page.route(address, (route) => route.fulfill({ json: { ...detail, use } }));
    await page.goto(`${named(server.url)}/console/powers/uses/${id}`);
    await seen(page.getByText(/^What these bytes do is not what the power says about this target/));
    await expect
      .poll(() => page.getByRole('button', { name: 'Sign as north with passkey' }).first().isDisabled())
      .toBe(true);
    await shoot(page, 'altered-act-en-light-1440');
    await page.unroute(address);
    await page.reload();
    const sign = page.getByRole('button', { name: 'Sign as north with passkey' }).first();
    await until('honest use', () => sign.isEnabled());
  });

  test('whoever goes away is away for everybody, until the return', async () => {
    const page = pages.north;
    await page.goto(`${named(server.url)}/console/powers`);
    const session = page.getByRole('region', { name: 'This session' });
    const people = page.getByRole('region', { name: 'People and roles' });
    await session.getByLabel('Away for').selectOption({ label: '3 days' });
    await session.getByRole('button', { name: 'Declare absence' }).click();
    await seen(people.getByText('away until'));
    const north = async () => (await powersOf(server)).members.find(({ id }) => id === 'north');
    expect((await north())?.present).toBe(false);
    expect((await powersOf(server)).powers[0]?.able).not.toContain('north');
    expect(await accessViolations(page)).toEqual([]);
    await session.getByRole('button', { name: 'I am back' }).click();
    await seen(people.getByText('All 6 people are present.'));
    expect(await north()).toMatchObject({ present: true, absentUntil: null });
  });

  test('somebody who neither asked nor approved judges a use, in public', async () => {
    const { east, audit } = pages;
    await east.goto(`${named(server.url)}/console/powers`);
    const tighten = east.locator('article', { hasText: 'tighten-rules' });
    await tighten.getByRole('button', { name: /^Request use… : / }).click();
    const dialog = east.getByRole('dialog');
    const change = { change: 'revoke-credential', principal: 'watch', credential: 'wallet' };
    await dialog.getByLabel('Change').fill(JSON.stringify(change));
    await dialog.getByLabel('Reason').fill('The wallet was lost.');
    await dialog.getByRole('button', { name: 'Ask for signatures' }).click();
    await east.waitForURL('**/powers/uses/*');
    const id = idOf(east);
    const { use } = await useOf(server, id);
    for (const signer of [KEYS.south, KEYS.west])
      await server.command('authority.Approve', signedInput(id, use.action!, 'approve', signer));
    await until('change applied', async () => (await useOf(server, id)).use.executedAt !== null);
    await audit.goto(`${named(server.url)}/console/powers`);
    await enter(audit, 'audit', 'wallet');
    await audit.goto(`${named(server.url)}/console/powers/uses/${id}`);
    const form = audit.getByRole('form', { name: 'Review' });
    await form.getByLabel('It was not right').check();
    const submit = form.getByRole('button', { name: 'Publish review' });
    await expect.poll(() => submit.isDisabled()).toBe(true);
    await form.getByLabel('Findings').fill('The wallet was found again an hour later.');
    expect(await accessViolations(audit)).toEqual([]);
    await shoot(audit, 'review-en-light-1440');
    await submit.click();
    await seen(audit.getByText('The wallet was found again an hour later.'));
    await form.waitFor({ state: 'detached' });
    expect((await useOf(server, id)).use.review).toMatchObject({ wasRight: false });
  });

  test('another passkey is made on a device, checked by the server, and signs whose it is', async () => {
    const page = pages.north;
    await page.goto(`${named(server.url)}/console/powers`);
    await page.getByText('Make a passkey on this device').click();
    await page.getByRole('button', { name: 'Make passkey' }).click();
    const text = await page.locator('pre', { hasText: 'bind-credential' }).textContent();
    const { change, principal, credential, proof } = JSON.parse(String(text)) as {
      change: string;
      principal: string;
      credential: Credential;
      proof: Proof;
    };
    expect({ change, principal, kind: credential.kind }).toEqual({
      change: 'bind-credential',
      principal: 'north',
      kind: 'passkey',
    });
    const { founding } = await powersOf(server);
    const body = { founding, principal, credential: credential as unknown as JsonValue };
    expect(proofProblem({ says: 'bind', body }, credential, proof)).toBeNull();
  });
});
