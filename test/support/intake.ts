/** A node that listens to one source of every kind, over HTTP without a socket; time stands unless a test moves it. */
import type { IncidentSummary } from '@sonae/core/nouns/incidents/views/list.ts';
import type { Store } from '@sonae/core/ports/store.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { pino } from 'pino';
import { createMemoryStore } from '../../packages/server/src/adapters/store-memory/memory-store.ts';
import { readConfig } from '../../packages/server/src/config.ts';
import { createGatherer, type Gatherer } from '../../packages/server/src/connectors/intake/gather.ts';
import { intakeSchema } from '../../packages/server/src/connectors/intake/intake-config.ts';
import { createHttp } from '../../packages/server/src/http/server.ts';
import { createSessions } from '../../packages/server/src/http/session.ts';
import { createNode, type Node } from '../../packages/server/src/node.ts';
import { createTestApp, SYSTEM, type TestApp } from './app.ts';
import { HOST } from './node.ts';

export const TOKEN = 'test-token-0123456789abcdef0123456789abcdef';
export const SECRET = 'test-secret-0123456789abcdef0123456789abcde';

/** As it would stand in a configuration file. */
export const INTAKE = {
  sources: [
    { id: 'prom', kind: 'alertmanager', token: TOKEN },
    { id: 'grafana', kind: 'grafana', token: TOKEN },
    { id: 'pager', kind: 'pagerduty', token: TOKEN },
    { id: 'chain', kind: 'openzeppelin', secret: SECRET },
    { id: 'events', kind: 'cloudevents', token: TOKEN },
    {
      id: 'own',
      kind: 'generic',
      token: TOKEN,
      mapping: {
        items: '/alarms',
        id: '/id',
        title: '/title',
        severity: '/severity',
        component: '/component',
      },
    },
    { id: 'post', kind: 'mail', token: TOKEN },
  ],
  mail: { port: 0, domain: 'alarms.test' },
};

export type IntakeNode = {
  readonly node: Node;
  readonly testApp: TestApp;
  readonly http: ReturnType<typeof createHttp>;
  readonly gatherer: Gatherer;
  /** With the token, unless the headers say otherwise. */
  send(path: string, body: string | unknown, headers?: Record<string, string>): Promise<Response>;
  /** As a tool of the operator. */
  get(path: string): Promise<Response>;
  incidents(): Promise<readonly IncidentSummary[]>;
  keep(): Promise<void>;
};

export function createIntakeNode(
  intake: unknown = INTAKE,
  store: Store = createMemoryStore(),
  onDefect: (error: unknown) => void = () => undefined,
): IntakeNode {
  const testApp = createTestApp(store, 1, onDefect);
  const config = { ...readConfig(undefined), intake: intakeSchema.parse(intake) };
  const node = createNode(testApp.app, config, 'test', []);
  const sessions = createSessions();
  const gatherer = createGatherer(testApp.app, config.intake);
  const http = createHttp(node, sessions, pino({ level: 'silent' }), gatherer);
  return {
    node,
    testApp,
    http,
    gatherer,
    send: async (path, body, headers = {}) =>
      http.request(`http://${HOST}${path}`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: {
          host: HOST,
          'content-type': 'application/json',
          authorization: `Bearer ${TOKEN}`,
          ...headers,
        },
      }),
    get: async (path) =>
      http.request(`http://${HOST}${path}`, {
        headers: { host: HOST, authorization: `Bearer ${sessions.toolToken}` },
      }),
    incidents: async () => {
      const text = await store.view('incidents.list', 'all');
      return text === undefined ? [] : (JSON.parse(text) as { incidents: IncidentSummary[] }).incidents;
    },
    keep: async () => {
      const command = { command: 'sentinels.KeepAlarms', input: {} as JsonValue, actor: SYSTEM };
      await testApp.app.submit(command);
    },
  };
}

/** The body that Alertmanager would post. */
export function alertmanagerBody(
  alerts: readonly { fingerprint: string; component?: string; severity?: string; status?: string }[],
): unknown {
  return {
    version: '4',
    status: 'firing',
    alerts: alerts.map(({ fingerprint, component = 'db', severity = 'critical', status = 'firing' }) => ({
      status,
      fingerprint,
      labels: { alertname: `Alert ${fingerprint}`, severity, component },
      annotations: {},
      startsAt: '2026-03-31T23:00:00Z',
      endsAt: status === 'resolved' ? '2026-03-31T23:30:00Z' : '0001-01-01T00:00:00Z',
    })),
  };
}
