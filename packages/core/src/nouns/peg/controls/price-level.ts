/** Controls on where the price stands: little but lasting, severe, above the peg, and how fast it moves. */
import { MINUTE_MS } from '../../../kernel/time.ts';
import type { Text } from '../../../log/fact.ts';
import type { Level } from '../../../log/levels.ts';
import type { Composite } from '../../prices/engine.ts';
import { agreedDiscountBps, agreedPremiumBps } from '../engine.ts';
import { bps, price, withPrice } from './measure.ts';

function below(level: Level, asset: string, c: Composite, discount: number, advice: Text): Text {
  const state = { ok: 'at the peg', watch: 'slightly', warning: 'clearly', critical: 'severely', blind: '' }[
    level
  ];
  const joint = { ok: 'ペグ付近', watch: 'わずかに', warning: '明らかに', critical: '大きく', blind: '' }[
    level
  ];
  if (level === 'ok') {
    return {
      en: `${asset} is at ${price(c.price)}, ${state}.`,
      ja: `${asset} は ${price(c.price)}、${joint}です。`,
    };
  }
  return {
    en: `${asset} trades at ${price(c.price)}, ${state} below the peg; all counted venues agree on at least ${bps(discount)}. ${advice.en}`,
    ja: `${asset} は ${price(c.price)} でペグを${joint}下回っています(全会場が ${bps(discount)} 以上で一致)。${advice.ja}`,
  };
}

export const deviation = withPrice((c, _reading, _history, _limits, asset) => {
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

export const depeg = withPrice((c, _reading, _history, _limits, asset) => {
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

/** A quote that nothing converts cannot prove a premium: it may be the quote that fell. */
export const premium = withPrice((c, _reading, _history, _limits, asset) => {
  const value = agreedPremiumBps(c.low);
  const caveat: Text = c.assumedParity
    ? {
        en: ' Its quote currency is taken at parity, so the quote may be what moved.',
        ja: ' 建値通貨を等価と仮定しているため、動いたのは建値側かもしれません。',
      }
    : { en: '', ja: '' };
  return {
    value,
    ...(c.assumedParity ? { atMost: 'watch' as const } : {}),
    say: (level) =>
      level === 'ok'
        ? {
            en: `${asset} is at ${price(c.price)}, no premium.`,
            ja: `${asset} は ${price(c.price)}、プレミアムはありません。`,
          }
        : {
            en: `${asset} trades at ${price(c.price)}, ${bps(value)} above the peg: a shortage. Check minting and who flees into it.${caveat.en}`,
            ja: `${asset} は ${price(c.price)}、ペグを ${bps(value)} 上回る品薄状態です。発行状況と資金の流入元を確認してください。${caveat.ja}`,
          },
  };
});

export const velocity = withPrice((c, _reading, history, limits, asset) => {
  const now = agreedDiscountBps(c.high);
  const best = Math.min(now, ...history.discounts.map((d) => d.bps));
  const fall = now < limits.velocityFloorBps ? 0 : now - best;
  const minutes = Math.round(limits.velocityWindowMs / MINUTE_MS);
  return {
    value: fall,
    say: (level) =>
      level === 'ok'
        ? {
            en: `${asset} is not falling away from the peg.`,
            ja: `${asset} はペグから急速に離れていません。`,
          }
        : {
            en: `${asset} fell ${bps(fall)} within ${minutes} minutes, to ${price(c.price)}. Find the cause now; the next minutes decide.`,
            ja: `${asset} が ${minutes} 分間で ${bps(fall)} 下落し ${price(c.price)} です。直ちに原因を特定してください。`,
          },
  };
});
