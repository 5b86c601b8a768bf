/**
 * The transfer gate: a decision over 100 rules with its velocity limits, beside Cedar (wasm, parsed beforehand) with the
 * same rules in the same run, every answer compared. Cedar keeps no counters: velocity is left out on both sides of the
 * comparison and timed for us alone; and the whole way to a durable answer, which is what an exchange waits for.
 */
import { createRequire } from 'node:module';
import {
  type Ask,
  compilePolicy,
  decideTransfer,
  type Sums,
  sumNames,
} from '@sonae/core/nouns/custody/engine/decide.ts';
import { addSum, type SumRow, slotAt, sumSince } from '@sonae/core/nouns/custody/engine/sums.ts';
import { type Policy, policySchema } from '@sonae/core/nouns/custody/facts/policy.ts';
import { createMemoryStore } from '../packages/server/src/adapters/store-memory/memory-store.ts';
import { createGateQueue } from '../packages/server/src/custody/gate-queue.ts';
import { createTestApp } from '../test/support/app.ts';
import { CEDAR_CALL } from '../test/support/cedar.ts';
import { ADDRESSES, foundCustody, limit, POLICY, rule } from '../test/support/custody.ts';
import { quantile, type Result } from './measure.ts';

const RULES = 100;
/** So many of the hundred are velocity limits where they are counted. */
const LIMITS = 20;
const REQUESTS = 2_000;
const ROUNDS = 50;
const DURABLE = 4_000;
const CEDAR_ID = 'transfer-gate';
const ASSETS = Array.from({ length: 20 }, (_, n) => `A${n}`);
const AT = Date.parse('2026-04-01T01:00:00Z');

type Shape = { readonly effect: 'allow' | 'hold' | 'deny'; readonly change: Record<string, never> };

/** Rules as firms have them: most speak of one asset or chain, some of everything. */
function shapeOf(n: number): Shape {
  const asset = ASSETS[n % ASSETS.length] ?? 'A0';
  const shapes = [
    { effect: 'allow', change: { assets: [asset], destination: ['listed', 'own'], valueAtMost: '900000' } },
    { effect: 'hold', change: { assets: [asset], valueAbove: String(500_000 + 1_000 * n) } },
    { effect: 'deny', change: { assets: [asset], chains: [`chain-${n % 7}`] } },
    { effect: 'deny', change: { destination: ['cooling'], valueAbove: String(100_000 + n) } },
  ] as const;
  return shapes[Math.floor(n / ASSETS.length) % shapes.length] as unknown as Shape;
}

function policyOf(withLimits: boolean): Policy {
  const rules = Array.from({ length: withLimits ? RULES - LIMITS : RULES }, (_, n) => {
    const { effect, change } = shapeOf(n);
    return rule(`r${n}`, effect, change);
  });
  const per = ['firm', 'customer', 'destination', 'asset'] as const;
  const limits = Array.from({ length: LIMITS }, (_, n) =>
    limit(`l${n}`, {
      per: per[n % per.length] ?? 'firm',
      windowMs: (1 + (n % 3)) * 3_600_000,
      max: { value: String(10 ** 15 + n) },
    }),
  );
  return policySchema.parse({ rules, limits: withLimits ? limits : [], bands: POLICY.bands });
}

function askOf(n: number): Ask {
  const states = ['listed', 'listed', 'listed', 'own', 'cooling', 'unknown'] as const;
  const value = BigInt(1 + ((n * 7_919) % 1_000_000));
  return {
    path: 'gate',
    atMs: AT + n,
    asset: ASSETS[n % ASSETS.length] ?? 'A0',
    chain: `chain-${n % 11}`,
    wallet: null,
    customer: `c-${n % 500}`,
    counterpart: null,
    destination: `0x${n.toString(16)}`,
    destinationIs: states[n % states.length] ?? 'unknown',
    amount: value,
    value,
  };
}

