/**
 * Every room and the public site in both languages, both lights, wide and narrow: nothing overflows, nothing
 * complains, nothing is hard to read for those who cannot see well. With SONAE_SHOTS=DIR it leaves pictures there.
 */
import type { Browser, BrowserContext } from 'playwright-core';
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
  startReplayed,
  WIDE,
} from './support.ts';

const LONG_TITLE =
  'Withdrawals of USDC over the Solana network are delayed for all customers / Solana経由のUSDC出金が全利用者で遅延';

/** A room, its address, and what shows that it has been read. `INCIDENT` and `FACT` stand for real ones. */
const ROOMS = [
  { room: 'overview', path: '/console/', ready: 'main .font-mono' },
  { room: 'peg', path: '/console/pegs/USDC?range=all', ready: '.uplot canvas' },
  { room: 'incidents', path: '/console/incidents?phase=all', ready: 'main [data-row]' },
  { room: 'incident', path: '/console/incidents/INCIDENT', ready: 'main tbody tr' },
  { room: 'comms', path: '/console/comms', ready: '#drafts' },
  { room: 'reach', path: '/console/reach', ready: '#reach-board' },
  { room: 'log', path: '/console/log?seq=FACT', ready: 'main pre' },
  { room: 'nowhere', path: '/console/nowhere', ready: 'main h1' },
  { room: 'site', path: '/status/?fact=FACT', ready: '#fact-FACT ol li' },
] as const;
const DIALOGS = [
  ['declare', 'd'],
  ['post', 'p'],
  ['help', '?'],
  ['palette', 'Control+k'],
] as const;
const LANGUAGES = ['ja', 'en'] as const;
const CASES = ROOMS.flatMap((room) => LANGUAGES.map((language) => ({ ...room, language })));

describe.skipIf(!CAN_RUN)(`rooms${SKIP_REASON}`, () => {
  let server: Server;
  let browser: Browser;
  const contexts = {} as Record<Language, BrowserContext>;
  let place: (text: string) => string;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startReplayed(newDir()), launchBrowser()]);
    await server.command('incidents.Declare', { title: LONG_TITLE, severity: 'pending' });
    const { disclosed } = (await (await server.call('/log/disclosed?limit=100')).json()) as {
      disclosed: { seq: number; incident: string | null }[];
    };
    // The founding is disclosed too, and belongs to no incident.
    const first = disclosed.findLast(({ incident }) => incident !== null);
    place = (text) => text.replace('INCIDENT', String(first?.incident)).replace('FACT', String(first?.seq));
    for (const language of LANGUAGES) {
      contexts[language] = await openContext(browser, {
        language,
        size: language === 'ja' ? WIDE : NARROW,
        scheme: language === 'ja' ? 'light' : 'dark',
      });
      await (await signIn(server, contexts[language])).close();
    }
  }, SETUP_WITHIN_MS);
  afterAll(cleanUp);

  /** The four looks at one language. axe, which is slow, judges the one that the page was loaded in: ja light, en dark. */
  const looks = (language: Language): { size: typeof WIDE; scheme: Scheme; isJudged: boolean }[] => {
    const [first, second] = language === 'ja' ? [WIDE, NARROW] : [NARROW, WIDE];
    const [light, dark] = language === 'ja' ? (['light', 'dark'] as const) : (['dark', 'light'] as const);
    return [
      { size: first, scheme: light, isJudged: true },
      { size: first, scheme: dark, isJudged: false },
      { size: second, scheme: dark, isJudged: false },
      { size: second, scheme: light, isJudged: false },
    ];
  };

  test.each(CASES)('$room in $language', async ({ room, path, ready, language }) => {
    const page = await contexts[language].newPage();
    const complaints = listenFor(page);
    await page.goto(server.url + place(path));
    await seen(page.locator(place(ready)));
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language);
    for (const { size, scheme, isJudged } of looks(language)) {
      const name = `${room}-${language}-${scheme}-${size.width}`;
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize(size);
      await expectNoOverflow(page, name);
      if (isJudged) expect(await accessViolations(page), name).toEqual([]);
      await shoot(page, name);
    }
    complaints.close();
    expect(complaints.list).toEqual([]);
    await page.close();
  });

  test.each(LANGUAGES)('the dialogs in %s', async (language) => {
    const page = await contexts[language].newPage();
    const complaints = listenFor(page);
    await page.goto(`${server.url}/console/`);
    await seen(page.locator('main .font-mono'));
    for (const [name, key] of DIALOGS) {
      await page.keyboard.press(key);
      await seen(page.getByRole('dialog'));
      await expectNoOverflow(page, name);
      expect(await accessViolations(page, '[role=dialog]'), name).toEqual([]);
      await shoot(page, `dialog-${name}-${language}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    complaints.close();
    expect(complaints.list).toEqual([]);
    await page.close();
  });
});
