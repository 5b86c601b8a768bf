/** Duties of one subject with their clocks, and the open ones of all subjects for the strip on every screen. */
import { parseTime } from '../../../kernel/time.ts';
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  DUTY_FACTS,
  dutyArose,
  dutyEscalated,
  dutyExempted,
  dutyMissed,
  dutyMoved,
  dutyResumed,
  dutySatisfied,
  dutySuspended,
  exemptionWithdrawn,
  FIRM,
  firmEventOccurred,
  profileApplied,
  profileSet,
} from '../facts/duties.ts';
import { filingRecorded } from '../facts/filings.ts';

export type DutyState = {
  readonly subject: string;
  readonly instance: string;
  readonly duty: string;
  readonly title: Text;
  readonly citation: string;
  readonly recipients: readonly Text[];
  readonly form: string | null;
  readonly event: string;
  readonly startAt: string;
  readonly dueAt: string | null;
  readonly targetAt: string;
  readonly state: 'open' | 'suspended' | 'exempt' | 'satisfied';
  /** How loud it has become, as the log has it. */
  readonly stage: 'running' | 'warning' | 'critical' | 'missed';
  readonly ground: string | null;
  readonly owner: string | null;
  readonly satisfiedAt: string | null;
  readonly late: boolean;
};
export type Filed = { readonly duty: string; readonly at: string };
export type FirmEvent = { readonly event: string; readonly at: string; readonly reference: string };
export type Duties = {
  readonly duties: readonly DutyState[];
  readonly filed: readonly Filed[];
  readonly events: readonly FirmEvent[];
};

const CLOCK_FACTS = DUTY_FACTS.filter(
  (def) => !([profileSet.name, profileApplied.name, firmEventOccurred.name] as string[]).includes(def.name),
);
/** Kept for one subject; what is open stays longest. */
const DUTIES_KEPT_MAX = 500;
const EVENTS_KEPT_MAX = 500;
/** Beyond it exempt ones fall out of the list; what runs never does. */
const CLOCKS_LISTED_MAX = 2_000;

export const NO_DUTIES: Duties = { duties: [], filed: [], events: [] };

/** Key: the subject, an incident's id or `firm`. */
export const dutyState = defineView<Duties>({
  name: 'reports.duties',
  version: 2,
  folds: [...CLOCK_FACTS.map((def) => def.name), firmEventOccurred.name, filingRecorded.name],
  initial: () => NO_DUTIES,
  keysOf: (fact) => [isFact(firmEventOccurred, fact) ? FIRM : (fact.body as { subject: string }).subject],
  apply: (state, fact) => {
    if (isFact(filingRecorded, fact)) {
      const { duties, filedAt } = fact.body;
      const filed = duties.map((duty) => ({ duty: duty.split('@')[0] ?? duty, at: filedAt }));
      return { ...state, filed: firstAndLatest([...state.filed, ...filed]) };
    }
    if (isFact(firmEventOccurred, fact)) {
      const { event, at, reference } = fact.body;
      return { ...state, events: [...state.events, { event, at, reference }].slice(-EVENTS_KEPT_MAX) };
    }
    return { ...state, duties: shortened(changedDuties(state.duties, fact)) };
  },
});

/** Clocks hang on the first or the latest filing for a duty: no number of others may push those out. */
function firstAndLatest(filed: readonly Filed[]): readonly Filed[] {
  const edges = new Map<string, readonly [Filed, Filed]>();
  for (const one of filed) {
    const [first, latest] = edges.get(one.duty) ?? [one, one];
    const at = parseTime(one.at);
    edges.set(one.duty, [at < parseTime(first.at) ? one : first, at > parseTime(latest.at) ? one : latest]);
  }
  return [...edges.values()].flatMap(([first, latest]) => (first === latest ? [first] : [first, latest]));
}

function shortened(duties: readonly DutyState[]): readonly DutyState[] {
  if (duties.length <= DUTIES_KEPT_MAX) return duties;
  const gone = duties.findIndex(({ state }) => state === 'satisfied' || state === 'exempt');
  return gone < 0 ? duties : duties.toSpliced(gone, 1);
}

/** The list after one fact about a duty. */
export function changedDuties(duties: readonly DutyState[], fact: Fact): readonly DutyState[] {
  if (isFact(dutyArose, fact)) {
    const rest = { stage: 'running', ground: null, owner: null, satisfiedAt: null, late: false } as const;
    return [...duties, { ...bodyOf(fact), state: 'open', ...rest }];
  }
  const { subject, instance } = fact.body as { subject: string; instance: string };
  return duties.map((duty) =>
    duty.subject === subject && duty.instance === instance ? { ...duty, ...change(duty, fact) } : duty,
  );
}

type Arisen = Pick<
  DutyState,
  | 'subject'
  | 'instance'
  | 'duty'
  | 'title'
  | 'citation'
  | 'recipients'
  | 'form'
  | 'event'
  | 'startAt'
  | 'dueAt'
  | 'targetAt'
>;
const bodyOf = (fact: Fact): Arisen => fact.body as unknown as Arisen;

function change(duty: DutyState, fact: Fact): Partial<DutyState> {
  if (isFact(dutyMoved, fact)) {
    const { event, startAt, dueAt, targetAt } = fact.body;
    const moved = { event, startAt, dueAt, targetAt };
    if (duty.state !== 'satisfied') return { ...moved, stage: 'running' };
    return { ...moved, late: parseTime(duty.satisfiedAt ?? startAt) > parseTime(dueAt ?? targetAt) };
  }
  if (isFact(dutySuspended, fact)) return { state: 'suspended', ground: fact.body.reason, owner: fact.actor };
  if (isFact(dutyResumed, fact))
    return {
      state: 'open',
      ground: fact.body.reason,
      stage: 'running',
      dueAt: null,
      targetAt: fact.body.targetAt,
    };
  if (isFact(dutyExempted, fact))
    return { state: 'exempt', ground: `${fact.body.ground}: ${fact.body.reason}`, owner: fact.actor };
  if (isFact(exemptionWithdrawn, fact)) return { state: 'open', ground: null, owner: null };
  if (isFact(dutyEscalated, fact)) return { stage: fact.body.stage };
  if (isFact(dutyMissed, fact)) return { stage: 'missed' };
  if (isFact(dutySatisfied, fact))
    return { state: 'satisfied', satisfiedAt: fact.body.at, late: fact.body.late };
  return duty;
}

/** Clocks that run, over all subjects; one key, `all`. */
export const clockList = defineView<{ readonly duties: readonly DutyState[] }>({
  name: 'reports.clocks',
  version: 2,
  folds: CLOCK_FACTS.map((def) => def.name),
  initial: () => ({ duties: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    // Exempt ones stay: the exemption may be withdrawn.
    const kept = changedDuties(state.duties, fact).filter((duty) => duty.state !== 'satisfied');
    const gone = kept.length > CLOCKS_LISTED_MAX ? kept.findIndex(({ state: s }) => s === 'exempt') : -1;
    return { duties: gone < 0 ? kept : kept.toSpliced(gone, 1) };
  },
});
