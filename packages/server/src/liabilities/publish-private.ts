/**
 * A book as a private epoch: what every customer is owed, one leaf each per asset, encrypted and added up on all cores. An
 * asset whose total does not fit in 64 bits of smallest units is stated in the smallest power of ten of them that does.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import {
  MAX_PRIVATE_AMOUNT,
  MAX_PRIVATE_LEAVES,
  owedInSmallest,
  privateEpochRoot,
  scaledUp,
} from '@sonae/proof/private-liabilities';
import { AT_ONCE, breathe } from './breathe.ts';
import type { EpochFiles } from './epoch-files.ts';
import { createFastSha256 } from './fast-sha256.ts';
import { buildPrivateAsset, type PrivateBuilt } from './private-build.ts';
import { createPrivateFiles } from './private-files.ts';
import type { PrivateRow } from './private-shard.ts';
import { newEpochSecret } from './zk-sdk.ts';

/** Smallest units: what the firm owes a customer, and what the customer owes. */
export type Owed = { credit: bigint; debt: bigint };
/** By asset, then by customer. */
export type OwedBook = ReadonlyMap<string, ReadonlyMap<string, Owed>>;
export type EpochAbout = { readonly exchange: string; readonly epoch: string; readonly at: string };

/** Builds and writes it. Throws `input.invalid` for more customers of an asset than private mode takes. */
export async function makePrivate(owed: OwedBook, files: EpochFiles, { exchange, epoch, at }: EpochAbout) {
  const full = [...owed].find(([, of]) => of.size > MAX_PRIVATE_LEAVES);
  if (full !== undefined)
    throw new FaultError(
      'input.invalid',
      `${full[0]}: ${full[1].size} customers, private mode takes ${MAX_PRIVATE_LEAVES}`,
      'publish in open mode',
    );
  const epochSecret = newEpochSecret();
  const built: PrivateBuilt[] = [];
  for (const asset of [...owed.keys()].sort()) {
    const rows: PrivateRow[] = [];
    for (const [customer, { credit }] of owed.get(asset) ?? []) {
      if (rows.length % AT_ONCE === 0) await breathe();
      rows.push({ customer, secret: files.secretOf(customer), amount: credit });
    }
    const scale = scaleOf(rows.map(({ amount }) => amount));
    const seed = files.seedOf(epoch, `${asset} private`);
    built.push(await buildPrivateAsset({ exchange, epoch, asset, rows, scale, epochSecret, seed }));
  }
  const { statement } = createPrivateFiles(at, built, epochSecret);
  await files.writePrivate(statement, built, epochSecret);
  const assets = statement.assets.map((one) => ({
    ...{ asset: one.asset, leaves: one.leaves, root: one.root },
    ...{ credit: owedInSmallest(one), debt: null },
  }));
  return { root: privateEpochRoot(statement, createFastSha256()), assets };
}

/** The smallest scale at which all amounts together, each rounded up, fit. */
function scaleOf(amounts: readonly bigint[]): number {
  const totalAt = (scale: number): bigint =>
    amounts.reduce((sum, amount) => sum + scaledUp(amount, scale), 0n);
  const total = totalAt(0);
  let scale = 0;
  // Each amount is rounded up, so all together may need one step more than their sum.
  while (scaledUp(total, scale) > MAX_PRIVATE_AMOUNT) scale += 1;
  while (totalAt(scale) > MAX_PRIVATE_AMOUNT) scale += 1;
  return scale;
}
