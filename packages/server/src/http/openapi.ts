/** OpenAPI 3.1 of this server, derived from the registry and the query schemas; also what `npm run reference` writes. */
import { registry } from '@sonae/core/app/modules.ts';
import { FAULTS } from '@sonae/core/kernel/errors.ts';
import { z } from 'zod';
import { ADDRESSES } from './addresses.ts';

type Json = Record<string, unknown>;

const jsonBody = (schema: unknown): Json => ({ 'application/json': { schema } });
const faultAnswer = { description: 'A fault', content: jsonBody({ $ref: '#/components/schemas/Fault' }) };

export function openApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const { path, what, query, open, method = 'get' } of ADDRESSES) {
    paths[path] = {
      ...paths[path],
      [method]: {
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
