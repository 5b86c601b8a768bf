/** Numbers of a power as sentences. Pure; the words come from the dictionaries. */
import type { Texts } from '../i18n/language.ts';
import { spanText } from '../ui/time-format.ts';
import type { Criteria, PublicPower } from './public-powers.ts';

type Words = Pick<Texts, 't' | 'language'>;

export function criteriaText(criteria: Criteria, { t, language }: Words): string {
  const parts = criteria.anyOf.map((part) => {
    if ('severity' in part) return t('criteria.severity', { severity: t(`severity.${part.severity}`) });
    if ('atLeast' in part)
      return t('criteria.atLeast', { signal: part.signal, level: t(`level.${part.atLeast}`) });
    return t('criteria.quiet', { signal: part.signal, span: spanText(part.quietForMs, language) });
  });
  return parts.join(t('criteria.or'));
}

/** What it takes and how long it lasts, one sentence each. */
export function termsOf(power: PublicPower, words: Words): string[] {
  const { t, language } = words;
  const wait = (ms: number): string => (ms === 0 ? '' : t('power.wait', { span: spanText(ms, language) }));
  const terms =
    power.governs === null
      ? [
          t('power.stops', { count: power.quorum, wait: wait(power.delayMs) }),
          t('power.resumes', { count: power.resumeQuorum, wait: wait(power.resumeDelayMs) }),
        ]
      : [t('power.changes', { count: power.quorum, wait: wait(power.delayMs) })];
  const { durationMs } = power.bounds;
  if (durationMs !== null) terms.push(t('power.lasts', { span: spanText(durationMs, language) }));
  if (power.activation !== null)
    terms.push(t('power.onlyWhen', { criteria: criteriaText(power.activation, words) }));
  if (power.release !== null)
    terms.push(t('power.resumedWhen', { criteria: criteriaText(power.release, words) }));
  terms.push(t('power.reviewed', { span: spanText(power.reviewWithinMs, language) }));
  return terms;
}
