/**
 * From alarm to published review: the shipped scenarios through the real pipeline. Clocks and the status page at each moment,
 * and every filing as its reader gets it, are golden files; whoever changes them says so with UPDATE_GOLDEN=1.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@sonae/core/app/response/api.ts';
import { isoTime, parseTime } from '@sonae/core/kernel/time.ts';
import type { IncidentList } from '@sonae/core/nouns/incidents/views/list.ts';
import type { Filings } from '@sonae/core/nouns/reports/views/filings.ts';
import { pino } from 'pino';
import { beforeAll, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { readConfig } from '../packages/server/src/config.ts';
import { createHttp } from '../packages/server/src/http/server.ts';
import { createSessions } from '../packages/server/src/http/session.ts';
import { createNode, type Node } from '../packages/server/src/node.ts';
import { fireOf, readFiling } from '../packages/server/src/response/filing-file.ts';
import { responsePage } from '../packages/server/src/response/read-response.ts';
import type { RefusedAct } from '../packages/server/src/scenario-acts.ts';
import type { TestApp } from './support/app.ts';
import { playScenario } from './support/scenario.ts';

const UPDATE = process.env.UPDATE_GOLDEN === '1';
const HOST = '127.0.0.1:8790';

/** Ids and numbers in the log change with every fact that is added anywhere: what is compared is everything else. */
function steady(text: string): string {
  const ids = new Map<string, string>();
  const named = text.replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, (id) => {
    const known = ids.get(id) ?? `ID-${ids.size + 1}`;
    ids.set(id, known);
    return known;
  });
  return named.replace(/第\d+号\(/g, '第N号(').replace(/disclosed\/\d+/g, 'disclosed/N');
}

function matchesFile(scenario: string, name: string, found: string): void {
  const text = steady(found);
  const dir = fileURLToPath(new URL(`golden/response/${scenario}/`, import.meta.url));
  if (UPDATE) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(`${dir}${name}`, text);
  }
  expect(text).toBe(readFileSync(`${dir}${name}`, 'utf8'));
}

/** Moments at which clocks and page are taken: soon after what matters, and at the end. */
const MOMENTS: Readonly<Record<string, readonly string[]>> = {
  'outflow-2026': [
    '2026-10-05T01:15:00Z',
    '2026-10-05T01:40:00Z',
    '2026-10-05T07:30:00Z',
    '2026-10-06T01:20:00Z',
    '2026-10-06T17:20:00Z',
    '2026-10-14T05:10:00Z',
    '2026-10-21T08:20:00Z',
    '2026-11-01T23:50:00Z',
  ],
  'usdc-2023': [
    '2023-03-10T23:00:00Z',
    '2023-03-11T00:48:00Z',
    '2023-03-11T04:30:00Z',
    '2023-03-11T14:31:00Z',
    '2023-03-13T18:00:00Z',
    '2023-03-14T05:00:00Z',
  ],
};

type Played = {
  readonly node: Node;
  readonly refused: readonly RefusedAct[];
  readonly incident: string;
  readonly clocks: string;
  readonly status: string;
};

const nodeOf = (t: TestApp): Node => createNode(t.app, readConfig(undefined), 'test', []);

async function incidentOf(t: TestApp): Promise<string> {
  const text = await t.app.ports.store.view('incidents.list', 'all');
  return text === undefined ? '' : ((JSON.parse(text) as IncidentList).incidents[0]?.id ?? '');
}

const clockLine = ({
  instance,
  now,
  startAt,
  dueAt,
  targetAt,
  satisfiedAt,
  late,
  ground,
  event,
}: Clock): string =>
  [
    instance,
    now,
    `event ${event}`,
    `from ${startAt}`,
    `due ${dueAt ?? '-'}`,
    `target ${targetAt}`,
    satisfiedAt === null ? '' : `met ${satisfiedAt}${late ? ' LATE' : ''}`,
    ground ?? '',
  ]
    .filter((part) => part !== '')
    .join(' | ');

