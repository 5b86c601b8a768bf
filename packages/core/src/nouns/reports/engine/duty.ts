/** The shape of a duty: a rule with legal force as data, with validity dates and the clause it comes from. */
import type { Text } from '../../../log/fact.ts';
import type { Kind } from '../../incidents/facts/kinds.ts';
import type { Regime } from '../facts/duties.ts';
import type { ClockRule } from './clock.ts';

export type Trigger =
  /** An event of the incident or of the firm; `kinds`: only for incidents of one of these classes. */
  | { readonly event: string; readonly kinds?: readonly Kind[] }
  /** Our own earlier filing for another duty: the first, or the latest. */
  | { readonly filing: string; readonly which: 'first' | 'latest' };

export type Duty = {
  readonly id: string;
  readonly title: Text;
  /** Clause, as a lawyer would cite it. */
  readonly citation: string;
  /** A primary text read, B reputable secondary source, C unverified: then it is off unless the profile names its target. */
  readonly confidence: 'A' | 'B' | 'C';
  /** First and last day (Japan) on which the rule holds; null: no end known. */
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly regimes: readonly Regime[];
  /** Classes of incident it applies to; empty: every class. */
  readonly kinds: readonly Kind[];
  /** Beside `kinds`, one of these must hold too. */
  readonly andKinds?: readonly Kind[];
  /** Does not apply where one of these holds. */
  readonly notKinds?: readonly Kind[];
  /** The earliest of these starts the clock. */
  readonly triggers: readonly Trigger[];
  readonly clock: ClockRule;
  /** Beside the clock: not later than so many hours after another event, unless the start itself lies beyond. */
  readonly cap?: { readonly event: string; readonly hours: number };
  readonly zone: string;
  /** The firm's own target in minutes; null: four fifths of the rule's time. */
  readonly targetMinutes: number | null;
  readonly recipients: readonly Text[];
  /** Group of forms (engine/forms.ts); null: no form is prescribed. */
  readonly form: string | null;
  readonly satisfiedBy: 'filing' | { readonly event: string };
  /** The exception under which the rule itself lets the clock wait. */
  readonly suspendable: Text | null;
  /** The proviso under which it is not reportable. */
  readonly exemptable: Text | null;
};

export const CYBER: readonly Kind[] = ['cyber-ddos', 'cyber-ransomware', 'cyber-intrusion'];
/** コンピュータシステムの障害やサイバーセキュリティ事案. */
export const SYSTEM_KINDS: readonly Kind[] = [...CYBER, 'system-fault', 'batch-delay', 'asset-outflow'];
export const TOKYO = 'Asia/Tokyo';

export const TO = {
  association: { en: 'JVCEA', ja: '日本暗号資産等取引業協会' },
  bureau: { en: 'Local Finance Bureau (FSA)', ja: '財務局(金融庁)' },
  board: { en: 'Representative director and board', ja: '代表取締役・取締役' },
  everybody: { en: 'The public', ja: '公衆(利用者)' },
  ppc: { en: 'Personal Information Protection Commission', ja: '個人情報保護委員会' },
  persons: { en: 'The persons concerned', ja: '本人' },
  exchange: { en: 'Tokyo Stock Exchange', ja: '東京証券取引所' },
  minister: { en: 'Competent minister', ja: '所管大臣・内閣総理大臣' },
  nca: { en: 'National competent authority (EU)', ja: '欧州各国当局' },
  nydfs: { en: 'New York DFS superintendent', ja: 'ニューヨーク州金融サービス局' },
  mas: { en: 'Monetary Authority of Singapore', ja: 'シンガポール金融管理局' },
  sfc: { en: 'Securities and Futures Commission (HK)', ja: '香港証券先物委員会' },
  hkma: { en: 'Hong Kong Monetary Authority', ja: '香港金融管理局' },
  firm: { en: 'The firm itself (cure)', ja: '社内(是正)' },
} as const satisfies Record<string, Text>;

/** Events that may happen again in one incident. Every other is one event, and stating it anew corrects it. */
const REPEATABLE: readonly string[] = [
  'attack-announced',
  'recovered',
  'cause-found',
  'staff-punished',
  'ransom-paid',
  'unauthorised-trade-known',
  'disclosure-due',
  'association-asked',
  'later-set-asked',
];
export const isRepeatable = (event: string): boolean => REPEATABLE.includes(event);
