/** Entry of the public site: appearance and language first, then the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startLanguage } from './i18n/language.ts';
import { Page } from './page.tsx';
import { startTheme } from './preferences.ts';
import './style.css';

async function start(): Promise<void> {
  startTheme();
  await startLanguage();
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has an element with the id root');
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}

void start();
