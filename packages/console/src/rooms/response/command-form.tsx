/**
 * A command as a form: fields as data, one button, the outcome in words. What was written stays until the log has it; the
 * dialog closes only then.
 */
import { type FormEvent, type ReactNode, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { FieldControl } from './field-control.tsx';
import { type Field, isComplete, type Values, valuesOf } from './form-fields.ts';

export type FormProps = {
  readonly command: string;
  /** Data, or data that depends on what was already written. */
  readonly fields: readonly Field[] | ((written: Values) => readonly Field[]);
  readonly toInput: (values: Values) => unknown;
  readonly submit: string;
  /** Why it cannot be sent as it is; null when it can. */
  readonly problem?: (values: Values) => string | null;
  readonly lead?: ReactNode;
  readonly isPublic?: boolean;
  readonly look?: 'btn-main' | 'btn-final';
  /** Controls of its own that write fields, e.g. from a file. */
  readonly extra?: (write: (change: Values) => void, values: Values) => ReactNode;
  readonly onDone?: (result: unknown) => void;
};

export function CommandForm(props: FormProps & { readonly onClose?: () => void }) {
  const { t } = useTexts();
  const command = useCommand();
  const [written, setWritten] = useState<Values>({});
  const asked = typeof props.fields === 'function' ? props.fields(written) : props.fields;
  // A field may depend on what another began with, so that it is asked again with everything filled.
  const fields = typeof props.fields === 'function' ? props.fields(valuesOf(asked, written)) : asked;
  const values = valuesOf(fields, written);
  const isFilled = isComplete(fields, values);
  const problem = isFilled ? (props.problem?.(values) ?? null) : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    command.send(props.command, props.toInput(values), ({ result }) => {
      setWritten({});
      props.onDone?.(result);
      props.onClose?.();
    });
  };
  const write = (change: Values): void => setWritten((before) => ({ ...before, ...change }));
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      {props.isPublic === undefined ? null : (
        <DisclosureMark
          isPublic={props.isPublic}
          text={t(props.isPublic ? 'response.public' : 'response.private')}
        />
      )}
      {props.lead}
      {props.extra?.(write, values)}
      <Fields fields={fields} values={values} write={write} />
      {problem === null ? null : (
        <p className="text-critical" role="alert">
          {problem}
        </p>
      )}
      <CommandOutcome command={command} quietWhenDone about={props.command.split('.')[0] ?? ''} />
      <div className="flex justify-end gap-2">
        {props.onClose === undefined ? null : (
          <button type="button" className="btn" onClick={props.onClose}>
            {t('common.cancel')}
          </button>
        )}
        <button
          type="submit"
          className={`btn ${props.look ?? 'btn-main'}`}
          disabled={command.isPending || !isFilled || problem !== null}
        >
          {command.isPending ? t('common.sending') : props.submit}
        </button>
      </div>
    </form>
  );
}

type FieldsProps = {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly write: (change: Values) => void;
};

/** In order; what belongs to a fold stands inside it, closed. */
function Fields({ fields, values, write }: FieldsProps) {
  const folds = [...new Set(fields.flatMap(({ fold }) => (fold === undefined ? [] : [fold])))];
  const shown = (fold: string | undefined): ReactNode =>
    fields
      .filter((field) => field.fold === fold)
      .map((field) => (
        <FieldControl
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          onChange={(value) => write({ [field.name]: value })}
        />
      ));
  return (
    <>
      {shown(undefined)}
      {folds.map((fold) => (
        <details key={fold} className="border-t border-line pt-2">
          <summary className="font-medium">{fold}</summary>
          <div className="mt-2 flex flex-col gap-3">{shown(fold)}</div>
        </details>
      ))}
    </>
  );
}

export type CommandDialogProps = FormProps & {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
};

export function CommandDialog({ title, open, onClose, ...form }: CommandDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <CommandForm {...form} onClose={onClose} />
    </Dialog>
  );
}

type AskProps = FormProps & {
  readonly button: string;
  readonly title: string;
  readonly buttonLook?: string;
  /** Says more than the words on the button, where several buttons share them. */
  readonly buttonLabel?: string;
};

/** A button and the dialog that it opens. */
export function Ask({ button, title, buttonLook = '', buttonLabel, ...form }: AskProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={`btn ${buttonLook}`}
        aria-label={buttonLabel}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        {button}
      </button>
      <CommandDialog {...form} title={title} open={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}

/** A command that needs no words: one button, and its outcome if it is not done. */
export function Act({ command: name, input, text, look = '', label }: ActProps) {
  const { t } = useTexts();
  const command = useCommand();
  return (
    <>
      <button
        type="button"
        className={`btn ${look}`}
        aria-label={label}
        disabled={command.isPending}
        onClick={() => command.send(name, input)}
      >
        {command.isPending ? t('common.sending') : text}
      </button>
      <CommandOutcome command={command} quietWhenDone about={name.split('.')[0] ?? ''} />
    </>
  );
}
type ActProps = {
  readonly command: string;
  readonly input: unknown;
  readonly text: string;
  readonly look?: string;
  readonly label?: string;
};
