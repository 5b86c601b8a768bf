/**
 * Recording mints, burns and their money; and saying what became of those without a counterpart. Nothing open goes away
 * by itself: one person explains it, and another, who moves no coins or money, settles it.
 */
import { type Refused, refuse } from '../../../kernel/result.ts';
import { compareTimes } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { type MoveBook, moveName } from '../engine/mints.ts';
import { type Move, movesRecorded } from '../facts/coin.ts';
import { movesExplained, movesSettled, openMovesSchema } from '../facts/moves.ts';
import { coinMoves, moveById, moveKey, movesOf } from '../views/moves.ts';
import { reservesSetup } from '../views/setup.ts';
import { ahead, noCoin, policyOf, reservesFact, SAYS } from './checks.ts';

const MOVE = 'move ';

export const recordMoves = defineCommand({
  name: 'reserves.RecordMoves',
  says: {
    en: 'Record mints and burns, and the money that came in or was paid out for them.',
    ja: '発行・焼却と、対応する入出金を記録する。',
  },
  input: movesRecorded.schema as typeof movesRecorded.schema,
  by: ['operator', 'system'],
  refusals: {
    'no-policy': SAYS.policy,
    'no-coin': SAYS.coin,
    'from-the-future': SAYS.future,
    conflict: {
      en: 'A move of this id was told with another amount, time or reference.',
      ja: '同じ ID の動きが、異なる金額・時刻・参照で記録されている。',
    },
  },
  reads: ({ asset, moves }) => ({
    setup: ref(reservesSetup, 'all'),
    ...Object.fromEntries(
      moves.map((move) => [`${MOVE}${moveName(move)}`, ref(moveById, moveKey(asset, move))]),
    ),
  }),
  decide: ({ asset, moves }, state, ctx) => {
    const policy = policyOf(state.setup);
    if ('refused' in policy) return policy;
    const refused =
      noCoin(policy, asset) ?? moves.map(({ at }) => ahead(at, ctx.now)).find((one) => one !== null);
    if (refused) return refused;
    const rows = state as unknown as Readonly<Record<string, { readonly move: Move | null }>>;
    const told = new Map<string, Move>();
    const fresh: Move[] = [];
    for (const move of moves) {
      const name = moveName(move);
      const known = told.get(name) ?? rows[`${MOVE}${name}`]?.move ?? null;
      if (known === null) fresh.push(move);
      else if (!isSame(known, move)) return conflict(known, move);
      told.set(name, move);
    }
    if (fresh.length === 0) return { facts: [], result: { recorded: 0 } };
    return {
      facts: [reservesFact(movesRecorded, `coin/${asset}`, { asset, moves: fresh })],
      result: { recorded: fresh.length },
    };
  },
});

const isSame = (known: Move, move: Move): boolean =>
  BigInt(known.amount) === BigInt(move.amount) &&
  known.reference === move.reference &&
  compareTimes(known.at, move.at) === 0;

const conflict = (known: Move, move: Move): Refused =>
  refuse(
    'conflict',
    `moves: ${moveName(move)} is known with amount ${known.amount} at ${known.at}, reference ${JSON.stringify(known.reference)}`,
    'nothing of these moves was recorded: correct the source; a move of its own needs an id of its own',
  );

const NO_MOVE = { en: 'No such move is open.', ja: '該当する未対応の動きがない。' };
const reads = () => ({ setup: ref(reservesSetup, 'all'), known: ref(coinMoves, 'all') });

/** The open moves that are named; the refusal where one is not there, or nothing is named. */
function namedIn(
  book: MoveBook,
  moves: readonly Pick<Move, 'kind' | 'id'>[],
  isBeyond: boolean,
): (MoveBook['open'][number] | MoveBook['beyond'])[] | Refused {
  const byName = new Map(book.open.map((move) => [moveName(move), move]));
  const missing = moves.find((move) => !byName.has(moveName(move)));
  const noMove = (what: string): Refused => refuse('no-move', what, 'see the view reserves.moves');
  if (missing !== undefined) return noMove(`moves: ${moveName(missing)} is not open`);
  if (isBeyond && book.beyond.count === 0) return noMove('beyond: there are no more than those listed');
  const found = [...new Set(moves.map(moveName))].flatMap((name) => byName.get(name) ?? []);
  const all = [...found, ...(isBeyond ? [book.beyond] : [])];
  return all.length === 0 ? noMove('moves: none is named') : all;
}

export const explainMoves = defineCommand({
  name: 'reserves.ExplainMoves',
  says: {
    en: 'Say why mints, burns or money have no counterpart.',
    ja: '対応する動きのない発行・焼却・入出金の理由を記録する。',
  },
  input: openMovesSchema,
  by: ['operator'],
  refusals: { 'no-move': NO_MOVE },
  reads,
  decide: (input, { known }, ctx) => {
    const named = namedIn(movesOf(known, input.asset), input.moves, input.beyond);
    if ('refused' in named) return named;
    const body = { ...input, by: ctx.actor.id };
    return { facts: [reservesFact(movesExplained, `coin/${input.asset}`, body)] };
  },
});

export const settleMoves = defineCommand({
  name: 'reserves.SettleMoves',
  says: {
    en: 'Settle explained moves, as somebody who neither explained them nor moves coins or money.',
    ja: '説明済みの動きを、説明者でも受払担当でもない者が解消とする。',
  },
  input: openMovesSchema,
  by: ['operator'],
  refusals: {
    'no-move': NO_MOVE,
    'not-explained': { en: 'Nobody has explained it.', ja: '理由が説明されていない。' },
    'own-explanation': {
      en: 'Nobody settles what they explained.',
      ja: '自らの説明した動きは解消できない。',
    },
    'moves-coins': {
      en: 'Whoever moves coins or money does not settle (受払担当 and 照合担当 are different people).',
      ja: '受払担当は解消できない(照合担当と兼務不可)。',
    },
  },
  reads,
  decide: (input, { known, setup }, ctx) => {
    const named = namedIn(movesOf(known, input.asset), input.moves, input.beyond);
    if ('refused' in named) return named;
    const { id: actor } = ctx.actor;
    if (setup.policy?.movers.includes(actor))
      return refuse('moves-coins', `${actor} moves coins or money`, 'ask somebody of reconciliation');
    if (named.some(({ explainedBy }) => explainedBy === null))
      return refuse('not-explained', 'not all of them have a reason yet', 'reserves.ExplainMoves first');
    if (named.some(({ explainedBy }) => explainedBy === actor))
      return refuse('own-explanation', `${actor} explained some of them`, 'ask a second person');
    return { facts: [reservesFact(movesSettled, `coin/${input.asset}`, { ...input, by: actor })] };
  },
});
