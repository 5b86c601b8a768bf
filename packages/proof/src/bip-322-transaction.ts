/**
 * The two transactions of BIP-322 that stand for a message: `to_spend`, of which only the id matters, and `to_sign`, read
 * from the bytes of a signature or made of a witness; and what its one input signs. Written here, with the digests of BIP-143
 * and BIP-341, so that a browser can check it without a Bitcoin library; tests hold it against one.
 * Source: https://github.com/bitcoin/bips/blob/master/bip-0322.mediawiki
 */
import { concatBytes, equalBytes, toBase64, utf8Encode } from './bytes.ts';
import { plainSha256 } from './merkle.ts';
import { type BitcoinAddress, outputScript, sha256Twice } from './reserves-bitcoin.ts';

/** A transaction with one input, which spends `to_spend`, and one output of nothing to OP_RETURN. */
export type ToSign = {
  /** 0 or 2. */
  readonly version: number;
  readonly sequence: number;
  readonly lockTime: number;
  /** Null: not in the signature (`simple`); it follows from the address and the witness. */
  readonly scriptSig: Uint8Array | null;
  readonly witness: readonly Uint8Array[];
};

/** What a signature has at most: 16 of 16 keys need 18 items, and the longest is their script. */
const MAX_ITEMS = 20;
const MAX_ITEM_BYTES = 1_000;
const MAX_SCRIPT_SIG_BYTES = 1_700;
const HASH_BYTES = 32;
const TAG = plainSha256(utf8Encode('BIP0322-signed-message'));
const TAP_SIGHASH = plainSha256(utf8Encode('TapSighash'));
const NOTHING = new Uint8Array(0);
/** No coin, to OP_RETURN. */
const OUTPUT = concatBytes(new Uint8Array(8), Uint8Array.of(1, 0x6a));
const SIGHASH_ALL = 1;
/** BIP-174. */
const PSBT_MAGIC = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff);
const PSBT_END = Uint8Array.of(0);
const UNSIGNED_TX = 0;
const NON_WITNESS_UTXO = 0;
const WITNESS_UTXO = 1;

/** Hash of the message, tagged: the text as it is, in UTF-8. */
export function messageHash(text: string): Uint8Array {
  return plainSha256(concatBytes(TAG, TAG, utf8Encode(text)));
}

/** Id of `to_spend` for an output script, in the order in which transactions carry it. */
export function toSpendId(script: Uint8Array, text: string): Uint8Array {
  return sha256Twice(toSpend(script, text));
}

/** `to_spend` in network form: nobody can send it, and it pays nothing to the script. */
function toSpend(script: Uint8Array, text: string): Uint8Array {
  const push = concatBytes(Uint8Array.of(0, HASH_BYTES), messageHash(text));
  return concatBytes(
    little(0),
    Uint8Array.of(1),
    new Uint8Array(HASH_BYTES),
    little(0xffffffff),
    sized(push),
    little(0),
    Uint8Array.of(1),
    nothingTo(script),
    little(0),
  );
}

/**
 * `to_sign` as a PSBT (BIP-174), base64: what whoever signs transactions of the address signs, finalises and extracts; the
 * transaction that comes out, in base64, is the signature in its `full` form.
 */
export function toSignPsbt(address: BitcoinAddress, text: string): string {
  const script = outputScript(address);
  const spent = toSpend(script, text);
  const unsigned = concatBytes(
    little(0),
    Uint8Array.of(1),
    sha256Twice(spent),
    little(0),
    sized(NOTHING),
    little(0),
    Uint8Array.of(1),
    OUTPUT,
    little(0),
  );
  const { kind } = address;
  return toBase64(
    concatBytes(
      PSBT_MAGIC,
      psbtField(UNSIGNED_TX, unsigned),
      PSBT_END,
      kind === 'p2tr' ? NOTHING : psbtField(NON_WITNESS_UTXO, spent),
      kind === 'p2pkh' || kind === 'p2sh' ? NOTHING : psbtField(WITNESS_UTXO, nothingTo(script)),
      PSBT_END,
      PSBT_END,
    ),
  );
}

/** An output of no coin. */
const nothingTo = (script: Uint8Array): Uint8Array => concatBytes(new Uint8Array(8), sized(script));
const psbtField = (type: number, value: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(1, type), sized(value));

/** `to_sign` of a witness alone, with all else as the format has it. Null where the bytes are no witness. */
export function readSimple(bytes: Uint8Array): ToSign | null {
  const reader = openReader(bytes);
  const witness = readWitness(reader);
  if (witness === null || !reader.isAtEnd()) return null;
  return { version: 0, sequence: 0, lockTime: 0, scriptSig: null, witness };
}

