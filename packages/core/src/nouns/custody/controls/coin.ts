/** Controls over what wallets hold: hot share, guarantee coin, own coin among customers’, custodians, freshness. */
import { civilDate, dateText } from '../../../kernel/business-days.ts';
import { formatAmount } from '../../../kernel/money.ts';
import { parseTime } from '../../../kernel/time.ts';
import type { Level, Reading, StandingLevels } from '../../../log/levels.ts';
import type { Assets, Rates } from '../../instruments/views.ts';
import type { LedgerTotals } from '../../ledger/views/totals.ts';
import { valueUp } from '../engine/decide.ts';
import { guaranteeOn, hotShareOn, type Temperature, temperatureOf } from '../engine/legal.ts';
import type { Wallet } from '../facts/inventory.ts';
import type { Policy } from '../facts/policy.ts';
import { VALUE_CURRENCY } from '../facts/words.ts';
import type { Holdings } from '../views/holdings.ts';
import type { Inventory, KnownWallet } from '../views/inventory.ts';

export type CoinWorld = {
  readonly inventory: Inventory;
  readonly holdings: Holdings;
  readonly policy: Policy;
  readonly rates: Rates;
  readonly assets: Assets;
  readonly totals: LedgerTotals;
  readonly standing: StandingLevels;
  readonly nowMs: number;
};

type Pile = {
  readonly wallet: Wallet;
  readonly asset: string;
  readonly amount: bigint;
  readonly temperature: Temperature;
  /** Yen; null without a fresh rate. */
  readonly value: bigint | null;
};
type Coin = {
  readonly day: string;
  readonly piles: readonly Pile[];
  /** Wallets whose holdings are old or were never read. */
  readonly unread: readonly Wallet[];
};

/** Every reading over holdings. A wallet of a bank holds no coin and is only asked to be read. */
export function readCoin(world: CoinWorld): Reading[] {
  const coin = coinOf(world);
  return [
    ...freshness(world, coin),
    hotShare(world, coin),
    ...guarantees(world, coin),
    ...buffers(world, coin),
    ...custodianShares(world, coin),
  ];
}

const isCoin = ({ kind }: Wallet): boolean => kind !== 'bank';

/** Yen of an amount in minor units, rounded up; null without a fresh rate. Nothing is worth nothing at any rate. */
export function yenOf(
  { rates, assets, policy, nowMs }: CoinWorld,
  asset: string,
  amount: bigint,
): bigint | null {
  if (amount === 0n) return 0n;
  const decimals = assets.assets[asset]?.decimals ?? 0;
  if (asset === VALUE_CURRENCY) return valueUp(amount, decimals, '1');
  const rate = rates.rates[asset];
  if (rate === undefined || nowMs - parseTime(rate.at) > policy.ratesStaleMs) return null;
  return valueUp(amount, decimals, rate.price);
}

/** A wallet that was taken off counts for as long as coin lies in it. */
const isKept =
  ({ wallets }: Holdings) =>
  ({ wallet: { id }, retiredAt }: KnownWallet): boolean =>
    retiredAt === null || Object.values(wallets[id] ?? {}).some(({ amount }) => BigInt(amount) > 0n);

function coinOf(world: CoinWorld): Coin {
  const { inventory, holdings, policy, nowMs } = world;
  const day = dateText(civilDate(nowMs, 'Asia/Tokyo'));
  const piles: Pile[] = [];
  const unread: Wallet[] = [];
  for (const { wallet } of Object.values(inventory.wallets).filter(isKept(holdings))) {
    const temperature = temperatureOf(wallet, inventory.keys, inventory.custodians, day);
    const held = Object.entries(holdings.wallets[wallet.id] ?? {});
    const isOld = held.some(([, { at }]) => nowMs - parseTime(at) > policy.holdingsStaleMs);
    if (held.length === 0 || isOld) unread.push(wallet);
    if (!isCoin(wallet)) continue;
    for (const [asset, { amount: text }] of held) {
      const amount = BigInt(text);
      piles.push({ wallet, asset, amount, temperature, value: yenOf(world, asset, amount) });
    }
  }
  return { day, piles, unread };
}

const reading = (control: string, subject: string, level: Level, en: string, ja: string): Reading => ({
  control: `custody.${control}`,
  subject,
  level,
  why: { en, ja },
});

