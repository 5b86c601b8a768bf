/** A field under its name. */
import type { ReactNode } from 'react';

type Props = {
  readonly id: string;
  readonly text: string;
  readonly children: ReactNode;
  readonly className?: string;
};

/** `id` is that of the field. */
export function Labelled({ id, text, children, className }: Props) {
  return (
    <div className={className}>
      <label className="label block" htmlFor={id}>
        {text}
      </label>
      {children}
    </div>
  );
}
