/**
 * A Bitcoin transfer as a PSBT: building one from chosen outputs, and reading any PSBT back as what core compares with
 * the approval (destination, change to our own wallet, fee). The reading trusts nothing that signatures do not bind.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { Transaction } from '@scure/btc-signer';
import type { Signing } from '@sonae/core/nouns/custody/decisions/signed.ts';
import { fromHex, toBase64, toHex } from '@sonae/proof/bytes';
import { DUST_SAT, type Utxo } from '../connectors/bitcoin/build-sweep.ts';
import {
  addressesOf,
  type BitcoinNetwork,
  describePsbt,
  type PsbtProblem,
} from '../connectors/bitcoin/describe-psbt.ts';

export type PsbtTransfer =
  | { readonly ok: true; readonly psbt: string; readonly feeSat: bigint }
  | { readonly ok: false; readonly problems: readonly PsbtProblem[] };

const no = (field: string, problem: string, fix: string): { ok: false; problems: PsbtProblem[] } => ({
  ok: false,
  problems: [{ field, problem, fix }],
});

/** Pays `amountSat`, the rest back to `changeAddress` unless it is dust, which goes to the fee. Never throws. */
export function buildPsbtTransfer(request: {
  readonly utxos: readonly Utxo[];
  readonly destination: string;
  readonly amountSat: bigint;
  readonly changeAddress: string;
  readonly feeRateSatVb: number;
  readonly feeMaxSat: bigint;
  readonly network: BitcoinNetwork;
}): PsbtTransfer {
  const total = request.utxos.reduce((sum, { amountSat }) => sum + amountSat, 0n);
  const draft = written(request, 1n);
  if (!draft.ok) return draft;
  if (draft.vsize === null)
    return no('utxos', 'have scripts that cannot be sized', 'use wpkh, wsh multisig or Taproot keys');
  const feeSat = BigInt(Math.ceil(request.feeRateSatVb * draft.vsize));
  const change = total - request.amountSat - feeSat;
  if (change < 0n) return no('utxos', `hold ${total} sat, too few for amount and fee`, 'choose more outputs');
  const paysChange = change >= DUST_SAT;
  const fee = paysChange ? feeSat : total - request.amountSat;
  if (fee > request.feeMaxSat)
    return no(
      'feeRateSatVb',
      `makes a fee of ${fee} sat, approved is ${request.feeMaxSat}`,
      'lower it, or wait',
    );
  const built = written(request, paysChange ? change : null);
  return built.ok ? { ok: true, psbt: built.psbt, feeSat: fee } : built;
}

type Written =
  | { readonly ok: true; readonly psbt: string; readonly vsize: number | null }
  | { readonly ok: false; readonly problems: readonly PsbtProblem[] };

function written(
  { utxos, destination, amountSat, changeAddress, network }: Parameters<typeof buildPsbtTransfer>[0],
  changeSat: bigint | null,
): Written {
  try {
    const transaction = new Transaction();
    for (const {
      txid,
      vout,
      amountSat: amount,
      script,
      witnessScript,
      redeemScript,
      tapInternalKey,
    } of utxos)
      transaction.addInput({
        txid,
        index: vout,
        witnessUtxo: { amount, script: fromHex(script) },
        ...(witnessScript !== undefined && { witnessScript: fromHex(witnessScript) }),
        ...(redeemScript !== undefined && { redeemScript: fromHex(redeemScript) }),
        ...(tapInternalKey !== undefined && { tapInternalKey: fromHex(tapInternalKey) }),
      });
    transaction.addOutputAddress(destination, amountSat, addressesOf(network));
    if (changeSat !== null) transaction.addOutputAddress(changeAddress, changeSat, addressesOf(network));
    const psbt = toBase64(transaction.toPSBT(0));
    const reading = describePsbt(psbt, network);
    return reading.ok ? { ok: true, psbt, vsize: reading.description.vsize } : reading;
  } catch (error) {
    return no(
      'utxos',
      `make no transaction: ${(error as Error).message.slice(0, 200)}`,
      'check outputs and addresses',
    );
  }
}

/** What is unusual but does no harm. */
const HARMLESS = /^(lockTime|inputs\.\d+\.sequence)$/;

/** What signers of this PSBT would sign, for `custody.RecordSigned`; or what makes it unfit to sign. Never throws. */
export function signingOfPsbt(
  psbt: string,
  network: BitcoinNetwork,
):
  | { readonly ok: true; readonly signing: Signing }
  | { readonly ok: false; readonly problems: readonly PsbtProblem[] } {
  const reading = describePsbt(psbt, network);
  if (!reading.ok) return reading;
  const { description, transaction } = reading;
  const problems = description.warnings.filter(({ field }) => !HARMLESS.test(field));
  if (problems.length > 0) return { ok: false, problems };
  if (description.feeSat === null || description.feeSat < 0n)
    return no('feeSat', 'is not known', 'add the outputs that are spent');
  const outputs = description.outputs.map(({ address, amountSat }) => ({
    address: address ?? '',
    amount: String(amountSat),
  }));
  const nameless = outputs.findIndex(({ address }) => address === '');
  if (nameless >= 0) return no(`outputs.${nameless}`, 'has no address', 'pay addresses only');
  const hash = toHex(sha256(sha256(transaction.unsignedTx)).reverse());
  return { ok: true, signing: { kind: 'bitcoin', outputs, fee: String(description.feeSat), hash } };
}
