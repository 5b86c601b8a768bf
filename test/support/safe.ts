/**
 * A real Safe on a local chain: deployed from its published artefacts, and executing what its owners sign; and nodes in
 * front of that chain that lie.
 */
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  type Address,
  createWalletClient,
  encodeFunctionData,
  type Hex,
  http,
  parseAbi,
  zeroAddress,
} from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import { foundry } from 'viem/chains';
import type { LocalEvm } from '../../packages/server/src/connectors/evm/local-evm.ts';
import { safeTypedData } from '../../packages/server/src/custody/safe-transfer.ts';

const require = createRequire(import.meta.url);
/** Code of a contract of the package, by its path within `contracts`. */
export const codeOf = (name: string): Hex =>
  (require(`@safe-global/safe-smart-account/build/artifacts/contracts/${name}.json`) as { bytecode: Hex })
    .bytecode;

export const SAFE_ABI = parseAbi([
  'function setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver)',
  'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool)',
  'function addOwnerWithThreshold(address owner, uint256 threshold)',
  'function swapOwner(address prevOwner, address oldOwner, address newOwner)',
  'function changeThreshold(uint256 threshold)',
  'function removeOwner(address prevOwner, address owner, uint256 threshold)',
  'function enableModule(address module)',
  'function disableModule(address prevModule, address module)',
  'function setGuard(address guard)',
  'function setModuleGuard(address guard)',
  'function setFallbackHandler(address handler)',
  'function getOwners() view returns (address[])',
  'function getThreshold() view returns (uint256)',
  'function getModulesPaginated(address start, uint256 pageSize) view returns (address[] array, address next)',
  'function nonce() view returns (uint256)',
  'function VERSION() view returns (string)',
  'function signMessage(bytes data)',
  'function domainSeparator() view returns (bytes32)',
  'function getTransactionHash(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce) view returns (bytes32)',
]);

export const keyOf = (n: number): PrivateKeyAccount => privateKeyToAccount(`0x${String(n).repeat(64)}`);

export type SafeChain = ReturnType<typeof safeChain>;

/** Ways to act on a local chain. `payer` pays for everything and owns nothing. */
export function safeChain(evm: LocalEvm, chainId: number, payer: PrivateKeyAccount) {
  const sender = createWalletClient({
    account: payer,
    chain: { ...foundry, id: chainId },
    transport: http(evm.rpcUrl),
  });
  /** The receipt, once there is one: the chain answers before it has mined. */
  const mined = async (hash: Hex): Promise<{ contractAddress: Address; status: Hex }> => {
    for (;;) {
      const receipt = await evm.request('eth_getTransactionReceipt', [hash]);
      if (receipt !== null) return receipt as { contractAddress: Address; status: Hex };
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const deploy = async (data: Hex): Promise<Address> =>
    (await mined(await sender.sendTransaction({ data }))).contractAddress.toLowerCase() as Address;
  const send = async (to: Address, data: Hex = '0x', value = 0n): Promise<void> => {
    const { status } = await mined(await sender.sendTransaction({ to, value, data }));
    if (status !== '0x1') throw new Error('the transaction failed');
  };
  /** A proxy in front of a singleton, as Safe's factory makes it: the artefact's code with the address behind it. */
  const createSafe = async (
    owners: readonly { readonly address: Address }[],
    threshold: number,
    handler: Address = zeroAddress,
  ): Promise<Address> => {
    const singleton = await deploy(codeOf('Safe.sol/Safe'));
    const proxy = codeOf('proxies/SafeProxy.sol/SafeProxy');
    const address = await deploy(`${proxy}${singleton.slice(2).padStart(64, '0')}`);
    const data = encodeFunctionData({
      abi: SAFE_ABI,
      functionName: 'setup',
      args: [
        owners.map((one) => one.address),
        BigInt(threshold),
        ...([zeroAddress, '0x', handler, zeroAddress, 0n, zeroAddress] as const),
      ],
    });
    await send(address, data);
    return address;
  };
  /** Signed by these owners over the typed data that Sonae builds; somebody else executes. */
  const execute = async (
    safe: Address,
    signers: readonly PrivateKeyAccount[],
    call: { to: Address; value?: bigint; data?: Hex; operation?: 'call' | 'delegatecall'; nonce: number },
  ): Promise<void> => {
    const { to, value = 0n, data = '0x', operation = 'call', nonce } = call;
    const built = safeTypedData(
      { kind: 'safe', chainId, safe, to, value: String(value), data, operation, nonce },
      '1.5.0',
    );
    const sorted = signers.toSorted((a, b) => (a.address.toLowerCase() < b.address.toLowerCase() ? -1 : 1));
    const signatures = await Promise.all(sorted.map((owner) => owner.signTypedData(built.typed as never)));
    const args = [
      ...([to, value, data, operation === 'call' ? 0 : 1, 0n, 0n, 0n, zeroAddress, zeroAddress] as const),
      `0x${signatures.map((one) => one.slice(2)).join('')}` as Hex,
    ] as const;
    await send(safe, encodeFunctionData({ abi: SAFE_ABI, functionName: 'execTransaction', args }));
  };
  return { deploy, send, createSafe, execute };
}

const servers: Server[] = [];

/** A node in front of the chain that changes what it likes: its address. */
export async function proxyOf(
  evm: LocalEvm,
  change: (method: string, params: unknown[], result: unknown) => unknown,
): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
    try {
      const result = change(method, params, await evm.request(method, params));
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    } catch (error) {
      response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: String(error) } }));
    }
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends every node that `proxyOf` started. */
export function stopProxies(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}
