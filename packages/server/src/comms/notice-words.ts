/**
 * A published notice as people read it, in one language: plain lines, and the same lines as inert HTML. Whatever a text
 * holds stays text: nothing of it is markup, a link or a template in any format.
 */

import { timeText } from '@sonae/core/nouns/comms/engine/fill-template.ts';
import type { Language } from '@sonae/core/nouns/comms/facts/subscriptions.ts';
import {
  type ComponentStatus,
  type NoticeStatus,
  STATUS_NAMES,
} from '@sonae/core/nouns/comms/facts/words.ts';
import type { PublishedNotice } from '@sonae/core/nouns/comms/views/threads.ts';
import { escapeHtml } from '../html-text.ts';

export const NOTICE_STATUS_NAMES: Readonly<Record<NoticeStatus, Readonly<Record<Language, string>>>> = {
  investigating: { en: 'Investigating', ja: '調査中' },
  identified: { en: 'Identified', ja: '原因特定' },
  monitoring: { en: 'Monitoring', ja: '経過観察' },
  resolved: { en: 'Resolved', ja: '復旧' },
  postmortem: { en: 'Report', ja: '事後報告' },
};

const LABELS = {
  whatIsKnown: { en: 'What is known', ja: '現在判明していること' },
  whatIsStopped: { en: 'What is stopped', ja: '停止・制限しているサービス' },
  whatUsersShouldDo: { en: 'What you should do', ja: 'お客様へのお願い' },
  nextUpdate: { en: 'Next update by', ja: '次回更新予定' },
  maintenance: { en: 'Time of the work', ja: '実施日時' },
  corrects: { en: 'This corrects an earlier notice.', ja: '先の告知を訂正するものです。' },
} as const;

export type Paragraph = { readonly label: string | null; readonly text: string };

/** The parts of a notice in reading order. */
export function paragraphsOf(notice: PublishedNotice, language: Language): Paragraph[] {
  const { parts, nextUpdateAt, maintenance, corrects } = notice.content;
  const labelled = (name: keyof typeof LABELS, text: string): Paragraph => ({
    label: LABELS[name][language],
    text,
  });
  const time = (iso: string): string => timeText(iso)[language];
  return [
    ...(corrects === null ? [] : [{ label: null, text: LABELS.corrects[language] }]),
    labelled('whatIsKnown', parts.whatIsKnown[language]),
    labelled('whatIsStopped', parts.whatIsStopped[language]),
    labelled('whatUsersShouldDo', parts.whatUsersShouldDo[language]),
    ...(maintenance === null
      ? []
      : [labelled('maintenance', `${time(maintenance.from)} – ${time(maintenance.until)}`)]),
    ...(nextUpdateAt === null ? [] : [labelled('nextUpdate', time(nextUpdateAt))]),
  ];
}

export function plainText(paragraphs: readonly Paragraph[]): string {
  return paragraphs.map(({ label, text }) => (label === null ? text : `${label}:\n${text}`)).join('\n\n');
}

export function htmlText(paragraphs: readonly Paragraph[]): string {
  return paragraphs
    .map(({ label, text }) => {
      const lead = label === null ? '' : `<strong>${escapeHtml(label)}</strong><br>`;
      return `<p>${lead}${escapeHtml(text).replaceAll('\n', '<br>')}</p>`;
    })
    .join('\n');
}

export const statusName = (status: ComponentStatus, language: Language): string =>
  STATUS_NAMES[status][language];
