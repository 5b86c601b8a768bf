/** Recording what is there, what is disputed, what a reorganisation voided, and what flows. */
import { z } from 'zod';
import { EVIDENCE_ITEMS_MAX } from '../../../kernel/limits.ts';
import { refuse } from '../../../kernel/result.ts';
import { MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import {
  FLOW_STEP_MINUTES,
  flowsRecorded,
  type Held,
  heldSchema,
  holdingsRecorded,
  provenanceSchema,
  readingDisputed,
  snapshotVoided,
} from '../facts/holdings.ts';
import type { Source } from '../facts/policy.ts';
import { HELD_ASSETS_MAX, instant, shortText, slug } from '../facts/words.ts';
import { holdings } from '../views/holdings.ts';
import { reservesSetup } from '../views/setup.ts';
import { ahead, policyOf, reservesFact, SAYS } from './checks.ts';

const positionSchema = heldSchema.extend({ address: z.string().max(100).nullable() });

export const recordHoldings = defineCommand({
  name: 'reserves.RecordHoldings',
  says: {
    en: 'Record what a source holds at an instant, address by address where it knows addresses.',
    ja: '保有先の一時点の残高を(可能ならアドレス別に)記録する。',
  },
  input: z
    .object({
      source: slug,
      asOf: instant,
      provenance: provenanceSchema,
      positions: z.array(positionSchema).max(EVIDENCE_ITEMS_MAX),
    })
    .strict(),
  by: ['operator', 'system'],
  refusals: {
    'no-policy': SAYS.policy,
    'no-source': SAYS.source,
    'no-asset': SAYS.asset,
    'from-the-future': SAYS.future,
    older: SAYS.older,
    'too-many': { en: 'There are too many kinds of positions.', ja: '残高の種類が多すぎる。' },
  },
  reads: () => ({ setup: ref(reservesSetup, 'all'), known: ref(holdings, 'all') }),
  decide: (input, { setup, known }, ctx) => {
    const source = sourceNamed(setup.policy?.sources, input.source);
    if (setup.policy === null) return refuse('no-policy', 'no policy is set', 'reserves.SetPolicy first');
    if (source === undefined)
      return refuse(
        'no-source',
        `source: the policy has no ${input.source}`,
        'list it in reserves.SetPolicy',
      );
    const odd = input.positions.find(({ asset }) => !source.assets.includes(asset));
    if (odd)
      return refuse(
        'no-asset',
        `positions: ${source.source} is not to hold ${odd.asset}`,
        'add it to its assets',
      );
    const future = ahead(input.asOf, ctx.now);
    if (future) return future;
    const newest = known.snapshots.find((one) => one.source === input.source);
    if (newest && newest.problem !== 'void' && parseTime(newest.asOf) > parseTime(input.asOf))
      return refuse('older', `asOf: ${newest.asOf} is recorded already`, 'send the newest');
    const held = sumsOf(input.positions);
    if (held.length > HELD_ASSETS_MAX)
      return refuse('too-many', `positions: more than ${HELD_ASSETS_MAX} sums`, 'split the source');
    const places = input.positions.filter(({ address }) => address !== null);
    const evidence = places.length === 0 ? null : ctx.evidence(places);
    const { asOf, provenance } = input;
    const addresses = evidence === null ? null : { count: places.length, root: evidence.root };
    const body = { id: ctx.newId(), source: source.source, asOf, provenance, held, addresses };
    return {
      facts: [reservesFact(holdingsRecorded, `source/${source.source}`, body, asOf)],
      evidence: evidence === null ? [] : [evidence],
      result: { snapshot: body.id },
    };
  },
});

const sourceNamed = (sources: readonly Source[] | undefined, name: string): Source | undefined =>
  sources?.find(({ source }) => source === name);

function sumsOf(positions: readonly Held[]): Held[] {
  const sums = new Map<string, { one: Held; sum: bigint }>();
  for (const { asset, owner, tier, amount } of positions) {
    const key = `${asset} ${owner} ${tier}`;
    const sum = (sums.get(key)?.sum ?? 0n) + BigInt(amount);
    sums.set(key, { one: { asset, owner, tier, amount }, sum });
  }
  return [...sums.values()].map(({ one, sum }) => ({ ...one, amount: sum.toString() }));
}

export const voidSnapshot = defineCommand({
  name: 'reserves.VoidSnapshot',
  says: {
    en: 'Void a snapshot: at its height the chain now has another block.',
    ja: '再編成により無効となった残高の記録を取り消す。',
  },
  input: z.object({ source: slug, snapshot: z.string().max(40), is: shortText }).strict(),
  by: ['operator', 'system'],
  refusals: {
    'no-snapshot': {
      en: 'It is not the newest snapshot of a block.',
      ja: '最新のブロック残高の記録ではない。',
    },
    'same-block': { en: 'The block is the same.', ja: 'ブロックは変わっていない。' },
  },
  reads: () => ({ known: ref(holdings, 'all') }),
  decide: ({ source, snapshot, is }, { known }) => {
    const one = known.snapshots.find(({ id }) => id === snapshot);
    const block = one?.provenance.block ?? null;
    if (one === undefined || one.source !== source || block === null)
      return refuse(
        'no-snapshot',
        `snapshot: ${snapshot} is not the newest of ${source}`,
        'see reserves.holdings',
      );
    if (block.hash === is)
      return refuse('same-block', 'is: the block is the one of the snapshot', 'nothing to do');
    if (one.problem === 'void') return { facts: [] };
    const body = { id: snapshot, source, height: block.height, was: block.hash, is };
    return { facts: [reservesFact(snapshotVoided, `source/${source}`, body)] };
  },
});

export const recordDispute = defineCommand({
  name: 'reserves.RecordDispute',
  says: {
    en: 'Record that nodes disagree about holdings; none of them is believed.',
    ja: 'ノード間の不一致を記録する。いずれの値も採用しない。',
  },
  input: z.object({ source: slug, what: shortText, hosts: z.array(shortText).max(20) }).strict(),
  by: ['operator', 'system'],
  refusals: { 'no-policy': SAYS.policy, 'no-source': SAYS.source },
  reads: () => ({ setup: ref(reservesSetup, 'all'), known: ref(holdings, 'all') }),
  decide: ({ source, what, hosts }, { setup, known }, ctx) => {
    const policy = policyOf(setup);
    if ('refused' in policy) return policy;
    if (sourceNamed(policy.sources, source) === undefined)
      return refuse('no-source', `source: the policy has no ${source}`, 'list it in reserves.SetPolicy');
    const standing = known.snapshots.find((one) => one.source === source);
    // Said once: a dispute that goes on is not news every time somebody looks.
    if (standing?.problem === 'disputed' && standing.detail === `${what} (${hosts.join(', ')})`)
      return { facts: [] };
    return {
      facts: [reservesFact(readingDisputed, `source/${source}`, { source, at: ctx.now, what, hosts })],
    };
  },
});

export const recordFlows = defineCommand({
  name: 'reserves.RecordFlows',
  says: {
    en: `Record what came in and went out in ${FLOW_STEP_MINUTES} minutes, per asset.`,
    ja: `${FLOW_STEP_MINUTES} 分間の資産別の入出庫量を記録する。`,
  },
  input: flowsRecorded.schema as typeof flowsRecorded.schema,
  by: ['operator', 'system'],
  refusals: {
    'from-the-future': SAYS.future,
    'odd-step': { en: 'The span does not begin on a step.', ja: '集計区間の開始時刻が区切りに合わない。' },
  },
  reads: () => ({}),
  decide: (input, _, ctx) => {
    const future = ahead(input.from, ctx.now);
    if (future) return future;
    if (parseTime(input.from) % (FLOW_STEP_MINUTES * MINUTE_MS) !== 0)
      return refuse(
        'odd-step',
        `from: ${input.from} is no whole step`,
        `begin on a multiple of ${FLOW_STEP_MINUTES} minutes`,
      );
    return { facts: [reservesFact(flowsRecorded, 'flows', input, input.from)] };
  },
});
