/**
 * `p`: the first public post. Opens with everything filled from the newest open incident; Enter publishes. Only templates
 * that two people approved beforehand stand here.
 */

import type { ComponentStatus } from '@sonae/core/nouns/comms/facts/words.ts';
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import type { KnownTemplate } from '@sonae/core/nouns/comms/views/templates.ts';
import type { IncidentSummary } from '@sonae/core/nouns/incidents/views/list.ts';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { commsQuery, overviewQuery } from '../../queries.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FillFields, Preview } from './fill-fields.tsx';
import { PublicBanner } from './public-banner.tsx';
import { StatusSelect } from './status-select.tsx';
import { isBounded, knownValues } from './template-fill.ts';

type Props = { readonly open: boolean; readonly onClose: () => void };

export function FirstPostDialog({ open, onClose }: Props) {
  const { t } = useTexts();
  return (
    <Dialog open={open} onClose={onClose} title={t('post.title')}>
      <Body onClose={onClose} />
    </Dialog>
  );
}

function Body({ onClose }: Pick<Props, 'onClose'>) {
  const { t } = useTexts();
  const { data: page } = useQuery(commsQuery);
  const { data: overview } = useQuery(overviewQuery);
  if (page === undefined || overview === undefined) return <p className="p-4">{t('comms.reading')}</p>;
  if (!page.templates.some(({ adoptedBy, template }) => adoptedBy !== null && isBounded(template)))
    return <p className="p-4">{t('post.none')}</p>;
  const incident =
    overview.incidents.find(({ phase }) => phase !== 'suspected') ?? overview.incidents[0] ?? null;
  return <PostForm page={page} incident={incident} onClose={onClose} />;
}

type FormProps = {
  readonly page: CommsPage;
  readonly incident: IncidentSummary | null;
  readonly onClose: () => void;
};

function PostForm({ page, incident, onClose }: FormProps) {
  const { t } = useTexts();
  const command = useCommand();
  const { components } = page.board;
  const ready = page.templates.filter(({ adoptedBy, template }) => adoptedBy !== null && isBounded(template));
  const known = {
    component: components.find(({ id }) => id === incident?.component)?.id ?? components[0]?.id ?? '',
    since: incident?.happenedAt ?? page.now,
    asset: incident?.component ?? '',
  };
  const [chosen, setChosen] = useState(
    ready.find(({ template }) => template.kind === 'first-post')?.template.id ?? ready[0]?.template.id ?? '',
  );
  const template = ready.find((one) => one.template.id === chosen)?.template ?? ready[0]?.template;
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [minutes, setMinutes] = useState('20');
  const [component, setComponent] = useState(known.component);
  const [status, setStatus] = useState<ComponentStatus>('partial_outage');
  if (template === undefined) return null;
  const values = { ...knownValues(template, known), ...typed };
  const fitting = Object.fromEntries(template.variables.map(({ name }) => [name, values[name] ?? '']));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const nextUpdateAt = new Date(Date.parse(page.now) + Number(minutes) * 60_000).toISOString();
    const about = incident === null ? {} : { incident: incident.id };
    const promised = template.nextUpdateMinutes === null ? {} : { nextUpdateAt };
    const impacts = status === 'operational' ? [] : [{ component, status }];
    const input = { ...about, template: template.id, variables: fitting, impacts, ...promised };
    command.send('comms.PublishFirst', input, () => onClose());
  };

  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <PublicBanner />
      <p className="label">
        {incident === null ? t('post.noIncident') : t('post.about', { title: incident.title })}
      </p>
      <TextRow
        ready={ready}
        chosen={template.id}
        minutes={minutes}
        onChosen={setChosen}
        onMinutes={setMinutes}
      />
      <FillFields template={template} values={fitting} components={components} onChange={setTyped} />
      <StatusSelect
        components={components}
        component={component}
        status={status}
        onComponent={setComponent}
        onStatus={setStatus}
      />
      <Preview template={template} values={fitting} components={components} />
      <CommandOutcome command={command} quietWhenDone />
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button type="submit" className="btn btn-final" disabled={command.isPending}>
          {t(command.isPending ? 'common.sending' : 'comms.publish')}
        </button>
      </div>
    </form>
  );
}

type RowProps = {
  readonly ready: readonly KnownTemplate[];
  readonly chosen: string;
  readonly minutes: string;
  readonly onChosen: (template: string) => void;
  readonly onMinutes: (minutes: string) => void;
};

/** When more will be said, first: the field has the focus, so that Enter publishes. And which text. */
function TextRow({ ready, chosen, minutes, onChosen, onMinutes }: RowProps) {
  const { t, pick } = useTexts();
  const ids = { template: useId(), minutes: useId() };
  // The form may come after the dialog has opened: Enter must publish, not close.
  useEffect(() => document.getElementById(ids.minutes)?.focus(), [ids.minutes]);
  return (
    <div className="grid gap-2 sm:grid-cols-2">
      <div>
        <label className="label" htmlFor={ids.minutes}>
          {t('post.minutes')}
        </label>
        <input
          id={ids.minutes}
          className="field"
          type="number"
          min={5}
          max={1440}
          required
          value={minutes}
          onChange={(event) => onMinutes(event.target.value)}
        />
      </div>
      <div>
        <label className="label" htmlFor={ids.template}>
          {t('post.template')}
        </label>
        <select
          id={ids.template}
          className="field"
          value={chosen}
          onChange={(event) => onChosen(event.target.value)}
        >
          {ready.map(({ template }) => (
            <option key={template.id} value={template.id}>
              {pick(template.name)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
