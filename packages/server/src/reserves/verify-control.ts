/**
 * Whether a signature over a challenge was made with the key of an address: EIP-191 for EVM accounts; for Bitcoin the old
 * signed message (P2PKH, P2SH-P2WPKH, P2WPKH) and BIP-322 simple (P2WPKH). What is not understood is not proved.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  Address,
  NETWORK,
  OutScript,
  p2pkh,
  p2sh,
  p2wpkh,
  RawWitness,
  TEST_NETWORK,
  utils,
} from '@scure/btc-signer';
import { type Hex, verifyMessage } from 'viem';

export type ControlScheme = 'eip-191' | 'bip-322' | 'bitcoin-message';
export type Control = {
  readonly scheme: ControlScheme;
  readonly address: string;
  readonly text: string;
  /** Hex for EVM, base64 for Bitcoin. */
  readonly signature: string;
};

/** Never throws: anything malformed proves nothing. */
export async function isControlProved({ scheme, address, text, signature }: Control): Promise<boolean> {
  try {
    if (scheme === 'eip-191')
      return await verifyMessage({ address: address as Hex, message: text, signature: signature as Hex });
    const bytes = new Uint8Array(Buffer.from(signature, 'base64'));
    return scheme === 'bip-322' ? provesSimple(address, text, bytes) : provesMessage(address, text, bytes);
  } catch {
    return false;
  }
}

const { concatBytes } = utils;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const twice = (bytes: Uint8Array): Uint8Array => sha256(sha256(bytes));
const networkOf = (address: string) => (/^(1|3|bc1)/i.test(address) ? NETWORK : TEST_NETWORK);

function little(value: number, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let n = 0; n < bytes; n += 1) out[n] = Math.floor(value / 256 ** n) & 255;
  return out;
}

function varint(value: number): Uint8Array {
  if (value < 253) return little(value, 1);
  return concatBytes(Uint8Array.of(253), little(value, 2));
}

/** The recoverable signature of 65 bytes; its first byte says which key and, loosely, which kind of address. */
function provesMessage(address: string, text: string, signature: Uint8Array): boolean {
  const header = signature[0] ?? 0;
  if (signature.length !== 65 || header < 27 || header > 42) return false;
  const message = bytesOf(text);
  const prefix = bytesOf('Bitcoin Signed Message:\n');
  const digest = twice(concatBytes(varint(prefix.length), prefix, varint(message.length), message));
  const recovery = (header - 27) & 3;
  const point = secp256k1.Signature.fromBytes(signature.subarray(1), 'compact')
    .addRecoveryBit(recovery)
    .recoverPublicKey(digest);
  const network = networkOf(address);
  const key = point.toBytes(true);
  const known = [
    p2pkh(key, network).address,
    p2wpkh(key, network).address,
    p2sh(p2wpkh(key, network), network).address,
    ...(header < 31 ? [p2pkh(point.toBytes(false), network).address] : []),
  ];
  return known.includes(address);
}

/** The tag of BIP-322, over the whole message. */
function messageHash(text: string): Uint8Array {
  const tag = sha256(bytesOf('BIP0322-signed-message'));
  return sha256(concatBytes(tag, tag, bytesOf(text)));
}

/** The transaction that stands for the message; only its id matters. */
export function toSpendId(script: Uint8Array, text: string): Uint8Array {
  const push = concatBytes(Uint8Array.of(0, 32), messageHash(text));
  return twice(
    concatBytes(
      little(0, 4),
      varint(1),
      new Uint8Array(32),
      little(0xffffffff, 4),
      varint(push.length),
      push,
      little(0, 4),
      varint(1),
      little(0, 8),
      varint(script.length),
      script,
      little(0, 4),
    ),
  );
}

/** BIP-143 hash of the transaction that spends it: one input, one output of nothing to OP_RETURN. */
function provesSimple(address: string, text: string, signature: Uint8Array): boolean {
  const network = networkOf(address);
  const decoded = Address(network).decode(address);
  if (decoded.type !== 'wpkh') return false;
  const witness = RawWitness.decode(signature);
  const [der, key] = witness;
  if (witness.length !== 2 || der === undefined || key === undefined) return false;
  if (p2wpkh(key, network).address !== address) return false;
  const hashType = der.at(-1);
  // SIGHASH_ALL alone commits to everything.
  if (hashType !== 1) return false;
  const outpoint = concatBytes(toSpendId(OutScript.encode(decoded), text), little(0, 4));
  const scriptCode = concatBytes(Uint8Array.of(0x76, 0xa9, 20), decoded.hash, Uint8Array.of(0x88, 0xac));
  const digest = twice(
    concatBytes(
      little(0, 4),
      twice(outpoint),
      twice(little(0, 4)),
      outpoint,
      varint(scriptCode.length),
      scriptCode,
      little(0, 8),
      little(0, 4),
      twice(concatBytes(little(0, 8), varint(1), Uint8Array.of(0x6a))),
      little(0, 4),
      little(hashType, 4),
    ),
  );
  return secp256k1.verify(der.subarray(0, -1), digest, key, { prehash: false, format: 'der', lowS: true });
}
