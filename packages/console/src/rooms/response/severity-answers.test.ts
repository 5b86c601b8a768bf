/** The preview of the questionnaire says what core will decide. */
import { type Answer, assess, CRITERIA, criteriaFor } from '@sonae/core/nouns/incidents/engine/severity.ts';
import { expect, test } from 'vitest';
import { worstImplied } from './severity-answers.ts';

const all = (answer: Answer): Record<string, Answer> =>
  Object.fromEntries(CRITERIA.map(({ id }) => [id, answer]));

test.each([
  ['nothing answered', {}],
  ['all no', all('no')],
  ['all unknown', all('unknown')],
  ['only the service stopped', { ...all('no'), 'service-stopped': 'yes' as const }],
  ['only the unknown effect', { ...all('no'), 'customers-affected': 'unknown' as const }],
  ['life', { ...all('no'), life: 'yes' as const }],
])('%s', (_, answers) => {
  for (const kinds of [[], ['peg-break'], ['data-leak', 'system-fault']] as const)
    expect(worstImplied(criteriaFor(kinds), answers)).toBe(assess(answers, kinds));
});
