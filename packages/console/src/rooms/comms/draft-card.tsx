/** A draft: what it says, who approved which revision, and what this reader may do with it. */

import type { Draft } from '@sonae/core/nouns/comms/views/notice.ts';
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import { useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { DraftDialog } from './draft-dialog.tsx';
import { LineForm } from './line-form.tsx';
import { PublicBanner } from './public-banner.tsx';

/** FUNCTIONS_NEEDED of the decision: the server refuses less. */
const FUNCTIONS_NEEDED = 2;

export function DraftCard({ draft, page, me }: { draft: Draft; page: CommsPage; me: string }) {
  const { t, pick } = useTexts();
  const { content } = draft;
  if (content === null) return null;
  return (
    <li className="border-b border-line p-3 last:border-b-0" data-row tabIndex={-1}>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h3 className="flex-1 font-semibold">{pick(content.title)}</h3>
        <span className="label">{t('draft.revision', { revision: draft.revision })}</span>
        <span>{t(`noticeStatus.${content.status}`)}</span>
      </div>
      {(['whatIsKnown', 'whatIsStopped', 'whatUsersShouldDo'] as const).map((part) => (
        <p key={part} className="mt-1 whitespace-pre-line">
          <span className="label">{t(`part.${part}`)} </span>
          {pick(content.parts[part])}
        </p>
      ))}
      {content.nextUpdateAt === null ? null : (
        <p className="label mt-1">
          {t('comms.nextUpdate')} <Moment at={content.nextUpdateAt} />
        </p>
      )}
      <Approvals draft={draft} />
      <Steps draft={draft} page={page} me={me} />
    </li>
  );
}

function Approvals({ draft }: { draft: Draft }) {
  const { t } = useTexts();
  if (draft.rejection !== null)
    return (
      <p className="mt-1.5 text-critical">
        {t('draft.rejected', { by: draft.rejection.by, reason: draft.rejection.reason })}
      </p>
    );
  return (
    <ul className="mt-1.5 flex flex-wrap gap-x-4">
      {draft.approvals.map((approval) => (
        <li key={approval.principal} className="inline-flex items-center gap-1 text-ok">
          <Icon name="ok" size={13} />
          {t(`function.${approval.function}`)}: {approval.principal}
        </li>
      ))}
      {draft.approvals.length >= FUNCTIONS_NEEDED ? null : (
        <li className="text-muted">
          {t('draft.missing', { count: FUNCTIONS_NEEDED - draft.approvals.length })}
        </li>
      )}
    </ul>
  );
}

function Steps({ draft, page, me }: { draft: Draft; page: CommsPage; me: string }) {
  const { t } = useTexts();
  const command = useCommand();
  const [dialog, setDialog] = useState<'revise' | 'reject' | 'publish' | null>(null);
  const { standing, inIncidents } = page.functions;
  const mine = draft.incident === null ? standing : (inIncidents[draft.incident] ?? standing);
  const hasSaid = draft.approvals.some(({ principal }) => principal === me);
  const mayApprove = draft.state === 'draft' && !draft.authors.includes(me) && !hasSaid;
  const about = { notice: draft.id, revision: draft.revision };
  const within = draft.incident === null ? {} : { incident: draft.incident };
  const close = (): void => setDialog(null);
  return (
    <>
      <div className="mt-2 flex flex-wrap gap-2">
        {mayApprove
          ? mine.map((as) => (
              <button
                key={as}
                type="button"
                className="btn btn-main"
                disabled={command.isPending}
                onClick={() => command.send('comms.ApproveNotice', { ...about, ...within, as })}
              >
                {t('draft.approveAs', { function: t(`function.${as}`) })}
              </button>
            ))
          : null}
        <button type="button" className="btn" onClick={() => setDialog('revise')}>
          {t('draft.revise')}
        </button>
        {draft.state === 'draft' ? (
          <button type="button" className="btn" onClick={() => setDialog('reject')}>
            {t('draft.reject')}
          </button>
        ) : null}
        {draft.approvals.length >= FUNCTIONS_NEEDED ? (
          <button type="button" className="btn btn-final" onClick={() => setDialog('publish')}>
            {t('comms.publish')}
          </button>
        ) : null}
      </div>
      {dialog === 'publish' ? (
        <PublishConfirm
          count={page.subscribers}
          isPending={command.isPending}
          onPublish={() => command.send('comms.PublishNotice', about, close)}
          onCancel={close}
        />
      ) : null}
      <CommandOutcome command={command} quietWhenDone />
      <DraftDialog open={dialog === 'revise'} onClose={close} page={page} draft={draft} />
      {dialog === 'reject' ? (
        <LineForm
          label={t('draft.reason')}
          submit={t('draft.reject')}
          isPending={command.isPending}
          onSubmit={(reason) => command.send('comms.RejectNotice', { ...about, reason }, close)}
        />
      ) : null}
    </>
  );
}

type ConfirmProps = {
  readonly count: number;
  readonly isPending: boolean;
  readonly onPublish: () => void;
  readonly onCancel: () => void;
};

/** Once more before everybody reads it. */
function PublishConfirm({ count, isPending, onPublish, onCancel }: ConfirmProps) {
  const { t } = useTexts();
  return (
    <div className="mt-2 flex flex-col gap-2">
      <PublicBanner />
      <div className="flex gap-2">
        <button type="button" className="btn btn-final" disabled={isPending} onClick={onPublish}>
          {t('comms.publishNow', { count })}
        </button>
        <button type="button" className="btn" onClick={onCancel}>
          {t('common.cancel')}
        </button>
      </div>
    </div>
  );
}
