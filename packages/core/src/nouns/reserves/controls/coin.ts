/** The issuer's controls: backing against supply, bridges, composition, reach, mints, redemptions. */
import { civilDate, dateText } from '../../../kernel/business-days.ts';
import { parseTime } from '../../../kernel/time.ts';
import type { Reading } from '../../../log/levels.ts';
import { compositionFindings, reachableNow, standingOfRule } from '../engine/composition.ts';
import { COMPOSITION_RULES, type CompositionRule } from '../engine/composition-rules.ts';
import { mintFindings } from '../engine/mints.ts';
import { expectedRows, owedOf, type SupplyRow, type ToldRow } from '../engine/supply.ts';
import type { CoinPolicy } from '../facts/policy.ts';
import type { CoinState } from '../views/coin.ts';
import { movesOf } from '../views/moves.ts';
import { reading } from './list.ts';
import { readRedemptions } from './redemptions.ts';
import { amountText, isFresh, type World } from './world.ts';

const NOTHING: Omit<CoinState, 'asset'> = { supply: null, backing: null, redemptions: null };

const NAMED_MAX = 5;

export type Backed = {
  readonly asset: string;
  readonly supply: bigint;
  readonly backing: bigint;
  readonly isKnown: boolean;
  readonly rules: readonly string[];
  /** Chains that the newest report left out: they count as they were last told. */
  readonly old: readonly ToldRow[];
};

/**
 * What a coin owes and has (engine/supply.ts). Without the native chains that locks are said to be on nobody knows what
 * is owed; only a backing that is short of the rest already is certainly short.
 */
export function backedOf(world: World): Backed[] {
  return world.policy.coins.map((policy) => {
    const { supply, backing } = stateOf(world, policy.asset);
    const rows = expectedRows(supply, policy.retiredChains);
    const { owed, isWhole } = owedOf(rows);
    const old = rows.filter(({ asOf }) => asOf !== supply?.asOf);
    const has = (backing?.items ?? []).reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    const isFreshAll = [supply, backing, ...rows].every((one) => isFresh(world, policy, one?.asOf));
    const isKnown = isFreshAll && (isWhole || has < owed);
    return { asset: policy.asset, supply: owed, backing: has, isKnown, rules: policy.rules, old };
  });
}

export function readCoins(world: World): Reading[] {
  return [
    ...backedOf(world).map((one) => readBacked(world, one)),
    ...world.policy.coins.flatMap((policy) => {
      const coin = stateOf(world, policy.asset);
      return [
        ...readBridges(world, policy, coin),
        ...readComposition(world, policy, coin),
        ...readReach(world, policy, coin),
        ...readMints(world, policy),
        ...readRedemptions(world, policy, coin),
      ];
    }),
  ];
}

function stateOf({ coins }: World, asset: string): CoinState {
  return coins.coins.find((one) => one.asset === asset) ?? { asset, ...NOTHING };
}

function readBacked(world: World, { asset, supply, backing, isKnown, old }: Backed): Reading {
  const [s, b] = [amountText(world, asset, supply), amountText(world, asset, backing)];
  const left = old.slice(0, NAMED_MAX).map(({ chain, asOf }) => `${chain} (${asOf})`);
  const [oldEn, oldJa] =
    left.length === 0
      ? ['', '']
      : [
          ` Left out of the newest report: ${left.join(', ')}.`,
          `最新の報告にないチェーン: ${left.join(', ')}。`,
        ];
  if (!isKnown)
    return reading(
      'coin-backed',
      asset,
      'blind',
      `Supply (of every chain, the native ones too) or backing is not known now.${oldEn}`,
      `発行残高(全チェーン)または裏付資産が現在不明です。${oldJa}`,
    );
  return reading(
    'coin-backed',
    asset,
    backing < supply ? 'critical' : 'ok',
    `Supply ${s}, backing ${b}.${oldEn}`,
    `発行残高 ${s}、裏付資産 ${b}。${oldJa}`,
  );
}

function readBridges(world: World, policy: CoinPolicy, { asset, supply }: CoinState): Reading[] {
  const rows = expectedRows(supply, policy.retiredChains);
  const bridged = rows.filter(({ form }) => form === 'bridged');
  if (bridged.length === 0) return [];
  const each = bridged.map(({ chain, amount, locked, asOf }) => {
    const subject = `${asset}/${chain}`;
    const issued = amountText(world, asset, BigInt(amount));
    if (!isFresh(world, policy, asOf))
      return reading(
        'bridge-backed',
        subject,
        'blind',
        `Nothing new of ${chain} since ${asOf}.`,
        `${chain} は ${asOf} 以降、報告がありません。`,
      );
    if (locked === null)
      return reading(
        'bridge-backed',
        subject,
        'blind',
        `${issued} on ${chain}; what is locked is not known.`,
        `${chain} に ${issued}、ロック量は不明です。`,
      );
    const held = amountText(world, asset, BigInt(locked));
    const level = BigInt(amount) > BigInt(locked) ? 'critical' : 'ok';
    return reading(
      'bridge-backed',
      subject,
      level,
      `${issued} on ${chain}, ${held} locked.`,
      `${chain} に ${issued}、ロック量 ${held}。`,
    );
  });
  return [readLocks(world, asset, rows), ...each];
}

