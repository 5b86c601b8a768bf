/** Criteria of a power as a sentence: one of these must hold. Pure; the words come from the dictionaries. */
import type { Criteria } from '@sonae/core/nouns/authority/facts/power.ts';
import type { Texts } from '../../i18n/language.ts';
import { spanText } from '../../ui/time-format.ts';

export function criteriaText(criteria: Criteria, { t, language }: Pick<Texts, 't' | 'language'>): string {
  const parts = criteria.anyOf.map((part) => {
    if ('severity' in part) return t('criteria.severity', { severity: t(`severity.${part.severity}`) });
    if ('atLeast' in part)
      return t('criteria.atLeast', { signal: part.signal, level: t(`level.${part.atLeast}`) });
    return t('criteria.quiet', { signal: part.signal, span: spanText(part.quietForMs, language) });
  });
  return parts.join(t('criteria.or'));
}
