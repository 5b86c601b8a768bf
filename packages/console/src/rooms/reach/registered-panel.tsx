/** Helpers registered beforehand, inside and outside the firm. Who that is shows only to whoever is enrolled and asks. */
import type { Helper } from '@sonae/core/nouns/people/views/reach.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import type { Key } from '../../i18n/en.ts';
import { useTexts } from '../../i18n/language.ts';
import { meQuery } from '../../queries.ts';
import { Labelled } from './labelled.tsx';
import { fetchContact } from './reach-queries.ts';

const ORGANISATIONS = ['own-department', 'other-department', 'vendor', 'expert'] as const;

export function HelpersPanel({ helpers }: { helpers: readonly Helper[] }) {
  const { t } = useTexts();
  return (
    <section className="panel" aria-labelledby="helpers">
      <div className="panel-title">
        <h2 id="helpers">{t('helper.title')}</h2>
        <span className="label">{t('helper.basis')}</span>
      </div>
      {helpers.length === 0 ? <p className="p-3 text-muted">{t('helper.none')}</p> : null}
      <ul>
        {helpers.map((one) => (
          <Registered key={one.helper} one={one} />
        ))}
      </ul>
      <RegisterForm />
    </section>
  );
}

function Registered({ one }: { one: Helper }) {
  const { t } = useTexts();
  const command = useCommand();
  const { data: me } = useQuery(meQuery);
  const contact = useMutation({ mutationFn: () => fetchContact(one.helper) });
  return (
    <li className="border-b border-line px-3 py-2" data-row tabIndex={-1}>
      <p className="flex flex-wrap gap-x-3">
        <span className="font-mono font-semibold">{one.helper}</span>
        <span>{t(`helper.${one.organisation}` as Key)}</span>
        <span className="text-muted">{one.skills.join(', ')}</span>
      </p>
      {contact.data === undefined ? null : <p className="[overflow-wrap:anywhere]">{contact.data.contact}</p>}
      {contact.error === null ? null : <p className="text-critical">{contact.error.message}</p>}
      <div className="flex flex-wrap gap-2 pt-1">
        <button
          type="button"
          className="btn"
          disabled={me?.enrolled !== true || contact.isPending}
          onClick={() => contact.mutate()}
        >
          {t('helper.open')}
        </button>
        <button
          type="button"
          className="btn btn-grave"
          disabled={command.isPending}
          onClick={() =>
            command.send('people.RemoveHelper', { helper: one.helper, reason: t('helper.noLonger') })
          }
        >
          {t('helper.remove')}
        </button>
      </div>
      <CommandOutcome command={command} quietWhenDone about="people" />
    </li>
  );
}

const EMPTY = { helper: '', skills: '', contact: '' };

function RegisterForm() {
  const { t } = useTexts();
  const command = useCommand();
  const id = useId();
  const [form, setForm] = useState(EMPTY);
  const [organisation, setOrganisation] = useState<(typeof ORGANISATIONS)[number]>('vendor');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const skills = form.skills
      .split(/[,、]/)
      .map((skill) => skill.trim())
      .filter((skill) => skill !== '');
    const input = { helper: form.helper.trim(), organisation, skills, contact: form.contact.trim() };
    command.send('people.RegisterHelper', input, () => setForm(EMPTY));
  };
  return (
    <form className="flex flex-col gap-2 p-3" onSubmit={submit}>
      <div className="flex flex-wrap gap-2">
        <Labelled id={`${id}-org`} text={t('helper.organisation')}>
          <select
            id={`${id}-org`}
            className="field"
            value={organisation}
            onChange={(event) =>
              setOrganisation(ORGANISATIONS.find((one) => one === event.target.value) ?? 'vendor')
            }
          >
            {ORGANISATIONS.map((one) => (
              <option key={one} value={one}>
                {t(`helper.${one}`)}
              </option>
            ))}
          </select>
        </Labelled>
        {(['helper', 'skills', 'contact'] as const).map((field) => (
          <Labelled key={field} id={`${id}-${field}`} text={t(`helper.${field}`)}>
            <input
              id={`${id}-${field}`}
              className="field"
              required
              maxLength={field === 'helper' ? 40 : 500}
              value={form[field]}
              onChange={(event) => setForm({ ...form, [field]: event.target.value })}
            />
          </Labelled>
        ))}
      </div>
      <CommandOutcome command={command} quietWhenDone about="people" />
      <button type="submit" className="btn self-start" disabled={command.isPending}>
        {t('helper.register')}
      </button>
    </form>
  );
}
