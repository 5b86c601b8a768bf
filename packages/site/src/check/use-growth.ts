/**
 * Compares the log with what this browser remembers, whenever the log has grown, and remembers what was
 * honest.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import { fetchText, request } from '../status.ts';
import {
  compareGrowth,
  forgetSeen,
  type Growth,
  isHonest,
  recallSeen,
  rememberSeen,
  type Seen,
} from './log-memory.ts';
import { browserHash } from './sha256.ts';

export type GrowthState = {
  readonly growth: Growth | null;
  readonly note: string;
  readonly verifierKey: string;
  readonly failure: string;
};
export type GrowthCheck = GrowthState & { readonly again: () => void; readonly forget: () => void };

export async function readLogPath(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await request(`/log/${path}`)).arrayBuffer());
}

async function check(before: Seen | null): Promise<GrowthState> {
  const [note, key] = await Promise.all([fetchText('/log/checkpoint'), fetchText('/log/key')]);
  const verifierKey = key.trim();
  const { sha256 } = await browserHash();
  try {
    const shown = { note, verifierKey, seenAt: new Date().toISOString() };
    const growth = await compareGrowth(before, shown, readLogPath, sha256);
    if (isHonest(growth)) rememberSeen(localStorage, growth.now);
    return { growth, note, verifierKey, failure: '' };
  } catch (error) {
    return {
      growth: null,
      note,
      verifierKey,
      failure: error instanceof Error ? error.message : String(error),
    };
  }
}

/** @param size of the log as the status says: a change starts another comparison */
export function useGrowth(size: number): GrowthCheck {
  const [state, setState] = useState<GrowthState>({ growth: null, note: '', verifierKey: '', failure: '' });
  // The visit is compared with the one before it, not with its own last refresh.
  const before = useRef<Seen | null | undefined>(undefined);
  const again = useCallback(() => {
    if (before.current === undefined) before.current = recallSeen(localStorage);
    check(before.current).then(setState, (error: unknown) => {
      setState((known) => ({ ...known, failure: error instanceof Error ? error.message : String(error) }));
    });
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a grown log is compared again
  useEffect(again, [size, again]);
  const forget = useCallback(() => {
    forgetSeen(localStorage);
    before.current = null;
    again();
  }, [again]);
  return { ...state, again, forget };
}
