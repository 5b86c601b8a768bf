/** What people say of mints, burns and money that have no counterpart. */
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { assetId } from '../../instruments/facts.ts';
import { MOVES_MAX, moveSchema } from './coin.ts';
import { shortText } from './words.ts';

export const openMovesSchema = z
  .object({
    asset: assetId,
    moves: z.array(moveSchema.pick({ id: true, kind: true }).strict()).max(MOVES_MAX),
    /** Also those that there was no room for, of which only the number is known. */
    beyond: z.boolean(),
    note: z.string().trim().min(1).max(1_000),
  })
  .strict();

const said = openMovesSchema.extend({ by: shortText }).strict();
export const movesExplained = defineFact({
  name: 'reserves.MovesExplained',
  version: 1,
  schema: said,
  says: {
    en: 'Somebody said why mints, burns or money have no counterpart.',
    ja: '対応する動きのない発行・焼却・入出金の理由が説明された。',
  },
});
export const movesSettled = defineFact({
  name: 'reserves.MovesSettled',
  version: 1,
  schema: said,
  says: {
    en: 'Somebody else settled mints, burns or money that have no counterpart.',
    ja: '対応する動きのない発行・焼却・入出金を、説明者とは別の者が解消とした。',
  },
});
