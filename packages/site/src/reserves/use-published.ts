/** Published epochs, read again and again; what was known last stays. A static copy of the page has none. */
import { useEffect, useState } from 'react';
import { IS_COPY } from '../status.ts';
import { fetchPublished, type Published } from './published.ts';

const EVERY_MS = 60_000;

export function usePublished(): Published | null {
  const [published, setPublished] = useState<Published | null>(null);
  useEffect(() => {
    if (IS_COPY) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const read = async (): Promise<void> => {
      const next = await fetchPublished().catch(() => null);
      if (isOver) return;
      if (next !== null) setPublished(next);
      timer = setTimeout(() => void read(), EVERY_MS);
    };
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  return published;
}
