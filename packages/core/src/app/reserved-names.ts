/**
 * Names that every object carries. An id such as `constructor` would be found in every register of people, powers or
 * schedules, so people cannot use one; what monitors send is data and is kept out of look-ups by its own noun.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';

const RESERVED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** The path to the first text that is a reserved name, or null. Keys are told apart by the schemas. */
export function reservedName(value: JsonValue, path = 'input'): string | null {
  if (typeof value === 'string') return RESERVED.has(value) ? path : null;
  if (value === null || typeof value !== 'object') return null;
  for (const [key, one] of Object.entries(value)) {
    const at = path === 'input' ? key : `${path}.${key}`;
    const found = reservedName(one, at);
    if (found !== null) return found;
  }
  return null;
}
