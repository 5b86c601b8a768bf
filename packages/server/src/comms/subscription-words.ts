/** Texts of subscriptions in both languages: the mail that asks, the pages behind its links, the foot of every mail. */
import type { Language } from '@sonae/core/nouns/comms/facts/subscriptions.ts';
import { escapeHtml } from '../html-text.ts';

type Both = Readonly<Record<Language, string>>;

export const WORDS = {
  askSubject: { en: 'Please confirm: status notices by mail', ja: '稼働状況通知の登録確認' },
  askText: {
    en: 'Somebody, probably you, asked to receive status notices at this address. Nothing is sent until you confirm. If it was not you, do nothing: the request is forgotten after 48 hours.',
    ja: 'このメールアドレスに稼働状況の通知を送るお申し込みを受け付けました。確認いただくまで通知は送信されません。お心当たりのない場合は何もなさらないでください。48時間後にお申し込みの情報は消去されます。',
  },
  confirm: { en: 'Confirm', ja: '確認する' },
  leave: { en: 'End the subscription', ja: '通知を停止する' },
  page: { en: 'Status page', ja: 'ステータスページ' },
  proof: { en: 'Proof of this notice', ja: 'この告知の証明' },
  confirmTitle: { en: 'Receive status notices?', ja: '稼働状況の通知を受け取りますか' },
  leaveTitle: { en: 'End the subscription?', ja: '通知を停止しますか' },
  confirmed: { en: 'Confirmed. You will receive notices.', ja: '確認しました。今後通知をお送りします。' },
  left: {
    en: 'Ended. Your address has been erased.',
    ja: '停止しました。ご登録の宛先は消去されます。',
  },
  invalid: {
    en: 'This link is not valid, or no longer.',
    ja: 'このリンクは無効か、期限が切れています。',
  },
  simulation: { en: '[SIMULATION] ', ja: '【訓練】' },
} as const satisfies Record<string, Both>;

// Without it a browser names no origin when the form is sent, and the server takes writes only from its own.
const OWN_ORIGIN = '<meta name="referrer" content="same-origin">';

const shell = (title: string, language: Language, inner: string): string =>
  `<!doctype html><html lang="${language}"><head><meta charset="utf-8">` +
  '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">' +
  OWN_ORIGIN +
  '<style>:root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}' +
  'button{font:inherit;padding:.5rem 1.2rem}</style>' +
  `<title>${escapeHtml(title)}</title></head><body><main><h1>${escapeHtml(title)}</h1>${inner}</main></body></html>`;

/** Asks before anything happens: programs that open links in mails must not decide for their owner. */
export function questionPage(what: 'confirm' | 'leave', language: Language, token: string): string {
  const title = WORDS[what === 'confirm' ? 'confirmTitle' : 'leaveTitle'][language];
  const button = escapeHtml(WORDS[what][language]);
  const form =
    `<form method="post"><input type="hidden" name="token" value="${escapeHtml(token)}">` +
    `<input type="hidden" name="lang" value="${language}"><button type="submit">${button}</button></form>`;
  return shell(title, language, form);
}

export function answerPage(what: 'confirmed' | 'left' | 'invalid', language: Language): string {
  const link = `<p><a href="/status/">${escapeHtml(WORDS.page[language])}</a></p>`;
  return shell(WORDS[what][language], language, link);
}
