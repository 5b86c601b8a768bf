/** The status, asked for again and again; what was known last stays, with the time at which it was known. */
import { useEffect, useState } from 'react';
import { type DisclosedFact, fetchDisclosed, fetchStatus, type PublicStatus } from './status.ts';

const EVERY_MS = 30_000;
const EVERY_SIMULATED_MS = 5_000;

export type StatusState = {
  readonly status: PublicStatus | null;
  readonly disclosed: readonly DisclosedFact[];
  /** Whether the last attempt failed. */
  readonly isAway: boolean;
};

export function useStatus(): StatusState {
  const [state, setState] = useState<StatusState>({ status: null, disclosed: [], isAway: false });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const read = async (): Promise<void> => {
      let everyMs = EVERY_SIMULATED_MS;
      try {
        const [status, disclosed] = await Promise.all([fetchStatus(), fetchDisclosed()]);
        if (!isOver) setState({ status, disclosed, isAway: false });
        if (!status.simulated) everyMs = EVERY_MS;
      } catch {
        if (!isOver) setState((before) => ({ ...before, isAway: true }));
      }
      if (!isOver) timer = setTimeout(() => void read(), everyMs);
    };
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  return state;
}
