/** What needs the large quorum and a delay: resuming early, going on longer, and changing the guardian itself. */
import type { Hex } from 'viem';
import { keccak256, toHex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addSwitchChange,
  cancel,
  carryOut,
  change,
  execute,
  extend,
  guardiansChange,
  handIn,
  lapse,
  readGuardian,
  refusal,
  removeSwitchChange,
  resume,
  STOP_STATES,
  stop,
  timingChange,
  unknownChange,
  worked,
} from './guardian-orders.ts';
import {
  DAY,
  freshAction,
  HOUR,
  openStage,
  STAGE_TIMING,
  type Stage,
  testGuardians,
} from './guardian-stage.ts';

const EXECUTION_WINDOW = 3 * DAY;
const DELAY = STAGE_TIMING.delaySeconds;

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
const recordOf = (id: Hex): Promise<{ state: number; until: bigint; endedAt: bigint }> =>
  readGuardian(stage, 'stops', [id]);
const settings = (): Promise<Record<string, unknown>> => readGuardian(stage, 'settings');
const addresses = (count: number, from?: string): Hex[] =>
  testGuardians(count, from).map(({ address }) => address);

describe('resuming early', () => {
  test('needs the large quorum and the delay, then anybody carries it out', async () => {
    const stopped = await stop(stage);
    expect(refusal((await resume(stage, stopped.action, { by: stage.guardians.slice(0, 3) })).mined)).toBe(
      'QuorumNotReached',
    );
    const at = (await stage.now()) + 60;
    const { action, mined } = await resume(stage, stopped.action, { at });
    worked(mined);
    expect(await paused()).toBe(true);
    expect(refusal(await execute(stage, action, at + DELAY - 1))).toBe('DelayNotOver');
    worked(await execute(stage, action, at + DELAY));
    expect(await paused()).toBe(false);
    expect(await recordOf(stopped.action)).toMatchObject({
      state: STOP_STATES.resumed,
      endedAt: BigInt(at + DELAY),
    });
    expect(refusal(await execute(stage, action))).toBe('NotScheduled');
    expect(refusal(await lapse(stage, stopped.action))).toBe('StopNotInForce');
  });

  test('gives back the time that was ordered and not used', async () => {
    const at = (await stage.now()) + 60;
    const { action } = await stop(stage, { at, until: at + 10 * HOUR });
    await carryOut(stage, resume(stage, action, { at: at + HOUR }));
    const { endedAt } = await recordOf(action);
    const used = Number(endedAt) - at;
    expect(used).toBeLessThan(4 * HOUR);
    // 20 h of cap less what was used leaves more than one longest stop of 10 h; a second one shows the exact rest.
    const second = at + 12 * HOUR;
    worked(
      await lapse(
        stage,
        (await stop(stage, { at: second, until: second + 10 * HOUR })).action,
        second + 10 * HOUR,
      ),
    );
    const third = second + 11 * HOUR;
    const rest = 10 * HOUR - used;
    expect(refusal((await stop(stage, { at: third, until: third + rest + 1 })).mined)).toBe(
      'StoppedTimeCapExceeded',
    );
    worked((await stop(stage, { at: third + 1, until: third + 1 + rest })).mined);
  });

  test('is void after its deadline', async () => {
    const { action: stopId } = await stop(stage);
    const at = (await stage.now()) + 60;
    const { action } = await resume(stage, stopId, { at });
    const deadline = at + DELAY + EXECUTION_WINDOW;
    await stage.undone(async () => {
      worked(await execute(stage, action, deadline - 1));
    });
    expect(refusal(await execute(stage, action, deadline))).toBe('ExecutionDeadlinePassed');
  });

  test('is refused for a stop that is not in force, and when the stop lapsed meanwhile', async () => {
    expect(refusal((await resume(stage, freshAction())).mined)).toBe('StopNotInForce');
    const stopped = await stop(stage, { hours: 3 });
    const { until } = await recordOf(stopped.action);
    const { action } = await resume(stage, stopped.action);
    worked(await lapse(stage, stopped.action, Number(until)));
    expect(refusal(await execute(stage, action))).toBe('StopNotInForce');
  });

  test('can be struck out by any one guardian, by nobody else, and only once', async () => {
    const stopped = await stop(stage);
    const { action } = await resume(stage, stopped.action);
    expect(refusal(await cancel(stage, action, testGuardians(1, 'outsider')[0]!))).toBe('NotAGuardian');
    worked(await cancel(stage, action, stage.guardians[4]!));
    expect(refusal(await execute(stage, action, (await stage.now()) + DELAY + 60))).toBe('NotScheduled');
    expect(refusal(await cancel(stage, action, stage.guardians[4]!))).toBe('NotScheduled');
    expect(await paused()).toBe(true);
    expect(refusal((await resume(stage, stopped.action, { action })).mined)).toBe('ActionUsed');
  });

  test('a stop in force can not be struck out', async () => {
    const { action } = await stop(stage);
    expect(refusal(await cancel(stage, action, stage.guardians[0]!))).toBe('NotScheduled');
    expect(await paused()).toBe(true);
  });
});