/** All bridges of a coin together: a lock carries one of them, and needs a native chain to be on. */
function readLocks(world: World, asset: string, rows: readonly SupplyRow[]): Reading {
  const { locked, native, overLocked, isWhole } = owedOf(rows);
  if (!isWhole)
    return reading(
      'bridge-backed',
      asset,
      'blind',
      'The native supply that the locks are part of was not told.',
      'ロックの元となるネイティブチェーンの発行残高が報告されていません。',
    );
  const over = overLocked ?? { home: null, locked, native };
  const [l, n] = [amountText(world, asset, over.locked), amountText(world, asset, over.native)];
  const [where, onJa] = over.home === null ? ['', ''] : [` on ${over.home}`, `${over.home} の`];
  return reading(
    'bridge-backed',
    asset,
    overLocked === null ? 'ok' : 'critical',
    `All bridges together say that ${l} is locked${where}; the native supply there is ${n}.`,
    `全ブリッジの${onJa}ロック量合計 ${l}、ネイティブ発行残高 ${n}。`,
  );
}

function readComposition(world: World, policy: CoinPolicy, { asset, backing }: CoinState): Reading[] {
  const day = dateText(civilDate(parseTime(world.now), world.policy.zone));
  const isKnown = isFresh(world, policy, backing?.asOf);
  const findings = compositionFindings(backing?.items ?? [], policy.rules, policy.trusts, day);
  return policy.rules.map((id) => {
    const subject = `${asset}/${id}`;
    const rule = COMPOSITION_RULES.find((one) => one.id === id);
    if (!isKnown)
      return reading(
        'composition',
        subject,
        'blind',
        'The backing is not known now.',
        '裏付資産が現在不明です。',
      );
    const [first] = findings.filter((one) => one.rule.id === id);
    const mark = rule === undefined ? '' : ` (${rule.citation}; confidence ${rule.confidence})`;
    const undecided = rule === undefined ? NO_RULE : undecidedText(rule, policy, day);
    if (undecided !== null) {
      const [en, ja] = undecided;
      return reading('composition', subject, 'watch', `Not decided: ${en}${mark}.`, `未判定: ${ja}${mark}。`);
    }
    return first === undefined
      ? reading('composition', subject, 'ok', `Nothing wrong${mark}.`, `問題ありません${mark}。`)
      : reading('composition', subject, 'critical', `${first.why.en}${mark}.`, `${first.why.ja}${mark}。`);
  });
}

const NO_RULE = ['the rule is not known', '不明な要件です'] as const;

/** Why a rule of the policy could not be tested; null: it is tested. */
function undecidedText(
  rule: CompositionRule,
  { trusts }: CoinPolicy,
  day: string,
): readonly [en: string, ja: string] | null {
  const standing = standingOfRule(rule, trusts, day);
  if (standing === 'decides') return null;
  if (standing === 'not-yet')
    return [`not in force until ${rule.validFrom}`, `${rule.validFrom} まで施行されていません`];
  if (standing === 'over')
    return [`no longer in force since ${rule.validTo}`, `${rule.validTo} で失効しています`];
  return [
    `the policy does not trust confidence ${rule.confidence}`,
    `確度 ${rule.confidence} は方針で判定に使われません`,
  ];
}

function readReach(world: World, policy: CoinPolicy, { asset, backing }: CoinState): Reading[] {
  if (policy.reachableMinBps === 0) return [];
  if (backing === null || !isFresh(world, policy, backing.asOf))
    return [
      reading('reachable', asset, 'blind', 'The backing is not known now.', '裏付資産が現在不明です。'),
    ];
  const blocked = world.blocked.map(({ bank }) => bank);
  const now = reachableNow(backing.items, world.policy.banks, blocked, parseTime(world.now));
  const whole = backing.items.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
  const isEnough = now * 10_000n >= whole * BigInt(policy.reachableMinBps);
  const [n, w] = [amountText(world, asset, now), amountText(world, asset, whole)];
  // Closed banks are every night; a blocked one is an event.
  const level = isEnough ? 'ok' : blocked.length > 0 ? 'warning' : 'watch';
  return [
    reading(
      'reachable',
      asset,
      level,
      `${n} of ${w} can be paid out now.`,
      `${w} のうち ${n} を今支払えます。`,
    ),
  ];
}

function readMints(world: World, { asset, unusualTenths }: CoinPolicy): Reading[] {
  const book = movesOf(world.moves, asset);
  const found = mintFindings(book, unusualTenths, world.now);
  const { count } = book.beyond;
  const beyond =
    count === 0
      ? []
      : [
          reading(
            'mints',
            `${asset}/beyond`,
            'critical',
            `${count} more moves without counterpart than can be listed.`,
            `対応のない動きが一覧の上限を ${count} 件超えています。`,
          ),
        ];
  const [first] = found;
  if (first === undefined)
    return [
      reading(
        'mints',
        asset,
        'ok',
        'Every mint and burn has its money.',
        '発行・焼却と資金の動きが一致しています。',
      ),
      ...beyond,
    ];
  const isUnpaid = found.some(({ is }) => is === 'unpaid');
  const amount = amountText(world, asset, BigInt(first.move.amount));
  const { kind, id } = first.move;
  const [en, ja] =
    first.is === 'unpaid'
      ? ['has no money to it', '対応する資金の動きがありません']
      : ['is of unusual size', '規模が異常です'];
  const alike = found.filter(({ is }) => is === first.is).length;
  const [more, moreJa] = alike === 1 ? ['', ''] : [` (${alike} in all)`, `(全 ${alike} 件)`];
  return [
    reading(
      'mints',
      asset,
      isUnpaid ? 'critical' : 'warning',
      `${kind} ${id} of ${amount} ${en}${more}.`,
      `${kind} ${id}(${amount})は${ja}${moreJa}。`,
    ),
    ...beyond,
  ];
}
