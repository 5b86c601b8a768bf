/** A note for the timeline. Private, and said so at the box. The text stays until the log has it. */
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { TEXT_MAX } from './reason-dialog.tsx';

export function NoteBox({ incident }: { incident: Incident }) {
  const { t } = useTexts();
  const command = useCommand();
  const [text, setText] = useState('');
  const [happened, setHappened] = useState('');
  const ids = { text: useId(), happened: useId() };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // The field holds UTC without a zone, e.g. 2023-03-11T03:24.
    const when = happened === '' ? {} : { happenedAt: new Date(`${happened}Z`).toISOString() };
    const about = { incident: incident.id, expectedRevision: incident.revision };
    command.send('incidents.Note', { ...about, text: text.trim(), ...when }, () => {
      setText('');
      setHappened('');
    });
  };

  return (
    <section className="panel" aria-labelledby="note">
      <div className="panel-title">
        <h2 id="note">{t('note.title')}</h2>
        <DisclosureMark isPublic={false} text={t('note.private')} />
      </div>
      <form className="flex flex-col gap-2.5 p-3" onSubmit={submit}>
        <label className="sr-only" htmlFor={ids.text}>
          {t('note.title')}
        </label>
        <textarea
          id={ids.text}
          data-note
          aria-keyshortcuts="t"
          className="field"
          rows={3}
          required
          maxLength={TEXT_MAX}
          placeholder={t('note.placeholder')}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div>
          <label className="label" htmlFor={ids.happened}>
            {t('note.happened')}
          </label>
          <input
            id={ids.happened}
            type="datetime-local"
            className="field"
            value={happened}
            onChange={(event) => setHappened(event.target.value)}
          />
        </div>
        <CommandOutcome command={command} />
        <button
          type="submit"
          className="btn btn-main self-start"
          disabled={command.isPending || text.trim() === ''}
        >
          {t(command.isPending ? 'common.sending' : 'note.submit')}
        </button>
      </form>
    </section>
  );
}
