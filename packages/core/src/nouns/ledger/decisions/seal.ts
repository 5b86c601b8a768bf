/** Sealing the journal into the log: frames in order, each once, with every broken rule; and what people say of these. */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { refuse } from '../../../kernel/result.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { isPresent, peopleRegister } from '../../people/views/register.ts';
import { controlOf, ledgerLevels, readViolations, subjectOf } from '../controls.ts';
import {
  batchesSealed,
  type LoggedViolation,
  periodSealed,
  ruleSchema,
  VIOLATIONS_PER_FACT_MAX,
  violationSchema,
  violationsAnswered,
  violationsDetected,
} from '../facts/batches.ts';
import { totalSchema, totalsStated } from '../facts/totals.ts';
import { bookId } from '../facts/words.ts';
import { sealedBook } from '../views/book.ts';
import { ledgerTotals } from '../views/totals.ts';

const stream = (book: string): string => `ledger/${book}`;
const FIRST_SHOWN = 20;

export const recordViolations = defineCommand({
  name: 'ledger.RecordViolations',
  says: {
    en: 'Record broken rules of one frame of the journal, all of them in evidence.',
    ja: '一つのフレームで見つかった規則違反を、全件証拠として記録する。',
  },
  input: z
    .object({
      book: bookId,
      frame: z.int().nonnegative(),
      at: z.iso.datetime(),
      violations: z.array(violationSchema).min(1).max(VIOLATIONS_PER_FACT_MAX),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ standing: ref(ledgerLevels.levels, 'all') }),
  decide: ({ book, frame, at, violations }, { standing }, ctx) => {
    const evidence = ctx.evidence(violations as unknown as JsonValue[]);
    const found = newFact(violationsDetected, stream(book), {
      book,
      frame,
      count: violations.length,
      root: evidence.root,
      byRule: summed(book, violations),
      first: firstOfEach(violations),
    });
    const changes = ledgerLevels.changes(standing, readViolations(book, violations), at);
    return { facts: [found, ...changes], evidence: [evidence] };
  },
});

function summed(book: string, violations: readonly LoggedViolation[]) {
  const sums = new Map<
    string,
    { rule: LoggedViolation['rule']; subject: string; count: number; exposure: string }
  >();
  for (const one of violations) {
    const subject = subjectOf(book, one);
    const key = `${one.rule}/${subject}`;
    const known = sums.get(key);
    const exposure = known && BigInt(known.exposure) > BigInt(one.exposure) ? known.exposure : one.exposure;
    sums.set(key, { rule: one.rule, subject, count: (known?.count ?? 0) + 1, exposure });
  }
  return [...sums.values()];
}

/** The first of every rule comes before more of the same. */
function firstOfEach(violations: readonly LoggedViolation[]): LoggedViolation[] {
  const rules = new Set<string>();
  const first = violations.filter(({ rule }) => !rules.has(rule) && rules.add(rule));
  const others = violations.filter((one) => !first.includes(one));
  return [...first, ...others].slice(0, FIRST_SHOWN);
}

const count = z.int().nonnegative();

export const sealBatches = defineCommand({
  name: 'ledger.SealBatches',
  says: { en: 'Seal verified frames of the journal into the log.', ja: '検証済みフレームをログに封印する。' },
  input: z
    .object({
      ...{ book: bookId, from: count, to: count, head: z.string().regex(/^[0-9a-f]{64}$/) },
      ...{ transfers: count, accounts: count, nextSeq: count, asOf: z.iso.datetime() },
      ...{ booked: count, repeats: count, turnedAway: count, violations: count },
      /** The books in sum after frame `to`; absent when they were stated a moment ago. */
      totals: z.array(totalSchema).max(2_000).optional(),
    })
    .strict(),
  by: ['system'],
  refusals: {
    'out-of-order': { en: 'Frames are sealed in order, each once.', ja: '封印は順に一度ずつ行う。' },
  },
  reads: ({ book }) => ({ state: ref(sealedBook, book), totals: ref(ledgerTotals, book) }),
  decide: (input, { state, totals: stated }) => {
    const { totals, ...sealed } = input;
    const { book, from, to, asOf, transfers } = input;
    if (from !== state.sealedTo + 1 || to < from)
      return refuse(
        'out-of-order',
        `frames ${from} to ${to} after ${state.sealedTo}`,
        `seal from ${state.sealedTo + 1}`,
      );
    const facts = [newFact(batchesSealed, stream(book), sealed)];
    if (totals !== undefined && JSON.stringify(totals) !== JSON.stringify(stated.totals))
      facts.push(newFact(totalsStated, stream(book), { book, asOf, transfers, totals }));
    return { facts };
  },
});

