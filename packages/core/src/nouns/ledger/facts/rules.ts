/**
 * The rules that every posting of a book is held against. A posting that cannot be read as one is turned away and counts
 * nowhere; one that breaks a rule of conduct happened all the same: it is booked, and stands as a violation.
 */
import type { Text } from '../../../log/fact.ts';

type RuleText = { readonly isBooked: boolean; readonly says: Text };

export const RULE_TEXTS = {
  'unknown-account': {
    isBooked: false,
    says: { en: 'An account that was never opened.', ja: '開設されていない口座。' },
  },
  'unknown-asset': { isBooked: false, says: { en: 'An asset nobody defined.', ja: '未定義の資産。' } },
  'unknown-purpose': { isBooked: false, says: { en: 'A purpose nobody declared.', ja: '未定義の目的。' } },
  'asset-mismatch': {
    isBooked: false,
    says: { en: 'The legs are not of the same asset.', ja: '借方と貸方の資産が一致しない。' },
  },
  'same-account': {
    isBooked: false,
    says: { en: 'Both legs are one account.', ja: '借方と貸方が同一口座。' },
  },
  'bad-amount': {
    isBooked: false,
    says: {
      en: 'Zero, negative, too many decimals or 2^128 and more.',
      ja: '零、負、小数桁数超過、または 2^128 以上の数量。',
    },
  },
  'bad-time': { isBooked: false, says: { en: 'Not a time.', ja: '時刻として読めない。' } },
  'bad-row': { isBooked: false, says: { en: 'Not readable as a posting.', ja: '仕訳として読めない。' } },
  overflow: {
    isBooked: false,
    says: { en: 'The sum of the account would pass 2^128.', ja: '口座の累計が 2^128 を超える。' },
  },
  'id-changed': {
    isBooked: false,
    says: { en: 'A known id with another content.', ja: '既知の ID で内容が異なる。' },
  },
  'entry-changed': {
    isBooked: false,
    says: {
      en: 'An entry of which a part is known and a part is new.',
      ja: '既知部分と新規部分が混在する仕訳。',
    },
  },
  overdraft: {
    isBooked: true,
    says: { en: 'A customer’s account fell below zero.', ja: '顧客口座の残高がマイナスになった。' },
  },
  'credit-limit': {
    isBooked: true,
    says: {
      en: 'An account of the house or an affiliate fell below zero beyond an approved credit line.',
      ja: '自己・関係会社口座が承認済み与信枠を超えてマイナスになった。',
    },
  },
  'forbidden-flow': {
    isBooked: true,
    says: {
      en: 'Value flowed between owners for a purpose that is not declared for them.',
      ja: '所有者区分間で、宣言されていない目的の移転が行われた。',
    },
  },
  'no-counter-leg': {
    isBooked: true,
    says: {
      en: 'Called a trade or a liquidation, but nothing came back to the customer in the same entry.',
      ja: '取引または強制決済と称するが、同一仕訳内に顧客への対価がない。',
    },
  },
  'fee-excess': {
    isBooked: true,
    says: { en: 'A fee above the firm’s own ceiling.', ja: '社内上限を超える手数料。' },
  },
  'unfair-price': {
    isBooked: true,
    says: {
      en: 'A trade or liquidation with the firm outside the band around known values.',
      ja: '自社・関係会社との取引価格が許容幅を外れている。',
    },
  },
  'unpriced-trade': {
    isBooked: true,
    says: {
      en: 'Trades with the firm that no recent value could be held against.',
      ja: '直近の評価額がなく、自社・関係会社との取引価格を検証できない。',
    },
  },
  'unauthorised-correction': {
    isBooked: true,
    says: {
      en: 'A correction that nobody authorised, or beyond what was authorised.',
      ja: '承認のない、または承認範囲を超える訂正。',
    },
  },
  'sealed-period': {
    isBooked: true,
    says: { en: 'Dated into a period that is sealed.', ja: '締め済みの期間に遡る日付。' },
  },
  'future-dated': { isBooked: true, says: { en: 'Dated ahead of the clock.', ja: '時計より先の日付。' } },
  'sequence-gap': {
    isBooked: true,
    says: { en: 'Numbers of the journal are missing before it.', ja: '仕訳番号に欠番がある。' },
  },
  'sequence-repeat': {
    isBooked: true,
    says: {
      en: 'A new posting under a number that was used already.',
      ja: '使用済みの仕訳番号で新たな仕訳が現れた。',
    },
  },
  'account-changed': {
    isBooked: true,
    says: {
      en: 'An account was described anew with another owner, party, group or asset.',
      ja: '口座の所有者区分・名義・グループ・資産が変更された。',
    },
  },
} as const satisfies Record<string, RuleText>;

export type LedgerRule = keyof typeof RULE_TEXTS;
export const LEDGER_RULES = Object.keys(RULE_TEXTS) as readonly LedgerRule[];

export const PURPOSES = [
  'deposit',
  'withdrawal',
  'trade',
  'fee',
  'interest',
  'funding',
  'liquidation',
  'transfer',
  'correction',
  'capital',
  'expense',
  'loan',
  'reward',
  'issue',
  'redeem',
  'settlement',
] as const;
export type Purpose = (typeof PURPOSES)[number];
