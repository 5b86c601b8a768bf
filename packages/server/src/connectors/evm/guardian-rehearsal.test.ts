/** Rehearsals without a single signature: what would work, what would not and why, and the real thing on a fork. */
import {
  createWalletClient,
  encodeAbiParameters,
  http,
  keccak256,
  parseAbi,
  parseAbiParameters,
  toHex,
} from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rehearseOnFork } from './guardian-rehearsal.ts';
import { createGuardianTarget } from './guardian-target.ts';
import { type ActGiven, type LocalGuardian, signedOrder, startLocalGuardian } from './local-guardian.ts';

let local: LocalGuardian;
let mark: unknown;
beforeAll(async () => {
  local = await startLocalGuardian();
});
beforeEach(async () => {
  mark = await local.evm.request('evm_snapshot');
});
afterEach(() => local.evm.request('evm_revert', [mark]));
afterAll(() => local?.close());

const target = () => createGuardianTarget(local.config());
const unsigned = (given: ActGiven = {}) => signedOrder(local, { call: 'stop', on: 'fiat.pause' }, [], given);
const account = (n: number) =>
  encodeAbiParameters(parseAbiParameters('address'), [`0x${String(n).padStart(40, '0')}`]);
const asOwner = async (line: string, args: readonly unknown[] = []): Promise<void> => {
  const abi = parseAbi([line]);
  const wallet = createWalletClient({ account: local.owner, transport: http(local.evm.rpcUrl) });
  const functionName = /function (\w+)/.exec(line)?.[1] ?? '';
  await wallet.writeContract({
    address: local.demo.fiatToken,
    abi,
    functionName,
    args,
    chain: null,
  } as never);
  await local.evm.mine();
};

describe('against the living chain', () => {
  test('a stop that would work shows what it would call', async () => {
    expect(await target().rehearse(await unsigned())).toEqual({
      works: true,
      shows: {
        guardian: local.demo.guardian,
        signaturesNeeded: 2,
        guardians: 5,
        target: local.demo.fiatToken,
        data: '0x8456cb59',
        lengthSeconds: expect.any(Number),
        stoppedTimeLeftSeconds: 24 * 3600,
      },
    });
  });

  test('the guardian does not hold the role', async () => {
    await asOwner('function updatePauser(address to)', [local.owner.address]);
    const told = await target().rehearse(await unsigned());
    expect(told).toMatchObject({ works: false, why: expect.stringContaining('does it hold the role?') });
  });

  test('the token is stopped already, by its owner', async () => {
    await asOwner('function updatePauser(address to)', [local.owner.address]);
    await asOwner('function pause()');
    expect(await target().rehearse(await unsigned())).toMatchObject({
      why: expect.stringContaining('by somebody else'),
    });
  });

  test('too long, over before it begins, or for a switch that is not there', async () => {
    const why = async (given: ActGiven): Promise<unknown> => target().rehearse(await unsigned(given));
    expect(await why({ hours: 25 })).toMatchObject({ why: expect.stringContaining('86400 s at a time') });
    expect(await why({ hours: -1 })).toMatchObject({ why: expect.stringContaining('until is not ahead') });
    const order = await unsigned();
    const act = { ...order.action.act, switchId: keccak256(toHex('nothing')) } as typeof order.action.act;
    const lost = { ...order, action: { ...order.action, act } };
    expect(await target().rehearse(lost)).toMatchObject({ why: expect.stringContaining('has no switch') });
  });

  test('what an adapter refuses is named', async () => {
    const order = await signedOrder(local, { call: 'stop', on: 'fiat.freeze', args: '0x00' }, []);
    expect(await target().rehearse(order)).toEqual({
      works: false,
      why: 'the chain refuses: MalformedArgs(1, 32)',
    });
  });

  test('a freeze of one account', async () => {
    const order = await signedOrder(local, { call: 'stop', on: 'jpyc.freeze', args: account(7) }, []);
    expect(await target().rehearse(order)).toMatchObject({
      works: true,
      shows: { target: local.demo.jpycToken },
    });
  });

  test('resume and extend of a stop in force, and of none', async () => {
    const stop = await signedOrder(local, { call: 'stop', on: 'fiat.pause' }, local.guardians.slice(0, 2));
    const id = `0x${stop.hash}`;
    const resume = await signedOrder(local, { call: 'resume', stop: id }, []);
    expect(await target().rehearse(resume)).toMatchObject({
      why: expect.stringContaining('is not in force'),
    });
    expect((await target().perform(stop)).state).toBe('performed');
    expect(await target().rehearse(stop)).toMatchObject({ why: expect.stringContaining('already used') });
    expect(await target().rehearse(await unsigned({ use: 'use-2' }))).toMatchObject({
      why: expect.stringContaining('is in force on the same thing'),
    });
    expect(await target().rehearse(resume)).toMatchObject({
      works: true,
      shows: { data: '0x3f4ba83a', signaturesNeeded: 3 },
    });
    const extend = (hours: number) => signedOrder(local, { call: 'extend', stop: id }, [], { hours });
    expect(await target().rehearse(await extend(8))).toMatchObject({ works: true });
    expect(await target().rehearse(await extend(3))).toMatchObject({
      why: expect.stringContaining('already lasts'),
    });
    expect(await target().rehearse(await extend(60))).toMatchObject({
      why: expect.stringContaining('more at most'),
    });
  });
});

describe('on a fork', () => {
  test('stop and resume are carried out, with gas and events, and the chain itself keeps running', async () => {
    const before = await local.evm.request('eth_blockNumber');
    const told = await rehearseOnFork(local.evm.rpcUrl, await unsigned());
    expect(told).toMatchObject({
      works: true,
      shows: {
        target: local.demo.fiatToken,
        stop: { events: [{ topics: [keccak256(toHex('Pause()'))] }] },
        resume: { events: [{ topics: [keccak256(toHex('Unpause()'))] }] },
      },
    });
    const { shows } = told as unknown as { shows: { stop: { gasUsed: number } } };
    expect(shows.stop.gasUsed).toBeGreaterThan(21_000);
    expect(await local.evm.request('eth_blockNumber')).toBe(before);
    expect(await target().observe(await unsigned())).toMatchObject({ inEffect: false });
  });

  test('a guardian without the role is found out', async () => {
    await asOwner('function updatePauser(address to)', [local.owner.address]);
    expect(await rehearseOnFork(local.evm.rpcUrl, await unsigned())).toMatchObject({
      works: false,
      why: expect.stringContaining('does the guardian hold the role?'),
    });
  });
});
