/**
 * Duties toward the FSA (guidelines 14, 16 and 17, ordinances) and under the law on personal data. Guideline 16 is cited;
 * 14 and 17 say the same.
 */
import { CYBER, type Duty, SYSTEM_KINDS, TO } from './duty.ts';
import { ANY, DAY, HOUR, JAPAN, NO_NUMBER, SWITCHED_OVER } from './duty-japan.ts';

const guideline = {
  ...JAPAN,
  validFrom: '2025-10-01',
  regimes: ['jp-exchange', 'jp-epi', 'jp-funds-transfer'] as const,
  recipients: [TO.bureau],
};

export const FSA_DUTIES: readonly Duty[] = [
  {
    ...guideline,
    id: 'fsa-aware',
    title: { en: 'Report the fact to the bureau at once', ja: '障害等の事実の当局への報告(直ちに)' },
    citation: '事務ガイドライン第三分冊16 II-2-3-1-1-3(14、17同旨)',
    kinds: SYSTEM_KINDS,
    triggers: [{ event: 'aware' }, { event: 'attack-announced' }],
    clock: NO_NUMBER,
    targetMinutes: 30,
    form: 'fsa-incident',
    exemptable: SWITCHED_OVER,
  },
  {
    ...guideline,
    id: 'fsa-recovery',
    title: { en: 'Update at recovery', ja: '復旧時の続報' },
    citation: '事務ガイドライン第三分冊16 II-2-3-1-1-3',
    kinds: SYSTEM_KINDS,
    triggers: [{ event: 'recovered' }],
    clock: NO_NUMBER,
    targetMinutes: 2 * HOUR,
    form: 'fsa-incident',
  },
  {
    ...guideline,
    id: 'fsa-cause',
    title: { en: 'Update when the cause is found', ja: '原因解明時の続報' },
    citation: '事務ガイドライン第三分冊16 II-2-3-1-1-3',
    kinds: SYSTEM_KINDS,
    triggers: [{ event: 'cause-found' }],
    clock: NO_NUMBER,
    targetMinutes: DAY,
    form: 'fsa-incident',
  },
  {
    ...guideline,
    id: 'fsa-status',
    title: { en: 'Status while the cause is unknown', ja: '原因未解明時の現状報告(1か月以内)' },
    citation: '事務ガイドライン第三分冊16 II-2-3-1-1-3; 民法140条, 143条',
    kinds: SYSTEM_KINDS,
    triggers: [{ filing: 'fsa-aware', which: 'first' }],
    clock: { unit: 'months', amount: 1, counting: 'next-day', roll: 'stay' },
    targetMinutes: null,
    form: 'fsa-incident',
    exemptable: { en: 'The cause was found and reported meanwhile', ja: '原因を解明し報告済みである場合' },
  },
  {
    ...guideline,
    id: 'fsa-unauthorised-trade',
    title: { en: 'Report unauthorised trading or withdrawal', ja: '不正取引発生報告書の提出' },
    citation: '事務ガイドライン第三分冊16 II-2-3-1-2-3',
    kinds: ANY,
    triggers: [{ event: 'unauthorised-trade-known' }],
    clock: NO_NUMBER,
    targetMinutes: DAY,
    form: 'unauthorised-trade',
  },
  {
    ...guideline,
    id: 'fsa-misconduct',
    title: { en: 'Notify misconduct, outflows included', ja: '不祥事件届出(外部流出を含む、2週間以内)' },
    citation: '暗号資産交換業者に関する内閣府令42条; 電子決済手段等取引業者に関する内閣府令85条; 民法140条',
    kinds: ANY,
    triggers: [{ event: 'misconduct-known' }, { event: 'aware', kinds: ['asset-outflow'] }],
    clock: { unit: 'weeks', amount: 2, counting: 'next-day', roll: 'stay' },
    targetMinutes: null,
    form: 'misconduct',
  },
  {
    ...guideline,
    id: 'fsa-personal-data',
    title: { en: 'Report a leak of personal data to the bureau', ja: '個人データ漏えい等の当局報告' },
    citation: '暗号資産交換業者に関する内閣府令14条の2; 電子決済手段等取引業者に関する内閣府令24条',
    kinds: ANY,
    triggers: [{ event: 'leak-known' }, { event: 'aware', kinds: ['data-leak'] }],
    clock: NO_NUMBER,
    targetMinutes: DAY,
    form: 'personal-data',
  },
];

const privacy = {
  ...JAPAN,
  validFrom: '2022-04-01',
  regimes: ['jp-personal-data'] as const,
  recipients: [TO.ppc],
  form: 'personal-data',
  triggers: [{ event: 'leak-known' }, { event: 'aware', kinds: ['data-leak'] }] as const,
};

export const PRIVACY_DUTIES: readonly Duty[] = [
  {
    ...privacy,
    id: 'ppc-preliminary',
    title: { en: 'Preliminary report of a leak', ja: '個人データ漏えい等の速報' },
    citation: '個人情報保護法施行規則8条1項(目安3〜5日はガイドライン、社内目標として設定)',
    kinds: ANY,
    clock: NO_NUMBER,
    targetMinutes: 3 * DAY,
  },
  {
    ...privacy,
    id: 'ppc-final-30',
    title: { en: 'Final report of a leak', ja: '個人データ漏えい等の確報(30日以内)' },
    citation: '個人情報保護法施行規則8条2項(初日算入は安全側の扱い)',
    kinds: ANY,
    notKinds: CYBER,
    clock: { unit: 'days', amount: 30, counting: 'event-day', roll: 'stay' },
    targetMinutes: null,
  },
  {
    ...privacy,
    id: 'ppc-final-60',
    title: { en: 'Final report of a leak by a malicious act', ja: '不正目的による漏えい等の確報(60日以内)' },
    citation: '個人情報保護法施行規則8条2項括弧書(初日算入は安全側の扱い)',
    kinds: CYBER,
    clock: { unit: 'days', amount: 60, counting: 'event-day', roll: 'stay' },
    targetMinutes: null,
  },
  {
    ...privacy,
    id: 'ppc-persons',
    title: { en: 'Tell the persons concerned', ja: '本人への通知(状況に応じ速やかに)' },
    citation: '個人情報保護法施行規則10条',
    kinds: ANY,
    clock: NO_NUMBER,
    targetMinutes: 3 * DAY,
    recipients: [TO.persons],
    form: null,
  },
];
