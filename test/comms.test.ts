/** Communications through the log: who may say what to whom, what follows by itself, and what never becomes public. */
import { registry } from '@sonae/core/app/modules.ts';
import type { Board } from '@sonae/core/nouns/comms/views/board.ts';
import { barsOf, type History, uptimeOf } from '@sonae/core/nouns/comms/views/history.ts';
import type { DraftList } from '@sonae/core/nouns/comms/views/notice.ts';
import type { Templates } from '@sonae/core/nouns/comms/views/templates.ts';
import type { Thread, ThreadIndex } from '@sonae/core/nouns/comms/views/threads.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { incidentOf, SYSTEM, type TestApp } from './support/app.ts';
import {
  adopt,
  both,
  COMPLIANCE,
  CONTENT,
  codeOf,
  createCommsApp,
  LEGAL,
  minutes,
  publish,
  readView,
  resultOf,
  TECHNOLOGY,
  WRITER,
} from './support/comms.ts';

let t: TestApp;
beforeEach(async () => {
  t = await createCommsApp();
});

const run = async (command: string, input: JsonValue, actor = WRITER): Promise<string> =>
  codeOf(await t.run(`comms.${command}`, input, actor));
const draft = async (change: Record<string, JsonValue> = {}, actor = WRITER): Promise<string> =>
  resultOf(await t.run('comms.DraftNotice', { ...CONTENT, ...change }, actor)).notice ?? '';
const approve = (notice: string, as: string, actor = LEGAL, revision = 1): Promise<string> =>
  run('ApproveNotice', { notice, revision, as }, actor);
const statusOf = async (id: string): Promise<string | undefined> =>
  (await readView<Board>(t, 'comms.board')).standings[id]?.status;
const factsOf = async (name: string): Promise<{ body: Record<string, unknown>; disclosed: boolean }[]> => {
  const rows = await t.app.ports.store.facts({ limit: 500 });
  return rows
    .filter(({ type }) => type.startsWith(`comms.${name}@`))
    .map(({ text, disclosed }) => ({ body: JSON.parse(text).body, disclosed }));
};

