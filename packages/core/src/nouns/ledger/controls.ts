/** What must be true of the books: one control per rule, for the book as a whole and for each house or affiliated party. */
import { formatAmount } from '../../kernel/money.ts';
import type { ControlDef } from '../../log/define.ts';
import type { Text } from '../../log/fact.ts';
import { defineLevels, type Level, type Reading } from '../../log/levels.ts';
import type { LoggedViolation } from './facts/batches.ts';
import { type LedgerRule, RULE_TEXTS } from './facts/rules.ts';

type RuleControl = {
  readonly level: Level;
  readonly name: Text;
  readonly statement: Text;
  readonly basis: readonly string[];
};

const BOOKS = '資金決済法63条の11(利用者財産の分別管理)';
const RAY =
  'Debtors’ first interim report on FTX (2023): exempt accounts, no reconciliation, books that could be rewritten';

/** Rules of conduct; what cannot be read at all shares `unreadable`. */
const CONTROLS: Readonly<Record<string, RuleControl>> = {
  overdraft: {
    level: 'warning',
    name: { en: 'Customer overdraft', ja: '顧客残高のマイナス' },
    statement: { en: 'No customer’s account is below zero.', ja: '顧客口座の残高がマイナスでない。' },
    basis: [BOOKS],
  },
  'credit-limit': {
    level: 'critical',
    name: { en: 'Credit nobody approved', ja: '未承認の与信' },
    statement: {
      en: 'No account of the house or an affiliate is below zero beyond a credit line that the board approved.',
      ja: '自己・関係会社口座は、取締役会承認の与信枠を超えてマイナスでない。',
    },
    basis: [RAY],
  },
  'forbidden-flow': {
    level: 'critical',
    name: { en: 'Customers’ value flowed where it may not', ja: '顧客資産の許されない移転' },
    statement: {
      en: 'Value leaves customers only for declared purposes.',
      ja: '顧客の資産は、宣言された目的でのみ移転する。',
    },
    basis: [BOOKS, RAY],
  },
  'no-counter-leg': {
    level: 'critical',
    name: { en: 'A trade that gave nothing back', ja: '対価のない取引' },
    statement: {
      en: 'Every trade gives the customer something in return.',
      ja: 'すべての取引で顧客に対価が渡る。',
    },
    basis: [BOOKS],
  },
  'unauthorised-correction': {
    level: 'critical',
    name: { en: 'Unauthorised correction', ja: '未承認の訂正' },
    statement: {
      en: 'Corrections are authorised by two people beforehand.',
      ja: '訂正は事前に二名が承認している。',
    },
    basis: [RAY],
  },
  'sealed-period': {
    level: 'warning',
    name: { en: 'Back-dated posting', ja: '遡及仕訳' },
    statement: { en: 'Nothing is dated into a sealed period.', ja: '締め済みの期間に遡る仕訳がない。' },
    basis: [RAY],
  },
  'sequence-gap': {
    level: 'warning',
    name: { en: 'Journal with missing numbers', ja: '仕訳番号の欠番' },
    statement: { en: 'The journal’s numbers have no gap.', ja: '仕訳番号に欠番がない。' },
    basis: [RAY],
  },
  'sequence-repeat': {
    level: 'critical',
    name: { en: 'Journal rewritten', ja: '仕訳の書換え' },
    statement: { en: 'What the journal said once, it keeps saying.', ja: '一度記録された仕訳は変わらない。' },
    basis: [RAY],
  },
  'account-changed': {
    level: 'critical',
    name: { en: 'Owner of an account changed', ja: '口座の所有者区分の変更' },
    statement: {
      en: 'Accounts keep their owner, party, group and asset.',
      ja: '口座の所有者・名義・資産は変わらない。',
    },
    basis: [BOOKS],
  },
  'fee-excess': {
    level: 'warning',
    name: { en: 'Fee above the ceiling', ja: '手数料上限の超過' },
    statement: { en: 'No fee exceeds the firm’s own ceiling.', ja: '手数料は社内上限以内である。' },
    basis: ['Firm’s own rule'],
  },
  'unfair-price': {
    level: 'warning',
    name: { en: 'Trade away from the market', ja: '市場価格から乖離した取引' },
    statement: {
      en: 'Customers’ trades with the firm and its affiliates are within the firm’s band around known values.',
      ja: '顧客と自社・関係会社との取引は、評価額からの社内許容幅以内である。',
    },
    basis: ['Firm’s own rule', RAY],
  },
  'unpriced-trade': {
    level: 'watch',
    name: { en: 'Trade without a known value', ja: '評価額のない取引' },
    statement: {
      en: 'Every trade with the firm can be held against a value of its time.',
      ja: '自社・関係会社とのすべての取引を、当時の評価額と照合できる。',
    },
    basis: ['Firm’s own rule'],
  },
  'future-dated': {
    level: 'watch',
    name: { en: 'Posting dated ahead', ja: '先日付の仕訳' },
    statement: { en: 'Nothing is dated ahead of the clock.', ja: '先日付の仕訳がない。' },
    basis: [RAY],
  },
  unreadable: {
    level: 'warning',
    name: { en: 'Postings turned away', ja: '受付できない仕訳' },
    statement: {
      en: 'Every posting of the journal can be read and booked.',
      ja: '全仕訳が読取り・記帳できる。',
    },
    basis: [RAY],
  },
};

