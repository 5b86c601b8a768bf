/** Keyboard of the whole console: one listener, active while nobody writes and no dialog is open. */
import { useEffect } from 'react';

export type KeyActions = {
  readonly palette: () => void;
  readonly declare: () => void;
  /** The first public post. */
  readonly post: () => void;
  readonly help: () => void;
  readonly go: (room: (typeof ROOM_KEYS)[keyof typeof ROOM_KEYS]) => void;
};

/** After `g`, the next key names a room if it comes this soon. */
const GO_WITHIN_MS = 1_200;
const ROOM_KEYS = {
  o: 'overview',
  p: 'pegs',
  a: 'intake',
  i: 'incidents',
  c: 'comms',
  t: 'clocks',
  e: 'reach',
  w: 'powers',
  j: 'books',
  k: 'custody',
  v: 'reserves',
  u: 'proof',
  b: 'plans',
  r: 'learning',
  l: 'log',
} as const;

export function useKeys(actions: KeyActions): void {
  useEffect(() => {
    let goAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        actions.palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isBusy(event.target)) return;
      const wentAt = goAt;
      goAt = Number.NEGATIVE_INFINITY;
      const room = ROOM_KEYS[event.key as keyof typeof ROOM_KEYS];
      if (event.timeStamp - wentAt < GO_WITHIN_MS && room !== undefined) actions.go(room);
      else if (event.key === 'g') goAt = event.timeStamp;
      else if (event.key === 'j') moveRow(1);
      else if (event.key === 'k') moveRow(-1);
      else if (event.key === 'd') actions.declare();
      else if (event.key === 'p') actions.post();
      else if (event.key === '?') actions.help();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [actions]);
}

/** While somebody writes or a dialog is open, no key means anything else. */
export function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"]') !== null) return true;
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

/** Moves the focus between the rows of the lists in the room. */
function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement || row.contains(document.activeElement));
  const next =
    rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
