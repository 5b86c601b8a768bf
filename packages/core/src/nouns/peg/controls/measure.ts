/** What a peg control is made of: one measurement of a reading, and the sentence that says what was seen. */
import type { ControlDef } from '../../../log/define.ts';
import type { BookReading, Composite } from '../../prices/engine.ts';
import type { History, Limits, Measured } from '../engine.ts';

export type Measure = (reading: BookReading, history: History, limits: Limits, asset: string) => Measured;
export type PegControl = ControlDef & { readonly rungs: keyof Limits | null; readonly measure: Measure };

export const price = (value: number): string => value.toFixed(4);
export const bps = (value: number): string => `${Math.round(value)} bps`;

/** The sentence of a control that has no input. */
export const noPrice = (reading: BookReading): Measured => ({
  holds: true,
  blind: {
    en: `No price: ${reading.venuesSpeaking} of ${reading.venuesNeeded} needed venues speak. Check the feeds; treat the peg as unknown.`,
    ja: `価格を形成できません: 必要な ${reading.venuesNeeded} 会場のうち ${reading.venuesSpeaking} 会場のみ。フィードを確認し、ペグは不明として扱ってください。`,
  },
});

/** A measurement that needs a price; without one the control is blind and what it last saw holds. */
export const withPrice =
  (
    measure: (
      c: Composite,
      reading: BookReading,
      history: History,
      limits: Limits,
      asset: string,
    ) => Measured,
  ): Measure =>
  (reading, history, limits, asset) =>
    reading.composite ? measure(reading.composite, reading, history, limits, asset) : noPrice(reading);
