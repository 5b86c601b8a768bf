/** What `sonae doctor` says about powers: the systems they act on, the relayer's gas, the founding this node obeys. */
import { readFileSync } from 'node:fs';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { SECOND_MS } from '@sonae/core/kernel/time.ts';
import type { Config, ConnectionConfig } from '../config.ts';

const TIMEOUT_MS = 5 * SECOND_MS;
/** Enough for about a hundred stops at 50 gwei: each costs up to 400,000 gas. */
const GAS_MONEY_WEI = 2n * 10n ** 18n;

export type Check = { readonly check: string; readonly state: 'ok' | 'warning'; readonly detail: string };

/** One check per configured system; throws nothing: what does not answer throws inside the finding that wraps it. */
export function connectionChecks(config: Config): readonly { name: string; look: () => Promise<Check> }[] {
  return config.connections.map((connection) => {
    const name = connectionName(connection);
    return { name, look: () => lookAt(connection, name) };
  });
}

function connectionName(connection: ConnectionConfig): string {
  if (connection.kind === 'evm') return `evm ${connection.chainId}`;
  if (connection.kind === 'bitcoin') return `bitcoin ${connection.network}`;
  return `${connection.kind} ${connection.system}`;
}

async function lookAt(connection: ConnectionConfig, check: string): Promise<Check> {
  if (connection.kind === 'evm') return lookAtChain(connection, check);
  const url = connection.kind === 'bitcoin' ? connection.broadcastUrl : connection.url;
  if (url === undefined) return { check, state: 'warning', detail: 'no broadcastUrl: people send by hand' };
  const { status } = await ask(url, {});
  return { check, state: 'ok', detail: `${new URL(url).host} answers (${status})` };
}

async function lookAtChain(
  connection: Extract<ConnectionConfig, { kind: 'evm' }>,
  check: string,
): Promise<Check> {
  const { privateKeyToAccount } = await import('viem/accounts');
  const { address } = privateKeyToAccount(
    readFileSync(connection.relayerKeyFile, 'utf8').trim() as `0x${string}`,
  );
  for (const url of connection.rpcUrls) {
    const id = Number(await rpc(url, 'eth_chainId', []));
    if (id === connection.chainId) continue;
    const hint = 'correct chainId or rpcUrls';
    throw new FaultError(
      'input.invalid',
      `${new URL(url).host} is chain ${id}, not ${connection.chainId}`,
      hint,
    );
  }
  const balance = BigInt(
    String(await rpc(connection.rpcUrls[0] ?? '', 'eth_getBalance', [address, 'latest'])),
  );
  const detail = `${connection.rpcUrls.length} RPCs answer; relayer ${address} has ${balance} wei`;
  return { check, state: balance < GAS_MONEY_WEI ? 'warning' : 'ok', detail };
}

async function rpc(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result } = (await response.json()) as { result?: unknown };
  if (result !== undefined) return result;
  throw new FaultError('server.unreachable', `${new URL(url).host} refuses ${method}`, 'check the RPC');
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    throw new FaultError(
      'server.unreachable',
      `${new URL(url).host} does not answer`,
      'check address and network',
      error,
    );
  }
}
