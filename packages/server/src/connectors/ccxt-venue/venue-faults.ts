/**
 * What ccxt throws, as faults of ours. Texts of venues are quoted shortened and cleaned: they may hold whole HTML pages,
 * and they end up in logs and on screens.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';

export type ErrorClass = new (message: string) => Error;
/** The classes of ccxt's hierarchy that are told apart. */
export type ErrorClasses = {
  readonly OperationFailed: ErrorClass;
  readonly BadResponse: ErrorClass;
  readonly AuthenticationError: ErrorClass;
  readonly RestrictedLocation: ErrorClass;
  readonly NotSupported: ErrorClass;
  readonly BadRequest: ErrorClass;
};

const QUOTE_CHARS_MAX = 200;

/** A text from outside on one line, without markup or control characters, shortened. */
export function quoted(text: string): string {
  const plain = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return plain.length > QUOTE_CHARS_MAX ? `${plain.slice(0, QUOTE_CHARS_MAX)}…` : plain;
}

/** Thrown for what the venue does not offer at all; the next best source is to be tried. */
export class NotOffered extends FaultError {
  constructor(venue: string, text: string, cause: unknown) {
    super(
      'feed.malformed',
      `${venue} does not offer this: ${text}`,
      'nothing to do; another source of the venue is used',
      cause,
    );
  }
}

/** Runs a call and turns what it throws into a fault that names the venue. */
export function createFaultReader(
  classes: ErrorClasses,
  venue: string,
): <T>(call: () => Promise<T>) => Promise<T> {
  return async (call) => {
    try {
      return await call();
    } catch (error) {
      throw faultFrom(classes, venue, error);
    }
  };
}

function faultFrom(classes: ErrorClasses, venue: string, error: unknown): FaultError {
  if (error instanceof FaultError) return error;
  const text = quoted(error instanceof Error ? error.message : String(error));
  if (error instanceof classes.NotSupported || error instanceof classes.BadRequest)
    return new NotOffered(venue, text, error);
  if (error instanceof classes.RestrictedLocation || error instanceof classes.AuthenticationError) {
    return new FaultError(
      'feed.unreachable',
      `${venue} refuses us: ${text}`,
      'the venue may block this country or network',
      error,
    );
  }
  if (error instanceof classes.OperationFailed && !(error instanceof classes.BadResponse)) {
    const hint = 'check the network and the status page of the venue; it is tried again by itself';
    return new FaultError('feed.unreachable', `${venue} does not answer: ${text}`, hint, error);
  }
  const hint = 'the venue may be changing its interface or be failing; it is tried again by itself';
  return new FaultError('feed.malformed', `${venue} answered something unusable: ${text}`, hint, error);
}
