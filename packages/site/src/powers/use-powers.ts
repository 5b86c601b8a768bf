/** Powers and their uses, read again and again; what was known last stays. */
import { useEffect, useState } from 'react';
import { fetchPowers, type PublicPowersPage } from './public-powers.ts';

const EVERY_MS = 30_000;
const EVERY_DEMONSTRATION_MS = 5_000;

export function usePowers(): PublicPowersPage | null {
  const [page, setPage] = useState<PublicPowersPage | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const read = async (): Promise<void> => {
      const next = await fetchPowers().catch(() => null);
      if (isOver) return;
      if (next !== null) setPage(next);
      timer = setTimeout(() => void read(), next?.demonstration ? EVERY_DEMONSTRATION_MS : EVERY_MS);
    };
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  return page;
}
