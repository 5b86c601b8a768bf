/** Controls on the market around the price: venues, sellers, the order book, the oracle, and whether anybody speaks. */
import { HOUR_MS } from '../../../kernel/time.ts';
import { median } from '../../prices/engine.ts';
import { agreedDiscountBps, type History, type Limits } from '../engine.ts';
import { bps, type Measure, noPrice, price, withPrice } from './measure.ts';

export const dispersion = withPrice((c) => {
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

export const pressure = withPrice((c, reading, history, limits, asset) => {
  const first = history.volumes[0];
  if (!first || reading.at - first.at < HISTORY_NEEDED_MS) return { absent: true };
  const { traded, sold } = recentVolume(history, reading.at - limits.volumeWindowMs);
  const share = traded === 0 ? 0 : sold / traded;
  const counts = share >= limits.pressureSellShare && agreedDiscountBps(c.high) >= limits.pressureFloorBps;
  // The history is long and this is read every minute: it is summed only when the answer can matter.
  const surge = (): number => {
    const usual = usualVolume(history, reading.at, limits);
    // Where most half hours pass without a trade, any trade would be a surge: volume says nothing there.
    return usual === 0 ? 0 : traded / usual;
  };
  return {
    value: counts ? surge() : 0,
    say: (level) =>
      level === 'ok'
        ? { en: 'No unusual selling.', ja: '異常な売りはありません。' }
        : {
            en: `${asset} trades ${surge().toFixed(1)} times its usual volume, ${Math.round(share * 100)} % of it selling, at ${price(c.price)}. Look for the seller and for redemptions.`,
            ja: `${asset} の出来高が平常の ${surge().toFixed(1)} 倍、うち売りが ${Math.round(share * 100)} %、価格 ${price(c.price)}。売り手と償還状況を確認してください。`,
          },
  };
});

/** With less history than this nobody knows what is usual. */
const HISTORY_NEEDED_MS = 6 * HOUR_MS;

function recentVolume({ volumes }: History, since: number): { traded: number; sold: number } {
  let traded = 0;
  let sold = 0;
  for (let i = volumes.length - 1; i >= 0; i -= 1) {
    const volume = volumes[i];
    if (!volume || volume.at <= since) break;
    traded += volume.traded;
    sold += volume.sold;
  }
  return { traded, sold };
}

/** Median traded volume of the windows before the present one. */
function usualVolume(history: History, now: number, limits: Limits): number {
  const sums = new Map<number, number>();
  for (const { at, traded } of history.volumes) {
    const window = Math.floor((now - at) / limits.volumeWindowMs);
    if (window > 0) sums.set(window, (sums.get(window) ?? 0) + traded);
  }
  return sums.size === 0 ? 0 : median([...sums.values()]);
}

export const liquidity: Measure = (reading, history, limits, asset) => {
  if (!reading.depth) return { absent: true };
  if (reading.at - reading.depth.at > limits.depthSilentMs) {
    return {
      holds: false,
      blind: { en: 'The order book feed is silent.', ja: '板情報フィードが沈黙しています。' },
    };
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

export const oracle: Measure = (reading, _history, limits, asset) => {
  if (!reading.oracle) return { absent: true };
  const silentMs = reading.at - reading.oracle.updatedAt;
  if (silentMs > limits.oracleSilentMs) {
    const hours = Math.floor(limits.oracleSilentMs / HOUR_MS);
    return {
      holds: false,
      blind: {
        en: `The oracle has been silent for over ${hours} hours.`,
        ja: `オラクルが ${hours} 時間以上沈黙しています。`,
      },
    };
  }
  if (!reading.composite) return noPrice(reading);
  const { answer } = reading.oracle;
  const market = reading.composite.price;
  const gap = (Math.abs(answer - market) / market) * 10_000;
  return {
    value: gap,
    say: (level) =>
      level === 'ok'
        ? {
            en: `Oracle and market agree within ${bps(gap)}.`,
            ja: `オラクルと市場の差は ${bps(gap)} 以内です。`,
          }
        : {
            en: `The oracle says ${price(answer)} for ${asset}, the market ${price(market)}. Whoever relies on the oracle misprices: prepare the pre-approved source.`,
            ja: `${asset}: オラクル ${price(answer)}、市場 ${price(market)}。オラクル依存の処理は誤価格です。事前承認済みの代替価格を準備してください。`,
          },
  };
};

export const sight: Measure = (reading) =>
  reading.composite
    ? { value: 0, say: () => ({ en: 'Enough venues speak.', ja: '十分な会場が価格を報告しています。' }) }
    : noPrice(reading);
