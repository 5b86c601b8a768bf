/**
 * A real server as a child process and a real Chromium before it. Everything that a test starts is ended by its own
 * process id, and every directory is removed, also when the test fails.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { ClockState } from '@sonae/core/app/api.ts';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium, NO_BUNDLES, NO_CHROMIUM } from '../support/chromium.ts';
import { slowDown } from './slow-pages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'packages/server/src/main.ts');

/** Whether these tests can run, and what to put behind a suite's name when they cannot. */
export const SKIP_REASON = NO_CHROMIUM || NO_BUNDLES;
export const CAN_RUN = SKIP_REASON === '';

if (!CAN_RUN) console.warn(`end-to-end tests are skipped${SKIP_REASON}`);

const POLL_MS = 50;
const STOP_WITHIN_MS = 15_000;
/** How long anything here may take before the test says that it did not happen. */
export const PATIENCE_MS = 30_000;
/** A start unpacks a database: seconds, or much longer on a machine that does other things too. */
const START_WITHIN_MS = 90_000;
/** For `beforeAll`: a start and a whole replay. */
export const SETUP_WITHIN_MS = 240_000;

export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
  withinMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== null && found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`within ${withinMs} ms there was no ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

export type Server = {
  readonly url: string;
  readonly dataDir: string;
  /** The one-time link that it printed when it started. */
  readonly link: string;
  /** A request of a tool of the same user. */
  call(path: string, init?: RequestInit): Promise<Response>;
  command(name: string, input: unknown): Promise<unknown>;
  freshLink(): Promise<string>;
  /** Ends it in order (SIGTERM), or as a power cut does (SIGKILL). */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
};

/** Everything that a test file started and has not ended yet. */
const running = new Set<() => Promise<void>>();
const dirs = new Set<string>();

/** A temporary directory that `cleanUp` removes. */
export function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'sonae-e2e-'));
  dirs.add(dir);
  return dir;
}

/** For `afterAll`: ends whatever still runs, also what a failed `beforeAll` left, and removes every directory. */
export async function cleanUp(): Promise<void> {
  const ended = await Promise.allSettled([...running].map((end) => end()));
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Starts `sonae <verb…> --data DIR --port N`; resolves when it has printed its link and answers. */
export async function startServer(verb: readonly string[], dataDir: string, port = 0): Promise<Server> {
  const child = spawn(process.execPath, [MAIN, ...verb, '--data', dataDir, '--port', String(port)], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const end: Server['end'] = async (signal = 'SIGTERM') => {
    running.delete(end);
    child.kill(signal);
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await gone;
    clearTimeout(late);
    if (signal === 'SIGTERM' && child.signalCode === 'SIGKILL')
      throw new Error(`the server did not stop within ${STOP_WITHIN_MS} ms; it said: ${said}`);
  };
  running.add(end);
  const link = await until(
    'one-time link',
    async () => {
      if (hasEnded(child)) throw new Error(`the server ended: ${said}`);
      return /http:\S+\/login\?token=\S+/.exec(said)?.[0];
    },
    START_WITHIN_MS,
  );
  return connect(new URL(link).origin, dataDir, link, end);
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

function connect(url: string, dataDir: string, link: string, end: Server['end']): Server {
  const { token } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as { token: string };
  const call: Server['call'] = (path, init = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
  return {
    url,
    dataDir,
    link,
    call,
    command: async (name, input) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
      const response = await call(`/api/commands/${name}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(input),
      });
      return response.json();
    },
    freshLink: async () => {
      const { token: once } = (await (await call('/api/link')).json()) as { token: string };
      return `${url}/login?token=${once}`;
    },
    end,
  };
}

/** A minute of the replay takes a minute: a log that stands still but for what the test does to it. */
export function startQuiet(dataDir: string): Promise<Server> {
  return startServer(['replay', 'calm', '--speed', '1'], dataDir);
}

