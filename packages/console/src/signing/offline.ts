/** Signing away from this console: the request as a file to carry out, and approvals as a file to bring in. */
import type { Action } from '@sonae/proof/action';
import type { Proof } from '@sonae/proof/approval';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';

const REQUEST_FORMAT = 'sonae/signing-request/v1';
const APPROVALS_FORMAT = 'sonae/approvals/v1';
const APPROVALS_MAX = 100;

export type BroughtApproval = {
  readonly use: string;
  readonly principal: string;
  readonly credential: string;
  readonly proof: Proof;
};

/** Canonical text, so that the same request is the same file everywhere. */
export function signingRequest(use: string, action: Action): string {
  const request = { format: REQUEST_FORMAT, use, action } as unknown as JsonValue;
  return `${canonicalJson(request)}\n`;
}

/** Approvals of a file, or null when it is not such a file. Whether they hold is judged by the server, one by one. */
export function readApprovals(text: string): readonly BroughtApproval[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value.format !== APPROVALS_FORMAT || !Array.isArray(value.approvals)) return null;
  const { approvals } = value as { approvals: unknown[] };
  const isWhole = approvals.length > 0 && approvals.length <= APPROVALS_MAX && approvals.every(isApproval);
  return isWhole ? (approvals as BroughtApproval[]) : null;
}

function isApproval(value: unknown): value is BroughtApproval {
  if (!isRecord(value) || !isRecord(value.proof)) return false;
  const { use, principal, credential, proof } = value;
  return [use, principal, credential, proof.kind].every((part) => typeof part === 'string' && part !== '');
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Hands a text to the reader as a file. */
export function offerFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
