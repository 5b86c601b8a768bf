/** A call that waits for me, over every room: `y` I come, `x` I cannot. Nothing else on the page is as urgent. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { CommandOutcome, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { meQuery } from '../../queries.ts';
import { Icon } from '../../ui/icon.tsx';
import { isBusy } from '../../ui/keys.ts';
import { Moment } from '../../ui/moment.tsx';
import { reachQuery } from './reach-queries.ts';
import { waitingFor } from './waiting-call.ts';

export function CallBanner() {
  const { t, pick } = useTexts();
  const command = useCommand();
  const { data: me } = useQuery(meQuery);
  const { data: page } = useQuery({ ...reachQuery, enabled: me?.enrolled === true });
  const call = me === undefined || page === undefined ? null : waitingFor(page.open, me.principal);
  const answer = useRef<(comes: boolean) => void>(() => undefined);
  answer.current = (comes) => {
    if (call !== null && !command.isPending) command.send('people.AnswerPage', { page: call.page, comes });
  };
  const isWaiting = call !== null;
  useEffect(() => {
    if (!isWaiting) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isBusy(event.target)) return;
      if (event.key !== 'y' && event.key !== 'x') return;
      event.preventDefault();
      answer.current(event.key === 'y');
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [isWaiting]);
  if (call === null) return <CommandOutcome command={command} quietWhenDone about="people" />;
  return (
    <div
      className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b-2 border-critical bg-critical-soft px-3 py-2 sm:px-4"
      role="alert"
    >
      <span className="inline-flex items-center gap-2 font-semibold text-critical">
        <Icon name="reach" size={16} />
        {t('call.forYou')}
      </span>
      <a href={call.link} className="min-w-0 flex-1 basis-60 underline [overflow-wrap:anywhere]">
        {pick(call.text)}
      </a>
      <span className="text-xs">
        <Moment at={call.orderedAt} />
      </span>
      <span className="flex gap-2">
        <button
          type="button"
          className="btn btn-main"
          disabled={command.isPending}
          onClick={() => answer.current(true)}
        >
          {t('call.come')} <kbd>y</kbd>
        </button>
        <button
          type="button"
          className="btn"
          disabled={command.isPending}
          onClick={() => answer.current(false)}
        >
          {t('call.cannot')} <kbd>x</kbd>
        </button>
      </span>
      <CommandOutcome command={command} quietWhenDone about="people" />
    </div>
  );
}
