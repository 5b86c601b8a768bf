/** A run on the firm: what leaves in an hour and in a day, and how long what is held would last at that speed. */
import { DAY_MS, HOUR_MS } from '../../../kernel/time.ts';

/** From (unix ms), came in, went out: one step of FLOW_STEP_MINUTES. */
export type FlowStep = readonly [from: number, came: string, went: string];

export const WINDOWS = [
  { hours: 1n, ms: HOUR_MS },
  { hours: 24n, ms: DAY_MS },
] as const;

export type Outflow = { readonly hours: bigint; readonly net: bigint };

/** Net outflow per window that ends now; negative where more came in. A step counts with its beginning. */
export function outflowsOf(steps: readonly FlowStep[], nowMs: number): Outflow[] {
  return WINDOWS.map(({ hours, ms }) => ({
    hours,
    net: steps
      .filter(([from]) => from > nowMs - ms && from <= nowMs)
      .reduce((sum, [, came, went]) => sum + BigInt(went) - BigInt(came), 0n),
  }));
}

/** Whole hours until nothing is left at the speed of a window, rounded down; null where nothing leaves. */
export function hoursToEmpty(held: bigint, { hours, net }: Outflow): bigint | null {
  return net <= 0n ? null : (held * hours) / net;
}

/** The shortest over the windows. */
export function soonestEmpty(held: bigint, outflows: readonly Outflow[]): bigint | null {
  const all = outflows.flatMap((one) => hoursToEmpty(held, one) ?? []);
  return all.length === 0 ? null : all.reduce((least, one) => (one < least ? one : least));
}
