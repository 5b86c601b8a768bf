/** Planned work: what is muted, until when, by whom and why; and how to plan and end it. There is no snooze. */
import type { Window } from '@sonae/core/nouns/sentinels/views/maintenance.ts';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { TEXT_MAX } from '../incidents/reason-dialog.tsx';

/** COMPONENT_LENGTH_MAX of core's sentinels. */
const COMPONENT_MAX = 80;

type Props = { readonly windows: readonly Window[]; readonly components: readonly string[] };

export function MaintenancePanel({ windows, components }: Props) {
  const { t } = useTexts();
  return (
    <section className="panel" aria-labelledby="maintenance">
      <div className="panel-title">
        <h2 id="maintenance">{t('maintenance.title')}</h2>
        {windows.length === 0 ? null : <span className="label">{windows.length}</span>}
      </div>
      {windows.length === 0 ? <p className="px-3 pt-3 text-muted">{t('maintenance.none')}</p> : null}
      <ul>
        {windows.map((window) => (
          <li key={window.id} className="border-b border-line px-3 py-2">
            <OpenWindow window={window} />
          </li>
        ))}
      </ul>
      <PlanForm components={components} />
    </section>
  );
}

function OpenWindow({ window }: { window: Window }) {
  const { t } = useTexts();
  const command = useCommand();
  const { id, component, from, to, owner, reason } = window;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="min-w-0 font-semibold [overflow-wrap:anywhere]">{component}</span>
        <button
          type="button"
          className="btn"
          disabled={command.isPending}
          onClick={() => command.send('sentinels.EndMaintenance', { window: id })}
        >
          {t('maintenance.end')}
        </button>
      </div>
      <p className="text-xs">
        <Moment at={from} /> – <Moment at={to} />
      </p>
      <p className="text-xs whitespace-pre-wrap text-muted [overflow-wrap:anywhere]">
        {t('maintenance.by', { owner, reason })}
      </p>
      <CommandOutcome command={command} quietWhenDone />
    </>
  );
}

function PlanForm({ components }: { components: readonly string[] }) {
  const { t } = useTexts();
  const command = useCommand();
  const [component, setComponent] = useState('');
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const ids = { component: useId(), until: useId(), reason: useId(), list: useId(), hint: useId() };
  const isComplete = component.trim() !== '' && until !== '' && reason.trim() !== '';

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // The field holds UTC without a zone, e.g. 2023-03-11T03:24.
    const to = new Date(`${until}Z`).toISOString();
    const plan = { component: component.trim(), to, reason: reason.trim() };
    command.send('sentinels.PlanMaintenance', plan, () => {
      setComponent('');
      setUntil('');
      setReason('');
    });
  };

  return (
    <form className="flex flex-col gap-2.5 p-3" onSubmit={submit} aria-describedby={ids.hint}>
      <p id={ids.hint} className="text-xs text-muted">
        {t('maintenance.hint')}
      </p>
      <Labelled id={ids.component} text={t('maintenance.component')}>
        <input
          id={ids.component}
          className="field"
          list={ids.list}
          required
          maxLength={COMPONENT_MAX}
          value={component}
          onChange={(event) => setComponent(event.target.value)}
        />
      </Labelled>
      <datalist id={ids.list}>
        {components.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Labelled id={ids.until} text={t('maintenance.until')}>
        <input
          id={ids.until}
          type="datetime-local"
          className="field"
          required
          value={until}
          onChange={(event) => setUntil(event.target.value)}
        />
      </Labelled>
      <Labelled id={ids.reason} text={t('maintenance.reason')}>
        <textarea
          id={ids.reason}
          className="field"
          rows={2}
          required
          maxLength={TEXT_MAX}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Labelled>
      <CommandOutcome command={command} quietWhenDone />
      <button type="submit" className="btn btn-main self-start" disabled={command.isPending || !isComplete}>
        {t(command.isPending ? 'common.sending' : 'maintenance.plan')}
      </button>
    </form>
  );
}

function Labelled({ id, text, children }: { id: string; text: string; children: ReactNode }) {
  return (
    <div>
      <label className="label" htmlFor={id}>
        {text}
      </label>
      {children}
    </div>
  );
}
