/** Stopping: who may, how often, how long, and that a stop ends without us. */
import { decodeEventLog, type Hex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readBuilt } from '../../packages/server/src/connectors/evm/demo-chain.ts';
import {
  callGuardian,
  lapse,
  POWER,
  REASON,
  readGuardian,
  refusal,
  STOP_STATES,
  stop,
  worked,
} from './guardian-orders.ts';
import { DAY, freshAction, HOUR, openStage, type Stage, signOrder, testGuardians } from './guardian-stage.ts';

let stage: Stage;
let mark: unknown;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  mark = await stage.evm.request('evm_snapshot');
});
afterEach(() => stage.evm.request('evm_revert', [mark]));
afterAll(() => stage?.close());

const paused = (): Promise<boolean> => stage.read('DemoFiatToken', stage.demo.fiatToken, 'paused');
const stopOrder = async (over: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
  const now = await stage.now();
  return {
    switchId: stage.demo.switches['fiat.pause'].id,
    args: '0x',
    power: POWER,
    action: freshAction(),
    reason: REASON,
    until: BigInt(now + HOUR),
    validBefore: BigInt(now + DAY),
    ...over,
  };
};

describe('a stop', () => {
  test('pauses the token and says on chain by whom, why and until when', async () => {
    const until = (await stage.now()) + 3 * HOUR;
    const { action, mined } = await stop(stage, { until });
    const { logs } = worked(mined);
    expect(await paused()).toBe(true);
    const events = logs
      .filter(({ address }) => address.toLowerCase() === stage.demo.guardian.toLowerCase())
      .map(({ topics, data }) => decodeEventLog({ abi: readBuilt('TimeBoxedGuardian').abi, topics, data }));
    expect(events).toEqual([
      {
        eventName: 'Stopped',
        args: {
          action,
          switchId: stage.demo.switches['fiat.pause'].id,
          power: POWER,
          reason: REASON,
          until: BigInt(until),
          guardians: stage.guardians.slice(0, 2).map(({ address }) => address),
        },
      },
    ]);
    const record = await readGuardian<Record<string, unknown>>(stage, 'stops', [action]);
    expect(record).toMatchObject({ state: STOP_STATES.inForce, until: BigInt(until), endedAt: 0n });
    expect(await readGuardian(stage, 'stopped', [stage.demo.switches['fiat.pause'].id])).toBe(true);
    expect(await readGuardian(stage, 'usedAction', [action])).toBe(true);
  });

  test('lapses without us: a stranger ends it when its time is over, and not a second before', async () => {
    const until = (await stage.now()) + 3 * HOUR;
    const { action } = await stop(stage, { until });
    expect(refusal(await lapse(stage, action, until - 1))).toBe('StopNotOver');
    expect(await paused()).toBe(true);
    worked(await lapse(stage, action, until));
    expect(await paused()).toBe(false);
    const record = await readGuardian<{ state: number; endedAt: bigint }>(stage, 'stops', [action]);
    expect(record).toMatchObject({ state: STOP_STATES.lapsed, endedAt: BigInt(until) });
    expect(refusal(await lapse(stage, action))).toBe('StopNotInForce');
  });

  test('counts the key of a guardian whose account carries delegated code (EIP-7702)', async () => {
    const code = await stage.evm.request('eth_getCode', [stage.demo.fiatToken, 'latest']);
    await stage.evm.request('anvil_setCode', [stage.guardians[0]!.address, code]);
    worked((await stop(stage)).mined);
    expect(await paused()).toBe(true);
  });

  test('can be handed in by anybody, with more signatures than needed', async () => {
    worked((await stop(stage, { by: stage.guardians })).mined);
    expect(await paused()).toBe(true);
  });
});

