/** OpenAPI 3.1 of this server, derived from the registry and the query schemas; also what `npm run reference` writes. */
import { registry } from '@sonae/core/app/modules.ts';
import { FAULTS } from '@sonae/core/kernel/errors.ts';
import { z } from 'zod';
import { QUERIES } from './queries.ts';

type Address = {
  readonly path: string;
  readonly what: string;
  readonly query?: z.ZodType;
  readonly open?: true;
};

/** Every GET address, in the order of the reference. `open` needs no session. */
export const ADDRESSES: readonly Address[] = [
  { path: '/api/me', what: 'Who this session is, and in which roles.' },
  { path: '/api/powers', what: 'Powers, people, roles and uses.' },
  { path: '/api/members/{id}/contact', what: 'Name and contact routes of a person, for enrolled people.' },
  { path: '/api/uses/{id}', what: 'One use of a power with its signatures; decode its action yourself.' },
  { path: '/public/powers.json', what: 'Powers and their uses, from disclosed facts only.', open: true },
  { path: '/auth/nonce', what: 'A nonce to sign in with, good once.', open: true },
  {
    path: '/auth/oidc/start',
    what: 'Signing in through the identity provider, where one is configured.',
    open: true,
  },
  { path: '/auth/credentials/{principal}', what: 'Credentials that are bound to a person.', open: true },
  { path: '/api/overview', what: 'What is not true right now: assets, open incidents, feeds, log.' },
  { path: '/api/assets/{asset}', what: 'Controls, feeds, venues and level changes of one asset.' },
  {
    path: '/api/assets/{asset}/prices',
    what: 'Composite prices for a chart, thinned to `points`.',
    query: QUERIES.prices,
  },
  { path: '/api/incidents', what: 'Incidents, newest first.', query: QUERIES.incidents },
  { path: '/api/incidents/{id}', what: 'One incident with its timeline; ETag.' },
  { path: '/api/alarms', what: 'Alarms by component with their suspicion, sources, maintenance; ETag.' },
  {
    path: '/api/incidents/{id}/response',
    what: 'Everything of a response: class, clocks, tasks, filings, review.',
  },
  { path: '/api/incidents/{id}/fire', what: 'The incident as FSB FIRE JSON.' },
  { path: '/api/clocks', what: 'Legal clocks that run, soonest first; the firm’s profile; ETag.' },
  { path: '/api/plan', what: 'The contingency plan, its approval and coverage; ETag.' },
  { path: '/api/plan/paper', what: 'The plan as PDF for paper; query parameter `lang`.' },
  { path: '/api/learning', what: 'Improvements of all incidents, checked, and trends; ETag.' },
  {
    path: '/api/filings/{subject}/{filing}',
    what: 'A prepared filing as a file; query parameter `as`: pdf, docx, xlsx, json.',
  },
  {
    path: '/api/reach',
    what: 'Who would be reached now and tonight, schedules, calls, helpers, own channels.',
  },
  { path: '/api/helpers/{id}/contact', what: 'Name and route of a helper, for enrolled people.' },
  {
    path: '/calendar/{schedule}.ics',
    what: 'Turns of a schedule as iCalendar; query parameters `token` (API token, scope `calendar`), `zone`, `lang`.',
    open: true,
  },
  { path: '/api/log', what: 'Facts, newest first.', query: QUERIES.log },
  { path: '/api/log/{seq}', what: 'One fact with salt and disclosure (fact, inclusion proof, checkpoint).' },
  { path: '/api/evidence', what: 'Items of an evidence batch; query parameter `root` (base64).' },
  { path: '/api/export', what: 'The whole log with evidence as one verifiable file.' },
  { path: '/api/events', what: 'Server-sent events: `append` {size}, `tick` {now, assets}.' },
  { path: '/api/registry', what: 'This document.' },
  { path: '/api/openapi.json', what: 'This document.' },
  {
    path: '/api/comms',
    what: 'Drafts, templates, components, threads, desk, rumours; what you may approve.',
  },
  {
    path: '/public/status-page.json',
    what: 'The status page as one model, from disclosed facts only; also below /status.',
    open: true,
  },
  {
    path: '/public/api/v2/summary.json',
    what: 'Statuspage v2, as are status, components, incidents and scheduled-maintenances; also below /status.',
    open: true,
  },
  {
    path: '/public/history.rss',
    what: 'Notices as RSS 2.0; also .atom and .json; query parameter `lang`.',
    open: true,
  },
  {
    path: '/public/subscriptions/offered',
    what: 'Kinds of subscriptions that this node offers.',
    open: true,
  },
  { path: '/public/status.json', what: 'Component status and declared incidents.', open: true },
  {
    path: '/log/checkpoint',
    what: 'Newest signed checkpoint (C2SP tlog-checkpoint), cosigned where witnesses are configured.',
    open: true,
  },
  { path: '/log/witnesses', what: 'Verifier keys of the configured witnesses, one a line.', open: true },
  { path: '/log/key', what: 'Verifier key of the log (C2SP signed-note).', open: true },
  { path: '/log/tile/{path}', what: 'Tiles and entry bundles (C2SP tlog-tiles).', open: true },
  {
    path: '/log/disclosed',
    what: 'Disclosed facts, newest first; query parameters `before`, `limit`.',
    open: true,
  },
  { path: '/log/disclosed/{seq}', what: 'A disclosure that verifies without this server.', open: true },
  { path: '/window/{secret}', what: 'What a supervisor may read, as a page; logged, expiring.', open: true },
  { path: '/window/{secret}/data.json', what: 'The same as JSON.', open: true },
  {
    path: '/window/{secret}/filings/{filing}',
    what: 'A filing as PDF, where filings are shown.',
    open: true,
  },
  { path: '/healthz', what: '200 while the process runs.', open: true },
  { path: '/readyz', what: '200 when the store answers.', open: true },
  { path: '/metrics', what: 'Prometheus metrics.', open: true },
];

