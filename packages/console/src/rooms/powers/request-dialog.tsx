/** Asking for the use of a power: what to stop, for how long, why. Nothing happens before others have signed. */
import type { PowerView } from '@sonae/core/app/api.ts';
import type { PowerTarget } from '@sonae/core/nouns/authority/facts/power.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { meQuery } from '../../queries.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { spanText } from '../../ui/time-format.ts';
import { criteriaText } from './criteria-text.ts';
import { DurationField } from './duration-field.tsx';
import { FillField } from './fill-field.tsx';
import { delayFor, mayRequest, neededFor } from './legal-use-actions.ts';
import { ReasonField } from './reason-field.tsx';
import { fillValue, formOf } from './request-fill.ts';

export type Asked = {
  readonly step: 'stop' | 'resume' | 'extend';
  readonly target: string;
  readonly of: string;
};
type Props = {
  /** Null: closed. */
  readonly view: PowerView | null;
  readonly onClose: () => void;
  /** The stop that is to be resumed or extended. */
  readonly asked?: Asked | undefined;
  readonly incident?: string | undefined;
};

export function RequestDialog({ view, onClose, ...rest }: Props) {
  const { t, pick } = useTexts();
  const step = rest.asked?.step ?? 'stop';
  const power = view === null ? '' : pick(view.power.says);
  const title = t(view?.power.governs ? 'request.title.govern' : `request.title.${step}`, { power });
  return (
    <Dialog open={view !== null} onClose={onClose} title={title}>
      {view === null ? null : <RequestForm view={view} onClose={onClose} {...rest} />}
    </Dialog>
  );
}

type Draft = { readonly target: PowerTarget; readonly texts: Readonly<Record<string, string>> };

/** The values of the open fields, or null while one of them does not fit. */
function filledOf({ target, texts }: Draft): Record<string, JsonValue> | null {
  const fill: Record<string, JsonValue> = {};
  for (const field of target.open) {
    const value = fillValue(formOf(target, field), texts[field] ?? '');
    if (value === null) return null;
    if (value !== undefined) fill[field] = value;
  }
  return fill;
}

function RequestForm({ view, onClose, asked, incident }: Props & { readonly view: PowerView }) {
  const { t } = useTexts();
  const { power } = view;
  const navigate = useNavigate();
  const command = useCommand();
  const step = asked?.step ?? 'stop';
  const maxMs = step === 'resume' || power.governs !== null ? null : power.bounds.durationMs;
  const [targetId, setTargetId] = useState(asked?.target ?? power.targets[0]?.id ?? '');
  const [texts, setTexts] = useState<Record<string, string>>({});
  const [durationMs, setDurationMs] = useState(maxMs ?? 0);
  const [reason, setReason] = useState('');
  const target = power.targets.find(({ id }) => id === targetId);
  const fill = step !== 'stop' || target === undefined ? {} : filledOf({ target, texts });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (target === undefined || fill === null) return;
    const about = incident === undefined ? {} : { incident };
    const of = asked === undefined ? {} : { of: asked.of };
    const input = { power: power.id, target: target.id, step, reason: reason.trim(), fill, ...about, ...of };
    command.send('authority.Request', maxMs === null ? input : { ...input, durationMs }, ({ result }) => {
      onClose();
      const use = (result as { use?: string } | null)?.use;
      if (use !== undefined) void navigate({ to: '/powers/uses/$id', params: { id: use } });
    });
  };
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <What view={view} step={step} />
      <Who view={view} />
      {power.targets.length > 1 && step === 'stop' ? (
        <TargetField targets={power.targets} value={targetId} onChange={setTargetId} />
      ) : null}
      {target === undefined || step !== 'stop'
        ? null
        : target.open.map((field) => (
            <FillField
              key={field}
              form={formOf(target, field)}
              name={field}
              value={texts[field] ?? ''}
              onChange={(text) => setTexts((all) => ({ ...all, [field]: text }))}
            />
          ))}
      {maxMs === null ? null : <DurationField maxMs={maxMs} value={durationMs} onChange={setDurationMs} />}
      <ReasonField
        label={t('request.reason')}
        hint={t('request.reasonHint')}
        value={reason}
        onChange={setReason}
      />
      <CommandOutcome command={command} quietWhenDone />
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button
          type="submit"
          className="btn btn-main"
          disabled={command.isPending || reason.trim() === '' || fill === null || target === undefined}
        >
          {t(command.isPending ? 'common.sending' : 'request.submit')}
        </button>
      </div>
    </form>
  );
}

/** What will have to happen after the request, and whether the criteria allow it at all now. */
function What({ view, step }: { view: PowerView; step: string }) {
  const texts = useTexts();
  const { t, pick, language } = texts;
  const { power } = view;
  const delay = delayFor(power, step);
  const criteria = step === 'resume' ? power.release : step === 'stop' ? power.activation : null;
  const isMet = step === 'resume' ? view.releaseMet : view.criteriaMet;
  return (
    <div className="flex flex-col gap-1">
      {step === 'stop' ? <p>{pick(power.does)}</p> : null}
      <p>
        {t('request.takes', { count: neededFor(power, step), of: view.able.length })}{' '}
        {delay === 0 ? t('request.atOnce') : t('request.waits', { span: spanText(delay, language) })}
      </p>
      {criteria === null || isMet ? null : (
        <p className="flex items-start gap-2 border-l-2 border-watch bg-watch-soft px-3 py-2">
          <span className="pt-0.5 text-watch">
            <Icon name="watch" />
          </span>
          {t('request.unmet', { criteria: criteriaText(criteria, texts) })}
        </p>
      )}
    </div>
  );
}

/** Whether this session may ask at all; the server decides, but nobody should write a reason in vain. */
function Who({ view }: { view: PowerView }) {
  const { t } = useTexts();
  const { data: me } = useQuery(meQuery);
  if (me === undefined || mayRequest(me, view.power)) return null;
  return (
    <p className="flex items-start gap-2 border-l-2 border-watch bg-watch-soft px-3 py-2" role="status">
      <span className="pt-0.5 text-watch">
        <Icon name="person" />
      </span>
      {t('request.notYou', { id: me.principal, roles: view.power.roles.request.join(', ') })}
    </p>
  );
}

type TargetProps = {
  readonly targets: readonly PowerTarget[];
  readonly value: string;
  readonly onChange: (id: string) => void;
};

function TargetField({ targets, value, onChange }: TargetProps) {
  const { t, pick } = useTexts();
  const id = useId();
  return (
    <div>
      <label className="font-medium" htmlFor={id}>
        {t('request.target')}
      </label>
      <select id={id} className="field mt-1" value={value} onChange={(event) => onChange(event.target.value)}>
        {targets.map((target) => (
          <option key={target.id} value={target.id}>
            {pick(target.says)}
          </option>
        ))}
      </select>
    </div>
  );
}
