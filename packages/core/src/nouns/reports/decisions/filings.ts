/** Filings: prepared from the log, filed by people, recorded with their reference; documents, consents, windows. */
import { z } from 'zod';
import { civilDate, dateText } from '../../../kernel/business-days.ts';
import { FACT_BYTES_MAX } from '../../../kernel/limits.ts';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { DAY_MS, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { incidentState } from '../../incidents/views/incident.ts';
import { responseState } from '../../incidents/views/response.ts';
import { reviewState } from '../../incidents/views/review.ts';
import { SET_ITEMS } from '../engine/document-sets.ts';
import { fillForm, fillItems, type Sources } from '../engine/fill.ts';
import type { Form } from '../engine/form.ts';
import { FORMS, formFor } from '../engine/forms.ts';
import { FIRM, instanceId, isoTime, reason, shortText, subjectId } from '../facts/duties.ts';
import {
  consentStated,
  documentAttached,
  filingPrepared,
  filingRecorded,
  windowClosed,
  windowOpened,
  windowRead,
} from '../facts/filings.ts';
import { dutyState } from '../views/duties.ts';
import { type Filings, filingState, isOpenWindow, WINDOWS_MAX, windowList } from '../views/filings.ts';
import { profileState } from '../views/profile.ts';
import { dutyFact, dutyStream, satisfied } from './keep.ts';

/** Of all fields of a filing together: the fact that holds them has a limit, and needs room for the rest. */
const FIELDS_BYTES_MAX = FACT_BYTES_MAX - 64 * 1024;
const GROUPS = [...new Set(FORMS.map(({ group }) => group))] as [string, ...string[]];
const NO_INCIDENT = {
  'no-incident': { en: 'No incident has this id.', ja: 'この ID のインシデントはない。' },
};

const all = (input: { subject: string }) => ({
  incident: ref(incidentState, input.subject),
  response: ref(responseState, input.subject),
  review: ref(reviewState, input.subject),
  profile: ref(profileState, 'all'),
  filings: ref(filingState, input.subject),
});
type All = Omit<Sources, 'filings' | 'notices' | 'attached' | 'round' | 'now'> & { filings: Filings };

/** What a form draws on, as of now. */
export function sourcesOf(
  { incident, response, review, profile, filings }: All,
  form: Form,
  now: string,
): Sources {
  const round = filings.prepared.filter((one) => one.form === form.id && one.filedAt !== null).length + 1;
  const { records, attached, notices } = filings;
  return { incident, response, review, profile, filings: records, notices, attached, round, now };
}

export const prepare = defineCommand({
  name: 'reports.Prepare',
  says: {
    en: 'Prepare a filing from the log: the form in force today for this class, with what changed since the last one.',
    ja: '記録から書類を作成する(本日有効で区分に合う様式。前回からの変更を示す)。',
  },
  input: z.object({ subject: subjectId, group: z.enum(GROUPS) }).strict(),
  by: ['operator'],
  refusals: {
    ...NO_INCIDENT,
    'no-form': { en: 'No form of this group is in force.', ja: '有効な様式がない。' },
  },
  reads: all,
  decide: ({ subject, group }, state, ctx) => {
    if (!state.incident.exists)
      return refuse('no-incident', `there is no incident ${subject}`, 'list them: sonae incidents list');
    const day = state.profile.rulesAsOf ?? dateText(civilDate(parseTime(ctx.now), 'Asia/Tokyo'));
    const form = formFor(group, state.response.kinds, day);
    if (!form)
      return refuse('no-form', `no form of ${group} is in force on ${day}`, 'see docs/reference/forms.md');
    const sources = sourcesOf(state, form, ctx.now);
    const fields = fillForm(form, sources, state.filings.latest[form.id] ?? null, FIELDS_BYTES_MAX);
    const items = fillItems(form, sources);
    const filing = ctx.newId();
    const { language } = form;
    const head = { filing, subject, form: form.id, language, round: sources.round };
    const body = { ...head, fields: [...fields], items: [...items] };
    return {
      facts: [dutyFact(filingPrepared, body)],
      result: {
        filing,
        form: form.id,
        missing: items.filter(({ source }) => source === null).map(({ id }) => id),
      },
    };
  },
});

export const recordFiling = defineCommand({
  name: 'reports.RecordFiling',
  says: {
    en: 'Record that a person filed: which duties it meets, to whom, how, with which reference.',
    ja: '提出を記録する: 充足する義務、宛先、方法、受付番号。',
  },
  input: z
    .object({
      subject: subjectId,
      filing: z.string().max(40).nullable().default(null),
      duties: z.array(instanceId).min(1).max(20),
      filedAt: isoTime.optional(),
      method: shortText,
      reference: shortText,
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'no-duty': { en: 'No such duty of this subject.', ja: '該当する義務がない。' },
    'no-filing': { en: 'No prepared filing has this id.', ja: '作成済みの書類がない。' },
    'in-future': { en: 'It cannot have been filed in the future.', ja: '提出時刻が未来である。' },
  },
  reads: (input) => ({ duties: ref(dutyState, input.subject), filings: ref(filingState, input.subject) }),
  decide: (input, { duties, filings }, ctx) => {
    const { subject, filing, method, reference } = input;
    const filedAt = input.filedAt ?? ctx.now;
    if (parseTime(filedAt) > parseTime(ctx.now))
      return refuse('in-future', `filedAt ${filedAt} is later than now (${ctx.now})`, 'give a past time');
    if (filing !== null && !filings.prepared.some((one) => one.filing === filing))
      return refuse(
        'no-filing',
        `nothing prepared has the id ${filing}`,
        'prepare it first: reports.Prepare',
      );
    const meant = duties.duties.filter(({ instance }) => input.duties.includes(instance));
    const unknown = input.duties.find((id) => !meant.some(({ instance }) => instance === id));
    if (unknown !== undefined)
      return refuse('no-duty', `${subject} has no duty ${unknown}`, 'see the clocks of the incident');
    const recipients = [...new Set(meant.flatMap((duty) => duty.recipients.map(({ ja }) => ja)))].slice(
      0,
      10,
    );
    const head = { subject, filing, duties: input.duties, filedAt, method, reference };
    const facts: NewFact[] = meant
      .filter(({ state }) => state !== 'satisfied')
      .map((duty) => satisfied(subject, duty, filedAt, filing ?? 'filing', ctx.now));
    return { facts: [...facts, dutyFact(filingRecorded, { ...head, recipients })] };
  },
});

const CONSENTS_MAX = 100;

/** Refuses what is about neither an incident that exists nor the firm. */
function absent(subject: string, incident: { readonly exists: boolean }): Refused | null {
  if (incident.exists || subject === FIRM) return null;
  return refuse('no-incident', `there is no incident ${subject}`, 'list them: sonae incidents list');
}

export const attach = defineCommand({
  name: 'reports.Attach',
  says: {
    en: 'A document of a set is at hand: by name and hash.',
    ja: '提出資料を登録する(名称とハッシュ)。',
  },
  input: z
    .object({
      subject: subjectId,
      item: z.enum(SET_ITEMS as [string, ...string[]]),
      name: shortText,
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
      kept: shortText,
    })
    .strict(),
  by: ['operator'],
  refusals: NO_INCIDENT,
  reads: (input) => ({ incident: ref(incidentState, input.subject) }),
  decide: (input, { incident }) =>
    absent(input.subject, incident) ?? { facts: [dutyFact(documentAttached, input)] },
});

export const stateConsent = defineCommand({
  name: 'reports.StateConsent',
  says: {
    en: 'Consent, or not, that a report is shared with another body.',
    ja: '他機関との共有への同意を記録する。',
  },
  input: z.object({ subject: subjectId, body: shortText, consents: z.boolean(), reason }).strict(),
  by: ['operator'],
  refusals: {
    ...NO_INCIDENT,
    'too-many-consents': { en: 'There are too many bodies.', ja: '機関数の上限。' },
  },
  reads: (input) => ({
    incident: ref(incidentState, input.subject),
    filings: ref(filingState, input.subject),
  }),
  decide: (input, { incident, filings: { consents } }) => {
    const no = absent(input.subject, incident);
    if (no) return no;
    if (!Object.hasOwn(consents, input.body) && Object.keys(consents).length >= CONSENTS_MAX)
      return refuse('too-many-consents', `${CONSENTS_MAX} bodies are named`, 'state it for one of them');
    return { facts: [dutyFact(consentStated, input)] };
  },
});

const WINDOW_MAX_MS = 90 * DAY_MS;

export const openWindow = defineCommand({
  name: 'reports.OpenWindow',
  says: {
    en: 'Open a read-only, logged window for a supervisor until a time (at most 90 days).',
    ja: '監督当局向けの閲覧窓口を期限つきで開く(最長90日、閲覧は記録される)。',
  },
  input: z
    .object({
      supervisor: shortText,
      subject: subjectId,
      shows: z
        .array(z.enum(['timeline', 'duties', 'filings', 'notices', 'decisions', 'evidence']))
        .min(1)
        .max(6),
      until: isoTime,
      digest: z.string().regex(/^[0-9a-f]{64}$/, 'hex SHA-256 of the secret in the address'),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    ...NO_INCIDENT,
    'bad-until': { en: 'It must end within 90 days.', ja: '期限は90日以内でなければならない。' },
    'used-digest': {
      en: 'A window with this secret was opened before.',
      ja: 'この秘密値の窓口は既に開かれた。',
    },
    'too-many-windows': { en: 'Too many windows are open.', ja: '開いている窓口の数の上限。' },
  },
  reads: (input) => ({ incident: ref(incidentState, input.subject), list: ref(windowList, 'all') }),
  decide: (input, { incident, list }, ctx) => {
    if (!incident.exists)
      return refuse(
        'no-incident',
        `there is no incident ${input.subject}`,
        'list them: sonae incidents list',
      );
    const leftMs = parseTime(input.until) - parseTime(ctx.now);
    if (leftMs <= 0 || leftMs > WINDOW_MAX_MS)
      return refuse('bad-until', `until ${input.until} is not within 90 days`, 'choose a nearer time');
    // Closing a window must close its address for good.
    if (list.windows.some(({ digest }) => digest === input.digest))
      return refuse('used-digest', 'the secret of this window was used before', 'make a new secret');
    if (list.windows.filter((one) => isOpenWindow(one, ctx.now)).length >= WINDOWS_MAX)
      return refuse('too-many-windows', `${WINDOWS_MAX} windows are open`, 'close one first');
    const window = ctx.newId();
    return { facts: [dutyFact(windowOpened, { window, ...input })], result: { window } };
  },
});

export const readWindow = defineCommand({
  name: 'reports.ReadWindow',
  says: { en: 'Log that a supervisor read through a window.', ja: '閲覧窓口での閲覧を記録する。' },
  input: z.object({ digest: z.string().length(64), what: z.string().max(60) }).strict(),
  by: ['system'],
  refusals: { 'no-window': { en: 'No open window has this secret.', ja: '有効な窓口がない。' } },
  reads: () => ({ list: ref(windowList, 'all') }),
  decide: ({ digest, what }, { list }, ctx) => {
    const found = list.windows.find((one) => one.digest === digest && isOpenWindow(one, ctx.now));
    if (!found) return refuse('no-window', 'the window is closed or never was', 'ask the firm for a new one');
    const { window, subject, shows } = found;
    const body = { window, what };
    return {
      facts: [newFact(windowRead, dutyStream(subject), body, { incident: subject })],
      result: { subject, shows: [...shows], supervisor: found.supervisor, until: found.until },
    };
  },
});

export const closeWindow = defineCommand({
  name: 'reports.CloseWindow',
  says: { en: 'Close a supervisor’s window.', ja: '閲覧窓口を閉じる。' },
  input: z.object({ window: z.string().max(40), reason }).strict(),
  by: ['operator'],
  refusals: { 'no-window': { en: 'No open window has this id.', ja: '該当する窓口がない。' } },
  reads: () => ({ list: ref(windowList, 'all') }),
  decide: ({ window, reason: why }, { list }, ctx) => {
    const found = list.windows.find((one) => one.window === window && isOpenWindow(one, ctx.now));
    if (!found) return refuse('no-window', `no open window is ${window}`, 'nothing to do');
    const body = { window, reason: why };
    return { facts: [newFact(windowClosed, dutyStream(found.subject), body, { incident: found.subject })] };
  },
});
