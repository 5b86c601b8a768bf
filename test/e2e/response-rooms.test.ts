/**
 * The rooms of the response over a whole outflow with all it brought: in both languages, light and dark, wide and on a
 * phone nothing overflows, nothing complains, nothing is hard to read.
 */
import type { ClockState, IncidentsPage } from '@sonae/core/app/api.ts';
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

const TABS = ['now', 'clocks', 'tasks', 'roles', 'facts', 'decisions', 'filings', 'review'] as const;
const ROOMS = ['clocks', 'plans', 'learning'] as const;
const LOOKS = [
  ['ja', 'light', WIDE],
  ['en', 'dark', NARROW],
] as const;
/** A phase of a whole incident is replayed before anything is looked at. */
const REPLAYED_WITHIN_MS = 180_000;

describe.skipIf(!CAN_RUN)(`rooms of the response${SKIP_REASON}`, () => {
  let server: Server;
  let browser: Browser;
  let id = '';
  const contexts = {} as Record<Language, BrowserContext>;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startServer(['replay', 'outflow-2026', '--speed', 'max'], newDir()),
      launchBrowser(),
    ]);
    await until(
      'end of the replay',
      async () => {
        const { clock } = (await (await server.call('/api/overview')).json()) as { clock: ClockState };
        return clock.replay !== null && Date.parse(clock.now) >= Date.parse(clock.replay.to);
      },
      REPLAYED_WITHIN_MS,
    );
    const { incidents } = (await (await server.call('/api/incidents?phase=all')).json()) as IncidentsPage;
    id = incidents[0]?.id ?? '';
    for (const [language, scheme, size] of LOOKS) {
      contexts[language] = await openContext(browser, { language, scheme, size });
      await (await signIn(server, contexts[language])).close();
    }
  }, SETUP_WITHIN_MS);
  afterAll(cleanUp);

  const places = [
    ...TABS.map((tab) => ({ name: `incident-${tab}`, path: () => `/console/incidents/${id}?tab=${tab}` })),
    ...ROOMS.map((room) => ({ name: room, path: () => `/console/${room}` })),
  ];
  const cases = LOOKS.flatMap(([language, scheme, size]) =>
    places.map((place) => ({ ...place, language, scheme, size })),
  );

  test.each(cases)('$name in $language', async ({ name, path, language }) => {
    const page = await contexts[language].newPage();
    const complaints = listenFor(page);
    await page.goto(server.url + path());
    await seen(page.locator('main section.panel h1'));
    await until('what was read', async () => (await page.locator('main .panel').count()) > 1);
    if (name.startsWith('incident')) await seen(page.locator('[data-glance]'));
    await expectNoOverflow(page, `${name} ${language}`);
    await shoot(page, `${name}-${language}`);
    // Both languages have one structure.
    if (language === 'ja') expect(await accessViolations(page)).toEqual([]);
    complaints.close();
    expect(complaints.list).toEqual([]);
    await page.close();
  });
});
