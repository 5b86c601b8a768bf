/**
 * Random sequences of everything that can be done to a guardian, against a model written from the rules and not from
 * the contract: what the contract takes and refuses must be what the model says, to the second, and after each sequence
 * no window holds more ordered stop time than the cap, what is stopped has a stop in force, and no money moved.
 */
import fc from 'fast-check';
import type { Hex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancel, execute, extend, lapse, readGuardian, refusal, resume, stop } from './guardian-orders.ts';
import { DAY, freshAction, HOUR, openStage, type Stage } from './guardian-stage.ts';

const DELAY = 2 * HOUR;
const MAX_STOP = 10 * HOUR;
const WINDOW = 3 * DAY;
/** Hardly more than one longest stop, so that sequences run into it. */
const CAP = 12 * HOUR;
const EXECUTION_WINDOW = 3 * DAY;
const LANES = ['fiat.pause', 'jpyc.pause'] as const;
/** Fixed, so that a failure is the same failure tomorrow. */
const SEED = 20_260_301;
const RUNS = 50;
const STEPS_MAX = 40;
const HELD = 1_000n;

type Lane = (typeof LANES)[number];
type Step = {
  readonly kind: 'stop' | 'resume' | 'extend' | 'execute' | 'lapse' | 'cancel' | 'replay';
  readonly lane: Lane;
  readonly waitSeconds: number;
  readonly lengthSeconds: number;
  readonly pick: number;
  readonly signers: number;
};
type Interval = {
  readonly id: Hex;
  readonly lane: Lane;
  readonly from: number;
  to: number;
  until: number;
  live: boolean;
};
type Waiting = {
  readonly id: Hex;
  readonly kind: 'resume' | 'extend';
  readonly stop: Interval;
  readonly until: number;
  readonly readyAt: number;
  state: 'waiting' | 'executed' | 'cancelled';
};
type Model = { readonly stops: Interval[]; readonly waiting: Waiting[]; readonly used: Hex[] };

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(
    'stop',
    'stop',
    'stop',
    'resume',
    'extend',
    'execute',
    'execute',
    'lapse',
    'lapse',
    'cancel',
    'replay',
  ),
  lane: fc.constantFrom(...LANES),
  waitSeconds: fc.oneof(
    fc.integer({ min: 1, max: HOUR }),
    fc.integer({ min: HOUR, max: 12 * HOUR }),
    fc.integer({ min: 12 * HOUR, max: 2 * DAY }),
    fc.constantFrom(DELAY, MAX_STOP),
  ),
  lengthSeconds: fc.oneof(fc.integer({ min: 0, max: MAX_STOP + 2 }), fc.constantFrom(MAX_STOP, HOUR)),
  pick: fc.nat(1000),
  signers: fc.constantFrom(5, 4, 4, 4, 3, 2, 1),
});

/** Stopped seconds of a lane within [since, to). */
const stoppedIn = (stops: readonly Interval[], lane: Lane, since: number, to: number): number =>
  stops
    .filter((one) => one.lane === lane)
    .reduce((sum, one) => sum + Math.max(0, Math.min(one.to, to) - Math.max(one.from, since)), 0);

/** Every window that could hold the most ends or begins where an interval does. */
function fullestWindow(stops: readonly Interval[], lane: Lane): number {
  const edges = stops.flatMap(({ from, to }) => [from, to, from + WINDOW, to + WINDOW]);
  return Math.max(0, ...edges.map((end) => stoppedIn(stops, lane, end - WINDOW, end)));
}

const liveOn = (model: Model, lane: Lane): Interval | undefined =>
  model.stops.find((one) => one.live && one.lane === lane);
const overCap = (model: Model, lane: Lane, from: number, until: number, except?: Interval): boolean => {
  const asked: Interval = { id: '0x', lane, from, to: until, until, live: true };
  const others = model.stops.filter((one) => one !== except);
  return fullestWindow([...others, asked], lane) > CAP;
};

