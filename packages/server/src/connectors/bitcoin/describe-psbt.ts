/**
 * A PSBT (BIP-174) as people can judge it: what goes in, what goes out, the fee, and everything about it that
 * is unusual. Never believes a field that signatures would not bind; what can not be read is a named problem,
 * not an exception.
 */

import {
  Address,
  getInputType,
  NETWORK,
  OutScript,
  SigHash,
  TEST_NETWORK,
  Transaction,
} from '@scure/btc-signer';
import { getPrevOut, SigHashNames } from '@scure/btc-signer/transaction.js';
import { fromBase64, toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';

export type BitcoinNetwork = 'mainnet' | 'testnet' | 'regtest';
export type PsbtProblem = { readonly field: string; readonly problem: string; readonly fix: string };
export type ScriptType = 'wpkh' | 'sh-wpkh' | 'wsh-ms' | 'sh-wsh-ms' | 'tr';
export type PsbtInput = {
  /** `txid:vout`. */
  readonly outpoint: string;
  /** Null when the PSBT does not say what is spent. */
  readonly amountSat: bigint | null;
  /** Null for scripts that this connector does not handle. */
  readonly scriptType: ScriptType | null;
  readonly sighash: string;
  readonly sequence: number;
  /** Signatures needed and present. */
  readonly needed: number | null;
  readonly signed: number;
};
export type PsbtOutput = {
  readonly address: string | null;
  readonly amountSat: bigint;
  readonly scriptHex: string;
};
export type PsbtDescription = {
  readonly network: BitcoinNetwork;
  readonly inputs: readonly PsbtInput[];
  readonly outputs: readonly PsbtOutput[];
  readonly feeSat: bigint | null;
  /** Of the transaction with all its signatures, at most; null with unknown scripts. */
  readonly vsize: number | null;
  readonly feeRateSatVb: number | null;
  readonly lockTime: number;
  readonly warnings: readonly PsbtProblem[];
};
export type PsbtReading =
  | { readonly ok: true; readonly description: PsbtDescription; readonly transaction: Transaction }
  | { readonly ok: false; readonly problems: readonly PsbtProblem[] };

export const PSBT_CHARS_MAX = 128 * 1024;
export const PSBT_INPUTS_MAX = 500;
export const PSBT_OUTPUTS_MAX = 20;
/** Without BIP-125 signalling. */
const SEQUENCE_FINAL_MIN = 0xfffffffe;
/** A DER signature with low S, its sighash byte and its length byte, at most; Schnorr with length byte. */
const ECDSA_WEIGHT = 73;
const SCHNORR_WEIGHT = 66;

/** Address versions of a network; regtest differs from testnet in its bech32 prefix only. */
export function addressesOf(network: BitcoinNetwork): typeof NETWORK {
  if (network === 'mainnet') return NETWORK;
  return network === 'testnet' ? TEST_NETWORK : { ...TEST_NETWORK, bech32: 'bcrt' };
}

/** The script of an address, hex; null when it is not one of this network. */
export function scriptOfAddress(address: string, network: BitcoinNetwork): string | null {
  try {
    return toHex(OutScript.encode(Address(addressesOf(network)).decode(address)));
  } catch {
    return null;
  }
}

/**
 * Reads and describes. `unknown: 'strict'` refuses fields that nobody can read: people approve every byte.
 */
export function describePsbt(
  psbt: string,
  network: BitcoinNetwork,
  options: { readonly unknown?: 'strict' | 'strip'; readonly field?: string } = {},
): PsbtReading {
  const { unknown = 'strict', field = 'psbt' } = options;
  if (psbt.length > PSBT_CHARS_MAX)
    return no(
      field,
      `has ${psbt.length} characters, the limit is ${PSBT_CHARS_MAX}`,
      'spend fewer inputs at once',
    );
  let transaction: Transaction;
  try {
    transaction = Transaction.fromPSBT(fromBase64(psbt), { unknown, allowUnknownOutputs: true });
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'it can not be decoded';
    return no(field, `is not a PSBT in base64: ${why}`, 'export it again, complete and without line breaks');
  }
  const { inputsLength, outputsLength } = transaction;
  if (inputsLength === 0 || inputsLength > PSBT_INPUTS_MAX)
    return no(`${field}.inputs`, `are ${inputsLength}`, `spend 1 to ${PSBT_INPUTS_MAX} inputs`);
  if (outputsLength === 0 || outputsLength > PSBT_OUTPUTS_MAX)
    return no(`${field}.outputs`, `are ${outputsLength}`, `pay 1 to ${PSBT_OUTPUTS_MAX} outputs`);
  try {
    return { ok: true, description: described(transaction, network), transaction };
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'unreadable';
    return no(field, `has an input or output that can not be read: ${why}`, 'build the PSBT again');
  }
}

function no(field: string, problem: string, fix: string): PsbtReading {
  return { ok: false, problems: [{ field, problem, fix }] };
}

function described(transaction: Transaction, network: BitcoinNetwork): PsbtDescription {
  const inputs = Array.from({ length: transaction.inputsLength }, (_, at) => inputOf(transaction, at));
  const outputs = Array.from({ length: transaction.outputsLength }, (_, at) =>
    outputOf(transaction, at, network),
  );
  const amounts = inputs.map(({ amountSat }) => amountSat);
  const spent = amounts.reduce((sum, amount) => (sum === null || amount === null ? null : sum + amount), 0n);
  const feeSat = spent === null ? null : spent - outputs.reduce((sum, { amountSat }) => sum + amountSat, 0n);
  const vsize = vsizeOf(transaction, inputs);
  const feeRateSatVb = feeSat === null || vsize === null ? null : Number(feeSat) / vsize;
  const { lockTime } = transaction;
  const seen = { network, inputs, outputs, feeSat, vsize, feeRateSatVb, lockTime };
  return { ...seen, warnings: warningsOf(seen) };
}

function inputOf(transaction: Transaction, at: number): PsbtInput {
  const input = transaction.getInput(at);
  if (input.txid === undefined || input.index === undefined)
    throw new TypeError(`input ${at} names no outpoint`);
  const outpoint = `${toHex(input.txid)}:${input.index}`;
  const hasAmount = input.witnessUtxo !== undefined || input.nonWitnessUtxo !== undefined;
  const signatures = input.tapKeySig ? 1 : (input.partialSig?.length ?? 0);
  const shape = hasAmount ? shapeOf(input) : { scriptType: null, needed: null };
  const sighash = input.sighashType ?? (shape.scriptType === 'tr' ? SigHash.DEFAULT : SigHash.ALL);
  return {
    outpoint,
    amountSat: hasAmount ? getPrevOut(input).amount : null,
    ...shape,
    sighash: SigHashNames[sighash] ?? `0x${sighash.toString(16)}`,
    sequence: input.sequence ?? 0xffffffff,
    signed: signatures,
  };
}

function shapeOf(input: ReturnType<Transaction['getInput']>): Pick<PsbtInput, 'scriptType' | 'needed'> {
  try {
    const { type, last } = getInputType(input);
    if (last.type === 'ms' && (type === 'wsh-ms' || type === 'sh-wsh-ms'))
      return { scriptType: type, needed: last.m };
    if (type === 'wpkh' || type === 'sh-wpkh') return { scriptType: type, needed: 1 };
    // Script paths of Taproot can hide any condition; only the key path is a signature people can count.
    if (type === 'tr' && input.tapLeafScript === undefined) return { scriptType: type, needed: 1 };
  } catch {
    // A missing or contradictory script is told as an unknown one.
  }
  return { scriptType: null, needed: null };
}

function outputOf(transaction: Transaction, at: number, network: BitcoinNetwork): PsbtOutput {
  const { script, amount } = transaction.getOutput(at);
  if (script === undefined || amount === undefined) throw new TypeError(`output ${at} is incomplete`);
  let address: string | null = null;
  try {
    address = transaction.getOutputAddress(at, addressesOf(network)) ?? null;
  } catch {
    // Scripts without an address: OP_RETURN and what nobody can name.
  }
  return { address, amountSat: amount, scriptHex: toHex(script) };
}

/** Virtual size with all signatures at their longest (BIP-141: weight / 4, rounded up). */
function vsizeOf(transaction: Transaction, inputs: readonly PsbtInput[]): number | null {
  let weight = transaction.unsignedTx.length * 4 + 2;
  for (const [at, { scriptType, needed }] of inputs.entries()) {
    const { redeemScript, witnessScript } = transaction.getInput(at);
    if (scriptType === null || needed === null) return null;
    if (redeemScript !== undefined) weight += 4 * (1 + redeemScript.length);
    if (scriptType === 'tr') weight += 1 + SCHNORR_WEIGHT;
    else if (witnessScript === undefined) weight += 1 + ECDSA_WEIGHT + 34;
    else weight += 2 + needed * ECDSA_WEIGHT + (witnessScript.length < 0xfd ? 1 : 3) + witnessScript.length;
  }
  return Math.ceil(weight / 4);
}

function warningsOf(seen: Omit<PsbtDescription, 'warnings'>): PsbtProblem[] {
  const found: PsbtProblem[] = [];
  const warn = (field: string, problem: string, fix: string): number => found.push({ field, problem, fix });
  const outpoints = new Set<string>();
  for (const [at, input] of seen.inputs.entries()) {
    const field = `inputs.${at}`;
    if (input.amountSat === null)
      warn(`${field}.amountSat`, 'is not in the PSBT', 'add the witness UTXO or the previous transaction');
    else if (input.scriptType === null)
      warn(
        `${field}.script`,
        'is none that can be checked',
        'use wpkh, wsh or sh-wsh multisig, or a Taproot key',
      );
    if (input.sighash !== 'ALL' && input.sighash !== 'DEFAULT')
      warn(
        `${field}.sighash`,
        `is ${input.sighash}: signatures would leave parts open`,
        'sign with SIGHASH_ALL',
      );
    if (input.sequence < SEQUENCE_FINAL_MIN)
      warn(`${field}.sequence`, 'signals that it may be replaced (BIP-125)', 'use sequence 0xffffffff');
    if (outpoints.has(input.outpoint)) warn(field, `spends ${input.outpoint} again`, 'remove the duplicate');
    outpoints.add(input.outpoint);
  }
  for (const [at, output] of seen.outputs.entries())
    if (output.address === null)
      warn(`outputs.${at}`, `pays script ${output.scriptHex.slice(0, 80)}, no address`, 'pay an address');
  if (seen.feeSat !== null && seen.feeSat < 0n)
    warn('feeSat', 'is negative: more is paid than spent', 'correct amounts or outputs');
  if (seen.lockTime !== 0)
    warn('lockTime', `is ${seen.lockTime}: not valid before that block or time`, 'use lock time 0');
  return found;
}

/** A description as JSON: amounts as decimal texts. */
export function descriptionJson({ inputs, outputs, feeSat, ...rest }: PsbtDescription): JsonValue {
  const decimal = (amount: bigint | null): string | null => (amount === null ? null : String(amount));
  return {
    network: rest.network,
    inputs: inputs.map(({ amountSat, ...input }) => ({ ...input, amountSat: decimal(amountSat) })),
    outputs: outputs.map(({ amountSat, ...output }) => ({ ...output, amountSat: decimal(amountSat) })),
    feeSat: decimal(feeSat),
    vsize: rest.vsize,
    feeRateSatVb: rest.feeRateSatVb,
    lockTime: rest.lockTime,
    warnings: rest.warnings.map((warning) => ({ ...warning })),
  };
}

/** Problems on one line, for a reason. */
export function problemText(problems: readonly PsbtProblem[]): string {
  return problems.map(({ field, problem, fix }) => `${field} ${problem} (${fix})`).join('; ');
}
