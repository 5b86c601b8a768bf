/** Filters that write themselves into the address: a known word, a text, a moment in UTC. */
import { useEffect, useId, useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { Labelled } from '../../ui/labelled.tsx';
import { fieldTime, utcOf } from '../response/form-fields.ts';

type Props = {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
};

export function WordFilter(
  props: Props & { readonly words: readonly { readonly value: string; readonly text: string }[] },
) {
  const { t } = useTexts();
  const id = useId();
  const { label, value, words, onChange } = props;
  return (
    <Labelled id={id} text={label}>
      <select
        id={id}
        className="field w-auto"
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      >
        <option value="">{t('common.all')}</option>
        {words.map((word) => (
          <option key={word.value} value={word.value}>
            {word.text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

/** Written on Enter or when the field is left, so that half a name asks the server for nothing. */
export function TextFilter({ label, value, onChange }: Props) {
  const id = useId();
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const done = (): void => {
    const next = text.trim() === '' ? undefined : text.trim();
    if (next !== value) onChange(next);
  };
  return (
    <Labelled id={id} text={label}>
      <input
        id={id}
        className="field w-36"
        autoComplete="off"
        maxLength={100}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => (event.key === 'Enter' ? done() : undefined)}
      />
    </Labelled>
  );
}

export function MomentFilter({ label, value, onChange }: Props) {
  const id = useId();
  return (
    <Labelled id={id} text={label}>
      <input
        id={id}
        type="datetime-local"
        className="field w-auto"
        value={value === undefined ? '' : fieldTime(Date.parse(value))}
        onChange={(event) => onChange(utcOf(event.target.value))}
      />
    </Labelled>
  );
}
