/** Lifting recorded facts of older versions to the version today's code reads. The log's bytes never change. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { assert } from '../kernel/assert.ts';
import { FaultError } from '../kernel/errors.ts';
import type { Fact, FactDef } from './fact.ts';

export type FactIndex = ReadonlyMap<string, FactDef>;

/** @param recorded canonical JSON of one fact; returns it with type and body of the current version. */
export function decodeFact(recorded: string, definitions: FactIndex): Fact {
  const fact = JSON.parse(recorded) as Fact;
  const [name = '', versionText = ''] = fact.type.split('@');
  const def = definitions.get(name);
  const version = Number(versionText);
  if (!def || version > def.version) {
    throw new FaultError(
      'store.newer-version',
      `fact ${fact.seq} has type ${fact.type}, which this version does not know`,
      'start the newer Sonae that wrote this log',
    );
  }
  if (version === def.version) return fact;
  let body: JsonValue = fact.body;
  for (let v = version; v < def.version; v += 1) {
    const lift = def.upcast[v];
    assert(lift, `${name} has an upcaster from version ${v}`);
    body = lift(body);
  }
  return { ...fact, type: def.type, body };
}
