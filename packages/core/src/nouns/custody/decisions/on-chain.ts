/**
 * What left our wallets on chain, against what was approved. One movement that nobody approved is critical at once: Zaif
 * and Coincheck noticed theirs after hours.
 */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { type DecisionContext, defineCommand } from '../../../log/define.ts';
import type { NewFact, Text } from '../../../log/fact.ts';
import { type Ref, ref } from '../../../log/stream.ts';
import { peopleRegister } from '../../people/views/register.ts';
import {
  type BlockScan,
  blockScanSchema,
  blocksScanned,
  MOVEMENTS_PER_COMMAND_MAX,
  type Movement,
  movementJudged,
  movementMatched,
  movementSchema,
  scanningStarted,
  scanningStopped,
  unapprovedFound,
} from '../facts/transfers.ts';
import { addressKey, normalAddress, reasonText, slug } from '../facts/words.ts';
import { type Answered, answerKey, gateAnswer } from '../views/gate.ts';
import { type AddressOwner, addressOwner } from '../views/inventory.ts';
import { limitsOf, policyState } from '../views/policy.ts';
import {
  type ChainCursors,
  chainCursors,
  movementKey,
  seenMovement,
  type Transfer,
  transfers,
  unapprovedMovements,
} from '../views/transfers.ts';
import { custodyFact, digestOf, dutyProblem, SAYS } from './checks.ts';

const STREAM = 'movements';

/** `customer`: whose withdrawal it says it is; bound by the digest of the gate's answer. */
const reported = movementSchema.extend({ customer: z.string().min(1).max(64).nullable() });
type Reported = z.infer<typeof reported>;

export const startScanning = defineCommand({
  name: 'custody.StartScanning',
  says: {
    en: 'Say that a chain is read from now on: a reader that never manages to is blind too.',
    ja: 'チェーンの読取り開始を記録する(一度も読めない場合も不可視となる)。',
  },
  input: z.object({ source: slug, chain: slug }).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ cursors: ref(chainCursors, 'all') }),
  decide: (input, { cursors }) => {
    const { source } = input;
    if (isWatched(cursors, source)) return { facts: [] };
    return { facts: [custodyFact(scanningStarted, STREAM, input)] };
  },
});

/** Whether the source is said to be read, and nobody said that it is not any more. */
const isWatched = ({ sources, started, stopped }: ChainCursors, source: string): boolean =>
  stopped[source] === undefined && (sources[source] ?? started[source]) !== undefined;

export const stopScanning = defineCommand({
  name: 'custody.StopScanning',
  says: {
    en: 'Say that a chain which the node reads no more is not to be read. You own that.',
    ja: 'ノードが読み取らなくなったチェーンを読取り対象から除外する(判断者として記録される)。',
  },
  input: z.object({ source: slug, reason: reasonText }).strict(),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-source': { en: 'No chain is read by this name.', ja: 'この名称で読み取られているチェーンはない。' },
    'still-read': { en: 'It was read just now.', ja: '直近まで読み取られている。' },
  },
  reads: () => ({
    people: ref(peopleRegister, 'all'),
    policy: ref(policyState, 'all'),
    cursors: ref(chainCursors, 'all'),
  }),
  decide: ({ source, reason }, { people, policy, cursors }, ctx) => {
    const no = dutyProblem(people, policy, ctx.actor.id, 'reconcile', ctx.now);
    if (no) return no;
    if (!isWatched(cursors, source))
      return refuse('no-source', `source: no chain is read as ${source}`, 'see custody.movements-read');
    // Who could stop a reader that works could steal unseen: it has to be out of the configuration, and silent, first.
    const at = cursors.sources[source]?.at ?? cursors.started[source] ?? '';
    if (parseTime(ctx.now) - parseTime(at) <= limitsOf(policy).holdingsStaleMs)
      return refuse('still-read', `${source} was read at ${at}`, 'take it out of reserves.chains, then wait');
    return { facts: [custodyFact(scanningStopped, STREAM, { source, reason, by: ctx.actor.id })] };
  },
});

export const recordOnChain = defineCommand({
  name: 'custody.RecordOnChain',
  says: {
    en: 'Record what left our wallets on chain; what nobody approved is critical.',
    ja: '自社ウォレットからのチェーン上の移動を記録する(承認のないものは危機)。',
  },
  input: z
    .object({
      movements: z.array(reported).max(MOVEMENTS_PER_COMMAND_MAX),
      /** Of a reader of chains: how far it has read with these movements. */
      read: blockScanSchema.nullable().default(null),
    })
    .strict()
    .refine(({ movements, read }) => movements.length > 0 || read !== null, {
      error: 'there is neither a movement nor a reading',
      path: ['movements'],
    }),
  by: ['system'],
  refusals: {},
  reads: ({ movements }) => ({ transfers: ref(transfers, 'all'), ...movementRefs(movements) }),
  decide: ({ movements, read }, state) => {
    const rows = state as unknown as Readonly<Record<string, unknown>>;
    const taken = new Set<string>();
    const facts = movements.flatMap((given): NewFact[] => {
      const { customer, ...movement } = normal(given);
      const key = movementKey(movement);
      const owner = rows[`owner ${addressKey(movement.chain, movement.from)}`] as AddressOwner | null;
      if (owner === null || !owner.held || rows[`seen ${key}`] || taken.has(key)) return [];
      taken.add(key);
      const to = rows[`owner ${addressKey(movement.chain, movement.to)}`] as AddressOwner | null;
      // Change that comes back to the same wallet has not left.
      if (to?.held && to.wallet === owner.wallet) return [];
      const answer =
        movement.withdrawal === null ? null : (rows[`answer ${movement.withdrawal}`] as Answered | null);
      const found = match(movement, customer, owner.wallet, state.transfers.transfers, answer, taken);
      if ('why' in found)
        return [custodyFact(unapprovedFound, STREAM, { movement, wallet: owner.wallet, why: found.why })];
      const matched = { ...movement, transfer: found.transfer };
      return [custodyFact(movementMatched, STREAM, { movement: matched, wallet: owner.wallet })];
    });
    const unapproved = facts.filter(({ type }) => type === unapprovedFound.type).length;
    return {
      facts: [...facts, ...cursor(read, movements.length)],
      result: { recorded: facts.length, unapproved },
    };
  },
});