async function play(scenario: string): Promise<Played> {
  const moments = [...(MOMENTS[scenario] ?? [])];
  const clocks: string[] = [];
  const status: unknown[] = [];
  let http: ReturnType<typeof createHttp> | null = null;
  const take = async (at: number, t: TestApp): Promise<void> => {
    const next = moments[0];
    if (next === undefined || at < parseTime(next)) return;
    moments.shift();
    const node = nodeOf(t);
    http ??= createHttp(node, createSessions(), pino({ level: 'silent' }));
    const page = await responsePage(node, await incidentOf(t));
    const head = `## ${isoTime(at)} ${page?.incident.phase ?? 'nothing yet'} ${page?.incident.severity ?? ''}`;
    clocks.push([head.trim(), ...(page?.clocks ?? []).map(clockLine)].join('\n'));
    const answer = await http.request(`http://${HOST}/public/api/v2/summary.json`, {
      headers: { host: HOST },
    });
    status.push({ at: isoTime(at), summary: await answer.json() });
  };
  const { t, refused } = await playScenario(scenario, createMemoryStore(), take);
  expect(moments, 'every moment was reached').toEqual([]);
  return {
    node: nodeOf(t),
    refused,
    incident: await incidentOf(t),
    clocks: `${clocks.join('\n\n')}\n`,
    status: `${JSON.stringify(status, null, 1)}\n`,
  };
}

describe.each(Object.keys(MOMENTS))('%s', (scenario) => {
  let played: Played;
  beforeAll(async () => {
    played = await play(scenario);
  }, 120_000);

  test('everybody may do what the scenario says they do', () => expect(played.refused).toEqual([]));

  test('it ends reviewed, with the report public', async () => {
    const page = await responsePage(played.node, played.incident);
    expect(page?.incident.phase).toBe('reviewed');
    expect(page?.review.report).not.toBeNull();
    const seq = page?.review.report ?? 0;
    const [row] = await played.node.app.ports.store.facts({ from: seq, before: seq + 1, limit: 1 });
    expect(row?.disclosed).toBe(true);
    expect(
      page?.clocks.filter(({ now }) => ['running', 'warning', 'critical', 'missed'].includes(now)),
    ).toEqual([]);
  });

  test('the clocks at each moment', () => matchesFile(scenario, 'clocks.txt', played.clocks));

  test('the status page at each moment', () => matchesFile(scenario, 'status.json', played.status));

  test('the reports, field by field', async () => {
    const text = await played.node.app.ports.store.view('reports.filings', played.incident);
    const { prepared } = JSON.parse(text ?? '{}') as Filings;
    expect(prepared.length).toBeGreaterThan(1);
    const documents = [];
    for (const { filing, form, round } of prepared)
      documents.push({ form, round, document: await readFiling(played.node, played.incident, filing) });
    matchesFile(scenario, 'reports.json', `${JSON.stringify(documents, null, 1)}\n`);
  });

  test('the FIRE superset', async () => {
    const report = await fireOf(played.node, played.incident);
    matchesFile(scenario, 'fire.json', `${JSON.stringify(report, null, 1)}\n`);
  });
});

describe('what the golden files say', () => {
  const read = (scenario: string, name: string): string =>
    readFileSync(fileURLToPath(new URL(`golden/response/${scenario}/${name}`, import.meta.url)), 'utf8');

  test('amounts are unknown, then estimated, then confirmed, and each report shows what changed', () => {
    type Row = { label: string; text: string; note: string; changed: boolean };
    type Doc = { form: string; round: number; document: { sections: { rows: Row[] }[] } };
    const documents = (JSON.parse(read('outflow-2026', 'reports.json')) as Doc[]).filter(
      ({ form }) => form === 'common-other-cyber',
    );
    const losses = documents.map(({ round, document }) => {
      const row = document.sections
        .flatMap(({ rows }) => rows)
        .find(({ label }) => label === '流出・消失した暗号資産');
      return [round, row?.text.slice(0, 12), row?.note.split(' ')[0], row?.changed];
    });
    expect(losses).toEqual([
      [1, 'BTC、MONA、BCH', '不明(調査中)', false],
      [2, '5966 BTC (JP', '概算', true],
      [3, '5966.1 BTC (', '確定', true],
      [4, '5966.1 BTC (', '確定', false],
      [5, '5966.1 BTC (', '確定', false],
    ]);
  });

  test('a clock that is missed was loud before', () => {
    const clocks = read('outflow-2026', 'clocks.txt');
    const states = [...clocks.matchAll(/^jvcea-7-4-first-set \| (\w+) /gm)].map((match) => match[1]);
    expect(states.slice(0, 4)).toEqual(['running', 'running', 'missed', 'satisfied']);
    expect(clocks).toContain('jvcea-7-4-first-set | satisfied | event aware | from 2026-10-05T01:12:00Z');
    expect(clocks).toMatch(/jvcea-7-4-first-set .* LATE/);
  });
});
