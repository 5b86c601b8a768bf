/**
 * The registry: one list of modules. HTTP routes, CLI verbs, permissions, JSON Schemas and the reference derive from it.
 */
import { assert } from '../kernel/assert.ts';
import type { ActionRule, AnyCommand, ControlDef, Module } from '../log/define.ts';
import type { FactDef } from '../log/fact.ts';
import type { AnyView } from '../log/stream.ts';

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
