/**
 * Keys of an incident's room besides those of the whole console. `k` also moves up in lists: it does that only while a
 * row has the focus. A key right after `g` names a room and is left alone.
 */
import { useEffect, useRef } from 'react';

export const RESPONSE_KEYS = ['t', 'n', 'a', 'c', 'f', 'k'] as const;
export type ResponseKey = (typeof RESPONSE_KEYS)[number];

/** As long as `g` waits for a room (ui/keys.ts). */
const GO_WITHIN_MS = 1_200;

const isResponseKey = (key: string): key is ResponseKey => (RESPONSE_KEYS as readonly string[]).includes(key);

function isTaken(event: KeyboardEvent): boolean {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  if (document.querySelector('[role="dialog"]') !== null || !(target instanceof HTMLElement)) return true;
  if (target.closest('input, textarea, select, [contenteditable]') !== null) return true;
  return key === 'k' && target.closest('[data-row]') !== null;
}

export function useResponseKeys(act: (key: ResponseKey) => void): void {
  const current = useRef(act);
  useEffect(() => {
    current.current = act;
  });
  useEffect(() => {
    let goAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent): void => {
      const wentAt = goAt;
      goAt = event.key === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (!isResponseKey(event.key) || event.timeStamp - wentAt < GO_WITHIN_MS || isTaken(event)) return;
      event.preventDefault();
      // The whole console listens too, and would move a row.
      event.stopImmediatePropagation();
      current.current(event.key);
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, []);
}
