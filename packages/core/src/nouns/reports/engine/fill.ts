/**
 * Filling a form from the log. Every field carries its value, as of when, how sure, and the fact behind it; compared with
 * the report before, what changed is marked. Pure: the same log gives the same form.
 */
import { utf8Encode } from '@sonae/proof/bytes';
import { civilDate, dateText } from '../../../kernel/business-days.ts';
import { HOUR_MS, isoTime as isoOf, parseTime } from '../../../kernel/time.ts';
import type { Text } from '../../../log/fact.ts';
import { KIND_NAMES, ROLE_NAMES } from '../../incidents/facts/kinds.ts';
import { SEVERITY_NAMES } from '../../incidents/facts/life.ts';
import type { Incident } from '../../incidents/views/incident.ts';
import { milestoneAt, type Response } from '../../incidents/views/response.ts';
import type { Review } from '../../incidents/views/review.ts';
import { valueText } from '../../incidents/views/timeline.ts';
import type { Profile } from '../facts/duties.ts';
import type { FilledField } from '../facts/filings.ts';
import { itemsOf } from './document-sets.ts';
import { FIELDS, type FieldId } from './fields.ts';
import type { Form } from './form.ts';

export type Language = 'ja' | 'en';
export type Recorded = {
  readonly duties: readonly string[];
  readonly filedAt: string;
  readonly method: string;
  readonly reference: string;
  readonly recipients: readonly string[];
};
/** All that a form may draw on. */
export type Sources = {
  readonly incident: Incident;
  readonly response: Response;
  readonly review: Review;
  readonly profile: Profile;
  readonly filings: readonly Recorded[];
  readonly notices: readonly { readonly at: string; readonly title: Text }[];
  /** Documents at hand, by item of a set. */
  readonly attached: Readonly<Record<string, string>>;
  readonly round: number;
  readonly now: string;
};

/** Of one field on paper; longer lists say that they were cut. */
const TEXT_MAX = 6_000;
/** Below this no form has so many fields that they would not fit. */
const SHORTEST_TEXT_MAX = 200;
const CUT = { en: '… (the rest stands in the log)', ja: '…(以降は記録を参照)' };
const TOKYO_OFFSET_MS = 9 * HOUR_MS;

/** `2026-09-14 17:00 JST`. Forms of Japan state Japan time. */
export function formTime(at: string, language: Language): string {
  const ms = parseTime(at);
  const day = dateText(civilDate(ms, 'Asia/Tokyo'));
  const time = isoOf(ms + TOKYO_OFFSET_MS).slice(11, 16);
  return language === 'ja' ? `${day.replace('-', '年').replace('-', '月')}日 ${time}` : `${day} ${time} JST`;
}

type Answer = Omit<FilledField, 'id' | 'changed'>;
const MISSING: Answer = { text: '', asOf: null, confidence: 'missing', fact: null };

/** All fields of the form, in its order; `before`: those of the report before. */
export function fillForm(
  form: Form,
  sources: Sources,
  before: readonly FilledField[] | null,
  bytesMax: number,
): readonly FilledField[] {
  const ids = [...new Set(form.sections.flatMap(({ fields }) => fields))];
  const answers = new Map(ids.map((id) => [id, answerOf(id, sources, form.language)]));
  const charsMax = fittingLength(
    [...answers.values()].map(({ text }) => text),
    bytesMax,
  );
  return ids.map((id) => {
    const answer = shortened(answers.get(id) ?? MISSING, charsMax, form.language);
    const earlier = before?.find((field) => field.id === id);
    return { id, ...answer, changed: before !== null && (earlier?.text ?? '') !== answer.text };
  });
}

/** As it stands in a fact: a control character takes six bytes there. */
const bytesOf = (text: string): number => utf8Encode(JSON.stringify(text)).length;

/** The greatest length in characters at which all texts together fit, the long ones cut. */
function fittingLength(texts: readonly string[], bytesMax: number): number {
  let chars = TEXT_MAX;
  const fits = (): boolean => texts.reduce((sum, text) => sum + bytesOf(text.slice(0, chars)), 0) <= bytesMax;
  while (chars > SHORTEST_TEXT_MAX && !fits()) chars = Math.floor(chars * 0.8);
  return chars;
}

const shortened = (answer: Answer, charsMax: number, language: Language): Answer =>
  answer.text.length <= charsMax ? answer : { ...answer, text: cut(answer.text, language, charsMax) };

/** Where each item of the form’s document set comes from; null: missing. */
export function fillItems(form: Form, sources: Sources): readonly { id: string; source: string | null }[] {
  if (form.set === null) return [];
  return itemsOf(form.set, sources.response.kinds).map(({ id, field }) => {
    const attached = sources.attached[id];
    if (attached !== undefined) return { id, source: `attached: ${attached}`.slice(0, 200) };
    const isAnswered = field !== null && answerOf(field, sources, form.language).confidence !== 'missing';
    return { id, source: isAnswered ? `field: ${field}` : null };
  });
}

