/**
 * What may back a coin, as data. Confidence A: read in the text itself; B: from a secondary source; C: a figure to be
 * confirmed. A coin's policy says which confidences count for it, so that an unconfirmed figure never decides by itself.
 */
import type { Text } from '../../../log/fact.ts';
import type { Backing } from '../facts/coin.ts';

type Kind = Backing['kind'];
export type Test =
  | { readonly is: 'at-least'; readonly kinds: readonly Kind[]; readonly bps: number }
  | { readonly is: 'only'; readonly kinds: readonly Kind[] }
  | { readonly is: 'matures-within'; readonly kinds: readonly Kind[]; readonly days: number }
  | { readonly is: 'matures-within-months'; readonly kinds: readonly Kind[]; readonly months: number }
  | { readonly is: 'cancellable'; readonly kinds: readonly Kind[] };

export type CompositionRule = {
  readonly id: string;
  readonly title: Text;
  readonly citation: string;
  readonly confidence: 'A' | 'B' | 'C';
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly tests: readonly Test[];
};

/** Deposits, and the secure, low-risk and highly liquid kinds that the rest may be invested in; never `other`. */
const MICA_KINDS: readonly Kind[] = [
  'demand-deposit',
  'term-deposit',
  'central-bank',
  'treasury',
  'repo',
  'money-fund',
];

export const COMPOSITION_RULES: readonly CompositionRule[] = [
  {
    id: 'jp-specific-trust',
    title: { en: 'Specified trust beneficiary rights (Japan)', ja: '特定信託受益権の裏付資産' },
    citation: '資金決済に関する法律2条9項; 電子決済手段等取引業者に関する内閣府令3条',
    confidence: 'A',
    validFrom: '2026-06-01',
    validTo: null,
    tests: [
      { is: 'at-least', kinds: ['demand-deposit'], bps: 5_000 },
      { is: 'only', kinds: ['demand-deposit', 'term-deposit', 'treasury'] },
      { is: 'cancellable', kinds: ['term-deposit'] },
      { is: 'matures-within-months', kinds: ['treasury'], months: 3 },
    ],
  },
  {
    id: 'us-genius',
    title: { en: 'Permitted reserves (GENIUS Act)', ja: 'GENIUS 法の適格準備資産' },
    citation: 'Pub. L. 119-27, section 4(a)(1); 93 days from secondary sources',
    confidence: 'C',
    validFrom: '2027-01-18',
    validTo: null,
    tests: [
      { is: 'only', kinds: ['demand-deposit', 'central-bank', 'treasury', 'repo', 'money-fund'] },
      { is: 'matures-within', kinds: ['treasury'], days: 93 },
    ],
  },
  {
    id: 'eu-mica-emt',
    title: { en: 'Funds of an e-money token (MiCA)', ja: 'MiCA 電子マネートークンの資金' },
    citation: 'Regulation (EU) 2023/1114, articles 54 and 38(1); the kinds from secondary sources',
    confidence: 'B',
    validFrom: '2024-06-30',
    validTo: null,
    tests: [
      { is: 'at-least', kinds: ['demand-deposit', 'term-deposit'], bps: 3_000 },
      { is: 'only', kinds: MICA_KINDS },
    ],
  },
  {
    id: 'eu-mica-emt-significant',
    title: { en: 'Funds of a significant e-money token (MiCA)', ja: 'MiCA 重要な電子マネートークンの資金' },
    citation:
      'Regulation (EU) 2023/1114, articles 38(1), 45, 54 and 58; 60% and the kinds from secondary sources',
    confidence: 'B',
    validFrom: '2024-06-30',
    validTo: null,
    tests: [
      { is: 'at-least', kinds: ['demand-deposit', 'term-deposit'], bps: 6_000 },
      { is: 'only', kinds: MICA_KINDS },
    ],
  },
];
