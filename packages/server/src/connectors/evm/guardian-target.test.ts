/** The guardian target on a local chain: what it performs once, and what it says when the world is in the way. */
import { createPublicClient, createWalletClient, type Hex, http, parseAbi, toHex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GUARDIAN_ABI, guardianDomain, ORDER_TYPES } from './guardian-abi.ts';
import { createGuardianTarget } from './guardian-target.ts';
import {
  type FrontNode,
  type LocalGuardian,
  signedOrder,
  startFrontNode,
  startLocalGuardian,
  TEST_DELAY_SECONDS,
  testAccount,
} from './local-guardian.ts';

let local: LocalGuardian;
let mark: unknown;
beforeAll(async () => {
  local = await startLocalGuardian();
});
beforeEach(async () => {
  mark = await local.evm.request('evm_snapshot');
});
afterEach(async () => {
  await local.evm.request('evm_setAutomine', [true]);
  await local.evm.request('anvil_dropAllTransactions');
  await local.evm.request('evm_revert', [mark]);
});
afterAll(() => local?.close());

const TOKEN_ABI = parseAbi(['function paused() view returns (bool)']);
const reader = () => createPublicClient({ transport: http(local.evm.rpcUrl), cacheTime: 0 });
const paused = (): Promise<boolean> =>
  reader().readContract({ address: local.demo.fiatToken, abi: TOKEN_ABI, functionName: 'paused' });
const sentByRelayer = (): Promise<number> => reader().getTransactionCount({ address: local.relayer.address });
const pauseOrder = (signatures = 2, use = 'use-1') =>
  signedOrder(local, { call: 'stop', on: 'fiat.pause' }, local.guardians.slice(0, signatures), { use });
const until = async (so: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await so()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error('what was waited for did not come');
};

