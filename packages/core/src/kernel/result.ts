/** The domain's no: a value with a stable code, never an exception. */

export type Refused = {
  readonly refused: string;
  readonly message: string;
  /** What the caller can do about it. */
  readonly fix: string;
};

/** A refusal. `code` must be declared by the command (`refusals`), so that the reference lists it. */
export function refuse(code: string, message: string, fix: string): Refused {
  return { refused: code, message, fix };
}

export function isRefused(value: object): value is Refused {
  return 'refused' in value;
}
