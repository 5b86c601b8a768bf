/**
 * The live line: server-sent events in, refreshed queries and the present instant out. Bursts are thinned to two
 * refreshes a second, and on a slow line to what it carries: no refresh begins before the last one was answered. A line
 * that broke is shown as broken: silence is an alarm here too.
 */
import type { TickEvent } from '@sonae/core/app/api.ts';
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { createThrottle } from './ui/throttle.ts';

export type LiveState = {
  readonly line: 'connecting' | 'open' | 'broken';
  /** Wall-clock time at which the line was last known to work, in milliseconds. */
  readonly heardAt: number | null;
  readonly tick: TickEvent | null;
};

/** At most two refreshes a second after appends; prices and sentences move between appends, but slower. */
const APPEND_REFRESH_MS = 500;
const TICK_REFRESH_MS = 2_000;
const TICK_SHOWN_MS = 250;
const RECONNECT_MS = 3_000;

let state: LiveState = { line: 'connecting', heardAt: null, tick: null };
const listeners = new Set<() => void>();

function put(change: Partial<LiveState>): void {
  state = { ...state, ...change };
  for (const listener of listeners) listener();
}

/** Opens the line and keeps it open; returns how to close it. */
export function connectLive(client: QueryClient): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const onAppend = createThrottle(APPEND_REFRESH_MS, () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[0] !== 'fact' && queryKey[0] !== 'prices',
    }),
  );
  const onTick = createThrottle(TICK_REFRESH_MS, () =>
    Promise.all(['overview', 'asset', 'prices'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  );
  let latest: TickEvent | null = null;
  const onShow = createThrottle(TICK_SHOWN_MS, () => put({ tick: latest, heardAt: Date.now() }));

  const open = (): void => {
    source = new EventSource('/api/events');
    source.onopen = () => {
      put({ line: 'open', heardAt: Date.now() });
      onAppend.run();
    };
    source.onerror = () => {
      put({ line: 'broken' });
      // Whether only the line broke or the whole server is away is asked at once.
      void client.invalidateQueries({ queryKey: ['overview'] });
      // A refused stream (401, restart behind a proxy) is closed for good by the browser: open a new one.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, RECONNECT_MS);
    };
    source.addEventListener('append', onAppend.run);
    source.addEventListener('tick', (event) => {
      latest = JSON.parse((event as MessageEvent<string>).data) as TickEvent;
      onShow.run();
      onTick.run();
    });
  };
  open();
  return () => {
    clearTimeout(retry);
    source?.close();
    for (const throttle of [onAppend, onTick, onShow]) throttle.stop();
  };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useLive(): LiveState {
  return useSyncExternalStore(subscribe, () => state);
}
