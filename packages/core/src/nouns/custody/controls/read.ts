/** Controls over keys, people and movements, and all readings together, with what no longer applies put back to ok. */
import { parseTime } from '../../../kernel/time.ts';
import { besideStanding, type Level, type Reading, type StandingLevels } from '../../../log/levels.ts';
import type { People } from '../../people/views/register.ts';
import type { ClockedEvent } from '../facts/holdings.ts';
import type { Key, Wallet } from '../facts/inventory.ts';
import type { Roles } from '../facts/policy.ts';
import type { Unknowns } from '../views/holdings.ts';
import type { Inventory } from '../views/inventory.ts';
import { type ChainCursors, isOpen, type Transfers, type Unapproved } from '../views/transfers.ts';
import { type CoinWorld, readCoin } from './coin.ts';
import { readSafes, type SafesWorld } from './safes.ts';

export type ControlWorld = CoinWorld &
  SafesWorld & {
    readonly people: People;
    readonly roles: Roles;
    readonly unknown: Unknowns;
    readonly unapproved: { readonly movements: Readonly<Record<string, Unapproved>>; readonly more: number };
    readonly transfers: Transfers;
    readonly cursors: ChainCursors;
  };

/** All readings; blindness never hides an evil that stands. */
export function readCustody(world: ControlWorld): Reading[] {
  const read = [
    ...readCoin(world),
    ...keySpread(world.inventory),
    ...separation(world.people, world.roles),
    ...findings(world),
    ...chainsRead(world),
    ...readSafes(world),
  ];
  const named = new Set(read.map(({ control, subject }) => `${control}/${subject}`));
  const over = Object.entries(world.standing)
    .filter(([key]) => !named.has(key))
    .map(
      ([, { control, subject }]): Reading => ({
        control,
        subject,
        level: 'ok',
        why: { en: 'It is no longer so.', ja: '解消した。' },
      }),
    );
  return [...besideStanding(read, world.standing), ...over];
}

/** One reading per source that ever read: a reader that fell silent is not a chain where nothing happens. */
function chainsRead({ cursors, policy, nowMs }: ControlWorld): Reading[] {
  const sources = new Set([...Object.keys(cursors.sources), ...Object.keys(cursors.started)]);
  return [...sources].map((source): Reading => {
    const last = cursors.sources[source];
    const at = last?.at ?? cursors.started[source] ?? '';
    const about = { control: 'custody.movements-read', subject: source };
    const stopped = cursors.stopped[source];
    if (stopped !== undefined)
      return {
        ...about,
        level: 'ok',
        why: {
          en: `${source} is not to be read since ${stopped}: a person decided it.`,
          ja: `${source} は ${stopped} に担当者の判断で読取り対象外となりました。`,
        },
      };
    if (nowMs - parseTime(at) <= policy.holdingsStaleMs)
      return { ...about, level: 'ok', why: { en: 'Blocks are read.', ja: 'ブロックは読み取られています。' } };
    if (last === undefined)
      return {
        ...about,
        level: 'blind',
        why: {
          en: `Nothing was ever read of ${source}, which is to be read since ${at}. See its nodes.`,
          ja: `${source} は ${at} から読み取る予定ですが、一度も読み取られていません。ノードを確認してください。`,
        },
      };
    return {
      ...about,
      level: 'blind',
      why: {
        en: `Nothing was read of ${source} after block ${last.toHeight}, at ${at}.`,
        ja: `${source} はブロック ${last.toHeight}(${at})以降、読み取られていません。`,
      },
    };
  });
}

const CLOCKED: readonly (readonly [control: string, event: ClockedEvent])[] = [
  ['custody.hot-share', 'hot-over-limit'],
  ['custody.own-coin-buffer', 'own-coin-over-buffer'],
];

/** Legal limits that are broken once these readings stand, with what breaks them. */
export function clockedBreaks(
  standing: StandingLevels,
  readings: readonly Reading[],
): Map<ClockedEvent, string[]> {
  const levels = new Map<string, Level>(Object.entries(standing).map(([key, { level }]) => [key, level]));
  for (const { control, subject, level } of readings) levels.set(`${control}/${subject}`, level);
  return new Map(
    CLOCKED.flatMap(([control, event]) => {
      const subjects = [...levels]
        .filter(([key, level]) => level === 'critical' && key.startsWith(`${control}/`))
        .map(([key]) => key.slice(control.length + 1));
      return subjects.length === 0 ? [] : [[event, subjects] as const];
    }),
  );
}

const SIGNERS_MIN = 3;

