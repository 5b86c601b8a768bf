/** Filings of a subject: what was prepared, what was filed, which documents are at hand, consents; and open windows. */
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { noticePublished } from '../../comms/facts/notices.ts';
import {
  consentStated,
  documentAttached,
  type FilledField,
  filingPrepared,
  filingRecorded,
  windowClosed,
  windowOpened,
  windowRead,
} from '../facts/filings.ts';

export type PreparedSummary = {
  readonly filing: string;
  readonly form: string;
  readonly round: number;
  readonly at: string;
  readonly by: string;
  /** Sequence number of the fact that holds the whole of it. */
  readonly fact: number;
  readonly missing: readonly string[];
  readonly filedAt: string | null;
};
export type Filed = {
  readonly filing: string | null;
  readonly duties: readonly string[];
  readonly filedAt: string;
  readonly method: string;
  readonly reference: string;
  readonly recipients: readonly string[];
  readonly by: string;
};
export type Filings = {
  readonly prepared: readonly PreparedSummary[];
  /** Newest fields by form, to compare the next report with. */
  readonly latest: Readonly<Record<string, readonly FilledField[]>>;
  readonly records: readonly Filed[];
  readonly attached: Readonly<Record<string, string>>;
  readonly consents: Readonly<Record<string, boolean>>;
  /** What was published about it. */
  readonly notices: readonly { readonly at: string; readonly title: Text }[];
};

export const NO_FILINGS: Filings = {
  prepared: [],
  latest: {},
  records: [],
  attached: {},
  consents: {},
  notices: [],
};
const KEPT_MAX = 300;

/** Key: the subject. */
export const filingState = defineView<Filings>({
  name: 'reports.filings',
  version: 1,
  folds: [filingPrepared, filingRecorded, documentAttached, consentStated, noticePublished].map(
    (def) => def.name,
  ),
  initial: () => NO_FILINGS,
  keysOf: (fact) => {
    if (!isFact(noticePublished, fact)) return [(fact.body as { subject: string }).subject];
    return fact.body.incident === null ? [] : [fact.body.incident];
  },
  apply: (state, fact) => ({ ...state, ...changedFilings(state, fact) }),
});

function changedFilings(state: Filings, fact: Fact): Partial<Filings> {
  if (isFact(filingPrepared, fact)) {
    const { filing, form, round, fields, items } = fact.body;
    const missing = items.filter(({ source }) => source === null).map(({ id }) => id);
    const made = { filing, form, round, at: fact.recordedAt, by: fact.actor, fact: fact.seq };
    const prepared = [...state.prepared, { ...made, missing, filedAt: null }].slice(-KEPT_MAX);
    return { prepared, latest: { ...state.latest, [form]: fields } };
  }
  if (isFact(filingRecorded, fact)) {
    const { filing, duties, filedAt, method, reference, recipients } = fact.body;
    const record = { filing, duties, filedAt, method, reference, recipients, by: fact.actor };
    return {
      records: [...state.records, record].slice(-KEPT_MAX),
      prepared: state.prepared.map((one) => (one.filing === filing ? { ...one, filedAt } : one)),
    };
  }
  if (isFact(documentAttached, fact))
    return { attached: { ...state.attached, [fact.body.item]: fact.body.name } };
  if (isFact(noticePublished, fact)) {
    const notice = { at: fact.recordedAt, title: fact.body.content.title };
    return { notices: [...state.notices, notice].slice(-KEPT_MAX) };
  }
  if (isFact(consentStated, fact))
    return { consents: { ...state.consents, [fact.body.body]: fact.body.consents } };
  return {};
}

export type Window = {
  readonly window: string;
  readonly supervisor: string;
  readonly subject: string;
  readonly shows: readonly string[];
  readonly until: string;
  readonly digest: string;
  readonly openedBy: string;
  readonly reads: number;
  readonly lastReadAt: string | null;
  readonly closedAt: string | null;
};
export type Windows = { readonly windows: readonly Window[] };
export const WINDOWS_MAX = 200;
/** Ended ones are kept beside, so that the secret of none comes back to life. */
const ENDED_KEPT_MAX = 800;

/** One key, `all`; newest first. */
export const windowList = defineView<Windows>({
  name: 'reports.windows',
  version: 2,
  folds: [windowOpened, windowRead, windowClosed].map((def) => def.name),
  initial: () => ({ windows: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(windowOpened, fact)) {
      const { window, supervisor, subject, shows, until, digest } = fact.body;
      const rest = { openedBy: fact.actor, reads: 0, lastReadAt: null, closedAt: null };
      const opened = { window, supervisor, subject, shows, until, digest, ...rest };
      return { windows: shortened([opened, ...state.windows], fact.recordedAt) };
    }
    const { window } = fact.body as { window: string };
    const change = (one: Window): Window =>
      isFact(windowClosed, fact)
        ? { ...one, closedAt: fact.recordedAt }
        : { ...one, reads: one.reads + 1, lastReadAt: fact.recordedAt };
    return { windows: state.windows.map((one) => (one.window === window ? change(one) : one)) };
  },
});

function shortened(windows: readonly Window[], now: string): readonly Window[] {
  if (windows.length <= WINDOWS_MAX + ENDED_KEPT_MAX) return windows;
  const gone = windows.findLastIndex((one) => !isOpenWindow(one, now));
  return gone < 0 ? windows : windows.toSpliced(gone, 1);
}

/** A window through which its supervisor may still read. */
export function isOpenWindow({ until, closedAt }: Window, now: string): boolean {
  return closedAt === null && Date.parse(now) < Date.parse(until);
}
