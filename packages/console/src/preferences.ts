/**
 * Appearance: the system's, light or dark; kept in this browser and set on the document before anything is
 * drawn.
 */
import { useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';

const STORAGE_KEY = 'sonae.theme';
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const listeners = new Set<() => void>();
let theme: Theme = 'system';
let printing = false;

export function startTheme(): void {
  const kept = localStorage.getItem(STORAGE_KEY);
  theme = THEMES.find((known) => known === kept) ?? 'system';
  apply();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell);
  addEventListener('beforeprint', () => setPrinting(true));
  addEventListener('afterprint', () => setPrinting(false));
}

/** Paper is light. Drawings must be drawn anew before the page is taken, hence at once. */
function setPrinting(next: boolean): void {
  printing = next;
  apply();
  flushSync(tell);
}

export function isPrinting(): boolean {
  return printing;
}

export function changeTheme(next: Theme): void {
  theme = next;
  localStorage.setItem(STORAGE_KEY, next);
  apply();
  tell();
}

function apply(): void {
  if (printing) document.documentElement.dataset.theme = 'light';
  else if (theme === 'system') delete document.documentElement.dataset.theme;
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

/** `light`, `dark` or `paper`, whoever decided it: for drawings that take colours and size once. */
export function useAppearance(): 'light' | 'dark' | 'paper' {
  return useSyncExternalStore(subscribe, () => {
    if (printing) return 'paper';
    if (theme !== 'system') return theme;
    return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  });
}
