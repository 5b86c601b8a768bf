/**
 * Inputs that are well formed and meant badly: names that every object has, everything at its limit, texts that other
 * programs would take for orders. No command may answer any of them with a defect.
 */
import { registry } from '@sonae/core/app/modules.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { createTestApp, incidentOf } from './support/app.ts';
import { foundCommsFirm, resultOf } from './support/comms.ts';
import { createTestNode } from './support/node.ts';

type Schema = { readonly [key: string]: unknown } & {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly JsonValue[];
  readonly const?: JsonValue;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
};

const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '2026-04-01T00:00:00Z',
  date: '2026-04-01',
  email: 'a@example.com',
  uri: 'https://example.com/x',
};
const SHAPES = ['a'.repeat(64), '+81312345678', '/constructor', '5', 'A1', `${'B'.repeat(43)}=`];
const ITEMS_MAX = 600;
/** Takes three bytes, six once escaped, and two: the worst that a text can weigh. */
const HEAVY = 'あ\u0001"';

type Wanted = { readonly word: string; readonly atLimit: boolean; readonly incident: string };

/** An input that passes the schema, or nearly: as small as can be with `word` for every text, or as large as can be. */
function inputFor(schema: Schema, wanted: Wanted, key = ''): JsonValue {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0] ?? null;
  const alternative = (schema.anyOf ?? schema.oneOf)?.[0];
  if (alternative) return inputFor(alternative, wanted, key);
  if (schema.type === 'string') return textFor(schema, wanted, key);
  if (schema.type === 'integer' || schema.type === 'number')
    return wanted.atLimit ? (schema.maximum ?? 1) : Math.max(schema.minimum ?? 1, 1);
  if (schema.type === 'boolean') return true;
  if (schema.type === 'array') {
    const length = wanted.atLimit
      ? Math.min(schema.maxItems ?? 1, ITEMS_MAX)
      : Math.max(schema.minItems ?? 0, 1);
    return Array.from({ length }, () => inputFor(schema.items ?? {}, wanted, key));
  }
  const given = Object.entries(schema.properties ?? {}).filter(([name]) => name !== 'expectedRevision');
  return Object.fromEntries(given.map(([name, one]) => [name, inputFor(one, wanted, name)]));
}

function textFor(
  { format, pattern, minLength = 0, maxLength = 10_000 }: Schema,
  wanted: Wanted,
  key: string,
): string {
  if (key === 'incident' || key === 'subject') return wanted.incident;
  const shaped = FORMATS[format ?? ''];
  if (shaped !== undefined) return shaped;
  if (pattern !== undefined) {
    const fits = new RegExp(pattern, 'u');
    return (
      [wanted.word, 'constructor', ...SHAPES].find((one) => fits.test(one) && one.length <= maxLength) ?? ''
    );
  }
  if (wanted.atLimit) return HEAVY.repeat(maxLength).slice(0, maxLength);
  return wanted.word.padEnd(minLength, 'x').slice(0, maxLength);
}

describe('every command', () => {
  test.each(['constructor', '__proto__', 'toString'])(
    'takes %s for every text, and everything at its limit, without a defect',
    async (word) => {
      const defects: string[] = [];
      let tried = 0;
      for (const command of registry.commands.values()) {
        const schema = z.toJSONSchema(command.input, { io: 'input', unrepresentable: 'any' }) as Schema;
        // What the system says comes from our own rules; alarms have a storm and formats of their own.
        if (!command.by.includes('operator')) continue;
        for (const atLimit of [false, true]) {
          const t = createTestApp(createMemoryStore(), 1, (error) =>
            defects.push(`${command.name}: ${error}`),
          );
          await foundCommsFirm(t);
          const incident = incidentOf(await t.run('incidents.Declare', { title: 'x' }));
          const input = inputFor(schema, { word, atLimit, incident });
          for (let twice = 0; twice < 2; twice += 1) {
            tried += 1;
            await t.run(command.name, input, { id: 'north', kind: 'operator' }).catch((error: unknown) => {
              if (!(error instanceof FaultError)) defects.push(`${command.name}: ${error}`);
            });
          }
        }
      }
      expect(defects).toEqual([]);
      expect(tried).toBeGreaterThan(200);
    },
    120_000,
  );

  test('a reserved name is refused by its place', async () => {
    const t = createTestApp(createMemoryStore());
    const incident = incidentOf(await t.run('incidents.Declare', { title: 'x' }));
    const stated = { value: { kind: 'text', text: 'x' }, confidence: 'confirmed', source: 's' };
    await expect(
      t.run('incidents.StateField', { incident, field: 'constructor', ...stated }),
    ).rejects.toThrow('incidents.StateField: field field: a name that every object has');
    const schedules = { subject: 's', text: { en: 'e', ja: 'j' }, schedules: ['constructor'] };
    await expect(t.run('people.Page', schedules)).rejects.toThrow('field schedules.0');
  });
});