type Timed = { readonly us: readonly number[]; readonly rate: number };
function timed(rounds: number, decide: (n: number) => unknown): Timed {
  const total = rounds * REQUESTS;
  const startedAt = performance.now();
  for (let i = 0; i < total; i += 1) decide(i % REQUESTS);
  const rate = total / ((performance.now() - startedAt) / 1_000);
  const us = new Float64Array(total);
  for (let i = 0; i < total; i += 1) {
    const at = process.hrtime.bigint();
    decide(i % REQUESTS);
    us[i] = Number(process.hrtime.bigint() - at) / 1_000;
  }
  return { us: [...us], rate };
}

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs');

/** The same rules in Cedar. Cedar knows permit and forbid: a hold is a forbid there, and "allow" is what is compared. */
function cedarOf({ rules }: Policy): Record<string, string> {
  const list = (values: readonly string[]): string =>
    `[${values.map((one) => JSON.stringify(one)).join(', ')}]`;
  return Object.fromEntries(
    rules.map(({ id, effect, assets, chains, destination, valueAbove, valueAtMost }) => {
      const tests = [
        ...(assets ? [`${list(assets)}.contains(context.asset)`] : []),
        ...(chains ? [`${list(chains)}.contains(context.chain)`] : []),
        ...(destination ? [`${list(destination)}.contains(context.destination)`] : []),
        ...(valueAbove ? [`context.value > ${valueAbove}`] : []),
        ...(valueAtMost ? [`context.value <= ${valueAtMost}`] : []),
      ];
      const kind = effect === 'allow' ? 'permit' : 'forbid';
      return [id, `${kind}(principal, action, resource) when { ${tests.join(' && ') || 'true'} };`];
    }),
  );
}

function askCedar(policy: Policy, asks: readonly Ask[]): (n: number) => boolean {
  const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as Cedar;
  const parsed = cedar.preparsePolicySet(CEDAR_ID, { staticPolicies: cedarOf(policy) });
  if (parsed.type === 'failure') throw new Error(JSON.stringify(parsed.errors));
  const calls = asks.map(({ asset, chain, destinationIs, value }) => ({
    ...CEDAR_CALL,
    entities: [],
    context: { asset, chain, destination: destinationIs, value: Number(value) },
    preparsedPolicySetId: CEDAR_ID,
  }));
  return (n) => {
    const answer = cedar.statefulIsAuthorized(calls[n] as (typeof calls)[number]);
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    return answer.response.decision === 'allow';
  };
}

/** Rows as full as a busy week makes them. */
function fullRows(asks: readonly Ask[]): { sums: Sums; count: (ask: Ask) => void } {
  const rows = new Map<string, SumRow>();
  const week = Array.from({ length: 1_000 }, (_, n) => slotAt(AT) - 1_000 + n);
  for (const name of new Set(asks.flatMap((ask) => sumNames(ask).slice(0, 2))))
    rows.set(
      name,
      week.map((slot, n) => [slot, String(1_000 * (n + 1)), n + 1, String(1_000 * (n + 1))] as const),
    );
  return {
    sums: (name, since) => sumSince(rows.get(name) ?? [], since),
    count: (ask) => {
      for (const name of sumNames(ask)) {
        const added = { value: ask.value, count: 1, amount: ask.amount };
        rows.set(name, addSum(rows.get(name) ?? [], slotAt(ask.atMs), added));
      }
    },
  };
}

/** From the exchange's question to an answer that is in the log: memory store, so without a disk's own time. */
async function timeDurable(): Promise<{ us: number[]; rate: number }> {
  const c = await foundCustody(createTestApp(createMemoryStore()));
  await c.policy({ ...POLICY, rules: [rule('all', 'allow')], limits: [] });
  const queue = createGateQueue(c.app, 30_000);
  const us: number[] = [];
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: DURABLE }, async (_, n) => {
      const at = performance.now();
      const asked = { customer: `c-${n % 500}`, asset: 'ETH', amount: '1000', destination: ADDRESSES.payee };
      const { decision } = await queue.decide({ id: `w-${n}`, chain: 'ethereum', ...asked });
      if (decision !== 'allow') throw new Error('not allowed');
      us.push((performance.now() - at) * 1_000);
    }),
  );
  return { us, rate: DURABLE / ((performance.now() - startedAt) / 1_000) };
}

