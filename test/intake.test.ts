/** The address of every source: who may write, what each format comes to, and what hostile senders get. */
import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { CloudEvent, emitterFor, HTTP, type Message, Mode } from 'cloudevents';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { intakeSchema } from '../packages/server/src/connectors/intake/intake-config.ts';
import { parseJson } from '../packages/server/src/connectors/intake/read-message.ts';
import {
  alertmanagerBody,
  createIntakeNode,
  INTAKE,
  type IntakeNode,
  SECRET,
  TOKEN,
} from './support/intake.ts';
import { HOST } from './support/node.ts';

let t: IntakeNode;
const defects: unknown[] = [];
beforeEach(() => {
  defects.length = 0;
  t = createIntakeNode(INTAKE, undefined, (error) => defects.push(error));
});

const answerOf = async (response: Response): Promise<Record<string, unknown>> =>
  (await response.json()) as Record<string, unknown>;
const faultOf = async (response: Response): Promise<string> =>
  ((await answerOf(response)).fault as { code: string }).code;
const size = async (): Promise<number> => (await t.node.app.ports.store.head()).frontier.size;

const GOOD = alertmanagerBody([{ fingerprint: 'a' }]);

describe('who may write', () => {
  test('only the token of the source opens it, and every no is the same no', async () => {
    const answers = [
      await t.send('/intake/prom', GOOD, { authorization: `Bearer ${TOKEN}x` }),
      await t.send('/intake/prom', GOOD, { authorization: '' }),
      await t.send('/intake/nobody', GOOD),
      await t.send('/intake/chain', GOOD),
      await t.send('/intake/__proto__', GOOD),
      await t.send('/intake/prom', GOOD, { 'x-signature': 'a'.repeat(64), 'x-timestamp': '1' }),
    ];
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401));
    expect(new Set(texts).size).toBe(1);
    expect(await size()).toBe(0);
    expect((await t.send('/intake/prom', GOOD)).status).toBe(202);
  });

  test('sessions and other hosts open nothing', async () => {
    expect((await t.send('/intake/prom', GOOD, { host: 'evil.example' })).status).toBe(403);
    expect((await t.send('/intake/prom', GOOD, { origin: 'http://evil.example' })).status).toBe(403);
    const asGet = await t.http.request(`http://${HOST}/intake/prom`, { headers: { host: HOST } });
    expect(asGet.status).toBe(404);
  });

  test('guesses have their own limit: the source is served on while the guesser is turned away', async () => {
    let last = 0;
    for (let i = 0; i < 301; i += 1)
      last = (await t.send('/intake/prom', GOOD, { authorization: `Bearer guess ${i}` })).status;
    expect(last).toBe(429);
    expect((await t.send('/intake/prom', GOOD)).status).toBe(202);
  });

  test('tokens are long, and no dump of the configuration shows them', () => {
    const short = { sources: [{ id: 'prom', kind: 'alertmanager', token: 'x'.repeat(31) }] };
    expect(intakeSchema.safeParse(short).success).toBe(false);
    const parsed = intakeSchema.parse(INTAKE);
    for (const dump of [JSON.stringify(parsed), inspect(parsed, { depth: 9 })]) {
      expect(dump).not.toContain(TOKEN);
      expect(dump).not.toContain(SECRET);
    }
  });

  test.each([
    ['two of one id', { sources: [INTAKE.sources[0], INTAKE.sources[0]] }, 'same id'],
    ['mail without a listener', { sources: [INTAKE.sources.at(-1)] }, 'intake.mail'],
    ['a kind that is none', { sources: [{ ...INTAKE.sources[0], kind: 'x' }] }, 'kind'],
    [
      'a mapping that is no pointer',
      { sources: [{ ...INTAKE.sources[5], mapping: { id: 'a', title: '' } }] },
      'JSON Pointer',
    ],
  ])('configuration: %s is refused', (_, config, named) => {
    expect(JSON.stringify(intakeSchema.safeParse(config).error?.issues)).toContain(named);
  });
});

