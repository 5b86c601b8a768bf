/** What stands in an incident's room under each of its parts. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import type { IncidentRole } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { ClassPanel } from './class-panel.tsx';
import { ClocksPanel } from './clocks-panel.tsx';
import { DecisionsPanel } from './decisions-panel.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { FilingsPanel } from './filings-panel.tsx';
import { HeadquartersPanel } from './headquarters-panel.tsx';
import type { ResponseTab } from './response-tabs.tsx';
import { ReviewPanel } from './review-panel.tsx';
import { RolesPanel } from './roles-panel.tsx';
import { TasksPanel } from './tasks-panel.tsx';
import { TimesPanel } from './times-panel.tsx';
import { ValuesPanel } from './values-panel.tsx';
import { WindowsPanel } from './windows-panel.tsx';

type Props = {
  readonly page: ResponsePage;
  readonly tab: Exclude<ResponseTab, 'now'>;
  readonly onAssign: (role: IncidentRole | null) => void;
  readonly onDecide: () => void;
};

export function ResponsePanels({ page, tab, onAssign, onDecide }: Props) {
  if (tab === 'clocks') return <ClocksPanel page={page} />;
  if (tab === 'tasks') return <TasksPanel page={page} />;
  if (tab === 'review') return <ReviewPanel page={page} />;
  if (tab === 'roles')
    return (
      <>
        <RolesPanel page={page} onAssign={onAssign} />
        <HeadquartersPanel page={page} />
      </>
    );
  if (tab === 'facts')
    return (
      <>
        <ClassPanel page={page} />
        <TimesPanel page={page} />
        <ValuesPanel page={page} />
      </>
    );
  if (tab === 'decisions')
    return (
      <>
        <DecisionsPanel page={page} onDecide={onDecide} />
        <EvidencePanel page={page} />
      </>
    );
  return (
    <>
      <FilingsPanel page={page} />
      <WindowsPanel page={page} />
    </>
  );
}
