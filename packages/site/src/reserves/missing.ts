/** What an epoch does not show, said plainly: silence about a gap is how it stays one. */
import { ratioText } from './amounts.ts';
import type { PublishedEpoch } from './published.ts';

export type Missing = {
  readonly what: 'statement' | 'proof' | 'short' | 'signed' | 'attested' | 'unproved';
  readonly asset: string;
  /** Of what is owed, by signatures; empty where it says nothing. */
  readonly ratio: string;
};

/** Worst first within an asset; empty only when everything owed is proved by signatures. */
export function missingOf({ solvency }: Pick<PublishedEpoch, 'solvency'>): Missing[] {
  if (solvency === null) return [{ what: 'statement', asset: '', ratio: '' }];
  return solvency.assets.flatMap(({ asset, owed, signed, attested, unproved, signedBps }) => {
    if (solvency.assetsWithoutProof.includes(asset)) return [{ what: 'proof', asset, ratio: '' } as const];
    const [due, proved, onWord, open] = [owed, signed, attested, unproved].map(BigInt) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    const found: Missing[] = [];
    if (proved + onWord + open < due) found.push({ what: 'short', asset, ratio: '' });
    if (proved < due) found.push({ what: 'signed', asset, ratio: ratioText(signedBps ?? '0') });
    if (onWord > 0n) found.push({ what: 'attested', asset, ratio: '' });
    if (open > 0n) found.push({ what: 'unproved', asset, ratio: '' });
    return found;
  });
}
