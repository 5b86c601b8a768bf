/** The static copy of the public page: complete, relative, provable without the server, and shown by a browser. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { parseDisclosure, verifyDisclosure } from '@sonae/proof/disclosure';
import { ed25519Verifier } from '@sonae/proof/signed-note';
import Parser from 'rss-parser';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeSha256 } from '../packages/server/src/adapters/hash/node-sha256.ts';
import { writeStatusCopy } from '../packages/server/src/comms/status-copy.ts';
import { launchChromium, NO_BUNDLES, NO_CHROMIUM } from './support/chromium.ts';
import { both, foundCommsFirm, publish } from './support/comms.ts';
import { createTestNode, HOST, type TestNode } from './support/node.ts';

const WHY_BROWSER = NO_CHROMIUM || NO_BUNDLES;

let t: TestNode;
let dir: string;
let out: string;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sonae-copy-'));
  out = join(dir, 'page');
  t = createTestNode();
  await foundCommsFirm(t.testApp);
  await publish(t.testApp, { title: both('Withdrawals are <b>late</b>') });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const read = async (path: string): Promise<Uint8Array> => {
  const response = await t.http.request(`http://${HOST}${path}`, { headers: { host: HOST } });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
};
const file = (name: string): string => readFileSync(join(out, name), 'utf8');

describe.skipIf(NO_BUNDLES !== '')(`a copy${NO_BUNDLES}`, () => {
  test('holds every format, and proofs that verify with nothing but the files', async () => {
    const report = await writeStatusCopy(out, read);
    expect(report.facts).toBeGreaterThan(2);
    const page = JSON.parse(file('public/status-page.json')) as {
      threads: { notices: { seq: number }[] }[];
    };
    const seq = page.threads[0]?.notices[0]?.seq;
    const disclosure = parseDisclosure(file(`log/disclosed/${seq}.json`).trimEnd());
    const verifier = ed25519Verifier(file('log/key').trim());
    expect(() => verifyDisclosure(disclosure, verifier, [], nodeSha256)).not.toThrow();
    expect((disclosure.fact as { type: string }).type).toBe('comms.NoticePublished@1');
    expect((await new Parser().parseString(file('en/history.rss'))).items).toHaveLength(1);
    expect(JSON.parse(file('api/v2/summary.json'))).toHaveProperty('status.indicator', 'major');
  });

  test('has no address that begins at the root of its host', async () => {
    await writeStatusCopy(out, read);
    expect(file('index.html')).not.toMatch(/(src|href)="\//);
    expect(file('index.html')).toContain('sonae-copy');
  });

  test('replaces an older copy, and nothing else', async () => {
    await writeStatusCopy(out, read);
    await publish(t.testApp);
    const again = await writeStatusCopy(out, read);
    expect(JSON.parse(file('log/disclosed.json')).disclosed).toHaveLength(again.facts);
    writeFileSync(join(dir, 'kept.txt'), 'mine');
    await expect(writeStatusCopy(dir, read)).rejects.toThrow(/holds something else/);
    expect(readFileSync(join(dir, 'kept.txt'), 'utf8')).toBe('mine');
  });
});

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** What any static host does. */
async function host(root: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/'));
    const name = join(root, path.endsWith('/') ? `${path}index.html` : path);
    if (!name.startsWith(root) || !existsSync(name)) return response.writeHead(404).end();
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    return response.writeHead(200, { 'Content-Type': type }).end(readFileSync(name));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

describe.skipIf(WHY_BROWSER !== '')(`a browser with a copy${WHY_BROWSER}`, () => {
  test('shows the notice, says that it is a copy, and verifies the notice by itself', async () => {
    await writeStatusCopy(out, read);
    const server = await host(dir);
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ locale: 'en-US' });
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page/`);
      await page.getByText('A copy of this page').waitFor();
      await page.getByRole('heading', { name: 'Withdrawals are <b>late</b>' }).first().waitFor();
      expect(await page.locator('article b').count(), 'a text stays a text').toBe(0);
      await page.getByText('BTC withdrawals (Bitcoin)').first().waitFor();
      const link = await page.getByRole('link', { name: /fact \d+/i }).first();
      await link.click();
      await page.locator('#check').getByText('Inclusion in the log holds').waitFor();
    } finally {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    }
  }, 60_000);
});
