/** What the guardian stops, family by family: each stop takes hold, and its end restores what was there before. */
import type { Hex } from 'viem';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEMO_REDEMPTION_LIMIT } from '../../packages/server/src/connectors/evm/demo-chain.ts';
import {
  accountArgs,
  type GivenStop,
  lapse,
  limitArgs,
  readGuardian,
  refusal,
  STOP_STATES,
  stop,
  worked,
} from './guardian-orders.ts';
import { HOUR, openStage, type Stage, testGuardians } from './guardian-stage.ts';

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

const ONE = 10n ** 18n;
const holder = testGuardians(1, 'holder')[0]!.address;
const other = testGuardians(1, 'other holder')[0]!.address;
/** Stops for one hour; returns the id. */
const hold = async (given: GivenStop): Promise<Hex> => {
  const { action, mined } = await stop(stage, { hours: 1, ...given });
  worked(mined);
  return action;
};
const letGo = async (id: Hex): Promise<boolean> => {
  const { until } = await readGuardian<{ until: bigint }>(stage, 'stops', [id]);
  const { logs } = worked(await lapse(stage, id, Number(until)));
  const own = logs.find(({ address }) => address.toLowerCase() === stage.demo.guardian.toLowerCase());
  // Last word of Lapsed: whether the target was called.
  return own?.data.endsWith('1') ?? false;
};
const owner = (contract: string, to: Hex, call: string, args: readonly unknown[] = []) =>
  stage.send(stage.owner.address, contract, to, call, args);

const FAMILIES = [
  {
    contract: 'DemoFiatToken',
    token: 'fiatToken',
    pause: 'fiat.pause',
    freeze: 'fiat.freeze',
    frozen: 'isBlacklisted',
    error: 'AccountBlacklisted',
  },
  {
    contract: 'DemoJpycToken',
    token: 'jpycToken',
    pause: 'jpyc.pause',
    freeze: 'jpyc.freeze',
    frozen: 'isBlocklisted',
    error: 'AccountBlocklisted',
  },
] as const;

describe.each(FAMILIES)('$contract', ({ contract, token, pause, freeze, frozen, error }) => {
  const address = (): Hex => stage.demo[token];
  const mint = (to: Hex): ReturnType<typeof owner> => owner(contract, address(), 'mint', [to, ONE]);
  const isFrozen = (account: Hex): Promise<boolean> => stage.read(contract, address(), frozen, [account]);

  test('paused: nobody is paid, until the stop lapses', async () => {
    worked(await mint(holder));
    const id = await hold({ on: pause });
    expect(refusal(await mint(holder))).toBe('TokenPaused');
    expect(await letGo(id)).toBe(true);
    worked(await mint(holder));
  });

  test('frozen: one account, and only that; two accounts are independent', async () => {
    const first = await hold({ on: freeze, args: accountArgs(holder) });
    const second = await hold({ on: freeze, args: accountArgs(other) });
    expect(refusal(await mint(holder))).toBe(error);
    worked(await mint(stage.stranger.address));
    expect(await readGuardian(stage, 'switches', [stage.demo.switches[freeze].id])).toMatchObject({
      live: 2,
    });
    await letGo(first);
    expect([await isFrozen(holder), await isFrozen(other)]).toEqual([false, true]);
    expect(await readGuardian(stage, 'stopped', [stage.demo.switches[freeze].id])).toBe(true);
    await letGo(second);
    expect(await isFrozen(other)).toBe(false);
    expect(await readGuardian(stage, 'stopped', [stage.demo.switches[freeze].id])).toBe(false);
  });

  test('malformed or empty accounts are refused', async () => {
    const refused = async (args: Hex): Promise<string> =>
      refusal((await stop(stage, { on: freeze, args })).mined);
    expect(await refused('0x')).toBe('MalformedArgs');
    expect(await refused(`${accountArgs(holder)}00`)).toBe('MalformedArgs');
    expect(await refused(`0x${'0'.repeat(64)}`)).toBe('ZeroAccount');
    expect(await refused(`0x${'f'.repeat(64)}`)).toBe('no reason');
  });

  test('stopped by the owner already: the guardian leaves it alone', async () => {
    worked(await owner(contract, address(), 'updatePauser', [stage.owner.address]));
    worked(await owner(contract, address(), 'pause'));
    expect(refusal((await stop(stage, { on: pause })).mined)).toBe('StoppedByAnother');
  });

  test('resumed by the owner meanwhile: the stop still lapses', async () => {
    const id = await hold({ on: pause });
    worked(await owner(contract, address(), 'updatePauser', [stage.owner.address]));
    worked(await owner(contract, address(), 'unpause'));
    expect(await letGo(id)).toBe(false);
    expect(await readGuardian(stage, 'stops', [id])).toMatchObject({ state: STOP_STATES.lapsed });
  });

  test('role taken away while stopped: lapsing fails whole, and works once the role is back', async () => {
    const id = await hold({ on: pause });
    const { until } = await readGuardian<{ until: bigint }>(stage, 'stops', [id]);
    worked(await owner(contract, address(), 'updatePauser', [stage.owner.address]));
    await stage.goTo(Number(until));
    const failed = await lapse(stage, id);
    expect(refusal(failed)).toBe('TargetCallFailed');
    expect(failed).toMatchObject({ args: [address(), '0x3f4ba83a', expect.any(String)] });
    expect(await readGuardian(stage, 'stops', [id])).toMatchObject({
      state: STOP_STATES.inForce,
      endedAt: 0n,
    });
    worked(await owner(contract, address(), 'updatePauser', [stage.demo.guardian]));
    worked(await lapse(stage, id));
    expect(await stage.read(contract, address(), 'paused')).toBe(false);
  });
});

