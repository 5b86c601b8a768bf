/** What other people's programs read: Statuspage v2 JSON, RSS, Atom and JSON Feed, over HTTP, at several moments. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { JsonValue } from '@sonae/proof/canonical-json';
import Parser from 'rss-parser';
import { Statuspage } from 'statuspage.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { STATUSPAGE_FILES } from '../packages/server/src/comms/statuspage-json.ts';
import { type Listening, listen } from '../packages/server/src/http/server.ts';
import { SYSTEM } from './support/app.ts';
import { both, CONTENT, codeOf, foundCommsFirm, minutes, publish, WRITER } from './support/comms.ts';
import { createTestNode, HOST, type TestNode } from './support/node.ts';
import { STATUSPAGE_SCHEMAS } from './support/statuspage-schema.ts';

/** What the client offers; its own types lag behind what it does. */
type Read = {
  readonly status: { readonly indicator: string };
  readonly components: readonly { readonly id: string; readonly status: string }[];
  readonly scheduled_maintenances: readonly unknown[];
  readonly incidents: readonly {
    readonly name: string;
    readonly impact: string;
    readonly incident_updates: readonly { readonly created_at: unknown }[];
  }[];
};
type StatuspageClient = { readonly axios: { readonly defaults: { baseURL: string } } } & Readonly<
  Record<
    | 'summary'
    | 'status'
    | 'components'
    | 'allIncidents'
    | 'unresolvedIncidents'
    | 'allScheduledMaintenances'
    | 'activeScheduledMaintenances'
    | 'upcomingScheduledMaintenances',
    () => Promise<Read>
  >
>;

let t: TestNode;
let server: Listening | null = null;
beforeEach(async () => {
  t = createTestNode();
  await foundCommsFirm(t.testApp);
});
afterEach(async () => {
  await server?.close();
  server = null;
});

/** As anybody asks: without a session. */
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(t.http.request(`http://${HOST}${path}`, { headers: { host: HOST, ...headers } }));
const json = async (path: string): Promise<Record<string, unknown>> =>
  (await (await get(path)).json()) as Record<string, unknown>;
const say = (change: Record<string, JsonValue> = {}): Promise<Record<string, string>> =>
  publish(t.testApp, change);
const later = (count: number): void => minutes(t.testApp, count);
const keep = async (): Promise<void> => {
  for (const name of ['KeepMaintenances', 'KeepUpdates']) await t.testApp.run(`comms.${name}`, {}, SYSTEM);
};

// biome-ignore lint/suspicious/noTemplateCurlyInString: it must stay a text everywhere
const HOSTILE = '</p><script>alert(1)</script>]]><!-- ${7*7} {{7*7}} =cmd|x!A1 &amp; "q" \u200f<b>';

async function everyFormatHolds(): Promise<void> {
  for (const file of STATUSPAGE_FILES)
    for (const [at, lang] of [
      ['/public', 'ja'],
      ['/status', 'en'],
    ]) {
      const path = `${at}/api/v2/${file}.json?lang=${lang}`;
      const parsed = STATUSPAGE_SCHEMAS[file].safeParse(await json(path));
      expect(parsed.error?.issues ?? [], path).toEqual([]);
    }
}

