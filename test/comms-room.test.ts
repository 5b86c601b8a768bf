/** The room of communications in a browser: one key and Enter publish what was approved beforehand; nothing else can. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Listening, listen } from '../packages/server/src/http/server.ts';
import { launchChromium, NO_BUNDLES, NO_CHROMIUM } from './support/chromium.ts';
import { adopt, both, CONTENT, foundCommsFirm, LEGAL, publish, resultOf, WRITER } from './support/comms.ts';
import { createTestNode, type TestNode } from './support/node.ts';

const WHY = NO_CHROMIUM || NO_BUNDLES;
const WITHIN_MS = 60_000;

describe.skipIf(WHY !== '')(`the room${WHY}`, () => {
  let t: TestNode;
  let server: Listening;
  let browser: Browser;
  let page: Page;

  beforeEach(async () => {
    t = createTestNode();
    await foundCommsFirm(t.testApp);
    server = await listen(t.http, 0);
    browser = await launchChromium();
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1400, height: 1000 } });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
  }, WITHIN_MS);
  afterEach(async () => {
    await browser.close();
    await server.close();
  });
  const open = async (): Promise<void> => {
    const url = `http://127.0.0.1:${server.port}`;
    await page.goto(`${url}/login?token=${t.sessions.issueLink()}`);
    await page.goto(`${url}/console/comms`);
    await page.getByRole('heading', { name: 'Drafts' }).waitFor();
  };

  test(
    '`p` and Enter publish the first post of the open incident',
    async () => {
      await adopt(t.testApp, 'first-post');
      await t.testApp.run('incidents.Declare', { title: 'Withdrawals stuck', component: 'btc-withdrawals' });
      await open();
      await page.keyboard.press('p');
      await page.getByText('PUBLIC: everybody will read this').waitFor();
      await page.getByText('About: Withdrawals stuck').waitFor();
      await page.getByText('BTC withdrawals (Bitcoin): we are investigating a problem').waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('timer').first().waitFor();
      const rows = await t.testApp.app.ports.store.facts({ limit: 100 });
      const published = rows.filter(({ type }) => type === 'comms.NoticePublished@1');
      expect(published).toHaveLength(1);
      expect(published[0]?.text).toContain('"component":"btc-withdrawals","status":"partial_outage"');
    },
    WITHIN_MS,
  );

  test(
    '`p` without a text that was approved beforehand publishes nothing and says why',
    async () => {
      await open();
      await page.keyboard.press('p');
      await page.getByText('No text was approved beforehand').waitFor();
    },
    WITHIN_MS,
  );

  test(
    'a draft shows its approvals; publishing asks once more under the banner; the room is accessible',
    async () => {
      await publish(t.testApp, { title: both('Out already') });
      const drafted = await t.testApp.run('comms.DraftNotice', CONTENT, WRITER);
      const { notice = '' } = resultOf(drafted);
      await t.testApp.run('comms.ApproveNotice', { notice, revision: 1, as: 'legal' }, LEGAL);
      await open();
      await page.getByText('legal: north').waitFor();
      await page.getByText('1 more function must approve').waitFor();
      expect(await page.getByRole('button', { name: 'Publish' }).count()).toBe(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    },
    WITHIN_MS,
  );
});
