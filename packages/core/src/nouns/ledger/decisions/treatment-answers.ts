/** What people say of a treatment that stands, and what time does: snapshots that stop coming leave the control blind. */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { refuse } from '../../../kernel/result.ts';
import { DAY_MS, parseTime, SECOND_MS } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import type { Reading } from '../../../log/levels.ts';
import { ref } from '../../../log/stream.ts';
import { isPresent, peopleRegister } from '../../people/views/register.ts';
import { ledgerLevels } from '../controls.ts';
import { accountSchema } from '../facts/batches.ts';
import { treatmentAnswered } from '../facts/treatment.ts';
import { bookId } from '../facts/words.ts';
import { TREATMENT_ANSWERS_MAX, treatment, treatmentTimes } from '../views/treatment.ts';
import { ANSWERS } from './seal.ts';
import { readAccount, subjectOf, TREATMENT_CONTROL } from './treatment-readings.ts';

/** A snapshot that is older says nothing of today. */
const STALE_AFTER_MS = DAY_MS;

export const answerTreatment = defineCommand({
  name: 'ledger.AnswerTreatment',
  says: {
    en: 'Answer for a change, an absence or conduct of an account that stands as treated otherwise. What still differs needs an exemption.',
    ja: '取扱いの変更・欠落・挙動について理由を説明する。現に異なる設定は例外承認を要する。',
  },
  input: z
    .object({
      book: bookId.default('main'),
      account: accountSchema,
      reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'not-standing': { en: 'Nothing of this account stands.', ja: '該当口座に未説明の相違はない。' },
    'needs-exemption': {
      en: 'It is still treated otherwise: two people approve an exemption.',
      ja: '現に取扱いが異なる。二名による例外承認が必要である。',
    },
    'too-many': { en: 'Too many answers wait for a snapshot.', ja: '反映待ちの説明が多すぎる。' },
    'no-role': {
      en: 'You do not hold a role that answers for the books.',
      ja: '帳簿について説明する役割にない。',
    },
  },
  reads: ({ book }) => ({
    state: ref(treatment, book),
    standing: ref(ledgerLevels.levels, 'all'),
    people: ref(peopleRegister, 'all'),
  }),
  decide: ({ book, account, reason }, { state, standing, people }, ctx) => {
    const listed = state.unequal.filter((one) => one.account === account);
    if (!state.held.includes(account) || (listed.length === 0 && state.unlisted !== null))
      return refuse('not-standing', `nothing of ${account} is listed`, 'see GET /api/books');
    const closes = listed.filter(({ kind }) => kind !== 'flag' && kind !== 'limit');
    if (closes.length === 0 && listed.length > 0)
      return refuse('needs-exemption', `${account} still differs`, 'propose an exemption');
    if (state.answers.length >= TREATMENT_ANSWERS_MAX)
      return refuse('too-many', `${state.answers.length} answers wait`, 'send a snapshot first');
    const { id: by } = ctx.actor;
    const holds = ANSWERS.some((role) => people.roles[role]?.holders.includes(by) ?? false);
    if (!isPresent(people, by, ctx.now) || !holds)
      return refuse('no-role', `${by} is none of: ${ANSWERS.join(', ')}`, 'ask somebody who is');
    const body = { book, account, closes, reason, by };
    const answered = newFact(treatmentAnswered, `ledger/${book}/treatment`, body);
    if (closes.length < listed.length) {
      // What is left is said anew, without what was answered for.
      const left = listed.filter((one) => !closes.includes(one));
      const rest = readAccount(account, left, (name) => subjectOf(book, name, ctx));
      const changed = ledgerLevels.changes(standing, [rest], ctx.now);
      return { facts: [answered, ...(changed.length > 0 ? changed : [ledgerLevels.again(rest, ctx.now)])] };
    }
    const why = {
      en: `Answered by ${by}: ${reason}`.slice(0, 2_000),
      ja: `${by} の説明: ${reason}`.slice(0, 2_000),
    };
    const subject = subjectOf(book, account, ctx);
    const reading: Reading = { control: TREATMENT_CONTROL, subject, level: 'ok', why };
    return { facts: [answered, ...ledgerLevels.changes(standing, [reading], ctx.now)] };
  },
});

export const keepTreatment = defineCommand({
  name: 'ledger.KeepTreatment',
  says: {
    en: 'Say that the control is blind where snapshots of how accounts are treated stopped coming.',
    ja: '口座の取扱いのスナップショットが途絶えた帳簿について、統制を不可視とする。',
  },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  restMs: 5 * SECOND_MS,
  reads: () => ({ times: ref(treatmentTimes, 'all'), standing: ref(ledgerLevels.levels, 'all') }),
  decide: (_, { times, standing }, ctx) => {
    const stale = Object.entries(times).filter(
      ([, { at }]) => parseTime(ctx.now) - parseTime(at) > STALE_AFTER_MS,
    );
    const readings = stale.map(
      ([book, { at }]): Reading => ({
        ...{ control: TREATMENT_CONTROL, subject: book, level: 'blind' },
        why: {
          en: `How accounts are treated was last told as of ${at}: whoever is exempted now is not seen.`,
          ja: `口座の取扱いの最終報告は ${at} 時点である。以後の例外扱いは検知できない。`,
        },
      }),
    );
    return { facts: ledgerLevels.changes(standing, readings, ctx.now) };
  },
});
