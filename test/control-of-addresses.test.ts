/**
 * Control of the addresses that custody really uses, through the node: Bitcoin of several keys by BIP-322, and a real Safe on
 * a local chain by EIP-1271, asked of nodes that differ, are silent, lie, or have nothing there.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TEST_NETWORK } from '@scure/btc-signer';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import { controlProved } from '@sonae/core/nouns/reserves/facts/coin.ts';
import type { Addresses } from '@sonae/core/nouns/reserves/views/coin.ts';
import type { Address, Hex, PrivateKeyAccount } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  KINDS,
  signFull,
  signParts,
  signPsbt,
  simpleOf,
  walletOf,
} from '../packages/proof/test/bip-322-signer.ts';
import { readConfig } from '../packages/server/src/config.ts';
import { type LocalEvm, startLocalEvm } from '../packages/server/src/connectors/evm/local-evm.ts';
import { reservesSchema } from '../packages/server/src/reserves/reserves-config.ts';
import { createTestNode, type TestNode } from './support/node.ts';
import { approveOnChain, deploySafe, signForSafe } from './support/safe-messages.ts';

const CHAIN_ID = 4244;
const keyOf = (n: number): PrivateKeyAccount => privateKeyToAccount(`0x${String(n).repeat(64)}`);
const [DEPLOYER, ANNA, BEN, CARL, STRANGER] = [keyOf(1), keyOf(2), keyOf(3), keyOf(4), keyOf(5)] as const;
const OWNERS = [ANNA, BEN, CARL].map(({ address }) => address);
const source = (name: string) => ({
  ...{ source: name, kind: 'chain', place: name, assets: ['ETH'], staleAfterMinutes: 60 },
});
const POLICY = {
  exchange: 'example',
  book: 'main',
  bookStaleAfterMinutes: 120,
  currency: 'JPY',
  zone: 'Asia/Tokyo',
  closedOn: [],
  sources: ['eth-chain', 'btc-chain', 'far-chain'].map(source),
  coverage: [],
  concentration: { watchBps: 10_000, warningBps: 10_000 },
  outflow: { hot: { watch: 48, warning: 24, critical: 6 }, all: { watch: 240, warning: 72, critical: 24 } },
  ...{ reconciliations: [], statements: [], banks: [], coins: [], movers: [] },
};

const FACT = {
  ...{ seq: 1, id: 'f1', stream: 'reserves/address', actor: 'system:reserves', cause: 'c1' },
  ...{ recordedAt: '2026-04-01T00:00:00.000Z', occurredAt: '2026-04-01T00:00:00.000Z' },
};

let evm: LocalEvm;
let safe: Address;
const servers: Server[] = [];
beforeAll(async () => {
  evm = await startLocalEvm({ chainId: CHAIN_ID });
  await evm.request('anvil_setBalance', [DEPLOYER.address, '0x3635c9adc5dea00000']);
  safe = await deploySafe(evm, DEPLOYER, OWNERS, 2);
});
afterAll(async () => {
  await evm.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

type Answer = { readonly result: unknown } | 'never' | 'error';
/** A second node, in front of the local chain, that answers what it likes. */
async function nodeBeside(change: (method: string, result: unknown) => Answer): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const own = await fetch(evm.rpcUrl, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    });
    const answered = (await own.json()) as { id: number; result?: unknown };
    const { method } = JSON.parse(body) as { method: string };
    const changed = 'result' in answered ? change(method, answered.result) : null;
    if (changed === 'never') return;
    if (changed === null) response.end(JSON.stringify(answered));
    else if (changed === 'error') {
      const error = { code: -32603, message: 'internal error' };
      response.end(JSON.stringify({ jsonrpc: '2.0', id: answered.id, error }));
    } else response.end(JSON.stringify({ ...answered, ...changed }));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const honest = (): Promise<string> => nodeBeside((_, result) => ({ result }));

async function nodeOf(second: Promise<string> = honest(), tag = 'latest'): Promise<TestNode> {
  const chain = {
    ...{ kind: 'evm', source: 'eth-chain', chain: 'ethereum', chainId: CHAIN_ID, tag },
    ...{ rpcUrls: [evm.rpcUrl, await second], assets: [{ asset: 'ETH', contract: null }] },
    requestTimeoutMs: 1_500,
  };
  const t = createTestNode({ ...readConfig(undefined), reserves: reservesSchema.parse({ chains: [chain] }) });
  await t.testApp.run('reserves.SetPolicy', POLICY);
  return t;
}

async function challenge(t: TestNode, chain: string, address: string, of = 'eth-chain') {
  const input = { source: of, chain, address, epoch: '2026-10', blockHash: `0x${'ab'.repeat(32)}` };
  const asked = await t.testApp.run('reserves.ChallengeAddress', input);
  if (asked.status !== 'done') throw new Error(asked.message);
  return asked.result as { challenge: string; text: string; psbt: string | null };
}

