/**
 * Faults: the world failing us, or input that cannot be used. One table of codes, one shape, mapped once at the edge
 * (HTTP status, CLI exit code). The domain saying no is not a fault but a `Refused` value (result.ts).
 */

type FaultEntry = {
  readonly status: number;
  readonly exit: 2 | 3;
  readonly retry: boolean;
  readonly meaning: string;
};

/** Every fault code of the product. `exit` 2 = bad use or bad input, 3 = the world failed. */
export const FAULTS = {
  'input.invalid': {
    status: 400,
    exit: 2,
    retry: false,
    meaning: 'A field of the input has a value that cannot be used.',
  },
  'input.too-large': { status: 413, exit: 2, retry: false, meaning: 'The input exceeds a named limit.' },
  'input.unreadable': {
    status: 400,
    exit: 2,
    retry: false,
    meaning: 'A file or body could not be read or parsed.',
  },
  'http.not-found': { status: 404, exit: 2, retry: false, meaning: 'Nothing is served under this address.' },
  'http.unauthenticated': {
    status: 401,
    exit: 2,
    retry: false,
    meaning: 'The request carries no valid session.',
  },
  'http.forbidden-origin': {
    status: 403,
    exit: 2,
    retry: false,
    meaning: 'The request comes from another origin or host.',
  },
  'http.out-of-scope': {
    status: 403,
    exit: 2,
    retry: false,
    meaning: 'The API token does not cover this.',
  },
  'http.too-many-requests': {
    status: 429,
    exit: 3,
    retry: true,
    meaning: 'The rate limit of this address is used up.',
  },
  'store.unavailable': {
    status: 503,
    exit: 3,
    retry: true,
    meaning: 'The store does not answer or refused the transaction.',
  },
  'store.newer-version': {
    status: 500,
    exit: 2,
    retry: false,
    meaning: 'The data directory was written by a newer Sonae.',
  },
  'store.in-use': { status: 503, exit: 3, retry: true, meaning: 'Another process holds the data directory.' },
  'store.foreign-log': {
    status: 500,
    exit: 2,
    retry: false,
    meaning: 'The store holds a log signed by another key.',
  },
  'journal.moved': {
    status: 503,
    exit: 3,
    retry: true,
    meaning: 'Another node writes the journal of this book; what was sent here was not kept.',
  },
  'store.damaged': {
    status: 500,
    exit: 3,
    retry: false,
    meaning: 'Stored bytes do not match the log they belong to.',
  },
  'log.overloaded': {
    status: 503,
    exit: 3,
    retry: true,
    meaning: 'More commands are waiting than the queue may hold.',
  },
  'log.stopping': {
    status: 503,
    exit: 3,
    retry: true,
    meaning: 'The node is shutting down and takes no more commands.',
  },
  'feed.unreachable': { status: 502, exit: 3, retry: true, meaning: 'A market data source does not answer.' },
  'feed.malformed': {
    status: 502,
    exit: 3,
    retry: true,
    meaning: 'A market data source answered something unusable.',
  },
  'server.unreachable': {
    status: 502,
    exit: 3,
    retry: true,
    meaning: 'No running Sonae server could be reached.',
  },
  'internal.defect': {
    status: 500,
    exit: 3,
    retry: false,
    meaning: 'A defect in Sonae itself; nothing was changed.',
  },
} as const satisfies Record<string, FaultEntry>;

export type FaultCode = keyof typeof FAULTS;

/** What a caller is told: `message` names field and problem, `hint` the fix, `docs` a page of the reference. */
export type Fault = {
  readonly code: FaultCode;
  readonly message: string;
  readonly hint: string;
  readonly docs: string;
  readonly retry: boolean;
};

export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly fault: Fault;
  constructor(code: FaultCode, message: string, hint: string, cause?: unknown) {
    super(`${code}: ${message}`, cause === undefined ? undefined : { cause });
    this.fault = {
      code,
      message,
      hint,
      docs: `docs/reference/faults.md#${code.replace('.', '')}`,
      retry: FAULTS[code].retry,
    };
  }
}

/** The fault behind anything thrown; what is not ours becomes `internal.defect` without leaking its text. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof FaultError) return thrown.fault;
  return new FaultError(
    'internal.defect',
    'an unexpected error stopped this request',
    'see the server log; please report it',
    thrown,
  ).fault;
}
