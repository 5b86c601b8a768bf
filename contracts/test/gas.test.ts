/**
 * What each call costs, printed as a table, and ceilings that a change must not break unseen. Ceilings stand about a
 * quarter above what was measured when they were set; a guardian more costs about 8,000 per call.
 */
import type { Hex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  accountArgs,
  cancel,
  change,
  execute,
  extend,
  guardiansChange,
  lapse,
  limitArgs,
  readGuardian,
  resume,
  stop,
  timingChange,
  worked,
} from './guardian-orders.ts';
import { DAY, HOUR, openStage, STAGE_TIMING, type Stage, testGuardians } from './guardian-stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage?.close());

const CEILINGS: Readonly<Record<string, number>> = {
  'stop: pause, 2 of 5': 350_000,
  'stop: pause, 5 of 5': 385_000,
  'stop: freeze one account, 2 of 5': 455_000,
  'stop: oracle source, 2 of 5': 435_000,
  'stop: redemption limit, 2 of 5': 460_000,
  'stop: pause, second in the same window': 335_000,
  lapse: 97_000,
  'scheduleResume, 4 of 5': 205_000,
  'execute: resume': 116_000,
  'scheduleExtend, 4 of 5': 207_000,
  'execute: extend': 83_000,
  'scheduleChange: timing, 4 of 5': 405_000,
  'scheduleChange: guardians, 4 of 5': 550_000,
  'execute: guardians': 280_000,
  cancel: 47_000,
};

test('gas', { timeout: 60_000 }, async () => {
  const used: Record<string, number> = {};
  const note = async (
    name: string,
    ran: Promise<{ action: Hex; mined: Awaited<ReturnType<typeof lapse>> }>,
  ) => {
    const { action, mined } = await ran;
    used[name] = worked(mined).gasUsed;
    return action;
  };
  const noteMined = async (name: string, mined: ReturnType<typeof lapse>): Promise<void> => {
    used[name] = worked(await mined).gasUsed;
  };
  const wait = async (seconds: number): Promise<void> => stage.goTo((await stage.now()) + seconds);
  const account = accountArgs(stage.stranger.address);

  const first = await note('stop: pause, 2 of 5', stop(stage, { hours: 4 }));
  const longer = Number((await readGuardian<{ until: bigint }>(stage, 'stops', [first])).until) + HOUR;
  const extension = await note('scheduleExtend, 4 of 5', extend(stage, first, longer));
  const early = await note('scheduleResume, 4 of 5', resume(stage, first));
  await wait(STAGE_TIMING.delaySeconds + 60);
  await noteMined('execute: extend', execute(stage, extension));
  await noteMined('execute: resume', execute(stage, early));
  const second = await note('stop: pause, second in the same window', stop(stage, { hours: 1 }));
  await note('stop: pause, 5 of 5', stop(stage, { on: 'jpyc.pause', by: stage.guardians, hours: 1 }));
  await note('stop: freeze one account, 2 of 5', stop(stage, { on: 'fiat.freeze', args: account, hours: 1 }));
  await note('stop: oracle source, 2 of 5', stop(stage, { on: 'oracle.source', hours: 1 }));
  const limit = limitArgs(50_000_000n * 10n ** 18n);
  await note(
    'stop: redemption limit, 2 of 5',
    stop(stage, { on: 'redemption.limit', args: limit, hours: 1 }),
  );
  await wait(HOUR + 60);
  await noteMined('lapse', lapse(stage, second));
  const timing = timingChange(2 * HOUR, 8 * HOUR, 5 * DAY, 20 * HOUR);
  const struck = await note('scheduleChange: timing, 4 of 5', change(stage, timing));
  await noteMined('cancel', cancel(stage, struck, stage.guardians[0]!));
  const set = testGuardians(5, 'next').map(({ address }) => address);
  const rotation = await note('scheduleChange: guardians, 4 of 5', change(stage, guardiansChange(set, 2, 4)));
  await wait(STAGE_TIMING.delaySeconds + 60);
  await noteMined('execute: guardians', execute(stage, rotation));

  console.table(
    Object.fromEntries(Object.entries(used).map(([name, gas]) => [name, { gas, most: CEILINGS[name] }])),
  );
  expect(Object.keys(used).sort()).toEqual(Object.keys(CEILINGS).sort());
  for (const [name, gas] of Object.entries(used)) expect(gas, name).toBeLessThanOrEqual(CEILINGS[name]!);
});
