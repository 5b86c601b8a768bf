/** The room of one incident: where it stands, what may be done next, what is known and since when. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import type { IncidentRole } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { incidentQuery } from '../../queries.ts';
import { Icon } from '../../ui/icon.tsx';
import { LevelChip } from '../../ui/level.tsx';
import { asLevel } from '../../ui/level-order.ts';
import { Elapsed, Moment, READER_ZONE, useNow } from '../../ui/moment.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { momentText } from '../../ui/time-format.ts';
import { EmergencyCard } from '../powers/emergency-card.tsx';
import { DecideDialog } from '../response/decisions-panel.tsx';
import { Glance } from '../response/glance.tsx';
import { ResponsePanels } from '../response/response-panels.tsx';
import { responseQuery } from '../response/response-queries.ts';
import { type ResponseTab, ResponseTabs } from '../response/response-tabs.tsx';
import { AssignDialog } from '../response/roles-panel.tsx';
import { useResponseKeys } from '../response/use-response-keys.ts';
import { isOpen } from './legal-actions.ts';
import { NextSteps } from './next-steps.tsx';
import { NoteBox } from './note-box.tsx';
import { PhaseStepper } from './phase-stepper.tsx';
import { PhaseText, SeverityChip } from './severity.tsx';
import { Timeline } from './timeline.tsx';
import { handsOf } from './timeline-order.ts';

const route = getRouteApi('/incidents/$id');

export function IncidentRoom() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(incidentQuery(id));
  if (data === undefined)
    return error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />;
  return <Room incident={data} />;
}

function Room({ incident: data }: { incident: Incident }) {
  const { tab = 'now' } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: page, error, refetch } = useQuery(responseQuery(data.id));
  const [assigning, setAssigning] = useState<IncidentRole | null | undefined>(undefined);
  const [isDeciding, setDeciding] = useState(false);
  const open = (next: ResponseTab): void =>
    void navigate({ search: (prev) => ({ ...prev, tab: next }), replace: true });
  useResponseKeys((key) => {
    if (key === 't') document.querySelector<HTMLElement>('[data-note]')?.focus();
    else if (key === 'c') open('clocks');
    else if (key === 'f') open('filings');
    else if (key === 'k') open('tasks');
    else if (page === undefined) return;
    else if (key === 'a') {
      open('roles');
      setAssigning(null);
    } else {
      open('decisions');
      setDeciding(true);
    }
  });
  return (
    <div className="flex flex-col gap-3 sm:gap-4" data-incident-room data-incident={data.id}>
      <Header incident={data} page={page} isBrief={tab !== 'now'} />
      <ResponseTabs page={page} tab={tab} onTab={open} />
      <div className="grid items-start gap-3 sm:gap-4 lg:grid-cols-[minmax(0,1fr)_21rem] print:block">
        <div className={`flex min-w-0 flex-col gap-3 sm:gap-4 ${tab === 'now' ? 'max-lg:order-2' : ''}`}>
          {tab === 'now' ? (
            <Timeline incident={data} />
          ) : page === undefined ? (
            error === null ? (
              <Reading />
            ) : (
              <ReadFailure error={error} onRetry={() => void refetch()} />
            )
          ) : (
            <ResponsePanels
              page={page}
              tab={tab}
              onAssign={setAssigning}
              onDecide={() => setDeciding(true)}
            />
          )}
        </div>
        <div className="flex flex-col gap-3 sm:gap-4 lg:sticky lg:top-24" data-chrome>
          <EmergencyCard incident={data.id} isOver={!isOpen(data.phase)} />
          <NextSteps incident={data} />
          <NoteBox incident={data} />
        </div>
      </div>
      {page === undefined ? null : (
        <>
          <AssignDialog page={page} role={assigning} onClose={() => setAssigning(undefined)} />
          <DecideDialog page={page} open={isDeciding} onClose={() => setDeciding(false)} />
        </>
      )}
    </div>
  );
}

type HeaderProps = {
  readonly incident: Incident;
  readonly page: ResponsePage | undefined;
  /** On a phone the parts come first, not the times. */
  readonly isBrief: boolean;
};

function Header({ incident, page, isBrief }: HeaderProps) {
  const { t } = useTexts();
  return (
    <section className="panel">
      <div className="flex flex-wrap items-start gap-x-6 gap-y-2 px-4 pt-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <SeverityChip severity={incident.severity} />
            <PhaseText phase={incident.phase} />
          </div>
          <h1 className="mt-1.5">{incident.title}</h1>
        </div>
        <div className="sm:ml-auto sm:text-end">
          <div className="text-2xl font-medium">
            <Elapsed from={incident.happenedAt} to={incident.endedAt} />
          </div>
          <div className="label">{t(incident.endedAt === null ? 'incident.elapsed' : 'incident.lasted')}</div>
        </div>
      </div>
      <div className={isBrief ? 'max-sm:hidden' : ''}>
        <Facts incident={incident} />
      </div>
      {page === undefined ? null : <Glance page={page} />}
      <PhaseStepper phase={incident.phase} />
    </section>
  );
}

function Facts({ incident }: { incident: Incident }) {
  const { t } = useTexts();
  const { quietSince, declaredAt, endedAt } = incident;
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-2 px-4 py-3">
      <Item name={t('incident.component')}>{incident.component}</Item>
      <Item name={t('incident.hands')}>{handsOf(incident) ?? t('incident.nobody')}</Item>
      <Item name={t('incident.quiet')}>
        {quietSince === null ? <LevelChip level={asLevel(incident.level)} /> : <QuietSince at={quietSince} />}
      </Item>
      <Item name={t('incident.happened')}>
        <Moment at={incident.happenedAt} />
      </Item>
      <Item name={t('incident.discovered')}>
        <Moment at={incident.discoveredAt} />
      </Item>
      {declaredAt === null ? null : (
        <Item name={t('incident.declared')}>
          <Moment at={declaredAt} />
        </Item>
      )}
      {endedAt === null || isOpen(incident.phase) ? null : (
        <Item name={t('incident.ended')}>
          <Moment at={endedAt} />
        </Item>
      )}
      <Item name={t('incident.log')}>
        <Link to="/log" search={{ incident: incident.id }} className="link">
          {incident.revision}
        </Link>
      </Item>
    </dl>
  );
}

function QuietSince({ at }: { at: string }) {
  const { t } = useTexts();
  const now = useNow();
  return (
    <span className="inline-flex items-center gap-1.5 text-ok">
      <Icon name="ok" />
      {t('incident.quietSince', { time: momentText(Date.parse(at), READER_ZONE, now) })}
    </span>
  );
}

function Item({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="label">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}
