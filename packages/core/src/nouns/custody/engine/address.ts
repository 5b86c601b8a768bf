/**
 * Whether an address can be one at all: its form and its checksum. A mistyped address in the inventory or a whitelist
 * is lost coin. EIP-55, BIP-173/350 (bech32, bech32m) and base58check, each written from its specification.
 */
import { toHex, utf8Encode } from '@sonae/proof/bytes';
import { keccak256 } from '@sonae/proof/eip712';
import { plainSha256 } from '@sonae/proof/merkle';
import type { Text } from '../../../log/fact.ts';

export type ChainKind = 'evm' | 'bitcoin' | 'other';

/** What is wrong with an address of such a chain, or null. Other chains are taken as they are. */
export function addressProblem(address: string, kind: ChainKind): Text | null {
  if (kind === 'evm') return evmProblem(address);
  if (kind === 'bitcoin') return bitcoinProblem(address);
  return null;
}

function evmProblem(address: string): Text | null {
  if (!/^0x[0-9a-fA-F]{40}$/.test(address))
    return { en: 'is not 0x and 40 hex digits', ja: '0x と40桁の16進数ではない' };
  const digits = address.slice(2);
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return null;
  const hash = toHex(keccak256(utf8Encode(digits.toLowerCase())));
  const isChecked = [...digits].every((digit, n) =>
    Number.parseInt(hash[n] ?? '0', 16) >= 8 ? digit === digit.toUpperCase() : digit === digit.toLowerCase(),
  );
  return isChecked ? null : { en: 'has a wrong checksum (EIP-55)', ja: 'チェックサム(EIP-55)が一致しない' };
}

function bitcoinProblem(address: string): Text | null {
  const isSegwit = /^(bc|tb|bcrt)1/i.test(address);
  if (isSegwit ? isBech32(address) : isBase58Check(address)) return null;
  return {
    en: 'is no Bitcoin address, or has a wrong checksum',
    ja: 'ビットコインアドレスの形式またはチェックサムが不正',
  };
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
/** Constants of the checksum: bech32 for witness version 0, bech32m above. */
const BECH32_SUM = 1;
const BECH32M_SUM = 0x2bc830a3;

function isBech32(address: string): boolean {
  if (address !== address.toLowerCase() && address !== address.toUpperCase()) return false;
  const text = address.toLowerCase();
  const at = text.lastIndexOf('1');
  const values = [...text.slice(at + 1)].map((letter) => BECH32.indexOf(letter));
  const prefix = [...text.slice(0, at)].map((letter) => letter.charCodeAt(0));
  if (values.length < 8 || text.length > 90 || values.includes(-1)) return false;
  const expanded = [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...values];
  const wanted = values[0] === 0 ? BECH32_SUM : BECH32M_SUM;
  return polymod(expanded) === wanted && hasProgram(values);
}

function polymod(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((part, bit) => {
      if ((top >>> bit) & 1) sum ^= part;
    });
  }
  return sum >>> 0;
}

/** Version 0 to 16, then 2 to 40 bytes; version 0 has 20 or 32. */
function hasProgram(values: readonly number[]): boolean {
  const [version = 17] = values;
  const bytes = Math.floor(((values.length - 7) * 5) / 8);
  if (version > 16 || bytes < 2 || bytes > 40) return false;
  return version !== 0 || bytes === 20 || bytes === 32;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Version byte, 20 bytes, 4 bytes of checksum. */
const BASE58_BYTES = 25;
/** P2PKH and P2SH of mainnet and test networks. */
const BASE58_VERSIONS = [0x00, 0x05, 0x6f, 0xc4];

function isBase58Check(address: string): boolean {
  if (address.length < 25 || address.length > 35) return false;
  let number = 0n;
  for (const letter of address) {
    const digit = BASE58.indexOf(letter);
    if (digit < 0) return false;
    number = number * 58n + BigInt(digit);
  }
  const bytes = new Uint8Array(BASE58_BYTES);
  for (let n = BASE58_BYTES - 1; n >= 0; n -= 1) {
    bytes[n] = Number(number & 0xffn);
    number >>= 8n;
  }
  const sum = plainSha256(plainSha256(bytes.subarray(0, 21)));
  const isSummed = bytes.subarray(21).every((byte, n) => byte === sum[n]);
  return number === 0n && isSummed && BASE58_VERSIONS.includes(bytes[0] ?? 0xff);
}