describe('formats over HTTP', () => {
  test('Alertmanager: acknowledged when durable, one suspicion, resolved again', async () => {
    const both = [{ fingerprint: 'a' }, { fingerprint: 'b', severity: 'warning' }];
    const answer = await t.send('/intake/prom', alertmanagerBody(both));
    expect([answer.status, await answerOf(answer)]).toMatchObject([202, { received: 2 }]);
    expect(await t.incidents()).toMatchObject([{ correlation: 'alarm/db', phase: 'suspected' }]);
    await t.send('/intake/prom', alertmanagerBody(both.map((one) => ({ ...one, status: 'resolved' }))));
    expect(await t.incidents()).toMatchObject([{ level: 'ok' }]);
  });

  test('PagerDuty: the routing key is the token, and the answer is theirs', async () => {
    const event = {
      routing_key: TOKEN,
      event_action: 'trigger',
      dedup_key: 'k1',
      payload: { summary: 'High latency', severity: 'critical', source: 'lb', component: 'api' },
    };
    const none = { authorization: '' };
    const answer = await t.send('/intake/pager/v2/enqueue', event, none);
    expect([answer.status, await answerOf(answer)]).toEqual([
      202,
      { status: 'success', message: 'Event processed', dedup_key: 'k1' },
    ]);
    const { dedup_key: _, ...keyless } = event;
    const given = await answerOf(await t.send('/intake/pager/v2/enqueue', keyless, none));
    expect(given.dedup_key).toMatch(/^[0-9a-f-]{36}$/);
    const wrong = { ...event, routing_key: `${TOKEN}x` };
    expect((await t.send('/intake/pager/v2/enqueue', wrong, none)).status).toBe(401);
    expect((await t.send('/intake/prom/v2/enqueue', event, none)).status).toBe(401);
    expect(await t.incidents()).toMatchObject([{ correlation: 'alarm/api', level: 'critical' }]);
    const { facts } = (await answerOf(await t.get('/api/log?limit=100'))) as { facts: unknown[] };
    expect(JSON.stringify(facts)).not.toContain(TOKEN);
    const roots = (facts as { body: { root?: string } }[]).flatMap(({ body }) => body.root ?? []);
    for (const root of roots)
      expect(JSON.stringify(await t.node.app.ports.store.evidence(root))).not.toContain(TOKEN);
  });

  test('OpenZeppelin Monitor: signed over body and time, fresh, or nothing', async () => {
    const body = JSON.stringify({ title: 'Large transfer', body: 'severity: high' });
    const signed = (at: number, secret = SECRET) => ({
      authorization: '',
      'x-timestamp': String(at),
      'x-signature': createHmac('sha256', secret).update(`${body}${at}`).digest('hex'),
    });
    const now = Date.now();
    expect((await t.send('/intake/chain', body, signed(now))).status).toBe(202);
    expect((await t.send('/intake/chain', body, signed(now - 5 * 60_000 - 5_000))).status).toBe(401);
    expect((await t.send('/intake/chain', body, signed(now + 6 * 60_000))).status).toBe(401);
    expect((await t.send('/intake/chain', body, signed(now, `${SECRET}x`))).status).toBe(401);
    expect((await t.send('/intake/chain', `${body} `, signed(now))).status).toBe(401);
    expect((await t.send('/intake/chain', body, { ...signed(now), 'x-signature': 'zz' })).status).toBe(401);
    const empty = createHmac('sha256', Buffer.alloc(32)).update(`${body}${now}`).digest('hex');
    for (const id of ['nobody', 'prom'])
      expect((await t.send(`/intake/${id}`, body, { ...signed(now), 'x-signature': empty })).status).toBe(
        401,
      );
    expect(await t.incidents()).toMatchObject([{ correlation: 'alarm/chain' }]);
  });

  test.each([
    ['structured', Mode.STRUCTURED],
    ['binary', Mode.BINARY],
  ])('CloudEvents %s, sent by the emitter of the library', async (_, mode) => {
    let status = 0;
    const emit = emitterFor(
      async (message: Message) => {
        const headers = message.headers as Record<string, string>;
        status = (await t.send('/intake/events', message.body as string, headers)).status;
        return message;
      },
      { mode },
    );
    const about = { source: '/watch', subject: 'hot-wallet', severity: 'high' };
    await emit(new CloudEvent({ type: 'wallet.drained', ...about, data: { title: 'Drain' } }));
    expect(status).toBe(202);
    expect(await t.incidents()).toMatchObject([{ correlation: 'alarm/hot-wallet', level: 'critical' }]);
    await emit(new CloudEvent({ type: 'wallet.resolved', ...about, data: {} }));
    expect(await t.incidents()).toMatchObject([{ level: 'ok' }]);
  });

  test('CloudEvents in a batch', async () => {
    const events = ['a', 'b'].map((subject) => {
      const event = new CloudEvent({ type: 'x.down', source: '/x', subject, data: { title: subject } });
      return HTTP.structured(event).body as string;
    });
    const type = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' };
    const answer = await t.send('/intake/events', `[${events.join(',')}]`, type);
    expect(await answerOf(answer)).toMatchObject({ received: 2 });
    const none = await t.send('/intake/events', '{}', { 'content-type': 'application/json' });
    expect([none.status, await faultOf(none)]).toEqual([400, 'input.invalid']);
  });

  test('Grafana and generic JSON by their mappings', async () => {
    const { alerts } = GOOD as { alerts: unknown[] };
    expect((await t.send('/intake/grafana', { title: 't', alerts })).status).toBe(202);
    const own = { alarms: [{ id: 1, title: 'Queue', severity: 'odd', component: 'queue' }] };
    expect((await t.send('/intake/own', own)).status).toBe(202);
    const correlations = (await t.incidents()).map(({ correlation }) => correlation);
    expect(correlations.sort()).toEqual(['alarm/db', 'alarm/queue']);
  });

  test('a mail source takes no requests', async () => {
    expect((await t.send('/intake/post', {})).status).toBe(404);
  });
});

