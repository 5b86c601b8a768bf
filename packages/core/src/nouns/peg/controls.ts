/**
 * What must be true of a peg. Each control measures one thing from a reading of the price book and says, in a sentence
 * a person can act on, what it saw. Limits and dwell times are data (engine.ts, docs/explain/peg-limits.md).
 */
import type { ControlDef } from '../../log/define.ts';
import { HOUR_MS, MINUTE_MS } from '../../kernel/time.ts';
import type { Text } from '../../log/fact.ts';
import { median, type BookReading, type Composite } from '../prices/engine.ts';
import {
  agreedDiscountBps,
  agreedPremiumBps,
  createHistory,
  createLadder,
  isEasing,
  remember,
  step,
  type ControlReading,
  type History,
  type Ladder,
  type Limits,
  type Measured,
} from './engine.ts';
import { LEVEL_RANK, type Level } from './facts.ts';

type Measure = (reading: BookReading, history: History, limits: Limits, asset: string) => Measured;
type PegControl = ControlDef & { readonly rungs: keyof Limits | null; readonly measure: Measure };

const COURSE = 'Source 000; stablecoin risk course, lesson 2 (peg deviation "small but sustained", example 0.997)';
const LEVEL_NAMES = ['ok', 'watch', 'warning', 'critical', 'blind'] as const;

const price = (value: number): string => value.toFixed(4);
const bps = (value: number): string => `${Math.round(value)} bps`;

/** The sentence of a control that has no input. */
const noPrice = (reading: BookReading): Measured => ({
  holds: true,
  blind: {
    en: `No price: ${reading.venuesSpeaking} of ${reading.venuesNeeded} needed venues speak. Check the feeds; treat the peg as unknown.`,
    ja: `価格を形成できません: 必要な ${reading.venuesNeeded} 会場のうち ${reading.venuesSpeaking} 会場のみ。フィードを確認し、ペグは不明として扱ってください。`,
  },
});

function below(level: Level, asset: string, c: Composite, discount: number, advice: Text): Text {
  const state = { ok: 'at the peg', watch: 'slightly', warning: 'clearly', critical: 'severely', blind: '' }[level];
  const joint = { ok: 'ペグ付近', watch: 'わずかに', warning: '明らかに', critical: '大きく', blind: '' }[level];
  if (level === 'ok') {
    return { en: `${asset} is at ${price(c.price)}, ${state}.`, ja: `${asset} は ${price(c.price)}、${joint}です。` };
  }
  return {
    en: `${asset} trades at ${price(c.price)}, ${state} below the peg; all counted venues agree on at least ${bps(discount)}. ${advice.en}`,
    ja: `${asset} は ${price(c.price)} でペグを${joint}下回っています(全会場が ${bps(discount)} 以上で一致)。${advice.ja}`,
  };
}

/** A quote that nothing converts cannot prove a premium: it may be the quote that fell. */
const withPrice =
  (measure: (c: Composite, reading: BookReading, history: History, limits: Limits, asset: string) => Measured): Measure =>
  (reading, history, limits, asset) =>
    reading.composite ? measure(reading.composite, reading, history, limits, asset) : noPrice(reading);

const deviation = withPrice((c, _reading, _history, _limits, asset) => {
  const discount = agreedDiscountBps(c.high);
  return {
    value: discount,
    say: (level) =>
      below(level, asset, c, discount, {
        en: 'Arbitrage should have closed this within minutes: check redemptions, reserves and news.',
        ja: '裁定で数分以内に解消するはずの乖離です。償還、準備金、報道を確認してください。',
      }),
  };
});

const depeg = withPrice((c, _reading, _history, _limits, asset) => {
  const discount = agreedDiscountBps(c.high);
  return {
    value: discount,
    say: (level) =>
      below(level, asset, c, discount, {
        en: 'This is more than any fee or weekend cost: convene the incident team and prepare to limit exposure.',
        ja: '手数料や週末コストでは説明できません。対応チームを招集し、エクスポージャー制限を準備してください。',
      }),
  };
});