async function send(t: TestNode, open: { challenge: string }, scheme: string, signature: string) {
  const response = await t.post('/statements/proofs', { challenge: open.challenge, scheme, signature });
  return { status: response.status, text: await response.text() };
}
const recorded = async (t: TestNode) =>
  (JSON.parse((await t.node.app.ports.store.view('reserves.addresses', 'all')) ?? '{}') as Addresses)
    .addresses;

describe('a Safe of three owners, two of whom sign', () => {
  const proving = async (
    owners: readonly PrivateKeyAccount[],
    { at = safe, second = honest(), change = (text: string) => text, tag = 'latest' } = {},
  ) => {
    const t = await nodeOf(second, tag);
    const open = await challenge(t, 'evm', at);
    const signature = await signForSafe(CHAIN_ID, at, change(open.text), owners);
    return { t, open, ...(await send(t, open, 'eip-1271', signature)) };
  };

  test('is proved by any two, and what is recorded says at which block the chain said so', async () => {
    for (const owners of [
      [ANNA, BEN],
      [CARL, ANNA],
    ]) {
      const { t, status, text } = await proving(owners);
      expect([status, text]).toEqual([200, expect.stringContaining('done')]);
      const head = (await evm.request('eth_getBlockByNumber', ['latest', false])) as {
        number: Hex;
        hash: Hex;
      };
      expect(await recorded(t)).toMatchObject([
        {
          address: safe,
          proof: {
            scheme: 'eip-1271',
            seen: {
              chainId: CHAIN_ID,
              block: { height: Number(head.number), hash: head.hash },
              rpcs: [expect.stringContaining('127.0.0.1'), expect.stringContaining('127.0.0.1')],
            },
          },
        },
      ]);
    }
  });

  test('is asked at the block that the nodes call final', async () => {
    await evm.mine(100);
    const final = (await evm.request('eth_getBlockByNumber', ['finalized', false])) as {
      number: Hex;
      hash: Hex;
    };
    const { t, status } = await proving([ANNA, BEN], { tag: 'finalized' });
    expect(status).toBe(200);
    const block = { height: Number(final.number), hash: final.hash };
    expect((await recorded(t))[0]?.proof).toMatchObject({ seen: { block } });
    expect(block.height).toBeLessThan(Number(await evm.request('eth_blockNumber')));
  });

  test('is not proved by one, by one twice, by a stranger, or over another text', async () => {
    const cases = [
      await proving([ANNA]),
      await proving([ANNA, ANNA]),
      await proving([ANNA, STRANGER]),
      await proving([ANNA, BEN], { change: (text) => `${text} ` }),
    ];
    for (const { t, status, text } of cases) {
      expect([status, text]).toEqual([400, expect.stringContaining('signature: reverted')]);
      expect(await recorded(t)).toMatchObject([{ provedAt: null, proof: null }]);
    }
  });

  test('is proved by what its owners approved on chain, with no signature at all, and by nothing before', async () => {
    const t = await nodeOf();
    const own = await deploySafe(evm, DEPLOYER, OWNERS, 2);
    const open = await challenge(t, 'evm', own);
    expect((await send(t, open, 'eip-1271', '0x')).text).toContain('signature: reverted');
    await approveOnChain(evm, DEPLOYER, own, open.text, [ANNA, CARL]);
    expect(await send(t, open, 'eip-1271', '0x')).toMatchObject({ status: 200 });
  });

  test('a signature of an older challenge is refused once a newer one is issued', async () => {
    const t = await nodeOf();
    const old = await challenge(t, 'evm', safe);
    const signature = await signForSafe(CHAIN_ID, safe, old.text, [ANNA, BEN]);
    const open = await challenge(t, 'evm', safe);
    expect(await send(t, old, 'eip-1271', signature)).toMatchObject({ status: 400 });
    expect(await send(t, open, 'eip-1271', signature)).toMatchObject({ status: 400 });
    expect((await recorded(t))[0]?.provedAt).toBe(null);
  });

  test('is not proved where two nodes differ, one is silent or broken, or one is on another chain', async () => {
    const onCall = (answer: Answer) =>
      nodeBeside((method, result) => (method === 'eth_call' ? answer : { result }));
    const cases = [
      ['signature: disputed', onCall({ result: `0xffffffff${'00'.repeat(28)}` })],
      ['signature: disputed', nodeBeside((m, result) => ({ result: m === 'eth_getCode' ? '0x' : result }))],
      ['signature: disputed', nodeBeside((m, result) => ({ result: m === 'eth_chainId' ? '0x1' : result }))],
      ['signature: node-silent', onCall('never')],
      ['signature: node-silent', onCall('error')],
      ['signature: node-silent', Promise.resolve('http://127.0.0.1:9')],
    ] as const;
    for (const [why, second] of cases) {
      const { status, text } = await proving([ANNA, BEN], { second });
      expect([status, text]).toEqual([400, expect.stringContaining(why)]);
    }
    // One that says yes does not make up for a contract that says no.
    const liar = onCall({ result: `0x1626ba7e${'00'.repeat(28)}` });
    const { text } = await proving([ANNA], { second: liar });
    expect(text).toMatch(/reverted|disputed/);
  });

  test('the magic value has nothing before or behind it', async () => {
    const magic = '1626ba7e';
    const words = [
      magic,
      `${magic}${'00'.repeat(29)}`,
      `${'00'.repeat(28)}${magic}`,
      `${magic}${'00'.repeat(27)}01`,
    ];
    const contract: Address = `0x${'c0'.repeat(20)}`;
    for (const word of [`${magic}${'00'.repeat(28)}`, ...words]) {
      // Copies what stands behind the code to memory, and returns it: PUSH size, PUSH offset, PUSH 0, CODECOPY, RETURN.
      const size = (word.length / 2).toString(16).padStart(2, '0');
      await evm.request('anvil_setCode', [contract, `0x60${size}600c60003960${size}6000f3${word}`]);
      await evm.mine();
      const { status, text } = await proving([ANNA, BEN], { at: contract });
      if (words.includes(word))
        expect([status, text]).toEqual([400, expect.stringContaining('not-accepted')]);
      else expect(status).toBe(200);
    }
  });

  test('nothing stands at an account, and a Safe without handler answers nothing', async () => {
    const bare = await deploySafe(evm, DEPLOYER, OWNERS, 2, false);
    const account = ANNA.address.toLowerCase() as Address;
    expect((await proving([ANNA, BEN], { at: account })).text).toContain('signature: no-code');
    expect((await proving([ANNA, BEN], { at: bare })).text).toContain('signature: not-accepted');
  });

  test('by a scheme or on a chain that it is not of', async () => {
    const t = await nodeOf();
    const open = await challenge(t, 'evm', safe);
    const signature = await signForSafe(CHAIN_ID, safe, open.text, [ANNA, BEN]);
    expect((await send(t, open, 'bip-322', signature)).text).toContain('scheme: bip-322 is not for');
    expect((await send(t, open, 'eip-191', signature)).text).toContain('signature: encoding');
    expect((await send(t, open, 'eip-1271', 'nonsense')).text).toContain('signature: not-hex');
    const far = await challenge(t, 'evm', safe, 'far-chain');
    const other = await signForSafe(CHAIN_ID, safe, far.text, [ANNA, BEN]);
    expect((await send(t, far, 'eip-1271', other)).text).toContain('challenge: far-chain is no EVM chain');
  });
});