describe('values at their limit', () => {
  test('a form of nothing but the longest texts is prepared, shortened, and says so; the log keeps the whole', async () => {
    const t = createTestNode();
    const run = async (command: string, input: object): Promise<Record<string, string>> =>
      resultOf(await t.testApp.run(command, input as JsonValue));
    const { incident = '' } = await run('incidents.Declare', { title: 'x' });
    await run('incidents.SetKinds', { incident, kinds: ['asset-outflow'], reason: 'r' });
    const page = (await (await t.call(`/api/incidents/${incident}/response`)).json()) as {
      fields: { id: string; from: string }[];
      forms: { group: string }[];
    };
    const stated = page.fields.filter(({ from }) => from === 'stated');
    expect(stated.length).toBeGreaterThan(20);
    const value = { kind: 'text', text: HEAVY.repeat(3_333) };
    for (const { id: field } of stated)
      await run('incidents.StateField', { incident, field, value, confidence: 'estimated', source: 's' });
    for (const { group } of page.forms) {
      const { filing = '' } = await run('reports.Prepare', { subject: incident, group });
      const answer = await t.call(`/api/filings/${incident}/${filing}?as=json`);
      const text = await answer.text();
      expect([answer.status, group], group).toEqual([200, group]);
      expect(text, group).toMatch(/以降は記録を参照|the rest stands in the log/);
    }
  }, 60_000);
});

const HOSTILE = [
  '=HYPERLINK("http://evil.example","x")',
  '+cmd|calc',
  '@SUM(A1)',
  '\u202Eevil\u202C',
  '{{constructor.constructor("x")()}}',
  '<script>alert(1)</script>',
  '\u0000\u0008\uFEFF',
  ']]></w:t><evil/>',
  '#{7*7}',
].join(' ');

describe('texts that other programs take for orders', () => {
  test('stay text in every document, and a name of the prototype is no kind of file', async () => {
    const t = createTestNode();
    const run = async (command: string, input: object): Promise<Record<string, string>> =>
      resultOf(await t.testApp.run(command, input as JsonValue));
    const { incident = '' } = await run('incidents.Declare', { title: HOSTILE.slice(0, 190) });
    for (const field of ['summary', 'cause', 'impact.users', 'measures.interim'])
      await run('incidents.StateField', {
        incident,
        field,
        value: { kind: 'text', text: HOSTILE },
        confidence: 'estimated',
        source: HOSTILE,
      });
    const { filing = '' } = await run('reports.Prepare', { subject: incident, group: 'jvcea-first-set' });
    for (const kind of ['pdf', 'docx', 'xlsx', 'json']) {
      const answer = await t.call(`/api/filings/${incident}/${filing}?as=${kind}`);
      expect(answer.status, kind).toBe(200);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (kind !== 'docx' && kind !== 'xlsx') continue;
      const parts = Object.entries(unzipSync(bytes)).filter(([name]) => name.endsWith('.xml'));
      const xml = parts.map(([, part]) => new TextDecoder().decode(part)).join('');
      expect(xml).not.toMatch(/<f>|<evil|<script|\u202E/);
      expect(
        [...xml].some((c) => c < ' ' && !'\n\t\r'.includes(c)),
        kind,
      ).toBe(false);
    }
    for (const kind of ['constructor', 'toString', '__proto__'])
      expect((await t.call(`/api/filings/${incident}/${filing}?as=${kind}`)).status, kind).toBe(400);
  }, 60_000);
});