const premium = withPrice((c, _reading, _history, _limits, asset) => {
  const value = agreedPremiumBps(c.low);
  const caveat: Text = c.assumedParity
    ? { en: ' Its quote currency is taken at parity, so the quote may be what moved.', ja: ' 建値通貨を等価と仮定しているため、動いたのは建値側かもしれません。' }
    : { en: '', ja: '' };
  return {
    value,
    ...(c.assumedParity ? { atMost: 'watch' as const } : {}),
    say: (level) =>
      level === 'ok'
        ? { en: `${asset} is at ${price(c.price)}, no premium.`, ja: `${asset} は ${price(c.price)}、プレミアムはありません。` }
        : {
            en: `${asset} trades at ${price(c.price)}, ${bps(value)} above the peg: a shortage. Check minting and who flees into it.${caveat.en}`,
            ja: `${asset} は ${price(c.price)}、ペグを ${bps(value)} 上回る品薄状態です。発行状況と資金の流入元を確認してください。${caveat.ja}`,
          },
  };
});

const velocity = withPrice((c, _reading, history, limits, asset) => {
  const now = agreedDiscountBps(c.high);
  const best = Math.min(now, ...history.discounts.map((d) => d.bps));
  const fall = now < limits.velocityFloorBps ? 0 : now - best;
  const minutes = Math.round(limits.velocityWindowMs / MINUTE_MS);
  return {
    value: fall,
    say: (level) =>
      level === 'ok'
        ? { en: `${asset} is not falling away from the peg.`, ja: `${asset} はペグから急速に離れていません。` }
        : {
            en: `${asset} fell ${bps(fall)} within ${minutes} minutes, to ${price(c.price)}. Find the cause now; the next minutes decide.`,
            ja: `${asset} が ${minutes} 分間で ${bps(fall)} 下落し ${price(c.price)} です。直ちに原因を特定してください。`,
          },
  };
});

const dispersion = withPrice((c) => {
  if (c.venues.length < 2) return { absent: true };
  const prices = c.venues.map((v) => v.price);
  const spread = ((Math.max(...prices) - Math.min(...prices)) / c.price) * 10_000;
  const lowest = c.venues.reduce((a, b) => (b.price < a.price ? b : a));
  const highest = c.venues.reduce((a, b) => (b.price > a.price ? b : a));
  return {
    value: spread,
    say: (level) =>
      level === 'ok'
        ? { en: `Venues agree within ${bps(spread)}.`, ja: `会場間の差は ${bps(spread)} 以内です。` }
        : {
            en: `Venues disagree by ${bps(spread)}: ${lowest.venue} ${price(lowest.price)}, ${highest.venue} ${price(highest.price)}. A dislocated venue is not a depeg: do not mark or liquidate at its price.`,
            ja: `会場間に ${bps(spread)} の差: ${lowest.venue} ${price(lowest.price)}、${highest.venue} ${price(highest.price)}。一会場の乖離はデペグではありません。その価格で評価・清算しないでください。`,
          },
  };
});

const pressure = withPrice((c, reading, history, limits, asset) => {
  const recent = history.volumes.filter((v) => v.at > reading.at - limits.volumeWindowMs);
  const usual = usualVolume(history, reading.at, limits);
  if (usual === null) return { absent: true };
  const traded = recent.reduce((sum, v) => sum + v.traded, 0);
  const share = traded === 0 ? 0 : recent.reduce((sum, v) => sum + v.sold, 0) / traded;
  const discount = agreedDiscountBps(c.high);
  const counts = share >= limits.pressureSellShare && discount >= limits.pressureFloorBps;
  const surge = usual === 0 ? 0 : traded / usual;
  return {
    value: counts ? surge : 0,
    say: (level) =>
      level === 'ok'
        ? { en: 'No unusual selling.', ja: '異常な売りはありません。' }
        : {
            en: `${asset} trades ${surge.toFixed(1)} times its usual volume, ${Math.round(share * 100)} % of it selling, at ${price(c.price)}. Look for the seller and for redemptions.`,
            ja: `${asset} の出来高が平常の ${surge.toFixed(1)} 倍、うち売りが ${Math.round(share * 100)} %、価格 ${price(c.price)}。売り手と償還状況を確認してください。`,
          },
  };
});