export const stateTotals = defineCommand({
  name: 'ledger.StateTotals',
  says: {
    en: 'State the books in sum where the newest seal did not.',
    ja: '直近の封印で省略された帳簿の合計を表明する。',
  },
  input: z.object({ book: bookId, to: count, totals: z.array(totalSchema).max(2_000) }).strict(),
  by: ['system'],
  refusals: {
    'out-of-order': { en: 'The sums are not of the newest seal.', ja: '直近の封印時点の合計ではない。' },
  },
  reads: ({ book }) => ({ state: ref(sealedBook, book), totals: ref(ledgerTotals, book) }),
  decide: ({ book, to, totals }, { state, totals: stated }) => {
    if (to !== state.sealedTo)
      return refuse('out-of-order', `sums after frame ${to}, sealed is ${state.sealedTo}`, 'seal first');
    if (JSON.stringify(totals) === JSON.stringify(stated.totals)) return { facts: [] };
    const { asOf, transfers } = state;
    return { facts: [newFact(totalsStated, stream(book), { book, asOf, transfers, totals })] };
  },
});

export const sealPeriod = defineCommand({
  name: 'ledger.SealPeriod',
  says: {
    en: 'Seal the books up to a moment: what is dated before it from now on is a violation. Never undone.',
    ja: '指定時点までの期間を締める。以後それ以前の日付の仕訳は違反となる(取消不可)。',
  },
  input: z.object({ book: bookId.default('main'), until: z.iso.datetime() }).strict(),
  by: ['operator', 'system'],
  refusals: {
    'not-later': { en: 'Sealed that far already.', ja: '既にその時点まで締められている。' },
    'from-the-future': { en: 'The time lies ahead.', ja: '時刻が未来である。' },
  },
  reads: ({ book }) => ({ state: ref(sealedBook, book) }),
  decide: ({ book, until }, { state }, ctx) => {
    if (parseTime(until) > parseTime(ctx.now))
      return refuse('from-the-future', `until ${until} is later than now (${ctx.now})`, 'seal what is over');
    if (state.sealedUntil !== '' && parseTime(until) <= parseTime(state.sealedUntil))
      return refuse('not-later', `sealed until ${state.sealedUntil}`, 'give a later time');
    return { facts: [newFact(periodSealed, stream(book), { book, until })] };
  },
});

export const answerViolations = defineCommand({
  name: 'ledger.AnswerViolations',
  says: {
    en: 'Answer for the violations of a rule by a subject, with the reason. They stay in the log; the alarm ends.',
    ja: '規則違反について理由を説明する。記録は残り、警報は解除される。',
  },
  input: z
    .object({
      book: bookId.default('main'),
      rule: ruleSchema,
      subject: z.string().min(1).max(60),
      reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'no-breach': {
      en: 'Nothing is unanswered under this rule and subject.',
      ja: '該当する未説明の違反はない。',
    },
    'no-role': {
      en: 'You do not hold a role that answers for the books.',
      ja: '帳簿について説明する役割にない。',
    },
  },
  reads: ({ book }) => ({
    state: ref(sealedBook, book),
    standing: ref(ledgerLevels.levels, 'all'),
    people: ref(peopleRegister, 'all'),
  }),
  decide: ({ book, rule, subject, reason }, { state, standing, people }, ctx) => {
    const breach = state.breaches[`${rule}/${subject}`];
    if (breach === undefined || breach.answered === breach.count)
      return refuse('no-breach', `${rule} of ${subject} has nothing unanswered`, 'see GET /api/books');
    const { id: by } = ctx.actor;
    const holds = ANSWERS.some((role) => people.roles[role]?.holders.includes(by) ?? false);
    if (!isPresent(people, by, ctx.now) || !holds)
      return refuse('no-role', `${by} is none of: ${ANSWERS.join(', ')}`, 'ask somebody who is');
    const answered = newFact(violationsAnswered, stream(book), { book, rule, subject, reason, by });
    const control = controlOf(rule);
    // Several rules can share a control: it is well when none of them is open.
    const isOpen = Object.values(state.breaches).some(
      (one) =>
        one !== breach &&
        one.subject === subject &&
        controlOf(one.rule as typeof rule) === control &&
        one.answered < one.count,
    );
    const why = {
      en: `Answered by ${by}: ${reason}`.slice(0, 2_000),
      ja: `${by} の説明: ${reason}`.slice(0, 2_000),
    };
    const ok = isOpen
      ? []
      : ledgerLevels.changes(standing, [{ control, subject, level: 'ok', why }], ctx.now);
    return { facts: [answered, ...ok] };
  },
});

/** Second-line functions: those who post do not answer for it. */
export const ANSWERS: readonly string[] = ['compliance', 'auditor', 'director'];
