/**
 * Appearance: the system's, light or dark; kept in this browser and set on the document before anything is
 * drawn.
 */
import { useSyncExternalStore } from 'react';

const STORAGE_KEY = 'sonae.theme';
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const listeners = new Set<() => void>();
let theme: Theme = 'system';

export function startTheme(): void {
  const kept = localStorage.getItem(STORAGE_KEY);
  theme = THEMES.find((known) => known === kept) ?? 'system';
  apply();
}

export function changeTheme(next: Theme): void {
  theme = next;
  localStorage.setItem(STORAGE_KEY, next);
  apply();
  tell();
}

function apply(): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => theme);
}
