/** Which call waits for an answer of a person: the oldest that called them, was not answered by them and has not ended. */
import type { ReachPage } from '@sonae/core/app/response/api.ts';

export type OpenCall = ReachPage['open'][number];

export function waitingFor(calls: readonly OpenCall[], principal: string): OpenCall | null {
  const mine = calls.filter(
    ({ sent, answers }) =>
      sent.some((one) => one.principal === principal) && !answers.some((one) => one.principal === principal),
  );
  return mine.toSorted((a, b) => a.orderedAt.localeCompare(b.orderedAt))[0] ?? null;
}

/** Whether a person may still answer: called or next in line. */
export const mayAnswer = ({ wanted, answers }: OpenCall, principal: string): boolean =>
  wanted.includes(principal) && !answers.some((one) => one.principal === principal && one.comes);
