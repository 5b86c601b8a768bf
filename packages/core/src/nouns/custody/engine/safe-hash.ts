/**
 * What the owners of a Safe sign: the EIP-712 hash of a SafeTx. Computed here from the fields that people approved, so
 * that no interface in between can have another transaction signed. Gas refunds are fixed to none.
 * Source: EIP-712; the types SafeTx and EIP712Domain as published with Safe 1.3.0 and later. Tests hold it against viem.
 */
import { concatBytes, fromHex, toHex, utf8Encode } from '@sonae/proof/bytes';
import { bytesOfHex, keccak256 } from '@sonae/proof/eip712';
import type { Transaction } from '../facts/transfers.ts';

export type SafeTransaction = Extract<Transaction, { kind: 'safe' }>;

const SAFE_TX_TYPE =
  'SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,' +
  'uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)';
const DOMAIN_TYPE = 'EIP712Domain(uint256 chainId,address verifyingContract)';

const word = (value: bigint): Uint8Array => fromHex(value.toString(16).padStart(64, '0'));
const addressWord = (address: string): Uint8Array => word(BigInt(address));

/** 64 hex digits: keccak-256 of 0x1901, the domain of this Safe on this chain, and the transaction. */
export function safeTxHash(transaction: SafeTransaction): string {
  const { chainId, safe, to, value, data, operation, nonce } = transaction;
  const domain = keccak256(
    concatBytes(keccak256(utf8Encode(DOMAIN_TYPE)), word(BigInt(chainId)), addressWord(safe)),
  );
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
