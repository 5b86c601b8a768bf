/** A JSON-RPC node for tests: speaks real eth_call ABI encodings over HTTP and can fail in the ways nodes fail. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeFunctionData, encodeFunctionResult, type Hex, parseAbi } from 'viem';

const round = 'uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound';
const abi = parseAbi([
  'function decimals() view returns (uint8)',
  `function latestRoundData() view returns (${round})`,
  `function getRoundData(uint80 roundId) view returns (${round})`,
]);

export const AGGREGATOR = '0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6';

export type TestRound = { id: bigint; answer: bigint; updatedAt: bigint; answeredIn?: bigint };

export type LocalChain = {
  readonly url: string;
  decimals: number;
  rounds: TestRound[];
  /** Answers instead of the contract; where it returns false, the contract answers after all. */
  interfere: ((method: string, res: ServerResponse, id: unknown) => unknown) | null;
  readonly calls: string[];
  close(): Promise<void>;
};

type RpcRequest = { id: unknown; method: string; params: [{ to: string; data: Hex }, string] };

export async function startLocalChain(port = 0): Promise<LocalChain> {
  const chain: Omit<LocalChain, 'url' | 'close'> = {
    decimals: 8,
    rounds: [],
    interfere: null,
    calls: [],
  };
  const server = createServer(async (req, res) => {
    let text = '';
    for await (const chunk of req) text += chunk;
    const { id, method, params } = JSON.parse(text) as RpcRequest;
    if (method !== 'eth_call')
      return reply(res, { id, error: { code: -32601, message: 'the method does not exist' } });
    const { functionName, args } = decodeFunctionData({ abi, data: params[0].data });
    chain.calls.push(args ? `${functionName} ${args[0]}` : functionName);
    if (chain.interfere !== null && chain.interfere(functionName, res, id) !== false) return;
    if (params[0].to.toLowerCase() !== AGGREGATOR.toLowerCase()) return reply(res, { id, result: '0x' });
    const result = call(chain, functionName, args?.[0]);
    reply(res, result === null ? { id, error: REVERTED } : { id, result });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return Object.assign(chain, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3/secret-access-key`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}

/** As geth answers a `require(false, "No data present")`. */
const REVERTED = {
  code: 3,
  message: 'execution reverted: No data present',
  data: '0x08c379a00000000000000000000000000000000000000000000000000000000000000020000000000000000000000000000000000000000000000000000000000000000f4e6f20646174612070726573656e740000000000000000000000000000000000',
};

export function reply(res: ServerResponse, body: object, status = 200): void {
  res
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ jsonrpc: '2.0', ...body }));
}

function call(
  { decimals, rounds }: Pick<LocalChain, 'decimals' | 'rounds'>,
  name: string,
  arg: bigint | undefined,
): Hex | null {
  if (name === 'decimals') return encodeFunctionResult({ abi, functionName: 'decimals', result: decimals });
  const found = name === 'latestRoundData' ? rounds.at(-1) : rounds.find((r) => r.id === arg);
  if (!found) return null;
  const { id, answer, updatedAt, answeredIn = id } = found;
  return encodeFunctionResult({
    abi,
    functionName: 'latestRoundData',
    result: [id, answer, updatedAt, updatedAt, answeredIn],
  });
}
