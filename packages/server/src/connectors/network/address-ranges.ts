/**
 * IPv4 and IPv6 addresses and CIDR ranges as exact intervals: read in one strict form only, so that what
 * people approved is what an adapter blocks, and compared as numbers.
 */
import { isIPv4, isIPv6 } from 'node:net';

export type AddressRange = {
  readonly family: 4 | 6;
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
};

const FAMILY_BITS = { 4: 32, 6: 128 } as const;
const HEXTETS = 8;

/** The range a text names, or what is wrong with it, for people. */
export function readRange(text: string): AddressRange | { readonly problem: string } {
  const [address = '', prefixText, ...more] = text.split('/');
  if (more.length > 0) return { problem: 'has more than one slash; write an address or address/prefix' };
  const family = isIPv4(address) ? 4 : isIPv6(address) && !address.includes('%') ? 6 : null;
  if (family === null)
    return {
      problem: 'is no IPv4 or IPv6 address or range; write 192.0.2.0/24 or 2001:db8::/32, no names, no zones',
    };
  if (family === 6 && canonicalIpv6(address) !== address)
    return { problem: `is not in its canonical form; write ${canonicalIpv6(address)}` };
  const bits = FAMILY_BITS[family];
  const isPrefix = prefixText === undefined || /^(0|[1-9]\d{0,2})$/.test(prefixText);
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (!isPrefix || prefix > bits) return { problem: `has no prefix from 0 to ${bits}` };
  const value = family === 4 ? ipv4Value(address) : ipv6Value(address);
  const size = 1n << BigInt(bits - prefix);
  const first = value - (value % size);
  if (first !== value)
    return { problem: `names an address inside; write ${addressText(family, first)}/${prefix}` };
  if (family === 6 && value >> 32n === 0xffffn)
    return { problem: 'is an IPv4 address written as IPv6; write it as IPv4' };
  return { family, prefix, first: value, last: value + size - 1n };
}

export function overlaps(a: AddressRange, b: AddressRange): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

/** Whether `outer` holds every address of `inner`. */
export function covers(outer: AddressRange, inner: AddressRange): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
}

/** How many addresses some ranges have together, counted as often as they are named. */
export function addressCount(ranges: readonly AddressRange[]): bigint {
  return ranges.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

function ipv4Value(address: string): bigint {
  return address.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

/** Of canonical text (RFC 5952). */
function ipv6Value(address: string): bigint {
  const [head = '', tail = ''] = address.split('::');
  const parts = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [left, right] = [parts(head), parts(tail)];
  const zeros = new Array<string>(HEXTETS - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].reduce((value, part) => value * 65_536n + BigInt(`0x${part}`), 0n);
}

/** RFC 5952: lower case, no leading zeros, the longest run of zeros shortened, as addresses stand in URLs. */
function canonicalIpv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

function addressText(family: 4 | 6, value: bigint): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
  const hextets = Array.from({ length: HEXTETS }, (_, at) => (value >> BigInt(16 * (7 - at))) & 0xffffn);
  return canonicalIpv6(hextets.map((part) => part.toString(16)).join(':'));
}
