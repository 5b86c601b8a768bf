/**
 * Control of an address: the text that its holder signs, and whether a signature is theirs. The text names exchange, epoch
 * and a block that nobody knew earlier, so that a signature serves one firm for one snapshot and cannot be lent. This is the
 * one place where such signatures are checked, by a node when a proof comes in and by everybody who reads a statement.
 * EIP-191 for EVM accounts; for Bitcoin the signed message of Bitcoin Core (one key) and BIP-322 (one key, or m of n).
 * What a contract accepts (EIP-1271) only a chain can say: here it is never proved.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bip322Problem } from './bip-322.ts';
import { concatBytes, fromBase64, fromHex, toHex, utf8Encode } from './bytes.ts';
import { keccak256, recoverAddress } from './eip712.ts';
import {
  type BitcoinNetwork,
  decodeBitcoinAddress,
  isAddressOfKey,
  sha256Twice,
} from './reserves-bitcoin.ts';
import type { Said } from './reserves-check.ts';

export const CONTROL_SCHEMES = ['eip-191', 'eip-1271', 'bip-322', 'bitcoin-message'] as const;
export type ControlScheme = (typeof CONTROL_SCHEMES)[number];
/** Longest signature: 16 of 16 keys by BIP-322, or 38 owners of a Safe, have room. */
export const MAX_CONTROL_SIGNATURE_CHARS = 5_000;
const MAX_TEXT_CHARS = 10_000;

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

export type Control = {
  readonly scheme: ControlScheme;
  /** As the chain displays it; EVM and bech32 addresses in lower case. */
  readonly address: string;
  readonly text: string;
  /** EVM: 0x and lower-case hex. Bitcoin: base64, for BIP-322 with or without `smp` or `ful` before it. */
  readonly signature: string;
  /** The Bitcoin network that the address has to be of; null takes any, as statements of v1 do. */
  readonly network: BitcoinNetwork | null;
};

/** Why a signature does not show control of an address; stable, for programs. */
export type ControlProblem = keyof typeof CONTROL_PROBLEMS;

/** What each problem means, and what to do. */
export const CONTROL_PROBLEMS = {
  address: {
    en: 'the address is of no kind that the scheme can show, or its checksum is wrong',
    ja: '当該方式で証明できる種類のアドレスではないか、チェックサムが正しくない',
  },
  network: {
    en: 'the address is of another Bitcoin network than the chain',
    ja: 'アドレスがチェーンと異なるビットコインのネットワークのものである',
  },
  encoding: {
    en: 'the signature is not in the form of the scheme, or has another shape than this kind of address needs',
    ja: '署名が当該方式の形式でないか、この種類のアドレスに必要な構成でない',
  },
  message: {
    en: 'the signed transaction stands for another text, or for another address',
    ja: '署名されたトランザクションが別の文または別のアドレスに対するものである',
  },
  script: {
    en: 'the script behind the address is none of the known templates (m of n CHECKMULTISIG, or P2TR by its key)',
    ja: 'アドレスのスクリプトが既知の型（m-of-n CHECKMULTISIG または P2TR の鍵による支払）でない',
  },
  'not-of-address': {
    en: 'key or script are those of another address',
    ja: '鍵またはスクリプトが別のアドレスのものである',
  },
  count: {
    en: 'there are not exactly as many signatures as the script needs',
    ja: '署名の数がスクリプトの必要数と一致しない',
  },
  signature: {
    en: 'a signature was not made by a key of the address over exactly this text, is not in the order of the keys, has the higher s, or signs with another flag than ALL',
    ja: '署名が当該アドレスの鍵によるこの文そのものへの署名でないか、鍵の順序に従っていないか、s が大きい方の値であるか、ALL 以外のフラグである',
  },
  'needs-chain': {
    en: 'only the chain can say whether a contract accepts a signature',
    ja: 'コントラクトが署名を受理するかは、チェーン上でのみ確認できる',
  },
} as const satisfies Record<string, Said>;

/** Why this does not show control of the address, or null where it does. Never throws: what is malformed proves nothing. */
export function controlProblem(control: Control): ControlProblem | null {
  const { scheme, address, text, signature } = control;
  if (signature.length > MAX_CONTROL_SIGNATURE_CHARS || text.length > MAX_TEXT_CHARS) return 'encoding';
  try {
    if (scheme === 'eip-1271') return 'needs-chain';
    return scheme === 'eip-191' ? evmProblem(address, text, signature) : bitcoinProblem(control);
  } catch {
    return 'encoding';
  }
}

/**
 * Whether `signature` over `text` was made with the keys of `address`, of whatever Bitcoin network. Never throws.
 * `controlProblem` says why not.
 */
export function isControlProved(
  scheme: ControlScheme,
  address: string,
  text: string,
  signature: string,
): boolean {
  return controlProblem({ scheme, address, text, signature, network: null }) === null;
}

/**
 * The EVM address in lower case, or null for what is none: 0x and 40 hex digits whose capitals, where there are small letters
 * too, are the checksum of EIP-55.
 */
export function readEvmAddress(text: string): string | null {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return null;
  const digits = text.slice(2);
  const lower = digits.toLowerCase();
  if (digits === lower || digits === digits.toUpperCase()) return `0x${lower}`;
  const hash = toHex(keccak256(utf8Encode(lower)));
  const isRight = [...digits].every((digit, n) => {
    if (digit >= '0' && digit <= '9') return true;
    return Number.parseInt(hash[n]!, 16) >= 8 === (digit === digit.toUpperCase());
  });
  return isRight ? `0x${lower}` : null;
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

function evmProblem(address: string, text: string, signature: string): ControlProblem | null {
  if (!/^0x[0-9a-f]{40}$/.test(address)) return 'address';
  if (!/^0x[0-9a-f]{130}$/.test(signature)) return 'encoding';
  return recoverAddress(personalDigest(text), fromHex(signature.slice(2))) === address ? null : 'signature';
}

function bitcoinProblem({ scheme, address, text, signature, network }: Control): ControlProblem | null {
  const decoded = decodeBitcoinAddress(address);
  if (decoded === null) return 'address';
  if (network !== null && !decoded.networks.includes(network)) return 'network';
  if (scheme === 'bip-322') return bip322Problem(decoded, text, signature);
  // A script of several keys, or a taproot key, has no message in the old form.
  if (decoded.kind === 'p2wsh' || decoded.kind === 'p2tr') return 'address';
  return messageProblem(address, text, fromBase64(signature));
}

function messageProblem(address: string, text: string, bytes: Uint8Array): ControlProblem | null {
  const header = bytes[0] ?? 0;
  // 27 to 42: which of four keys, and loosely which kind of address; wallets disagree on the kind, so it is not read.
  if (bytes.length !== 65 || header < 27 || header > 42) return 'encoding';
  const form = secp256k1.Signature.fromBytes(bytes.subarray(1), 'compact');
  if (form.hasHighS()) return 'signature';
  const key = form.addRecoveryBit((header - 27) & 3).recoverPublicKey(bitcoinMessageDigest(text));
  return isAddressOfKey(address, key.toBytes(true), key.toBytes(false)) ? null : 'signature';
}

function compactSize(length: number): Uint8Array {
  return length < 253 ? Uint8Array.of(length) : Uint8Array.of(253, length & 255, length >> 8);
}
