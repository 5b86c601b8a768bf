/**
 * Mints and burns that nobody paid for, and ones of unusual size. What has its counterpart is settled when it is told;
 * what has none stays open, however much comes after it.
 */
import { parseTime } from '../../../kernel/time.ts';
import type { Move } from '../facts/coin.ts';
import { matchItems } from './match.ts';
import type { Item } from './match-terms.ts';

export type OpenMove = Move & {
  /** Who said why it has no counterpart; somebody else settles it. */
  readonly explainedBy: string | null;
};
/** The moves of one coin as far as they still matter. */
export type MoveBook = {
  /** Null until a policy names the coin: nothing can be matched without it. */
  readonly windowMs: number | null;
  /** Without counterpart, in the order in which they were told. */
  readonly open: readonly OpenMove[];
  /** The mints and burns told last, for what is an ordinary size. */
  readonly recent: readonly Move[];
  /** Open ones that there was no room for. */
  readonly beyond: { readonly count: number; readonly explainedBy: string | null };
};
export const NO_MOVES: MoveBook = {
  windowMs: null,
  open: [],
  recent: [],
  beyond: { count: 0, explainedBy: null },
};
export type MintFinding = { readonly move: Move; readonly is: 'unpaid' | 'unusual' };

/** Fewer moves than this are no history. */
const HISTORY_MIN = 5;
const RECENT_KEPT = 400;
/** Open moves of one coin; beyond them it is known only how many more there are. */
export const OPEN_MOVES_MAX = 5_000;

export const moveName = ({ kind, id }: Pick<Move, 'kind' | 'id'>): string => `${kind} ${id}`;
const isIssue = ({ kind }: Move): boolean => kind === 'mint' || kind === 'burn';

/** @param windowMs within it the money must be there, before the mint or after it; the same for payouts of burns */
export function withWindow(book: MoveBook, windowMs: number): MoveBook {
  return book.windowMs === windowMs ? book : settled({ ...book, windowMs });
}

export function withMoves(book: MoveBook, moves: readonly Move[]): MoveBook {
  const told = moves.map((move) => ({ ...move, explainedBy: null }));
  return settled({
    ...book,
    open: [...book.open, ...told],
    recent: [...book.recent, ...moves.filter(isIssue)].slice(-RECENT_KEPT),
  });
}

/** Without what matches; where there is no room for the rest, money goes first, for mints and burns are what is judged. */
function settled(book: MoveBook): MoveBook {
  const { windowMs, beyond } = book;
  if (windowMs === null) return book;
  const paid = new Set([
    ...matchedNames(book.open, 'mint', 'inflow', windowMs),
    ...matchedNames(book.open, 'burn', 'payout', windowMs),
  ]);
  const open = book.open.filter((move) => !paid.has(moveName(move)));
  const excess = open.length - OPEN_MOVES_MAX;
  if (excess <= 0) return { ...book, open };
  const leaving = new Set([...open.filter((one) => !isIssue(one)), ...open.filter(isIssue)].slice(0, excess));
  return {
    ...book,
    open: open.filter((move) => !leaving.has(move)),
    beyond: { count: beyond.count + excess, explainedBy: null },
  };
}

function matchedNames(
  moves: readonly Move[],
  kind: Move['kind'],
  money: Move['kind'],
  windowMs: number,
): string[] {
  const items = (of: Move['kind']): Item[] =>
    moves
      .filter((move) => move.kind === of)
      .map(({ id, at, amount, reference }) => ({
        id,
        asset: 'coin',
        amount: BigInt(amount),
        at: parseTime(at),
        reference,
      }));
  const [issued, paid] = [items(kind), items(money)];
  if (issued.length === 0 || paid.length === 0) return [];
  // Nothing here is in flight, so the time of matching plays no part.
  const { matched } = matchItems(issued, paid, { toleranceMinor: 0n, toleranceBps: 0n, windowMs, now: 0 });
  return matched.flatMap(({ left, right }) => [
    ...left.map(({ id }) => moveName({ kind, id })),
    ...right.map(({ id }) => moveName({ kind: money, id })),
  ]);
}

/** What is wrong now: open mints and burns whose window is over, and unusual ones among the recent. */
export function mintFindings(book: MoveBook, unusualTenths: number, now: string): MintFinding[] {
  const nowMs = parseTime(now);
  const unpaid = book.open
    .filter((move) => isIssue(move) && parseTime(move.at) + (book.windowMs ?? 0) <= nowMs)
    .map(({ explainedBy: _, ...move }): MintFinding => ({ move, is: 'unpaid' }));
  return [...unpaid, ...unusual(book.recent, unusualTenths)];
}

/** Against the median of the others of its kind. */
function unusual(moves: readonly Move[], tenths: number): MintFinding[] {
  return moves.flatMap((move): MintFinding[] => {
    const others = moves
      .filter(({ kind, id }) => kind === move.kind && id !== move.id)
      .map(({ amount }) => BigInt(amount))
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const median = others[others.length >> 1];
    if (median === undefined || others.length < HISTORY_MIN) return [];
    return BigInt(move.amount) * 10n > median * BigInt(tenths) ? [{ move, is: 'unusual' }] : [];
  });
}
