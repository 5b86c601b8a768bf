/**
 * A fact: what was decided, approved, done or refused. The log is a list of these and nothing else is the truth.
 * Definitions carry schema, version and the upcasters that lift older bodies to today's shape (log/upcast.ts).
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { z } from 'zod';

export type Text = { readonly en: string; readonly ja: string };

/** A fact as recorded. Times are ISO 8601 UTC; `type` ends in `@version`; `cause` is the command or fact behind it. */
export type Fact<Body = JsonValue> = {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly recordedAt: string;
  readonly occurredAt: string;
  readonly actor: string;
  readonly cause: string;
  readonly incident?: string;
  readonly body: Body;
};

/** What a decision returns: the log adds seq, id, recordedAt, actor and cause. */
export type NewFact = {
  readonly type: string;
  readonly stream: string;
  readonly body: JsonValue;
  readonly occurredAt?: string;
  readonly incident?: string;
  /** Overrides the definition's default. */
  readonly disclosed?: boolean;
};

export type FactDef<Body = JsonValue> = {
  /** `noun.PastTense`, without version. */
  readonly name: string;
  readonly version: number;
  /** `noun.PastTense@version`, as it stands in facts. */
  readonly type: string;
  readonly schema: z.ZodType<Body>;
  /** Disclosed facts are public by default: their salt and bytes are served to anybody. */
  readonly disclosed: boolean;
  readonly says: Text;
  /** `upcast[v]` turns a body of version v into one of version v + 1. */
  readonly upcast: Readonly<Record<number, (body: JsonValue) => JsonValue>>;
};

export function defineFact<Body>(def: {
  name: string;
  version: number;
  schema: z.ZodType<Body>;
  says: Text;
  disclosed?: boolean;
  upcast?: Record<number, (body: JsonValue) => JsonValue>;
}): FactDef<Body> {
  const type = `${def.name}@${def.version}`;
  return { ...def, type, disclosed: def.disclosed ?? false, upcast: def.upcast ?? {} };
}

/** A typed new fact of this definition. */
export function newFact<Body>(
  def: FactDef<Body>,
  stream: string,
  body: Body,
  more: { occurredAt?: string; incident?: string; disclosed?: boolean } = {},
): NewFact {
  return { type: def.type, stream, body: body as JsonValue, ...more };
}

/** Whether `fact` is of this definition (any version is upcast before anybody sees it, so the name decides). */
export function isFact<Body>(def: FactDef<Body>, fact: Fact): fact is Fact & { body: Body & JsonValue } {
  return fact.type === def.type;
}
