/**
 * Bitcoin addresses, decoded strictly: Base58Check (P2PKH, P2SH), bech32 (P2WPKH, P2WSH; BIP-173) and bech32m (P2TR;
 * BIP-350). A wrong checksum, another length or version, capitals in bech32, or a second spelling decode to null: what is
 * not surely an address stands for nothing.
 */
import { ripemd160 } from '@noble/hashes/legacy.js';
import { concatBytes, equalBytes } from './bytes.ts';
import { plainSha256 } from './merkle.ts';

/** `test` is testnet and signet, which share their addresses. */
export type BitcoinNetwork = 'main' | 'test' | 'regtest';
export type BitcoinAddress = {
  readonly kind: 'p2pkh' | 'p2sh' | 'p2wpkh' | 'p2wsh' | 'p2tr';
  /** Networks on which the address is spelt so: base58 has one spelling for test and regtest. */
  readonly networks: readonly BitcoinNetwork[];
  /** Hash of key or script (20 or 32 bytes), or the output key of P2TR (32). */
  readonly program: Uint8Array;
};

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
/** BIP-173, section "Checksum". */
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
/** What the checksum leaves: BIP-173 for version 0, BIP-350 for later ones. */
const BECH32_REST = 1;
const BECH32M_REST = 0x2bc830a3;
const HASH_BYTES = 20;
const CHECKSUM_BYTES = 4;
const MAX_BASE58_CHARS = 40;
const TESTS: readonly BitcoinNetwork[] = ['test', 'regtest'];
const VERSIONS: Readonly<Record<number, Omit<BitcoinAddress, 'program'>>> = {
  0: { kind: 'p2pkh', networks: ['main'] },
  5: { kind: 'p2sh', networks: ['main'] },
  111: { kind: 'p2pkh', networks: TESTS },
  196: { kind: 'p2sh', networks: TESTS },
};
const PREFIXES: Readonly<Record<string, BitcoinNetwork>> = { bc: 'main', tb: 'test', bcrt: 'regtest' };
/** Version and bytes of the program -> kind (BIP-141, BIP-341). */
const SEGWIT: Readonly<Record<string, BitcoinAddress['kind']>> = {
  '0 20': 'p2wpkh',
  '0 32': 'p2wsh',
  '1 32': 'p2tr',
};
/** The networks by the names that chains have in statements and challenges. */
const CHAIN_NETWORKS: Readonly<Record<string, BitcoinNetwork>> = {
  bitcoin: 'main',
  'bitcoin-testnet': 'test',
  'bitcoin-signet': 'test',
  'bitcoin-regtest': 'regtest',
};

export const hash160 = (bytes: Uint8Array): Uint8Array => ripemd160(plainSha256(bytes));
export const sha256Twice = (bytes: Uint8Array): Uint8Array => plainSha256(plainSha256(bytes));

/** The network of a chain of this name, or null for a chain that is not Bitcoin's. */
export function bitcoinNetworkOf(chain: string): BitcoinNetwork | null {
  return Object.hasOwn(CHAIN_NETWORKS, chain) ? CHAIN_NETWORKS[chain]! : null;
}

/** What an address stands for, or null when it is not one of these kinds or its checksum is wrong. */
export function decodeBitcoinAddress(address: string): BitcoinAddress | null {
  return decodeBech32(address) ?? decodeBase58(address);
}

/** The output script that an address stands for. */
export function outputScript({ kind, program }: BitcoinAddress): Uint8Array {
  if (kind === 'p2pkh')
    return concatBytes(Uint8Array.of(0x76, 0xa9, HASH_BYTES), program, Uint8Array.of(0x88, 0xac));
  if (kind === 'p2sh') return concatBytes(Uint8Array.of(0xa9, HASH_BYTES), program, Uint8Array.of(0x87));
  return concatBytes(Uint8Array.of(kind === 'p2tr' ? 0x51 : 0, program.length), program);
}

/** Whether `address` pays to the key (33 bytes compressed, or 65) as P2PKH, P2SH-P2WPKH or P2WPKH. */
export function isAddressOfKey(address: string, compressed: Uint8Array, uncompressed: Uint8Array): boolean {
  const decoded = decodeBitcoinAddress(address);
  if (decoded === null) return false;
  const { kind, program } = decoded;
  const keyHash = hash160(compressed);
  if (kind === 'p2wpkh') return equalBytes(program, keyHash);
  if (kind === 'p2sh')
    return equalBytes(program, hash160(concatBytes(Uint8Array.of(0, HASH_BYTES), keyHash)));
  return kind === 'p2pkh' && (equalBytes(program, keyHash) || equalBytes(program, hash160(uncompressed)));
}

function decodeBase58(text: string): BitcoinAddress | null {
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
  return version === undefined ? null : { ...version, program: body.slice(1) };
}

function decodeBech32(text: string): BitcoinAddress | null {
  // One digit of version, 20 or 32 bytes in digits of five bits, six digits of checksum; lower case only.
  const match = /^(bc|tb|bcrt)1([02-9ac-hj-np-z]{39}|[02-9ac-hj-np-z]{59})$/.exec(text);
  if (match === null) return null;
  const prefix = match[1]!;
  const values = [...match[2]!].map((digit) => BECH32.indexOf(digit));
  const expanded = [
    ...[...prefix].map((letter) => letter.charCodeAt(0) >> 5),
    0,
    ...[...prefix].map((letter) => letter.charCodeAt(0) & 31),
  ];
  const version = values[0]!;
  if (polymod([...expanded, ...values]) !== (version === 0 ? BECH32_REST : BECH32M_REST)) return null;
  const program = bytesOfFives(values.slice(1, -6));
  const kind = program === null ? undefined : SEGWIT[`${version} ${program.length}`];
  return program === null || kind === undefined ? null : { kind, networks: [PREFIXES[prefix]!], program };
}

/** Bytes of digits of five bits; null where bits that fill up are not zero. */
function bytesOfFives(values: readonly number[]): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((values.length * 5) / 8));
  let pending = 0;
  let bits = 0;
  let at = 0;
  for (const value of values) {
    pending = ((pending << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (pending >> bits) & 255;
  }
  return (pending & ((1 << bits) - 1)) === 0 ? bytes : null;
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
