/**
 * A judged snapshot of how accounts are treated becomes facts: what was sent and what is known are evidence, an account
 * treated otherwise stands until it is seen treated as its peers, approved, or answered for. What a snapshot is held
 * against is read from the log by the server; nobody sends it.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import { type DecisionContext, defineCommand, type EvidenceBatch } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { ledgerLevels } from '../controls.ts';
import { accountSchema } from '../facts/batches.ts';
import {
  HELD_MAX,
  KNOWN_PARTS,
  knownSchema,
  TREATMENTS_MAX,
  treatmentPageReceived,
  treatmentPageSchema,
  treatmentRecorded,
  treatmentSchema,
  UNEQUAL_MAX,
  unequalSchema,
  unlistedSchema,
} from '../facts/treatment.ts';
import { bookId } from '../facts/words.ts';
import { type TreatmentState, treatment } from '../views/treatment.ts';
import { readTreatment, subjectOf } from './treatment-readings.ts';

const SKEW_MS = MINUTE_MS;
const stream = (book: string): string => `ledger/${book}/treatment`;

const SAYS = {
  future: { en: 'The snapshot is dated ahead of the clock.', ja: 'スナップショットの日時が未来である。' },
  older: { en: 'A newer snapshot is known.', ja: 'より新しいスナップショットが既にある。' },
  moved: { en: 'Another snapshot or answer came in between.', ja: '処理中に別の更新があった。' },
} as const;

/** A snapshot ahead of the clock would keep out all that follow; an old one would undo what newer ones said. */
function checkTime(at: string, known: TreatmentState, now: string): Refused | null {
  if (parseTime(at) > parseTime(now) + SKEW_MS)
    return refuse('from-the-future', `at: ${at} is later than now (${now})`, 'send the time it was taken');
  if (known.at !== '' && parseTime(at) < parseTime(known.at))
    return refuse('not-newer', `at: ${at} is older than ${known.at}`, 'send the newest');
  return null;
}

export const receiveTreatmentPage = defineCommand({
  name: 'ledger.ReceiveTreatmentPage',
  says: {
    en: 'Keep a page of a snapshot of how accounts are treated until all of it is there.',
    ja: '口座の取扱いのスナップショットを、全件揃うまで分割受領する。',
  },
  input: z
    .object({ book: bookId, ...treatmentPageSchema.shape })
    .strict()
    .required({ snapshot: true }),
  by: ['system'],
  refusals: { 'from-the-future': SAYS.future, 'not-newer': SAYS.older },
  reads: ({ book }) => ({ known: ref(treatment, book) }),
  decide: ({ book, snapshot, at, page, pages, accounts }, { known }, ctx) => {
    const refused = checkTime(at, known, ctx.now);
    if (refused !== null) return refused;
    const evidence = ctx.evidence(accounts as unknown as JsonValue[]);
    const { root } = evidence;
    const body = { book, snapshot, at, page, pages, accounts: accounts.length, root };
    const fact = newFact(treatmentPageReceived, stream(book), body, { occurredAt: at });
    return { facts: [fact], evidence: [evidence], result: { page, pages } };
  },
});

export const recordTreatment = defineCommand({
  name: 'ledger.RecordTreatment',
  says: {
    en: 'Record what a whole snapshot of how accounts are treated gave when it was compared.',
    ja: '口座の取扱いの全件スナップショットの照合結果を記録する。',
  },
  input: z
    .object({
      ...{ book: bookId, at: z.iso.datetime(), snapshot: z.string().min(1).max(60).optional() },
      /** The state it was judged against. */
      step: z.int().nonnegative(),
      count: z.int().positive(),
      /** The accounts of a snapshot of one page; empty: the pages that were received. */
      accounts: z.array(treatmentSchema).max(TREATMENTS_MAX),
      /** Parts of what is known that changed. */
      known: z
        .array(
          z
            .object({
              part: z
                .int()
                .min(0)
                .max(KNOWN_PARTS - 1),
              accounts: z.array(knownSchema).max(TREATMENTS_MAX),
            })
            .strict(),
        )
        .max(KNOWN_PARTS),
      /** The most dangerous first. */
      unequal: z.array(unequalSchema).max(UNEQUAL_MAX),
      more: z.int().nonnegative(),
      unlisted: unlistedSchema.nullable(),
      /** Accounts that stood and are treated as their peers are. */
      cleared: z.array(accountSchema).max(HELD_MAX),
      answered: z.int().nonnegative(),
    })
    .strict(),
  by: ['system'],
  refusals: { 'from-the-future': SAYS.future, 'not-newer': SAYS.older, 'moved-on': SAYS.moved },
  reads: ({ book }) => ({ known: ref(treatment, book), standing: ref(ledgerLevels.levels, 'all') }),
  decide: (input, { known, standing }, ctx) => {
    const { book, at, step, count, accounts, unequal, more, unlisted, cleared, answered } = input;
    const refused = checkTime(at, known, ctx.now);
    if (refused !== null) return refused;
    if (step !== known.step) return refuse('moved-on', 'something was recorded in between', 'judge it anew');
    const sent = accounts.length === 0 ? [] : [ctx.evidence(accounts as unknown as JsonValue[])];
    const pages = sent[0] === undefined ? (known.arriving?.roots ?? []) : [sent[0].root];
    if (pages.length === 0 || pages.includes('')) return refuse('moved-on', 'pages are missing', 'send them');
    const kept = keepKnown(known.known, input.known, ctx);
    const listed = [...new Set(unequal.map(({ account }) => account))];
    const others = known.held.filter((one) => !cleared.includes(one) && !listed.includes(one));
    const held = [...listed, ...others].slice(0, HELD_MAX);
    const body = {
      ...{
        book,
        at,
        accounts: count,
        root: pages[0] as string,
        pages: [...pages],
        unequal,
        more,
        unlisted,
        held,
      },
      ...{
        answered,
        known: kept.roots,
        ...(input.snapshot === undefined ? {} : { snapshot: input.snapshot }),
      },
    };
    const subject = (account: string): string => subjectOf(book, account, ctx);
    const over = known.held.filter((one) => !held.includes(one) && !cleared.includes(one));
    const read = { book, at, unequal, unlisted, cleared, over, before: known.unequal, standing, subject };
    const fact = newFact(treatmentRecorded, stream(book), body, { occurredAt: at });
    const worst = unequal[0]?.level ?? null;
    return {
      facts: [fact, ...readTreatment(read)],
      evidence: [...sent, ...kept.evidence],
      result: { accounts: count, unequal: unequal.length + more, worst },
    };
  },
});

/** Roots of all parts of what is known, and evidence for those that changed. */
function keepKnown(
  before: readonly string[],
  parts: readonly { readonly part: number; readonly accounts: readonly unknown[] }[],
  ctx: Pick<DecisionContext, 'evidence'>,
): { roots: string[]; evidence: EvidenceBatch[] } {
  const roots = Array.from({ length: KNOWN_PARTS }, (_, part) => before[part] ?? '');
  const evidence: EvidenceBatch[] = [];
  for (const { part, accounts } of parts) {
    if (accounts.length === 0) roots[part] = '';
    else {
      const batch = ctx.evidence(accounts as JsonValue[]);
      roots[part] = batch.root;
      evidence.push(batch);
    }
  }
  return { roots, evidence };
}
