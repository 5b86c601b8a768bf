/** The room of communications: what was promised and when it is due, drafts on their way, and everything prepared. */
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import type { ThreadSummary } from '@sonae/core/nouns/comms/views/threads.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { useOverlay } from '../../overlays.ts';
import { commsQuery, meQuery } from '../../queries.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { BoardPanel } from './board-panel.tsx';
import { AgreedChannelsPanel } from './channels-panel.tsx';
import { BriefingsPanel, DeskPanel, RumoursPanel } from './desk-panel.tsx';
import { DraftCard } from './draft-card.tsx';
import { DraftDialog } from './draft-dialog.tsx';
import { PlannedPanel } from './planned-panel.tsx';
import { TemplatesPanel } from './templates-panel.tsx';

export function CommsRoom() {
  const { t } = useTexts();
  const { data: page, error, refetch } = useQuery(commsQuery);
  const { data: me } = useQuery(meQuery);
  if (page === undefined)
    return (
      <section className="panel">
        <h1 className="panel-title">{t('comms.title')}</h1>
        {error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />}
      </section>
    );
  const principal = me?.principal ?? '';
  return (
    <>
      <h1 className="sr-only">{t('comms.title')}</h1>
      <div className="grid gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]">
        <div className="flex min-w-0 flex-col gap-3">
          <PromisesPanel threads={page.threads} />
          <DraftsPanel page={page} me={principal} />
          <RumoursPanel rumours={page.rumours} />
          <PlannedPanel page={page} />
          <BriefingsPanel briefings={page.briefings} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <BoardPanel board={page.board} />
          <TemplatesPanel page={page} me={principal} />
          <AgreedChannelsPanel channels={page.channels} />
          <DeskPanel desk={page.desk} />
          <p className="panel p-3">{t('comms.subscribers', { count: page.subscribers })}</p>
        </div>
      </div>
    </>
  );
}

/** Open matters: when we said that we would say more. */
function PromisesPanel({ threads }: { threads: readonly ThreadSummary[] }) {
  const { t, pick } = useTexts();
  const show = useOverlay();
  const open = threads.filter(({ resolvedAt }) => resolvedAt === null);
  return (
    <section className="panel" aria-labelledby="promises">
      <div className="panel-title">
        <h2 id="promises" className="flex-1">
          {t('promises.title')}
        </h2>
        <button type="button" className="btn btn-final" onClick={() => show('post')}>
          {t('post.open')} <kbd>p</kbd>
        </button>
      </div>
      {open.length === 0 ? <p className="p-3 text-muted">{t('promises.none')}</p> : null}
      <ul>
        {open.map((thread) => (
          <li
            key={thread.id}
            className="border-b border-line px-3 py-2 last:border-b-0"
            data-row
            tabIndex={-1}
          >
            <p className="flex gap-3">
              <span className="flex-1 font-medium">{pick(thread.title)}</span>
              <span>{t(`noticeStatus.${thread.status}`)}</span>
            </p>
            {thread.nextUpdateAt === null ? null : (
              <Countdown
                says={t('comms.nextUpdate')}
                at={thread.nextUpdateAt}
                over={t('promises.missed')}
                isGrave
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function DraftsPanel({ page, me }: { page: CommsPage; me: string }) {
  const { t } = useTexts();
  const [isWriting, setWriting] = useState(false);
  return (
    <section className="panel" aria-labelledby="drafts">
      <div className="panel-title">
        <h2 id="drafts" className="flex-1">
          {t('drafts.title')}
        </h2>
        <button type="button" className="btn" onClick={() => setWriting(true)}>
          {t('draft.new')}
        </button>
      </div>
      {page.drafts.length === 0 ? <p className="p-3 text-muted">{t('drafts.none')}</p> : null}
      <ul>
        {page.drafts.map((draft) => (
          <DraftCard key={draft.id} draft={draft} page={page} me={me} />
        ))}
      </ul>
      <DraftDialog open={isWriting} onClose={() => setWriting(false)} page={page} />
    </section>
  );
}
