/**
 * Deciding withdrawals of customers in batches. The log itself decides: policy, rates, lists and sums are read under its
 * head, so that no number of nodes or requests at once can pass a limit, and nothing that passed is forgotten.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { Text } from '../../../log/fact.ts';
import { type Ref, ref } from '../../../log/stream.ts';
import { assetRegister, rates } from '../../instruments/views.ts';
import { sumNames } from '../engine/decide.ts';
import { addSum, type Sum, type SumRow, slotAt } from '../engine/sums.ts';
import { type Addition, type Answer, GATE_BATCH_MAX, gateDecided } from '../facts/gate.ts';
import { addressKey, normalAddress, VALUE_CURRENCY } from '../facts/words.ts';
import { answerKey, gateAnswer, gateSums } from '../views/gate.ts';
import { addressOwner, destinationKey, inventory, listedDestination } from '../views/inventory.ts';
import { policyState } from '../views/policy.ts';
import { custodyFact } from './checks.ts';
import {
  type Asked,
  askedSchema,
  compiledOf,
  decideWithdrawal,
  type Moment,
  type Reasoned,
  type World,
} from './withdrawal.ts';

const namesOf = (ask: Asked): readonly string[] =>
  sumNames({ ...ask, wallet: null, destination: normalAddress(ask.destination) });

function rowRefs(asks: readonly Asked[]): Record<never, Ref<unknown>> {
  const refs: Record<string, Ref<unknown>> = {};
  for (const ask of asks) {
    refs[`answer ${ask.id}`] = ref(gateAnswer, answerKey(ask.id));
    refs[`owner ${addressKey(ask.chain, ask.destination)}`] = ref(
      addressOwner,
      addressKey(ask.chain, ask.destination),
    );
    const key = destinationKey(ask.customer, ask.chain, ask.destination);
    refs[`listed ${key}`] = ref(listedDestination, key);
    for (const name of namesOf(ask)) refs[`sum ${name}`] = ref(gateSums, name);
  }
  return refs;
}

export const decideWithdrawals = defineCommand({
  name: 'custody.DecideWithdrawals',
  says: {
    en: 'Decide withdrawals of customers against the policy, and count what passes.',
    ja: '顧客の出金をポリシーに照らして判定し、許可分を計上する。',
  },
  input: z.object({ withdrawals: z.array(askedSchema).min(1).max(GATE_BATCH_MAX) }).strict(),
  by: ['system'],
  refusals: {},
  reads: ({ withdrawals }) => ({
    policy: ref(policyState, 'all'),
    assets: ref(assetRegister, 'all'),
    rates: ref(rates, VALUE_CURRENCY),
    inventory: ref(inventory, 'all'),
    ...rowRefs(withdrawals),
  }),
  decide: ({ withdrawals }, state, ctx) => {
    const rows = state as unknown as Readonly<Record<string, never>>;
    const world: World = {
      policy: state.policy,
      assets: state.assets,
      rates: state.rates,
      wallets: state.inventory.wallets,
      answered: (id) => rows[`answer ${id}`] ?? null,
      owner: (ask) => rows[`owner ${addressKey(ask.chain, ask.destination)}`] ?? null,
      listed: (ask) => rows[`listed ${destinationKey(ask.customer, ask.chain, ask.destination)}`] ?? null,
      row: (name) => rows[`sum ${name}`] ?? [],
    };
    const batch = decideBatch(withdrawals, world, {
      nowMs: parseTime(ctx.now),
      pastMs: parseTime(ctx.surelyPast),
    });
    if (batch.fresh.length === 0)
      return { facts: [], result: { answers: batch.answers } as unknown as JsonValue };
    const evidence = ctx.evidence(batch.fresh as unknown as readonly JsonValue[]);
    const body = {
      policy: state.policy.revision,
      count: batch.fresh.length,
      root: evidence.root,
      answers: batch.decided,
      reasons: batch.reasons,
      sums: batch.sums,
    };
    return {
      facts: [custodyFact(gateDecided, 'gate', body)],
      evidence: [evidence],
      result: { answers: batch.answers } as unknown as JsonValue,
    };
  },
});

type Batch = {
  /** To each that was asked, in order. */
  readonly answers: readonly Reasoned[];
  /** Those that had no answer yet. */
  readonly fresh: readonly Asked[];
  readonly decided: Answer[];
  readonly reasons: Record<string, Text>;
  readonly sums: Addition[];
};

function decideBatch(asks: readonly Asked[], world: World, moment: Moment): Batch {
  const rows = new Map<string, SumRow>();
  const added = new Map<string, Sum>();
  const known = new Map<string, Reasoned>();
  const fresh: Asked[] = [];
  const slot = slotAt(moment.nowMs);
  const rowOf = (name: string): SumRow => rows.get(name) ?? world.row(name);
  const compiled = world.policy.policy === null ? null : compiledOf(world.policy.policy);
  const answers = asks.map((ask): Reasoned => {
    const before = known.get(ask.id) ?? world.answered(ask.id);
    if (before) return withoutPayment(before);
    const { answer, counted } = decideWithdrawal(ask, world, compiled, rowOf, moment);
    if (counted !== null)
      for (const name of namesOf(ask)) {
        rows.set(name, addSum(rowOf(name), slot, counted));
        const sum = added.get(name) ?? { value: 0n, count: 0, amount: 0n };
        const { value, count, amount } = counted;
        added.set(name, { value: sum.value + value, count: sum.count + count, amount: sum.amount + amount });
      }
    known.set(ask.id, answer);
    fresh.push(ask);
    return answer;
  });
  const decided = [...known.values()].map(({ reason: _, ...answer }) => answer);
  return {
    answers,
    fresh,
    decided,
    reasons: Object.fromEntries([...known.values()].map(({ rule, reason }) => [rule, reason])),
    sums: [...added].map(([name, { value, count, amount }]) => [
      name,
      slot,
      String(value),
      count,
      String(amount),
    ]),
  };
}

const withoutPayment = ({ id, digest, decision, rule, remaining, reason }: Reasoned): Reasoned => ({
  id,
  digest,
  decision,
  rule,
  remaining,
  reason,
});
