/** All controls of a peg with what they rest on, in the order they are shown. */

import type { Limits } from '../engine.ts';
import { dispersion, liquidity, oracle, pressure, sight } from './market.ts';
import type { Measure, PegControl } from './measure.ts';
import { depeg, deviation, premium, velocity } from './price-level.ts';

const COURSE =
  'Source 000; stablecoin risk course, lesson 2 (peg deviation "small but sustained", example 0.997)';
const LEVEL_NAMES = ['ok', 'watch', 'warning', 'critical', 'blind'] as const;

function control(
  id: string,
  rungs: keyof Limits | null,
  measure: Measure,
  basis: string,
  en: string,
  ja: string,
): PegControl {
  return { id, statement: { en, ja }, basis: [basis], owner: 'risk', levels: LEVEL_NAMES, rungs, measure };
}

/** All controls of a peg, in the order they are shown. */
export const PEG_CONTROLS: readonly PegControl[] = [
  control(
    'peg.depeg',
    'depeg',
    depeg,
    'Source 000; labelled episodes of history start below 0.99',
    'The price is not severely below the peg.',
    '価格がペグを大きく下回っていない。',
  ),
  control(
    'peg.deviation',
    'deviation',
    deviation,
    COURSE,
    'The price does not stay below the peg, however little.',
    'わずかでも価格がペグを下回り続けていない。',
  ),
  control(
    'peg.velocity',
    'velocity',
    velocity,
    'Webacy depeg scoring (velocity boost); LULD and CME velocity logic',
    'The price is not falling away from the peg.',
    '価格がペグから急速に離れていない。',
  ),
  control(
    'peg.premium',
    'premium',
    premium,
    'Source 000 (deviation in either direction)',
    'The price does not stay above the peg.',
    '価格がペグを上回り続けていない。',
  ),
  control(
    'peg.dispersion',
    'dispersion',
    dispersion,
    'October 2025 own-book depeg; course lesson 2 (spot per venue)',
    'Venues agree on the price.',
    '会場間で価格が一致している。',
  ),
  control(
    'peg.sell-pressure',
    'pressure',
    pressure,
    'Course lesson 2 (volume surge, above all sell orders)',
    'Selling is not unusual.',
    '売りが平常の範囲内である。',
  ),
  control(
    'peg.liquidity',
    'liquidity',
    liquidity,
    'Source 000 (liquidity pools running dry)',
    'The order book near the peg is as deep as usual.',
    'ペグ近辺の板が平常どおり厚い。',
  ),
  control(
    'peg.oracle',
    'oracle',
    oracle,
    'Source 000 (oracle manipulation); course lesson 2 (integrity, latency, redundancy)',
    'The oracle agrees with the market.',
    'オラクルが市場と一致している。',
  ),
  control(
    'peg.sight',
    null,
    sight,
    'Design idea 3: silence is an alarm',
    'Enough venues speak to form a price.',
    '価格を形成するのに十分な会場が報告している。',
  ),
];
