/** Declaring, from anywhere: a title is enough. Also for a suspicion that proved real. Clearly public. */
import type { Severity } from '@sonae/core/nouns/incidents/facts/life.ts';
import type { IncidentSummary } from '@sonae/core/nouns/incidents/views/list.ts';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { overviewQuery } from '../../queries.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { SeveritySelect } from './severity.tsx';

/** TITLE_LENGTH_MAX of core's limits. */
const TITLE_MAX = 200;
const COMPONENT_MAX = 100;

type Props = {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly incident?: Pick<IncidentSummary, 'id' | 'revision' | 'title'>;
};

export function DeclareDialog({ open, onClose, incident }: Props) {
  const { t } = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t(incident ? 'declare.titleOf' : 'declare.title')}>
      <DeclareForm onClose={onClose} {...(incident ? { incident } : {})} />
    </Dialog>
  );
}

function DeclareForm({ onClose, incident }: Omit<Props, 'open'>) {
  const { t } = useTexts();
  const navigate = useNavigate();
  const command = useCommand();
  const [title, setTitle] = useState(incident?.title ?? '');
  const [severity, setSeverity] = useState<Severity>('pending');
  const [component, setComponent] = useState('');
  const ids = { title: useId(), hint: useId() };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const about = incident ? { incident: incident.id, expectedRevision: incident.revision } : {};
    const where = incident || component.trim() === '' ? {} : { component: component.trim() };
    command.send('incidents.Declare', { ...about, ...where, title: title.trim(), severity }, ({ result }) => {
      onClose();
      const id = (result as { incident?: string } | null)?.incident;
      if (id !== undefined) void navigate({ to: '/incidents/$id', params: { id } });
    });
  };

  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <DisclosureMark isPublic text={t('declare.public')} />
      <div>
        <label className="font-medium" htmlFor={ids.title}>
          {t('declare.name')}
        </label>
        <input
          id={ids.title}
          className="field mt-1 text-md"
          value={title}
          onChange={(event) => setTitle(event.target.value)}
          aria-describedby={ids.hint}
          maxLength={TITLE_MAX}
          required
          autoComplete="off"
        />
        <p className="label mt-1" id={ids.hint}>
          {t('declare.nameHint')}
        </p>
      </div>
      <div className="grid gap-3 sm:grid-cols-[3fr_2fr]">
        <SeveritySelect value={severity} onChange={setSeverity} label={t('declare.severity')} />
        {incident ? null : <ComponentField value={component} onChange={setComponent} />}
      </div>
      <CommandOutcome command={command} quietWhenDone />
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button type="submit" className="btn btn-final" disabled={command.isPending || title.trim() === ''}>
          {t(command.isPending ? 'common.sending' : 'declare.submit')}
        </button>
      </div>
    </form>
  );
}

/** Free text with the components already in use as suggestions. */
function ComponentField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTexts();
  const { data } = useQuery(overviewQuery);
  const id = useId();
  const known = new Set([
    'platform',
    ...(data?.assets ?? []).map(({ asset }) => asset),
    ...(data?.incidents ?? []).map((i) => i.component),
  ]);
  return (
    <div>
      <label className="font-medium" htmlFor={id}>
        {t('declare.component')}
      </label>
      <input
        id={id}
        className="field mt-1"
        list={`${id}-known`}
        placeholder="platform"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={COMPONENT_MAX}
        autoComplete="off"
      />
      <datalist id={`${id}-known`}>
        {[...known].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}