/** Median traded volume of past windows, or null with less than six hours of history. */
function usualVolume(history: History, now: number, limits: Limits): number | null {
  const first = history.volumes[0];
  if (!first || now - first.at < 6 * HOUR_MS) return null;
  const sums = new Map<number, number>();
  for (const { at, traded } of history.volumes) {
    const window = Math.floor((now - at) / limits.volumeWindowMs);
    if (window > 0) sums.set(window, (sums.get(window) ?? 0) + traded);
  }
  return sums.size === 0 ? null : median([...sums.values()]);
}

const liquidity: Measure = (reading, history, limits, asset) => {
  if (!reading.depth) return { absent: true };
  if (reading.at - reading.depth.at > limits.depthSilentMs) {
    return { holds: false, blind: { en: 'The order book feed is silent.', ja: '板情報フィードが沈黙しています。' } };
  }
  const usual = median(history.bids.map((b) => b.bids));
  const gone = usual === 0 ? 0 : Math.max(0, 1 - reading.depth.bids / usual);
  return {
    value: gone,
    say: (level) =>
      level === 'ok'
        ? { en: 'Bids near the peg are as deep as usual.', ja: 'ペグ近辺の買い板は平常どおりの厚みです。' }
        : {
            en: `${Math.round(gone * 100)} % of the usual bids for ${asset} near the peg are gone. A sale of ordinary size will now move the price.`,
            ja: `${asset} のペグ近辺の買い板が平常より ${Math.round(gone * 100)} % 減りました。通常規模の売りでも価格が動きます。`,
          },
  };
};

const oracle: Measure = (reading, _history, limits, asset) => {
  if (!reading.oracle) return { absent: true };
  const silentMs = reading.at - reading.oracle.updatedAt;
  if (silentMs > limits.oracleSilentMs) {
    const hours = Math.floor(limits.oracleSilentMs / HOUR_MS);
    return { holds: false, blind: { en: `The oracle has been silent for over ${hours} hours.`, ja: `オラクルが ${hours} 時間以上沈黙しています。` } };
  }
  if (!reading.composite) return noPrice(reading);
  const { answer } = reading.oracle;
  const market = reading.composite.price;
  const gap = (Math.abs(answer - market) / market) * 10_000;
  return {
    value: gap,
    say: (level) =>
      level === 'ok'
        ? { en: `Oracle and market agree within ${bps(gap)}.`, ja: `オラクルと市場の差は ${bps(gap)} 以内です。` }
        : {
            en: `The oracle says ${price(answer)} for ${asset}, the market ${price(market)}. Whoever relies on the oracle misprices: prepare the pre-approved source.`,
            ja: `${asset}: オラクル ${price(answer)}、市場 ${price(market)}。オラクル依存の処理は誤価格です。事前承認済みの代替価格を準備してください。`,
          },
  };
};

const sight: Measure = (reading) =>
  reading.composite
    ? { value: 0, say: () => ({ en: 'Enough venues speak.', ja: '十分な会場が価格を報告しています。' }) }
    : noPrice(reading);

function control(id: string, rungs: keyof Limits | null, measure: Measure, basis: string, en: string, ja: string): PegControl {
  return { id, statement: { en, ja }, basis: [basis], owner: 'risk', levels: LEVEL_NAMES, rungs, measure };
}

/** All controls of a peg, in the order they are shown. */
export const PEG_CONTROLS: readonly PegControl[] = [
  control('peg.depeg', 'depeg', depeg, 'Source 000; labelled episodes of history start below 0.99', 'The price is not severely below the peg.', '価格がペグを大きく下回っていない。'),
  control('peg.deviation', 'deviation', deviation, COURSE, 'The price does not stay below the peg, however little.', 'わずかでも価格がペグを下回り続けていない。'),
  control('peg.velocity', 'velocity', velocity, 'Webacy depeg scoring (velocity boost); LULD and CME velocity logic', 'The price is not falling away from the peg.', '価格がペグから急速に離れていない。'),
  control('peg.premium', 'premium', premium, 'Source 000 (deviation in either direction)', 'The price does not stay above the peg.', '価格がペグを上回り続けていない。'),
  control('peg.dispersion', 'dispersion', dispersion, 'October 2025 own-book depeg; course lesson 2 (spot per venue)', 'Venues agree on the price.', '会場間で価格が一致している。'),
  control('peg.sell-pressure', 'pressure', pressure, 'Course lesson 2 (volume surge, above all sell orders)', 'Selling is not unusual.', '売りが平常の範囲内である。'),
  control('peg.liquidity', 'liquidity', liquidity, 'Source 000 (liquidity pools running dry)', 'The order book near the peg is as deep as usual.', 'ペグ近辺の板が平常どおり厚い。'),
  control('peg.oracle', 'oracle', oracle, 'Source 000 (oracle manipulation); course lesson 2 (integrity, latency, redundancy)', 'The oracle agrees with the market.', 'オラクルが市場と一致している。'),
  control('peg.sight', null, sight, 'Design idea 3: silence is an alarm', 'Enough venues speak to form a price.', '価格を形成するのに十分な会場が報告している。'),
];

