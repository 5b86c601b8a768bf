/** One field of a form: label, control and hint, bound together for everybody who cannot see them. */
import { useId } from 'react';
import { AREA_MAX, type Field, linesOf, SHORT_MAX } from './form-fields.ts';

type Props = {
  readonly field: Field;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

export function FieldControl(props: Props) {
  if (props.field.kind === 'many' || props.field.kind === 'radio') return <Group {...props} />;
  return <Single {...props} />;
}

function Single({ field, value, onChange }: Props) {
  const id = useId();
  const { label, hint } = field;
  return (
    <div>
      <label className="font-medium" htmlFor={id}>
        {label}
      </label>
      <Control id={id} field={field} value={value} onChange={onChange} />
      {hint === undefined ? null : (
        <p className="label mt-0.5" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

function Control({ id, field, value, onChange }: Props & { id: string }) {
  const { kind, isOptional = false, isCode = false, options = [], hint, suggestions = [], max, min } = field;
  const shared = {
    id,
    className: `field mt-1 ${isCode ? 'font-mono text-xs' : ''}`,
    spellCheck: !isCode,
    required: !isOptional,
    value,
    ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }),
  };
  if (kind === 'choice')
    return (
      <select {...shared} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    );
  if (kind === 'area')
    return (
      <textarea
        {...shared}
        rows={field.rows ?? 3}
        maxLength={max ?? AREA_MAX}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  const types = { text: 'text', number: 'number', time: 'datetime-local', date: 'date' } as const;
  const limits = kind === 'number' ? { min: min ?? 0, max } : { maxLength: max ?? SHORT_MAX };
  return (
    <>
      <input
        {...shared}
        {...limits}
        type={types[kind as keyof typeof types]}
        autoComplete="off"
        list={suggestions.length === 0 ? undefined : `${id}-known`}
        onChange={(event) => onChange(event.target.value)}
      />
      {suggestions.length === 0 ? null : (
        <datalist id={`${id}-known`}>
          {suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** Several, or one of a few: boxes with their own labels inside a named group. */
function Group({ field, value, onChange }: Props) {
  const id = useId();
  const { label, hint, options = [], kind } = field;
  const chosen = kind === 'many' ? linesOf(value) : [value];
  const toggle = (option: string, isOn: boolean): void => {
    const rest = chosen.filter((one) => one !== option);
    onChange(kind === 'radio' ? option : (isOn ? [...rest, option] : rest).join('\n'));
  };
  return (
    <fieldset>
      <legend className="font-medium">{label}</legend>
      {hint === undefined ? null : <p className="label">{hint}</p>}
      <div
        className={
          kind === 'radio' ? 'mt-1 flex flex-wrap gap-x-4 gap-y-1' : 'mt-1 grid gap-1 sm:grid-cols-2'
        }
      >
        {options.map((option) => (
          <label key={option.value} className="flex items-start gap-2 py-0.5">
            <input
              type={kind === 'radio' ? 'radio' : 'checkbox'}
              name={`${id}-${field.name}`}
              className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]"
              checked={chosen.includes(option.value)}
              onChange={(event) => toggle(option.value, event.target.checked)}
            />
            <span className="min-w-0 [overflow-wrap:anywhere]">{option.text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
