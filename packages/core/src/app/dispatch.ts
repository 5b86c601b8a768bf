/** Running one command with everything it causes: decide, validate, fold, and route actions to further commands. */

import { toBase64 } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { evidenceRoot } from '@sonae/proof/log-export';
import { assert, must } from '../kernel/assert.ts';
import { FaultError } from '../kernel/errors.ts';
import { CASCADE_DEPTH_MAX, EVIDENCE_ITEMS_MAX, FACTS_PER_COMMAND_MAX } from '../kernel/limits.ts';
import { isRefused, type Refused } from '../kernel/result.ts';
import { factText } from '../log/append.ts';
import type { AnyCommand, Decided, EvidenceBatch, Principal } from '../log/define.ts';
import type { Fact, NewFact } from '../log/fact.ts';
import { sealText } from '../log/seal.ts';
import type { Sha256 } from '../ports/hash.ts';
import type { EvidenceRow, OutboxEntry } from '../ports/store.ts';
import { authorize } from './authorize.ts';
import { applyFact, type Overlay } from './project.ts';
import { nameOf, type Registry } from './registry.ts';
import { reservedName } from './reserved-names.ts';

/** The effects of one submitted command, gathered until the whole of it has succeeded. */
export type Run = {
  readonly registry: Registry;
  readonly overlay: Overlay;
  readonly now: string;
  readonly surelyPast: string;
  readonly newId: () => string;
  nextSeq: number;
  readonly nonce: () => Uint8Array;
  readonly personKey: (person: string) => Promise<Uint8Array>;
  readonly sha256: Sha256;
  readonly facts: { fact: Fact; text: string; disclosed: boolean }[];
  readonly evidence: EvidenceRow[];
  readonly outbox: OutboxEntry[];
};

const SYSTEM: Principal = { id: 'system:rules', kind: 'system' };

/** Decides and applies; what it causes runs in the same breath, so a crash can never leave half of it. */
export async function runCommand(
  run: Run,
  command: AnyCommand,
  rawInput: JsonValue,
  actor: Principal,
  cause: string,
  depth = 0,
): Promise<Decided | Refused> {
  assert(depth < CASCADE_DEPTH_MAX, `commands cause at most ${CASCADE_DEPTH_MAX} levels of commands`);
  const denied = authorize(command, actor);
  if (denied) return denied;
  const input = parseInput(command, rawInput);
  if (actor.kind === 'operator') refuseReserved(command, input);
  const decided = await decide(run, command, input, actor);
  if (isRefused(decided)) return decided;
  assert(
    decided.facts.length <= FACTS_PER_COMMAND_MAX,
    `${command.name} yields at most ${FACTS_PER_COMMAND_MAX} facts`,
  );
  for (const batch of decided.evidence ?? []) run.evidence.push(evidenceRow(batch));
  for (const created of decided.facts) await record(run, created, actor, cause, depth);
  return decided;
}

function parseInput(command: AnyCommand, raw: JsonValue): JsonValue {
  const parsed = command.input.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = must(parsed.error.issues[0], 'a failed parse has an issue');
  const field = issue.path.length === 0 ? 'input' : issue.path.join('.');
  throw new FaultError(
    'input.invalid',
    `${command.name}: field ${field}: ${issue.message}`,
    `correct ${field}; the schema is in docs/reference/commands.md`,
  );
}

function refuseReserved(command: AnyCommand, input: JsonValue): void {
  const field = reservedName(input);
  if (field === null) return;
  const message = `${command.name}: field ${field.slice(0, 200)}: a name that every object has`;
  throw new FaultError('input.invalid', message, 'write it differently');
}

async function decide(
  run: Run,
  command: AnyCommand,
  input: JsonValue,
  actor: Principal,
): Promise<Decided | Refused> {
  const state: Record<string, JsonValue> = {};
  for (const [name, { view, key }] of Object.entries(command.reads(input)))
    state[name] = await run.overlay.get(view, key);
  const keys = new Map<string, Uint8Array>();
  for (const person of command.persons?.(input) ?? []) keys.set(person, await run.personKey(person));
  return command.decide(input, state as never, {
    now: run.now,
    surelyPast: run.surelyPast,
    actor,
    newId: run.newId,
    seal: (person, text) =>
      sealText(person, text, must(keys.get(person), `the key of ${person}`), run.nonce()),
    evidence: (items) => ({ items, root: toBase64(evidenceRoot(items, run.sha256)) }),
  });
}

async function record(
  run: Run,
  created: NewFact,
  actor: Principal,
  cause: string,
  depth: number,
): Promise<void> {
  const name = nameOf(created.type);
  const def = must(run.registry.facts.get(name), `the definition of ${created.type}`);
  const body = def.schema.parse(created.body) as JsonValue;
  const fact: Fact = {
    seq: run.nextSeq,
    id: run.newId(),
    type: created.type,
    stream: created.stream,
    recordedAt: run.now,
    occurredAt: created.occurredAt ?? run.now,
    actor: actor.id,
    cause,
    ...(created.incident === undefined ? {} : { incident: created.incident }),
    body,
  };
  run.nextSeq += 1;
  run.facts.push({ fact, text: factText(fact), disclosed: created.disclosed ?? def.disclosed });
  await applyFact(run.registry, run.overlay, fact);
  for (const rule of run.registry.rules.get(name) ?? []) {
    for (const action of rule.act(fact)) {
      if (action.kind === 'send') {
        run.outbox.push(outboxEntry(fact, action.target, action.body));
        continue;
      }
      const next = must(run.registry.commands.get(action.command), `command ${action.command}`);
      // A refusal here is the other noun's right: nothing of it is recorded and the cause stands.
      await runCommand(run, next, action.input, SYSTEM, fact.id, depth + 1);
    }
  }
}

function outboxEntry(fact: Fact, target: string, body: JsonValue): OutboxEntry {
  return {
    id: `${fact.id}/${target}`,
    seq: fact.seq,
    target,
    body: canonicalJson(body),
    attempts: 0,
    // At once, by whatever clock the pump reads.
    dueAt: '',
  };
}

/** The batch as it is stored: canonical items under the root that facts cite. */
function evidenceRow({ items, root }: EvidenceBatch): EvidenceRow {
  assert(
    items.length > 0 && items.length <= EVIDENCE_ITEMS_MAX,
    'an evidence batch has 1 to its limit of items',
  );
  return { root, items: items.map((item) => canonicalJson(item)) };
}
