/** Mints and burns that nobody paid for, and ones of unusual size. Both follow from exact matching, not from thresholds alone. */
import { parseTime } from '../../../kernel/time.ts';
import type { Move } from '../facts/coin.ts';
import { matchItems } from './match.ts';
import type { Item } from './match-terms.ts';

export type MintFinding = { readonly move: Move; readonly is: 'unpaid' | 'unusual' };
/** Fewer moves than this are no history. */
const HISTORY_MIN = 5;

/** @param windowMs within it the money must be there, before the mint or after it; the same for payouts of burns */
export function mintFindings(
  moves: readonly Move[],
  windowMs: number,
  unusualTenths: number,
  now: string,
): MintFinding[] {
  const nowMs = parseTime(now);
  return [
    ...unpaid(moves, 'mint', 'inflow', windowMs, nowMs),
    ...unpaid(moves, 'burn', 'payout', windowMs, nowMs),
    ...unusual(moves, unusualTenths),
  ];
}

function unpaid(
  moves: readonly Move[],
  kind: Move['kind'],
  money: Move['kind'],
  windowMs: number,
  now: number,
): MintFinding[] {
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
  const options = { toleranceMinor: 0n, toleranceBps: 0n, windowMs, now };
  const { matched } = matchItems(items(kind), items(money), options);
  const paid = new Set(matched.flatMap(({ left }) => left.map(({ id }) => id)));
  return moves
    .filter((move) => move.kind === kind && !paid.has(move.id) && parseTime(move.at) + windowMs <= now)
    .map((move) => ({ move, is: 'unpaid' }));
}

/** Against the median of the others of its kind. */
function unusual(moves: readonly Move[], tenths: number): MintFinding[] {
  return moves.flatMap((move): MintFinding[] => {
    if (move.kind !== 'mint' && move.kind !== 'burn') return [];
    const others = moves
      .filter(({ kind, id }) => kind === move.kind && id !== move.id)
      .map(({ amount }) => BigInt(amount))
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const median = others[others.length >> 1];
    if (median === undefined || others.length < HISTORY_MIN) return [];
    return BigInt(move.amount) * 10n > median * BigInt(tenths) ? [{ move, is: 'unusual' }] : [];
  });
}
