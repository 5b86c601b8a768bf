/**
 * BIP-322 signatures of the kinds of address that custody really uses: one key (P2PKH, P2WPKH nested or not, P2TR by its key)
 * and m of n keys (CHECKMULTISIG in P2SH, P2WSH, P2SH-P2WSH). There is no script interpreter: a script is one of these
 * templates, byte for byte, or it is not understood and proves nothing. None of them has a time lock, so what a `full`
 * signature says of lock time and sequence changes nothing about who can sign; it is covered by the signature all the same.
 */
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js';
import {
  legacyDigest,
  readFull,
  readSimple,
  segwitDigest,
  type ToSign,
  taprootDigest,
  toSignPsbt,
  toSpendId,
} from './bip-322-transaction.ts';
import { concatBytes, equalBytes, fromBase64 } from './bytes.ts';
import { plainSha256 } from './merkle.ts';
import { type BitcoinAddress, decodeBitcoinAddress, hash160, outputScript } from './reserves-bitcoin.ts';

/** Why a signature shows nothing; null: it was made with the keys of the address. */
export type Bip322Problem =
  /** Not base64 of a witness or of such a transaction, or of another shape than the address needs. */
  | 'encoding'
  /** A transaction that stands for another text, or for another address. */
  | 'message'
  /** The script behind the address is none of the templates. */
  | 'script'
  /** Key or script are another address's. */
  | 'not-of-address'
  /** Other than exactly as many signatures as are needed. */
  | 'count'
  /** A signature is not of a key of the address over this text, not in order, or not in its one form. */
  | 'signature';

/** OP_1 .. OP_16 is 0x51 .. 0x60. */
const OP_0 = 0x50;
const MAX_KEYS = 16;
const OP_CHECKMULTISIG = 0xae;
const OP_PUSHDATA1 = 0x4c;
const OP_PUSHDATA2 = 0x4d;
const COMPRESSED_BYTES = 33;
const UNCOMPRESSED_BYTES = 65;
/** BIP-16: longer ones cannot be spent. */
const MAX_REDEEM_BYTES = 520;
const SIGHASH_ALL = 1;
const SCHNORR_BYTES = 64;

type Spent = {
  readonly script: Uint8Array;
  readonly id: Uint8Array;
};
type Multisig = { readonly needed: number; readonly keys: readonly Uint8Array[] };

/**
 * Why `signature` does not show that the holder of `address` signed `text`, or null where it does.
 * @param signature base64, behind `smp` (a witness) or `ful` (a transaction) or, as older tools write it, neither
 * Throws `bad-encoding` for what is no base64 and for a text without UTF-8 form.
 */
export function bip322Problem(
  address: BitcoinAddress,
  text: string,
  signature: string,
): Bip322Problem | null {
  const script = outputScript(address);
  const spent = { script, id: toSpendId(script, text) };
  const tx = readToSign(signature);
  if (tx === null) return 'encoding';
  if (tx.spends !== undefined && !equalBytes(tx.spends, spent.id)) return 'message';
  switch (address.kind) {
    case 'p2pkh':
      return keyProblem(address.program, tx, spent);
    case 'p2sh':
      return tx.witness.length === 0
        ? redeemProblem(address.program, tx, spent)
        : nestedProblem(address.program, tx, spent);
    case 'p2wpkh':
      return hasNoScript(tx) ? keyWitnessProblem(address.program, tx, spent) : 'encoding';
    case 'p2wsh':
      return hasNoScript(tx) ? scriptWitnessProblem(address.program, tx, spent) : 'encoding';
    case 'p2tr':
      return hasNoScript(tx) ? taprootProblem(address.program, tx, spent) : 'encoding';
  }
}

/**
 * The message as a PSBT in base64, for whoever can sign transactions of the address but has no word for messages. Null for a
 * text that is no address. Throws `bad-encoding` for a text without UTF-8 form.
 */
export function messagePsbt(address: string, text: string): string | null {
  const decoded = decodeBitcoinAddress(address);
  return decoded === null ? null : toSignPsbt(decoded, text);
}