describe('a stop is refused', () => {
  test('with one signature fewer than the quorum', async () => {
    expect(refusal((await stop(stage, { by: stage.guardians.slice(0, 1) })).mined)).toBe('QuorumNotReached');
    expect(refusal((await stop(stage, { by: [] })).mined)).toBe('QuorumNotReached');
    expect(await paused()).toBe(false);
  });

  test('with the same guardian twice, with signers out of order, or with uneven lists', async () => {
    const order = await stopOrder();
    const [signers, signatures] = await stage.sign('Stop', order, stage.guardians.slice(0, 2));
    const hand = async (who: readonly unknown[], what: readonly unknown[]): Promise<string> =>
      refusal(await callGuardian(stage, 'stop', [order, who, what]));
    expect(await hand([signers[0], signers[0]], [signatures[0], signatures[0]])).toBe('SignersNotAscending');
    expect(await hand(signers.toReversed(), signatures.toReversed())).toBe('SignersNotAscending');
    expect(await hand(signers, signatures.slice(0, 1))).toBe('SignatureCountMismatch');
    expect(await hand(signers, signatures.toReversed())).toBe('BadSignature');
    expect(await hand(signers, [signatures[0], '0x'])).toBe('BadSignature');
    worked(await callGuardian(stage, 'stop', [order, signers, signatures]));
  });

  test('with a signature of somebody who is no guardian', async () => {
    const by = [stage.guardians[0]!, testGuardians(1, 'outsider')[0]!];
    expect(refusal((await stop(stage, { by })).mined)).toBe('NotAGuardian');
  });

  test('signed for another chain or another guardian contract', async () => {
    const order = await stopOrder();
    const by = stage.guardians.slice(0, 2);
    const other = await signOrder('Stop', order, by, stage.demo.guardian, 1);
    expect(refusal(await callGuardian(stage, 'stop', [order, ...other]))).toBe('BadSignature');
    const elsewhere = await signOrder('Stop', order, by, stage.demo.fiatToken);
    expect(refusal(await callGuardian(stage, 'stop', [order, ...elsewhere]))).toBe('BadSignature');
  });

  test('when any field differs from what was signed', async () => {
    const order = await stopOrder();
    const signed = await stage.sign('Stop', order, stage.guardians.slice(0, 2));
    const other = freshAction();
    for (const field of ['switchId', 'power', 'action', 'reason'])
      expect(
        refusal(await callGuardian(stage, 'stop', [{ ...order, [field]: other }, ...signed])),
        field,
      ).toBe('BadSignature');
    for (const field of ['until', 'validBefore'])
      expect(
        refusal(
          await callGuardian(stage, 'stop', [
            { ...order, [field]: (order[field] as bigint) + 1n },
            ...signed,
          ]),
        ),
        field,
      ).toBe('BadSignature');
    expect(refusal(await callGuardian(stage, 'stop', [{ ...order, args: '0x00' }, ...signed]))).toBe(
      'BadSignature',
    );
  });

  test('a second time, also after the first has lapsed', async () => {
    const order = await stopOrder();
    const signed = await stage.sign('Stop', order, stage.guardians.slice(0, 2));
    worked(await callGuardian(stage, 'stop', [order, ...signed]));
    expect(refusal(await callGuardian(stage, 'stop', [order, ...signed]))).toBe('ActionUsed');
    worked(await lapse(stage, order.action as Hex, Number(order.until)));
    expect(refusal(await callGuardian(stage, 'stop', [order, ...signed]))).toBe('ActionUsed');
    expect(await paused()).toBe(false);
  });

  test('from its validBefore on', async () => {
    const at = (await stage.now()) + 100;
    expect(refusal((await stop(stage, { validBefore: at, at })).mined)).toBe('OrderExpired');
    worked((await stop(stage, { validBefore: at + 12, at: at + 11 })).mined);
  });

  test('without an end ahead, or with one beyond the longest stop', async () => {
    const at = (await stage.now()) + 100;
    expect(refusal((await stop(stage, { until: at, at })).mined)).toBe('UntilNotAhead');
    const beyond = at + 10 + 10 * HOUR + 1;
    expect(refusal((await stop(stage, { until: beyond, at: at + 10 })).mined)).toBe('UntilTooFar');
    worked((await stop(stage, { until: beyond, at: at + 11 })).mined);
  });

  test('for an unknown switch, a zero action, or malformed args', async () => {
    const unknown = await stopOrder({ switchId: freshAction() });
    const by = stage.guardians.slice(0, 2);
    expect(
      refusal(await callGuardian(stage, 'stop', [unknown, ...(await stage.sign('Stop', unknown, by))])),
    ).toBe('UnknownSwitch');
    expect(refusal((await stop(stage, { action: `0x${'0'.repeat(64)}` })).mined)).toBe('ZeroAction');
    expect(refusal((await stop(stage, { args: '0x00' })).mined)).toBe('MalformedArgs');
  });

  test('while a stop of the same thing is in force, also when that is overdue', async () => {
    const until = (await stage.now()) + HOUR;
    const first = await stop(stage, { until });
    expect(refusal((await stop(stage)).mined)).toBe('AlreadyStopped');
    expect(refusal((await stop(stage, { at: until + 60 })).mined)).toBe('AlreadyStopped');
    worked(await lapse(stage, first.action));
    worked((await stop(stage)).mined);
  });
});

