/** Calls that are open, with the answers so far and the buttons for mine; and those that are over. */
import type { ReachPage } from '@sonae/core/app/response/api.ts';
import { useState } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { CallDialog } from './call-dialog.tsx';
import { mayAnswer, type OpenCall } from './waiting-call.ts';

export function CallsPanel({ page, me }: { page: ReachPage; me: string }) {
  const { t, pick } = useTexts();
  const [isCalling, setCalling] = useState(false);
  return (
    <section className="panel" aria-labelledby="calls">
      <div className="panel-title">
        <h2 id="calls" className="flex-1">
          {t('call.title')}
        </h2>
        <button type="button" className="btn btn-main" onClick={() => setCalling(true)}>
          {t('call.new')}
        </button>
      </div>
      {page.open.length === 0 ? <p className="p-3 text-muted">{t('call.none')}</p> : null}
      <ul>
        {page.open.map((call) => (
          <Call key={call.page} call={call} me={me} />
        ))}
      </ul>
      {page.recent.length === 0 ? null : (
        <details className="border-t border-line px-3 py-2">
          <summary className="text-xs">{t('call.recent', { count: page.recent.length })}</summary>
          <ul className="mt-1 text-xs">
            {page.recent.map((call) => (
              <li key={call.page} className="py-0.5">
                <Moment at={call.orderedAt} /> {pick(call.text)}{' '}
                <span className="text-muted">
                  {t('call.came', { who: comingTo(call).join(', ') || t('call.nobodyCame') })}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <CallDialog open={isCalling} onClose={() => setCalling(false)} page={page} />
    </section>
  );
}

const comingTo = ({ answers }: OpenCall): string[] =>
  answers.filter(({ comes }) => comes).map(({ principal }) => principal);

function Call({ call, me }: { call: OpenCall; me: string }) {
  const { t, pick } = useTexts();
  const command = useCommand();
  const coming = comingTo(call);
  const answer = (comes: boolean): void => command.send('people.AnswerPage', { page: call.page, comes });
  return (
    <li className="flex flex-col gap-1 border-b border-line px-3 py-2 last:border-b-0" data-row tabIndex={-1}>
      <p className="flex flex-wrap gap-x-3">
        <a href={call.link} className="min-w-0 flex-1 font-medium underline [overflow-wrap:anywhere]">
          {pick(call.text)}
        </a>
        <Moment at={call.orderedAt} />
      </p>
      <p
        className={`inline-flex items-center gap-1 ${call.exhaustedAt === null ? 'text-watch' : 'text-critical'}`}
      >
        <Icon name={call.exhaustedAt === null ? 'clock' : 'critical'} size={13} />
        {call.exhaustedAt === null
          ? t('call.waits', { coming: coming.length, need: call.need })
          : t('call.exhausted', { coming: coming.length, need: call.need })}
      </p>
      <ol className="flex flex-wrap gap-x-3 text-xs">
        {call.wanted.map((id) => (
          <li key={id}>
            <span className="font-mono">{id}</span> <span className="text-muted">{stateOf(call, id, t)}</span>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2">
        {mayAnswer(call, me) ? (
          <>
            <button
              type="button"
              className="btn btn-main"
              disabled={command.isPending}
              onClick={() => answer(true)}
            >
              {t('call.come')}
            </button>
            <button type="button" className="btn" disabled={command.isPending} onClick={() => answer(false)}>
              {t('call.cannot')}
            </button>
          </>
        ) : null}
        <button
          type="button"
          className="btn btn-grave"
          disabled={command.isPending}
          onClick={() => command.send('people.CallOff', { page: call.page })}
        >
          {t('call.off')}
        </button>
      </div>
      <CommandOutcome command={command} quietWhenDone about="people" />
    </li>
  );
}

function stateOf(call: OpenCall, id: string, t: ReturnType<typeof useTexts>['t']): string {
  const answer = call.answers.find(({ principal }) => principal === id);
  if (answer !== undefined) return t(answer.comes ? 'call.comes' : 'call.canNot');
  const times = call.sent.filter(({ principal }) => principal === id).length;
  return times === 0 ? t('call.notYet') : t('call.called', { count: times });
}
