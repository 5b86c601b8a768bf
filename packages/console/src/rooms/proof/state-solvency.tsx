/** Stating solvency for an epoch, with the statements of reserves that the firm's signer made. */
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { stateSolvency } from './proof-queries.ts';

/** `MAX_RESERVES_CHARS` of the format. */
const FILE_MB_MAX = 16;
const MB_BYTES = 1024 * 1024;

type Text = { readonly name: string; readonly text: string };
type Props = { readonly epoch: string; readonly isAgain: boolean };

export function StateSolvency({ epoch, isAgain }: Props) {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const title = t('proof.stateOf', { epoch });
  return (
    <>
      <button type="button" className="btn" onClick={() => setOpen(true)}>
        {t(isAgain ? 'proof.stateAgain' : 'proof.state')}
        <span className="sr-only"> {epoch}</span>
      </button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={title}>
        <StateForm epoch={epoch} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function StateForm({ epoch, onClose }: { epoch: string; onClose: () => void }) {
  const { t } = useTexts();
  const id = useId();
  const command = useCommand();
  const [texts, setTexts] = useState<readonly Text[]>([]);
  const [problem, setProblem] = useState('');
  const take = async (files: readonly File[]): Promise<void> => {
    const large = files.find(({ size }) => size > FILE_MB_MAX * MB_BYTES);
    setProblem(large === undefined ? '' : t('proof.tooLarge', { name: large.name, max: FILE_MB_MAX }));
    // The text is one line; an editor may have ended it.
    const read = files.map(async (file) => ({ name: file.name, text: (await file.text()).trimEnd() }));
    setTexts(large === undefined ? await Promise.all(read) : []);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    command.perform(
      () =>
        stateSolvency(
          epoch,
          texts.map(({ text }) => text),
        ),
      onClose,
    );
  };
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <p>{t('proof.stateLead', { epoch })}</p>
      <div>
        <label className="font-medium" htmlFor={id}>
          {t('proof.reserves')}
        </label>
        <input
          id={id}
          type="file"
          multiple
          className="field mt-1"
          aria-describedby={`${id}-hint`}
          onChange={(event) => void take([...(event.target.files ?? [])])}
        />
        <p className="label mt-0.5" id={`${id}-hint`}>
          {t('proof.reservesHint')}
        </p>
        <p role="status" className="text-xs">
          {texts.length === 0
            ? null
            : t('proof.chosen', { count: texts.length, names: texts.map(({ name }) => name).join(', ') })}
        </p>
        {problem === '' ? null : (
          <p role="alert" className="text-critical">
            {problem}
          </p>
        )}
      </div>
      <CommandOutcome command={command} quietWhenDone about="reserves" />
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button type="submit" className="btn btn-final" disabled={command.isPending || problem !== ''}>
          {command.isPending ? t('common.sending') : t('proof.stateSubmit')}
        </button>
      </div>
    </form>
  );
}