const hasNoScript = ({ scriptSig }: ToSign): boolean => scriptSig === null || scriptSig.length === 0;

/** The bytes of a witness are never those of a transaction of version 0 or 2 that any template takes, nor the reverse. */
function readToSign(signature: string): (ToSign & { readonly spends?: Uint8Array }) | null {
  if (signature.startsWith('smp')) return readSimple(fromBase64(signature.slice(3)));
  if (signature.startsWith('ful')) return readFull(fromBase64(signature.slice(3)));
  const bytes = fromBase64(signature);
  return readSimple(bytes) ?? readFull(bytes);
}

function keyProblem(keyHash: Uint8Array, tx: ToSign, spent: Spent): Bip322Problem | null {
  const pushes = tx.scriptSig === null || tx.witness.length > 0 ? null : readPushes(tx.scriptSig);
  if (pushes?.length !== 2) return 'encoding';
  const [signature, key] = pushes as [Uint8Array, Uint8Array];
  if (!isKey(key) || !equalBytes(hash160(key), keyHash)) return 'not-of-address';
  return isSigned(signature, key, legacyDigest(tx, spent.id, spent.script)) ? null : 'signature';
}

function redeemProblem(scriptHash: Uint8Array, tx: ToSign, spent: Spent): Bip322Problem | null {
  const pushes = tx.scriptSig === null ? null : readPushes(tx.scriptSig);
  const redeem = pushes?.at(-1);
  if (!pushes || redeem === undefined || redeem.length > MAX_REDEEM_BYTES) return 'encoding';
  if (!equalBytes(hash160(redeem), scriptHash)) return 'not-of-address';
  const multisig = readMultisig(redeem, [COMPRESSED_BYTES, UNCOMPRESSED_BYTES]);
  if (multisig === null) return 'script';
  return multisigProblem(multisig, pushes.slice(0, -1), legacyDigest(tx, spent.id, redeem));
}

/** Segwit inside of P2SH: what stands in front of the witness follows from it, and has to be that. */
function nestedProblem(scriptHash: Uint8Array, tx: ToSign, spent: Spent): Bip322Problem | null {
  const last = tx.witness.at(-1)!;
  const isOfKey = tx.witness.length === 2 && last.length === COMPRESSED_BYTES;
  const program = isOfKey ? hash160(last) : plainSha256(last);
  const redeem = concatBytes(Uint8Array.of(0, program.length), program);
  if (!equalBytes(hash160(redeem), scriptHash)) return 'not-of-address';
  const push = concatBytes(Uint8Array.of(redeem.length), redeem);
  if (tx.scriptSig !== null && !equalBytes(tx.scriptSig, push)) return 'encoding';
  return isOfKey ? keyWitnessProblem(program, tx, spent) : scriptWitnessProblem(program, tx, spent);
}

function keyWitnessProblem(keyHash: Uint8Array, tx: ToSign, { id }: Spent): Bip322Problem | null {
  if (tx.witness.length !== 2) return 'encoding';
  const [signature, key] = tx.witness as [Uint8Array, Uint8Array];
  const isOfAddress = key.length === COMPRESSED_BYTES && isKey(key) && equalBytes(hash160(key), keyHash);
  if (!isOfAddress) return 'not-of-address';
  // BIP-143: the script of P2PKH stands for the program.
  const scriptCode = outputScript({ kind: 'p2pkh', networks: [], program: keyHash });
  return isSigned(signature, key, segwitDigest(tx, id, scriptCode)) ? null : 'signature';
}

function scriptWitnessProblem(scriptHash: Uint8Array, tx: ToSign, { id }: Spent): Bip322Problem | null {
  const script = tx.witness.at(-1);
  if (script === undefined) return 'encoding';
  if (!equalBytes(plainSha256(script), scriptHash)) return 'not-of-address';
  const multisig = readMultisig(script, [COMPRESSED_BYTES]);
  if (multisig === null) return 'script';
  return multisigProblem(multisig, tx.witness.slice(0, -1), segwitDigest(tx, id, script));
}

