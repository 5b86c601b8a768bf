/** Every format as its monitor sends it, and as nobody should send it: what comes out is one bounded, inert alarm. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Alarm, alarmSchema } from '../facts.ts';
import { readAlertmanager } from './alertmanager.ts';
import { readCloudEvent } from './cloudevents.ts';
import { at, readGeneric } from './generic.ts';
import { readGrafana } from './grafana.ts';
import { readMail } from './mail.ts';
import { readOpenzeppelin } from './openzeppelin.ts';
import { readPagerduty } from './pagerduty.ts';
import { DEFAULT_SEVERITIES, levelOf } from './severity.ts';
import { plainText, type Reading, timeOf } from './shape.ts';

const NOW = '2026-04-01T00:00:00Z';
const reading = (more: Partial<Reading> = {}): Reading => ({
  source: 'prom',
  now: NOW,
  severities: DEFAULT_SEVERITIES.alertmanager,
  groupBy: [],
  component: 'prom',
  heartbeatAlert: 'Watchdog',
  ...more,
});

const ALERT = {
  status: 'firing',
  labels: { alertname: 'DiskFull', severity: 'warning', service: 'db', region: 'tokyo' },
  annotations: { summary: 'the disk is full' },
  startsAt: '2026-03-31T23:58:00.123+00:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prom.example/graph',
  fingerprint: 'aa11',
};
const webhook = (...alerts: unknown[]): unknown => ({ version: '4', status: 'firing', alerts });
const first = (alarms: readonly Alarm[]): Alarm | undefined => alarms[0];

describe('Alertmanager', () => {
  test('each alert of a group is an alarm with its own status', () => {
    const resolved = { ...ALERT, status: 'resolved', endsAt: '2026-03-31T23:59:00Z', fingerprint: 'bb22' };
    const alarms = readAlertmanager(webhook(ALERT, resolved), reading());
    expect(alarms).toMatchObject([
      {
        fingerprint: 'aa11',
        status: 'firing',
        severity: 'warning',
        level: 'warning',
        title: 'DiskFull',
        component: 'db',
        startsAt: '2026-03-31T23:58:00.123Z',
        endsAt: null,
        link: 'http://prom.example/graph',
      },
      { fingerprint: 'bb22', status: 'resolved', endsAt: '2026-03-31T23:59:00Z' },
    ]);
    expect(alarms[0]?.labels).toContainEqual(['annotation.summary', 'the disk is full']);
  });

  test('groupBy names the component by labels; the one that always fires is only noted', () => {
    const by = reading({ groupBy: ['service', 'region'] });
    expect(first(readAlertmanager(webhook(ALERT), by))?.component).toBe('db / tokyo');
    const watchdog = { ...ALERT, labels: { alertname: 'Watchdog', severity: 'none' } };
    expect(first(readAlertmanager(webhook(watchdog), reading()))?.status).toBe('noted');
  });

  test.each([
    ['version', { version: '3', alerts: [] }, 'version'],
    ['alerts', { version: '4', alerts: {} }, 'alerts'],
    ['status', webhook({ ...ALERT, status: 'odd' }), 'alerts.0.status'],
    ['fingerprint', webhook({ ...ALERT, fingerprint: '' }), 'alerts.0.fingerprint'],
    ['an alert that is none', webhook(7), 'alerts.0'],
    ['a body that is none', 'x', 'body'],
    ['too many', { version: '4', alerts: Array.from({ length: 501 }, () => ALERT) }, 'at most 500'],
  ])('%s is named in the fault', (_, body, named) => {
    expect(() => readAlertmanager(body, reading())).toThrow(named);
  });
});

test('Grafana: values and the page of the panel come along', () => {
  const alert = {
    ...ALERT,
    values: { B: 22, C: 1 },
    silenceURL: 'https://grafana.example/silence',
    panelURL: 'https://grafana.example/d/1?viewPanel=2',
  };
  const body = { title: '[FIRING:1]', state: 'alerting', message: 'm', alerts: [alert] };
  const alarm = first(readGrafana(body, reading({ source: 'grafana' })));
  expect(alarm).toMatchObject({ source: 'grafana', title: 'DiskFull', link: alert.panelURL });
  expect(alarm?.labels).toContainEqual(['value.B', '22']);
  expect(alarm?.labels).toContainEqual(['silenceURL', alert.silenceURL]);
  const untitled = { ...alert, labels: {} };
  expect(first(readGrafana({ ...body, alerts: [untitled] }, reading()))?.title).toBe('[FIRING:1]');
});

describe('PagerDuty', () => {
  const pd = reading({ severities: DEFAULT_SEVERITIES.pagerduty });
  const payload = { summary: 'Latency', severity: 'error', source: 'lb-1', component: 'api' };
  const trigger = { event_action: 'trigger', dedup_key: 'k', payload };

  test('trigger, acknowledge and resolve of one key', () => {
    expect(readPagerduty(trigger, pd, 'new')).toMatchObject([
      { fingerprint: 'k', status: 'firing', level: 'critical', title: 'Latency', component: 'api' },
    ]);
    const later = (event_action: string) => readPagerduty({ event_action, dedup_key: 'k' }, pd, 'new');
    expect(later('acknowledge')).toMatchObject([{ fingerprint: 'k', status: 'noted' }]);
    expect(later('resolve')).toMatchObject([{ fingerprint: 'k', status: 'resolved', endsAt: NOW }]);
  });

  test('a trigger without a key gets one', () => {
    expect(readPagerduty({ event_action: 'trigger', payload }, pd, 'new')).toMatchObject([
      { fingerprint: 'new' },
    ]);
  });

  test.each([
    [{ ...trigger, event_action: 'toString' }, 'event_action'],
    [{ event_action: 'resolve' }, 'dedup_key'],
    [{ ...trigger, dedup_key: 'k'.repeat(256) }, 'dedup_key'],
    [{ event_action: 'trigger' }, 'payload'],
    [{ event_action: 'trigger', payload: { severity: 'info' } }, 'payload.summary'],
  ])('%j is refused by name', (event, field) => {
    expect(() => readPagerduty(event, pd, 'new')).toThrow(field);
  });
});

test('OpenZeppelin Monitor: one watch is one alarm, whatever the transaction', () => {
  const message = (hash: string): unknown => ({
    title: 'Large transfer',
    body: `severity: high\ncomponent: treasury\ntx https://scan.example/tx/${hash} seen`,
  });
  const [a, b] = ['0x1', '0x2'].map((hash) => first(readOpenzeppelin(message(hash), reading())));
  expect(a?.fingerprint).toBe(b?.fingerprint);
  expect(a).toMatchObject({ level: 'critical', component: 'treasury', link: 'https://scan.example/tx/0x1' });
  expect(first(readOpenzeppelin({ title: 'x', body: '' }, reading()))?.level).toBe('critical');
});

test.each([
  [
    { type: 'db.down', source: '/db', subject: 'db-1' },
    { status: 'firing', component: 'db-1' },
  ],
  [
    { type: 'db.resolved', source: '/db', subject: 'db-1' },
    { status: 'resolved', fingerprint: '/db db-1' },
  ],
  [{ type: 'x', source: '/x', status: 'ok' }, { status: 'resolved' }],
  [
    { type: 'x', source: '/x', data: { status: 'firing', title: 'T', severity: 'info' } },
    { title: 'T', level: 'watch' },
  ],
])('CloudEvents: %j', (event, expected) => {
  expect(readCloudEvent(event, reading())).toMatchObject(expected);
});

describe('generic JSON', () => {
  const mapping = {
    items: '/events',
    id: '/meta/id',
    title: '/name',
    severity: '/sev',
    status: '/state',
    component: '/parts/0',
    startsAt: '/at',
    resolved: ['ok'],
  };
  const event = { meta: { id: 7 }, name: 'N', sev: 'minor', state: 'OK', parts: ['p'], at: 1_774_000_000 };

  test('pointers name places', () => {
    expect(readGeneric({ events: [event] }, reading(), mapping)).toMatchObject([
      { fingerprint: '7', title: 'N', level: 'watch', status: 'resolved', component: 'p' },
    ]);
    expect(at({ 'a/b': { 'c~d': 1 } }, '/a~1b/c~0d')).toBe(1);
    expect(at({}, '/constructor/name')).toBeUndefined();
    expect(at([], '/length')).toBeUndefined();
  });

  test('what has no id is refused', () => {
    expect(() => readGeneric({ events: [{}] }, reading(), mapping)).toThrow('/meta/id');
  });
});

describe('mail', () => {
  const mail = reading({ source: 'mail', component: 'mail', severities: DEFAULT_SEVERITIES.mail });
  const read = (subject: string, headers: (readonly [string, string])[] = []): Alarm | undefined =>
    first(readMail({ subject, messageId: '<2@x>', headers, date: NOW }, mail, 'x-alarm'));

  test.each([
    ['Re: [RESOLVED] disk', 'resolved'],
    ['【復旧】データベース', 'resolved'],
    ['OK: disk', 'resolved'],
    ['Okinawa link down', 'firing'],
    ['[FIRING] disk', 'firing'],
  ])('%s is %s', (subject, status) => expect(read(subject)?.status).toBe(status));

  test('the thread or a named header tells alarms apart', () => {
    expect(read('x')?.fingerprint).toBe('<2@x>');
    expect(read('x', [['references', '<1@x> <2@x>']])?.fingerprint).toBe('<1@x>');
    expect(read('x', [['in-reply-to', '<1@x>']])?.fingerprint).toBe('<1@x>');
    expect(read('x', [['x-alarm', 'disk-1']])?.fingerprint).toBe('disk-1');
  });

  test('severity by header, by word, and the worst where nothing says', () => {
    expect(read('disk', [['x-severity', 'info']])?.level).toBe('watch');
    expect(read('[minor] disk')?.level).toBe('watch');
    expect(read('disk')?.level).toBe('critical');
  });
});

describe('what is kept is bounded and inert', () => {
  const parse = (text: string): unknown => JSON.parse(text);

  test('markup, formulas and templates stay text; only web pages are links', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template in a hostile payload
    const texts = ['<script>alert(1)</script>', '=HYPERLINK("x")', '{{7*7}}', '${jndi:ldap://x}'];
    for (const alertname of texts)
      expect(first(readAlertmanager(webhook({ ...ALERT, labels: { alertname } }), reading()))?.title).toBe(
        alertname,
      );
    const script = { ...ALERT, generatorURL: 'javascript:alert(1)' };
    expect(first(readAlertmanager(webhook(script), reading()))?.link).toBeNull();
  });

  test('control and direction characters are taken out, half characters made whole', () => {
    expect(plainText('a\u0000b\r\nc\u202ed\ud800', 100)).toBe('a b cd\ufffd');
    expect(plainText('😀'.repeat(10), 3)).toBe('😀\ufffd');
  });

  test('keys that reach into prototypes reach nothing', () => {
    const body = parse(
      `{"version":"4","alerts":[{"status":"firing","fingerprint":"f","labels":{"__proto__":"x","severity":"constructor"}}]}`,
    );
    const alarm = first(readAlertmanager(body, reading()));
    expect(alarm?.labels).toContainEqual(['__proto__', 'x']);
    expect(alarm?.level).toBe('critical');
    expect(({} as Record<string, unknown>).severity).toBeUndefined();
  });

  test('an unknown severity is the worst that the source knows', () => {
    expect(levelOf('whatever', DEFAULT_SEVERITIES.alertmanager)).toBe('critical');
    expect(levelOf('', { low: 'watch', mid: 'warning' })).toBe('warning');
    expect(levelOf('toString', {})).toBe('critical');
    expect(levelOf(' WARN ', DEFAULT_SEVERITIES.alertmanager)).toBe('warning');
  });

  test.each([
    ['0001-01-01T00:00:00Z', null],
    ['2099-01-01T00:00:00Z', null],
    ['nonsense', null],
    [Number.NaN, null],
    [{}, null],
    [1_774_000_000, '2026-03-20T09:46:40Z'],
    [1_774_000_000_000, '2026-03-20T09:46:40Z'],
  ])('time %s', (value, expected) => expect(timeOf(value, NOW)).toBe(expected));

  test('long fingerprints stay apart', () => {
    const of = (fingerprint: string) =>
      first(readAlertmanager(webhook({ ...ALERT, fingerprint }), reading()))?.fingerprint;
    const long = 'x'.repeat(300);
    expect(of(`${long}1`)).not.toBe(of(`${long}2`));
    expect(of(`${long}1`)?.length).toBeLessThanOrEqual(255);
  });

  test('whatever JSON comes, every reader gives valid alarms or a fault that names a field', () => {
    const readers = [
      (body: unknown) => readAlertmanager(body, reading()),
      (body: unknown) => readAlertmanager(webhook(body), reading()),
      (body: unknown) => readAlertmanager(webhook({ ...ALERT, ...(body as object) }), reading()),
      (body: unknown) => readGrafana({ alerts: [{ ...ALERT, ...(body as object) }] }, reading()),
      (body: unknown) => readPagerduty(body, reading(), 'new'),
      (body: unknown) =>
        readPagerduty(
          { event_action: 'trigger', payload: { summary: 's', custom_details: body } },
          reading(),
          'n',
        ),
      (body: unknown) => readOpenzeppelin(body, reading()),
      (body: unknown) => [readCloudEvent({ type: 't', source: 's', data: body }, reading())],
      (body: unknown) => readGeneric(body, reading(), { id: '', title: '/title', resolved: [] }),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...readers), fc.jsonValue(), (read, body) => {
        let alarms: Alarm[] = [];
        try {
          alarms = read(body);
        } catch (error) {
          expect(String(error)).toMatch(/input\.(invalid|too-large): field \S*/);
        }
        for (const alarm of alarms) expect(alarmSchema.safeParse(alarm).error).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });
});
