/**
 * What the owners of a Safe sign: the EIP-712 hash of a SafeTx. Computed here from the fields that people approved, so
 * that no interface in between can have another transaction signed. Gas refunds are fixed to none.
 * Source: EIP-712; SafeTx as published with Safe 1.0.0 and later, whose domain names the chain since 1.3.0. Tests hold it
 * against viem and a real Safe.
 */
import { concatBytes, fromHex, toHex, utf8Encode } from '@sonae/proof/bytes';
import { bytesOfHex, keccak256 } from '@sonae/proof/eip712';
import type { Transaction } from '../facts/transfers.ts';
import { bindsChain } from './safe-state.ts';

export type SafeTransaction = Extract<Transaction, { kind: 'safe' }>;

const SAFE_TX_TYPE =
  'SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,' +
  'uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)';
const DOMAIN_TYPE = 'EIP712Domain(uint256 chainId,address verifyingContract)';
/** Before 1.3.0: the same signatures held on every chain where the Safe had this address. */
const OLD_DOMAIN_TYPE = 'EIP712Domain(address verifyingContract)';

const word = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'));
const addressWord = (address: string): Uint8Array => word(BigInt(address));

/** The hash of the domain of this Safe. `version`: what the Safe says; null is taken for 1.3.0 or later. */
function domainSeparator({ chainId, safe }: SafeTransaction, version: string | null): Uint8Array {
  const type = keccak256(utf8Encode(bindsChain(version) ? DOMAIN_TYPE : OLD_DOMAIN_TYPE));
  const chain = bindsChain(version) ? word(BigInt(chainId)) : new Uint8Array();
  return keccak256(concatBytes(type, chain, addressWord(safe)));
}

/** 64 hex digits: keccak-256 of 0x1901, the domain of this Safe in its version, and the transaction. */
export function safeTxHash(transaction: SafeTransaction, version: string | null = null): string {
  const { to, value, data, operation, nonce } = transaction;
  const domain = domainSeparator(transaction, version);
  const none = word(0n);
  const struct = keccak256(
    concatBytes(
      keccak256(utf8Encode(SAFE_TX_TYPE)),
      addressWord(to),
      word(BigInt(value)),
      keccak256(bytesOfHex(data)),
      word(operation === 'delegatecall' ? 1n : 0n),
      none,
      none,
      none,
      none,
      none,
      word(BigInt(nonce)),
    ),
  );
  return toHex(keccak256(concatBytes(Uint8Array.of(0x19, 0x01), domain, struct)));
}
