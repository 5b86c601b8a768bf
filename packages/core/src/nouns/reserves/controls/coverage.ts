/** Coverage, sources, concentration and outflow. */
import { valueAt } from '../../../kernel/money.ts';
import { MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import type { Reading } from '../../../log/levels.ts';
import { type Coverage, coverageOf, type Seen, type Standing, standingOf } from '../engine/coverage.ts';
import { outflowsOf, soonestEmpty } from '../engine/outflow.ts';
import { FLOW_STEP_MINUTES } from '../facts/holdings.ts';
import type { Policy } from '../facts/policy.ts';
import { reading } from './list.ts';
import { amountText, seenOf, type World } from './world.ts';

type Rule = Policy['coverage'][number];
export type Judged = { readonly rule: Rule; readonly coverage: Coverage; readonly standing: Standing };

/** Every pot of every asset of the policy. Books that are stale or missing make everything unknown. */
export function judgedCoverage(world: World): Judged[] {
  const rules = new Map(world.policy.coverage.map((rule) => [rule.asset, rule]));
  const isFresh = isBookFresh(world);
  return coverageOf(world.totals.totals, seenOf(world), [...rules.keys()]).flatMap((coverage) => {
    const rule = rules.get(coverage.asset);
    if (rule === undefined) return [];
    const standing = isFresh
      ? standingOf(coverage, BigInt(rule.tolerance), rule.surplusBps)
      : ('unknown' as const);
    return [{ rule, coverage, standing }];
  });
}

function isBookFresh({ totals, policy, now }: World): boolean {
  return (
    totals.statedAt !== '' &&
    parseTime(now) - parseTime(totals.statedAt) <= policy.bookStaleAfterMinutes * MINUTE_MS
  );
}

export function readCoverage(world: World, judged: readonly Judged[]): Reading[] {
  const awaited = seenOf(world)
    .filter(({ problem }) => problem === 'awaited')
    .map(({ source }) => source);
  return judged.map(({ coverage, standing }) => {
    const { asset, pot, held, owed, missing } = coverage;
    const subject = `${asset}/${pot}`;
    const [h, o] = [amountText(world, asset, held), amountText(world, asset, owed)];
    if (standing === 'short') {
      const gap = amountText(world, asset, owed - held);
      return reading(
        'coverage',
        subject,
        'critical',
        `Held ${h}, owed ${o}: short by ${gap}. Find the cause and cure it in its term.`,
        `保有 ${h}、債務 ${o}、不足 ${gap}。原因を究明し期限内に解消してください。`,
      );
    }
    if (standing === 'unknown') {
      const who = missing.length > 0 ? missing.slice(0, 10).join(', ') : `book ${world.policy.book}`;
      return reading(
        'coverage',
        subject,
        isOnlyAwaited(world, missing, awaited) ? 'watch' : 'blind',
        `Not known: no usable word from ${who}.`,
        `不明: ${who} の情報が利用できません。`,
      );
    }
    // The firm's own assets lie in the total: more than is owed there is no finding.
    if (standing === 'surplus' && pot !== 'total') {
      const more = amountText(world, asset, held - owed);
      return reading(
        'coverage',
        subject,
        'watch',
        `Held ${h}, owed ${o}: ${more} more than owed. Whose is it?`,
        `保有 ${h}、債務 ${o}、超過 ${more}。帰属を確認してください。`,
      );
    }
    return reading('coverage', subject, 'ok', `Held ${h}, owed ${o}.`, `保有 ${h}、債務 ${o}。`);
  });
}

/** A policy that was just set asks for what nobody could say yet: that becomes blindness when its time is over. */
function isOnlyAwaited(world: World, missing: readonly string[], awaited: readonly string[]): boolean {
  const { bookStaleAfterMinutes } = world.policy;
  const isBookAwaited =
    world.totals.statedAt === '' &&
    parseTime(world.now) - parseTime(world.policySince) <= bookStaleAfterMinutes * MINUTE_MS;
  return (missing.length > 0 || isBookAwaited) && missing.every((source) => awaited.includes(source));
}

const PROBLEMS: Readonly<Record<NonNullable<Seen['problem']>, readonly [string, string]>> = {
  awaited: ['is awaited: it has not spoken since the policy was set', 'の最初の報告を待っています'],
  never: ['has not said anything yet', 'からまだ報告がありません'],
  stale: ['has said nothing new in time', 'の報告が期限を過ぎています'],
  void: ['stands on a block that is no longer of its chain', 'の残高は再編成で無効になりました'],
  disputed: ['is disputed between nodes', 'の残高がノード間で一致しません'],
};

export function readSources(world: World): Reading[] {
  return seenOf(world).map(({ source, problem }) => {
    if (problem === null)
      return reading('sources-speak', source, 'ok', `${source} speaks.`, `${source} は報告中です。`);
    const [en, ja] = PROBLEMS[problem];
    const level = problem === 'awaited' ? 'watch' : 'blind';
    return reading('sources-speak', source, level, `${source} ${en}.`, `${source} ${ja}。`);
  });
}

/** Shares of value per place. Assets without a rate are left out, and the sentence says how many. */
export function readConcentration(world: World): Reading[] {
  const values = new Map<string, bigint>();
  const unpriced = new Set<string>();
  for (const { place, held } of seenOf(world)) {
    values.set(place, values.get(place) ?? 0n);
    for (const { asset, amount } of held) {
      const [known, rate] = [world.assets[asset], world.rates[asset]];
      const price = asset === world.policy.currency ? '1' : rate?.price;
      if (known === undefined || price === undefined) unpriced.add(asset);
      else values.set(place, (values.get(place) ?? 0n) + valueAt(BigInt(amount), known.decimals, price));
    }
  }
  const whole = [...values.values()].reduce((sum, one) => sum + one, 0n);
  const { watchBps, warningBps } = world.policy.concentration;
  return [...values].map(([place, value]) => {
    const bps = whole === 0n ? 0n : (value * 10_000n) / whole;
    const level = bps > BigInt(warningBps) ? 'warning' : bps > BigInt(watchBps) ? 'watch' : 'ok';
    const share = `${bps / 100n}.${String(bps % 100n).padStart(2, '0')}%`;
    const [en, ja] =
      unpriced.size === 0
        ? ['', '']
        : [
            ` (${unpriced.size} assets without a rate left out)`,
            `(評価額のない ${unpriced.size} 資産を除く)`,
          ];
    return reading(
      'concentration',
      place,
      level,
      `${place} holds ${share} of all value${en}.`,
      `${place} に価値全体の ${share} があります${ja}。`,
    );
  });
}

/** Time until hot holdings, and all holdings, are empty. Blind where flows stopped being told for two windows of an hour. */
export function readOutflow(world: World): Reading[] {
  const { flows, policy, now } = world;
  if (flows.lastAt === '') return [];
  const seen = seenOf(world);
  const nowMs = parseTime(now);
  const isStale = nowMs - parseTime(flows.lastAt) > FLOWS_STALE_MS;
  // Rates end where the reports end: time that nobody has reported on yet is not an hour without outflow.
  const known = Math.min(nowMs, parseTime(flows.lastAt) + FLOW_STEP_MINUTES * MINUTE_MS);
  const isHotKept = (asset: string): boolean =>
    seen.some(({ held }) => held.some((one) => one.asset === asset && one.tier === 'hot'));
  return flows.assets.flatMap(({ asset, steps }) =>
    // Money in banks has no hot part; of coin whose hot wallets are known, an empty one is the worst of all.
    (isHotKept(asset) ? (['hot', 'all'] as const) : (['all'] as const)).map((part) => {
      const subject = `${asset}/${part}`;
      if (isStale)
        return reading(
          'outflow',
          subject,
          'blind',
          `No flows since ${flows.lastAt}.`,
          `${flows.lastAt} 以降、入出庫量の報告がありません。`,
        );
      const held = seen
        .flatMap((one) => one.held)
        .filter((one) => one.asset === asset && (part === 'all' || one.tier === 'hot'))
        .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
      const hours = soonestEmpty(held, outflowsOf(steps, known));
      const rungs = policy.outflow[part];
      const level = hours === null ? 'ok' : levelOf(hours, rungs);
      const amount = amountText(world, asset, held);
      return hours === null
        ? reading('outflow', subject, 'ok', `No net outflow; ${amount} held.`, `純流出なし(保有 ${amount})。`)
        : reading(
            'outflow',
            subject,
            level,
            `${amount} would last ${hours} h at the present outflow.`,
            `現在の流出速度では ${amount} は ${hours} 時間でなくなります。`,
          );
    }),
  );
}
const FLOWS_STALE_MS = 120 * MINUTE_MS;

function levelOf(hours: bigint, { watch, warning, critical }: Policy['outflow']['hot']): Reading['level'] {
  if (hours < BigInt(critical)) return 'critical';
  if (hours < BigInt(warning)) return 'warning';
  return hours < BigInt(watch) ? 'watch' : 'ok';
}
