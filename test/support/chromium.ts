/**
 * The Chromium that tests look through, and why there is none. The headless shell is the same version and the same
 * renderer as the browser of the same package source, without windows, profiles and spare processes around it: a page of
 * a new context costs less than half. SONAE_CHROMIUM=PATH takes another.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const PLACE = process.env.SONAE_CHROMIUM ?? PLACES.find((place) => existsSync(place));
const PACKAGES = join(import.meta.dirname, '../../packages');
const isBuilt = ['console', 'site'].every((name) => existsSync(join(PACKAGES, name, 'dist/index.html')));

/** What stands behind the name of a suite that needs a browser and has none; empty when it can run. */
export const NO_CHROMIUM =
  PLACE === undefined ? ` (needs one of ${PLACES.join(', ')}: apt-get install chromium-headless-shell)` : '';
/** The same of what is built for browsers. */
export const NO_BUNDLES = isBuilt ? '' : ' (needs the browser bundles: npm run build)';

export function launchChromium(): Promise<Browser> {
  if (PLACE === undefined) throw new Error(`there is no browser${NO_CHROMIUM}`);
  return chromium.launch({
    executablePath: PLACE,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
