/** What the guardian's tests do on their stage, said in one line each: order, sign, hand in. */
import { type Address, encodeAbiParameters, type Hex, keccak256, parseAbiParameters, toHex } from 'viem';
import type { PrivateKeyAccount } from 'viem/accounts';
import type { DemoSwitchName } from '../../packages/server/src/connectors/evm/demo-chain.ts';
import {
  DAY,
  freshAction,
  HOUR,
  LARGE_QUORUM,
  type Mined,
  type OrderKind,
  QUORUM,
  type Stage,
} from './guardian-stage.ts';

export const POWER = keccak256(toHex('pause-token'));
export const REASON = keccak256(toHex('keys of the minter are gone'));
export const STOP_STATES = { inForce: 1, lapsed: 2, resumed: 3 } as const;

export type Given = {
  /** Who signs; the fewest that suffice where left out. */
  readonly by?: readonly PrivateKeyAccount[];
  readonly action?: Hex;
  readonly validBefore?: number;
  /** Exact time of the transaction's block. */
  readonly at?: number;
};
export type GivenStop = Given & {
  readonly on?: DemoSwitchName;
  readonly args?: Hex;
  readonly hours?: number;
  readonly until?: number;
};
export type Handed = { readonly action: Hex; readonly mined: Mined };

const CALLS = {
  Stop: 'stop',
  Resume: 'scheduleResume',
  Extend: 'scheduleExtend',
  Change: 'scheduleChange',
} as const;
type Handing = keyof typeof CALLS;

/** Signs one order and hands it in as a stranger: who pays for the transaction does not matter. */
export async function handIn(
  stage: Stage,
  kind: Handing,
  fields: Record<string, unknown>,
  given: Given,
): Promise<Handed> {
  const action = given.action ?? freshAction();
  const validBefore = BigInt(given.validBefore ?? (given.at ?? (await stage.now())) + DAY);
  const order = { ...fields, power: POWER, action, reason: REASON, validBefore };
  const needed = kind === 'Stop' ? QUORUM : LARGE_QUORUM;
  const signed = await stage.sign(kind, order, given.by ?? stage.guardians.slice(0, needed));
  return { action, mined: await callGuardian(stage, CALLS[kind], [order, ...signed], given.at) };
}

export function callGuardian(
  stage: Stage,
  call: string,
  args: readonly unknown[],
  at?: number,
): Promise<Mined> {
  return stage.send(stage.stranger.address, 'TimeBoxedGuardian', stage.demo.guardian, call, args, at);
}

export function readGuardian<T>(stage: Stage, call: string, args: readonly unknown[] = []): Promise<T> {
  return stage.read<T>('TimeBoxedGuardian', stage.demo.guardian, call, args);
}

export async function stop(stage: Stage, given: GivenStop = {}): Promise<Handed> {
  const until = given.until ?? (given.at ?? (await stage.now())) + (given.hours ?? 4) * HOUR;
  const switchId = stage.demo.switches[given.on ?? 'fiat.pause'].id;
  return handIn(stage, 'Stop', { switchId, args: given.args ?? '0x', until: BigInt(until) }, given);
}

export const resume = (stage: Stage, stopId: Hex, given: Given = {}): Promise<Handed> =>
  handIn(stage, 'Resume', { stop: stopId }, given);

export const extend = (stage: Stage, stopId: Hex, until: number, given: Given = {}): Promise<Handed> =>
  handIn(stage, 'Extend', { stop: stopId, until: BigInt(until) }, given);

export const change = (stage: Stage, bytes: Hex, given: Given = {}): Promise<Handed> =>
  handIn(stage, 'Change', { change: bytes }, given);

export const execute = (stage: Stage, action: Hex, at?: number): Promise<Mined> =>
  callGuardian(stage, 'execute', [action], at);

export const lapse = (stage: Stage, stopId: Hex, at?: number): Promise<Mined> =>
  callGuardian(stage, 'lapse', [stopId], at);

export async function cancel(stage: Stage, action: Hex, by: PrivateKeyAccount): Promise<Mined> {
  const [[signer], [signature]] = await stage.sign('Cancel' satisfies OrderKind, { action }, [by]);
  return callGuardian(stage, 'cancel', [action, signer, signature]);
}

/** Hands in, waits out the delay, executes. Throws where any of it is refused: a step, not a test. */
export async function carryOut(stage: Stage, handed: Promise<Handed>): Promise<Hex> {
  const { action, mined } = await handed;
  worked(mined);
  const { readyAt } = await readGuardian<{ readyAt: bigint }>(stage, 'scheduled', [action]);
  await stage.goTo(Number(readyAt));
  worked(await execute(stage, action));
  return action;
}

/** The receipt of what must have worked. */
export function worked(mined: Mined): Extract<Mined, { ok: true }> {
  if (mined.ok) return mined;
  throw new Error(`refused: ${mined.error}(${mined.args.join(', ')})`);
}

/** The name of the error of what must have been refused. */
export function refusal(mined: Mined): string {
  return mined.ok ? 'nothing: it worked' : mined.error;
}

const changeOf = (kind: number, payload: Hex): Hex =>
  encodeAbiParameters(parseAbiParameters('uint8, bytes'), [kind, payload]);

export const guardiansChange = (set: readonly Address[], quorum: number, largeQuorum: number): Hex =>
  changeOf(
    1,
    encodeAbiParameters(parseAbiParameters('address[], uint16, uint16'), [[...set], quorum, largeQuorum]),
  );

export const timingChange = (delay: number, maxStop: number, window: number, cap: number): Hex =>
  changeOf(
    2,
    encodeAbiParameters(parseAbiParameters('uint64, uint64, uint64, uint64'), [
      BigInt(delay),
      BigInt(maxStop),
      BigInt(window),
      BigInt(cap),
    ]),
  );

export const addSwitchChange = (id: Hex, target: Address, adapter: Address): Hex =>
  changeOf(3, encodeAbiParameters(parseAbiParameters('bytes32, address, address'), [id, target, adapter]));

export const removeSwitchChange = (id: Hex): Hex =>
  changeOf(4, encodeAbiParameters(parseAbiParameters('bytes32'), [id]));

export const unknownChange = (): Hex => changeOf(9, '0x');

export const accountArgs = (account: Address): Hex =>
  encodeAbiParameters(parseAbiParameters('address'), [account]);

export const limitArgs = (limit: bigint): Hex => encodeAbiParameters(parseAbiParameters('uint256'), [limit]);
