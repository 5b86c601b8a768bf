/** The fields of a template's variables and how the text reads with them, in both languages. */
import type { Component } from '@sonae/core/nouns/comms/facts/board.ts';
import type { Template, TemplateVariable } from '@sonae/core/nouns/comms/facts/templates.ts';
import { useId } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { previewText } from './template-fill.ts';

type Values = Readonly<Record<string, string>>;
type Props = {
  readonly template: Template;
  readonly values: Values;
  readonly components: readonly Component[];
  readonly onChange: (values: Values) => void;
};

export function FillFields({ template, values, components, onChange }: Props) {
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      {template.variables.map((variable) => (
        <Field
          key={variable.name}
          variable={variable}
          value={values[variable.name] ?? ''}
          components={components}
          onChange={(value) => onChange({ ...values, [variable.name]: value })}
        />
      ))}
    </div>
  );
}

type FieldProps = {
  readonly variable: TemplateVariable;
  readonly value: string;
  readonly components: readonly Component[];
  readonly onChange: (value: string) => void;
};

function Field({ variable, value, components, onChange }: FieldProps) {
  const { pick } = useTexts();
  const id = useId();
  const options =
    variable.kind === 'component'
      ? components.map((one) => ({ value: one.id, text: pick(one.name) }))
      : variable.kind === 'choice'
        ? variable.choices.map((one) => ({ value: one.id, text: pick(one.text) }))
        : null;
  return (
    <div>
      <label className="label" htmlFor={id}>
        {pick(variable.says)}
      </label>
      {options === null ? (
        <input
          id={id}
          className="field"
          value={value}
          required
          maxLength={300}
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <select id={id} className="field" value={value} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

const PARTS = ['whatIsKnown', 'whatIsStopped', 'whatUsersShouldDo'] as const;

/** How it will read. */
export function Preview({ template, values, components }: Omit<Props, 'onChange'>) {
  const { t } = useTexts();
  const filled = (text: { en: string; ja: string }) => previewText(text, template, values, components);
  const title = filled(template.title);
  return (
    <section
      className="grid gap-3 border border-line bg-sunken p-3 text-sm sm:grid-cols-2"
      aria-label={t('comms.preview')}
    >
      {(['ja', 'en'] as const).map((language) => (
        <div key={language} lang={language}>
          <p className="font-semibold">{title[language]}</p>
          {PARTS.map((part) => (
            <p key={part} className="mt-1 whitespace-pre-line">
              {filled(template.parts[part])[language]}
            </p>
          ))}
        </div>
      ))}
    </section>
  );
}
