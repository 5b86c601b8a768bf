/**
 * An unsigned PSBT that moves everything from some outputs to one cold address: prepared before it is needed.
 */

import { Transaction } from '@scure/btc-signer';
import { fromHex, toBase64 } from '@sonae/proof/bytes';
import {
  addressesOf,
  type BitcoinNetwork,
  describePsbt,
  PSBT_INPUTS_MAX,
  type PsbtDescription,
  type PsbtProblem,
  scriptOfAddress,
} from './describe-psbt.ts';

export type Utxo = {
  readonly txid: string;
  readonly vout: number;
  readonly amountSat: bigint;
  /** Hex of the output's script. */
  readonly script: string;
  /** Hex; of P2SH. */
  readonly redeemScript?: string;
  /** Hex; of P2WSH. */
  readonly witnessScript?: string;
  /** Hex of the whole transaction that made the output, which proves its amount to every signer. */
  readonly previousTransaction?: string;
  /** Hex, 32 bytes; of a Taproot key path. */
  readonly tapInternalKey?: string;
};
export type Sweep =
  | { readonly ok: true; readonly psbt: string; readonly description: PsbtDescription }
  | { readonly ok: false; readonly problems: readonly PsbtProblem[] };

/** The highest of the dust limits of standard output types (Bitcoin Core's default relay policy). */
export const DUST_SAT = 546n;
export const FEE_RATE_SAT_VB_MAX = 2_000;

/** Never throws. The same outputs give the same PSBT, in whatever order they are listed. */
export function buildSweep(request: {
  readonly utxos: readonly Utxo[];
  readonly coldAddress: string;
  readonly feeRateSatVb: number;
  readonly network: BitcoinNetwork;
}): Sweep {
  const { coldAddress, feeRateSatVb, network } = request;
  const { utxos } = request;
  if (utxos.length === 0 || utxos.length > PSBT_INPUTS_MAX)
    return no('utxos', `are ${utxos.length}`, `give 1 to ${PSBT_INPUTS_MAX}`);
  if (!(feeRateSatVb >= 1 && feeRateSatVb <= FEE_RATE_SAT_VB_MAX))
    return no('feeRateSatVb', `is ${feeRateSatVb}`, `give 1 to ${FEE_RATE_SAT_VB_MAX}`);
  if (scriptOfAddress(coldAddress, network) === null)
    return no('coldAddress', `is no address of ${network}`, 'correct the address or the network');
  const keyOf = ({ txid, vout }: Utxo): string => `${txid}:${String(vout).padStart(10, '0')}`;
  const sorted = [...utxos].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const duplicate = sorted.findIndex((utxo, at) => at > 0 && keyOf(utxo) === keyOf(sorted[at - 1]!));
  if (duplicate > 0) return no('utxos', `name ${keyOf(sorted[duplicate]!)} twice`, 'name each output once');
  const total = utxos.reduce((sum, { amountSat }) => sum + amountSat, 0n);
  const draft = written(sorted, coldAddress, total, network);
  if (!draft.ok) return draft;
  const { vsize } = draft.description;
  if (vsize === null) {
    const { problem, fix, field } = draft.description.warnings[0]!;
    return no(`utxos (${field})`, problem, fix);
  }
  const rest = total - BigInt(Math.ceil(feeRateSatVb * vsize));
  if (rest < DUST_SAT)
    return no(
      'utxos',
      `hold ${total} sat: after the fee ${rest} are left, too few to move`,
      'lower feeRateSatVb',
    );
  return written(sorted, coldAddress, rest, network);
}

function written(utxos: readonly Utxo[], address: string, amountSat: bigint, network: BitcoinNetwork): Sweep {
  try {
    const transaction = new Transaction();
    for (const utxo of utxos) {
      const { redeemScript, witnessScript, previousTransaction, tapInternalKey } = utxo;
      transaction.addInput({
        txid: utxo.txid,
        index: utxo.vout,
        witnessUtxo: { amount: utxo.amountSat, script: fromHex(utxo.script) },
        ...(redeemScript !== undefined && { redeemScript: fromHex(redeemScript) }),
        ...(witnessScript !== undefined && { witnessScript: fromHex(witnessScript) }),
        ...(previousTransaction !== undefined && { nonWitnessUtxo: previousTransaction }),
        ...(tapInternalKey !== undefined && { tapInternalKey: fromHex(tapInternalKey) }),
      });
    }
    transaction.addOutputAddress(address, amountSat, addressesOf(network));
    const psbt = toBase64(transaction.toPSBT(0));
    const reading = describePsbt(psbt, network);
    return reading.ok ? { ok: true, psbt, description: reading.description } : reading;
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'unusable';
    return no(
      'utxos',
      `do not make a transaction: ${why}`,
      'check txid, vout, amount and scripts of each output',
    );
  }
}

function no(field: string, problem: string, fix: string): Sweep {
  return { ok: false, problems: [{ field, problem, fix }] };
}