/** The whole crisis as fast as it goes; resolves when its last simulated minute is over. */
export async function startReplayed(dataDir: string): Promise<Server> {
  const server = await startServer(['replay', 'usdc-2023', '--speed', 'max'], dataDir);
  await until(
    'end of the replay',
    async () => {
      const response = await server.call('/api/overview');
      if (!response.ok) throw new Error(`the server answered ${response.status}: ${await response.text()}`);
      const { clock } = (await response.json()) as { clock: ClockState };
      return clock.replay !== null && Date.parse(clock.now) >= Date.parse(clock.replay.to);
    },
    START_WITHIN_MS,
  );
  return server;
}

/** The command line against a data directory, e.g. `link`. */
export function runCli(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) =>
    execFile(process.execPath, [MAIN, ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stderr}`)),
    ),
  );
}

export async function launchBrowser(): Promise<Browser> {
  const browser = await launchChromium();
  running.add(() => browser.close());
  return browser;
}

export type Language = 'ja' | 'en';
export type Scheme = 'light' | 'dark';
export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 390, height: 844 };
type Look = { readonly language?: Language; readonly scheme?: Scheme; readonly size?: typeof WIDE };

/** A reader: Japanese ones live in Tokyo, English ones in Paris, so that UTC stands beside. */
export async function openContext(browser: Browser, look: Look = {}): Promise<BrowserContext> {
  const { language = 'en', scheme = 'light', size = WIDE } = look;
  const context = await browser.newContext({
    viewport: size,
    colorScheme: scheme,
    locale: language === 'ja' ? 'ja-JP' : 'en-GB',
    timezoneId: language === 'ja' ? 'Asia/Tokyo' : 'Europe/Paris',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  slowDown(context);
  return context;
}

/** A page of somebody who has opened a fresh one-time link, in the console. */
export async function signIn(server: Server, context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(await server.freshLink());
  await seen(page.locator('main#room'));
  return page;
}

/** Waits until it is on the screen. */
export async function seen(locator: Locator): Promise<void> {
  await locator.first().waitFor({ state: 'visible' });
}

/** What went wrong on a page without anybody looking: errors on its console, exceptions, failed requests. */
export type Complaints = { readonly list: string[]; close(): void };

const SAID_MAX = 500;

export function listenFor(page: Page): Complaints {
  const list: string[] = [];
  let isOpen = true;
  const complain = (text: string): void => {
    if (isOpen) list.push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complain(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => complain(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // What was under way when the page itself was left is no failure.
    if (reason !== 'net::ERR_ABORTED') complain(`failed: ${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() < 400) return;
    complain(`${response.status()}: ${response.url()}`);
    const at = list.length - 1;
    // What the server said about it belongs to the complaint, as soon as it is here.
    const said = (text: string): string => (list[at] = `${list[at]} ${text.slice(0, SAID_MAX)}`);
    if (isOpen) void response.text().then(said, () => undefined);
  });
  return {
    list,
    close: () => {
      isOpen = false;
    },
  };
}

/** Serious and critical violations of WCAG 2.2 A and AA and of axe's best practice, one line each. */
export async function accessViolations(page: Page, within = 'html'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .include(within)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ impact, id, nodes }) => `${impact} ${id}: ${nodes[0]?.target} ${nodes[0]?.failureSummary}`);
}

export async function expectNoOverflow(page: Page, where: string): Promise<void> {
  const { scroll, inner } = await page.evaluate(() => ({
    scroll: document.scrollingElement?.scrollWidth ?? 0,
    inner: window.innerWidth,
  }));
  expect(scroll, `${where}: the page is wider than the window`).toBeLessThanOrEqual(inner);
}

/** With SONAE_SHOTS=DIR the tests leave pictures of what they saw there. */
export async function shoot(page: Page, name: string): Promise<void> {
  const dir = process.env.SONAE_SHOTS;
  if (dir === undefined) return;
  mkdirSync(dir, { recursive: true });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(dir, `${name}.png`), fullPage: true });
}
