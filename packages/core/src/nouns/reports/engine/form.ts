/** What a form is, and the blocks that most of them share. */
import type { Text } from '../../../log/fact.ts';
import type { Kind } from '../../incidents/facts/kinds.ts';
import type { FieldId } from './fields.ts';

export type Section = { readonly title: Text; readonly fields: readonly FieldId[] };
export type Form = {
  readonly id: string;
  /** What duties ask for; several forms may serve, by date and class. */
  readonly group: string;
  readonly title: Text;
  readonly citation: string;
  readonly confidence: 'A' | 'B' | 'C';
  readonly validFrom: string;
  readonly validTo: string | null;
  /** Empty means every class. More specific forms come first in the list. */
  readonly kinds: readonly Kind[];
  /** Carries the association’s cover sheet. */
  readonly cover: boolean;
  readonly language: 'ja' | 'en';
  readonly sections: readonly Section[];
  /** A document set whose items are listed with what is missing. */
  readonly set: string | null;
};

export const section = (en: string, ja: string, ...fields: FieldId[]): Section => ({
  title: { en, ja },
  fields,
});

export const HEADER = section(
  'Report',
  '報告',
  'report.round',
  'report.at',
  'firm.name',
  'firm.registration',
  'firm.contact',
);
export const OUTLINE = section(
  'Outline',
  '事案の概要',
  'incident.title',
  'incident.kinds',
  'incident.occurred-at',
  'incident.aware-at',
  'incident.recovered-at',
  'recovery.outlook',
  'incident.status',
  'summary',
);
export const IMPACT = section(
  'Impact',
  '影響',
  'impact.business',
  'impact.users',
  'impact.count',
  'impact.amount',
  'impact.others',
);
export const RESPONSE = section(
  'Response',
  '対応状況',
  'measures.interim',
  'measures.permanent',
  'alternative',
  'users.response',
  'users.complaints',
  'publicity',
  'press',
  'timeline',
);
export const CAUSE = section(
  'Cause and prevention',
  '原因・再発防止',
  'cause',
  'cyber.attack',
  'prevention',
  'remarks',
);
export const OUTFLOW = section(
  'Outflow',
  '暗号資産の流出等',
  'loss.assets',
  'loss.destinations',
  'containment',
  'wallet.structure',
);
