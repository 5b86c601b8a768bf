/** Which entries of the palette fit what was typed, best first. Words, not letters: people type what they read. */
export type Matchable = {
  readonly group: string;
  /** What it may be found by, the visible text first. */
  readonly words: string;
  /** Found only by its beginning, so that digits of an id never push away what was meant. */
  readonly id: string;
};

/** 0 begins with the query, 1 a word begins with it, 2 contains all of its words, null does not fit. */
export function matchRank(query: string, { words, id }: Matchable): 0 | 1 | 2 | null {
  const wanted = query.trim().toLowerCase();
  const text = words.toLowerCase();
  if (wanted === '' || text.startsWith(wanted)) return 0;
  if (id.toLowerCase().startsWith(wanted)) return 1;
  if (!wanted.split(/\s+/).every((word) => text.includes(word))) return null;
  return text.includes(` ${wanted}`) ? 1 : 2;
}

/** Groups by their best entry, entries by their rank; equals stay in the order given. */
export function matchGroups<E extends Matchable>(
  query: string,
  entries: readonly E[],
): { readonly group: string; readonly entries: readonly E[] }[] {
  const ranked = entries
    .map((entry) => ({ entry, rank: matchRank(query, entry) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  const groups = new Map<string, E[]>();
  const inOrder = query.trim() === '' ? entries : ranked.map(({ entry }) => entry);
  for (const entry of inOrder) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return [...groups].map(([group, found]) => ({ group, entries: found }));
}
