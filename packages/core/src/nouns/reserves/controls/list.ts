/** What must be true of reserves, with what each control rests on. */
import type { ControlDef } from '../../../log/define.ts';
import type { Text } from '../../../log/fact.ts';
import { defineLevels, LEVELS, type Reading } from '../../../log/levels.ts';

type Named = ControlDef & { readonly name: Text };

function control(id: string, owner: string, name: Text, statement: Text, basis: readonly string[]): Named {
  return { id: `reserves.${id}`, owner, name, statement, basis, levels: LEVELS };
}

export const RESERVES_CONTROLS: readonly Named[] = [
  control(
    'coverage',
    'finance',
    { en: 'Coverage', ja: '保全率' },
    {
      en: 'As much is held of each asset as is owed, and not far more.',
      ja: '各資産について債務と同量が保有され、過大でもない。',
    },
    [
      '資金決済に関する法律63条の11',
      '暗号資産交換業者に関する内閣府令26条',
      '事務ガイドライン第三分冊16 II-2-2-4-2(3)④',
    ],
  ),
  control(
    'sources-speak',
    'operations',
    { en: 'Sources of holdings', ja: '保有先の報告' },
    {
      en: 'Every place where assets lie says what is there, in time and undisputed.',
      ja: 'すべての保有先の残高が適時に、争いなく確認できる。',
    },
    ['Design idea 3: silence is an alarm'],
  ),
  control(
    'concentration',
    'risk',
    { en: 'Concentration of holdings', ja: '保有先の集中' },
    { en: 'No single place holds too much.', ja: '一つの保有先に過度に集中していない。' },
    ['Silicon Valley Bank, 10 March 2023: 8% of a stablecoin’s reserves at one bank'],
  ),
  control(
    'outflow',
    'risk',
    { en: 'Outflow', ja: '資金流出' },
    {
      en: 'What is held lasts for long enough at the speed at which it leaves.',
      ja: '現在の流出速度でも保有額が十分な時間もつ。',
    },
    ['Bank runs of November 2022 and March 2023: a day’s withdrawals against what is at hand'],
  ),
  control(
    'reconciled-daily',
    'finance',
    { en: 'Daily reconciliation', ja: '毎営業日の照合' },
    {
      en: 'Books and holdings are reconciled every business day.',
      ja: '帳簿と残高が毎営業日照合されている。',
    },
    ['事務ガイドライン第三分冊16 II-2-2-4-2(3)④'],
  ),
  control(
    'statements-daily',
    'finance',
    { en: 'Daily statements', ja: '毎営業日の取引明細' },
    {
      en: 'Every account’s statement is there in time.',
      ja: 'すべての口座の取引明細が期限までに届いている。',
    },
    ['暗号資産交換業者に関する内閣府令26条'],
  ),
  control(
    'breaks-cured',
    'finance',
    { en: 'Cure of breaks', ja: '差異の解消' },
    { en: 'Breaks are cured within their term.', ja: '差異が期限内に解消されている。' },
    ['事務ガイドライン第三分冊16 II-2-2-4-2(3)④注2'],
  ),
  control(
    'coin-backed',
    'issuer',
    { en: 'Backing of a coin', ja: 'ステーブルコインの裏付' },
    { en: 'A coin’s backing is worth at least its supply.', ja: '裏付資産が発行残高以上ある。' },
    ['電子決済手段等取引業者に関する内閣府令3条'],
  ),
  control(
    'bridge-backed',
    'issuer',
    { en: 'Bridged supply', ja: 'ブリッジ先の発行量' },
    {
      en: 'No more is issued across a bridge than is locked for it.',
      ja: 'ブリッジ先の発行量がロック量を超えていない。',
    },
    ['Bridge failures: Wormhole 2022, Nomad 2022, Multichain 2023'],
  ),
  control(
    'composition',
    'issuer',
    { en: 'Composition of backing', ja: '裏付資産の構成' },
    { en: 'The backing consists of what its rules allow.', ja: '裏付資産の構成が法令の要件を満たす。' },
    ['電子決済手段等取引業者に関する内閣府令3条', 'Pub. L. 119-27', 'Regulation (EU) 2023/1114, article 54'],
  ),
  control(
    'reachable',
    'issuer',
    { en: 'Backing within reach', ja: '即時に動かせる裏付資産' },
    {
      en: 'Enough of the backing can be paid out now.',
      ja: '裏付資産のうち十分な額を今すぐ支払に充てられる。',
    },
    ['USDC, 11 March 2023: backing behind closed banks over a weekend'],
  ),
  control(
    'mints',
    'issuer',
    { en: 'Mints and burns', ja: '発行と焼却' },
    {
      en: 'Every mint and burn has its money, and an ordinary size.',
      ja: '発行・焼却に対応する資金の動きがあり、規模も通常である。',
    },
    ['Paxos, 15 October 2025: 300 trillion PYUSD minted by mistake'],
  ),
  control(
    'redemptions',
    'issuer',
    { en: 'Redemptions', ja: '償還' },
    { en: 'Nobody waits too long for a redemption.', ja: '償還の待ち時間が限度内である。' },
    ['資金決済に関する法律37条の2第4項(遅滞なく)'],
  ),
  control(
    'address-control',
    'custody',
    { en: 'Control of addresses', ja: 'アドレスの支配' },
    {
      en: 'No address of ours is claimed by another firm too.',
      ja: '自社のアドレスを他社が重ねて開示していない。',
    },
    ['Shared and borrowed reserves: Crypto.com and Gate, October 2022'],
  ),
];

export const RESERVES_LEVELS = defineLevels('reserves', RESERVES_CONTROLS, ['reserves.sources-speak']);

/** A short way to say a reading. */
export function reading(
  control: string,
  subject: string,
  level: Reading['level'],
  en: string,
  ja: string,
): Reading {
  return { control: `reserves.${control}`, subject: subject.slice(0, 60), level, why: { en, ja } };
}
