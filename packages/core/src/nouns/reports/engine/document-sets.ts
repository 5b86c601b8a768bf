/**
 * The documents that the association asks for (guideline on art. 7(4)): within 24 hours and later, with what an outflow
 * adds. An item is in when the log or a statement answers it or a document is attached; what is missing is listed.
 */
import type { Text } from '../../../log/fact.ts';
import type { Kind } from '../../incidents/facts/kinds.ts';
import type { FieldId } from './fields.ts';

export type SetItem = {
  readonly id: string;
  readonly label: Text;
  /** Answered by the log or by this field. */
  readonly field: FieldId | null;
  /** Only where the class is one of these. */
  readonly kinds: readonly Kind[];
};

const OUTFLOW: readonly Kind[] = ['asset-outflow'];
const item = (
  id: string,
  en: string,
  ja: string,
  field: FieldId | null = null,
  kinds: readonly Kind[] = [],
) => ({
  id,
  label: { en, ja },
  field,
  kinds,
});

export const DOCUMENT_SETS: Readonly<Record<string, readonly SetItem[]>> = {
  'jvcea-first-set': [
    item('event', 'What happened', '事象の内容', 'summary'),
    item(
      'users',
      'Users: impact, complaints, policy, response',
      '利用者関係(影響、苦情、対応方針・状況)',
      'users.response',
    ),
    item('history', 'History in order of time', '発生からの経緯、対応状況等(時系列)', 'timeline'),
    item('liaison', 'Liaison with the authority', '当局との連携状況', 'liaison'),
    item('plan', 'Contingency plan and flows', 'コンティンジェンシープラン、行動フロー等'),
    item('structure', 'Emergency structure', '緊急時対応体制', 'structure'),
    item(
      'destinations',
      'Destination addresses',
      '流出先の暗号資産アドレスにかかる情報',
      'loss.destinations',
      OUTFLOW,
    ),
    item('containment', 'Measures against spreading', '被害拡大防止のための対応', 'containment', OUTFLOW),
    item('wallets', 'Wallet structure', 'ウォレット構成等', 'wallet.structure', OUTFLOW),
    item(
      'wallet-manual',
      'Wallet manual and flow charts',
      'ウォレット運用マニュアル・フロー図等',
      null,
      OUTFLOW,
    ),
  ],
  'jvcea-later-set': [
    item('investigation', 'Structure of the investigation', '調査体制が分かる資料'),
    item('minutes', 'Minutes of the bodies concerned', '関係する会議体議事録'),
    item('findings', 'Findings of the investigation', '調査結果等の報告資料', 'causes'),
    item('rules', 'Internal rules concerned', '関連社内規程'),
    item(
      'vendors',
      'Vendors: contracts, SLA, oversight, selection',
      '外部委託先等関係資料(契約、SLA・SLO、管理状況、選定等)',
    ),
    item('authority-report', 'Reports to the authority', '当局報告資料', 'liaison'),
    item('bcp', 'Business continuity plan', 'BCP'),
    item('funding', 'Financial plan and funding', '財務計画、資金繰り関係', 'funding.outlook'),
    item('prevention', 'Prevention of recurrence', '再発防止策', 'prevention'),
    item('revised-rules', 'Revised rules, manuals, flows', '改定した規程、マニュアル、フロー等'),
    item('retrospective', 'Retrospective', '振り返り資料', 'improvements'),
    item('industry', 'What the industry should learn', '業界への情報還元資料', null, OUTFLOW),
  ],
};

export function itemsOf(set: string, kinds: readonly Kind[]): readonly SetItem[] {
  return (DOCUMENT_SETS[set] ?? []).filter(
    (one) => one.kinds.length === 0 || one.kinds.some((kind) => kinds.includes(kind)),
  );
}

/** Every item of every set, for checking what is attached. */
export const SET_ITEMS: readonly string[] = [
  ...new Set(Object.values(DOCUMENT_SETS).flatMap((items) => items.map(({ id }) => id))),
];