type Json = Record<string, unknown>;

const jsonBody = (schema: unknown): Json => ({ 'application/json': { schema } });
const faultAnswer = { description: 'A fault', content: jsonBody({ $ref: '#/components/schemas/Fault' }) };

export function openApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const { path, what, query, open } of ADDRESSES) {
    paths[path] = {
      get: {
        summary: what,
        ...(open ? { security: [] } : {}),
        parameters: [...pathParameters(path), ...queryParameters(query)],
        responses: { 200: { description: 'The answer' }, default: faultAnswer },
      },
    };
  }
  for (const command of registry.commands.values()) {
    if (!command.by.includes('operator')) continue;
    paths[`/api/commands/${command.name}`] = {
      post: {
        operationId: command.name,
        summary: command.says.en,
        description: command.says.ja,
        parameters: [
          {
            name: 'Idempotency-Key',
            in: 'header',
            schema: { type: 'string' },
            description: 'The same key is executed once.',
          },
        ],
        requestBody: { required: true, content: jsonBody(inputSchema(command.input)) },
        responses: {
          200: { description: 'Done: the facts it caused' },
          409: {
            description: `Refused: ${Object.keys({ ...command.refusals, 'not-permitted': 0 }).join(', ')}`,
          },
          default: faultAnswer,
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sonae',
      version,
      description: 'Resilience control plane. Types of the answers: packages/core/src/app/api.ts.',
    },
    security: [{ session: [] }, { token: [] }],
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'sonae_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
      schemas: { Fault: FAULT_SCHEMA },
    },
  };
}

const FAULT_SCHEMA = {
  type: 'object',
  required: ['fault'],
  properties: {
    fault: {
      type: 'object',
      required: ['code', 'message', 'hint', 'docs', 'retry'],
      properties: {
        code: { type: 'string', enum: Object.keys(FAULTS) },
        message: { type: 'string' },
        hint: { type: 'string' },
        docs: { type: 'string' },
        retry: { type: 'boolean' },
      },
    },
  },
};

/** JSON Schema of a command's input as callers write it. */
export function inputSchema(schema: z.ZodType): Json {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: 'input' }) as Json;
  return plain;
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const { properties = {} } = inputSchema(schema) as { properties?: Record<string, unknown> };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: false,
    schema: property,
  }));
}
