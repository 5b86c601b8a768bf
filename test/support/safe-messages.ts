/** Messages of a Safe on a local chain: what its owners sign for a text, approve on chain, and who they are. */
import {
  type Address,
  concat,
  encodeFunctionData,
  type Hex,
  hashMessage,
  type PrivateKeyAccount,
} from 'viem';
import type { LocalEvm } from '../../packages/server/src/connectors/evm/local-evm.ts';
import { codeOf, SAFE_ABI, safeChain } from './safe.ts';

/**
 * A Safe that validates messages through its CompatibilityFallbackHandler; without `handler` it answers nothing to EIP-1271.
 */
export async function deploySafe(
  evm: LocalEvm,
  deployer: PrivateKeyAccount,
  owners: readonly Address[],
  threshold: number,
  withHandler = true,
): Promise<Address> {
  const chain = safeChain(evm, evm.chainId, deployer);
  const handler = withHandler
    ? await chain.deploy(codeOf('handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler'))
    : undefined;
  return chain.createSafe(
    owners.map((address) => ({ address })),
    threshold,
    handler,
  );
}

/** What owners sign for a text: SafeMessage over the 32 bytes of its EIP-191 hash; joined in the order of their addresses. */
export async function signForSafe(
  chainId: number,
  safe: Address,
  text: string,
  owners: readonly PrivateKeyAccount[],
): Promise<Hex> {
  const sorted = owners.toSorted((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
  const signed = sorted.map((owner) =>
    owner.signTypedData({
      domain: { chainId, verifyingContract: safe },
      types: { SafeMessage: [{ name: 'message', type: 'bytes' }] },
      primaryType: 'SafeMessage',
      message: { message: hashMessage(text) },
    }),
  );
  return concat(await Promise.all(signed));
}

/** The first transaction of a Safe takes one owner off it and lowers its threshold to one, by the signatures of `owners`. */
export async function removeOwner(
  evm: LocalEvm,
  payer: PrivateKeyAccount,
  safe: Address,
  off: { readonly before: Address; readonly owner: Address },
  owners: readonly PrivateKeyAccount[],
): Promise<void> {
  const args = [off.before, off.owner, 1n] as const;
  const data = encodeFunctionData({ abi: SAFE_ABI, functionName: 'removeOwner', args });
  await safeChain(evm, evm.chainId, payer).execute(safe, owners, { to: safe, data, nonce: 0 });
}

/** In its first transaction owners approve a text on chain, by Safe's SignMessageLib: after that the signature is empty. */
export async function approveOnChain(
  evm: LocalEvm,
  payer: PrivateKeyAccount,
  safe: Address,
  text: string,
  owners: readonly PrivateKeyAccount[],
): Promise<void> {
  const chain = safeChain(evm, evm.chainId, payer);
  const to = await chain.deploy(codeOf('libraries/SignMessageLib.sol/SignMessageLib'));
  const args = [hashMessage(text)] as const;
  const data = encodeFunctionData({ abi: SAFE_ABI, functionName: 'signMessage', args });
  await chain.execute(safe, owners, { to, data, operation: 'delegatecall', nonce: 0 });
}
