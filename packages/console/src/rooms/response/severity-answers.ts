/** The severity that answers imply, shown before they are sent. Mirrors core's incidents/engine/severity.ts, which decides. */
import type { Criterion } from '@sonae/core/nouns/incidents/engine/severity.ts';
import type { Values } from './form-fields.ts';

const WORST_FIRST = ['critical', 'major', 'minor'] as const;

/** Whatever is not answered no counts as a yes. */
export function worstImplied(criteria: readonly Criterion[], answers: Values): (typeof WORST_FIRST)[number] {
  const implied = criteria.filter(({ id }) => answers[id] !== 'no').map(({ implies }) => implies);
  return WORST_FIRST.find((one) => implied.includes(one)) ?? 'minor';
}