/** Does one step on the chain and in the model; returns what each says. */
async function play(stage: Stage, model: Model, one: Step, at: number): Promise<[string, string]> {
  const by = stage.guardians.slice(0, one.signers);
  const action = freshAction();
  const stops = model.stops.length === 0 ? null : model.stops[one.pick % model.stops.length]!;
  const waiting = model.waiting.length === 0 ? null : model.waiting[one.pick % model.waiting.length]!;
  if (one.kind === 'stop') {
    const until = at + one.lengthSeconds;
    const expected = expectStop(model, one, at, until);
    const { mined } = await stop(stage, { on: one.lane, by, action, at, until });
    if (mined.ok) {
      model.used.push(action);
      model.stops.push({ id: action, lane: one.lane, from: at, to: until, until, live: true });
    }
    return [refusal(mined), expected];
  }
  if (one.kind === 'replay' && model.used.length > 0) {
    const used = model.used[one.pick % model.used.length]!;
    const { mined } = await stop(stage, { on: one.lane, action: used, at, until: at + HOUR });
    return [refusal(mined), 'ActionUsed'];
  }
  if (one.kind === 'lapse' && stops !== null) {
    const expected = !stops.live ? 'StopNotInForce' : at < stops.until ? 'StopNotOver' : WORKED;
    const mined = await lapse(stage, stops.id, at);
    if (mined.ok) stops.live = false;
    return [refusal(mined), expected];
  }
  if ((one.kind === 'resume' || one.kind === 'extend') && stops !== null)
    return schedule(stage, model, { one, at, action, stops, by });
  if (one.kind === 'cancel' && waiting !== null) {
    const expected = waiting.state === 'waiting' ? WORKED : 'NotScheduled';
    await stage.goTo(at);
    const mined = await cancel(stage, waiting.id, stage.guardians[one.pick % 5]!);
    if (mined.ok) waiting.state = 'cancelled';
    return [refusal(mined), expected];
  }
  if (one.kind === 'execute' && waiting !== null) {
    const expected = expectExecute(model, waiting, at);
    const mined = await execute(stage, waiting.id, at);
    if (mined.ok) executed(waiting, at);
    return [refusal(mined), expected];
  }
  return [WORKED, WORKED];
}
const WORKED = 'nothing: it worked';

function expectStop(model: Model, one: Step, at: number, until: number): string {
  if (one.signers < 2) return 'QuorumNotReached';
  if (until <= at) return 'UntilNotAhead';
  if (until > at + MAX_STOP) return 'UntilTooFar';
  if (liveOn(model, one.lane) !== undefined) return 'AlreadyStopped';
  return overCap(model, one.lane, at, until) ? 'StoppedTimeCapExceeded' : WORKED;
}

type Scheduling = {
  readonly one: Step;
  readonly at: number;
  readonly action: Hex;
  readonly stops: Interval;
  readonly by: Stage['guardians'];
};

async function schedule(
  stage: Stage,
  model: Model,
  { one, at, action, stops, by }: Scheduling,
): Promise<[string, string]> {
  const until = stops.until - HOUR + one.lengthSeconds;
  const late = at + DELAY >= stops.until;
  const expectExtend = until <= stops.until ? 'ExtensionNotLonger' : late ? 'StopOver' : WORKED;
  const inForce = one.kind === 'resume' ? WORKED : expectExtend;
  const expected = one.signers < 4 ? 'QuorumNotReached' : stops.live ? inForce : 'StopNotInForce';
  const { mined } =
    one.kind === 'resume'
      ? await resume(stage, stops.id, { by, action, at })
      : await extend(stage, stops.id, until, { by, action, at });
  if (mined.ok) {
    model.used.push(action);
    const kind = one.kind === 'resume' ? 'resume' : 'extend';
    model.waiting.push({ id: action, kind, stop: stops, until, readyAt: at + DELAY, state: 'waiting' });
  }
  return [refusal(mined), expected];
}