/** Own wallets only: how a custodian spreads its keys is a matter of its contract. */
function keySpread({ wallets, keys }: Inventory): Reading[] {
  return Object.values(wallets)
    .filter(
      ({ wallet, retiredAt }) => retiredAt === null && (wallet.kind === 'evm' || wallet.kind === 'bitcoin'),
    )
    .map(({ wallet }): Reading => {
      const faults = spreadFaults(wallet, keys);
      const about = { control: 'custody.key-spread', subject: wallet.id };
      if (faults.length === 0)
        return { ...about, level: 'ok', why: { en: 'Keys are spread.', ja: '鍵は分散されています。' } };
      return {
        ...about,
        level: 'warning',
        why: { en: faults.map(([en]) => en).join(' '), ja: faults.map(([, ja]) => ja).join(' ') },
      };
    });
}

function spreadFaults(
  { keys: ids, quorum }: Wallet,
  keys: Readonly<Record<string, Key>>,
): [string, string][] {
  const known = ids.flatMap((id) => (keys[id] ? [keys[id]] : []));
  const faults: [string, string][] = [];
  if (ids.length < SIGNERS_MIN)
    faults.push([
      `Only ${ids.length} ${ids.length === 1 ? 'signer' : 'signers'}.`,
      `署名者が ${ids.length} のみです。`,
    ]);
  if (quorum * 2 < ids.length) faults.push(['Less than half of them sign.', '必要署名数が半数未満です。']);
  if (quorum === ids.length && ids.length > 1)
    faults.push([
      'All must sign: one lost key locks the coin.',
      '全員の署名が必要で、1本の紛失で動かせなくなります。',
    ]);
  // Whoever breaks into one place gets the keys that lie there and their unsealed backups.
  const places = known.map(({ place, backups }) => [
    place,
    ...backups.filter(({ sealed }) => !sealed).map((one) => one.place),
  ]);
  const place = reaching(places, quorum);
  if (place) faults.push([`Place ${place} alone can sign.`, `場所 ${place} だけで署名できます。`]);
  const holder = reaching(
    known.map((key) => [key.holder]),
    quorum,
  );
  if (holder) faults.push([`${holder} alone can sign.`, `${holder} 一名だけで署名できます。`]);
  return faults;
}

/** What stands with so many keys that the quorum is reached. */
function reaching(ofKeys: readonly (readonly string[])[], quorum: number): string | null {
  const counts = new Map<string, number>();
  for (const names of ofKeys)
    for (const name of new Set(names)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].find(([, count]) => quorum > 0 && count >= quorum)?.[0] ?? null;
}

/** Holders and deputies alike: who may step in tomorrow counts today. */
function separation({ roles: known }: People, roles: Roles): Reading[] {
  const holders = (ids: readonly string[]): Set<string> =>
    new Set(ids.flatMap((id) => known[id]?.holders ?? []));
  const reconcile = holders(roles.reconcile);
  return [...holders(roles.request)]
    .filter((person) => reconcile.has(person))
    .map((subject) => ({
      control: 'custody.duties-separated',
      subject,
      level: 'warning',
      why: {
        en: `${subject} may both move coin and reconcile it.`,
        ja: `${subject} は受払担当と照合担当を兼ねています。`,
      },
    }));
}

function findings({ unknown, unapproved, transfers }: ControlWorld): Reading[] {
  const critical = (control: string, subject: string, en: string, ja: string): Reading => ({
    control: `custody.${control}`,
    subject,
    level: 'critical',
    why: { en, ja },
  });
  const chains = Map.groupBy(Object.values(unknown.addresses), ({ chain }) => chain);
  const wallets = Map.groupBy(Object.values(unapproved.movements), ({ wallet }) => wallet);
  const mismatched = transfers.transfers.filter((one) => isOpen(one) && one.mismatches > 0);
  return [
    ...[...chains].map(([chain, [first]]) =>
      critical(
        'unknown-address',
        chain,
        `${first?.address} received customers’ coin and is in no wallet.`,
        `${first?.address} が顧客資産を受領しましたが、台帳にありません。`,
      ),
    ),
    ...[...wallets].map(([wallet, [first]]) =>
      critical(
        'unapproved-movement',
        wallet,
        `${first?.movement.transaction} left ${wallet} and nobody had approved it.`,
        `${wallet} から承認のない移動 ${first?.movement.transaction} がありました。`,
      ),
    ),
    ...[...new Set(mismatched.map(({ order }) => order.wallet))].map((wallet) =>
      critical(
        'signed-as-approved',
        wallet,
        `Something else than what was approved was to be signed for ${wallet}.`,
        `${wallet} で承認内容と異なる取引が署名されようとしました。`,
      ),
    ),
  ];
}
