/** The room of one incident: how it stands, and its timeline with three times. */
import { TIMELINE_ENTRIES_MAX } from '../../../kernel/limits.ts';
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  declared,
  dismissed,
  lapsed,
  noteAdded,
  type Phase,
  phaseReached,
  reopened,
  reporterNamed,
  SEVERITY_NAMES,
  type Severity,
  severityChanged,
  signalJoined,
  suspected,
  verificationStarted,
} from '../facts/life.ts';

/** Three times: when it happened, when we knew, when it was recorded. */
export type TimelineEntry = {
  readonly fact: string;
  readonly seq: number;
  readonly happenedAt: string;
  readonly discoveredAt: string;
  readonly recordedAt: string;
  readonly actor: string;
  /** Bilingual text, or what a person wrote in the language they wrote it. */
  readonly text: Text | string;
};

export type Incident = {
  readonly id: string;
  readonly exists: boolean;
  /** Facts folded so far: the revision that `expectedRevision` is compared with. */
  readonly revision: number;
  readonly correlation: string | null;
  readonly component: string;
  readonly title: string;
  readonly phase: Phase;
  readonly severity: Severity | null;
  readonly level: string;
  readonly happenedAt: string;
  readonly discoveredAt: string;
  readonly openedAt: string;
  readonly declaredAt: string | null;
  /** When its signals were last all quiet, while they still are. */
  readonly quietSince: string | null;
  readonly endedAt: string | null;
  readonly timeline: readonly TimelineEntry[];
};

export const NEVER: Incident = {
  id: '',
  exists: false,
  revision: 0,
  correlation: null,
  component: '',
  title: '',
  phase: 'suspected',
  severity: null,
  level: 'ok',
  happenedAt: '',
  discoveredAt: '',
  openedAt: '',
  declaredAt: null,
  quietSince: null,
  endedAt: null,
  timeline: [],
};

const ALL = [
  suspected,
  signalJoined,
  verificationStarted,
  dismissed,
  lapsed,
  declared,
  reporterNamed,
  severityChanged,
  phaseReached,
  reopened,
  noteAdded,
] as const;
export const INCIDENT_FACTS = ALL.map((def) => def.name);

export const idOf = (fact: Fact): string => (fact.body as { id: string }).id;

/** The change of an incident by one fact, without timeline and revision. */
export function changed(incident: Incident, fact: Fact): Partial<Incident> {
  if (isFact(suspected, fact)) {
    const { id, correlation, component, title, level, happenedAt, discoveredAt } = fact.body;
    return {
      id,
      exists: true,
      correlation,
      component,
      title,
      level,
      happenedAt,
      discoveredAt,
      phase: 'suspected',
      openedAt: fact.recordedAt,
    };
  }
  if (isFact(signalJoined, fact)) {
    const { to, at } = fact.body;
    return { level: to, quietSince: to === 'ok' ? at : null };
  }
  if (isFact(declared, fact)) {
    const { id, correlation, component, title, severity, happenedAt, discoveredAt } = fact.body;
    const opened = incident.exists
      ? {}
      : { id, exists: true, correlation, openedAt: fact.recordedAt, happenedAt, discoveredAt };
    return { ...opened, component, title, severity, phase: 'declared', declaredAt: fact.recordedAt };
  }
  if (isFact(verificationStarted, fact)) return { phase: 'verifying' };
  if (isFact(dismissed, fact)) return { phase: 'dismissed', endedAt: fact.recordedAt };
  if (isFact(lapsed, fact)) return { phase: 'lapsed', endedAt: fact.body.quietSince };
  if (isFact(severityChanged, fact)) return { severity: fact.body.to };
  if (isFact(phaseReached, fact)) {
    const { to } = fact.body;
    return to === 'closed' ? { phase: to, endedAt: fact.recordedAt } : { phase: to };
  }
  if (isFact(reopened, fact)) return { phase: fact.body.to, endedAt: null };
  return {};
}

const PHASE_TEXT: Readonly<Record<Phase, Text>> = {
  suspected: { en: 'Suspected', ja: '疑い' },
  verifying: { en: 'Verification started', ja: '検証開始' },
  dismissed: { en: 'Dismissed', ja: '誤検知として却下' },
  lapsed: {
    en: 'Lapsed: nobody judged it and its signals are quiet',
    ja: '失効: 判断のないまま信号が静穏化',
  },
  declared: { en: 'Declared', ja: '宣言' },
  contained: { en: 'Contained', ja: '封じ込め完了' },
  remediating: { en: 'Remediation started', ja: '修復開始' },
  recovering: { en: 'Recovery started', ja: '復旧開始' },
  closed: { en: 'Closed', ja: '終了' },
  reviewed: { en: 'Reviewed', ja: '事後検証完了' },
};

function entryText(fact: Fact): Text | string {
  if (isFact(suspected, fact) || isFact(signalJoined, fact)) return fact.body.why;
  if (isFact(noteAdded, fact)) return fact.body.text;
  if (isFact(dismissed, fact))
    return { en: `Dismissed: ${fact.body.reason}`, ja: `却下: ${fact.body.reason}` };
  if (isFact(declared, fact))
    return {
      en: `Declared, severity ${fact.body.severity}`,
      ja: `宣言(重大度: ${SEVERITY_NAMES[fact.body.severity].ja})`,
    };
  if (isFact(severityChanged, fact)) {
    const { from, to, reason } = fact.body;
    return {
      en: `Severity ${from} -> ${to}: ${reason}`,
      ja: `重大度 ${SEVERITY_NAMES[from].ja} → ${SEVERITY_NAMES[to].ja}: ${reason}`,
    };
  }
  if (isFact(reporterNamed, fact)) return { en: 'Reporter recorded (sealed)', ja: '報告者を記録(封緘)' };
  if (isFact(reopened, fact)) return { en: 'Reopened: its signals returned', ja: '再開: 信号が再発' };
  if (isFact(phaseReached, fact)) return PHASE_TEXT[fact.body.to];
  if (isFact(verificationStarted, fact)) return PHASE_TEXT.verifying;
  return PHASE_TEXT.lapsed;
}

function entry(fact: Fact): TimelineEntry {
  const body = fact.body as { happenedAt?: string | null; discoveredAt?: string; at?: string };
  const happenedAt = body.happenedAt ?? body.at ?? fact.occurredAt;
  const discoveredAt = body.discoveredAt ?? body.at ?? fact.recordedAt;
  return {
    fact: fact.type,
    seq: fact.seq,
    happenedAt,
    discoveredAt,
    recordedAt: fact.recordedAt,
    actor: fact.actor,
    text: entryText(fact),
  };
}

/** Everything about one incident; key: its id. */
export const incidentState = defineView<Incident>({
  name: 'incidents.incident',
  version: 1,
  folds: INCIDENT_FACTS,
  initial: () => NEVER,
  keysOf: (fact) => [idOf(fact)],
  apply: (state, fact) => ({
    ...state,
    ...changed(state, fact),
    revision: state.revision + 1,
    timeline: [...state.timeline.slice(-TIMELINE_ENTRIES_MAX + 1), entry(fact)],
  }),
});
