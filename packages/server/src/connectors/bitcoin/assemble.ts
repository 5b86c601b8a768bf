/**
 * From an approved PSBT and the signers' copies of it to a transaction ready to send. Only signatures are
 * taken from copies, each is verified against the approved transaction, and a copy that differs in anything
 * else is refused by name.
 */
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import { getInputType, OutScript, Script, SigHash, type Transaction } from '@scure/btc-signer';
import { getPrevOut } from '@scure/btc-signer/transaction.js';
import { hash160 } from '@scure/btc-signer/utils.js';
import { equalBytes, toHex } from '@sonae/proof/bytes';
import { type BitcoinNetwork, describePsbt, type PsbtDescription, problemText } from './describe-psbt.ts';

export const SIGNED_PSBTS_MAX = 32;

export type Assembled =
  | { readonly state: 'complete'; readonly txid: string; readonly rawHex: string; readonly vsize: number }
  | { readonly state: 'incomplete'; readonly missing: readonly string[] }
  | { readonly state: 'refused'; readonly why: string };

/** Never throws. `approved` must have passed `checkPsbt`. */
export function assemble(approved: string, copies: readonly string[], network: BitcoinNetwork): Assembled {
  const reading = describePsbt(approved, network);
  if (!reading.ok) return { state: 'refused', why: problemText(reading.problems) };
  if (copies.length > SIGNED_PSBTS_MAX)
    return { state: 'refused', why: `signedPsbts are ${copies.length}, the limit is ${SIGNED_PSBTS_MAX}` };
  const { transaction, description } = reading;
  try {
    const sources = [transaction];
    for (const [at, copy] of copies.entries()) {
      const field = `signedPsbts.${at}`;
      // Signers may add fields of their own; only their signatures are taken.
      const read = describePsbt(copy, network, { unknown: 'strip', field });
      if (!read.ok) return { state: 'refused', why: problemText(read.problems) };
      const difference = differenceOf(read.description, read.transaction, description, transaction);
      if (difference !== null)
        return {
          state: 'refused',
          why: `${field} is not what was approved: ${difference}; sign the approved PSBT`,
        };
      sources.push(read.transaction);
    }
    return completed(transaction, sources, description);
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'unusable';
    return { state: 'refused', why: `the signatures do not make a transaction: ${why}` };
  }
}

/**
 * Txid of the finished transaction: known before anybody signs, because segwit keeps signatures out of it.
 */
export function txidOf(transaction: Transaction): string {
  const bare = transaction.clone();
  for (let at = 0; at < bare.inputsLength; at += 1) {
    const { redeemScript } = bare.getInput(at);
    if (redeemScript !== undefined)
      bare.updateInput(at, { finalScriptSig: Script.encode([redeemScript]) }, true);
  }
  return bare.id;
}

/** The first thing in which a copy differs, named; null when the unsigned transactions are the same bytes. */
function differenceOf(
  copy: PsbtDescription,
  copyTransaction: Transaction,
  approved: PsbtDescription,
  transaction: Transaction,
): string | null {
  const pairs: [string, unknown, unknown][] = [
    ['the number of inputs', copy.inputs.length, approved.inputs.length],
    ['the number of outputs', copy.outputs.length, approved.outputs.length],
    ['the version', copyTransaction.version, transaction.version],
    ['the lock time', copy.lockTime, approved.lockTime],
  ];
  for (const [at, input] of approved.inputs.entries()) {
    const other = copy.inputs[at];
    pairs.push([`inputs.${at}.outpoint`, other?.outpoint, input.outpoint]);
    pairs.push([`inputs.${at}.sequence`, other?.sequence, input.sequence]);
    // A copy may leave amounts out, but must not tell its signer other ones.
    if (other?.amountSat != null) pairs.push([`inputs.${at}.amountSat`, other.amountSat, input.amountSat]);
  }
  for (const [at, output] of approved.outputs.entries()) {
    const other = copy.outputs[at];
    pairs.push([
      `outputs.${at}.address`,
      other?.address ?? other?.scriptHex,
      output.address ?? output.scriptHex,
    ]);
    pairs.push([`outputs.${at}.amountSat`, other?.amountSat, output.amountSat]);
  }
  const found = pairs.find(([, has, wanted]) => has !== wanted);
  if (found !== undefined) return `${found[0]} is ${found[1]} instead of ${found[2]}`;
  return equalBytes(copyTransaction.unsignedTx, transaction.unsignedTx) ? null : 'its bytes differ';
}

