/**
 * The inbox: what foreign monitors report, by component and worst first, beside the suspicion it raised. Whatever they
 * wrote is shown as text and nothing else.
 */
import type { AlarmGroupView } from '@sonae/core/app/api.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { alarmsQuery, incidentQuery } from '../../queries.ts';
import { countText } from '../../ui/number-format.ts';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { ReasonDialog } from '../incidents/reason-dialog.tsx';
import { GroupCard } from './group-card.tsx';
import { mayJudge } from './inbox-order.ts';
import { MaintenancePanel } from './maintenance-panel.tsx';
import { SourcesPanel } from './sources-panel.tsx';
import { useInboxKeys } from './use-inbox-keys.ts';

export function IntakeRoom() {
  const { t } = useTexts();
  const { data, error, refetch } = useQuery(alarmsQuery);
  if (data === undefined)
    return (
      <section className="panel">
        <h1 className="panel-title">{t('intake.title')}</h1>
        {error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />}
      </section>
    );
  return (
    <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <Inbox groups={data.groups} unlisted={data.unlisted} />
      <div className="flex min-w-0 flex-col gap-3">
        <SourcesPanel sources={data.sources} />
        <MaintenancePanel
          windows={data.maintenance}
          components={data.groups.map(({ component }) => component)}
        />
      </div>
    </div>
  );
}

function Inbox({ groups, unlisted }: { groups: readonly AlarmGroupView[]; unlisted: number }) {
  const { t } = useTexts();
  const command = useCommand();
  const [dismissing, setDismissing] = useState<string | null>(null);
  const verify = ({ incident }: AlarmGroupView): void => {
    if (incident === null || incident.phase !== 'suspected') return;
    command.send('incidents.Verify', { incident: incident.id, expectedRevision: incident.revision });
  };
  const dismiss = (group: AlarmGroupView): void => {
    if (group.incident === null || !mayJudge(group)) return;
    command.reset();
    setDismissing(group.incident.id);
  };
  useInboxKeys(groups, { v: verify, x: dismiss });
  return (
    <section className="panel min-w-0 self-start" aria-labelledby="inbox">
      <div className="panel-title">
        <h1 id="inbox">{t('intake.title')}</h1>
        <span className="label max-sm:hidden">{t('intake.keys')}</span>
      </div>
      <div className="px-3 empty:hidden">
        <CommandOutcome command={command} quietWhenDone />
      </div>
      {groups.length === 0 ? <p className="p-3 text-muted">{t('intake.none')}</p> : null}
      <ul>
        {groups.map((group) => (
          <li
            key={group.group}
            data-group={group.group}
            data-incident={group.incident?.id}
            className="border-b border-line last:border-b-0"
          >
            <GroupCard
              group={group}
              isPending={command.isPending}
              onVerify={() => verify(group)}
              onDismiss={() => dismiss(group)}
            />
          </li>
        ))}
      </ul>
      {unlisted === 0 ? null : (
        <p className="p-3 text-warning">{t('intake.unlisted', { count: countText(unlisted) })}</p>
      )}
      {dismissing === null ? null : <Dismissing id={dismissing} onClose={() => setDismissing(null)} />}
    </section>
  );
}

/** The dialog opens on the incident as it now stands, read anew: what the overview kept is from before it was verified. */
function Dismissing({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, isFetchedAfterMount } = useQuery({ ...incidentQuery(id), refetchOnMount: 'always' });
  if (data === undefined || !isFetchedAfterMount) return null;
  return <ReasonDialog kind="dismiss" open onClose={onClose} incident={data} />;
}
