/** The response end to end over its addresses: judging, stating, deciding, keeping, filing, showing, reviewing, learning. */
import { createHash } from 'node:crypto';
import type { Outcome } from '@sonae/core/app/handle.ts';
import type { ClocksPage, LearningPage, PlanPage, ResponsePage } from '@sonae/core/app/response/api.ts';
import { HOUR_MS, isoTime, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { assess, CRITERIA } from '@sonae/core/nouns/incidents/engine/severity.ts';
import { trendsOf } from '@sonae/core/nouns/incidents/engine/trends.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { extractText } from 'unpdf';
import { beforeEach, describe, expect, test } from 'vitest';
import { incidentOf, START_MS, SYSTEM } from './support/app.ts';
import { createTestNode, HOST, type TestNode } from './support/node.ts';

let t: TestNode;
let incident = '';

const run = (command: string, input: object = {}, by = 'test:operator'): Promise<Outcome> =>
  t.testApp.run(command, { incident, ...input } as JsonValue, { id: by, kind: 'operator' });
const plain = (command: string, input: object, by = 'test:operator'): Promise<Outcome> =>
  t.testApp.run(command, input as JsonValue, { id: by, kind: 'operator' });
async function done(outcome: Promise<Outcome>): Promise<Record<string, string>> {
  const answer = await outcome;
  if (answer.status === 'refused') throw new Error(`${answer.refused}: ${answer.message}`);
  return answer.result as Record<string, string>;
}
const refusal = async (outcome: Promise<Outcome>): Promise<string> => {
  const answer = await outcome;
  return answer.status === 'refused' ? answer.refused : 'done';
};
const page = async (): Promise<ResponsePage> =>
  (await (await t.call(`/api/incidents/${incident}/response`)).json()) as ResponsePage;

beforeEach(async () => {
  t = createTestNode();
  incident = '';
  incident = incidentOf(await plain('incidents.Declare', { title: 'Something broke' }));
});

describe('severity by criteria', () => {
  test('what nobody knows counts as the worst; only a full no is minor', () => {
    expect(assess({}, [])).toBe('critical');
    const allNo = Object.fromEntries(CRITERIA.map(({ id }) => [id, 'no' as const]));
    expect(assess(allNo, [])).toBe('minor');
    expect(assess({ ...allNo, 'service-stopped': 'yes' }, [])).toBe('major');
    expect(assess({ ...allNo, 'customers-affected': 'unknown' }, [])).toBe('minor');
    expect(assess({ ...allNo, keys: 'unknown' }, ['peg-break'])).toBe('minor');
    expect(assess({ ...allNo, keys: 'unknown' }, ['asset-outflow'])).toBe('critical');
  });

  test('the answers are on record and the severity follows; an unknown criterion is refused by name', async () => {
    expect(await done(run('incidents.Assess', { answers: { life: 'no' } }))).toMatchObject({
      severity: 'critical',
    });
    expect((await page()).incident.severity).toBe('critical');
    await expect(run('incidents.Assess', { answers: { weather: 'no' } })).rejects.toThrow(
      'criteria are: life',
    );
  });
});

describe('what is stated', () => {
  test('a later value replaces an earlier one and both stand, with time, confidence, source and fact', async () => {
    const first = { kind: 'text', text: 'unknown yet' };
    const amounts = { kind: 'amounts', amounts: [{ asset: 'BTC', quantity: '5966.1', valueJpy: null }] };
    await done(
      run('incidents.StateField', {
        field: 'loss.assets',
        value: first,
        confidence: 'unknown',
        source: 'desk',
      }),
    );
    await done(
      run('incidents.StateField', {
        field: 'loss.assets',
        value: amounts,
        confidence: 'confirmed',
        source: 'ledger',
      }),
    );
    const stated = (await page()).response.fields['loss.assets'] ?? [];
    expect(stated.map(({ confidence, source }) => [confidence, source])).toEqual([
      ['unknown', 'desk'],
      ['confirmed', 'ledger'],
    ]);
    expect(stated[1]?.fact).toBeGreaterThan(stated[0]?.fact ?? 0);
  });

  test.each([
    [{ field: 'Loss Assets', value: { kind: 'text', text: 'x' } }, 'field'],
    [
      {
        field: 'a.b',
        value: { kind: 'amounts', amounts: [{ asset: 'BTC', quantity: '1e9', valueJpy: null }] },
      },
      'value',
    ],
    [{ field: 'a.b', value: { kind: 'text', text: 'x'.repeat(10_001) } }, 'value'],
  ])('%j is refused', async (input, field) => {
    const more = { confidence: 'confirmed', source: 's' };
    await expect(run('incidents.StateField', { ...input, ...more })).rejects.toThrow(`field ${field}`);
  });

  test('a value as of the future is refused', async () => {
    const input = {
      field: 'cause',
      value: { kind: 'text', text: 'x' },
      confidence: 'confirmed',
      source: 's',
    };
    expect(await refusal(run('incidents.StateField', { ...input, asOf: '2099-01-01T00:00:00Z' }))).toBe(
      'in-future',
    );
  });
});

describe('roles, headquarters, decisions, evidence', () => {
  test('the first holder leads, deputies follow in order, and leaving needs a reason', async () => {
    for (const principal of ['a', 'b', 'c'])
      await done(run('incidents.AssignRole', { role: 'commander', principal }));
    expect(await refusal(run('incidents.AssignRole', { role: 'commander', principal: 'b' }))).toBe(
      'holds-already',
    );
    await done(run('incidents.ReleaseRole', { role: 'commander', principal: 'a', reason: 'asleep' }));
    expect((await page()).incident.roles.commander).toEqual(['b', 'c']);
    expect(
      await refusal(run('incidents.ReleaseRole', { role: 'commander', principal: 'a', reason: 'r' })),
    ).toBe('holds-not');
  });

  test('the headquarters stands once and is dissolved', async () => {
    const input = { head: 'director', place: 'room 3', reason: 'the worst case is large' };
    await done(run('incidents.OpenHeadquarters', input));
    expect(await refusal(run('incidents.OpenHeadquarters', input))).toBe('stands-already');
    expect((await page()).response.headquarters?.head).toBe('director');
    await done(run('incidents.CloseHeadquarters', { reason: 'over' }));
    expect(await refusal(run('incidents.CloseHeadquarters', { reason: 'again' }))).toBe('no-headquarters');
  });

  test('a decision names its options, and a later one replaces it without erasing it', async () => {
    const input = { question: 'Stop?', options: ['stop', 'go on'], reason: 'r', authority: 'plan' };
    await expect(run('incidents.Decide', { ...input, chosen: 'wait' })).rejects.toThrow(
      'choose one of the options',
    );
    const { decision } = await done(run('incidents.Decide', { ...input, chosen: 'stop' }));
    await done(run('incidents.Decide', { ...input, chosen: 'go on', replaces: decision }));
    expect(await refusal(run('incidents.Decide', { ...input, chosen: 'stop', replaces: 'none' }))).toBe(
      'no-decision',
    );
    const { decisions } = (await page()).response;
    expect(decisions.map(({ chosen, replacedBy }) => [chosen, replacedBy !== null])).toEqual([
      ['stop', true],
      ['go on', false],
    ]);
  });

  test('evidence has a chain of custody from its collector on', async () => {
    const what = {
      title: 'memory',
      sha256: 'a'.repeat(64),
      bytes: 9,
      volatility: 1,
      source: 'host',
      kept: 'safe',
    };
    const { evidence } = await done(run('incidents.CollectEvidence', what, 'tech'));
    await done(run('incidents.HandEvidence', { evidence, to: 'police', purpose: 'investigation' }));
    expect(await refusal(run('incidents.HandEvidence', { evidence: 'x', to: 'y', purpose: 'z' }))).toBe(
      'no-evidence',
    );
    const [item] = (await page()).response.evidence;
    expect(item?.custody.map(({ who }) => who)).toEqual(['tech', 'police']);
  });

  test('a correction appends', async () => {
    await done(run('incidents.Note', { text: 'the disk was full' }));
    const seq = (await page()).incident.timeline.at(-1)?.seq ?? -1;
    await done(run('incidents.Correct', { corrects: seq, text: 'it was the quota' }));
    const texts = (await page()).incident.timeline.map(({ text }) =>
      typeof text === 'string' ? text : text.en,
    );
    expect(texts).toContain('the disk was full');
    expect(texts).toContain(`Correction of entry ${seq}: it was the quota`);
    expect(await refusal(run('incidents.Correct', { corrects: 999_999, text: 'x' }))).toBe('no-entry');
  });
});

describe('books and tasks', () => {
  test('life safety comes first, the class adds its book, phases open the next ones', async () => {
    let tasks = (await page()).tasks.tasks;
    expect(tasks[0]?.task).toBe('initial/life-safety');
    await done(run('incidents.SetKinds', { kinds: ['asset-outflow'], reason: 'coins left' }));
    await done(run('incidents.Advance', { to: 'contained' }));
    await done(run('incidents.Advance', { to: 'recovering' }));
    tasks = (await page()).tasks.tasks;
    for (const id of ['initial/stop-out', 'interim/count', 'recovery/reopen'])
      expect(
        tasks.map(({ task }) => task),
        id,
      ).toContain(id);
    expect(new Set(tasks.map(({ task }) => task)).size, 'no task twice').toBe(tasks.length);
    expect(tasks.find(({ task }) => task === 'initial/stop-out')?.power).toBe('exchange');
  });

  test('tasks are taken, done, skipped only with a reason, added, and miss their time box once', async () => {
    await done(run('plans.TakeTask', { task: 'initial/roles' }, 'deputy'));
    await done(run('plans.FinishTask', { task: 'initial/roles' }));
    expect(await refusal(run('plans.FinishTask', { task: 'initial/roles' }))).toBe('no-task');
    expect(await refusal(run('plans.FinishTask', { task: 'initial/severity', outcome: 'skipped' }))).toBe(
      'no-reason',
    );
    const { task } = await done(
      run('plans.AddTask', { role: 'legal', title: 'Call the bank', withinMinutes: 5 }),
    );
    t.testApp.clock.moveTo(START_MS + 6 * MINUTE_MS);
    for (let i = 0; i < 2; i += 1) await t.testApp.run('plans.KeepTasks', {}, SYSTEM);
    const missed = (await page()).tasks.tasks.filter((one) => one.missed).map((one) => one.task);
    expect(missed).toContain(task);
    const facts = await t.node.app.ports.store.facts({ limit: 500 });
    expect(facts.filter(({ type }) => type === 'plans.TaskMissed@1')).toHaveLength(missed.length);
  });

  test('the board approves exactly these books; a revision needs approval again; people say they read it', async () => {
    const plan = async (): Promise<PlanPage> => (await (await t.call('/api/plan')).json()) as PlanPage;
    const approval = { body: '取締役会', approvedAt: isoTime(START_MS), minutes: 'm', basis: 'FISC' };
    await done(plain('plans.ApprovePlan', approval));
    const before = await plan();
    expect(before.approved).toBe(true);
    await plain('plans.Acknowledge', { digest: before.digest }, 'somebody');
    const book = {
      kind: 'system-fault',
      stage: 'initial',
      tasks: [{ id: 'x', role: 'technical', title: { en: 'e', ja: 'j' }, withinMinutes: 5, power: null }],
    };
    await done(plain('plans.ReviseBook', { book, reason: 'learned' }));
    expect(await refusal(plain('plans.ReviseBook', { book, reason: 'again' }))).toBe('no-change');
    const after = await plan();
    expect(after.approved).toBe(false);
    expect(after.digest).not.toBe(before.digest);
    expect(await refusal(plain('plans.Acknowledge', { digest: before.digest }))).toBe('other-plan');
    expect(after.coverage).toHaveLength(11);
    expect(
      after.coverage.every(({ books }) => books.length === 3 && books.every(({ tasks }) => tasks > 0)),
    ).toBe(true);
  });

  test('the plan prints for when there is no power', async () => {
    const agency = {
      agency: 'jvcea',
      name: { en: 'JVCEA', ja: '協会' },
      method: '電話',
      alternative: '伝令',
      liaison: ['a'],
    };
    await done(plain('plans.ListAgency', agency));
    const answer = await t.call('/api/plan/paper?lang=ja');
    const text = (await extractText(new Uint8Array(await answer.arrayBuffer()), { mergePages: true })).text;
    expect(text.replace(/\s+/g, '')).toContain('伝令');
    expect(text.replace(/\s+/g, '')).toContain('人命・身体の安全を確認する');
  });
});

describe('filings and windows', () => {
  async function prepared(): Promise<string> {
    const { filing } = await done(plain('reports.Prepare', { subject: incident, group: 'jvcea-first-set' }));
    return filing ?? '';
  }

  test('a filing is prepared with what is missing, printed four ways, and recorded', async () => {
    const filing = await prepared();
    const found = (await page()).filings.prepared.find((one) => one.filing === filing);
    expect(found?.missing).toContain('plan');
    for (const kind of ['pdf', 'docx', 'xlsx', 'json']) {
      const answer = await t.call(`/api/filings/${incident}/${filing}?as=${kind}`);
      expect([answer.status, (await answer.arrayBuffer()).byteLength > 500], kind).toEqual([200, true]);
    }
    expect((await t.call(`/api/filings/${incident}/${filing}?as=exe`)).status).toBe(400);
    expect((await t.call(`/api/filings/${incident}/none`)).status).toBe(404);
    const record = {
      subject: incident,
      filing,
      duties: ['jvcea-7-4-first-set'],
      method: 'm',
      reference: 'r',
    };
    expect(await refusal(plain('reports.RecordFiling', { ...record, duties: ['nothing'] }))).toBe('no-duty');
    expect(await refusal(plain('reports.RecordFiling', { ...record, filing: 'none' }))).toBe('no-filing');
    await done(plain('reports.RecordFiling', record));
    const clocks = (await (await t.call('/api/clocks')).json()) as ClocksPage;
    expect(clocks.clocks.map(({ instance }) => instance)).not.toContain('jvcea-7-4-first-set');
  });

  test('only forms of the regimes that the firm stands under are offered', async () => {
    const groups = async (): Promise<string[]> => (await page()).forms.map(({ group }) => group);
    expect(await groups()).toContain('jvcea-first-set');
    expect(await groups()).not.toContain('dora');
    const firm = { en: 'e', ja: 'j' };
    await done(plain('reports.SetProfile', { firm, regimes: ['eu-dora'] }));
    expect(await groups()).toEqual(['dora']);
  });

  test('a supervisor reads what the firm chose, each reading is a fact, and nothing after the end', async () => {
    await done(run('incidents.Note', { text: '<script>alert(1)</script>' }));
    const secret = 's'.repeat(43);
    const digest = createHash('sha256').update(secret).digest('hex');
    const until = isoTime(START_MS + HOUR_MS);
    const shows = ['timeline', 'duties'];
    await done(
      plain('reports.OpenWindow', { supervisor: '財務局', subject: incident, shows, until, digest }),
    );
    const read = (path: string): Promise<Response> =>
      Promise.resolve(t.http.request(`http://${HOST}/window/${path}`, { headers: { host: HOST } }));
    const html = await (await read(secret)).text();
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script>');
    const data = (await (await read(`${secret}/data.json`)).json()) as Record<string, unknown>;
    expect(Object.keys(data).sort()).toEqual(['duties', 'incident', 'supervisor', 'timeline', 'until']);
    const filing = await prepared();
    expect((await read(`${secret}/filings/${filing}`)).status, 'filings are not shown here').toBe(404);
    expect((await read('x'.repeat(43))).status).toBe(404);
    expect((await page()).windows[0]?.reads).toBe(3);
    t.testApp.clock.moveTo(START_MS + 2 * HOUR_MS);
    expect((await read(secret)).status).toBe(404);
    const far = isoTime(START_MS + 100 * 24 * HOUR_MS);
    const long = { supervisor: 's', subject: incident, shows, until: far, digest };
    expect(await refusal(plain('reports.OpenWindow', long))).toBe('bad-until');
  });

  test('a closed window shows nothing', async () => {
    const secret = 'w'.repeat(43);
    const digest = createHash('sha256').update(secret).digest('hex');
    const until = isoTime(START_MS + HOUR_MS);
    const opened = { supervisor: 's', subject: incident, shows: ['duties'], until, digest };
    const { window } = await done(plain('reports.OpenWindow', opened));
    await done(plain('reports.CloseWindow', { window, reason: 'done' }));
    const answer = await t.http.request(`http://${HOST}/window/${secret}`, { headers: { host: HOST } });
    expect(answer.status).toBe(404);
    expect(await refusal(plain('reports.CloseWindow', { window, reason: 'again' }))).toBe('no-window');
  });
});

describe('review and learning', () => {
  const words = { en: 'e', ja: 'j' };
  const report = {
    title: 'Report',
    timeline: [{ at: isoTime(START_MS), text: words }],
    impact: words,
    actions: words,
    causes: words,
    lessons: words,
    plan: words,
  };

  test('from close to a published report: opens by itself, needs a cause, and two people', async () => {
    expect(await refusal(run('incidents.RecordCause', { class: 'human', fire: 'hazards', text: 'x' }))).toBe(
      'wrong-phase',
    );
    await done(run('incidents.Advance', { to: 'closed' }));
    expect((await page()).review.openedAt).not.toBeNull();
    expect(await refusal(run('incidents.CompleteReview', { summary: 's' }))).toBe('no-cause');
    await done(run('incidents.RecordCause', { class: 'human', fire: 'human-causal-factors', text: 'x' }));
    expect(await refusal(run('incidents.PublishReport', report))).toBe('wrong-phase');
    await done(run('incidents.CompleteReview', { summary: 's' }, 'reviewer'));
    expect(await refusal(run('incidents.PublishReport', report, 'reviewer'))).toBe('one-person');
    await done(run('incidents.PublishReport', report, 'publisher'));
    const { report: seq } = (await page()).review;
    const answer = await t.http.request(`http://${HOST}/log/disclosed/${seq}`, { headers: { host: HOST } });
    expect(answer.status, 'anybody may read and verify it').toBe(200);
  });

  test('an improvement of rules is done only with a link, and the review shows whether that changed', async () => {
    await done(run('incidents.Advance', { to: 'closed' }));
    const input = { title: 't', text: 'x', changes: 'plan', owner: 'a', dueAt: isoTime(START_MS + HOUR_MS) };
    const { improvement } = await done(run('incidents.ProposeImprovement', input));
    const end = { improvement, outcome: 'done', reason: 'r' };
    expect(await refusal(run('incidents.EndImprovement', end))).toBe('nothing-changed');
    await done(run('incidents.LinkImprovement', { improvement, reference: 'plan 1' }));
    expect((await page()).review.improvements[0]?.checks[0]?.found).toBe('not-yet');
    const approval = { body: 'b', approvedAt: isoTime(START_MS), minutes: 'm', basis: 'FISC' };
    await done(plain('plans.ApprovePlan', approval));
    expect((await page()).review.improvements[0]?.checks[0]?.found).toBe('changed');
    t.testApp.clock.moveTo(START_MS + 2 * HOUR_MS);
    await t.testApp.run('incidents.KeepImprovements', {}, SYSTEM);
    const learning = (await (await t.call('/api/learning')).json()) as LearningPage;
    expect(learning.improvements[0]).toMatchObject({ missed: true, outcome: 'open' });
    expect(learning.trends).toMatchObject({ total: 1, declared: 1, falseAlarms: 0 });
  });

  test('trends: medians over what is known, and spans that end before they begin are shown, not averaged', () => {
    const base = {
      phase: 'closed',
      severity: 'major',
      kinds: ['system-fault' as const],
      endedAt: null,
      causes: ['human'],
    };
    const one = (id: string, declared: string, contained: string | null) => ({
      ...base,
      id,
      openedAt: declared,
      happenedAt: '2026-01-01T00:00:00Z',
      declaredAt: declared,
      containedAt: contained,
      recoveredAt: null,
    });
    const trends = trendsOf([
      one('a', '2026-01-01T01:00:00Z', '2026-01-01T02:00:00Z'),
      one('b', '2026-01-01T02:00:00Z', '2026-01-01T06:00:00Z'),
      one('c', '2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z'),
    ]);
    expect(trends.toContain).toEqual({
      count: 2,
      medianMs: 2.5 * HOUR_MS,
      worstMs: 4 * HOUR_MS,
      invalid: ['c'],
    });
    expect(trends.byMonth.map(({ month, declared }) => [month, declared])).toEqual([
      ['2026-01', 2],
      ['2026-02', 1],
    ]);
    expect(trends.toRecover).toEqual({ count: 0, medianMs: null, worstMs: null, invalid: [] });
  });

  test('FIRE: phase by how far it is, nothing invented', async () => {
    const fire = async (): Promise<Record<string, Record<string, unknown>>> =>
      (await (await t.call(`/api/incidents/${incident}/fire`)).json()) as Record<
        string,
        Record<string, unknown>
      >;
    expect((await fire()).incident).toMatchObject({ phase: 'Initial', title: 'Something broke' });
    expect(Object.keys((await fire()).impact ?? {})).not.toContain('financialLoss');
    await done(run('incidents.Advance', { to: 'contained' }));
    expect((await fire()).incident?.phase).toBe('Intermediate');
  });
});