describe('a stop', () => {
  test('is performed and seen in effect', async () => {
    const target = createGuardianTarget(local.config());
    const order = await pauseOrder();
    expect(await target.observe(order)).toMatchObject({ inEffect: false });
    const done = await target.perform(order);
    expect(done).toMatchObject({
      state: 'performed',
      receipt: { transaction: expect.stringMatching(/^0x/) },
    });
    expect(await paused()).toBe(true);
    expect(await target.observe(order)).toMatchObject({
      inEffect: true,
      seen: { readings: [{ stopState: 1, targetStopped: true }] },
    });
  });

  test('performed again, has one effect and one transaction', async () => {
    const order = await pauseOrder();
    const target = createGuardianTarget(local.config());
    expect((await target.perform(order)).state).toBe('performed');
    expect((await target.perform(order)).state).toBe('performed');
    expect((await createGuardianTarget(local.config()).perform(order)).state).toBe('performed');
    expect(await sentByRelayer()).toBe(1);
  });

  test('performed by two nodes at once with one key, is mined once', async () => {
    const order = await pauseOrder();
    const nodes = [createGuardianTarget(local.config()), createGuardianTarget(local.config())];
    const answers = await Promise.all(nodes.map((node) => node.perform(order)));
    expect(answers.map(({ state }) => state)).toEqual(['performed', 'performed']);
    expect(await sentByRelayer()).toBe(1);
  });

  test('two different stops at once share the key without losing one', async () => {
    const target = createGuardianTarget(local.config());
    const orders = [
      await pauseOrder(),
      await signedOrder(local, { call: 'stop', on: 'jpyc.pause' }, local.guardians.slice(0, 2)),
    ];
    const answers = await Promise.all(orders.map((order) => target.perform(order)));
    expect(answers.map(({ state }) => state)).toEqual(['performed', 'performed']);
    expect(await sentByRelayer()).toBe(2);
  });

  test('with too few signatures fails for good and names the error', async () => {
    const done = await createGuardianTarget(local.config()).perform(await pauseOrder(1));
    expect(done).toEqual({
      state: 'failed',
      why: 'the chain refuses: QuorumNotReached(1, 2)',
      permanent: true,
    });
    expect(await sentByRelayer()).toBe(0);
  });

  test('leaves the approvals of those who are no guardians behind', async () => {
    const outsider = testAccount('outsider');
    const order = await signedOrder(local, { call: 'stop', on: 'fiat.pause' }, [
      outsider,
      ...local.guardians.slice(0, 2),
    ]);
    expect((await createGuardianTarget(local.config()).perform(order)).state).toBe('performed');
  });

  test('a signature that is no bytes does not spoil the others, and counts for nothing', async () => {
    const order = await pauseOrder(3);
    const approvals = order.approvals.map((one, n) => (n === 1 ? { ...one, signature: 'garbage' } : one));
    const target = createGuardianTarget(local.config());
    const short = { ...order, approvals: approvals.slice(0, 2) };
    expect(await target.perform(short)).toMatchObject({
      why: expect.stringContaining('QuorumNotReached(1, 2)'),
    });
    expect((await target.perform({ ...order, approvals })).state).toBe('performed');
  });

  test('with fields that are no hex is refused before the chain is asked', async () => {
    const target = createGuardianTarget(local.config({ rpcUrls: ['http://127.0.0.1:9'] }));
    const order = await pauseOrder();
    const why = async (over: object): Promise<unknown> => {
      const act = { ...order.action.act, ...over } as typeof order.action.act;
      return target.perform({ ...order, action: { ...order.action, act } });
    };
    expect(await why({ guardian: '0x12' })).toMatchObject({
      permanent: true,
      why: 'guardian 0x12 is not an address',
    });
    expect(await why({ switchId: '0x12' })).toMatchObject({
      permanent: true,
      why: 'switchId 0x12 is not 32 bytes',
    });
    expect(await why({ args: '0x1' })).toMatchObject({ permanent: true, why: 'args is not hex bytes' });
    expect(await target.lapse('0x12', '0x12')).toMatchObject({ permanent: true });
    const endless = { ...order, action: { ...order.action, until: null } };
    expect(await target.perform(endless)).toMatchObject({
      permanent: true,
      why: expect.stringContaining('needs an end'),
    });
  });

  test('that the chain refuses for now is no failure for good', async () => {
    const target = createGuardianTarget(local.config());
    expect((await target.perform(await pauseOrder())).state).toBe('performed');
    const again = await target.perform(await pauseOrder(2, 'use-2'));
    expect(again).toMatchObject({ state: 'failed', permanent: false });
    expect(again).toMatchObject({ why: expect.stringContaining('AlreadyStopped(0x') });
  });
});

describe('the wrong place', () => {
  test('an action for another chain', async () => {
    const order = await signedOrder(local, { call: 'stop', on: 'fiat.pause' }, local.guardians.slice(0, 2), {
      chainId: 1,
    });
    expect(await createGuardianTarget(local.config()).perform(order)).toEqual({
      state: 'failed',
      why: 'the action is for chain 1, this connector serves chain 31337',
      permanent: true,
    });
    const misconfigured = createGuardianTarget(local.config({ chainId: 1 }));
    const done = await misconfigured.perform(order);
    expect(done).toMatchObject({ state: 'failed', permanent: true });
    expect(done).toMatchObject({
      why: expect.stringContaining('is on chain 31337, the action is for chain 1'),
    });
    expect(await sentByRelayer()).toBe(0);
  });

  test('no guardian at the address', async () => {
    const order = await pauseOrder();
    const act = { ...order.action.act, guardian: `0x${'12'.repeat(20)}` } as typeof order.action.act;
    const done = await createGuardianTarget(local.config()).perform({
      ...order,
      action: { ...order.action, act },
    });
    expect(done).toMatchObject({
      state: 'failed',
      permanent: true,
      why: expect.stringContaining('no such contract'),
    });
  });
});

