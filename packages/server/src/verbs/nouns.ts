/** Verbs that derive from the registry: `sonae incidents declare --title ...` runs the command incidents.Declare. */

import type { CommandAnswer, IncidentsPage, LogPage } from '@sonae/core/app/api.ts';
import { registry } from '@sonae/core/app/modules.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { AnyCommand } from '@sonae/core/log/define.ts';
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import type { Command } from 'commander';
import { inputSchema } from '../http/openapi.ts';
import { call, requireServer, serverAs } from './client.ts';
import { readJson } from './keys.ts';
import { addLedgerVerbs } from './ledger.ts';
import { say, sayAnswer } from './say.ts';
import { DEFAULT_DATA } from './up.ts';

type Property = { type?: string | string[]; enum?: string[]; default?: unknown };
type Common = { data: string; json?: boolean; key?: string };

export function addNouns(program: Command): void {
  for (const module of registry.modules) {
    const commands = [...registry.commands.values()].filter(
      (c) => c.name.startsWith(`${module.noun}.`) && c.by.includes('operator'),
    );
    if (commands.length === 0) continue;
    const noun = program.command(module.noun).description(`${module.says.en}\n${module.says.ja}`);
    for (const command of commands) addCommand(noun, command);
    if (module.noun === 'incidents') addIncidentReads(noun);
    if (module.noun === 'ledger') addLedgerVerbs(noun);
  }
  common(program.command('log').description('newest facts of the log\nログの最新の事実'))
    .option('--limit <n>', 'how many', '20')
    .action(async (options: Common & { limit: string }) => {
      const { body } = await call<LogPage>(
        requireServer(options.data),
        `/api/log?limit=${encodeURIComponent(options.limit)}`,
      );
      if (options.json) say(JSON.stringify(body));
      else
        for (const fact of body.facts)
          say(`${fact.seq}  ${fact.recordedAt}  ${fact.type}  ${fact.actor}  ${fact.stream}`);
    });
}

const common = (command: Command): Command =>
  command
    .option('--data <dir>', 'data directory of the running server', DEFAULT_DATA)
    .option('--key <file>', 'sign in with this key file (default: the local operator, who holds no role)')
    .option('--json', 'print one JSON object');

/** `PascalCase` and `camelCase` to `kebab-case`. */
const kebab = (name: string): string => name.replace(/(?<=[a-z])[A-Z]/g, (c) => `-${c}`).toLowerCase();

function addCommand(noun: Command, command: AnyCommand): void {
  const { properties = {}, required = [] } = inputSchema(command.input) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  const verb = common(noun.command(kebab(command.name.slice(command.name.indexOf('.') + 1)))).description(
    `${command.says.en}\n${command.says.ja}`,
  );
  for (const [name, property] of Object.entries(properties)) {
    const choices = property.enum
      ? ` (${property.enum.join(', ')})`
      : isJson(property)
        ? ' (JSON, or @FILE)'
        : '';
    const flags = `--${kebab(name)} <value>`;
    if (required.includes(name)) verb.requiredOption(flags, `${name}${choices}`);
    else verb.option(flags, `${name}${choices}`);
  }
  verb.action(async (options: Common & Record<string, string>) => {
    const input: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      const value = options[name];
      if (value !== undefined) input[name] = inputValue(name, value, property);
    }
    await submit(options, command.name, input);
  });
}

const isJson = ({ type, enum: choices }: Property): boolean =>
  choices === undefined && !['integer', 'number', 'boolean', 'string'].includes(String(type));

/**
 * Numbers, truth values and JSON where the schema has them; text otherwise. JSON may stand in a file, `@FILE`: a list of
 * a thousand addresses is more than a command line takes.
 */
function inputValue(name: string, value: string, property: Property): unknown {
  if (property.type === 'integer' || property.type === 'number') return Number(value);
  if (property.type === 'boolean') return value === 'true';
  if (!isJson(property)) return value;
  if (value.startsWith('@')) return readJson(value.slice(1));
  try {
    return JSON.parse(value);
  } catch (error) {
    const message = `--${kebab(name)} is not JSON: ${(error as Error).message}`;
    throw new FaultError('input.invalid', message, 'give JSON in quotes, e.g. \'{"a":1}\', or @FILE', error);
  }
}

async function submit(options: Common, name: string, input: unknown): Promise<void> {
  const server = await serverAs(options);
  const { body } = await call<CommandAnswer>(server, `/api/commands/${name}`, input);
  sayAnswer(body, options.json === true);
}

function addIncidentReads(noun: Command): void {
  common(noun.command('list').description('open incidents\n未終了のインシデント'))
    .option('--all', 'ended ones too')
    .action(async (options: Common & { all?: boolean }) => {
      const { body } = await call<IncidentsPage>(
        requireServer(options.data),
        `/api/incidents?phase=${options.all ? 'all' : 'open'}`,
      );
      if (options.json) say(JSON.stringify(body));
      else
        for (const i of body.incidents)
          say(`${i.id}  ${i.phase.padEnd(12)} ${(i.severity ?? '-').padEnd(8)} ${i.openedAt}  ${i.title}`);
    });
  common(noun.command('show <id>').description('one incident with its timeline\n時系列を含む一件')).action(
    async (id: string, options: Common) => {
      const { body } = await call<Incident>(
        requireServer(options.data),
        `/api/incidents/${encodeURIComponent(id)}`,
      );
      if (options.json) return say(JSON.stringify(body));
      say(
        `${body.title}\n${body.phase}, severity ${body.severity ?? 'not judged'}, ${body.component}, revision ${body.revision}`,
      );
      for (const entry of body.timeline) {
        say(
          `  ${entry.happenedAt}  ${entry.actor.padEnd(16)} ${typeof entry.text === 'string' ? entry.text : entry.text.en}`,
        );
      }
    },
  );
}