/** One reading per chain: its wallets fall silent together. A wallet that was just registered has its time to be read. */
function freshness({ inventory, holdings, policy, nowMs }: CoinWorld, { unread }: Coin): Reading[] {
  const wallets = Object.values(inventory.wallets).filter(isKept(holdings));
  const chains = [...new Set(wallets.map(({ wallet }) => wallet.chain))];
  return chains.map((chain) => {
    const old = unread.filter((wallet) => wallet.chain === chain).map(({ id }) => id);
    if (old.length === 0)
      return reading(
        'holdings-fresh',
        chain,
        'ok',
        `Wallets on ${chain} are read.`,
        `${chain} の残高は把握されています。`,
      );
    const isAwaited = wallets
      .filter(({ wallet }) => old.includes(wallet.id))
      .every(({ registeredAt }) => nowMs - parseTime(registeredAt) <= policy.holdingsStaleMs);
    const names = old.slice(0, 10).join(', ');
    return reading(
      'holdings-fresh',
      chain,
      isAwaited ? 'watch' : 'blind',
      `On ${chain} was not read lately: ${names}.`,
      `${chain} で直近に読み取られていない: ${names}。`,
    );
  });
}

/** Sum in yen, or null where a rate is missing. */
function totalValue(piles: readonly Pile[]): bigint | null {
  let sum = 0n;
  for (const { value } of piles) {
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

const isCustomers = ({ owner }: Wallet): boolean => owner === 'customer';
const percent = (bps: bigint | number): string => `${(Number(bps) / 100).toFixed(2)}%`;

type HotSums = { readonly hot: bigint | null; readonly all: bigint | null };

/**
 * Customers’ coin outside cold storage and all of it, in yen; null where a wallet is not read, a rate is missing, or
 * customers have no wallet.
 */
export function hotShareSums(world: CoinWorld): HotSums {
  const coin = coinOf(world);
  const isKnown = coin.piles.some(({ wallet }) => isCustomers(wallet)) && !isUnread(coin);
  return isKnown ? hotSums(coin) : { hot: null, all: null };
}

const isUnread = ({ unread }: Coin): boolean =>
  unread.some((wallet) => isCustomers(wallet) && isCoin(wallet));

function hotSums({ piles }: Coin): HotSums {
  const ours = piles.filter(({ wallet }) => isCustomers(wallet));
  return { hot: totalValue(ours.filter(({ temperature }) => temperature === 'hot')), all: totalValue(ours) };
}

function hotShare({ policy }: CoinWorld, coin: Coin): Reading {
  const { hot, all } = hotSums(coin);
  const legal = hotShareOn(coin.day);
  const id = 'hot-share';
  if (isUnread(coin))
    return reading(
      id,
      'all',
      'blind',
      'A wallet of customers is not read.',
      '読み取れていない顧客ウォレットがあります。',
    );
  if (all === null || hot === null)
    return reading(
      id,
      'all',
      'blind',
      'A rate is missing or old.',
      '評価レートが欠けているか古くなっています。',
    );
  if (legal === null)
    return reading(
      id,
      'all',
      'blind',
      `No legal limit is known for ${coin.day}.`,
      `${coin.day} の法定上限が未登録です。`,
    );
  const share = all === 0n ? 0n : (hot * 10_000n) / all;
  const passes = (bps: number): boolean => hot * 10_000n > all * BigInt(bps);
  const en = `${percent(share)} of customers’ coin is hot (own limit ${percent(policy.hotShareBps)}, law ${percent(legal)}).`;
  const ja = `顧客資産のホット比率は ${percent(share)} です(社内上限 ${percent(policy.hotShareBps)}、法定 ${percent(legal)})。`;
  if (passes(legal)) return reading(id, 'all', 'critical', en, ja);
  if (passes(policy.hotShareBps)) return reading(id, 'all', 'warning', en, ja);
  return reading(id, 'all', passes(Math.floor(policy.hotShareBps * WATCH_SHARE)) ? 'watch' : 'ok', en, ja);
}
/** Of the firm's own limit, from where it is watched. */
const WATCH_SHARE = 0.8;

function guarantees(world: CoinWorld, { day, piles, unread }: Coin): Reading[] {
  const id = 'guarantee';
  const share = guaranteeOn(day);
  const isGuarantee = ({ owner, purpose }: Wallet): boolean => owner === 'house' && purpose === 'guarantee';
  const isBlind =
    share === null || unread.some((wallet) => isCoin(wallet) && (isCustomers(wallet) || isGuarantee(wallet)));
  const hot = piles.filter(({ wallet, temperature }) => isCustomers(wallet) && temperature === 'hot');
  return subjects(world, id, hot).map((asset) => {
    if (isBlind)
      return reading(id, asset, 'blind', 'A wallet is not read.', '読み取れていないウォレットがあります。');
    const needed = (sum(hot, asset) * BigInt(share)) / 10_000n;
    const kept = piles.filter(({ wallet, temperature }) => isGuarantee(wallet) && temperature !== 'hot');
    const has = sum(kept, asset);
    const say = (amount: bigint): string => formatAmount(amount, world.assets.assets[asset]?.decimals ?? 0);
    const en = `${say(has)} ${asset} of own coin in cold storage stands behind ${say(needed)} ${asset} outside it.`;
    const ja = `コールド外の顧客分 ${say(needed)} ${asset} に対し、履行保証は ${say(has)} ${asset} です。`;
    return reading(id, asset, has >= needed ? 'ok' : 'critical', en, ja);
  });
}

const sum = (piles: readonly Pile[], asset: string): bigint =>
  piles.reduce((total, pile) => (pile.asset === asset ? total + pile.amount : total), 0n);

/** Assets that are there, and those that a control still stands on. */
function subjects({ standing }: CoinWorld, id: string, piles: readonly Pile[]): string[] {
  const known = Object.values(standing).filter(({ control }) => control === `custody.${id}`);
  return [...new Set([...piles.map(({ asset }) => asset), ...known.map(({ subject }) => subject)])];
}

function buffers(world: CoinWorld, coin: Coin): Reading[] {
  const id = 'own-coin-buffer';
  const { totals, policy, nowMs } = world;
  const ours = coin.piles.filter(({ wallet }) => isCustomers(wallet));
  const isOld = totals.statedAt === '' || nowMs - parseTime(totals.statedAt) > policy.booksStaleMs;
  const isBlind = isOld || isUnread(coin);
  return subjects(world, id, ours).map((asset) => {
    if (isBlind)
      return reading(
        id,
        asset,
        'blind',
        'Books or wallets were not read lately.',
        '帳簿またはウォレットが直近に読み取られていません。',
      );
    const owed = totals.totals
      .filter((one) => one.asset === asset && one.owner === 'customer')
      .reduce((total, { balance }) => total + BigInt(balance), 0n);
    const own = sum(ours, asset) - owed;
    const buffer = BigInt(policy.buffers[asset] ?? '0');
    const say = (amount: bigint): string => formatAmount(amount, world.assets.assets[asset]?.decimals ?? 0);
    const en = `${say(own)} ${asset} more lies in customers’ wallets than customers are owed (buffer ${say(buffer)}).`;
    const ja = `顧客ウォレットには顧客残高を ${say(own)} ${asset} 上回る暗号資産があります(許容 ${say(buffer)})。`;
    return reading(id, asset, own > buffer ? 'critical' : 'ok', en, ja);
  });
}

function custodianShares({ inventory, policy }: CoinWorld, { piles }: Coin): Reading[] {
  const id = 'custodian-share';
  const all = totalValue(piles);
  return Object.keys(inventory.custodians).map((custodian) => {
    const held = totalValue(piles.filter(({ wallet }) => wallet.custodian === custodian));
    if (all === null || held === null)
      return reading(
        id,
        custodian,
        'blind',
        'A rate is missing or old.',
        '評価レートが欠けているか古くなっています。',
      );
    const isOver = held * 10_000n > all * BigInt(policy.custodianShareBps);
    const share = percent(all === 0n ? 0n : (held * 10_000n) / all);
    const most = percent(policy.custodianShareBps);
    const en = `${custodian} holds ${share} of all coin (limit ${most}).`;
    return reading(
      id,
      custodian,
      isOver ? 'warning' : 'ok',
      en,
      `${custodian} に全体の ${share} があります(上限 ${most})。`,
    );
  });
}