describe('gas', () => {
  test('a relayer without money fails, not for good, and says how much is missing', async () => {
    const poor = testAccount('poor');
    const target = createGuardianTarget(local.config({ relayer: poor }));
    const order = await pauseOrder();
    const done = await target.perform(order);
    expect(done).toMatchObject({ state: 'failed', permanent: false });
    const missing = /relayer (0x\w+) lacks (\d+) wei/.exec(done.state === 'failed' ? done.why : '');
    expect(missing?.[1]).toBe(poor.address);
    await local.evm.request('anvil_setBalance', [poor.address, toHex(BigInt(missing?.[2] ?? 0) * 2n)]);
    expect((await target.perform(order)).state).toBe('performed');
  });

  test('a stuck transaction is replaced at the same nonce with a higher fee', async () => {
    await local.evm.request('evm_setAutomine', [false]);
    const order = await pauseOrder();
    const running = createGuardianTarget(local.config({ waitMs: 20_000 })).perform(order);
    const fees: bigint[] = [];
    await until(async () => {
      const pool = (await local.evm.request('txpool_content')) as {
        pending: Record<string, Record<string, { maxFeePerGas: Hex }>>;
      };
      const mine = Object.entries(pool.pending).find(
        ([address]) => address.toLowerCase() === local.relayer.address.toLowerCase(),
      );
      const offered = Object.values(mine?.[1] ?? {}).map(({ maxFeePerGas }) => BigInt(maxFeePerGas));
      expect(offered.length).toBeLessThanOrEqual(1);
      if (offered[0] !== undefined && offered[0] !== fees.at(-1)) fees.push(offered[0]);
      return fees.length >= 3;
    });
    expect(fees[1]! * 10n).toBeGreaterThanOrEqual(fees[0]! * 11n);
    await local.evm.mine();
    expect((await running).state).toBe('performed');
    expect(await sentByRelayer()).toBe(1);
  });

  test('not mined in time is pending; a new process replaces it instead of queueing behind it', async () => {
    await local.evm.request('evm_setAutomine', [false]);
    const order = await pauseOrder();
    const before = await createGuardianTarget(local.config({ waitMs: 100 })).perform(order);
    expect(before).toMatchObject({ state: 'pending', receipt: { nonce: 0 }, retryAfterMs: 20 });
    const restarted = createGuardianTarget(local.config({ waitMs: 100 }));
    expect(await restarted.perform(order)).toMatchObject({ state: 'pending', receipt: { nonce: 0 } });
    await local.evm.mine();
    expect((await restarted.perform(order)).state).toBe('performed');
    expect(await sentByRelayer()).toBe(1);
  });
});

describe('confirmations', () => {
  test('a stop counts when enough blocks stand on it', async () => {
    const target = createGuardianTarget(local.config({ confirmations: 3, waitMs: 100 }));
    const order = await pauseOrder();
    expect((await target.perform(order)).state).toBe('pending');
    expect(await target.observe(order)).toMatchObject({ inEffect: false });
    await local.evm.mine(2);
    expect((await target.perform(order)).state).toBe('performed');
    expect(await target.observe(order)).toMatchObject({ inEffect: true });
  });

  test('a transaction that a reorganisation took back is sent again', async () => {
    const order = await pauseOrder();
    await local.evm.mine(3);
    const running = createGuardianTarget(local.config({ confirmations: 3, waitMs: 20_000 })).perform(order);
    await until(paused);
    const taken = await reader().getBlock();
    await local.evm.request('evm_setAutomine', [false]);
    await local.evm.request('anvil_reorg', [1, []]);
    await local.evm.request('anvil_dropAllTransactions');
    expect((await reader().getBlock({ blockNumber: taken.number })).hash).not.toBe(taken.hash);
    expect(await paused()).toBe(false);
    await local.evm.request('evm_setAutomine', [true]);
    await until(paused);
    await local.evm.mine(3);
    expect((await running).state).toBe('performed');
    expect(await sentByRelayer()).toBe(1);
  });
});