function expectExecute(model: Model, order: Waiting, at: number): string {
  if (order.state !== 'waiting') return 'NotScheduled';
  if (at < order.readyAt) return 'DelayNotOver';
  if (at >= order.readyAt + EXECUTION_WINDOW) return 'ExecutionDeadlinePassed';
  if (!order.stop.live) return 'StopNotInForce';
  if (order.kind === 'resume') return WORKED;
  if (at >= order.stop.until) return 'StopOver';
  if (order.until <= order.stop.until) return 'ExtensionNotLonger';
  if (order.until > at + MAX_STOP) return 'UntilTooFar';
  const { lane, from } = order.stop;
  return overCap(model, lane, from, order.until, order.stop) ? 'StoppedTimeCapExceeded' : WORKED;
}

function executed(order: Waiting, at: number): void {
  order.state = 'executed';
  if (order.kind === 'extend') {
    order.stop.until = order.until;
    order.stop.to = order.until;
    return;
  }
  order.stop.live = false;
  order.stop.to = Math.min(order.stop.to, at);
}

/** What the model says must be so on chain as well. */
async function requireInvariants(stage: Stage, model: Model): Promise<void> {
  for (const lane of LANES) {
    expect(fullestWindow(model.stops, lane)).toBeLessThanOrEqual(CAP);
    const live = liveOn(model, lane);
    const [contract, token] =
      lane === 'fiat.pause'
        ? (['DemoFiatToken', stage.demo.fiatToken] as const)
        : (['DemoJpycToken', stage.demo.jpycToken] as const);
    expect(await stage.read(contract, token, 'paused')).toBe(live !== undefined);
    const id = stage.demo.switches[lane].id;
    expect(await readGuardian(stage, 'stopped', [id])).toBe(live !== undefined);
    if (live === undefined) continue;
    expect(await readGuardian(stage, 'liveStop', [id, '0x'])).toBe(live.id);
    expect(await readGuardian(stage, 'stops', [live.id])).toMatchObject({
      state: 1,
      until: BigInt(live.until),
    });
  }
  expect(new Set(model.used).size).toBe(model.used.length);
  for (const action of model.used) expect(await readGuardian(stage, 'usedAction', [action])).toBe(true);
  expect(await stage.evm.request('eth_getBalance', [stage.demo.guardian, 'latest'])).toBe('0x0');
  const held = await stage.read('DemoFiatToken', stage.demo.fiatToken, 'balanceOf', [stage.demo.guardian]);
  expect(held).toBe(HELD);
}

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({
    delaySeconds: DELAY,
    maxStopSeconds: MAX_STOP,
    windowSeconds: WINDOW,
    capSeconds: CAP,
  });
  const { owner, demo } = stage;
  await stage.send(owner.address, 'DemoFiatToken', demo.fiatToken, 'mint', [demo.guardian, HELD]);
});
afterAll(() => stage?.close());

test('any sequence: the chain says what the rules say', { timeout: 300_000 }, async () => {
  const seen = new Set<string>();
  const property = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: STEPS_MAX }), (steps) =>
    stage.undone(async () => {
      const model: Model = { stops: [], waiting: [], used: [] };
      let at = (await stage.now()) + 60;
      for (const one of steps) {
        at = Math.max(at + one.waitSeconds, (await stage.now()) + 1);
        const [chain, rules] = await play(stage, model, one, at);
        expect(chain, `${one.kind} at ${at}`).toBe(rules);
        seen.add(`${one.kind} ${chain}`);
      }
      await requireInvariants(stage, model);
    }),
  );
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  // The sequences reached what they are for; otherwise this test would prove little.
  for (const reached of [
    `stop ${WORKED}`,
    'stop StoppedTimeCapExceeded',
    'stop AlreadyStopped',
    'stop QuorumNotReached',
    'resume QuorumNotReached',
    `execute ${WORKED}`,
    'execute DelayNotOver',
    'execute ExecutionDeadlinePassed',
    `lapse ${WORKED}`,
    `cancel ${WORKED}`,
    `extend ${WORKED}`,
    `resume ${WORKED}`,
    'replay ActionUsed',
  ])
    expect([...seen]).toContain(reached);
});
