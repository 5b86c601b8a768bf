/**
 * The law of custody as data: limits and the definition of cold storage, each with its dates and where it stands. When
 * the ordinances under 令和8年法律第64号 come, they are new rows, not new code.
 */
import type { Custodian, Key, Wallet } from '../facts/inventory.ts';

type Dated = {
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly citation: string;
  /** A: read in the text itself; B: a reliable report of it; C: our reading. */
  readonly confidence: 'A' | 'B' | 'C';
};

const inForce = <T extends Dated>(rows: readonly T[], day: string): T | null =>
  rows.find(({ validFrom, validTo }) => validFrom <= day && (validTo === null || day < validTo)) ?? null;

/** Share of customers' coin that may lie outside cold storage, in basis points of the whole, measured in yen. */
const HOT_SHARE: readonly (Dated & { readonly bps: number })[] = [
  {
    bps: 500,
    validFrom: '2020-05-01',
    validTo: null,
    citation: '資金決済法63条の11第2項; 暗号資産交換業者に関する内閣府令27条2項',
    confidence: 'A',
  },
];
/** Share of coin outside cold that own coin of the same kind must match. */
const GUARANTEE: readonly (Dated & { readonly bps: number })[] = [
  {
    bps: 10_000,
    validFrom: '2020-05-01',
    validTo: null,
    citation: '資金決済法63条の11の2; 暗号資産交換業者に関する内閣府令29条',
    confidence: 'A',
  },
];

/** @param day `YYYY-MM-DD`; null when no rule is known for that day. */
export const hotShareOn = (day: string): number | null => inForce(HOT_SHARE, day)?.bps ?? null;
export const guaranteeOn = (day: string): number | null => inForce(GUARANTEE, day)?.bps ?? null;

const PROPERTIES = [
  'never-online',
  'bound-to-device',
  'online-only-to-sign',
  'manual-followed',
  'content-checked',
] as const;
type Property = (typeof PROPERTIES)[number];

/** Every property listed must hold of every key. `equal`: measures that the guideline accepts as equal to cold. */
const TEMPERATURES: readonly (Dated & {
  readonly cold: readonly Property[];
  readonly equal: readonly Property[];
})[] = [
  {
    cold: ['never-online'],
    equal: ['bound-to-device', 'online-only-to-sign', 'manual-followed', 'content-checked'],
    validFrom: '2020-05-01',
    validTo: null,
    citation: '暗号資産交換業者に関する内閣府令27条3項1号; 事務ガイドライン第三分冊16 II-2-2-3-2(3)⑤',
    confidence: 'A',
  },
];

/** `warm`: not cold, but by equal measures; the law counts it with cold. */
export type Temperature = 'hot' | 'warm' | 'cold';

type Storage = Pick<Key, 'everOnline' | 'onlineOnlyToSign' | 'leavesDevice'>;

/**
 * Derived from what was declared of the keys, never stated. The worst key decides; a wallet without a known key is hot.
 */
export function temperatureOf(
  wallet: Pick<Wallet, 'custodian' | 'keys' | 'manual' | 'contentChecked'>,
  keys: Readonly<Record<string, Key>>,
  custodians: Readonly<Record<string, Custodian>>,
  day: string,
): Temperature {
  const rule = inForce(TEMPERATURES, day);
  const custodian = wallet.custodian === null ? undefined : custodians[wallet.custodian];
  const stores: readonly (Storage | undefined)[] =
    custodian === undefined ? wallet.keys.map((id) => keys[id]) : [custodian];
  if (rule === null || stores.length === 0) return 'hot';
  const procedure = custodian ?? wallet;
  const has = (store: Storage | undefined, properties: readonly Property[]): boolean =>
    store !== undefined && properties.every((one) => holds(one, store, procedure));
  if (stores.every((store) => has(store, rule.cold))) return 'cold';
  return stores.every((store) => has(store, rule.cold) || has(store, rule.equal)) ? 'warm' : 'hot';
}

function holds(
  property: Property,
  store: Storage,
  procedure: { readonly manual: boolean; readonly contentChecked: boolean },
): boolean {
  if (property === 'never-online') return !store.everOnline;
  if (property === 'bound-to-device') return !store.leavesDevice;
  if (property === 'online-only-to-sign') return store.onlineOnlyToSign;
  if (property === 'manual-followed') return procedure.manual;
  return procedure.contentChecked;
}
