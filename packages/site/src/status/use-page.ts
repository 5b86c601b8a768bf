/** The status page, asked for again and again; what was known last stays. */
import { useEffect, useState } from 'react';
import { fetchOffered, fetchPage, type StatusPage, type SubscriptionKind } from './page-data.ts';

const EVERY_MS = 20_000;

export type PageState = {
  readonly page: StatusPage | null;
  readonly offered: readonly SubscriptionKind[];
};

export function usePage(): PageState {
  const [state, setState] = useState<PageState>({ page: null, offered: [] });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const read = async (): Promise<void> => {
      try {
        const page = await fetchPage();
        const offered = await fetchOffered().catch(() => []);
        if (!isOver) setState({ page, offered });
      } catch {
        // The masthead says that the status could not be read; what is shown carries its times.
      }
      if (!isOver) timer = setTimeout(() => void read(), EVERY_MS);
    };
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  return state;
}
