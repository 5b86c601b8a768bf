/**
 * EIP-712 typed data, flat structs only: what a wallet shows and signs, and the digest that it signs. Written here so that
 * approvals can be checked anywhere without a chain library; tests hold it against viem.
 * Source: https://eips.ethereum.org/EIPS/eip-712
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes, fromHex, toHex, utf8Encode } from './bytes.ts';
import { demand } from './proof-error.ts';

export type FieldType = 'bytes32' | 'uint64' | 'uint256' | 'address' | 'string' | 'bytes' | 'bool';
export type TypedField = { readonly name: string; readonly type: FieldType };
/** As `eth_signTypedData_v4` takes it; integers are decimal text, bytes are 0x hex. */
export type TypedData = {
  readonly domain: {
    readonly name: string;
    readonly version: string;
    readonly chainId?: number;
    readonly verifyingContract?: string;
  };
  readonly types: Readonly<Record<string, readonly TypedField[]>>;
  readonly primaryType: string;
  readonly message: Readonly<Record<string, string | boolean>>;
};

const DOMAIN_FIELDS: readonly TypedField[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
];
const WORD_BYTES = 32;

/** Bytes of 0x hex text. Throws `bad-encoding`. */
export function bytesOfHex(text: string): Uint8Array {
  demand(text.startsWith('0x'), 'bad-encoding', 'hex of a chain begins with 0x');
  return fromHex(text.slice(2));
}

export const keccak256 = (bytes: Uint8Array): Uint8Array => keccak_256(bytes);

/** The 32 bytes that a wallet signs for this typed data. Throws `bad-approval` or `bad-encoding`. */
export function typedDataDigest(typed: TypedData): Uint8Array {
  const fields = typed.types[typed.primaryType];
  demand(fields !== undefined, 'bad-approval', `typed data has no type ${typed.primaryType}`);
  const domain = typed.domain as Readonly<Record<string, string | number | undefined>>;
  const used = DOMAIN_FIELDS.filter(({ name }) => domain[name] !== undefined);
  const values = Object.fromEntries(used.map(({ name }) => [name, String(domain[name])]));
  return keccak256(
    concatBytes(
      Uint8Array.of(0x19, 0x01),
      structHash('EIP712Domain', used, values),
      structHash(typed.primaryType, fields, typed.message),
    ),
  );
}

function structHash(
  name: string,
  fields: readonly TypedField[],
  values: Readonly<Record<string, string | boolean>>,
): Uint8Array {
  const type = `${name}(${fields.map((field) => `${field.type} ${field.name}`).join(',')})`;
  const words = fields.map((field) => encodeWord(field, values[field.name]));
  return keccak256(concatBytes(keccak256(utf8Encode(type)), ...words));
}

function encodeWord({ name, type }: TypedField, value: string | boolean | undefined): Uint8Array {
  demand(value !== undefined, 'bad-approval', `typed data lacks ${name}`);
  if (type === 'bool') return integerWord(value === true ? 1n : 0n);
  demand(typeof value === 'string', 'bad-approval', `${name} must be text`);
  if (type === 'string') return keccak256(utf8Encode(value));
  if (type === 'bytes') return keccak256(bytesOfHex(value));
  if (type === 'uint64' || type === 'uint256') {
    demand(/^\d{1,78}$/.test(value), 'bad-approval', `${name} must be a decimal number`);
    const number = BigInt(value);
    demand(
      number < 1n << (type === 'uint64' ? 64n : 256n),
      'bad-approval',
      `${name} is too large for ${type}`,
    );
    return integerWord(number);
  }
  const bytes = bytesOfHex(value);
  demand(bytes.length === (type === 'address' ? 20 : WORD_BYTES), 'bad-approval', `${name} is not a ${type}`);
  return concatBytes(new Uint8Array(WORD_BYTES - bytes.length), bytes);
}

function integerWord(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * WORD_BYTES, '0'));
}

/** 0x and 40 lower-case hex digits: the account of an uncompressed secp256k1 key (65 bytes). */
export function addressOfKey(publicKey: Uint8Array): string {
  demand(publicKey.length === 65 && publicKey[0] === 4, 'bad-key', 'an uncompressed key has 65 bytes');
  return `0x${toHex(keccak256(publicKey.subarray(1)).subarray(12))}`;
}

/**
 * The address that made a 65-byte signature (r, s, v) over a digest, or null when nobody can have made it.
 * Only v 27 or 28 and the lower s are taken (EIP-2): one digest has one form of signature per key.
 */
export function recoverAddress(digest: Uint8Array, signature: Uint8Array): string | null {
  const v = signature[64];
  if (signature.length !== 65 || (v !== 27 && v !== 28)) return null;
  try {
    const form = secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact');
    if (form.hasHighS()) return null;
    const key = form.addRecoveryBit(v - 27).recoverPublicKey(digest);
    return addressOfKey(key.toBytes(false));
  } catch {
    return null;
  }
}
