/** Decisions that need a reason: dismissing a suspicion (private), judging the severity anew (public). */
import type { Severity } from '@sonae/core/nouns/incidents/facts/life.ts';
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { SEVERITIES, SeveritySelect } from './severity.tsx';

/** TEXT_LENGTH_MAX of core's limits. */
export const TEXT_MAX = 10_000;

type Props = {
  readonly kind: 'dismiss' | 'classify';
  readonly open: boolean;
  readonly onClose: () => void;
  readonly incident: Incident;
};

export function ReasonDialog(props: Props) {
  const { t } = useTexts();
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t(`${props.kind}.title`)}>
      <ReasonForm {...props} />
    </Dialog>
  );
}

function ReasonForm({ kind, onClose, incident }: Props) {
  const { t } = useTexts();
  const command = useCommand();
  const [reason, setReason] = useState('');
  const [severity, setSeverity] = useState<Severity>(
    SEVERITIES.find((known) => known !== incident.severity) ?? 'critical',
  );
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const about = { incident: incident.id, expectedRevision: incident.revision, reason: reason.trim() };
    if (kind === 'dismiss') command.send('incidents.Dismiss', about, onClose);
    else command.send('incidents.Classify', { ...about, severity }, onClose);
  };
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <DisclosureMark isPublic={kind === 'classify'} text={t(`${kind}.hint`)} />
      {kind === 'classify' ? (
        <SeveritySelect value={severity} onChange={setSeverity} label={t('declare.severity')} />
      ) : null}
      <div>
        <label className="font-medium" htmlFor={id}>
          {t(`${kind}.reason`)}
        </label>
        <textarea
          id={id}
          className="field mt-1"
          rows={3}
          required
          maxLength={TEXT_MAX}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <CommandOutcome command={command} quietWhenDone />
      <div className="flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button type="submit" className="btn btn-main" disabled={command.isPending || reason.trim() === ''}>
          {t(command.isPending ? 'common.sending' : `${kind}.submit`)}
        </button>
      </div>
    </form>
  );
}