describe('a notice', () => {
  test('goes out with two functions of two people, none of them its author', async () => {
    const notice = await draft();
    const out = (revision = 1) => run('PublishNotice', { notice, revision });
    expect(await out()).toBe('not-approved');
    expect(await approve(notice, 'legal', WRITER)).toBe('own-text');
    expect(await approve(notice, 'compliance', LEGAL)).toBe('no-function');
    expect(await approve(notice, 'legal')).toBe('done');
    expect(await approve(notice, 'legal')).toBe('already-approved');
    expect(await out()).toBe('not-approved');
    expect(await approve(notice, 'technology', TECHNOLOGY)).toBe('done');
    expect(await out(2)).toBe('stale-revision');
    expect(await out()).toBe('done');
    expect(await out()).toBe('wrong-state');
    const [published] = await factsOf('NoticePublished');
    expect(published).toMatchObject({
      disclosed: true,
      body: { audience: 'public', approvedBy: ['legal', 'technology'] },
    });
    expect(await statusOf('btc-withdrawals')).toBe('partial_outage');
    expect((await readView<DraftList>(t, 'comms.drafts')).drafts).toEqual([]);
  });

  test('begins again when a word changes or somebody rejects it, and whoever changed it can not approve', async () => {
    const notice = await draft();
    await approve(notice, 'legal');
    await approve(notice, 'compliance', COMPLIANCE);
    const changed = { notice, revision: 1, ...CONTENT, title: both('Another title') };
    expect(await run('ReviseNotice', changed, TECHNOLOGY)).toBe('done');
    expect(await run('PublishNotice', { notice, revision: 2 })).toBe('not-approved');
    expect(await approve(notice, 'technology', TECHNOLOGY, 2)).toBe('own-text');
    expect(await approve(notice, 'legal', LEGAL, 1)).toBe('stale-revision');
    expect(await approve(notice, 'legal', LEGAL, 2)).toBe('done');
    expect(await run('RejectNotice', { notice, revision: 2, reason: 'too vague' }, COMPLIANCE)).toBe('done');
    expect(await approve(notice, 'compliance', COMPLIANCE, 2)).toBe('wrong-state');
    expect(await run('PublishNotice', { notice, revision: 2 })).toBe('not-approved');
    expect(await run('ReviseNotice', { ...changed, revision: 2 })).toBe('done');
  });

  test.each<[string, Record<string, JsonValue>, string]>([
    ['no next update', { nextUpdateMinutes: undefined as never }, 'no-next-update'],
    ['a next update in the past', { nextUpdateAt: '2026-03-01T00:00:00Z' }, 'bad-time'],
    [
      'a component that is not there',
      { impacts: [{ component: 'no', status: 'operational' }] },
      'no-component',
    ],
    ['no title', { title: undefined as never }, 'no-text'],
    ['an incident that is not there', { incident: 'no' }, 'no-incident'],
    ['a thread that is not there', { thread: 'no' }, 'no-thread'],
    ['a correction of nothing', { corrects: 'no' }, 'no-notice'],
    ['an answer to nothing', { answers: 'no' }, 'no-rumour'],
    [
      'a maintenance that is turned round',
      { maintenance: { from: '2026-05-02T00:00:00Z', until: '2026-05-01T00:00:00Z' } },
      'bad-time',
    ],
  ])('with %s is refused', async (_, change, code) => {
    const { nextUpdateMinutes, ...rest } = CONTENT;
    const minutesGiven =
      'nextUpdateMinutes' in change || 'nextUpdateAt' in change ? {} : { nextUpdateMinutes };
    const input = { ...rest, ...minutesGiven, ...change };
    const kept = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    expect(await run('DraftNotice', kept as JsonValue)).toBe(code);
  });

  test('that is final promises nothing more and frees what only it weighed on', async () => {
    const first = await publish(t);
    const second = await publish(t, {
      title: both('Node trouble'),
      impacts: [{ component: 'btc-withdrawals', status: 'major_outage' }],
    });
    expect(first.thread).not.toBe(second.thread);
    expect(await statusOf('btc-withdrawals')).toBe('major_outage');
    const over = { status: 'resolved', impacts: [], nextUpdateMinutes: 30 };
    await publish(t, { ...over, thread: second.thread ?? '' });
    expect(await statusOf('btc-withdrawals'), 'the other incident still weighs').toBe('partial_outage');
    await publish(t, { ...over, thread: first.thread ?? '' });
    expect(await statusOf('btc-withdrawals')).toBe('operational');
    const { threads } = await readView<ThreadIndex>(t, 'comms.threads');
    expect(threads.map(({ status }) => status)).toEqual(['resolved', 'resolved']);
  });

  test('that corrects another stands in its thread and cites it; the old one stays', async () => {
    const { notice = '', thread = '' } = await publish(t);
    await publish(t, { corrects: notice, title: both('Correction') });
    const { notices } = await readView<Thread>(t, 'comms.thread', thread);
    expect(notices.map(({ content }) => content.corrects)).toEqual([null, notice]);
  });

  test('of an incident stands in the thread of that incident', async () => {
    const incident = incidentOf(await t.run('incidents.Declare', { title: 'x' }));
    const { thread } = await publish(t, { incident });
    expect(thread).toBe(incident);
    expect(await run('DraftNotice', { ...CONTENT, incident, thread: 'other' })).toBe('no-thread');
  });

  test.each(['a\u202eb', 'a\u0007b', 'line\nbreak'])('a title like %j is turned away', async (title) => {
    await expect(t.run('comms.DraftNotice', { ...CONTENT, title: { en: title, ja: title } })).rejects.toThrow(
      /title\.en/,
    );
  });
});

describe('what is internal', () => {
  test('is never disclosed, and is no notice', async () => {
    expect(await run('SendBriefing', { to: ['call-centre'], text: 'Do not speculate.' })).toBe('done');
    expect(await run('SendBriefing', { to: ['call-centre'], text: 'x', incident: 'no' })).toBe('no-incident');
    const [briefing] = await factsOf('BriefingIssued');
    expect(briefing?.disclosed).toBe(false);
    expect(await factsOf('NoticePublished')).toEqual([]);
  });

  test('only these facts of communications are public', () => {
    const disclosed = [...registry.facts.values()].filter(
      (def) => def.name.startsWith('comms.') && def.disclosed,
    );
    expect(disclosed.map(({ name }) => name).sort(), 'say here why a fact is everybody’s business').toEqual([
      'comms.ChannelsAnnounced',
      'comms.ComponentStatusChanged',
      'comms.ComponentsListed',
      'comms.DeskClosed',
      'comms.DeskOpened',
      'comms.MaintenanceAdvanced',
      'comms.NoticePublished',
    ]);
  });
});

