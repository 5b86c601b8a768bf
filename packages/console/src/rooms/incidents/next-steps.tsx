/**
 * The next legal actions as buttons. Each carries the revision that was seen, so nobody acts on a stale
 * screen.
 */
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import { useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { DisclosureMark } from '../../ui/disclosure-mark.tsx';
import { DeclareDialog } from './declare-dialog.tsx';
import { type LegalAction, legalActions } from './legal-actions.ts';
import { ReasonDialog } from './reason-dialog.tsx';

type Asking = 'declare' | 'dismiss' | 'classify' | null;

function keyOf(action: LegalAction): 'action.verify' | `action.${string}` {
  return action.kind === 'advance' ? `action.${action.to}` : `action.${action.kind}`;
}

export function NextSteps({ incident }: { incident: Incident }) {
  const { t } = useTexts();
  const command = useCommand();
  const [asking, setAsking] = useState<Asking>(null);
  const actions = legalActions(incident.phase, incident.level);
  const about = { incident: incident.id, expectedRevision: incident.revision };
  const isBlocked = actions.some((action) => action.kind === 'advance' && action.blocked !== null);
  const close = (): void => setAsking(null);

  const act = (action: LegalAction): void => {
    if (action.kind === 'verify') command.send('incidents.Verify', about);
    else if (action.kind === 'reopen') command.send('incidents.Reopen', about);
    else if (action.kind === 'advance') command.send('incidents.Advance', { ...about, to: action.to });
    else {
      command.reset();
      setAsking(action.kind);
    }
  };

  return (
    <section className="panel" aria-labelledby="next">
      <div className="panel-title">
        <h2 id="next">{t('incident.next')}</h2>
        {incident.declaredAt === null ? null : <DisclosureMark isPublic text={t('common.public')} />}
      </div>
      <div className="flex flex-col gap-2 p-3">
        <div className="flex flex-wrap gap-2">
          {actions.map((action) => (
            <ActionButton key={keyOf(action)} action={action} isPending={command.isPending} onAct={act} />
          ))}
        </div>
        {isBlocked ? <p className="text-xs text-muted">{t('action.stillAlarming')}</p> : null}
        {incident.declaredAt === null ? null : <p className="text-xs text-muted">{t('action.publicNote')}</p>}
        <CommandOutcome command={command} />
      </div>
      <DeclareDialog open={asking === 'declare'} onClose={close} incident={incident} />
      <ReasonDialog kind="dismiss" open={asking === 'dismiss'} onClose={close} incident={incident} />
      <ReasonDialog kind="classify" open={asking === 'classify'} onClose={close} incident={incident} />
    </section>
  );
}

type ButtonProps = {
  readonly action: LegalAction;
  readonly isPending: boolean;
  readonly onAct: (action: LegalAction) => void;
};

function ActionButton({ action, isPending, onAct }: ButtonProps) {
  const { t } = useTexts();
  const isBlocked = action.kind === 'advance' && action.blocked !== null;
  const look = action.kind === 'declare' ? 'btn-grave' : action.main ? 'btn-main' : '';
  const key =
    action.kind === 'advance' ? (`action.${action.to}` as const) : (`action.${action.kind}` as const);
  return (
    <button
      type="button"
      className={`btn ${look}`}
      disabled={isPending || isBlocked}
      onClick={() => onAct(action)}
    >
      {t(key)}
    </button>
  );
}
