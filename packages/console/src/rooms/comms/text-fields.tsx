/** The required parts of a notice in both languages, side by side. */
import type { Text } from '@sonae/core/log/fact.ts';
import { useTexts } from '../../i18n/language.ts';

export const TEXT_PARTS = ['title', 'whatIsKnown', 'whatIsStopped', 'whatUsersShouldDo'] as const;
export type Texts = Readonly<Record<(typeof TEXT_PARTS)[number], Text>>;

type Props = { readonly texts: Texts; readonly onChange: (texts: Texts) => void };

export function TextFields({ texts, onChange }: Props) {
  const { t } = useTexts();
  return TEXT_PARTS.map((part) => (
    <fieldset key={part} className="grid gap-2 sm:grid-cols-2">
      <legend className="label">{t(`part.${part}`)}</legend>
      {(['ja', 'en'] as const).map((language) => (
        <textarea
          key={language}
          className="field"
          lang={language}
          rows={part === 'title' ? 1 : 3}
          required
          maxLength={part === 'title' ? 150 : 4000}
          aria-label={`${t(`part.${part}`)} (${language})`}
          value={texts[part][language]}
          onChange={(event) =>
            onChange({ ...texts, [part]: { ...texts[part], [language]: event.target.value } })
          }
        />
      ))}
    </fieldset>
  ));
}
