/** The timeline of an incident: every fact of it as one line with three times. */
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { KIND_NAMES, MILESTONE_NAMES, ROLE_NAMES } from '../facts/kinds.ts';
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
  severityChanged,
  signalJoined,
  suspected,
  verificationStarted,
} from '../facts/life.ts';
import {
  decisionMade,
  evidenceCollected,
  evidenceHanded,
  fieldStated,
  headquartersClosed,
  headquartersOpened,
  kindsSet,
  milestoneReached,
  noteCorrected,
  roleLeft,
  roleTaken,
  type StatedValue,
  severityAssessed,
} from '../facts/response.ts';
import {
  causeFound,
  deviationFound,
  improvementEnded,
  improvementLinked,
  improvementOverdue,
  improvementProposed,
  interviewHeld,
  reportPublished,
  reviewCompleted,
  reviewOpened,
} from '../facts/review.ts';

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
  if (isFact(lapsed, fact)) return PHASE_TEXT.lapsed;
  return responseText(fact) ?? reviewText(fact);
}

export function timelineEntry(fact: Fact): TimelineEntry {
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

/** A stated value as one line of plain text. */
export function valueText(value: StatedValue): string {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'count') return String(value.count);
  if (value.kind === 'time') return value.at;
  if (value.kind === 'list') return value.items.join(', ');
  return value.amounts
    .map(
      ({ asset, quantity, valueJpy }) =>
        `${quantity} ${asset}${valueJpy === null ? '' : ` (JPY ${valueJpy})`}`,
    )
    .join(', ');
}

const same = (text: string): Text => ({ en: text, ja: text });

function responseText(fact: Fact): Text | string | null {
  if (isFact(kindsSet, fact)) {
    const { kinds, reason } = fact.body;
    const names = (lang: 'en' | 'ja'): string => kinds.map((kind) => KIND_NAMES[kind][lang]).join(' / ');
    return { en: `Class: ${names('en')}: ${reason}`, ja: `区分: ${names('ja')}: ${reason}` };
  }
  if (isFact(milestoneReached, fact)) {
    const { milestone, reason } = fact.body;
    const tail = reason === null ? '' : `: ${reason}`;
    const name = MILESTONE_NAMES[milestone];
    return { en: `${name.en}${tail}`, ja: `${name.ja}${tail}` };
  }
  if (isFact(fieldStated, fact)) {
    const { field, value, confidence, asOf } = fact.body;
    return same(`${field} = ${valueText(value)} (${confidence}, ${asOf})`);
  }
  if (isFact(severityAssessed, fact)) {
    const { severity } = fact.body;
    return {
      en: `Severity by criteria: ${severity}`,
      ja: `基準による重大度: ${SEVERITY_NAMES[severity].ja}`,
    };
  }
  if (isFact(roleTaken, fact)) {
    const { role, principal } = fact.body;
    return { en: `${ROLE_NAMES[role].en}: ${principal}`, ja: `${ROLE_NAMES[role].ja}: ${principal}` };
  }
  if (isFact(roleLeft, fact)) {
    const { role, principal, reason } = fact.body;
    return {
      en: `${principal} left ${ROLE_NAMES[role].en}: ${reason}`,
      ja: `${principal} が${ROLE_NAMES[role].ja}を離任: ${reason}`,
    };
  }
  return recordText(fact);
}

function recordText(fact: Fact): Text | string | null {
  if (isFact(headquartersOpened, fact)) {
    const { head, reason } = fact.body;
    return { en: `Headquarters under ${head}: ${reason}`, ja: `対策本部を設置(本部長 ${head}): ${reason}` };
  }
  if (isFact(headquartersClosed, fact))
    return { en: `Headquarters dissolved: ${fact.body.reason}`, ja: `対策本部を解散: ${fact.body.reason}` };
  if (isFact(decisionMade, fact)) {
    const { question, chosen, reason } = fact.body;
    return {
      en: `Decision: ${question} -> ${chosen}: ${reason}`,
      ja: `判断: ${question} → ${chosen}: ${reason}`,
    };
  }
  if (isFact(evidenceCollected, fact)) {
    const { title, sha256 } = fact.body;
    return { en: `Evidence: ${title} (SHA-256 ${sha256})`, ja: `証拠: ${title} (SHA-256 ${sha256})` };
  }
  if (isFact(evidenceHanded, fact)) {
    const { evidence, from, to, purpose } = fact.body;
    return {
      en: `Evidence ${evidence}: ${from} -> ${to}: ${purpose}`,
      ja: `証拠 ${evidence}: ${from} → ${to}: ${purpose}`,
    };
  }
  if (isFact(noteCorrected, fact)) {
    const { corrects, text } = fact.body;
    return { en: `Correction of entry ${corrects}: ${text}`, ja: `記載 ${corrects} の訂正: ${text}` };
  }
  return null;
}

function reviewText(fact: Fact): Text | string {
  if (isFact(reviewOpened, fact))
    return { en: `Review opened, due ${fact.body.dueAt}`, ja: `事後検証を開始(期限 ${fact.body.dueAt})` };
  if (isFact(interviewHeld, fact))
    return {
      en: `Interview (${fact.body.role}): ${fact.body.summary}`,
      ja: `聞き取り(${fact.body.role}): ${fact.body.summary}`,
    };
  if (isFact(deviationFound, fact)) {
    const { planned, actual } = fact.body;
    return { en: `Deviation: ${planned} / ${actual}`, ja: `計画との差異: ${planned} / ${actual}` };
  }
  if (isFact(causeFound, fact))
    return {
      en: `Cause (${fact.body.class}): ${fact.body.text}`,
      ja: `原因(${fact.body.class}): ${fact.body.text}`,
    };
  if (isFact(improvementProposed, fact)) {
    const { title, owner, dueAt } = fact.body;
    return { en: `Improvement: ${title} (${owner}, ${dueAt})`, ja: `改善: ${title}(${owner}, ${dueAt})` };
  }
  if (isFact(improvementLinked, fact)) return same(`${fact.body.improvement}: ${fact.body.reference}`);
  if (isFact(improvementEnded, fact)) {
    const { improvement, outcome, reason } = fact.body;
    return {
      en: `Improvement ${improvement} ${outcome}: ${reason}`,
      ja: `改善 ${improvement} ${outcome === 'done' ? '完了' : '中止'}: ${reason}`,
    };
  }
  if (isFact(improvementOverdue, fact))
    return {
      en: `Improvement ${fact.body.improvement} is overdue`,
      ja: `改善 ${fact.body.improvement} が期限超過`,
    };
  if (isFact(reviewCompleted, fact))
    return { en: `Review complete: ${fact.body.summary}`, ja: `事後検証完了: ${fact.body.summary}` };
  if (isFact(reportPublished, fact))
    return { en: `Report published: ${fact.body.title}`, ja: `報告書を公表: ${fact.body.title}` };
  return same(fact.type);
}
