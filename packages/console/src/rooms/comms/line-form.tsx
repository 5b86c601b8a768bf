/** One line and a button: a reason, a claim, a closing remark. */
import { type FormEvent, useState } from 'react';

type Props = {
  readonly label: string;
  readonly submit: string;
  readonly isPending: boolean;
  readonly onSubmit: (text: string) => void;
};

export function LineForm({ label, submit, isPending, onSubmit }: Props) {
  const [text, setText] = useState('');
  const send = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit(text.trim());
    setText('');
  };
  return (
    <form className="mt-2 flex gap-2" onSubmit={send}>
      <input
        className="field"
        aria-label={label}
        placeholder={label}
        required
        maxLength={1000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="btn whitespace-nowrap" disabled={isPending || text.trim() === ''}>
        {submit}
      </button>
    </form>
  );
}
