/**
 * Control of an address: the text that its holder signs, and whether a signature is theirs. The text names exchange, epoch
 * and a block that nobody knew earlier, so that a signature serves one firm for one snapshot and cannot be lent.
 * EIP-191 for EVM accounts; for Bitcoin the signed message of Bitcoin Core (P2PKH, nested and native P2WPKH).
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, fromBase64, fromHex, utf8Encode } from './bytes.ts';
import { keccak256, recoverAddress } from './eip712.ts';
import { isAddressOfKey, sha256Twice } from './reserves-bitcoin.ts';

export const CONTROL_SCHEMES = ['eip-191', 'bitcoin-message'] as const;
export type ControlScheme = (typeof CONTROL_SCHEMES)[number];
export type ControlClaim = {
  readonly exchange: string;
  readonly epoch: string;
  readonly chain: string;
  /** As the chain displays it. */
  readonly blockHash: string;
  readonly address: string;
};

const CONTROL_HEADER = 'sonae/reserves/v1 control of an address';

/** The text to sign: six lines, the last without a newline. */
export function controlText({ exchange, epoch, chain, blockHash, address }: ControlClaim): string {
  return [
    CONTROL_HEADER,
    `exchange: ${exchange}`,
    `epoch: ${epoch}`,
    `chain: ${chain}`,
    `block: ${blockHash}`,
    `address: ${address}`,
  ].join('\n');
}

/**
 * Whether `signature` (0x hex of 65 bytes, or base64 of 65 bytes for Bitcoin) over `text` was made with the key of
 * `address`. Never throws: what is malformed proves nothing.
 */
export function isControlProved(
  scheme: ControlScheme,
  address: string,
  text: string,
  signature: string,
): boolean {
  try {
    return scheme === 'eip-191'
      ? provesEvm(address, text, signature)
      : provesBitcoin(address, text, signature);
  } catch {
    return false;
  }
}

/** EIP-191 version 0x45, as `personal_sign` does it. */
export function personalDigest(text: string): Uint8Array {
  const message = utf8Encode(text);
  const prefix = utf8Encode(`\x19Ethereum Signed Message:\n${message.length}`);
  return keccak256(concatBytes(prefix, message));
}

/** What Bitcoin Core's `signmessage` signs. */
export function bitcoinMessageDigest(text: string): Uint8Array {
  const message = utf8Encode(text);
  const prefix = utf8Encode('Bitcoin Signed Message:\n');
  return sha256Twice(concatBytes(compactSize(prefix.length), prefix, compactSize(message.length), message));
}

function provesEvm(address: string, text: string, signature: string): boolean {
  if (!signature.startsWith('0x')) return false;
  return recoverAddress(personalDigest(text), fromHex(signature.slice(2))) === address;
}

function provesBitcoin(address: string, text: string, signature: string): boolean {
  const bytes = fromBase64(signature);
  const header = bytes[0] ?? 0;
  // 27 to 42: which of four keys, and loosely which kind of address; wallets disagree on the kind, so it is not read.
  if (bytes.length !== 65 || header < 27 || header > 42) return false;
  const form = secp256k1.Signature.fromBytes(bytes.subarray(1), 'compact');
  if (form.hasHighS()) return false;
  const key = form.addRecoveryBit((header - 27) & 3).recoverPublicKey(bitcoinMessageDigest(text));
  return isAddressOfKey(address, key.toBytes(true), key.toBytes(false));
}

function compactSize(length: number): Uint8Array {
  return length < 253 ? Uint8Array.of(length) : Uint8Array.of(253, length & 255, length >> 8);
}