describe('templates', () => {
  const first = {
    template: 'first-post',
    variables: { service: 'btc-withdrawals', since: '2026-03-31T23:50:00Z' },
  };

  test('shipped ones must be adopted by two people of two functions before one may publish', async () => {
    expect(await run('PublishFirst', first)).toBe('not-pre-approved');
    const adoptAs = (as: string, actor = LEGAL) =>
      run('AdoptTemplate', { template: 'first-post', revision: 1, as }, actor);
    expect(await adoptAs('legal')).toBe('done');
    expect(await run('PublishFirst', first)).toBe('not-pre-approved');
    expect(await adoptAs('legal')).toBe('already-approved');
    expect(await adoptAs('compliance')).toBe('already-approved');
    expect(await adoptAs('legal', COMPLIANCE)).toBe('no-function');
    expect(await adoptAs('compliance', COMPLIANCE)).toBe('done');
    expect(await run('PublishFirst', { ...first, impacts: CONTENT.impacts })).toBe('done');
    const [published] = await factsOf('NoticePublished');
    expect(published?.body).toMatchObject({
      approvedBy: ['legal', 'compliance'],
      content: {
        title: { ja: 'BTC 出庫(Bitcoin): 障害の調査を開始しました' },
        nextUpdateAt: '2026-04-01T00:20:00Z',
      },
      template: { template: 'first-post', revision: 1 },
    });
    expect(await statusOf('btc-withdrawals')).toBe('partial_outage');
  });

  test('free words need two people, a new revision new approvals, and anybody may take one back', async () => {
    await adopt(t, 'update');
    const update = { template: 'update', variables: { service: 'api', news: 'x' } };
    expect(await run('PublishFirst', update)).toBe('free-words');
    expect(await run('DraftNotice', { template: update })).toBe('done');
    await adopt(t, 'first-post');
    const { templates } = await readView<Templates>(t, 'comms.templates');
    const template = templates['first-post']?.template as unknown as Record<string, JsonValue>;
    expect(await run('ProposeTemplate', { template }, LEGAL)).toBe('done');
    expect(await run('PublishFirst', first)).toBe('not-pre-approved');
    const adoptTwo = { template: 'first-post', revision: 2, as: 'legal' };
    expect(await run('AdoptTemplate', adoptTwo, LEGAL)).toBe('own-text');
    expect(await run('AdoptTemplate', { ...adoptTwo, revision: 1 }, LEGAL)).toBe('stale-revision');
    expect(await run('RetireTemplate', { template: 'update', reason: 'unclear' })).toBe('done');
    expect(await run('RetireTemplate', { template: 'update', reason: 'unclear' })).toBe('not-adopted');
    expect(await run('RetireTemplate', { template: 'none', reason: 'x' })).toBe('no-template');
    const bad = { ...template, parts: { ...(template.parts as object), whatIsKnown: both('{nobody}') } };
    expect(await run('ProposeTemplate', { template: bad as JsonValue })).toBe('bad-template');
  });

  test('every shipped one fills and reads well in both languages', async () => {
    const samples: Record<string, string> = {
      component: 'api',
      asset: 'USDC',
      time: '2026-03-31T23:50:00Z',
      number: '4.2',
      words: 'Something.',
      choice: 'checking',
    };
    await run('RetireTemplate', { template: 'first-post', reason: 'x' });
    await adopt(t, 'first-post');
    const { templates } = await readView<Templates>(t, 'comms.templates');
    expect(Object.keys(templates).length).toBe(9);
    for (const { template } of Object.values(templates)) {
      const variables = Object.fromEntries(
        template.variables.map(({ name, kind }) => [name, samples[kind] ?? '']),
      );
      const maintenance: Record<string, JsonValue> =
        template.id === 'maintenance'
          ? { maintenance: { from: '2026-04-02T00:00:00Z', until: '2026-04-02T01:00:00Z' } }
          : {};
      const notice = await draft({ template: { template: template.id, variables }, ...maintenance });
      expect(notice, template.id).not.toBe('');
    }
  });

  test('values are inserted as they are and never looked at again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 60 }), async (value) => {
        const hostile = `${value.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '')}{service}$&{{7*7}}`;
        const use = { template: 'update', variables: { service: 'api', news: hostile } };
        const outcome = await t.run('comms.DraftNotice', { template: use }, WRITER);
        resultOf(outcome);
        const { drafts } = await readView<DraftList>(t, 'comms.drafts');
        expect(drafts[0]?.content?.parts.whatIsKnown.en).toBe(hostile.trim());
      }),
      { numRuns: 25 },
    );
  });

  test.each<[string, Record<string, string>]>([
    ['a missing variable', { service: 'api' }],
    ['an unknown one', { service: 'api', since: '2026-03-31T23:50:00Z', more: 'x' }],
    ['one of another kind', { service: 'api', since: 'yesterday' }],
    ['a name of the prototype', { service: 'api', since: '2026-03-31T23:50:00Z', constructor: 'x' }],
    ['no component', { service: '<b>', since: '2026-03-31T23:50:00Z' }],
  ])('%s is refused', async (_, variables) => {
    expect(await run('DraftNotice', { template: { template: 'first-post', variables } })).toBe(
      'bad-variables',
    );
  });
});

