/**
 * Regtest keys, outputs and PSBTs that the tests of this folder share. The keys are public: never use them.
 */

import { p2ms, p2tr, p2wpkh, p2wsh, Transaction } from '@scure/btc-signer';
import { pubECDSA, pubSchnorr } from '@scure/btc-signer/utils.js';
import type { Order } from '@sonae/core/ports/target.ts';
import { type Action, actionHash, type BitcoinAct } from '@sonae/proof/action';
import { fromBase64, toBase64, toHex } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { buildSweep, type Utxo } from './build-sweep.ts';
import type { PsbtRules, PsbtVerdict } from './check-psbt.ts';
import { addressesOf } from './describe-psbt.ts';

export const REGTEST = addressesOf('regtest');
export const START = Date.parse('2026-03-01T12:00:00Z');
export const KEYS = [1, 2, 3].map((digit) => new Uint8Array(32).fill(digit));
export const STRANGER = new Uint8Array(32).fill(9);
export const HOT = p2wsh(
  p2ms(
    2,
    KEYS.map((key) => pubECDSA(key)),
  ),
  REGTEST,
);
export const COLD = p2wpkh(pubECDSA(new Uint8Array(32).fill(7)), REGTEST).address!;
export const COLD_2 = p2tr(pubSchnorr(new Uint8Array(32).fill(8)), undefined, REGTEST).address!;
export const THIEF = p2wpkh(pubECDSA(STRANGER), REGTEST).address!;
export const MAINNET_COLD = p2wpkh(pubECDSA(new Uint8Array(32).fill(7))).address!;
export const LIMITS = { maxFeeSat: 20_000n, maxFeeRateSatVb: 50, maxTotalSat: 1_000_000_000n };
export const RULES: PsbtRules = { network: 'regtest', coldAddresses: [COLD, COLD_2], ...LIMITS };

export const utxoOf = (digit: string, amountSat = 500_000n, vout = 0): Utxo => ({
  txid: digit.repeat(64),
  vout,
  amountSat,
  script: toHex(HOT.script),
  witnessScript: toHex(HOT.witnessScript!),
});
export const UTXOS = [utxoOf('a'), utxoOf('b', 300_000n, 1)];

export function sweepOf(utxos = UTXOS, feeRateSatVb = 10, coldAddress = COLD): string {
  const sweep = buildSweep({ utxos, coldAddress, feeRateSatVb, network: 'regtest' });
  if (!sweep.ok) throw new Error(JSON.stringify(sweep.problems));
  return sweep.psbt;
}
export const read = (psbt: string): Transaction =>
  Transaction.fromPSBT(fromBase64(psbt), { allowUnknownOutputs: true });
export const write = (transaction: Transaction): string => toBase64(transaction.toPSBT());
export function signed(psbt: string, ...keys: Uint8Array[]): string {
  const transaction = read(psbt);
  for (const key of keys) transaction.sign(key);
  return write(transaction);
}
/** A PSBT over the same two outputs, made by somebody else. */
export type Altered = Partial<{
  outputs: [string, bigint][];
  sequence: number;
  lockTime: number;
  sighashType: number;
  amount: bigint;
}>;
export function altered({
  outputs = [[COLD, 790_000n]],
  sequence,
  lockTime = 0,
  sighashType,
  amount,
}: Altered = {}): Transaction {
  const transaction = new Transaction({ lockTime, allowUnknownOutputs: true });
  for (const { txid, vout, amountSat } of UTXOS)
    transaction.addInput({
      txid,
      index: vout,
      witnessUtxo: { amount: amount ?? amountSat, script: HOT.script },
      witnessScript: HOT.witnessScript!,
      ...(sequence !== undefined && { sequence }),
      ...(sighashType !== undefined && { sighashType }),
    });
  for (const [address, each] of outputs) transaction.addOutputAddress(address, each, REGTEST);
  return transaction;
}
export const fieldsOf = (verdict: PsbtVerdict): string[] =>
  verdict.ok ? [] : verdict.problems.map(({ field }) => field);

export function orderOf(psbt: string, over: Partial<BitcoinAct> = {}): Order {
  const action: Action = {
    format: 'sonae/action/v1',
    founding: 'a1'.repeat(32),
    use: 'use-1',
    power: 'evacuate',
    policy: 'b2'.repeat(32),
    target: 'bitcoin',
    step: 'stop',
    reason: 'c3'.repeat(32),
    until: null,
    validBefore: '2026-03-01T12:10:00Z',
    act: { kind: 'bitcoin.psbt', network: 'regtest', psbt, ...over },
  };
  const actionText = canonicalJson(action as unknown as JsonValue);
  return { action, actionText, hash: toHex(actionHash(action)), approvals: [] };
}
