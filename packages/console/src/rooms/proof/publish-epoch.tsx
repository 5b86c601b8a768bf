/** Publishing an epoch: book and name, once and for good. */
import { PRIVATE_LABEL } from '@sonae/proof/private-liabilities';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { booksQuery } from '../books/books-queries.ts';
import { type Mode, publishEpoch } from './proof-queries.ts';

/** `epochName` of the facts. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;

export function PublishEpoch() {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="btn btn-main" onClick={() => setOpen(true)}>
        {t('proof.publish')}
      </button>
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={t('proof.publish')}>
        <PublishForm onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function PublishForm({ onClose }: { onClose: () => void }) {
  const { t } = useTexts();
  const ids = { name: useId(), book: useId() };
  const { data } = useQuery(booksQuery);
  const command = useCommand();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const book = chosen ?? data?.books[0]?.id ?? null;
  const [mode, setMode] = useState<Mode>('open');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (book !== null) command.perform(() => publishEpoch(book, name, mode), onClose);
  };
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <p>{t('proof.publishLead')}</p>
      <div>
        <label className="font-medium" htmlFor={ids.name}>
          {t('proof.name')}
        </label>
        <input
          id={ids.name}
          className="field mt-1"
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value.trim())}
          aria-describedby={`${ids.name}-hint`}
          aria-invalid={name !== '' && !NAME.test(name)}
        />
        <p className="label mt-0.5" id={`${ids.name}-hint`}>
          {t('proof.nameHint')}
        </p>
      </div>
      <div>
        <label className="font-medium" htmlFor={ids.book}>
          {t('proof.book')}
        </label>
        <select
          id={ids.book}
          className="field mt-1"
          value={book ?? ''}
          onChange={(event) => setChosen(event.target.value)}
        >
          {data?.books.map(({ id }) => (
            <option key={id}>{id}</option>
          ))}
        </select>
        {data?.books.length === 0 ? <p className="text-critical">{t('proof.noBook')}</p> : null}
      </div>
      <ModeChoice mode={mode} onChange={setMode} />
      <CommandOutcome command={command} quietWhenDone about="reserves" />
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button
          type="submit"
          className="btn btn-final"
          disabled={command.isPending || book === null || !NAME.test(name)}
        >
          {command.isPending ? t('common.sending') : t('proof.publishSubmit')}
        </button>
      </div>
    </form>
  );
}

/** Open or private, with what each shows and hides. */
function ModeChoice({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  const { t, language } = useTexts();
  const name = useId();
  return (
    <fieldset>
      <legend className="font-medium">{t('proof.mode')}</legend>
      {(['open', 'private'] as const).map((one) => (
        <label key={one} className="flex items-start gap-2 py-0.5">
          <input
            type="radio"
            name={name}
            className="mt-0.5 size-4 shrink-0 accent-[var(--accent)]"
            checked={mode === one}
            onChange={() => onChange(one)}
          />
          <span className="min-w-0">
            {t(`proof.mode.${one}`)} <span className="label block">{t(`proof.mode.${one}Hint`)}</span>
          </span>
        </label>
      ))}
      {mode === 'private' ? <p className="text-watch">{PRIVATE_LABEL[language]}</p> : null}
    </fieldset>
  );
}