/** `to_sign` as a whole, with the id of what it spends. Null where the bytes are something else. */
export function readFull(bytes: Uint8Array): (ToSign & { readonly spends: Uint8Array }) | null {
  const reader = openReader(bytes);
  const version = reader.integer();
  let inputs = reader.size();
  // BIP-144: no inputs, then a flag, stand before those of a transaction with a witness.
  const hasWitness = inputs === 0;
  if (hasWitness) {
    if (reader.size() !== 1) return null;
    inputs = reader.size();
  }
  const spends = reader.take(HASH_BYTES);
  const index = reader.integer();
  const scriptSig = reader.sized(MAX_SCRIPT_SIG_BYTES);
  const sequence = reader.integer();
  const outputs = reader.size();
  const output = reader.take(OUTPUT.length);
  const witness = hasWitness ? readWitness(reader) : [];
  const lockTime = reader.integer();
  if (version === null || sequence === null || lockTime === null || scriptSig === null) return null;
  if (witness === null || spends === null || output === null || !reader.isAtEnd()) return null;
  const isShaped = inputs === 1 && index === 0 && outputs === 1 && (version === 0 || version === 2);
  // A witness of no items has no place in a transaction: it would be a second spelling of one without.
  if (!isShaped || (hasWitness && witness.length === 0)) return null;
  if (!equalBytes(output, OUTPUT)) return null;
  return { version, sequence, lockTime, scriptSig, witness, spends };
}

/** What SIGHASH_ALL signs before segwit: the transaction with `scriptCode` in place of the input's script. */
export function legacyDigest(tx: ToSign, spends: Uint8Array, scriptCode: Uint8Array): Uint8Array {
  return sha256Twice(
    concatBytes(
      little(tx.version),
      Uint8Array.of(1),
      spends,
      little(0),
      sized(scriptCode),
      little(tx.sequence),
      Uint8Array.of(1),
      OUTPUT,
      little(tx.lockTime),
      little(SIGHASH_ALL),
    ),
  );
}

/** BIP-143: what SIGHASH_ALL signs in an input of version 0. */
export function segwitDigest(tx: ToSign, spends: Uint8Array, scriptCode: Uint8Array): Uint8Array {
  const outpoint = concatBytes(spends, little(0));
  return sha256Twice(
    concatBytes(
      little(tx.version),
      sha256Twice(outpoint),
      sha256Twice(little(tx.sequence)),
      outpoint,
      sized(scriptCode),
      new Uint8Array(8),
      little(tx.sequence),
      sha256Twice(OUTPUT),
      little(tx.lockTime),
      little(SIGHASH_ALL),
    ),
  );
}

/** BIP-341, "Common signature message", of a key path without annex; `hashType` 0 (DEFAULT) or 1 (ALL). */
export function taprootDigest(
  tx: ToSign,
  spends: Uint8Array,
  script: Uint8Array,
  hashType: number,
): Uint8Array {
  const message = concatBytes(
    Uint8Array.of(0, hashType),
    little(tx.version),
    little(tx.lockTime),
    plainSha256(concatBytes(spends, little(0))),
    plainSha256(new Uint8Array(8)),
    plainSha256(sized(script)),
    plainSha256(little(tx.sequence)),
    plainSha256(OUTPUT),
    Uint8Array.of(0),
    little(0),
  );
  return plainSha256(concatBytes(TAP_SIGHASH, TAP_SIGHASH, message));
}

/** 32 bits, little-endian. */
function little(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
}

function sized(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  const size = length < 253 ? Uint8Array.of(length) : Uint8Array.of(253, length & 255, length >> 8);
  return concatBytes(size, bytes);
}

function readWitness(reader: Reader): Uint8Array[] | null {
  const count = reader.size();
  if (count === null || count > MAX_ITEMS) return null;
  const items: Uint8Array[] = [];
  for (let n = 0; n < count; n++) {
    const item = reader.sized(MAX_ITEM_BYTES);
    if (item === null) return null;
    items.push(item);
  }
  return items;
}

/** Each answers null once the bytes run out or have a second spelling, and from then on. */
type Reader = {
  take(count: number): Uint8Array | null;
  integer(): number | null;
  /** A size below 65,536 in its shortest form. */
  size(): number | null;
  sized(max: number): Uint8Array | null;
  isAtEnd(): boolean;
};

function openReader(bytes: Uint8Array): Reader {
  let at = 0;
  let isBroken = false;
  const take: Reader['take'] = (count) => {
    if (isBroken || at + count > bytes.length) {
      isBroken = true;
      return null;
    }
    at += count;
    return count === 0 ? NOTHING : bytes.subarray(at - count, at);
  };
  const size: Reader['size'] = () => {
    const first = take(1);
    if (first === null || first[0]! < 253) return first?.[0] ?? null;
    const wide = first[0] === 253 ? take(2) : null;
    const value = wide === null ? 0 : wide[0]! + 256 * wide[1]!;
    isBroken ||= value < 253;
    return isBroken ? null : value;
  };
  return {
    take,
    size,
    integer: () => {
      const four = take(4);
      return four === null ? null : four.reduceRight((value, byte) => value * 256 + byte, 0);
    },
    sized: (max) => {
      const length = size();
      if (length === null || length > max) isBroken = true;
      return length === null ? null : take(length);
    },
    isAtEnd: () => !isBroken && at === bytes.length,
  };
}
