/**
 * Bitcoin addresses of one key, decoded: what it takes to see whether a recovered key is the one of an address.
 * Base58Check (legacy and nested segwit) and bech32 version 0 (BIP-173). Other kinds (taproot, scripts) have no signed
 * message in the old form, and decode to null.
 */
import { ripemd160 } from '@noble/hashes/legacy.js';
import { concatBytes, equalBytes } from './bytes.ts';
import { plainSha256 } from './merkle.ts';

export type KeyAddress = {
  readonly kind: 'p2pkh' | 'p2sh' | 'p2wpkh';
  readonly network: 'main' | 'test';
  /** 20 bytes. */
  readonly hash: Uint8Array;
};

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
/** BIP-173, section "Checksum". */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const HASH_BYTES = 20;
const CHECKSUM_BYTES = 4;
const MAX_BASE58_CHARS = 40;
const VERSIONS: Readonly<Record<number, Omit<KeyAddress, 'hash'>>> = {
  0: { kind: 'p2pkh', network: 'main' },
  5: { kind: 'p2sh', network: 'main' },
  111: { kind: 'p2pkh', network: 'test' },
  196: { kind: 'p2sh', network: 'test' },
};

export const hash160 = (bytes: Uint8Array): Uint8Array => ripemd160(plainSha256(bytes));
export const sha256Twice = (bytes: Uint8Array): Uint8Array => plainSha256(plainSha256(bytes));

/** What an address stands for, or null when it is not one of these kinds or its checksum is wrong. */
export function decodeKeyAddress(address: string): KeyAddress | null {
  return decodeBech32(address) ?? decodeBase58(address);
}

/** Whether `address` pays to the key (33 bytes compressed, or 65) in one of its kinds. */
export function isAddressOfKey(address: string, compressed: Uint8Array, uncompressed: Uint8Array): boolean {
  const decoded = decodeKeyAddress(address);
  if (decoded === null) return false;
  const keyHash = hash160(compressed);
  if (decoded.kind === 'p2wpkh') return equalBytes(decoded.hash, keyHash);
  if (decoded.kind === 'p2sh')
    return equalBytes(decoded.hash, hash160(concatBytes(Uint8Array.of(0, HASH_BYTES), keyHash)));
  return equalBytes(decoded.hash, keyHash) || equalBytes(decoded.hash, hash160(uncompressed));
}

function decodeBase58(text: string): KeyAddress | null {
  if (text.length === 0 || text.length > MAX_BASE58_CHARS) return null;
  let value = 0n;
  for (const digit of text) {
    const at = BASE58.indexOf(digit);
    if (at < 0) return null;
    value = value * 58n + BigInt(at);
  }
  const length = 1 + HASH_BYTES + CHECKSUM_BYTES;
  if (value >> BigInt(8 * length) !== 0n) return null;
  const bytes = new Uint8Array(length);
  for (let n = length - 1; n >= 0; n--, value >>= 8n) bytes[n] = Number(value & 255n);
  // Leading zero bytes are leading ones in the text; their number has to agree, or an address would have two forms.
  const zeroes = bytes.findIndex((byte) => byte !== 0);
  if (/^1*/.exec(text)![0].length !== zeroes) return null;
  const body = bytes.subarray(0, length - CHECKSUM_BYTES);
  if (!equalBytes(sha256Twice(body).subarray(0, CHECKSUM_BYTES), bytes.subarray(body.length))) return null;
  const version = VERSIONS[bytes[0]!];
  return version === undefined ? null : { ...version, hash: body.slice(1) };
}

function decodeBech32(text: string): KeyAddress | null {
  const match = /^(bc|tb|bcrt)1([02-9ac-hj-np-z]{39})$/.exec(text);
  if (match === null) return null;
  const prefix = match[1]!;
  const values = [...match[2]!].map((digit) => BECH32.indexOf(digit));
  const expanded = [
    ...[...prefix].map((letter) => letter.charCodeAt(0) >> 5),
    0,
    ...[...prefix].map((letter) => letter.charCodeAt(0) & 31),
  ];
  if (polymod([...expanded, ...values]) !== 1) return null;
  // Version 0, 32 digits of five bits that are exactly 20 bytes, six digits of checksum.
  if (values[0] !== 0) return null;
  const hash = new Uint8Array(HASH_BYTES);
  let pending = 0;
  let bits = 0;
  let at = 0;
  for (const value of values.slice(1, -6)) {
    pending = ((pending << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      hash[at++] = (pending >> bits) & 255;
    }
  }
  return { kind: 'p2wpkh', network: prefix === 'bc' ? 'main' : 'test', hash };
}

function polymod(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((term, n) => {
      if ((top >> n) & 1) check ^= term;
    });
  }
  return check >>> 0;
}
