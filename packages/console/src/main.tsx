/**
 * Entry: appearance and language first, then the console; the Japanese font follows when the page is already
 * there.
 */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startLanguage } from './i18n/language.ts';
import { connectLive } from './live.ts';
import { startTheme } from './preferences.ts';
import { queryClient } from './queries.ts';
import {
  loadBooksRoom,
  loadCustodyRoom,
  loadLearningRoom,
  loadPlansRoom,
  loadPowersRoom,
  loadProofRoom,
  loadReservesRoom,
  loadUseRoom,
  router,
} from './router.tsx';
import './style.css';

async function start(): Promise<void> {
  startTheme();
  await startLanguage();
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has an element with the id root');
  connectLive(queryClient);
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
  await Promise.all([
    ...[loadPowersRoom(), loadUseRoom(), loadPlansRoom(), loadLearningRoom()],
    ...[loadBooksRoom(), loadCustodyRoom(), loadReservesRoom(), loadProofRoom()],
    import('@fontsource-variable/noto-sans-jp'),
  ]);
}

void start();
