/**
 * What modules are made of: commands, controls, actions, and the typed identity functions that define them. Nothing is
 * generated and nothing is magic; app/registry.ts collects the definitions.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { z } from 'zod';
import type { Refused } from '../kernel/result.ts';
import type { Fact, FactDef, NewFact, Text } from './fact.ts';
import type { Sealed } from './seal.ts';
import type { Ref, View } from './stream.ts';

export type Principal = { readonly id: string; readonly kind: 'operator' | 'system' };

/** What a decision may know beside its state. Deterministic: same input, state and ctx, same facts. */
export type DecisionContext = {
  /** ISO 8601 UTC. The latest it can be: what expires is judged by it. */
  readonly now: string;
  /** The earliest it can be (ports/clock.ts): what must wait is judged by it. */
  readonly surelyPast: string;
  readonly actor: Principal;
  readonly newId: () => string;
  readonly seal: (person: string, text: string) => Sealed;
  /** A batch under its root, for the fact that cites it and for `Decided.evidence`. */
  readonly evidence: (items: readonly JsonValue[]) => EvidenceBatch;
};

/** Observations kept beside the log: the fact that cites them carries only count and root. */
export type EvidenceBatch = {
  readonly items: readonly JsonValue[];
  /** Base64 RFC 6962 root over the canonical bytes of the items. */
  readonly root: string;
};
export type Decided = {
  readonly facts: readonly NewFact[];
  readonly evidence?: readonly EvidenceBatch[];
  readonly result?: JsonValue;
  /** A no that is itself recorded: the facts stand, the caller is refused. */
  readonly refusal?: Refused;
};

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
  /** Of what the clock runs: so long it may wait, in ms, while the log stands still. Left out: it never waits. */
  readonly restMs?: number;
  readonly decide: (input: Input, state: StateOf<R>, ctx: DecisionContext) => Decided | Refused;
};

export function defineCommand<Input, R extends Refs>(command: Command<Input, R>): Command<Input, R> {
  return command;
}

/** What must be done because of a fact, as data. Commands run in the same transaction; sends go to the outbox. */
export type Action =
  | { readonly kind: 'command'; readonly command: string; readonly input: JsonValue }
  | { readonly kind: 'send'; readonly target: string; readonly body: JsonValue };

export type ActionRule = { readonly on: string; readonly act: (fact: Fact) => readonly Action[] };

/** A control says what must be true: a statement, what it rests on, who owns it, and the levels it can take. */
export type ControlDef = {
  readonly id: string;
  readonly statement: Text;
  /** Law, rule or source the control rests on. */
  readonly basis: readonly string[];
  readonly owner: string;
  readonly levels: readonly string[];
};

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