describe('the cap on stopped time', () => {
  const left = (): Promise<bigint> =>
    readGuardian(stage, 'stoppedTimeLeft', [stage.demo.switches['fiat.pause'].id]);

  test('holds in every window: exhausted, then given back second by second', async () => {
    const t0 = (await stage.now()) + HOUR;
    for (const n of [0, 1]) {
      const at = t0 + n * 11 * HOUR;
      const { action, mined } = await stop(stage, { at, until: at + 10 * HOUR });
      worked(mined);
      worked(await lapse(stage, action, at + 10 * HOUR));
    }
    // 20 h of 20 h are used. One more second is refused until the window has moved past the first stop.
    const soon = t0 + 30 * HOUR;
    expect(refusal((await stop(stage, { at: soon, until: soon + 1 })).mined)).toBe('StoppedTimeCapExceeded');
    expect(await left()).toBe(0n);
    const rolled = t0 + 5 * DAY;
    expect(refusal((await stop(stage, { at: rolled - 60, until: rolled + 1 })).mined)).toBe(
      'StoppedTimeCapExceeded',
    );
    // From the moment that the window ends exactly where the first stop began, each second in frees one.
    const { action, mined } = await stop(stage, { at: rolled, until: rolled + 10 * HOUR });
    worked(mined);
    worked(await lapse(stage, action, rolled + 10 * HOUR));
    const gap = rolled + 10 * HOUR + 60;
    expect(refusal((await stop(stage, { at: gap, until: gap + 1 })).mined)).toBe('StoppedTimeCapExceeded');
    const free = t0 + 5 * DAY + 11 * HOUR;
    worked((await stop(stage, { at: free, until: free + 10 * HOUR })).mined);
  });

  test('counts what was ordered, not how late somebody lapses it', async () => {
    const until = (await stage.now()) + 10 * HOUR;
    const { action } = await stop(stage, { until });
    worked(await lapse(stage, action, until + 5 * HOUR));
    expect(await left()).toBe(BigInt(10 * HOUR));
  });

  test('names the total and the cap', async () => {
    const t0 = (await stage.now()) + HOUR;
    for (const n of [0, 1]) {
      const at = t0 + n * 11 * HOUR;
      const { action } = await stop(stage, { at, until: at + 9 * HOUR });
      worked(await lapse(stage, action, at + 9 * HOUR));
    }
    const at = t0 + 30 * HOUR;
    const { mined } = await stop(stage, { at, until: at + 2 * HOUR + 1 });
    expect(mined).toMatchObject({
      error: 'StoppedTimeCapExceeded',
      args: [BigInt(20 * HOUR + 1), BigInt(20 * HOUR)],
    });
    worked((await stop(stage, { at: at + 60, until: at + 60 + 2 * HOUR })).mined);
  });

  test('more than 64 stops in one window are refused, however short, and forgotten after it', async () => {
    const t0 = (await stage.now()) + HOUR;
    let costliest = 0;
    for (let n = 0; n < 64; n += 1) {
      const at = t0 + n * 120;
      const { action, mined } = await stop(stage, { at, until: at + 60 });
      costliest = Math.max(costliest, worked(mined).gasUsed);
      worked(await lapse(stage, action, at + 60));
    }
    const at = t0 + HOUR * 3;
    expect(refusal((await stop(stage, { at, until: at + 60 })).mined)).toBe('TooManyStops');
    // Reading the longest history costs about 2,300 an interval.
    expect(costliest).toBeGreaterThan(350_000);
    expect(costliest).toBeLessThan(550_000);
    const later = t0 + 6 * DAY;
    worked((await stop(stage, { at: later, until: later + 10 * HOUR })).mined);
  });
});