describe('going on longer', () => {
  test('needs the large quorum and the delay, and moves the end', async () => {
    const { action: stopId } = await stop(stage, { hours: 4 });
    const before = Number((await recordOf(stopId)).until);
    const longer = before + 5 * HOUR;
    expect(refusal((await extend(stage, stopId, longer, { by: stage.guardians.slice(0, 3) })).mined)).toBe(
      'QuorumNotReached',
    );
    await carryOut(stage, extend(stage, stopId, longer));
    expect(await recordOf(stopId)).toMatchObject({ state: STOP_STATES.inForce, until: BigInt(longer) });
    expect(refusal(await lapse(stage, stopId, before))).toBe('StopNotOver');
    worked(await lapse(stage, stopId, longer));
    expect(await paused()).toBe(false);
  });

  test('is refused where it is not longer, or too late to be carried out', async () => {
    const at = (await stage.now()) + 60;
    const until = at + 10 * HOUR;
    const { action: stopId } = await stop(stage, { at, until });
    expect(refusal((await extend(stage, stopId, until)).mined)).toBe('ExtensionNotLonger');
    const { action } = await extend(stage, stopId, until + HOUR, { at: until - DELAY - 1 });
    const late = await extend(stage, stopId, until + HOUR, { at: until - DELAY });
    expect(refusal(late.mined)).toBe('StopOver');
    await stage.undone(async () => {
      worked(await execute(stage, action, until - 1));
    });
    expect(refusal(await execute(stage, action, until))).toBe('StopOver');
  });

  test('can not go beyond the longest stop from the moment it takes effect', async () => {
    const at = (await stage.now()) + 60;
    const { action: stopId } = await stop(stage, { at, until: at + 4 * HOUR });
    const { action } = await extend(stage, stopId, at + 13 * HOUR + 1, { at: at + 60 });
    await stage.undone(async () => {
      expect(refusal(await execute(stage, action, at + 3 * HOUR))).toBe('UntilTooFar');
    });
    worked(await execute(stage, action, at + 3 * HOUR + 1));
  });

  test('counts against the cap as one stop from its beginning', async () => {
    const at = (await stage.now()) + 60;
    const { action: stopId } = await stop(stage, { at, until: at + 10 * HOUR });
    await carryOut(stage, extend(stage, stopId, at + 17 * HOUR, { at: at + 6 * HOUR }));
    const over = await extend(stage, stopId, at + 20 * HOUR + 1, { at: at + 9 * HOUR });
    worked(over.mined);
    expect(refusal(await execute(stage, over.action, at + 12 * HOUR))).toBe('StoppedTimeCapExceeded');
    const exact = await extend(stage, stopId, at + 20 * HOUR, { at: at + 12 * HOUR + 60 });
    worked(await execute(stage, exact.action, at + 15 * HOUR));
  });
});

