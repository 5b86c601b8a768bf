/** Chain readers against a real local chain and nodes that lie or move. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address as EvmAddress } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  checkBitcoinBlock,
  readBitcoinBalances,
} from '../packages/server/src/connectors/bitcoin-balances/bitcoin-balances.ts';
import type { BitcoinNode } from '../packages/server/src/connectors/bitcoin-readers/open-readers.ts';
import { type LocalEvm, startLocalEvm } from '../packages/server/src/connectors/evm/local-evm.ts';
import {
  ADDRESSES_MAX,
  checkEvmBlock,
  type EvmBalancesConfig,
  readEvmBalances,
} from '../packages/server/src/connectors/evm-balances/evm-balances.ts';

const servers: Server[] = [];
async function serve(answer: (path: string, body: string) => Promise<string> | string): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.end(await answer(request.url ?? '', body));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

let evm: LocalEvm;
beforeAll(async () => {
  evm = await startLocalEvm({ chainId: 4242 });
});
afterAll(async () => {
  await evm.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A node in front of the local chain that changes what it likes. */
const proxy = (
  change: (method: string, result: unknown) => unknown = (_, result) => result,
): Promise<string> =>
  serve(async (_, body) => {
    const { id, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] };
    try {
      return JSON.stringify({
        jsonrpc: '2.0',
        id,
        result: change(method, await evm.request(method, params)),
      });
    } catch (error) {
      return JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: String(error) } });
    }
  });
const config = (...rpcUrls: string[]): EvmBalancesConfig => ({
  chainId: 4242,
  rpcUrls,
  requestTimeoutMs: 5_000,
  tag: 'latest',
});
const ALICE: EvmAddress = `0x${'a1'.repeat(20)}`;
const BOB: EvmAddress = `0x${'b0'.repeat(20)}`;
const TOKEN: EvmAddress = `0x${'70'.repeat(20)}`;
/** Answers every call with 42: PUSH1 42, PUSH1 0, MSTORE, PUSH1 32, PUSH1 0, RETURN. */
const CODE = '0x602a60005260206000f3';

describe('EVM balances', () => {
  test('coins and tokens of many addresses at one block that two nodes share', async () => {
    await evm.request('anvil_setBalance', [ALICE, '0x7b']);
    await evm.request('anvil_setCode', [TOKEN, CODE]);
    await evm.mine();
    const snapshot = await readEvmBalances(config(evm.rpcUrl, await proxy()), [ALICE, BOB], [TOKEN]);
    if ('disputed' in snapshot) throw new Error(snapshot.disputed);
    expect(snapshot.positions.map(({ amount }) => amount)).toEqual([123n, 42n, 0n, 42n]);
    expect(snapshot.rpcs).toHaveLength(2);
    expect(await checkEvmBlock(config(evm.rpcUrl, await proxy()), snapshot.block)).toEqual({ same: true });
  });

  test('one node that lies about a balance is named among three, and both are among two', async () => {
    const liar = await proxy((method, result) => (method === 'eth_getBalance' ? '0x7c' : result));
    const honest = await proxy();
    expect(await readEvmBalances(config(evm.rpcUrl, liar, honest), [ALICE], [])).toEqual({
      disputed: expect.stringContaining(ALICE),
      hosts: [new URL(liar).host],
    });
    expect(await readEvmBalances(config(evm.rpcUrl, liar), [ALICE], [])).toMatchObject({
      hosts: [new URL(evm.rpcUrl).host, new URL(liar).host],
    });
  });

  test('a node with another block at the height is a dispute', async () => {
    const other = await proxy((method, result) =>
      method === 'eth_getBlockByNumber' ? { ...(result as object), hash: `0x${'ee'.repeat(32)}` } : result,
    );
    expect(await readEvmBalances(config(evm.rpcUrl, other), [ALICE], [])).toMatchObject({
      disputed: expect.stringMatching(/several hashes/),
    });
  });

  test('a node on another chain, one node alone, and what is no token are never believed', async () => {
    const foreign = await proxy((method, result) => (method === 'eth_chainId' ? '0x1' : result));
    expect(await readEvmBalances(config(evm.rpcUrl, foreign), [ALICE], [])).toMatchObject({
      disputed: expect.stringMatching(/chain 1/),
    });
    await expect(readEvmBalances(config(evm.rpcUrl), [ALICE], [])).rejects.toThrow(/2 different nodes/);
    await expect(readEvmBalances(config(evm.rpcUrl, evm.rpcUrl), [ALICE], [])).rejects.toThrow(/2 different/);
    await expect(readEvmBalances(config(evm.rpcUrl, 'http://127.0.0.1:9'), [ALICE], [])).rejects.toThrow(
      /fewer than 2/,
    );
    await expect(readEvmBalances(config(evm.rpcUrl, await proxy()), [ALICE], [BOB])).rejects.toThrow(
      /no token/,
    );
    const many = Array.from({ length: ADDRESSES_MAX + 1 }, () => ALICE);
    await expect(readEvmBalances(config(evm.rpcUrl, await proxy()), many, [])).rejects.toThrow(/at most/);
  });

  test('a reorganisation after the snapshot is seen', async () => {
    const nodes = config(evm.rpcUrl, await proxy());
    const before = await evm.request('evm_snapshot');
    await evm.request('anvil_setBalance', [ALICE, '0x1']);
    await evm.mine();
    const snapshot = await readEvmBalances(nodes, [ALICE], []);
    if ('disputed' in snapshot) throw new Error(snapshot.disputed);
    await evm.request('evm_revert', [before]);
    await evm.request('evm_increaseTime', [100]);
    await evm.mine(2);
    const found = await checkEvmBlock(nodes, snapshot.block);
    expect(found).toMatchObject({ same: false, is: expect.not.stringMatching(snapshot.block.hash) });
  });
});

