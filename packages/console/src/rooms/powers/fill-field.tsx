/** One open field of a target, asked for in the form that people know it by, with what will be sent below. */
import { useId } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { encodeAddress, type FillForm, fillValue } from './request-fill.ts';

type Props = {
  readonly form: FillForm;
  readonly name: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
};

export function FillField({ form, name, value, onChange }: Props) {
  const { t } = useTexts();
  const id = useId();
  const isWrong = value.trim() !== '' && fillValue(form, value) === null;
  const encoded = form === 'address' ? encodeAddress(value) : null;
  const shared = {
    id,
    className: `field mt-1 font-mono ${isWrong ? 'border-critical' : ''}`,
    value,
    'aria-describedby': `${id}-hint`,
    'aria-invalid': isWrong,
    spellCheck: false,
    autoComplete: 'off',
  };
  return (
    <div>
      <label className="font-medium" htmlFor={id}>
        {t(`fill.${form}`)} <span className="font-mono text-xs text-muted">{name}</span>
      </label>
      {form === 'json' || form === 'subjects' ? (
        <textarea {...shared} rows={4} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...shared} onChange={(event) => onChange(event.target.value)} />
      )}
      <p
        className={`mt-1 text-2xs ${isWrong ? 'font-semibold text-critical' : 'text-muted'}`}
        id={`${id}-hint`}
      >
        {t(isWrong ? `fill.${form}.wrong` : `fill.${form}.hint`)}
      </p>
      {encoded === null ? null : (
        <p className="mt-0.5 font-mono text-2xs text-muted">
          {t('fill.encoded')} {encoded}
        </p>
      )}
    </div>
  );
}
