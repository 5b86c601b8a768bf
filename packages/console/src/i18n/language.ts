/**
 * The reader's language: kept in this browser, by default what the browser asks for. Texts are typed by their
 * key.
 */
import type { Text } from '@sonae/core/log/fact.ts';
import i18next from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Language } from '../ui/time-format.ts';
import { en, type Key } from './en.ts';
import type { enBooks } from './en-books.ts';
import type { enCustody } from './en-custody.ts';
import type { enCustodyForms } from './en-custody-forms.ts';
import type { enCustodySafes } from './en-custody-safes.ts';
import type { enProof } from './en-proof.ts';
import type { enReserves } from './en-reserves.ts';
import { ja } from './ja.ts';

const STORAGE_KEY = 'sonae.language';

export type Values = Readonly<Record<string, string | number>>;
/** Texts of rooms that are fetched later come with their room (`addTexts`). */
export type AnyKey =
  | Key
  | keyof typeof enBooks
  | keyof typeof enCustody
  | keyof typeof enCustodyForms
  | keyof typeof enCustodySafes
  | keyof typeof enReserves
  | keyof typeof enProof;
export type Translate = (key: AnyKey, values?: Values) => string;
/** `t` for our own texts, `pick` for bilingual texts of the server (or what a person wrote, as it is). */
export type Texts = {
  readonly t: Translate;
  readonly language: Language;
  readonly pick: (text: Text | string) => string;
};

function initialLanguage(): Language {
  const kept = localStorage.getItem(STORAGE_KEY);
  if (kept === 'en' || kept === 'ja') return kept;
  return navigator.language.startsWith('ja') ? 'ja' : 'en';
}

export async function startLanguage(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, ja: { translation: ja } },
    lng: initialLanguage(),
    fallbackLng: 'en',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = i18next.language;
}

/** For a room that is fetched after the start: its texts arrive in the same file as the room, not with the console. */
export function addTexts(
  english: Readonly<Record<string, string>>,
  japanese: Readonly<Record<string, string>>,
): void {
  i18next.addResourceBundle('en', 'translation', english);
  i18next.addResourceBundle('ja', 'translation', japanese);
}

export function changeLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

export function useTexts(): Texts {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'ja' ? 'ja' : 'en';
  return useMemo(() => {
    const translate: Translate = (key, values) => t(key, values ?? {}) as string;
    return { t: translate, language, pick: (text) => (typeof text === 'string' ? text : text[language]) };
  }, [t, language]);
}

/** Whether a computed key has a text, e.g. a refusal code that a newer server invented. */
export function isKey(key: string): key is AnyKey {
  return key in en || i18next.exists(key);
}