export async function benchTransferGate(progress: (line: string) => void): Promise<Result> {
  const asks = Array.from({ length: REQUESTS }, (_, n) => askOf(n));
  const none: Sums = () => ({ value: 0n, count: 0, amount: 0n });
  progress(`${REQUESTS} withdrawals over ${RULES} rules, as Cedar has them too`);
  const plain = policyOf(false);
  const plainCompiled = compilePolicy(plain);
  const decidePlain = (n: number) => decideTransfer(plainCompiled, asks[n] as Ask, none);
  timed(5, decidePlain);
  const ours = timed(ROUNDS, decidePlain);
  const cedarDecides = askCedar(plain, asks);
  const unequal = asks.filter((_, n) => (decidePlain(n).decision === 'allow') !== cedarDecides(n));
  if (unequal.length > 0) throw new Error(`Cedar answers otherwise on ${unequal.length} requests`);
  const allowed = asks.filter((_, n) => decidePlain(n).decision === 'allow').length;
  const cedar = timed(1, cedarDecides);
  progress(`${RULES - LIMITS} rules and ${LIMITS} velocity limits, counted`);
  const whole = compilePolicy(policyOf(true));
  const { sums, count } = fullRows(asks);
  const decideWhole = (n: number) => {
    const ask = asks[n] as Ask;
    const { decision } = decideTransfer(whole, ask, sums);
    if (decision === 'allow' && n % 20 === 0) count(ask);
    return decision;
  };
  timed(5, decideWhole);
  const counted = timed(ROUNDS, decideWhole);
  progress('to a durable answer');
  const durable = await timeDurable();
  const [p99, cedarP99] = [quantile(counted.us, 0.99), quantile(cedar.us, 0.99)];
  return {
    rows: [
      { id: `decide, ${RULES} rules without velocity`, value: ours.rate, unit: 'decisions/s' },
      { id: 'the same, p50', value: quantile(ours.us, 0.5), unit: 'us' },
      { id: 'the same, p99', value: quantile(ours.us, 0.99), unit: 'us' },
      { id: 'cedar-wasm, parsed beforehand, without velocity', value: cedar.rate, unit: 'decisions/s' },
      { id: 'cedar-wasm, p50', value: quantile(cedar.us, 0.5), unit: 'us' },
      { id: 'cedar-wasm, p99', value: cedarP99, unit: 'us' },
      { id: 'requests answered alike', value: REQUESTS - unequal.length, unit: 'requests' },
      { id: 'of which allowed', value: allowed, unit: 'requests' },
      {
        id: `decide, ${RULES - LIMITS} rules and ${LIMITS} velocity limits`,
        value: counted.rate,
        unit: 'decisions/s',
      },
      { id: 'with velocity, p50', value: quantile(counted.us, 0.5), unit: 'us' },
      { id: 'with velocity, p99', value: p99, unit: 'us' },
      { id: 'durable answers, memory store, all at once', value: durable.rate, unit: 'decisions/s' },
      { id: 'durable answer under that load, p50', value: quantile(durable.us, 0.5), unit: 'us' },
    ],
    ratios: [
      { id: 'decide rate / cedar-wasm rate (both without velocity)', value: ours.rate / cedar.rate },
      { id: 'decide rate with velocity / cedar-wasm rate without', value: counted.rate / cedar.rate },
      { id: 'decide p99 with velocity / goal of 100 us', value: p99 / 100 },
    ],
  };
}
