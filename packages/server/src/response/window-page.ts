/** The supervisor's room as one plain page: everything escaped, no script, readable on paper. */

import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import type { Text } from '@sonae/core/log/fact.ts';
import { formTime } from '@sonae/core/nouns/reports/engine/fill.ts';
import { printable } from '../documents/document.ts';
import { escapeHtml } from '../html-text.ts';

export type WindowScope = {
  readonly supervisor: string;
  readonly until: string;
  readonly shows: readonly string[];
};
type Language = 'ja' | 'en';

const WORDS = {
  ja: {
    title: '監督当局向け閲覧窓口',
    logged: '閲覧は記録されます。期限',
    timeline: '時系列',
    duties: '義務と期限',
    filings: '提出書類',
    notices: '公表',
    decisions: '主な判断',
    evidence: '証拠',
    none: 'なし',
    due: '期限',
  },
  en: {
    title: 'Window for supervisors',
    logged: 'Reading is logged. Until',
    timeline: 'Timeline',
    duties: 'Duties and clocks',
    filings: 'Filings',
    notices: 'Published',
    decisions: 'Decisions',
    evidence: 'Evidence',
    none: 'none',
    due: 'due',
  },
} as const;

/** Printable text that stays text in any place of the page. */
const plain = (text: string): string => escapeHtml(printable(text));

const say = (text: Text | string, language: Language): string =>
  plain(typeof text === 'string' ? text : text[language]);

/** @param base address of the window, for the files  */
export function windowPage(page: ResponsePage, scope: WindowScope, base: string, language: Language): string {
  const words = WORDS[language];
  const time = (at: string): string => plain(formTime(at, language));
  const list = (items: readonly string[]): string =>
    items.length === 0
      ? `<p>${words.none}</p>`
      : `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
  const parts: Readonly<Record<string, () => string>> = {
    timeline: () =>
      list(
        page.incident.timeline.map(
          (entry) => `<time>${time(entry.happenedAt)}</time> ${say(entry.text, language)}`,
        ),
      ),
    duties: () =>
      list(
        page.clocks.map(
          (clock) =>
            `<b>${say(clock.title, language)}</b> — ${plain(clock.now)}, ${words.due} ${time(clock.limitAt)} <small>${plain(clock.citation)}</small>`,
        ),
      ),
    filings: () =>
      list(
        page.filings.prepared.map(
          ({ filing, form, round, at }) =>
            `<time>${time(at)}</time> <a href="${base}/filings/${encodeURIComponent(filing)}">${plain(form)} (${round})</a>`,
        ),
      ),
    notices: () =>
      list(page.filings.notices.map(({ at, title }) => `<time>${time(at)}</time> ${say(title, language)}`)),
    decisions: () =>
      list(
        page.response.decisions.map(
          ({ at, question, chosen, reason }) =>
            `<time>${time(at)}</time> ${plain(question)} → <b>${plain(chosen)}</b>: ${plain(reason)}`,
        ),
      ),
    evidence: () =>
      list(page.response.evidence.map(({ title, sha256 }) => `${plain(title)} <code>${sha256}</code>`)),
  };
  const shown = scope.shows.filter((name) => name in parts && name in words);
  const sections = shown
    .map((name) => `<section><h2>${words[name as keyof typeof words]}</h2>${parts[name]?.() ?? ''}</section>`)
    .join('');
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${words.title}</title><style>${STYLE}</style>
<main><h1>${plain(page.incident.title)}</h1><p>${words.title} — ${plain(scope.supervisor)}. ${words.logged} ${time(scope.until)}.</p>
${sections}</main></html>`;
}

const STYLE = `:root{color-scheme:light dark;font:15px/1.6 system-ui,'Noto Sans JP',sans-serif}
main{max-width:52rem;margin:2rem auto;padding:0 1rem}h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
li{margin:.3rem 0;overflow-wrap:anywhere}small,code,time{font-size:.85em;opacity:.8}`;
