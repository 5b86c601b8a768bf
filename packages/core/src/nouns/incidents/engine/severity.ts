/**
 * Severity by recorded criteria. Each is a question with a severity that a yes implies; what nobody knows yet counts as a
 * yes (assume the worst), and nothing is argued about during the incident: the criteria decide, a person may overrule
 * with a reason (incidents.Classify).
 */
import type { Text } from '../../../log/fact.ts';
import type { Kind } from '../facts/kinds.ts';
import type { Severity } from '../facts/life.ts';

export type Criterion = {
  readonly id: string;
  readonly asks: Text;
  readonly implies: Exclude<Severity, 'pending'>;
  /** Classes it is asked for; empty: always. */
  readonly kinds: readonly Kind[];
  readonly basis: string;
};

export const CRITERIA: readonly Criterion[] = [
  {
    id: 'life',
    asks: { en: 'Is anybody’s life or safety in danger?', ja: '人命・身体の安全に危険があるか。' },
    implies: 'critical',
    kinds: [],
    basis: 'JVCEA 003 art. 2',
  },
  {
    id: 'assets-leaving',
    asks: {
      en: 'Have customers’ assets left, or may they be leaving now?',
      ja: '利用者の資産が流出したか、流出中のおそれがあるか。',
    },
    implies: 'critical',
    kinds: ['asset-outflow', 'cyber-intrusion', 'cyber-ransomware'],
    basis: 'JVCEA 003 art. 5(2)(2)',
  },
  {
    id: 'keys',
    asks: { en: 'May a key or a signer be compromised?', ja: '鍵または署名者が侵害された可能性があるか。' },
    implies: 'critical',
    kinds: ['asset-outflow', 'cyber-intrusion', 'cyber-ransomware', 'governance-act'],
    basis: 'GL16 II-2-2-4-2',
  },
  {
    id: 'blind',
    asks: { en: 'Are monitors or logs lost or untrustworthy?', ja: '監視・ログが失われたか信頼できないか。' },
    implies: 'critical',
    kinds: ['cyber-intrusion', 'cyber-ransomware', 'system-fault'],
    basis: 'source 004',
  },
  {
    id: 'redemption',
    asks: {
      en: 'Is redemption at par impossible or limited?',
      ja: '額面での償還が不能または制限されているか。',
    },
    implies: 'critical',
    kinds: ['peg-break', 'reserve-blocked'],
    basis: 'source 000',
  },
  {
    id: 'service-stopped',
    asks: {
      en: 'Is trading, deposit or withdrawal stopped?',
      ja: '売買・入出庫のいずれかが停止しているか。',
    },
    implies: 'major',
    kinds: [],
    basis: 'JVCEA 003 art. 16(1)(1)',
  },
  {
    id: 'personal-data',
    asks: {
      en: 'May personal data of more than 1,000 people, or sensitive data, have leaked?',
      ja: '1,000人超または要配慮の個人データが漏えいした可能性があるか。',
    },
    implies: 'major',
    kinds: ['data-leak', 'cyber-intrusion', 'cyber-ransomware'],
    basis: '個人情報保護法施行規則7条',
  },
  {
    id: 'customers-affected',
    asks: { en: 'Do customers notice anything?', ja: '利用者に影響が及んでいるか。' },
    implies: 'minor',
    kinds: [],
    basis: 'JVCEA 003 art. 10',
  },
];

export type Answer = 'yes' | 'no' | 'unknown';
const WORST_FIRST = ['critical', 'major', 'minor'] as const;

/** Criteria that are asked for these classes; all of them while nobody knows the class. */
export function criteriaFor(kinds: readonly Kind[]): readonly Criterion[] {
  return CRITERIA.filter(
    (one) => one.kinds.length === 0 || kinds.length === 0 || one.kinds.some((kind) => kinds.includes(kind)),
  );
}

/** The worst that a yes or an unknown implies; minor when everything asked is answered no. */
export function assess(
  answers: Readonly<Record<string, Answer>>,
  kinds: readonly Kind[],
): Exclude<Severity, 'pending'> {
  const implied = new Set(
    criteriaFor(kinds)
      .filter(({ id }) => (answers[id] ?? 'unknown') !== 'no')
      .map(({ implies }) => implies),
  );
  return WORST_FIRST.find((one) => implied.has(one)) ?? 'minor';
}