describe('time', () => {
  const keep = (name: string): Promise<string> => run(name, {}, SYSTEM);

  test('a promised update that does not come is missed once, told to the firm, and can be made good', async () => {
    const { thread = '' } = await publish(t);
    await keep('KeepUpdates');
    expect(await factsOf('UpdateMissed')).toEqual([]);
    minutes(t, 20);
    await keep('KeepUpdates');
    await keep('KeepUpdates');
    expect(await factsOf('UpdateMissed')).toHaveLength(1);
    expect((await readView<ThreadIndex>(t, 'comms.threads')).threads[0]?.missedAt).toBe(
      '2026-04-01T00:20:00Z',
    );
    await publish(t, { thread });
    expect((await readView<ThreadIndex>(t, 'comms.threads')).threads[0]?.missedAt).toBe(null);
    minutes(t, 30);
    await keep('KeepUpdates');
    expect(await factsOf('UpdateMissed')).toHaveLength(2);
  });

  test('a promise that ran out during approval is renewed at publication without touching the text', async () => {
    const notice = await draft();
    await approve(notice, 'legal');
    await approve(notice, 'compliance', COMPLIANCE);
    minutes(t, 21);
    expect(await run('PublishNotice', { notice, revision: 1 })).toBe('bad-time');
    const later = { notice, revision: 1, nextUpdateAt: '2026-04-01T00:40:00Z' };
    expect(await run('PublishNotice', later)).toBe('done');
  });

  test('planned work is announced, begins, is verified and ends by time', async () => {
    const maintenance = { from: '2026-04-01T01:00:00Z', until: '2026-04-01T02:00:00Z' };
    const impacts = [{ component: 'api', status: 'under_maintenance' }];
    const { title, parts } = CONTENT;
    const planned = await t.run('comms.PlanMaintenance', { title, parts, impacts, maintenance }, WRITER);
    const { notice = '', thread = '' } = resultOf(planned);
    await approve(notice, 'legal');
    await approve(notice, 'technology', TECHNOLOGY);
    expect(await run('PublishNotice', { notice, revision: 1 })).toBe('done');
    expect(await statusOf('api')).toBe(undefined);
    const seen: (string | undefined)[] = [];
    for (let minute = 0; minute < 160; minute += 10) {
      await keep('KeepMaintenances');
      const { planned: plan } = await readView<Thread>(t, 'comms.thread', thread);
      seen.push(`${plan?.step} ${await statusOf('api')}`);
      minutes(t, 10);
    }
    expect([...new Set(seen)]).toEqual([
      'scheduled undefined',
      'in_progress under_maintenance',
      'verifying under_maintenance',
      'completed operational',
    ]);
    expect(await run('EndMaintenance', { thread, reason: both('done') })).toBe('no-maintenance');
  });

  test('planned work can be called off', async () => {
    const maintenance = { from: '2026-04-01T01:00:00Z', until: '2026-04-01T02:00:00Z' };
    const { thread = '' } = await publish(t, { maintenance });
    expect(await run('EndMaintenance', { thread, reason: both('not needed') })).toBe('done');
    minutes(t, 90);
    await keep('KeepMaintenances');
    expect(await statusOf('btc-withdrawals')).toBe(undefined);
  });
});

