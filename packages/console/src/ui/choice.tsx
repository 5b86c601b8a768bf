/** One of a few: a row of toggle buttons for a filter that stands in the address. */
type Props<T extends string> = {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
};

export function Choice<T extends string>({ label, options, value, onChange }: Props<T>) {
  return (
    <fieldset className="inline-flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1" data-chrome>
      <legend className="float-left mr-2 text-2xs text-muted">{label}</legend>
      <div className="inline-flex flex-wrap overflow-hidden rounded-xs border border-edge">
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            aria-pressed={option.value === value}
            onClick={() => onChange(option.value)}
            className={`min-h-[26px] border-l border-line px-2.5 text-xs first:border-l-0 focus-visible:-outline-offset-2 ${
              option.value === value
                ? 'bg-accent font-medium text-on-accent'
                : 'bg-panel hover:bg-accent-soft'
            }`}
          >
            {option.text}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
