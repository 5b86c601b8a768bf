/**
 * The peg as a spirit level: a scale around one, the limits as ticks, how far venues disagree as the bubble.
 * Beyond the
 * scale the bubble rests at the end with an arrow, so that nothing is drawn where it is not.
 */
import type { Level } from '@sonae/core/log/levels.ts';
import { LEVEL_INK } from './level.tsx';
import { priceText } from './number-format.ts';

const LOW = 0.975;
const HIGH = 1.01;
const TICKS = [0.98, 0.99, 0.997, 1] as const;

/** The two labels that stand closest lean away from each other, also on a phone. */
const SHIFT: Readonly<Record<number, string>> = { 0.997: '-translate-x-4/5', 1: '-translate-x-1/5' };

/** Share of the scale's width at which a price stands, 0 to 100. */
function place(price: number): number {
  return (Math.min(Math.max(price, LOW), HIGH) - LOW) * (100 / (HIGH - LOW));
}

export function PegVial({ price, level }: { price: number | null; level: Level }) {
  return (
    <div
      className={`relative mt-1 mb-5 h-6 rounded-full border border-edge ${price === null ? 'hatched' : 'bg-sunken'}`}
      aria-hidden="true"
    >
      {TICKS.map((tick) => (
        <div key={tick} className="absolute inset-y-0" style={{ left: `${place(tick)}%` }}>
          <div className={`h-full border-l ${tick === 1 ? 'border-ink' : 'border-edge'}`} />
          <div
            className={`absolute top-full pt-0.5 text-2xs whitespace-nowrap text-muted ${SHIFT[tick] ?? '-translate-x-1/2'}`}
          >
            {tick === 1 ? '1.000' : tick}
          </div>
        </div>
      ))}
      {price === null ? null : (
        <div className={`absolute inset-y-0 ${LEVEL_INK[level]}`} style={{ left: `${place(price)}%` }}>
          <div className="absolute top-1/2 size-3.5 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-panel bg-current outline outline-current" />
          {price < LOW ? <Beyond text={`‹ ${priceText(price)}`} side="left-4" /> : null}
          {price > HIGH ? <Beyond text={`${priceText(price)} ›`} side="right-4" /> : null}
        </div>
      )}
    </div>
  );
}

function Beyond({ text, side }: { text: string; side: string }) {
  return (
    <div className={`absolute top-0 leading-[22px] font-semibold whitespace-nowrap text-2xs ${side}`}>
      {text}
    </div>
  );
}
