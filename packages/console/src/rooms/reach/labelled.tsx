/** A field under its name, as wide as its neighbours. */
import type { InputHTMLAttributes, ReactNode } from 'react';
import { Labelled as Field } from '../../ui/labelled.tsx';

export function Labelled(props: { id: string; text: string; children: ReactNode }) {
  return <Field {...props} className="min-w-0 flex-1 basis-36" />;
}

type InputProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'id'> & {
  readonly id: string;
  readonly text: string;
  readonly value: string;
  readonly onText: (value: string) => void;
};

/** A required input under its name. */
export function LabelledInput({ id, text, onText, ...input }: InputProps) {
  return (
    <Labelled id={id} text={text}>
      <input {...input} id={id} className="field" required onChange={(event) => onText(event.target.value)} />
    </Labelled>
  );
}

/** A field of a form holds UTC without a zone, e.g. 2023-03-11T03:24. */
export const utcOf = (field: string): string => new Date(`${field}Z`).toISOString().replace('.000Z', 'Z');
export const fieldOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16);
/** Ids as people write them in one line. */
export const idsOf = (text: string): string[] => text.split(/[\s,、]+/).filter((id) => id !== '');