describe('RPC nodes', () => {
  let front: FrontNode;
  beforeEach(async () => {
    front = await startFrontNode(local.evm.rpcUrl);
  });
  afterEach(() => front.close());

  test('the second serves where the first is down', async () => {
    front.down = /./;
    const target = createGuardianTarget(local.config({ rpcUrls: [front.url, local.evm.rpcUrl] }));
    const order = await pauseOrder();
    expect((await target.perform(order)).state).toBe('performed');
    const seen = await target.observe(order);
    expect(seen).toMatchObject({
      inEffect: true,
      seen: { readings: [{ problem: expect.any(String) }, { stopState: 1 }] },
    });
    expect(front.methods).toContain('eth_sendRawTransaction');
  });

  test('the second serves where the first never answers, and is waited for once', async () => {
    front.hangs = /./;
    const rpcUrls = [front.url, local.evm.rpcUrl];
    const target = createGuardianTarget(local.config({ rpcUrls, requestTimeoutMs: 300 }));
    const order = await pauseOrder();
    expect((await target.perform(order)).state).toBe('performed');
    // Asked as one of all (chain id, transaction), but preferred only once.
    expect(front.methods).toEqual(['eth_chainId', 'eth_blockNumber', 'eth_sendRawTransaction']);
  });

  test('all down: failed, not for good, and no address of a node in the words', async () => {
    front.down = /./;
    const target = createGuardianTarget(local.config({ rpcUrls: [front.url, front.url] }));
    const order = await pauseOrder();
    const done = await target.perform(order);
    expect(done).toMatchObject({ state: 'failed', permanent: false });
    expect(JSON.stringify(done)).not.toContain('secret');
    expect(await target.observe(order)).toMatchObject({ inEffect: null });
  });

  test('one lies about the token: it stays open, with both readings', async () => {
    const target = createGuardianTarget(local.config({ rpcUrls: [local.evm.rpcUrl, front.url] }));
    const order = await pauseOrder();
    expect((await target.perform(order)).state).toBe('performed');
    expect(await target.observe(order)).toMatchObject({ inEffect: true });
    const yes = `0x${'0'.repeat(63)}1`;
    const adapter = local.demo.switches['fiat.pause'].adapter.toLowerCase();
    front.lie = (method, params, result) => {
      const to = (params[0] as { to?: string } | undefined)?.to?.toLowerCase();
      return method === 'eth_call' && to === adapter && result === yes ? `0x${'0'.repeat(64)}` : result;
    };
    expect(await target.observe(order)).toMatchObject({
      inEffect: null,
      seen: {
        readings: [{ targetStopped: true }, { targetStopped: false }],
        problem: expect.stringContaining('contradict'),
      },
    });
  });
});

