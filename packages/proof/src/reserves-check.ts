/**
 * How a verifier answers when there is more than one thing to know: a plain list of what holds, what does not, and what
 * nobody has looked at. Silence is never a yes: what was not checked says so.
 */

export type Said = { readonly en: string; readonly ja: string };
export type Check = {
  /** Stable, for programs. */
  readonly id: string;
  /** Null: not checked here, because the verifier was not given what it takes. */
  readonly holds: boolean | null;
  /** What must be true. */
  readonly says: Said;
  /** What was found, or what is needed to check. Empty when it simply holds. */
  readonly detail: string;
};

/** A check that was made: `problems` empty means that it holds. */
export function checked(id: string, says: Said, problems: readonly string[]): Check {
  const shown = problems.slice(0, MAX_PROBLEMS);
  const more = problems.length - shown.length;
  const detail = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return { id, holds: problems.length === 0, says, detail };
}

/** A check that could not be made, and what it takes. */
export function unchecked(id: string, says: Said, needs: string): Check {
  return { id, holds: null, says, detail: needs };
}

/** Problems listed by name in one check; the rest is counted. */
const MAX_PROBLEMS = 20;