describe('changing the guardian', () => {
  test('a rotation: new guardians sign, an old one no more, and what was scheduled before is void', async () => {
    const stopped = await stop(stage, { hours: 10 });
    const set = addresses(4, 'next');
    const rotation = await change(stage, guardiansChange(set, 2, 3));
    const early = await resume(stage, stopped.action);
    await stage.goTo((await stage.now()) + DELAY + 60);
    worked(await execute(stage, rotation.action));
    expect(await readGuardian(stage, 'guardians')).toEqual(set);
    expect(await settings()).toMatchObject({ quorum: 2, largeQuorum: 3 });
    expect(refusal(await execute(stage, early.action))).toBe('GuardiansChangedSince');
    expect(refusal((await stop(stage, { on: 'jpyc.pause' })).mined)).toBe('NotAGuardian');
    expect(refusal(await cancel(stage, early.action, stage.guardians[0]!))).toBe('NotAGuardian');
    worked((await stop(stage, { on: 'jpyc.pause', by: testGuardians(2, 'next') })).mined);
  });

  test('needs the large quorum, the delay, and nobody who objects', async () => {
    const rotation = guardiansChange(addresses(4, 'next'), 2, 3);
    expect(refusal((await change(stage, rotation, { by: stage.guardians.slice(0, 3) })).mined)).toBe(
      'QuorumNotReached',
    );
    const at = (await stage.now()) + 60;
    const { action } = await change(stage, rotation, { at });
    expect(refusal(await execute(stage, action, at + DELAY - 1))).toBe('DelayNotOver');
    worked(await cancel(stage, action, stage.guardians[2]!));
    expect(refusal(await execute(stage, action, at + DELAY + 60))).toBe('NotScheduled');
  });

  test('no set of guardians in which one acts alone or a quorum can not be reached', async () => {
    const refused = async (set: readonly Hex[], quorum: number, large: number): Promise<string> =>
      refusal((await change(stage, guardiansChange(set, quorum, large))).mined);
    expect(await refused(addresses(4), 1, 3)).toBe('QuorumTooSmall');
    expect(await refused(addresses(4), 3, 3)).toBe('LargeQuorumNotLarger');
    expect(await refused(addresses(4), 3, 5)).toBe('QuorumUnreachable');
    expect(await refused(addresses(2), 2, 2)).toBe('GuardianCountOutOfBounds');
    expect(await refused(addresses(33), 2, 3)).toBe('GuardianCountOutOfBounds');
    expect(await refused(addresses(4).toReversed(), 2, 3)).toBe('GuardiansNotAscending');
    expect(await refused([...addresses(3), addresses(3)[2]!], 2, 3)).toBe('GuardiansNotAscending');
    expect(await refused([`0x${'0'.repeat(40)}`, ...addresses(3)], 2, 3)).toBe('GuardiansNotAscending');
    const withSelf = [...addresses(4), stage.demo.guardian].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    expect(await refused(withSelf, 2, 3)).toBe('GuardianIsThisContract');
    expect(await refused(addresses(3), 2, 3)).toBe('nothing: it worked');
  });

  test('timing within its bounds', async () => {
    const t = { delay: 3 * HOUR, maxStop: 8 * HOUR, window: 6 * DAY, cap: 30 * HOUR };
    const refused = async (over: Partial<typeof t>): Promise<unknown> => {
      const { delay, maxStop, window, cap } = { ...t, ...over };
      const { mined } = await change(stage, timingChange(delay, maxStop, window, cap));
      return mined.ok ? 'nothing: it worked' : `${mined.error} ${mined.args[0]}`;
    };
    expect(await refused({ delay: HOUR - 1 })).toBe('TimingOutOfBounds delay');
    expect(await refused({ delay: 8 * HOUR })).toBe('TimingOutOfBounds delay');
    expect(await refused({ maxStop: HOUR })).toBe('TimingOutOfBounds maxStop');
    expect(await refused({ maxStop: 30 * DAY + 1 })).toBe('TimingOutOfBounds maxStop');
    expect(await refused({ window: DAY - 1 })).toBe('TimingOutOfBounds window');
    expect(await refused({ window: 90 * DAY + 1 })).toBe('TimingOutOfBounds window');
    expect(await refused({ cap: 8 * HOUR - 1 })).toBe('TimingOutOfBounds cap');
    expect(await refused({ cap: 3 * DAY + 1 })).toBe('TimingOutOfBounds cap');
    await carryOut(stage, change(stage, timingChange(t.delay, t.maxStop, t.window, t.cap)));
    expect(await settings()).toMatchObject(
      Object.fromEntries(Object.entries(t).map(([name, value]) => [name, BigInt(value)])),
    );
  });

  test('a window made longer still sees the stops from before', async () => {
    const at = (await stage.now()) + 60;
    for (const n of [0, 1])
      worked(
        await lapse(
          stage,
          (await stop(stage, { at: at + n * 11 * HOUR, until: at + n * 11 * HOUR + 10 * HOUR })).action,
          at + n * 11 * HOUR + 10 * HOUR,
        ),
      );
    await stage.goTo(at + 7 * DAY);
    await stage.undone(async () => {
      worked((await stop(stage, { hours: 10 })).mined);
    });
    await carryOut(stage, change(stage, timingChange(DELAY, 10 * HOUR, 20 * DAY, 20 * HOUR)));
    expect(refusal((await stop(stage, { hours: 1 })).mined)).toBe('StoppedTimeCapExceeded');
  });

  test('adding and removing a switch', async () => {
    const id = keccak256(toHex('jpyc.freeze again'));
    const { target, adapter } = stage.demo.switches['jpyc.freeze'];
    const known = stage.demo.switches['fiat.pause'].id;
    const refused = async (bytes: Hex): Promise<string> => refusal((await change(stage, bytes)).mined);
    expect(await refused(addSwitchChange(known, target, adapter))).toBe('SwitchExists');
    expect(await refused(addSwitchChange(`0x${'0'.repeat(64)}`, target, adapter))).toBe('ZeroSwitchId');
    expect(await refused(addSwitchChange(id, stage.stranger.address, adapter))).toBe('NoCode');
    expect(await refused(addSwitchChange(id, target, stage.stranger.address))).toBe('NoCode');
    expect(await refused(addSwitchChange(id, stage.demo.guardian, adapter))).toBe('TargetIsThisContract');
    expect(await refused(removeSwitchChange(id))).toBe('UnknownSwitch');
    expect(await refused(unknownChange())).toBe('UnknownChange');
    await carryOut(stage, change(stage, addSwitchChange(id, target, adapter)));
    expect(await readGuardian(stage, 'switches', [id])).toMatchObject({ target, adapter, live: 0 });
    expect(await readGuardian<Hex[]>(stage, 'switchIds')).toContain(id);
    await carryOut(stage, change(stage, removeSwitchChange(known)));
    expect(await readGuardian<Hex[]>(stage, 'switchIds')).not.toContain(known);
    expect(refusal((await stop(stage)).mined)).toBe('UnknownSwitch');
  });

  test('a switch with a stop in force stays', async () => {
    const { action } = await change(stage, removeSwitchChange(stage.demo.switches['fiat.pause'].id));
    const stopped = await stop(stage, { hours: 4 });
    await stage.goTo((await stage.now()) + DELAY + 60);
    expect(refusal(await execute(stage, action))).toBe('SwitchInUse');
    const { until } = await recordOf(stopped.action);
    worked(await lapse(stage, stopped.action, Number(until)));
    worked(await execute(stage, action));
  });

  test('one action hash serves one order of any kind', async () => {
    const { action } = await stop(stage);
    expect(refusal((await resume(stage, action, { action })).mined)).toBe('ActionUsed');
    expect(refusal((await change(stage, removeSwitchChange(freshAction()), { action })).mined)).toBe(
      'ActionUsed',
    );
  });

  test('a signature of one kind of order does not serve another', async () => {
    const { action: stopId } = await stop(stage);
    const validBefore = BigInt((await stage.now()) + DAY);
    const order = {
      stop: stopId,
      power: freshAction(),
      action: freshAction(),
      reason: freshAction(),
      validBefore,
    };
    const signed = await stage.sign('Resume', order, stage.guardians.slice(0, 4));
    const asExtend = { ...order, until: BigInt((await stage.now()) + 9 * HOUR) };
    const { mined } = await handIn(stage, 'Extend', { stop: stopId, until: asExtend.until }, {});
    worked(mined);
    const crossed = await stage.send(
      stage.stranger.address,
      'TimeBoxedGuardian',
      stage.demo.guardian,
      'scheduleExtend',
      [asExtend, ...signed],
    );
    expect(refusal(crossed)).toBe('BadSignature');
  });
});