function answerOf(id: FieldId, sources: Sources, language: Language): Answer {
  const stated = sources.response.fields[id]?.at(-1);
  if (FIELDS[id].from === 'stated') {
    if (stated === undefined) return MISSING;
    const { value, asOf, confidence, fact } = stated;
    const text = value.kind === 'time' ? formTime(value.at, language) : valueText(value);
    return { text: cut(text, language), asOf, confidence, fact };
  }
  const text = cut(logText(id, sources, language), language);
  return text === '' ? MISSING : { text, asOf: sources.now, confidence: 'confirmed', fact: null };
}

function cut(text: string, language: Language, charsMax = TEXT_MAX): string {
  if (text.length <= charsMax) return text;
  const tail = CUT[language];
  return `${text.slice(0, charsMax - tail.length - 1).toWellFormed()}\n${tail}`;
}

function logText(id: FieldId, sources: Sources, language: Language): string {
  const { incident, response, profile } = sources;
  const time = (at: string | null): string => (at === null ? '' : formTime(at, language));
  if (id === 'report.round') return language === 'ja' ? `第${sources.round}報` : `Report ${sources.round}`;
  if (id === 'report.at') return time(sources.now);
  if (id === 'firm.name') return profile.firm[language];
  if (id === 'firm.registration') return profile.registration;
  if (id === 'firm.contact')
    return [profile.contact.department, profile.contact.route].filter(Boolean).join(' / ');
  if (id === 'incident.title') return incident.title;
  if (id === 'incident.kinds') return response.kinds.map((kind) => KIND_NAMES[kind][language]).join('、');
  if (id === 'incident.occurred-at') return time(milestoneAt(response, 'occurred'));
  if (id === 'incident.aware-at') return time(milestoneAt(response, 'aware'));
  if (id === 'incident.recovered-at') return time(milestoneAt(response, 'recovered'));
  if (id === 'incident.status') return PHASE_NAMES[incident.phase]?.[language] ?? incident.phase;
  if (id === 'incident.severity')
    return incident.severity === null ? '' : SEVERITY_NAMES[incident.severity][language];
  return listText(id, sources, language);
}

const PHASE_NAMES: Readonly<Record<string, { readonly en: string; readonly ja: string }>> = {
  suspected: { en: 'suspected', ja: '疑い' },
  verifying: { en: 'being verified', ja: '検証中' },
  declared: { en: 'ongoing', ja: '対応中(継続)' },
  contained: { en: 'contained', ja: '封じ込め済み' },
  remediating: { en: 'being remediated', ja: '修復中' },
  recovering: { en: 'recovering', ja: '復旧中' },
  closed: { en: 'closed', ja: '終了' },
  reviewed: { en: 'reviewed', ja: '事後検証済み' },
};

function listText(id: FieldId, sources: Sources, language: Language): string {
  const { incident, response, review, filings } = sources;
  const lines = (all: readonly string[]): string => all.join('\n');
  if (id === 'timeline')
    return lines(
      incident.timeline
        .filter(({ fact }) => !UNTOLD.some((name) => fact.startsWith(name)))
        .sort((a, b) => parseTime(a.happenedAt) - parseTime(b.happenedAt) || a.seq - b.seq)
        .map(
          ({ happenedAt, text }) =>
            `${formTime(happenedAt, language)} ${oneLine(typeof text === 'string' ? text : text[language])}`,
        ),
    );
  if (id === 'structure') {
    const roles = Object.entries(incident.roles).filter(([, holders]) => holders.length > 0);
    const names = roles.map(([role, holders]) => {
      const name = ROLE_NAMES[role as keyof typeof ROLE_NAMES][language];
      return `${name}: ${holders.join(' → ')}`;
    });
    const hq = response.headquarters;
    const head = language === 'ja' ? '対策本部長' : 'Head of the headquarters';
    return lines(hq === null ? names : [`${head}: ${hq.head} (${formTime(hq.since, language)})`, ...names]);
  }
  if (id === 'liaison')
    return lines(
      filings.map(
        ({ filedAt, recipients, method, reference }) =>
          `${formTime(filedAt, language)} ${recipients.join('、')} ${method} ${reference}`,
      ),
    );
  if (id === 'decisions')
    return lines(
      response.decisions
        .filter(({ replacedBy }) => replacedBy === null)
        .map(
          ({ at, question, chosen, owner }) => `${formTime(at, language)} ${question} → ${chosen} (${owner})`,
        ),
    );
  if (id === 'publicity')
    return lines(sources.notices.map(({ at, title }) => `${formTime(at, language)} ${title[language]}`));
  if (id === 'evidence')
    return lines(response.evidence.map(({ title, sha256 }) => `${title} SHA-256 ${sha256}`));
  if (id === 'causes')
    return lines(review.causes.map((cause) => `${cause.class ?? ''}: ${cause.text ?? ''}`));
  if (id === 'improvements')
    return lines(
      review.improvements.map(
        ({ title, owner, dueAt, outcome }) => `${title} (${owner}, ${formTime(dueAt, language)}, ${outcome})`,
      ),
    );
  return '';
}

/** Entries that a history in order of time leaves out: values and roles have fields of their own. */
const UNTOLD = ['FieldStated', 'RoleAssigned', 'RoleReleased', 'EvidenceHanded', 'SeverityAssessed'].map(
  (name) => `incidents.${name}@`,
);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
