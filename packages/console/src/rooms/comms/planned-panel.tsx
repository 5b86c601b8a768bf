/** Planned work towards customers: what is announced, planning more, and ending it now. Announced after two approvals. */
import type { ComponentStatus } from '@sonae/core/nouns/comms/facts/words.ts';
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import type { ThreadSummary } from '@sonae/core/nouns/comms/views/threads.ts';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import { PublicBanner } from './public-banner.tsx';
import { StatusSelect } from './status-select.tsx';
import { TextFields, type Texts } from './text-fields.tsx';

export function PlannedPanel({ page }: { page: CommsPage }) {
  const { t, pick } = useTexts();
  const [isPlanning, setPlanning] = useState(false);
  const [ending, setEnding] = useState<ThreadSummary | null>(null);
  const planned = page.threads.filter(({ planned: one }) => one !== null && one.step !== 'completed');
  return (
    <section className="panel" aria-labelledby="planned">
      <div className="panel-title">
        <h2 id="planned" className="flex-1">
          {t('planned.title')}
        </h2>
        <button type="button" className="btn" onClick={() => setPlanning(true)}>
          {t('planned.plan')}
        </button>
      </div>
      {planned.length === 0 ? <p className="p-3 text-muted">{t('planned.none')}</p> : null}
      <ul>
        {planned.map((thread) => (
          <li
            key={thread.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2 last:border-b-0"
            data-row
            tabIndex={-1}
          >
            <span className="min-w-0 flex-1 font-medium">{pick(thread.title)}</span>
            <span>{t(`planned.${thread.planned?.step ?? 'scheduled'}`)}</span>
            <span className="text-xs">
              <Moment at={thread.planned?.from} /> – <Moment at={thread.planned?.until} />
            </span>
            <button type="button" className="btn btn-grave" onClick={() => setEnding(thread)}>
              {t('planned.end')}
            </button>
          </li>
        ))}
      </ul>
      <Dialog open={isPlanning} onClose={() => setPlanning(false)} title={t('planned.plan')}>
        <PlanForm page={page} onClose={() => setPlanning(false)} />
      </Dialog>
      <Dialog open={ending !== null} onClose={() => setEnding(null)} title={t('planned.endTitle')}>
        {ending === null ? null : <EndForm thread={ending.id} onClose={() => setEnding(null)} />}
      </Dialog>
    </section>
  );
}

const EMPTY = { en: '', ja: '' };
const NOTHING: Texts = { title: EMPTY, whatIsKnown: EMPTY, whatIsStopped: EMPTY, whatUsersShouldDo: EMPTY };
/** The fields hold UTC without a zone, e.g. 2023-03-11T03:24. */
const utcOf = (field: string): string => new Date(`${field}Z`).toISOString();

function PlanForm({ page, onClose }: { page: CommsPage; onClose: () => void }) {
  const { t } = useTexts();
  const command = useCommand();
  const id = useId();
  const [texts, setTexts] = useState(NOTHING);
  const [times, setTimes] = useState({ from: '', until: '' });
  const [component, setComponent] = useState(page.board.components[0]?.id ?? '');
  const [status, setStatus] = useState<ComponentStatus>('under_maintenance');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const { title, ...parts } = texts;
    const maintenance = { from: utcOf(times.from), until: utcOf(times.until) };
    const input = { title, parts, impacts: [{ component, status }], maintenance };
    command.send('comms.PlanMaintenance', input, onClose);
  };
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <PublicBanner />
      <div className="grid gap-2 sm:grid-cols-2">
        {(['from', 'until'] as const).map((end) => (
          <div key={end}>
            <label className="label" htmlFor={`${id}-${end}`}>
              {t(`planned.${end}`)}
            </label>
            <input
              id={`${id}-${end}`}
              type="datetime-local"
              className="field"
              required
              value={times[end]}
              onChange={(event) => setTimes({ ...times, [end]: event.target.value })}
            />
          </div>
        ))}
      </div>
      <StatusSelect
        components={page.board.components}
        component={component}
        status={status}
        onComponent={setComponent}
        onStatus={setStatus}
      />
      <TextFields texts={texts} onChange={setTexts} />
      <p className="label">{t('planned.hint')}</p>
      <CommandOutcome command={command} quietWhenDone />
      <button type="submit" className="btn btn-main self-end" disabled={command.isPending}>
        {t(command.isPending ? 'common.sending' : 'draft.save')}
      </button>
    </form>
  );
}

function EndForm({ thread, onClose }: { thread: string; onClose: () => void }) {
  const { t } = useTexts();
  const command = useCommand();
  const [reason, setReason] = useState(EMPTY);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    command.send('comms.EndMaintenance', { thread, reason }, onClose);
  };
  return (
    <form className="flex flex-col gap-3 p-4" onSubmit={submit}>
      <PublicBanner />
      {(['ja', 'en'] as const).map((language) => (
        <input
          key={language}
          className="field"
          lang={language}
          required
          maxLength={500}
          aria-label={`${t('planned.reason')} (${language})`}
          placeholder={`${t('planned.reason')} (${language})`}
          value={reason[language]}
          onChange={(event) => setReason({ ...reason, [language]: event.target.value })}
        />
      ))}
      <CommandOutcome command={command} quietWhenDone />
      <button type="submit" className="btn btn-final self-end" disabled={command.isPending}>
        {t(command.isPending ? 'common.sending' : 'planned.endNow')}
      </button>
    </form>
  );
}
