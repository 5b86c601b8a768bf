/** A failed step in a sentence that says what it means and what to do; the check's own words stand beside it. */
import { isKey, type Texts, useTexts } from '../i18n/language.ts';

/** By step and code, then by code alone. Codes are those of `ProofError`, which `reasonOf` puts first. */
export function whyText(step: string, reason: string, t: Texts['t']): string {
  const code = /^([a-z]+(?:-[a-z]+)+): /.exec(reason)?.[1] ?? 'other';
  const [own, general] = [`why.${step}.${code}`, `why.${code}`];
  if (isKey(own)) return t(own);
  return t(isKey(general) ? general : 'why.other');
}

export function Why({ step, reason }: { step: string; reason: string }) {
  const { t } = useTexts();
  return (
    <div className="mt-2.5 border-l-2 border-critical bg-critical-soft px-3 py-2" role="alert" data-why>
      <p className="font-semibold text-critical">{t('why.title')}</p>
      <p>{whyText(step, reason, t)}</p>
    </div>
  );
}