describe('Bitcoin', () => {
  test.each(KINDS)('%s is proved by BIP-322', async (kind) => {
    const t = await nodeOf();
    const wallet = walletOf(kind);
    const open = await challenge(t, 'bitcoin', wallet.address, 'btc-chain');
    const stale = signFull(wallet, `${open.text}.`);
    expect((await send(t, open, 'bip-322', stale)).text).toContain('signature: message');
    expect(await send(t, open, 'bip-322', signPsbt(wallet, open.psbt ?? ''))).toMatchObject({ status: 200 });
    expect(await recorded(t)).toMatchObject([{ proof: { scheme: 'bip-322', seen: null } }]);
  });

  test('one of two signatures, and an address of a test network', async () => {
    const t = await nodeOf();
    const wallet = walletOf('p2wsh-multisig');
    const open = await challenge(t, 'bitcoin', wallet.address, 'btc-chain');
    const { witness } = signParts(wallet, open.text);
    const [dummy, first, , script] = witness as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const alone = simpleOf([dummy, first, script]);
    expect((await send(t, open, 'bip-322', alone)).text).toContain('signature: count');
    const twice = simpleOf([dummy, first, first, script]);
    expect((await send(t, open, 'bip-322', twice)).text).toContain('signature: signature');
    expect(await send(t, open, 'bip-322', simpleOf(witness))).toMatchObject({ status: 200 });
    const of = walletOf('p2wsh-multisig', 2, 3, TEST_NETWORK).address;
    await expect(challenge(t, 'bitcoin', of, 'btc-chain')).rejects.toThrow(/no address of bitcoin/);
    expect(await challenge(t, 'bitcoin-testnet', of, 'btc-chain')).toMatchObject({
      text: expect.any(String),
    });
    await expect(challenge(t, 'bitcoin-regtest', of, 'btc-chain')).rejects.toThrow(/no address/);
  });
});

test('a proof that was recorded before contracts could be proved is read as one without a block', () => {
  const body = { id: 'c1', address: `0x${'ab'.repeat(20)}`, scheme: 'eip-191', signature: '0x00' };
  const recordedThen = JSON.stringify({ ...FACT, type: 'reserves.ControlProved@1', body });
  const fact = decodeFact(recordedThen, new Map([[controlProved.name, controlProved]]));
  expect(fact.type).toBe('reserves.ControlProved@2');
  expect(controlProved.schema.parse(fact.body)).toEqual({ ...body, seen: null });
});
