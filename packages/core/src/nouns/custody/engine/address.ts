/**
 * Whether an address can be one at all: its form and its checksum. A mistyped address in the inventory or a whitelist
 * is lost coin. EIP-55, and what `@sonae/proof` reads as an address of Bitcoin: the forms that have an owner today.
 */
import { toHex, utf8Encode } from '@sonae/proof/bytes';
import { keccak256 } from '@sonae/proof/eip712';
import { bitcoinNetworkOf, decodeBitcoinAddress } from '@sonae/proof/reserves-bitcoin';
import type { Text } from '../../../log/fact.ts';

export type ChainKind = 'evm' | 'bitcoin' | 'other';

/** What is wrong with an address on a chain of such a kind, or null. Other chains are taken as they are. */
export function addressProblem(address: string, kind: ChainKind, chain: string): Text | null {
  if (kind === 'evm') return evmProblem(address);
  if (kind === 'bitcoin') return bitcoinProblem(address, chain);
  return null;
}

/** How an address is checked at a custodian: what looks like one of a chain that we know must be one. */
export function kindAtCustodian(address: string, chain: string): ChainKind {
  if (bitcoinNetworkOf(chain) !== null) return 'bitcoin';
  return /^0x[0-9a-f]{40}$/i.test(address) ? 'evm' : 'other';
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

function bitcoinProblem(address: string, chain: string): Text | null {
  // QR codes carry bech32 in capitals, all of them or none.
  const isCapital = /^(BC|TB|BCRT)1[0-9A-Z]+$/.test(address);
  const decoded = decodeBitcoinAddress(isCapital ? address.toLowerCase() : address);
  if (decoded === null)
    return {
      en: 'is no Bitcoin address, or has a wrong checksum',
      ja: 'ビットコインアドレスの形式またはチェックサムが不正',
    };
  const network = bitcoinNetworkOf(chain);
  if (network === null || decoded.networks.includes(network)) return null;
  return { en: `is of another network than ${chain}`, ja: `${chain} と異なるネットワークのアドレス` };
}
