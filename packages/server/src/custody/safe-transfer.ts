/**
 * An approved transfer as the typed data that a Safe's owners sign. Built from what was approved and hashed twice, by
 * viem and by core's own code: if the two differ, nothing is handed to a signer.
 */
import { type SafeTransaction, safeTxHash } from '@sonae/core/nouns/custody/engine/safe-hash.ts';
import { bindsChain } from '@sonae/core/nouns/custody/engine/safe-state.ts';
import { hashTypedData } from 'viem';

const NOBODY = '0x0000000000000000000000000000000000000000';
const SAFE_TX = [
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'data', type: 'bytes' },
  { name: 'operation', type: 'uint8' },
  { name: 'safeTxGas', type: 'uint256' },
  { name: 'baseGas', type: 'uint256' },
  { name: 'gasPrice', type: 'uint256' },
  { name: 'gasToken', type: 'address' },
  { name: 'refundReceiver', type: 'address' },
  { name: 'nonce', type: 'uint256' },
] as const;

type Hex = `0x${string}`;

/**
 * As `eth_signTypedData_v4` takes it, and its hash (64 hex digits). `version`: what the Safe says that it is; the domain
 * of 1.3.0 and later names the chain. Throws when the two ways of hashing differ.
 */
export function safeTypedData(transaction: SafeTransaction, version: string | null = null) {
  const { chainId, safe, to, value, data, operation, nonce } = transaction;
  const typed = {
    domain: { ...(bindsChain(version) && { chainId }), verifyingContract: safe as Hex },
    types: { SafeTx: SAFE_TX },
    primaryType: 'SafeTx' as const,
    message: {
      to: to as Hex,
      value: BigInt(value),
      data: data as Hex,
      operation: operation === 'delegatecall' ? 1 : 0,
      safeTxGas: 0n,
      baseGas: 0n,
      gasPrice: 0n,
      gasToken: NOBODY as Hex,
      refundReceiver: NOBODY as Hex,
      nonce: BigInt(nonce),
    },
  };
  const hash = hashTypedData(typed).slice(2);
  if (hash !== safeTxHash(transaction, version))
    throw new Error('two ways of hashing a SafeTx disagree: sign nothing');
  return { typed, hash };
}