describe('Statuspage v2', () => {
  test('a client written for statuspage.io reads every endpoint', async () => {
    server = await listen(t.http, 0);
    const client = new Statuspage('unused') as unknown as StatuspageClient;
    client.axios.defaults.baseURL = `http://127.0.0.1:${server.port}/public/api/v2`;
    const { status } = await client.status();
    expect(status.indicator).toBe('none');
    await say({ impacts: [{ component: 'btc-withdrawals', status: 'major_outage' }] });
    const { incidents } = await client.unresolvedIncidents();
    expect(incidents.map(({ name, impact }) => [name, impact])).toEqual([
      ['BTC withdrawals are late(日本語)', 'critical'],
    ]);
    expect(incidents[0]?.incident_updates[0]?.created_at).toBeInstanceOf(Date);
    const { components } = await client.components();
    expect(components.find(({ id }) => id === 'btc-withdrawals')?.status).toBe('major_outage');
    expect((await client.summary()).status.indicator).toBe('critical');
    expect((await client.allIncidents()).incidents).toHaveLength(1);
    expect((await client.activeScheduledMaintenances()).scheduled_maintenances).toEqual([]);
    expect((await client.upcomingScheduledMaintenances()).scheduled_maintenances).toEqual([]);
    expect((await client.allScheduledMaintenances()).scheduled_maintenances).toEqual([]);
  });

  const golden = fileURLToPath(new URL('golden/status-summary.json', import.meta.url));

  test('summary.json is the same at every moment of a recorded day, and every endpoint holds its schema', async () => {
    const moments: Record<string, unknown> = {};
    const look = async (moment: string): Promise<void> => {
      await everyFormatHolds();
      moments[moment] = await json('/public/api/v2/summary.json?lang=en');
    };
    const { run } = t.testApp;
    await look('before anything');
    const components = ['btc-withdrawals', 'api'].map((id, i) => ({
      id,
      name: both(id),
      group: both('Exchange'),
      position: i,
    }));
    expect(codeOf(await run('comms.SetComponents', { components }, WRITER))).toBe('done');
    const { thread = '' } = await say();
    later(5);
    await look('a first post');
    const { thread: second = '' } = await say({
      title: both('API errors'),
      impacts: [{ component: 'api', status: 'major_outage' }],
    });
    later(5);
    await look('two incidents at once');
    await say({ thread, status: 'monitoring', impacts: [] });
    await say({ thread: second, status: 'resolved', impacts: [] });
    const maintenance = { from: '2026-04-01T01:00:00Z', until: '2026-04-01T02:00:00Z' };
    await say({
      title: both('Work on the API'),
      maintenance,
      impacts: [{ component: 'api', status: 'under_maintenance' }],
    });
    later(5);
    await look('one over, one watched, work planned');
    later(60);
    await keep();
    await look('work in progress');
    later(90);
    await keep();
    await say({ thread, status: 'resolved', impacts: [] });
    await look('all over');
    const text = `${JSON.stringify(moments, null, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  test('can be read from any origin, is cached shortly and revalidated', async () => {
    await say();
    const first = await get('/public/api/v2/summary.json', { origin: 'https://elsewhere.example' });
    expect(first.headers.get('access-control-allow-origin')).toBe('*');
    expect(first.headers.get('cache-control')).toContain('max-age=10');
    const etag = first.headers.get('etag') ?? '';
    const again = await get('/public/api/v2/summary.json', { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect((await get('/public/api/v2/summary.json?lang=fr')).status).toBe(400);
    expect((await get('/public/api/v2/other.json')).status).toBe(404);
  });

  test('texts are inert: bodies are escaped HTML, names stay as they are', async () => {
    const parts = { ...CONTENT.parts, whatIsKnown: { en: HOSTILE, ja: HOSTILE } };
    await say({ title: { en: HOSTILE, ja: HOSTILE }, parts: parts as never });
    const { incidents } = await json('/public/api/v2/incidents.json?lang=en');
    const [incident] = incidents as { name: string; incident_updates: { body: string }[] }[];
    expect(incident?.name).toBe(HOSTILE);
    expect(incident?.incident_updates[0]?.body).not.toMatch(/<script|<b>|<\/p><s/);
    expect(incident?.incident_updates[0]?.body).toContain('&lt;script&gt;');
  });
});

describe('feeds', () => {
  beforeEach(async () => {
    await say();
    await say({
      title: { en: HOSTILE, ja: HOSTILE },
      parts: { ...CONTENT.parts, whatIsKnown: both(HOSTILE) } as never,
    });
    server = await listen(t.http, 0);
  });
  const at = (path: string): string => `http://127.0.0.1:${server?.port}${path}`;

  test.each(['rss', 'atom'])(
    'a reader of %s finds the notices, newest first, and nothing is markup',
    async (kind) => {
      const feed = await new Parser().parseURL(at(`/public/history.${kind}?lang=en`));
      expect(feed.items).toHaveLength(2);
      expect(feed.items[0]?.title).toContain('<script>alert(1)</script>');
      expect(feed.items[1]?.title).toBe('[Investigating] BTC withdrawals are late');
      const content = feed.items[0]?.content ?? '';
      expect(content).not.toMatch(/<script|<b>/);
      expect(content).toContain('&lt;script&gt;');
      const { id, guid } = feed.items[1] as { id?: string; guid?: string };
      expect(id ?? guid).toMatch(/^urn:sonae:test\.sonae\.invalid:\d+$/);
      expect(new URL(feed.items[1]?.link ?? '').pathname).toBe('/status/');
    },
  );

  test('Japanese is what is read when no language is asked for', async () => {
    const feed = await new Parser().parseURL(at('/status/history.rss'));
    expect(feed.items[1]?.title).toBe('[調査中] BTC withdrawals are late(日本語)');
    expect(feed.language).toBe('ja');
  });

  test('JSON Feed carries the same entries', async () => {
    const feed = (await (await fetch(at('/public/history.json?lang=en'))).json()) as {
      version: string;
      items: { title: string; content_html: string }[];
    };
    expect(feed.version).toMatch(/jsonfeed\.org\/version\/1/);
    expect(feed.items.map(({ title }) => title)[1]).toBe('[Investigating] BTC withdrawals are late');
    expect(feed.items[0]?.content_html).not.toContain('<script');
  });
});

describe('our own page model', () => {
  test('names the place of each notice in the log, whose bundle anybody can fetch', async () => {
    await say();
    const page = (await json('/public/status-page.json')) as unknown as {
      threads: { notices: { seq: number; content: unknown }[] }[];
    };
    const [notice] = page.threads[0]?.notices ?? [];
    const bundle = await json(`/log/disclosed/${notice?.seq}`);
    expect((bundle.fact as { body: { content: unknown } }).body.content).toEqual(notice?.content);
  });

  test('holds nothing of drafts, briefings, rumours or subscribers', async () => {
    const { run } = t.testApp;
    const secret = 'Secret words 8461';
    await run('comms.DraftNotice', { ...CONTENT, title: both(secret) }, WRITER);
    await run('comms.SendBriefing', { to: ['desk'], text: secret }, WRITER);
    await run('comms.NoteRumour', { claim: secret, seenIn: secret }, WRITER);
    for (const path of ['/public/status-page.json', '/public/history.rss', '/public/api/v2/incidents.json'])
      expect(await (await get(path)).text(), path).not.toContain(secret);
    const listed = await json('/log/disclosed');
    expect(JSON.stringify(listed)).not.toMatch(/Drafted|Briefing|Rumour|Subscription/);
  });
});