const REWRITES: readonly LedgerRule[] = ['id-changed', 'entry-changed'];

/** The control that a broken rule belongs to. */
export function controlOf(rule: LedgerRule): string {
  if (REWRITES.includes(rule)) return 'ledger.sequence-repeat';
  return RULE_TEXTS[rule].isBooked ? `ledger.${rule}` : 'ledger.unreadable';
}

export const UNIFORMITY: ControlDef & { name: Text } = {
  id: 'ledger.uniform-treatment',
  name: { en: 'Unequal treatment', ja: '取扱いの不均一' },
  statement: {
    en: 'Every account has the settings, limits, liquidations and withdrawal speed of its peers, whoever owns it; what differs or changes was approved.',
    ja: 'すべての口座は、所有者を問わず、設定・限度・清算・出金速度が同種口座と均一であり、相違や変更は承認されている。',
  },
  basis: [RAY],
  owner: 'risk',
  levels: ['ok', 'watch', 'warning', 'critical', 'blind'],
};

export const LEDGER_CONTROLS: readonly (ControlDef & { name: Text })[] = [
  ...Object.entries(CONTROLS).map(([id, { level, name, statement, basis }]) => ({
    id: `ledger.${id}`,
    name,
    statement,
    basis,
    owner: 'finance',
    levels: ['ok', level],
  })),
  UNIFORMITY,
];

export const ledgerLevels = defineLevels('ledger', LEDGER_CONTROLS, [UNIFORMITY.id]);

const SUBJECT_MAX = 60;

/** Rules of conduct are about somebody; the others are about the journal itself. */
const PERSONAL: readonly LedgerRule[] = [
  'credit-limit',
  'forbidden-flow',
  'no-counter-leg',
  'unauthorised-correction',
  'account-changed',
  'fee-excess',
];

/** Customers are one subject, the book; everybody whose own the money is not stands by name. */
export function subjectOf(book: string, { rule, owner, party, account }: LoggedViolation): string {
  const isBook = !PERSONAL.includes(rule) || owner === 'customer' || owner === '?';
  return (isBook ? book : party || account).slice(0, SUBJECT_MAX);
}

/** What new violations say of a control and its subject: the newest of them by name. */
export function readViolations(book: string, found: readonly LoggedViolation[]): Reading[] {
  const readings = new Map<string, { reading: Reading; count: number; worst: LoggedViolation }>();
  for (const one of found) {
    const control = controlOf(one.rule);
    const subject = subjectOf(book, one);
    const key = `${control}/${subject}`;
    const known = readings.get(key);
    const worst =
      known === undefined || BigInt(one.exposure) > BigInt(known.worst.exposure) ? one : known.worst;
    const count = (known?.count ?? 0) + 1;
    const level = CONTROLS[control.slice('ledger.'.length)]?.level ?? 'warning';
    readings.set(key, { reading: { control, subject, level, why: sentence(worst, count) }, count, worst });
  }
  return [...readings.values()].map(({ reading }) => reading);
}

function sentence(one: LoggedViolation, count: number): Text {
  const { rule, id, account, other, amount, asset, decimals, purpose, exposure, detail } = one;
  const text = (minor: string): string =>
    decimals === null || !/^\d+$/.test(minor) ? minor : formatAmount(BigInt(minor), decimals);
  const more = { en: detail === '' ? '' : ` (${detail})`, ja: detail === '' ? '' : `(${detail})` };
  const also = {
    en: count > 1 ? ` ${count} such postings.` : '',
    ja: count > 1 ? ` 同種 ${count} 件。` : '',
  };
  const { en, ja } = RULE_TEXTS[rule].says;
  const [moved, exposed] = [`${text(amount)} ${asset}`, `${text(exposure)} ${asset}`];
  return {
    en: `${en} Posting ${id}: ${account} -> ${other}, ${moved}, ${purpose}; exposure ${exposed}${more.en}.${also.en}`,
    ja: `${ja} 仕訳 ${id}: ${account} → ${other}、${moved}、${purpose}、エクスポージャー ${exposed}${more.ja}。${also.ja}`,
  };
}