describe('components', () => {
  test('are set by hand with a reason; the worst of everything shows; history counts what was recorded', async () => {
    const set = (status: string) =>
      run('SetComponentStatus', { component: 'api', status, reason: both('seen') });
    const components = [{ id: 'api', name: both('API'), group: both('Access'), position: 1 }];
    expect(await run('SetComponents', { components })).toBe('done');
    minutes(t, 12 * 60);
    expect(await set('major_outage')).toBe('done');
    expect(await set('major_outage')).toBe('same-status');
    expect(await run('SetComponents', { components: [{ ...components[0], id: 'other' }] as never })).toBe(
      'still-impaired',
    );
    minutes(t, 6 * 60);
    expect(await set('operational')).toBe('done');
    expect(
      await run('SetComponentStatus', { component: 'no', status: 'operational', reason: both('x') }),
    ).toBe('no-component');
    const history = await readView<History>(t, 'comms.history', 'api');
    const bars = barsOf(history, '2026-04-02T00:00:00Z');
    expect(bars).toHaveLength(90);
    expect(bars.filter((bar) => bar !== null)).toHaveLength(1);
    expect(bars.at(-2)).toMatchObject({
      date: '2026-04-01',
      worst: 'major_outage',
      lastedMs: { operational: 18 * 3_600_000, major_outage: 6 * 3_600_000 },
    });
    expect(uptimeOf(bars.flatMap((bar) => bar ?? []))).toBe(0.75);
    expect(uptimeOf([]), 'nothing recorded, nothing claimed').toBe(null);
  });
});

describe('desk, channels, rumours', () => {
  test('channels become public without spokespersons; the desk opens and closes', async () => {
    const channel = { id: 'x', kind: 'x', name: both('X'), address: '@example' };
    const channels = [{ ...channel, spokespersons: ['watch'], mayBeSaid: both('Only what is published.') }];
    expect(await run('SetChannels', { channels })).toBe('done');
    expect((await factsOf('ChannelsAnnounced'))[0]).toEqual({
      disclosed: true,
      body: { channels: [channel] },
    });
    expect((await factsOf('ChannelsAgreed'))[0]?.disclosed).toBe(false);
    expect(await run('CloseDesk', { reason: both('x') })).toBe('no-desk');
    expect(await run('OpenDesk', { phone: '0120-000-000', hours: both('9-17'), about: both('Ask.') })).toBe(
      'done',
    );
    expect(await run('CloseDesk', { reason: both('over') })).toBe('done');
  });

  test('a rumour is noted inside, answered by a published notice, and closed', async () => {
    const noted = await t.run('comms.NoteRumour', { claim: 'Keys stolen!', seenIn: 'X' }, WRITER);
    const { rumour = '' } = resultOf(noted);
    expect((await factsOf('RumourNoted'))[0]?.disclosed).toBe(false);
    const { notice } = await publish(t, { answers: rumour });
    expect((await factsOf('RumourAnswered'))[0]?.body).toEqual({ id: rumour, notice });
    expect(await run('CloseRumour', { rumour, reason: 'died down' })).toBe('done');
    expect(await run('CloseRumour', { rumour, reason: 'died down' })).toBe('no-rumour');
    expect(await run('DraftNotice', { ...CONTENT, answers: rumour })).toBe('no-rumour');
    const later = { claim: 'x', seenIn: 'x', seenAt: '2027-01-01T00:00:00Z' };
    expect(await run('NoteRumour', later)).toBe('bad-time');
  });
});