describe('what hostile senders get', () => {
  test.each([
    ['not JSON', '{', 400, 'input.unreadable'],
    ['too deep', `${'['.repeat(33)}${']'.repeat(33)}`, 413, 'input.too-large'],
    ['far too deep', '{"a":'.repeat(100_000), 413, 'input.too-large'],
    ['too big', `"${'x'.repeat(1024 * 1024)}"`, 413, 'input.too-large'],
    [
      'too many',
      alertmanagerBody(Array.from({ length: 501 }, (_, n) => ({ fingerprint: `f${n}` }))),
      413,
      'input.too-large',
    ],
    ['another shape', { version: '4', alerts: [{}] }, 400, 'input.invalid'],
  ])('%s is refused and leaves nothing', async (_, body, status, code) => {
    const answer = await t.send('/intake/prom', body);
    expect([answer.status, await faultOf(answer)]).toEqual([status, code]);
    expect(await size()).toBe(0);
  });

  test('depth is counted outside of texts', () => {
    expect(parseJson(`{"a":"${'['.repeat(100)}\\"["}`)).toEqual({ a: `${'['.repeat(100)}"[` });
  });

  test('whatever is sent, the answer is a yes or a fault, and no defect', async () => {
    const paths = ['prom', 'grafana', 'pager', 'events', 'own'];
    const kinds = [
      'application/json',
      'application/cloudevents+json',
      'application/cloudevents-batch+json',
      'x',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.constantFrom(...kinds),
        fc.oneof(
          fc.json(),
          fc.string(),
          fc.json().map((text) => `[${text}]`),
        ),
        async (path, type, body) => {
          const headers = { 'content-type': type, 'ce-id': '1', 'ce-type': 't', 'ce-source': 's' };
          const { status } = await t.send(`/intake/${path}`, body, headers);
          expect([202, 400, 413]).toContain(status);
        },
      ),
      { numRuns: 100 },
    );
    expect(defects).toEqual([]);
  });
});
