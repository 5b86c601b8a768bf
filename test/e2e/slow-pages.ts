/**
 * With SONAE_SLOW=4 every page computes four times as slowly and its requests wait: a test that asks a page before it has
 * shown what it was told fails then, and not once in fifty runs. Give more time with it: `vitest run test/e2e
 * --testTimeout=300000`.
 */
import type { BrowserContext, Page } from 'playwright-core';

const SLOW = Number(process.env.SONAE_SLOW ?? 1);
const LATENCY_MS = 40;

export function slowDown(context: BrowserContext): void {
  if (SLOW <= 1) return;
  // A page that closes at once has nothing to slow down.
  context.on('page', (page) => void slowPage(page).catch(() => undefined));
}

async function slowPage(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW });
  await session.send('Network.enable');
  const rates = { latency: LATENCY_MS * SLOW, downloadThroughput: -1, uploadThroughput: -1 };
  await session.send('Network.emulateNetworkConditions', { offline: false, ...rates });
}