describe('the oracle', () => {
  const sourceNow = (): Promise<Hex> =>
    stage.read('DemoPriceOracle', stage.demo.oracle, 'getSourceOfAsset', [stage.demo.jpycToken]);

  test('is switched to the source agreed on and back to the one before', async () => {
    const id = await hold({ on: 'oracle.source' });
    expect(await sourceNow()).toBe(stage.demo.fallbackSource);
    expect(await letGo(id)).toBe(true);
    expect(await sourceNow()).toBe(stage.demo.source);
  });

  test('keeps a source that the owner chose meanwhile', async () => {
    const third = await stage.deploy('DemoPriceSource', [1n]);
    const id = await hold({ on: 'oracle.source' });
    const args = [[stage.demo.jpycToken], [third]];
    worked(await owner('DemoPriceOracle', stage.demo.oracle, 'setAssetSources', args));
    expect(await letGo(id)).toBe(false);
    expect(await sourceNow()).toBe(third);
  });
});

describe('the redemption limit', () => {
  const LOWER = 50_000_000n * ONE;
  const limitNow = (): Promise<bigint> =>
    stage.read('DemoRedemptionDesk', stage.demo.desk, 'redemptionLimit');
  const lower = (limit: bigint) => stop(stage, { on: 'redemption.limit', args: limitArgs(limit), hours: 1 });

  test('is lowered and restored', async () => {
    const id = await hold({ on: 'redemption.limit', args: limitArgs(LOWER) });
    expect(await limitNow()).toBe(LOWER);
    const ask = () =>
      stage.send(stage.stranger.address, 'DemoRedemptionDesk', stage.demo.desk, 'requestRedemption', [
        LOWER + 1n,
      ]);
    expect(refusal(await ask())).toBe('LimitReached');
    expect(await letGo(id)).toBe(true);
    expect(await limitNow()).toBe(DEMO_REDEMPTION_LIMIT);
    worked(await ask());
  });

  test('stays within its bounds, is never raised, and has one value at a time', async () => {
    expect(refusal((await lower(0n)).mined)).toBe('LimitOutOfBounds');
    expect(refusal((await lower(101_000_000n * ONE)).mined)).toBe('LimitOutOfBounds');
    worked((await lower(LOWER)).mined);
    expect(refusal((await lower(LOWER - ONE)).mined)).toBe('AlreadyStopped');
    worked(await owner('DemoRedemptionDesk', stage.demo.desk, 'setRedemptionLimit', [20_000_000n * ONE]));
    const { until } = await readGuardian<{ until: bigint }>(stage, 'stops', [
      await readGuardian<Hex>(stage, 'liveStop', [
        stage.demo.switches['redemption.limit'].id,
        limitArgs(LOWER),
      ]),
    ]);
    const id = await readGuardian<Hex>(stage, 'liveStop', [
      stage.demo.switches['redemption.limit'].id,
      limitArgs(LOWER),
    ]);
    worked(await lapse(stage, id, Number(until)));
    expect(await limitNow()).toBe(20_000_000n * ONE);
    expect(refusal((await lower(LOWER)).mined)).toBe('LimitNotLower');
  });
});

describe('the cap', () => {
  test('is per account: freezing one uses nothing of another', async () => {
    const id = stage.demo.switches['fiat.freeze'].id;
    await hold({ on: 'fiat.freeze', args: accountArgs(holder), hours: 10 });
    const left = (account: Hex): Promise<bigint> =>
      readGuardian(stage, 'stoppedTimeLeftOf', [id, accountArgs(account)]);
    expect(await left(holder)).toBe(BigInt(10 * HOUR));
    expect(await left(other)).toBe(BigInt(10 * HOUR));
    await letGo(await readGuardian<Hex>(stage, 'liveStop', [id, accountArgs(holder)]));
    await hold({ on: 'fiat.freeze', args: accountArgs(holder), hours: 8 });
    await letGo(await readGuardian<Hex>(stage, 'liveStop', [id, accountArgs(holder)]));
    expect(await left(holder)).toBe(BigInt(2 * HOUR));
    expect(await left(other)).toBe(BigInt(10 * HOUR));
  });

  test('of stops at once through one switch is 100', { timeout: 120_000 }, async () => {
    const account = (n: number): Hex => `0x${(n + 1).toString(16).padStart(40, '0')}`;
    for (let n = 0; n < 100; n += 1) await hold({ on: 'fiat.freeze', args: accountArgs(account(n)) });
    expect(refusal((await stop(stage, { on: 'fiat.freeze', args: accountArgs(account(100)) })).mined)).toBe(
      'TooManyLiveStops',
    );
    await letGo(
      await readGuardian<Hex>(stage, 'liveStop', [
        stage.demo.switches['fiat.freeze'].id,
        accountArgs(account(0)),
      ]),
    );
    worked((await stop(stage, { on: 'fiat.freeze', args: accountArgs(account(100)) })).mined);
  });
});