describe('resume and extend', () => {
  const stopped = async (): Promise<string> => {
    const order = await pauseOrder();
    expect((await createGuardianTarget(local.config()).perform(order)).state).toBe('performed');
    return `0x${order.hash}`;
  };
  const later = async (seconds: number): Promise<void> =>
    local.evm.setTime((await local.evm.time()) + seconds * 1000);

  test('a resume is scheduled, waits out the delay, and is executed', async () => {
    const stop = await stopped();
    const target = createGuardianTarget(local.config());
    const order = await signedOrder(local, { call: 'resume', stop }, local.guardians.slice(0, 3));
    const scheduled = await target.perform(order);
    expect(scheduled.state).toBe('pending');
    const waitMs = scheduled.state === 'pending' ? scheduled.retryAfterMs : 0;
    expect(waitMs).toBeGreaterThan((TEST_DELAY_SECONDS - 60) * 1000);
    expect(waitMs).toBeLessThanOrEqual(TEST_DELAY_SECONDS * 1000);
    expect((await target.perform(order)).state).toBe('pending');
    expect(await paused()).toBe(true);
    expect(await target.observe(order)).toMatchObject({ inEffect: false });
    await later(TEST_DELAY_SECONDS);
    expect(await target.perform(order)).toMatchObject({ state: 'performed' });
    expect(await paused()).toBe(false);
    expect(await target.observe(order)).toMatchObject({ inEffect: true });
    expect(await target.perform(order)).toMatchObject({ state: 'performed', receipt: { executed: true } });
    expect(await sentByRelayer()).toBe(3);
  });

  test('a resume that a guardian struck out fails for good; one that a stranger executed is done', async () => {
    const stop = await stopped();
    const target = createGuardianTarget(local.config());
    const first = await signedOrder(local, { call: 'resume', stop }, local.guardians.slice(0, 3), {
      use: 'a',
    });
    const second = await signedOrder(local, { call: 'resume', stop }, local.guardians.slice(0, 3), {
      use: 'b',
    });
    expect((await target.perform(first)).state).toBe('pending');
    expect((await target.perform(second)).state).toBe('pending');
    const signer = local.guardians[4]!;
    const signature = await signer.signTypedData({
      domain: guardianDomain(local.evm.chainId, local.demo.guardian),
      types: ORDER_TYPES,
      primaryType: 'Cancel',
      message: { action: `0x${first.hash}` },
    });
    const stranger = createWalletClient({ account: local.owner, transport: http(local.evm.rpcUrl) });
    const contract = { address: local.demo.guardian, abi: GUARDIAN_ABI, chain: null } as const;
    await stranger.writeContract({
      ...contract,
      functionName: 'cancel',
      args: [`0x${first.hash}`, signer.address, signature],
    });
    await later(TEST_DELAY_SECONDS);
    expect(await target.perform(first)).toMatchObject({ state: 'failed', permanent: true });
    await stranger.writeContract({ ...contract, functionName: 'execute', args: [`0x${second.hash}`] });
    await until(async () => !(await paused()));
    const before = await sentByRelayer();
    const patient = createGuardianTarget(local.config({ confirmations: 2 }));
    expect(await patient.perform(second)).toMatchObject({ state: 'pending' });
    await local.evm.mine();
    expect(await patient.perform(second)).toMatchObject({ state: 'performed' });
    expect(await target.perform(second)).toMatchObject({ state: 'performed', receipt: { executed: true } });
    expect(await sentByRelayer()).toBe(before);
  });

  test('a resume with the small quorum fails for good', async () => {
    const stop = await stopped();
    const order = await signedOrder(local, { call: 'resume', stop }, local.guardians.slice(0, 2));
    expect(await createGuardianTarget(local.config()).perform(order)).toMatchObject({
      state: 'failed',
      permanent: true,
      why: expect.stringContaining('QuorumNotReached(2, 3)'),
    });
  });

  test('an extension is scheduled and executed', async () => {
    const stop = await stopped();
    const target = createGuardianTarget(local.config());
    const order = await signedOrder(local, { call: 'extend', stop }, local.guardians.slice(0, 3), {
      hours: 9,
    });
    expect((await target.perform(order)).state).toBe('pending');
    expect(await target.observe(order)).toMatchObject({ inEffect: false });
    await later(TEST_DELAY_SECONDS);
    expect((await target.perform(order)).state).toBe('performed');
    expect(await target.observe(order)).toMatchObject({ inEffect: true });
  });

  test('a stop that is over is let go by anybody, also by us, once', async () => {
    const stop = await stopped();
    const target = createGuardianTarget(local.config());
    expect(await target.lapse(local.demo.guardian, stop)).toMatchObject({
      state: 'failed',
      permanent: false,
      why: expect.stringContaining('StopNotOver'),
    });
    await later(4 * 3600);
    expect((await target.lapse(local.demo.guardian, stop)).state).toBe('performed');
    expect(await paused()).toBe(false);
    expect(await target.lapse(local.demo.guardian, stop)).toMatchObject({ receipt: { alreadyOver: true } });
  });

  test('a resume of a stop that lapsed meanwhile is done without a transaction', async () => {
    const stop = await stopped();
    const target = createGuardianTarget(local.config());
    const order = await signedOrder(local, { call: 'resume', stop }, local.guardians.slice(0, 3));
    expect((await target.perform(order)).state).toBe('pending');
    await later(4 * 3600);
    await target.lapse(local.demo.guardian, stop);
    const before = await sentByRelayer();
    expect(await target.perform(order)).toMatchObject({ state: 'performed', receipt: { stopWasOver: true } });
    expect(await sentByRelayer()).toBe(before);
    expect(await target.observe(order)).toMatchObject({ inEffect: true });
  });
});
