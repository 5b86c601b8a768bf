/**
 * What a network order may name: addresses in one strict form, never so many that everybody is locked out.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { NetworkAct } from '@sonae/proof/action';
import { type AddressRange, addressCount, overlaps, readRange } from './address-ranges.ts';

export type BlockRules = {
  /** Shortest prefixes that one range may have. */
  readonly ipv4PrefixMin: number;
  readonly ipv6PrefixMin: number;
  /** Ranges that no order may touch: the office, the adapter, monitoring, payment partners. */
  readonly neverBlock: readonly { readonly text: string; readonly range: AddressRange }[];
};

export const SUBJECTS_MAX = 1_000;
export const IPV4_PREFIX_MIN = 8;
export const IPV6_PREFIX_MIN = 19;
/** All ranges of one order together may be as wide as this many of the widest allowed ones. */
export const WIDEST_TOGETHER_MAX = 4n;
const NEVER_BLOCK_MAX = 1_000;
const ROUTE = /^[\w.:-]{1,100}$/;
/** This machine and "no address": blocking them cuts a host off from itself (RFC 6890). */
const ALWAYS_OPEN = ['127.0.0.0/8', '0.0.0.0/8', '::1', '::'];

/** Throws `input.invalid` for an unusable configuration. */
export function blockRules(config: {
  readonly neverBlock?: readonly string[];
  readonly ipv4PrefixMin?: number;
  readonly ipv6PrefixMin?: number;
}): BlockRules {
  const { neverBlock = [], ipv4PrefixMin = IPV4_PREFIX_MIN, ipv6PrefixMin = IPV6_PREFIX_MIN } = config;
  const limits = { ipv4PrefixMin: [ipv4PrefixMin, 32], ipv6PrefixMin: [ipv6PrefixMin, 128] } as const;
  for (const [field, [value, bits]] of Object.entries(limits))
    if (!Number.isInteger(value) || value < 1 || value > bits)
      throw new FaultError('input.invalid', `${field} is ${value}`, `give a prefix from 1 to ${bits}`);
  if (neverBlock.length > NEVER_BLOCK_MAX)
    throw new FaultError(
      'input.invalid',
      `neverBlock names ${neverBlock.length}`,
      `name ${NEVER_BLOCK_MAX} at most`,
    );
  const ranges = [...neverBlock, ...ALWAYS_OPEN].map((text, at) => {
    const range = readRange(text);
    if ('problem' in range)
      throw new FaultError('input.invalid', `neverBlock.${at} ${range.problem}`, 'correct the range');
    return { text, range };
  });
  return { ipv4PrefixMin, ipv6PrefixMin, neverBlock: ranges };
}

/** What is wrong with an order's subjects, naming the first of them; null when they may be sent. */
export function subjectsProblem({ operation, subjects }: NetworkAct, rules: BlockRules): string | null {
  if (operation === 'shift') {
    const [route = ''] = subjects;
    if (subjects.length === 1 && ROUTE.test(route)) return null;
    return 'action.act.subjects of a shift must be the name of one route (letters, digits, . _ : -)';
  }
  if (subjects.length === 0 || subjects.length > SUBJECTS_MAX)
    return `action.act.subjects are ${subjects.length}; name 1 to ${SUBJECTS_MAX} addresses or ranges`;
  if (new Set(subjects).size !== subjects.length)
    return 'action.act.subjects name one of them twice; name it once';
  const ranges: AddressRange[] = [];
  for (const [at, text] of subjects.entries()) {
    const range = readRange(text);
    const problem = 'problem' in range ? range.problem : rangeProblem(range, operation, rules);
    if (problem !== null) return `action.act.subjects.${at} ${JSON.stringify(text.slice(0, 100))} ${problem}`;
    if (!('problem' in range)) ranges.push(range);
  }
  return widthProblem(ranges, rules);
}

function rangeProblem(range: AddressRange, operation: 'block' | 'unblock', rules: BlockRules): string | null {
  const shortest = range.family === 4 ? rules.ipv4PrefixMin : rules.ipv6PrefixMin;
  if (range.prefix < shortest)
    return `is wider than /${shortest} and would reach far too many; name narrower ranges`;
  if (operation === 'unblock') return null;
  const open = rules.neverBlock.find((never) => overlaps(never.range, range));
  return open === undefined ? null : `overlaps ${open.text}, which must never be blocked; leave it out`;
}

function widthProblem(ranges: readonly AddressRange[], rules: BlockRules): string | null {
  for (const [family, bits, shortest] of [
    [4, 32, rules.ipv4PrefixMin],
    [6, 128, rules.ipv6PrefixMin],
  ] as const) {
    const most = WIDEST_TOGETHER_MAX << BigInt(bits - shortest);
    if (addressCount(ranges.filter((range) => range.family === family)) > most)
      return `subjects: IPv${family} together exceeds ${WIDEST_TOGETHER_MAX} of /${shortest}; name less`;
  }
  return null;
}
