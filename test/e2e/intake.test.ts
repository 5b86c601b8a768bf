/** The inbox of alarms in a browser: what a monitor sends is there as text, and keys and buttons judge it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmsPage } from '@sonae/core/app/api.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alertmanagerBody, TOKEN } from '../support/intake.ts';
import {
  accessViolations,
  CAN_RUN,
  type Complaints,
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
  signIn,
  startServer,
  until,
  WIDE,
} from './support.ts';

/** The shortest promise that a source can make. */
const HEARTBEAT_MS = 10_000;
const HOSTILE = '<img src=x onerror=alert(1)>{{7*7}}=HYPERLINK("x")';

describe.skipIf(!CAN_RUN)(`the inbox${SKIP_REASON}`, () => {
  let server: Server;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: Complaints;

  beforeAll(async () => {
    const dir = newDir();
    const sources = [
      { id: 'prom', kind: 'alertmanager', token: TOKEN },
      { id: 'silent', kind: 'alertmanager', token: TOKEN, heartbeatMs: HEARTBEAT_MS },
    ];
    const config = join(dir, 'sonae.json');
    writeFileSync(config, JSON.stringify({ intake: { sources } }));
    [server, browser] = await Promise.all([
      startServer(['up', '--config', config], join(dir, 'data')),
      launchBrowser(),
    ]);
    await send([
      { fingerprint: HOSTILE, component: 'hot-wallet' },
      ...Array.from({ length: 8 }, (_, n) => ({
        fingerprint: `w${n}`,
        component: 'web',
        severity: 'warning',
      })),
      { fingerprint: 'i', component: 'batch', severity: 'info' },
    ]);
    context = await openContext(browser, { language: 'en' });
    await (await signIn(server, context)).close();
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

  const send = async (alerts: Parameters<typeof alertmanagerBody>[0]): Promise<void> => {
    const answer = await fetch(`${server.url}/intake/prom`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(alertmanagerBody(alerts)),
    });
    expect(answer.status).toBe(202);
  };
  const inbox = async (): Promise<AlarmsPage> =>
    (await (await server.call('/api/alarms')).json()) as AlarmsPage;
  const phaseOf = async (component: string): Promise<string | undefined> =>
    (await inbox()).groups.find((group) => group.component === component)?.incident?.phase;
  const row = (component: string) => page.locator(`[data-group="alarm/${component}"]`);
  const open = async (): Promise<void> => {
    await page.goto(`${server.url}/console/intake`);
    await seen(row('hot-wallet'));
  };

  test('what monitors wrote is text, worst first, and a silent source is blind', async () => {
    await open();
    await seen(page.getByText(`Alert ${HOSTILE}`));
    await expect.poll(() => page.locator('main img').count()).toBe(0);
    const order = await page
      .locator('[data-group]')
      .evaluateAll((rows) => rows.map((one) => one.dataset.group));
    expect(order).toEqual(['alarm/hot-wallet', 'alarm/web', 'alarm/batch']);
    await until('blind source', async () =>
      (await inbox()).sources.some(({ source, level }) => source === 'silent' && level === 'blind'),
    );
    await seen(page.locator('[aria-labelledby="sources"] [data-level="blind"]'));
  });

  test('g a leads here, j to a row, v verifies, x dismisses with a reason, Enter opens the incident', async () => {
    await page.goto(`${server.url}/console/`);
    await seen(page.locator('main .font-mono'));
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await seen(row('web'));
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('v');
    await until('verification', async () => (await phaseOf('web')) === 'verifying');
    await page.keyboard.press('x');
    await seen(page.getByRole('dialog'));
    await page.getByRole('dialog').getByRole('textbox').fill('a deploy that was expected');
    await page.getByRole('dialog').locator('button[type="submit"]').click();
    await until('dismissal', async () => (await phaseOf('web')) === 'dismissed');
    expect(await phaseOf('hot-wallet'), 'the other row was not touched').toBe('suspected');
    await row('hot-wallet').locator('[data-row]').focus();
    await page.keyboard.press('Enter');
    await until('incident', async () => /\/console\/incidents\/\w+/.test(page.url()));
  });

  test('maintenance is planned and ended here; in it new alarms are muted', async () => {
    await open();
    const form = page.locator('[aria-labelledby="maintenance"] form');
    await form.getByLabel('Component').fill('ledger');
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString().slice(0, 16);
    await form.getByLabel('Until (UTC)').fill(inAnHour);
    await form.getByLabel('Reason').fill('index rebuild');
    await form.getByRole('button', { name: 'Plan' }).click();
    await seen(page.getByText('index rebuild'));
    await send([{ fingerprint: 'l', component: 'ledger' }]);
    await seen(row('ledger').getByText(/Muted: maintenance until/));
    expect(await phaseOf('ledger')).toBeUndefined();
    await page.getByRole('button', { name: 'End now' }).click();
    await until('suspicion', async () => (await phaseOf('ledger')) === 'suspected');
  });

  test.each([
    ['ja', 'light', WIDE],
    ['en', 'dark', NARROW],
  ] as const)('%s %s: nothing overflows and nothing is hard to read', async (language, scheme, size) => {
    const other = await openContext(browser, { language, scheme, size });
    const seenBy = await signIn(server, other);
    await seenBy.goto(`${server.url}/console/intake`);
    await seen(seenBy.locator('[data-group]'));
    await expectNoOverflow(seenBy, `${language} ${scheme}`);
    await shoot(seenBy, `intake-${language}-${scheme}`);
    expect(await accessViolations(seenBy)).toEqual([]);
    await other.close();
  });
});
