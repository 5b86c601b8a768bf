/**
 * The registry: one list of modules. HTTP routes, CLI verbs, permissions, JSON Schemas and the reference derive from it.
 * Definitions here are typed identity functions; nothing is generated and nothing is magic.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { z } from 'zod';
import { assert } from '../kernel/assert.ts';
import type { ControlDef } from '../kernel/control.ts';
import type { Refused } from '../kernel/result.ts';
import type { Fact, FactDef, NewFact, Text } from '../log/fact.ts';
import type { Sealed } from '../log/seal.ts';
import type { AnyView, Ref, View } from '../log/stream.ts';

export type Principal = { readonly id: string; readonly kind: 'operator' | 'system' };

/** What a decision may know beside its state. Deterministic: same input, state and ctx, same facts. */
export type DecisionContext = {
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly actor: Principal;
  readonly newId: () => string;
  readonly seal: (person: string, text: string) => Sealed;
  /** Base64 RFC 6962 root of a batch, for the fact that cites it. */
  readonly rootOf: (batch: EvidenceBatch) => string;
};

/** Observations kept beside the log: the fact that cites them carries only count and root. */
export type EvidenceBatch = { readonly items: readonly JsonValue[] };
export type Decided = { readonly facts: readonly NewFact[]; readonly evidence?: readonly EvidenceBatch[]; readonly result?: JsonValue };

type Refs = Readonly<Record<string, Ref<unknown>>>;
export type StateOf<R> = { readonly [K in keyof R]: R[K] extends Ref<infer S> ? S : never };

export type Command<Input = never, R extends Refs = Refs> = {
  /** `noun.Verb`. */
  readonly name: string;
  readonly says: Text;
  readonly input: z.ZodType<Input>;
  readonly by: readonly Principal['kind'][];
  /** Code -> meaning of every refusal this command can answer. */
  readonly refusals: Readonly<Record<string, Text>>;
  readonly reads: (input: Input) => R;
  /** Persons whose data this input carries; their keys are at hand for `ctx.seal`. */
  readonly persons?: (input: Input) => readonly string[];
  readonly decide: (input: Input, state: StateOf<R>, ctx: DecisionContext) => Decided | Refused;
};

export function defineCommand<Input, R extends Refs>(
  command: Command<Input, R>,
): Command<Input, R> {
  return command;
}

/** What must be done because of a fact, as data. Commands run in the same transaction; sends go to the outbox. */
export type Action =
  | { readonly kind: 'command'; readonly command: string; readonly input: JsonValue }
  | { readonly kind: 'send'; readonly target: string; readonly body: JsonValue };

export type ActionRule = { readonly on: string; readonly act: (fact: Fact) => readonly Action[] };

export type Module = {
  readonly noun: string;
  readonly says: Text;
  readonly facts: readonly FactDef<never>[];
  readonly views: readonly View<never>[];
  readonly commands: readonly Command<never, Refs>[];
  readonly controls: readonly ControlDef[];
  readonly actions: readonly ActionRule[];
};

/** Typed lists in, one uniform module out. */
export function defineModule(module: {
  noun: string;
  says: Text;
  facts: readonly unknown[];
  views: readonly unknown[];
  commands: readonly unknown[];
  controls?: readonly ControlDef[];
  actions?: readonly ActionRule[];
}): Module {
  return {
    noun: module.noun,
    says: module.says,
    facts: module.facts as Module['facts'],
    views: module.views as Module['views'],
    commands: module.commands as Module['commands'],
    controls: module.controls ?? [],
    actions: module.actions ?? [],
  };
}

export type AnyCommand = Command<JsonValue, Readonly<Record<string, Ref<JsonValue>>>>;

export type Registry = {
  readonly modules: readonly Module[];
  readonly facts: ReadonlyMap<string, FactDef>;
  readonly views: readonly AnyView[];
  readonly viewsOf: ReadonlyMap<string, readonly AnyView[]>;
  readonly commands: ReadonlyMap<string, AnyCommand>;
  readonly rules: ReadonlyMap<string, readonly ActionRule[]>;
  readonly controls: readonly ControlDef[];
  /** Names and versions of all folds: a change means that stored views are out of date. */
  readonly fingerprint: string;
};

/** Indexes the modules and refuses duplicate or dangling names. */
export function buildRegistry(modules: readonly Module[]): Registry {
  const facts = new Map<string, FactDef>();
  const commands = new Map<string, AnyCommand>();
  const views: AnyView[] = [];
  const viewsOf = new Map<string, AnyView[]>();
  const rules = new Map<string, ActionRule[]>();
  for (const module of modules) {
    for (const fact of module.facts as unknown as readonly FactDef[]) {
      assert(fact.name.startsWith(`${module.noun}.`), `${fact.name} stands in noun ${module.noun}`);
      assert(!facts.has(fact.name), `fact ${fact.name} is defined once`);
      facts.set(fact.name, fact);
    }
    for (const command of module.commands as unknown as readonly AnyCommand[]) {
      assert(!commands.has(command.name), `command ${command.name} is defined once`);
      commands.set(command.name, command);
    }
    views.push(...(module.views as unknown as readonly AnyView[]));
  }
  for (const view of views) {
    for (const name of view.folds) {
      assert(facts.has(name), `view ${view.name} folds a defined fact, not ${name}`);
      viewsOf.set(name, [...(viewsOf.get(name) ?? []), view]);
    }
  }
  for (const rule of modules.flatMap((module) => module.actions)) {
    assert(facts.has(rule.on), `an action hangs on a defined fact, not ${rule.on}`);
    rules.set(rule.on, [...(rules.get(rule.on) ?? []), rule]);
  }
  const controls = modules.flatMap((module) => module.controls);
  const fingerprint = views.map((view) => `${view.name}@${view.version}`).join(' ');
  return { modules, facts, views, viewsOf, commands, rules, controls, fingerprint };
}

/** The name part of a fact type: `peg.LevelChanged@1` -> `peg.LevelChanged`. */
export function nameOf(type: string): string {
  return type.slice(0, type.indexOf('@'));
}
