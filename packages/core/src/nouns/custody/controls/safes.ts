/**
 * Controls over Safes: each is as two people accepted it and as the keys of the inventory say, and each is read. A wallet
 * that is declared as a Safe is expected to be read from then on: a reader that nobody configured is seen, too.
 */
import { parseTime } from '../../../kernel/time.ts';
import type { Level, Reading } from '../../../log/levels.ts';
import { type SafeFinding, safeFindings } from '../engine/safe-state.ts';
import type { Policy } from '../facts/policy.ts';
import type { Inventory, KnownWallet } from '../views/inventory.ts';
import { type KnownSafe, type Safes, safeAt } from '../views/safes.ts';

export type SafesWorld = {
  readonly inventory: Inventory;
  readonly safes: Safes;
  readonly policy: Policy;
  readonly nowMs: number;
};
const WHY_CHARS_MAX = 1_900;

/** Wallets that are declared as Safes and in use. */
export const safeWallets = ({ wallets }: Inventory): KnownWallet[] =>
  Object.values(wallets).filter(({ wallet, retiredAt }) => wallet.safe && retiredAt === null);

/** What speaks against a Safe as it was last read. */
export const findingsOf = (
  { observed, baseline }: KnownSafe,
  { wallet }: KnownWallet,
  { keys }: Inventory,
): SafeFinding[] =>
  observed === null ? [] : safeFindings(observed.state, baseline ?? observed.state, wallet, keys);

/** A reading of each wallet that is a Safe, and one of each chain that such wallets are on. */
export function readSafes(world: SafesWorld): Reading[] {
  const wallets = safeWallets(world.inventory);
  const chains = [...new Set(wallets.map(({ wallet }) => wallet.chain))];
  return [
    ...wallets.map((known) => stateOf(world, known)),
    ...chains.map((chain) =>
      isRead(
        world,
        chain,
        wallets.filter(({ wallet }) => wallet.chain === chain),
      ),
    ),
  ];
}

const isFresh = ({ policy, nowMs }: SafesWorld, at: string | null | undefined): boolean =>
  at != null && nowMs - parseTime(at) <= policy.holdingsStaleMs;

/** Addresses of a wallet whose state nobody knows now. */
const unreadOf = (world: SafesWorld, { wallet, addresses }: KnownWallet): string[] =>
  addresses.filter((address) => !isFresh(world, safeAt(world.safes, wallet.chain, address)?.readAt));

function stateOf(world: SafesWorld, known: KnownWallet): Reading {
  const { wallet, addresses } = known;
  const reading = (level: Level, en: string, ja: string): Reading => ({
    ...{ control: 'custody.safe-state', subject: wallet.id, level },
    why: { en: en.slice(0, WHY_CHARS_MAX), ja: ja.slice(0, WHY_CHARS_MAX) },
  });
  const ours = addresses.flatMap((address) => safeAt(world.safes, wallet.chain, address) ?? []);
  const found = ours.flatMap((safe) => findingsOf(safe, known, world.inventory));
  if (found.length > 0) {
    const worst = found.some(({ level }) => level === 'critical') ? 'critical' : 'warning';
    const sorted = found.toSorted((a, b) => Number(b.level === worst) - Number(a.level === worst));
    return reading(
      worst,
      sorted.map(({ says }) => says.en).join(' '),
      sorted.map(({ says }) => says.ja).join(' '),
    );
  }
  if (addresses.length === 0)
    return reading('watch', 'It has no address yet.', 'アドレスがまだ登録されていません。');
  const [unread] = unreadOf(world, known);
  if (unread !== undefined)
    return isFresh(world, world.safes.since[wallet.id])
      ? reading('watch', `${unread} is about to be read.`, `${unread} は読取り待ちです。`)
      : reading(
          'blind',
          `${unread} was not read lately: its state is unknown.`,
          `${unread} は直近に読み取られておらず、状態は不明です。`,
        );
  const first = ours.find(({ confirmed }) => !confirmed);
  return first === undefined
    ? reading('ok', 'It is as accepted.', '承認された状態です。')
    : reading(
        'watch',
        `${first.address} was read; two people have not accepted its state yet.`,
        `${first.address} の状態を二名で承認してください。`,
      );
}

function isRead(world: SafesWorld, chain: string, wallets: readonly KnownWallet[]): Reading {
  const about = { control: 'custody.safes-read', subject: chain };
  const silent = wallets.filter((known) => unreadOf(world, known).length > 0);
  if (silent.length === 0)
    return {
      ...about,
      level: 'ok',
      why: { en: `Safes on ${chain} are read.`, ja: `${chain} の Safe は読み取られています。` },
    };
  const isAwaited = silent.every(({ wallet }) => isFresh(world, world.safes.since[wallet.id]));
  const names = silent
    .slice(0, 10)
    .map(({ wallet }) => wallet.id)
    .join(', ');
  return {
    ...about,
    level: isAwaited ? 'watch' : 'blind',
    why: {
      en: `The state of these Safes was not read lately: ${names}. See reserves.chains and its nodes.`,
      ja: `直近に状態を読み取れていない Safe: ${names}。reserves.chains とノードを確認してください。`,
    },
  };
}
