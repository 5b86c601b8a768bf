/** The reason of a request or of a no: written once, hashed into what is signed. */
import { useId } from 'react';
import { TEXT_MAX } from '../incidents/reason-dialog.tsx';

type Props = {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
};

export function ReasonField({ label, hint, value, onChange }: Props) {
  const id = useId();
  return (
    <div>
      <label className="font-medium" htmlFor={id}>
        {label}
      </label>
      <textarea
        id={id}
        className="field mt-1"
        rows={3}
        required
        maxLength={TEXT_MAX}
        aria-describedby={`${id}-hint`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <p className="label mt-1" id={`${id}-hint`}>
        {hint}
      </p>
    </div>
  );
}