function taprootProblem(outputKey: Uint8Array, tx: ToSign, { id, script }: Spent): Bip322Problem | null {
  const signature = tx.witness[0];
  // More items are a script path or an annex: not understood.
  if (signature === undefined || tx.witness.length !== 1) return 'script';
  const isDefault = signature.length === SCHNORR_BYTES;
  const isAll = signature.length === SCHNORR_BYTES + 1 && signature[SCHNORR_BYTES] === SIGHASH_ALL;
  if (!isDefault && !isAll) return 'signature';
  const digest = taprootDigest(tx, id, script, isAll ? SIGHASH_ALL : 0);
  return schnorr.verify(signature.subarray(0, SCHNORR_BYTES), digest, outputKey) ? null : 'signature';
}

/** The dummy of CHECKMULTISIG, empty, then exactly as many signatures as are needed, in the order of their keys. */
function multisigProblem(
  { needed, keys }: Multisig,
  items: readonly Uint8Array[],
  digest: Uint8Array,
): Bip322Problem | null {
  const [dummy, ...signatures] = items;
  if (dummy?.length !== 0 || signatures.length !== needed) return 'count';
  let next = 0;
  for (const signature of signatures) {
    while (next < keys.length && !isSigned(signature, keys[next]!, digest)) next += 1;
    if (next === keys.length) return 'signature';
    next += 1;
  }
  return null;
}

/** `m <key> … n CHECKMULTISIG` with different keys, in its shortest form; null for every other script. */
function readMultisig(script: Uint8Array, keyBytes: readonly number[]): Multisig | null {
  const needed = (script[0] ?? 0) - OP_0;
  const count = (script.at(-2) ?? 0) - OP_0;
  const isCounted = needed >= 1 && needed <= count && count <= MAX_KEYS;
  if (!isCounted || script.at(-1) !== OP_CHECKMULTISIG) return null;
  const keys: Uint8Array[] = [];
  let at = 1;
  for (let n = 0; n < count; n++) {
    const length = script[at]!;
    const key = script.subarray(at + 1, at + 1 + length);
    if (!keyBytes.includes(length) || key.length !== length || !isKey(key)) return null;
    // With a key twice, one holder could sign for two.
    if (keys.some((other) => equalBytes(other, key))) return null;
    keys.push(key);
    at += 1 + length;
  }
  return at === script.length - 2 ? { needed, keys } : null;
}

/** What a script of nothing but pushes puts on the stack; null for other scripts and for pushes that are not the shortest. */
function readPushes(script: Uint8Array): Uint8Array[] | null {
  const pushes: Uint8Array[] = [];
  for (let at = 0; at < script.length; ) {
    const code = script[at]!;
    if (code > OP_PUSHDATA2) return null;
    const wide = code < OP_PUSHDATA1 ? 0 : code === OP_PUSHDATA1 ? 1 : 2;
    const [low = 0, high = 0] = script.subarray(at + 1, at + 1 + wide);
    const length = wide === 0 ? code : low + 256 * high;
    if ((wide === 1 && length < OP_PUSHDATA1) || (wide === 2 && length < 256)) return null;
    const begin = at + 1 + wide;
    if (begin + length > script.length) return null;
    pushes.push(script.subarray(begin, begin + length));
    at = begin + length;
  }
  return pushes;
}

function isKey(key: Uint8Array): boolean {
  if (key.length === COMPRESSED_BYTES) return key[0] === 2 || key[0] === 3;
  return key.length === UNCOMPRESSED_BYTES && key[0] === 4;
}

/** DER in its one form with the lower s, and SIGHASH_ALL behind it. A key that is no point has signed nothing. */
function isSigned(signature: Uint8Array, key: Uint8Array, digest: Uint8Array): boolean {
  if (signature.at(-1) !== SIGHASH_ALL) return false;
  const der = signature.subarray(0, -1);
  try {
    const form = secp256k1.Signature.fromBytes(der, 'der');
    if (!equalBytes(form.toBytes('der'), der)) return false;
    return secp256k1.verify(form.toBytes('compact'), digest, key, { prehash: false, lowS: true });
  } catch {
    return false;
  }
}
