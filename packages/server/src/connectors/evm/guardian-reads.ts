/** What this connector reads of a guardian and the things it guards, and what its refusals mean. */
import {
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  ExecutionRevertedError,
  type Hex,
  type PublicClient,
} from 'viem';
import { ADAPTER_ABI, GUARDIAN_ABI } from './guardian-abi.ts';
import { shortWords } from './rpc-pool.ts';

/** As the contract numbers them. */
export const STOP_IN_FORCE = 1;
export const STOP_RESUMED = 3;
export const SCHEDULED_WAITING = 1;
export const SCHEDULED_EXECUTED = 2;

/** Adapters' errors pass through the guardian. */
export const ALL_ERRORS_ABI = [
  ...GUARDIAN_ABI,
  ...ADAPTER_ABI.filter(({ type }) => type === 'error'),
] as const;

export type StopRecord = {
  readonly state: number;
  readonly from: bigint;
  readonly until: bigint;
  readonly endedAt: bigint;
  readonly switchId: Hex;
  readonly args: Hex;
  readonly saved: Hex;
};
export type SwitchRecord = { readonly target: Address; readonly adapter: Address };

/** The reads of one guardian through one node, at one block; `blockNumber` left out: the newest. */
export function guardianReads(client: PublicClient, address: Address, blockNumber?: bigint) {
  const guardian = {
    address,
    abi: ALL_ERRORS_ABI,
    ...(blockNumber === undefined ? {} : { blockNumber }),
  } as const;
  const at = blockNumber === undefined ? {} : { blockNumber };
  return {
    usedAction: (action: Hex) =>
      client.readContract({ ...guardian, functionName: 'usedAction', args: [action] }),
    stopRecord: (stop: Hex): Promise<StopRecord> =>
      client.readContract({ ...guardian, functionName: 'stops', args: [stop] }),
    scheduled: (action: Hex) =>
      client.readContract({ ...guardian, functionName: 'scheduled', args: [action] }),
    switchRecord: (switchId: Hex): Promise<SwitchRecord> =>
      client.readContract({ ...guardian, functionName: 'switches', args: [switchId] }),
    liveStop: (switchId: Hex, args: Hex) =>
      client.readContract({ ...guardian, functionName: 'liveStop', args: [switchId, args] }),
    timeLeft: (switchId: Hex, args: Hex) =>
      client.readContract({ ...guardian, functionName: 'stoppedTimeLeftOf', args: [switchId, args] }),
    guardians: () => client.readContract({ ...guardian, functionName: 'guardians' }),
    settings: () => client.readContract({ ...guardian, functionName: 'settings' }),
    isStopped: ({ adapter, target }: SwitchRecord, args: Hex) =>
      client.readContract({
        address: adapter,
        abi: ADAPTER_ABI,
        functionName: 'isStopped',
        args: [target, args],
        ...at,
      }),
    stopCall: ({ adapter }: SwitchRecord, args: Hex) =>
      client.readContract({
        address: adapter,
        abi: ADAPTER_ABI,
        functionName: 'stopCall',
        args: [args],
        ...at,
      }),
    resumeCall: ({ adapter }: SwitchRecord, args: Hex, saved: Hex) =>
      client.readContract({
        address: adapter,
        abi: ADAPTER_ABI,
        functionName: 'resumeCall',
        args: [args, saved],
        ...at,
      }),
    save: ({ adapter, target }: SwitchRecord, args: Hex) =>
      client.readContract({
        address: adapter,
        abi: ADAPTER_ABI,
        functionName: 'save',
        args: [target, args],
        ...at,
      }),
  };
}

/** Newest block that has as many blocks on top, itself included, as confirmations are asked for. */
export function settledBlock(head: bigint, confirmations: number): bigint {
  const depth = BigInt(confirmations - 1);
  return head > depth ? head - depth : 0n;
}

export type Refusal = { readonly name: string; readonly words: string; readonly permanent: boolean };

/** Refusals that may be different later with the same order; all other named ones stay. */
const TEMPORARY: readonly string[] = [
  'AlreadyStopped',
  'DelayNotOver',
  'LimitNotLower',
  'ResumeHadNoEffect',
  'StopHadNoEffect',
  'StopNotOver',
  'StoppedByAnother',
  'StoppedTimeCapExceeded',
  'TargetCallFailed',
  'TooManyLiveStops',
  'TooManyStops',
  'UntilTooFar',
];

/** What the chain refused, by the contract's own name for it; null where something else went wrong. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof BaseError)) return null;
  const found = error.walk((e) => e instanceof ContractFunctionRevertedError);
  if (found instanceof ContractFunctionRevertedError) {
    const { data, reason } = found;
    if (data === undefined) {
      const words =
        reason ?? (found.signature === undefined ? 'no reason given' : `unknown error ${found.signature}`);
      return { name: 'revert', words, permanent: false };
    }
    const args = (data.args ?? []).map(String).join(', ');
    const known = data.errorName !== 'Error' && data.errorName !== 'Panic';
    return {
      name: data.errorName,
      words: `${data.errorName}(${args})`,
      permanent: known && !TEMPORARY.includes(data.errorName),
    };
  }
  if (error.walk((e) => e instanceof ContractFunctionZeroDataError) !== null)
    return { name: 'NoContract', words: 'there is no such contract at this address', permanent: true };
  if (error.walk((e) => e instanceof ExecutionRevertedError) !== null)
    return { name: 'revert', words: shortWords(error), permanent: false };
  return null;
}
