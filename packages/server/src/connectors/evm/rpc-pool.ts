/**
 * Several RPC nodes of one chain: the first that answers serves, or all are asked and compared. A node can be down, slow
 * or lying; a contract that says no is none of these and goes straight to the caller. Texts never quote a node's whole
 * address: it often carries an access key.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import {
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  createPublicClient,
  ExecutionRevertedError,
  http,
  type PublicClient,
} from 'viem';

export type RpcPoolConfig = {
  readonly chainId: number;
  /** One or more, in the order in which they are preferred. */
  readonly rpcUrls: readonly string[];
  /** A node that takes longer counts as down. */
  readonly requestTimeoutMs: number;
};

export type Asked<T> =
  | { readonly host: string; readonly answered: true; readonly value: T }
  | { readonly host: string; readonly answered: false; readonly why: string };

export type RpcPool = {
  readonly size: number;
  /** The answer of the first node that gives one. Throws `server.unreachable` where none does. */
  first<T>(what: string, ask: (client: PublicClient) => Promise<T>): Promise<T>;
  /** What each node answers, in order. */
  each<T>(ask: (client: PublicClient) => Promise<T>): Promise<readonly Asked<T>[]>;
  /** Why this chain must not be used (a node stands on another one), or null. Throws as `first` does. */
  wrongChain(expected: number): Promise<string | null>;
};

/** Answers of these calls are small; a node that sends more is broken. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
/** A node that failed is asked last for so long: each of a dozen calls would otherwise wait for its timeout again. */
const SHUNNED_MS = 30_000;

type Node = { readonly host: string; readonly client: PublicClient; shunnedUntilMs: number };

/** Throws `input.invalid` where no node is given. */
export function openRpcPool(config: RpcPoolConfig): RpcPool {
  if (config.rpcUrls.length === 0)
    throw new FaultError('input.invalid', 'rpcUrls of the EVM target is empty', 'name at least one RPC node');
  const nodes: readonly Node[] = config.rpcUrls.map((url) => ({
    host: hostOf(url),
    client: openClient(url, config),
    shunnedUntilMs: 0,
  }));
  const each: RpcPool['each'] = (ask) =>
    Promise.all(nodes.map(({ host, client }) => asked(host, ask(client))));
  const first: RpcPool['first'] = async (what, ask) => {
    const problems: string[] = [];
    const shunned = ({ shunnedUntilMs }: Node): boolean => shunnedUntilMs > Date.now();
    for (const node of [...nodes.filter((one) => !shunned(one)), ...nodes.filter(shunned)]) {
      try {
        const answer = await ask(node.client);
        node.shunnedUntilMs = 0;
        return answer;
      } catch (error) {
        if (isAnswer(error)) throw error;
        node.shunnedUntilMs = Date.now() + SHUNNED_MS;
        problems.push(`${node.host}: ${shortWords(error)}`);
      }
    }
    throw new FaultError(
      'server.unreachable',
      `no RPC node of chain ${config.chainId} answered ${what} (${problems.join('; ')})`,
      'check rpcUrls and the network; it is tried again by itself',
    );
  };
  return {
    size: nodes.length,
    first,
    each,
    wrongChain: async (expected) => {
      if (expected !== config.chainId)
        return `the action is for chain ${expected}, this connector serves chain ${config.chainId}`;
      const ids = await each((client) => client.getChainId());
      if (ids.every(({ answered }) => !answered)) await first('eth_chainId', (client) => client.getChainId());
      const other = ids.find((one) => one.answered && one.value !== expected);
      return other?.answered
        ? `RPC node ${other.host} is on chain ${other.value}, the action is for chain ${expected}`
        : null;
    },
  };
}

function openClient(url: string, config: RpcPoolConfig): PublicClient {
  const transport = http(url, {
    timeout: config.requestTimeoutMs,
    retryCount: 0,
    maxResponseBodySize: ANSWER_BYTES_MAX,
    fetchOptions: { redirect: 'error' },
  });
  return createPublicClient({ transport, cacheTime: 0 });
}

async function asked<T>(host: string, answer: Promise<T>): Promise<Asked<T>> {
  try {
    return { host, answered: true, value: await answer };
  } catch (error) {
    return { host, answered: false, why: shortWords(error) };
  }
}

/** The chain answered, and the answer is no: another node would say the same. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  return (
    error.walk(
      (e) =>
        e instanceof ContractFunctionRevertedError ||
        e instanceof ContractFunctionZeroDataError ||
        e instanceof ExecutionRevertedError,
    ) !== null
  );
}

/** One line without the address of the node. */
export function shortWords(error: unknown): string {
  if (!(error instanceof BaseError)) return error instanceof Error ? error.name : 'unknown problem';
  const words = error.details !== '' ? error.details : error.shortMessage;
  return (words.split('\n')[0] ?? '').replaceAll(/\bhttps?:\/\/\S+/g, '(address)').slice(0, 200);
}

function hostOf(url: string): string {
  if (URL.canParse(url)) return new URL(url).host;
  throw new FaultError(
    'input.invalid',
    'rpcUrls holds something that is no URL',
    'write http(s)://host/path',
  );
}
