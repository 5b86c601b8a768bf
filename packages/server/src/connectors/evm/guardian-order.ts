/**
 * An action and its approvals as the guardian contract takes them: which function, which order struct, whose
 * signatures. The same fields are what guardians sign (guardian-abi.ts), so nothing here may be guessed.
 */
import type { Order } from '@sonae/core/ports/target.ts';
import type { GuardianAct } from '@sonae/proof/action';
import { type Address, getAddress, type Hex, isAddress, isHex, keccak256, toHex } from 'viem';

export type Head = {
  readonly power: Hex;
  readonly action: Hex;
  readonly reason: Hex;
  readonly validBefore: bigint;
};
export type StopMessage = Head & { readonly switchId: Hex; readonly args: Hex; readonly until: bigint };
export type ResumeMessage = Head & { readonly stop: Hex };
export type ExtendMessage = ResumeMessage & { readonly until: bigint };

/** What one action asks of a guardian contract. */
export type GuardianWork = { readonly guardian: Address; readonly chainId: number; readonly action: Hex } & (
  | { readonly call: 'stop'; readonly message: StopMessage }
  | { readonly call: 'resume'; readonly message: ResumeMessage }
  | { readonly call: 'extend'; readonly message: ExtendMessage }
);

/** The work of an order, or why it is none that a guardian could do. */
export function guardianWork(order: Order): GuardianWork | { readonly why: string } {
  const { act, until, validBefore, power, reason } = order.action;
  if (act.kind !== 'evm.guardian')
    return { why: `an action of kind ${act.kind} is not for a guardian contract` };
  const problem = problemOf(act, order.hash, until);
  if (problem !== null) return { why: problem };
  const action: Hex = `0x${order.hash}`;
  const head: Head = {
    power: keccak256(toHex(power)),
    action,
    reason: `0x${reason}`,
    validBefore: secondsOf(validBefore),
  };
  const common = { guardian: getAddress(act.guardian), chainId: act.chainId, action };
  if (act.call === 'stop') {
    const [switchId, args] = [act.switchId as Hex, act.args as Hex];
    return { ...common, call: 'stop', message: { ...head, switchId, args, until: secondsOf(until ?? '') } };
  }
  const stop = act.stop as Hex;
  return act.call === 'resume'
    ? { ...common, call: 'resume', message: { ...head, stop } }
    : { ...common, call: 'extend', message: { ...head, stop, until: secondsOf(until ?? '') } };
}

function problemOf(act: GuardianAct, hash: string, until: string | null): string | null {
  if (!isWord(`0x${hash}`)) return 'the hash of the action is not 64 hex digits';
  if (!isAddress(act.guardian, { strict: false })) return `guardian ${act.guardian} is not an address`;
  if (act.call === 'stop') {
    if (!isWord(act.switchId)) return `switchId ${act.switchId} is not 32 bytes`;
    if (!isBytes(act.args)) return 'args is not hex bytes';
  } else if (!isWord(act.stop)) return `stop ${act.stop} is not 32 bytes`;
  return act.call !== 'resume' && until === null
    ? `a guardian's ${act.call} needs an end: until is null`
    : null;
}

const isBytes = (value: string): boolean => isHex(value) && value.length % 2 === 0;
/** 0x and 64 hex digits. */
export const isWord = (value: string): boolean => isBytes(value) && value.length === 66;
const secondsOf = (iso: string): bigint => BigInt(Math.floor(Date.parse(iso) / 1000));

/**
 * The last two arguments of the order functions: signers ascending, each once, and their signatures. Approvals of
 * people who are no guardians of this contract (any more), and signatures that are no bytes, stay behind: one of them
 * would spoil all others.
 */
export function carriedSignatures(
  order: Order,
  guardians: readonly Address[],
): readonly [readonly Address[], readonly Hex[]] {
  const known = new Set(guardians.map((address) => address.toLowerCase()));
  const bySigner = new Map<string, Hex>();
  for (const { kind, address, signature } of order.approvals)
    if (kind === 'evm' && address !== null && known.has(address.toLowerCase()) && isBytes(signature))
      bySigner.set(address.toLowerCase(), signature as Hex);
  const sorted = [...bySigner].sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return [sorted.map(([address]) => getAddress(address)), sorted.map(([, signature]) => signature)];
}
