/**
 * From alarm to declared in one key: `v` verifies and `D` declares the suspicion whose row has the focus, or whose room is
 * open. It is read anew first, so that nobody declares what somebody else just dismissed.
 */
import type { CommandAnswer } from '@sonae/core/app/api.ts';
import type { Incident } from '@sonae/core/nouns/incidents/views/incident.ts';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { fetchIncident, newIdempotencyKey, submitCommand } from '../../api.ts';
import { CommandOutcome, useCommand } from '../../command.tsx';

type Key = 'v' | 'D';
const mayAct = (key: Key, { phase }: Incident): boolean =>
  phase === 'suspected' || (key === 'D' && phase === 'verifying');

/** As core would answer: somebody else judged it meanwhile. */
const tooLate = ({ title, phase }: Incident): CommandAnswer => ({
  status: 'refused',
  refused: 'wrong-phase',
  message: `${title}: ${phase}`,
  fix: '',
});

/** Which incident a key means: the row that has the focus, or the room that is open. */
function meant(target: EventTarget | null): string | null {
  if (!(target instanceof HTMLElement)) return null;
  if (document.querySelector('[role="dialog"]') !== null) return null;
  if (target.closest('input, textarea, select, [contenteditable]') !== null) return null;
  const row = target.closest<HTMLElement>('[data-incident]');
  return (row ?? document.querySelector<HTMLElement>('[data-incident-room]'))?.dataset.incident ?? null;
}

export function SuspicionKeys() {
  const navigate = useNavigate();
  const command = useCommand();
  /** A key pressed while another is under way waits for it: the list may show an outcome before its answer is here. */
  const before = useRef<Promise<unknown>>(Promise.resolve());
  const judge = async (key: Key, id: string): Promise<CommandAnswer> => {
    const incident = await fetchIncident(id);
    if (!mayAct(key, incident)) return tooLate(incident);
    const about = { incident: id, expectedRevision: incident.revision };
    if (key === 'v') return submitCommand('incidents.Verify', about, newIdempotencyKey());
    const input = { ...about, title: incident.title, severity: 'pending' };
    const answer = await submitCommand('incidents.Declare', input, newIdempotencyKey());
    if (answer.status === 'done') void navigate({ to: '/incidents/$id', params: { id } });
    return answer;
  };
  const act = useRef<(key: Key, id: string) => void>(() => undefined);
  act.current = (key, id) => {
    const work = before.current.then(() => judge(key, id));
    before.current = work.catch(() => undefined);
    command.perform(() => work);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
      if (event.key !== 'v' && (event.key !== 'D' || !event.shiftKey)) return;
      // The inbox of alarms judges its own rows with `v`.
      const isInbox = event.target instanceof HTMLElement && event.target.closest('[data-group]') !== null;
      const id = meant(event.target);
      if (id === null || (event.key === 'v' && isInbox)) return;
      event.preventDefault();
      act.current(event.key === 'v' ? 'v' : 'D', id);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className="px-3 pt-2 empty:hidden sm:px-4">
      <CommandOutcome command={command} quietWhenDone />
    </div>
  );
}