function completed(
  approved: Transaction,
  sources: readonly Transaction[],
  { inputs }: PsbtDescription,
): Assembled {
  const missing: string[] = [];
  const signed = approved.clone();
  for (const [at, { needed, scriptType }] of inputs.entries()) {
    const { genuine, wrong } = signaturesAt(approved, sources, at);
    if (genuine.size < (needed ?? Number.POSITIVE_INFINITY)) {
      const bad = wrong === 0 ? '' : `, ${wrong} do not sign this transaction`;
      missing.push(`inputs.${at}: ${genuine.size} of ${needed} signatures${bad}`);
      continue;
    }
    const pairs = [...genuine.values()];
    if (scriptType === 'tr') signed.updateInput(at, { tapKeySig: pairs[0]![1] }, true);
    else {
      signed.updateInput(at, { partialSig: undefined }, true);
      signed.updateInput(at, { partialSig: pairs }, true);
    }
  }
  if (missing.length > 0) return { state: 'incomplete', missing };
  signed.finalize();
  if (signed.id !== txidOf(approved))
    return { state: 'refused', why: 'the finished transaction has another txid' };
  return { state: 'complete', txid: signed.id, rawHex: toHex(signed.extract()), vsize: signed.vsize };
}

type Signatures = { readonly genuine: Map<string, [Uint8Array, Uint8Array]>; readonly wrong: number };

/** One genuine signature per key that the input's script names. */
function signaturesAt(approved: Transaction, sources: readonly Transaction[], at: number): Signatures {
  const genuine = new Map<string, [Uint8Array, Uint8Array]>();
  let wrong = 0;
  for (const source of sources) {
    const { partialSig = [], tapKeySig } = source.getInput(at);
    if (tapKeySig !== undefined) {
      if (isTaprootSignature(approved, at, tapKeySig)) genuine.set('key', [new Uint8Array(), tapKeySig]);
      else wrong += 1;
    }
    for (const [publicKey, signature] of partialSig) {
      const key = toHex(publicKey);
      if (genuine.has(key)) continue;
      if (isEcdsaSignature(approved, at, publicKey, signature)) genuine.set(key, [publicKey, signature]);
      else wrong += 1;
    }
  }
  return { genuine, wrong };
}

/** BIP-143, SIGHASH_ALL only, low S, by a key of the script. */
function isEcdsaSignature(
  approved: Transaction,
  at: number,
  key: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.at(-1) !== SigHash.ALL) return false;
  const input = approved.getInput(at);
  const { last, lastScript } = getInputType(input);
  if (last.type === 'ms' ? !last.pubkeys.some((one) => equalBytes(one, key)) : last.type !== 'wpkh')
    return false;
  if (last.type === 'wpkh' && !equalBytes(OutScript.encode(last), witnessProgramOf(key))) return false;
  const script = last.type === 'wpkh' ? OutScript.encode({ type: 'pkh', hash: last.hash }) : lastScript;
  const digest = approved.preimageWitnessV0(at, script, SigHash.ALL, getPrevOut(input).amount);
  try {
    return secp256k1.verify(signature.subarray(0, -1), digest, key, {
      prehash: false,
      format: 'der',
      lowS: true,
    });
  } catch {
    return false;
  }
}

function witnessProgramOf(key: Uint8Array): Uint8Array {
  return OutScript.encode({ type: 'wpkh', hash: hash160(key) });
}

/** BIP-341 key path: 64 bytes for SIGHASH_DEFAULT, or 65 that end in SIGHASH_ALL. */
function isTaprootSignature(approved: Transaction, at: number, signature: Uint8Array): boolean {
  const sighash = signature.length === 64 ? SigHash.DEFAULT : signature[64]!;
  if (signature.length > 65 || (sighash !== SigHash.DEFAULT && sighash !== SigHash.ALL)) return false;
  const spent = Array.from({ length: approved.inputsLength }, (_, each) =>
    getPrevOut(approved.getInput(each)),
  );
  const { last } = getInputType(approved.getInput(at));
  if (last.type !== 'tr') return false;
  const scripts = spent.map(({ script }) => script);
  const amounts = spent.map(({ amount }) => amount);
  const digest = approved.preimageWitnessV1(at, scripts, sighash, amounts);
  try {
    return schnorr.verify(signature.subarray(0, 64), digest, last.pubkey);
  } catch {
    return false;
  }
}
