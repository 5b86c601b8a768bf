/** A prepared filing as a file: read from the log, printed as PDF, DOCX, XLSX or JSON. */
import { registry } from '@sonae/core/app/modules.ts';
import { isFact } from '@sonae/core/log/fact.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import type { Response } from '@sonae/core/nouns/incidents/views/response.ts';
import type { Review } from '@sonae/core/nouns/incidents/views/review.ts';
import { fireReport } from '@sonae/core/nouns/reports/engine/fire.ts';
import type { Profile } from '@sonae/core/nouns/reports/facts/duties.ts';
import { filingPrepared } from '@sonae/core/nouns/reports/facts/filings.ts';
import type { Filings } from '@sonae/core/nouns/reports/views/filings.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { documentOf, type ReportDocument } from '../documents/document.ts';
import { incidentOf, readState } from '../http/read-model.ts';
import type { Node } from '../node.ts';

export const FILE_KINDS = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  json: 'application/json',
} as const;
export type FileKind = keyof typeof FILE_KINDS;

/** Null when nothing was prepared under this id. */
export async function readFiling(
  node: Node,
  subject: string,
  filing: string,
): Promise<ReportDocument | null> {
  const { prepared } = await readState<Filings>(node, 'reports.filings', subject);
  const known = prepared.find((one) => one.filing === filing);
  if (!known) return null;
  const { store, signer } = node.app.ports;
  const [row] = await store.facts({ from: known.fact, before: known.fact + 1, limit: 1 });
  if (!row) return null;
  const fact = decodeFact(row.text, registry.facts);
  if (!isFact(filingPrepared, fact)) return null;
  const { seq, recordedAt, id: factId } = fact;
  return documentOf(fact.body, { origin: signer.origin, seq, recordedAt, factId });
}

/** The bytes of a document; the libraries are loaded when first needed. */
export async function fileOf(document: ReportDocument, kind: FileKind): Promise<Uint8Array> {
  if (kind === 'pdf') return (await import('../documents/pdf.ts')).pdfOf(document);
  if (kind === 'docx') return (await import('../documents/word.ts')).wordOf(document);
  if (kind === 'xlsx') return (await import('../documents/excel.ts')).excelOf(document);
  return new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
}

/** The incident as FSB FIRE JSON, as of now; null when there is no such incident. */
export async function fireOf(node: Node, id: string): Promise<JsonValue | null> {
  const incident = await incidentOf(node, id);
  if (!incident) return null;
  const filings = await readState<Filings>(node, 'reports.filings', id);
  return fireReport({
    incident,
    response: await readState<Response>(node, 'incidents.response', id),
    review: await readState<Review>(node, 'incidents.review', id),
    profile: await readState<Profile>(node, 'reports.profile', 'all'),
    filings: filings.records,
    notices: filings.notices,
    attached: filings.attached,
    round: filings.records.length + 1,
    now: node.clockState().now,
  });
}
