/**
 * The one shape in which this exchange says no, and every code it can use: openapi.json lists the same ones.
 */

export const REFUSAL_STATUS = {
  'body-unreadable': 400,
  'query-invalid': 400,
  'key-missing': 400,
  'signature-missing': 401,
  'signature-wrong': 401,
  'clock-apart': 401,
  'approvals-insufficient': 403,
  'not-found': 404,
  'nothing-to-extend': 409,
  'order-expired': 410,
  'body-too-large': 413,
  'key-mismatch': 422,
  'action-invalid': 422,
  'other-firm': 422,
  'other-system': 422,
  'subject-unknown': 422,
  'until-invalid': 422,
  stopped: 423,
  'too-many-requests': 429,
  'journal-unwritable': 500,
  defect: 500,
  'limit-reached': 503,
} as const;
export type RefusalCode = keyof typeof REFUSAL_STATUS;

export type Refusal = {
  readonly refused: true;
  readonly code: RefusalCode;
  /** What is wrong, naming the field. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
};

export function refusal(code: RefusalCode, message: string, hint: string): Refusal {
  return { refused: true, code, message, hint };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value && value.refused === true;
}

/** The body as it goes over the wire. */
export function refusalBody({ code, message, hint }: Refusal): string {
  return JSON.stringify({ code, message, hint });
}