export type PegReading = {
  readonly at: number;
  readonly level: Level;
  readonly price: number | null;
  readonly controls: readonly ControlReading[];
  readonly why: Text;
};

export type PegWatch = { evaluate(reading: BookReading): PegReading };

const WARMING_UP: Text = { en: 'Starting: waiting for the first prices.', ja: '起動中: 最初の価格を待っています。' };

/** Evaluates all controls of one asset over successive readings; holds ladders and windows, reads no clock. */
export function createPegWatch(asset: string, limits: Limits): PegWatch {
  const history = createHistory();
  const ladders = new Map<string, Ladder>();
  for (const { id, rungs } of PEG_CONTROLS) {
    ladders.set(id, createLadder(rungs === null ? [] : (limits[rungs] as Ladder['rungs'])));
  }
  let startedAt: number | null = null;
  let warm = false;
  return {
    evaluate: (reading) => {
      remember(history, reading, limits);
      startedAt ??= reading.at;
      warm ||= reading.composite !== null || reading.at - startedAt >= limits.warmUpMs;
      if (!warm) return { at: reading.at, price: null, controls: [], level: 'ok', why: WARMING_UP };
      const controls: ControlReading[] = [];
      for (const { id, measure } of PEG_CONTROLS) {
        const measured = measure(reading, history, limits, asset);
        if (!('absent' in measured)) controls.push(readControl(id, ladders.get(id) as Ladder, measured, reading.at));
      }
      return { at: reading.at, price: reading.composite?.price ?? null, controls, ...worstOf(controls) };
    },
  };
}

function readControl(
  id: string,
  ladder: Ladder,
  measured: Exclude<Measured, { absent: true }>,
  at: number,
): ControlReading {
  if ('blind' in measured) {
    const held = ladder.level;
    if (held === 'ok' || !measured.holds) return { control: id, level: 'blind', why: measured.blind, value: null };
    const why = { en: `Last seen ${held}, now blind. ${measured.blind.en}`, ja: `直前は ${held}、現在は不可視。${measured.blind.ja}` };
    return { control: id, level: held, why, value: null };
  }
  const climbed = step(ladder, measured.value, at);
  const level = measured.atMost && LEVEL_RANK[climbed] > LEVEL_RANK[measured.atMost] ? measured.atMost : climbed;
  const said = measured.say(level);
  if (!isEasing(ladder, measured.value)) return { control: id, level, why: said, value: measured.value };
  const why = {
    en: `Easing (${measured.say('ok').en.replace(/\.$/, '')}); stays at ${level} until it has been calm long enough.`,
    ja: `緩和中(${measured.say('ok').ja.replace(/。$/, '')})。十分に落ち着くまで ${level} を維持します。`,
  };
  return { control: id, level, why, value: measured.value };
}

/** Secondary inputs may be blind on their own; the asset is blind only when its price is. */
function worstOf(controls: readonly ControlReading[]): { level: Level; why: Text } {
  let level: Level = 'ok';
  let why: Text = { en: 'Every control holds.', ja: 'すべての統制が満たされています。' };
  for (const reading of controls) {
    const counts = reading.level !== 'blind' || reading.control === 'peg.sight';
    if (counts && LEVEL_RANK[reading.level] > LEVEL_RANK[level]) ({ level, why } = reading);
  }
  return { level, why };
}
