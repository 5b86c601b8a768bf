/** Errors of proofs that name what they are about: a sentence about sums helps nobody who checks twenty lists. */
import { ProofError } from '@sonae/proof/proof-error';

/** What `work` returns; a `ProofError` that it throws keeps its code and is thrown again with `what` before its message. */
export function naming<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw named(what, error);
  }
}

/** As `naming`, for work that takes its time. */
export async function namingAll<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw named(what, error);
  }
}

function named(what: string, error: unknown): unknown {
  return error instanceof ProofError ? new ProofError(error.code, `${what}: ${error.message}`) : error;
}
