/**
 * The incident in the FSB's Format for Incident Reporting Exchange (FIRE, final of 2025-04-15): the superset that every
 * Japanese field maps onto. Items are grouped and named after the format; what is not known is left out, never invented.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { Kind } from '../../incidents/facts/kinds.ts';
import { milestoneAt, type Response } from '../../incidents/views/response.ts';
import { valueText } from '../../incidents/views/timeline.ts';
import type { Sources } from './fill.ts';

const SEVERITY = { critical: 'Extreme', major: 'High', minor: 'Low', pending: 'High' } as const;
const TYPE_OF: Readonly<Record<Kind, string>> = {
  'cyber-ddos': 'Business Disruption or System/Execution Failure',
  'cyber-ransomware': 'Business Disruption or System/Execution Failure',
  'cyber-intrusion': 'Compromise (non-disruptive)',
  disaster: 'Business Disruption or System/Execution Failure',
  'system-fault': 'Business Disruption or System/Execution Failure',
  'data-leak': 'Data Breach',
  'asset-outflow': 'Financial Theft or Fraud',
  'batch-delay': 'Business Disruption or System/Execution Failure',
  'peg-break': 'Information Disorder',
  'reserve-blocked': 'Business Disruption or System/Execution Failure',
  'governance-act': 'Compromise (non-disruptive)',
};
/** A peg that breaks and a reserve out of reach are loss of trust, not of data. */
const DISRUPTION_OF: Readonly<Partial<Record<Kind, string>>> = {
  'peg-break': 'Loss of Trust (Rumour)',
  'cyber-ddos': 'Availability (Degradation)',
  'cyber-ransomware': 'Availability (Total)',
  'system-fault': 'Availability (Partial)',
  'batch-delay': 'Availability (Degradation)',
  'data-leak': 'Confidentiality (Unauthorised Acquisition)',
  'asset-outflow': 'Integrity (Manipulation)',
};
const CAUSE_OF: Readonly<Record<string, string>> = {
  'internal-process': 'Internal Process',
  'human-causal-factors': 'Human Causal Factors',
  'information-system': 'Information System',
  'external-dependency': 'External Dependency',
  hazards: 'Hazards',
  'malicious-acts': 'Malicious Acts',
};

export type FirePhase = 'Initial' | 'Intermediate' | 'Final';

/** The report as JSON. Phase: final once reviewed, intermediate once contained, initial before. */
export function fireReport(sources: Sources): JsonValue {
  const { incident, response, review, profile, filings, notices, now, round } = sources;
  return tidied({
    header: { version: 'FIRE-2025-04', reportType: 'incident', language: 'en', country: 'JP' },
    reporting: {
      entityName: profile.firm.en,
      entityLocalName: profile.firm.ja,
      entityLocalId: profile.registration,
      entityType: profile.regimes,
      contacts: [{ type: 'department', name: profile.contact.department, route: profile.contact.route }],
      recipients: [...new Set(filings.flatMap(({ recipients }) => recipients))],
    },
    incident: {
      internalId: incident.id,
      sequence: round,
      phase: phaseOf(sources),
      status: incident.phase,
      title: incident.title,
      description: stated(response, 'summary'),
      types: [...new Set(response.kinds.map((kind) => TYPE_OF[kind]))],
      actionsTaken: stated(response, 'measures.interim') ?? stated(response, 'containment'),
      actionsPlanned: stated(response, 'measures.permanent') ?? stated(response, 'prevention'),
      publicReaction: stated(response, 'users.complaints'),
      communicationsIssued: notices.map(({ at, title }) => ({ at, title: title.en })),
      bodiesNotified: filings.map(({ filedAt, recipients }) => ({ at: filedAt, recipients })),
      reportedAt: now,
      occurredAt: milestoneAt(response, 'occurred'),
      detectedAt: milestoneAt(response, 'aware'),
      resolvedAt: milestoneAt(response, 'recovered'),
      closedAt: incident.endedAt,
    },
    impact: {
      ownSeverity: incident.severity,
      standardisedSeverity: incident.severity === null ? null : SEVERITY[incident.severity],
      services: [
        {
          name: incident.component,
          disruption: [...new Set(response.kinds.map((kind) => DISRUPTION_OF[kind] ?? 'Unknown'))],
          endUsers: stated(response, 'impact.users'),
          transactions: stated(response, 'impact.count'),
        },
      ],
      resources: stated(response, 'systems'),
      financialLoss: losses(response),
      business: stated(response, 'impact.business'),
    },
    closure: {
      causes: review.causes.map((cause) => ({
        type: CAUSE_OF[cause.fire ?? ''] ?? 'Unknown',
        class: cause.class ?? '',
        description: cause.text ?? '',
      })),
      lessons: review.improvements.map(({ title, text, outcome, dueAt }) => ({
        description: title,
        remedialAction: text,
        outcome,
        dueAt,
      })),
    },
  });
}

function phaseOf({ incident, review }: Sources): FirePhase {
  // A reopened incident has an old review and no final report.
  if (review.completedAt !== null && incident.phase === 'reviewed') return 'Final';
  return ['contained', 'remediating', 'recovering', 'closed'].includes(incident.phase)
    ? 'Intermediate'
    : 'Initial';
}

function stated({ fields }: Response, field: string): string | null {
  const value = fields[field]?.at(-1)?.value;
  return value === undefined ? null : valueText(value);
}

function losses({ fields }: Response): JsonValue[] {
  const last = fields['loss.assets']?.at(-1);
  if (last?.value.kind !== 'amounts') return [];
  return last.value.amounts.map(({ asset, quantity, valueJpy }) => ({
    asset,
    quantity,
    valueJpy,
    confidence: last.confidence,
    asOf: last.asOf,
  }));
}

/** Without nulls, empty texts and empty lists: what is not known is not reported. */
function tidied(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(tidied).filter((one) => !isEmpty(one));
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .map(([key, one]) => [key, tidied(one)] as const)
      .filter(([, one]) => !isEmpty(one));
    return Object.fromEntries(entries);
  }
  return (value ?? null) as JsonValue;
}

function isEmpty(value: JsonValue): boolean {
  if (value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
