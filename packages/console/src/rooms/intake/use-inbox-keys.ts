/** Keys of the inbox besides those of the whole console: they act on the component whose row has the focus. */
import type { AlarmGroupView } from '@sonae/core/app/api.ts';
import { useEffect, useRef } from 'react';

export type InboxKeys = Readonly<Record<'v' | 'x', (group: AlarmGroupView) => void>>;

/** @param groups as they are shown; a key on a row that is gone does nothing */
export function useInboxKeys(groups: readonly AlarmGroupView[], keys: InboxKeys): void {
  // The newest of both, without a listener that is taken off and put on at every refresh.
  const current = useRef({ groups, keys });
  useEffect(() => {
    current.current = { groups, keys };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isPlain = !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing);
      if (!isPlain || (event.key !== 'v' && event.key !== 'x')) return;
      const { target } = event;
      if (!(target instanceof HTMLElement) || document.querySelector('[role="dialog"]') !== null) return;
      if (target.closest('input, textarea, select, [contenteditable]') !== null) return;
      const name = target.closest<HTMLElement>('[data-group]')?.dataset.group;
      const group = current.current.groups.find((one) => one.group === name);
      if (group === undefined) return;
      event.preventDefault();
      current.current.keys[event.key](group);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
