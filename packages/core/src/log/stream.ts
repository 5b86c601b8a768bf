/** Views: folds over facts. A view is a set of keyed states; `state` of a decision is simply the views it reads. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Fact } from './fact.ts';

export type View<State> = {
  readonly name: string;
  /** Raised when the fold changes: the store then rebuilds all views from the log. */
  readonly version: number;
  /** Fact names (without version) that this view folds. */
  readonly folds: readonly string[];
  readonly initial: (key: string) => State;
  /** The keys that a fact changes; usually one. */
  readonly keysOf: (fact: Fact) => readonly string[];
  /** Pure; returns the next state and leaves the given one alone. */
  readonly apply: (state: State, fact: Fact, key: string) => State;
};

export function defineView<State>(view: View<State>): View<State> {
  return view;
}

export type AnyView = View<JsonValue>;

/** What a decision asks to read: a view and a key of it. `state` is never set; it carries the type. */
export type Ref<State> = { readonly view: AnyView; readonly key: string; readonly state?: State };

export function ref<State>(view: View<State>, key: string): Ref<State> {
  return { view: view as unknown as AnyView, key };
}
