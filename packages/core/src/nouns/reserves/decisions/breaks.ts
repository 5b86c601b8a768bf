/** What people do with breaks. Whoever moves coins or money never closes the break that moving it cures. */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { breakAssigned, breakExplained, breakResolved, REASONS } from '../facts/breaks.ts';
import { shortText } from '../facts/words.ts';
import { type Break, type Breaks, breaks } from '../views/breaks.ts';
import { reservesSetup } from '../views/setup.ts';
import { reservesFact, SAYS } from './checks.ts';

const breakId = z.string().min(1).max(40);
const reads = () => ({ known: ref(breaks, 'all'), setup: ref(reservesSetup, 'all') });

function found({ open }: Breaks, id: string): Break | Refused {
  const one = open.find((known) => known.id === id);
  return one ?? refuse('no-break', `break: no open break ${id}`, 'see the view reserves.breaks');
}

export const assignBreak = defineCommand({
  name: 'reserves.AssignBreak',
  says: { en: 'Give a break to somebody.', ja: '差異の担当者を決める。' },
  input: z.object({ break: breakId, owner: shortText }).strict(),
  by: ['operator'],
  refusals: { 'no-break': SAYS.break },
  reads,
  decide: ({ break: id, owner }, { known }) => {
    const one = found(known, id);
    if ('refused' in one) return one;
    if (one.owner === owner) return { facts: [] };
    return { facts: [reservesFact(breakAssigned, `break/${id}`, { id, owner })] };
  },
});

export const explainBreak = defineCommand({
  name: 'reserves.ExplainBreak',
  says: {
    en: 'Say why there is a break, and who moves what to put it right.',
    ja: '差異の原因と是正の実施者を記録する。',
  },
  input: z
    .object({
      break: breakId,
      reason: z.enum(REASONS),
      note: z.string().trim().min(1).max(1_000),
      movedBy: shortText.nullable(),
    })
    .strict(),
  by: ['operator'],
  refusals: { 'no-break': SAYS.break },
  reads,
  decide: ({ break: id, reason, note, movedBy }, { known }, ctx) => {
    const one = found(known, id);
    if ('refused' in one) return one;
    const body = { id, reason, note, movedBy, by: ctx.actor.id };
    return { facts: [reservesFact(breakExplained, `break/${id}`, body)] };
  },
});

export const resolveBreak = defineCommand({
  name: 'reserves.ResolveBreak',
  says: {
    en: 'Close a break that was explained, as somebody who neither explained it nor moves coins or money.',
    ja: '説明済みの差異を、説明者でも受払担当でもない者が解消とする。',
  },
  input: z.object({ break: breakId, note: z.string().trim().min(1).max(1_000) }).strict(),
  by: ['operator'],
  refusals: {
    'no-break': SAYS.break,
    'not-explained': { en: 'Nobody has explained it.', ja: '原因が説明されていない。' },
    'own-explanation': { en: 'Nobody closes what they explained.', ja: '自らの説明した差異は解消できない。' },
    'moves-coins': {
      en: 'Whoever moves coins or money does not close breaks (受払担当 and 照合担当 are different people).',
      ja: '受払担当は差異を解消できない(照合担当と兼務不可)。',
    },
  },
  reads,
  decide: ({ break: id, note }, { known, setup }, ctx) => {
    const one = found(known, id);
    if ('refused' in one) return one;
    if (one.explained === null)
      return refuse('not-explained', `break ${id} has no reason yet`, 'reserves.ExplainBreak first');
    const { id: actor } = ctx.actor;
    if (actor === one.explained.movedBy || setup.policy?.movers.includes(actor))
      return refuse(
        'moves-coins',
        `${actor} moves coins or money`,
        'ask somebody of reconciliation (照合担当)',
      );
    if (actor === one.explained.by)
      return refuse(
        'own-explanation',
        `${actor} explained break ${id}`,
        'ask a second person of reconciliation',
      );
    return { facts: [reservesFact(breakResolved, `break/${id}`, { id, how: 'person', note })] };
  },
});
