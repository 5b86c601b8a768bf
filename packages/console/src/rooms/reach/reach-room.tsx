/** The room of reaching people: who would be reached, which calls are open, who is on call, who helps, and how I am reached. */
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.ts';
import { meQuery } from '../../queries.ts';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { BoardPanel } from './board-panel.tsx';
import { CallsPanel } from './calls-panel.tsx';
import { ChannelsPanel } from './channels-panel.tsx';
import { reachQuery } from './reach-queries.ts';
import { HelpersPanel } from './registered-panel.tsx';
import { SchedulesPanel } from './schedules-panel.tsx';

export function ReachRoom() {
  const { t } = useTexts();
  const { data: page, error, refetch } = useQuery(reachQuery);
  const { data: me } = useQuery(meQuery);
  if (page === undefined)
    return (
      <section className="panel">
        <h1 className="panel-title">{t('reach.title')}</h1>
        {error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />}
      </section>
    );
  const principal = me?.principal ?? '';
  return (
    <>
      <h1 className="sr-only">{t('reach.title')}</h1>
      <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]">
        <div className="flex min-w-0 flex-col gap-3">
          <CallsPanel page={page} me={principal} />
          <BoardPanel board={page.board} />
          <HelpersPanel helpers={page.helpers} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <SchedulesPanel page={page} me={principal} />
          <ChannelsPanel mine={page.mine} />
        </div>
      </div>
    </>
  );
}