/** In one transaction with what was found: nothing is skipped after a crash, and nothing found twice. */
const cursor = (read: BlockScan | null, movements: number): NewFact[] =>
  read === null ? [] : [custodyFact(blocksScanned, STREAM, { ...read, movements })];

const normal = (movement: Reported): Reported => ({
  ...movement,
  from: normalAddress(movement.from),
  to: normalAddress(movement.to),
});

function movementRefs(movements: readonly Reported[]): Record<never, Ref<unknown>> {
  const refs: Record<string, Ref<unknown>> = {};
  for (const movement of movements.map(normal)) {
    for (const address of [movement.from, movement.to])
      refs[`owner ${addressKey(movement.chain, address)}`] = ref(
        addressOwner,
        addressKey(movement.chain, address),
      );
    refs[`seen ${movementKey(movement)}`] = ref(seenMovement, movementKey(movement));
    if (movement.withdrawal !== null)
      refs[`answer ${movement.withdrawal}`] = ref(gateAnswer, answerKey(movement.withdrawal));
  }
  return refs;
}

type Found = { readonly transfer: string | null } | { readonly why: Text };

function match(
  movement: Movement,
  customer: string | null,
  wallet: string,
  known: readonly Transfer[],
  answer: Answered | null,
  taken: Set<string>,
): Found {
  const { withdrawal, asset, amount, to: destination, chain } = movement;
  if (withdrawal !== null) {
    const asked = { id: withdrawal, customer: customer ?? '', asset, amount, destination, chain };
    const isIt = answer?.decision === 'allow' && answer.digest === digestOf('custody-withdrawal', asked);
    if (!isIt || answer.paidBy !== null || taken.has(`withdrawal ${withdrawal}`))
      return {
        why: {
          en: `It says it is withdrawal ${withdrawal}, which the gate did not allow in this form, or which is paid already.`,
          ja: `出金 ${withdrawal} と称していますが、ゲートが許可した内容と異なるか、支払済みです。`,
        },
      };
    taken.add(`withdrawal ${withdrawal}`);
    return { transfer: null };
  }
  const transfer = known.find(
    ({ id, status, order, chain: on }) =>
      (status === 'approved' || status === 'signed') &&
      (movement.transfer === null || movement.transfer === id) &&
      !taken.has(`transfer ${id}`) &&
      order.wallet === wallet &&
      order.destination === destination &&
      order.asset === asset &&
      order.amount === amount &&
      on === chain,
  );
  if (transfer !== undefined) {
    taken.add(`transfer ${transfer.id}`);
    return { transfer: transfer.id };
  }
  return {
    why: {
      en: 'No approved transfer has this wallet, destination, asset and amount.',
      ja: 'このウォレット・宛先・資産・数量の承認済み移転がありません。',
    },
  };
}

export const judgeMovement = defineCommand({
  name: 'custody.JudgeMovement',
  says: {
    en: 'Judge an unapproved movement: explained, or a loss. You own that; whoever moves cannot.',
    ja: '承認のない移動について、説明済みか流出かを判断する(受払担当は不可)。',
  },
  input: z
    .object({
      movement: z.string().min(1).max(250),
      verdict: z.enum(['explained', 'loss']),
      reason: reasonText,
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'no-duty': SAYS.duty,
    'no-finding': { en: 'This is no open finding.', ja: '未解決の指摘ではない。' },
    'own-work': SAYS.own,
  },
  reads: () => ({
    people: ref(peopleRegister, 'all'),
    policy: ref(policyState, 'all'),
    unapproved: ref(unapprovedMovements, 'all'),
  }),
  decide: (input, state, ctx: DecisionContext) => {
    const { people, policy, unapproved } = state;
    const { id } = ctx.actor;
    const no = dutyProblem(people, policy, id, 'reconcile', ctx.now);
    if (no) return no;
    if (dutyProblem(people, policy, id, 'request', ctx.now) === null)
      return refuse('own-work', `${id} also moves coin`, 'somebody who does not move judges it');
    if (!Object.hasOwn(unapproved.movements, input.movement))
      return refuse(
        'no-finding',
        `movement: ${input.movement.slice(0, 100)} is no open finding`,
        'see the findings',
      );
    return { facts: [custodyFact(movementJudged, STREAM, input)] };
  },
});
