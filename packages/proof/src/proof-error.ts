/**
 * The one error of this package. Whatever bytes a caller hands over, a function here either returns or throws a
 * `ProofError`; its `code` is stable and meant for programs, its message names what is wrong and is meant for people.
 */

export type ProofErrorCode =
  /** A caller's argument is outside what the function documents. */
  | 'bad-argument'
  /** Hex, base64, decimal or UTF-8 that is not in its one strict form. */
  | 'bad-encoding'
  /** Text that is not JSON, or not in canonical form, or a value that JSON cannot carry. */
  | 'bad-json'
  | 'bad-key'
  | 'bad-note'
  | 'bad-signature'
  | 'bad-checkpoint'
  | 'bad-tile'
  | 'bad-proof'
  | 'bad-disclosure'
  | 'bad-export'
  | 'bad-action'
  | 'bad-approval'
  /** A liabilities statement, proof or leaf list that is not in its format. */
  | 'bad-liabilities'
  /** Of another exchange or epoch than the one asked about. */
  | 'liabilities-epoch'
  /** Hashes do not lead to the published root. */
  | 'liabilities-root'
  /** A leaf that is not this customer's, or counts twice. */
  | 'liabilities-leaf'
  /** The customer is owed something else than what is shown. */
  | 'liabilities-balance'
  /** Sums are not those published, or are beyond 128 bits. */
  | 'liabilities-sum'
  /** An amount that is not shown to be 0 or more, in private mode. */
  | 'liabilities-range'
  /** A commitment to a moment, or a statement of reserves, that is not in its format. */
  | 'bad-reserves'
  /** A solvency statement that is not in its format. */
  | 'bad-solvency'
  /** Well formed, but beyond a named limit of this package. */
  | 'too-large';

export class ProofError extends Error {
  readonly code: ProofErrorCode;

  constructor(code: ProofErrorCode, message: string) {
    super(message);
    this.name = 'ProofError';
    this.code = code;
  }
}

/** Throws a `ProofError` unless `condition` holds. */
export function demand(condition: boolean, code: ProofErrorCode, message: string): asserts condition {
  if (!condition) throw new ProofError(code, message);
}
