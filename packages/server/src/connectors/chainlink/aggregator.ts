/**
 * A Chainlink aggregator over JSON-RPC: the three reads this product needs, and what can go wrong with them as faults.
 * viem is loaded with the first read. Texts never quote the RPC address: it often carries an access key.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';

/** One round as the chain states it; see Chainlink's AggregatorV3Interface. */
export type ChainRound = {
  /** Phase in the upper 16 bits, round of that phase's aggregator in the lower 64 (proxy contracts). */
  readonly roundId: bigint;
  readonly answer: bigint;
  /** Seconds; 0 while the round is not complete. */
  readonly updatedAt: bigint;
  readonly answeredInRound: bigint;
};

export type Aggregator = {
  decimals(): Promise<number>;
  latestRound(): Promise<ChainRound>;
  /** The round, or null where the chain has none under this id. */
  round(roundId: bigint): Promise<ChainRound | null>;
};

export type AggregatorConfig = { readonly id: string; readonly rpcUrl: string; readonly aggregator: string };

/** Answers of eth_call are a few hundred bytes. */
const ANSWER_BYTES_MAX = 256 * 1024;
const RETRIES = 2;
const DECIMALS_MAX = 36;

const round = 'uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound';
const ABI_LINES = [
  'function decimals() view returns (uint8)',
  `function latestRoundData() view returns (${round})`,
  `function getRoundData(uint80 roundId) view returns (${round})`,
] as const;

/** @param stop aborts reads under way */
export async function openAggregator(
  config: AggregatorConfig,
  timeoutMs: number,
  retryDelayMs: number,
  stop: AbortSignal,
): Promise<Aggregator> {
  const viem = await import('viem');
  const transport = viem.http(config.rpcUrl, {
    timeout: timeoutMs,
    retryCount: RETRIES,
    retryDelay: retryDelayMs,
    maxResponseBodySize: ANSWER_BYTES_MAX,
    fetchOptions: { signal: stop, redirect: 'error' },
  });
  const client = viem.createPublicClient({ transport });
  const abi = viem.parseAbi(ABI_LINES);
  const address = config.aggregator as `0x${string}`;
  const contract = { address, abi } as const;
  const asRound = ([roundId, answer, , updatedAt, answeredInRound]: readonly [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ]): ChainRound => ({
    roundId,
    answer,
    updatedAt,
    answeredInRound,
  });
  const read = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      throw faultFrom(viem, config, what, error);
    }
  };
  return {
    decimals: () =>
      read('decimals()', async () => {
        const decimals = await client.readContract({ ...contract, functionName: 'decimals' });
        if (decimals <= DECIMALS_MAX) return decimals;
        throw malformed(config, `states ${decimals} decimals`, 'check the aggregator address');
      }),
    latestRound: () =>
      read('latestRoundData()', async () =>
        asRound(await client.readContract({ ...contract, functionName: 'latestRoundData' })),
      ),
    round: async (roundId) => {
      try {
        return await read('getRoundData()', async () =>
          asRound(await client.readContract({ ...contract, functionName: 'getRoundData', args: [roundId] })),
        );
      } catch (error) {
        if (error instanceof FaultError && isRevert(viem, error.cause)) return null;
        throw error;
      }
    },
  };
}

type Viem = typeof import('viem');

/** The contract itself said no, as against the node or the way to it. */
function isRevert(viem: Viem, error: unknown): boolean {
  return (
    error instanceof viem.BaseError &&
    error.walk((e) => e instanceof viem.ContractFunctionRevertedError) !== null
  );
}

function faultFrom(viem: Viem, config: AggregatorConfig, what: string, error: unknown): FaultError {
  if (error instanceof FaultError) return error;
  const has = (kind: abstract new (...args: never[]) => Error): boolean =>
    error instanceof viem.BaseError && error.walk((e) => e instanceof kind) !== null;
  if (has(viem.ContractFunctionZeroDataError)) {
    const hint = 'check that rpcUrl and aggregator belong to the same chain';
    return malformed(
      config,
      `has no aggregator at ${config.aggregator} (${what} returned nothing)`,
      hint,
      error,
    );
  }
  if (isRevert(viem, error)) {
    return malformed(
      config,
      `reverted ${what} of ${config.aggregator}`,
      'check the aggregator address',
      error,
    );
  }
  const status = statusOf(viem, error);
  if (has(viem.TimeoutError)) return unreachable(config, 'did not answer in time', error);
  if (has(viem.LimitExceededRpcError) || status === 429)
    return unreachable(config, 'limits our requests (429)', error);
  if (has(viem.HttpRequestError) && !(error instanceof Error && /JSON/.test(error.message))) {
    return unreachable(config, status === undefined ? 'cannot be reached' : `answered HTTP ${status}`, error);
  }
  if (has(viem.RpcRequestError) || has(viem.RpcError)) return unreachable(config, `refused ${what}`, error);
  return malformed(config, `answered ${what} with something unusable`, 'try another RPC node', error);
}

function statusOf(viem: Viem, error: unknown): number | undefined {
  const http = error instanceof viem.BaseError ? error.walk((e) => e instanceof viem.HttpRequestError) : null;
  return http instanceof viem.HttpRequestError ? http.status : undefined;
}

function unreachable(config: AggregatorConfig, what: string, cause: unknown): FaultError {
  const message = `RPC node ${new URL(config.rpcUrl).host} of feed ${config.id} ${what}`;
  return new FaultError(
    'feed.unreachable',
    message,
    'check rpcUrl and the network; it is tried again by itself',
    cause,
  );
}

function malformed(config: AggregatorConfig, what: string, hint: string, cause?: unknown): FaultError {
  return new FaultError(
    'feed.malformed',
    `RPC node ${new URL(config.rpcUrl).host} of feed ${config.id} ${what}`,
    hint,
    cause,
  );
}