const COIN = 'bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l';
const OTHER = '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa';
const HASH = `${'0'.repeat(20)}${'ab'.repeat(22)}`;

type Facts = { height: number; hash: string; amounts: Record<string, string> };
const core = async (facts: Facts, by: 'scantxoutset' | 'listunspent'): Promise<BitcoinNode> => {
  const url = await serve((_, body) => {
    const { method } = JSON.parse(body) as { method: string };
    const unspents = Object.entries(facts.amounts).map(([address, amount]) =>
      by === 'scantxoutset'
        ? `{"txid":"${HASH}","vout":0,"desc":"addr(${address})#cjd0ulsd","amount":${amount},"height":${facts.height}}`
        : `{"txid":"${HASH}","vout":0,"address":"${address}","amount":${amount},"confirmations":3}`,
    );
    const results: Record<string, string> = {
      getblockcount: String(facts.height),
      getblockhash: `"${facts.hash}"`,
      scantxoutset: `{"success":true,"height":${facts.height},"bestblock":"${facts.hash}","unspents":[${unspents}],"total_amount":0.1}`,
      listunspent: `[${unspents}]`,
    };
    return `{"result":${results[method]},"error":null,"id":"sonae"}`;
  });
  return { kind: 'core', url, user: 'u', password: 'p', by };
};
const esplora = async (facts: Facts): Promise<BitcoinNode> => {
  const url = await serve((path) => {
    if (path === '/blocks/tip/height') return String(facts.height);
    if (path.startsWith('/block-height/')) return facts.hash;
    const sum = BigInt((facts.amounts[path.slice('/address/'.length)] ?? '0').replace('.', ''));
    return JSON.stringify({
      chain_stats: { funded_txo_sum: Number(sum) + 5, spent_txo_sum: 5 },
      mempool_stats: {},
    });
  });
  return { kind: 'esplora', url };
};
// 0.1 + 0.2 in floating point is one satoshi off when it is multiplied carelessly.
const FACTS: Facts = {
  height: 900_000,
  hash: HASH,
  amounts: { [COIN]: '0.30000001', [OTHER]: '20999999.97690001' },
};

describe('Bitcoin balances', () => {
  test.each(['scantxoutset', 'listunspent'] as const)(
    'Bitcoin Core by %s and Esplora agree to the satoshi',
    async (by) => {
      const snapshot = await readBitcoinBalances(
        [await core(FACTS, by), await esplora(FACTS)],
        [COIN, OTHER],
        5_000,
      );
      expect(snapshot).toMatchObject({
        block: { height: 900_000, hash: HASH },
        positions: [
          { address: COIN, amount: 30_000_001n },
          { address: OTHER, amount: 2_099_999_997_690_001n },
        ],
      });
    },
  );

  test('a reader that lies, stands elsewhere or is alone is not believed', async () => {
    const honest = await esplora(FACTS);
    const liar = await core({ ...FACTS, amounts: { [COIN]: '0.30000002' } }, 'scantxoutset');
    const also = await core(FACTS, 'scantxoutset');
    expect(await readBitcoinBalances([honest, liar, also], [COIN], 5_000)).toEqual({
      disputed: `balance of ${COIN} at block 900000`,
      hosts: [new URL(liar.url).host],
    });
    const fork = await esplora({ ...FACTS, hash: HASH.replace('ab', 'cd') });
    expect(await readBitcoinBalances([honest, fork], [COIN], 5_000)).toMatchObject({
      disputed: expect.stringMatching(/several hashes/),
    });
    await expect(readBitcoinBalances([honest], [COIN], 5_000)).rejects.toThrow(/2 different/);
    await expect(readBitcoinBalances([honest, also], ['../../x'], 5_000)).rejects.toThrow(/no address/);
  });

  test('a block that is no longer there is seen', async () => {
    const nodes = [await esplora(FACTS), await core(FACTS, 'scantxoutset')];
    expect(await checkBitcoinBlock(nodes, { height: 900_000, hash: HASH }, 5_000)).toEqual({ same: true });
    const gone = { height: 900_000, hash: 'cd'.repeat(32) };
    expect(await checkBitcoinBlock(nodes, gone, 5_000)).toEqual({ same: false, is: HASH });
  });
});
