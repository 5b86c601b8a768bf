/** Signing as a demonstration person: only where a demonstration firm lives on this machine, with its own keys. */
import type { CommandAnswer } from '@sonae/core/app/api.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Use } from '@sonae/core/nouns/authority/views/use.ts';
import { VERDICTS } from '@sonae/proof/approval';
import type { Context } from 'hono';
import { z } from 'zod';
import type { Node } from '../node.ts';
import { readState } from './read-model.ts';

const schema = z
  .object({
    use: z.string().max(40),
    principal: z.string().max(40),
    says: z.enum(VERDICTS),
    reason: z.string().max(10_000).default('Demonstration / 実演'),
  })
  .strict();

export async function demonstrationSign(node: Node, c: Context): Promise<[CommandAnswer, 200 | 409]> {
  const { demonstration } = node;
  if (demonstration === null)
    throw new FaultError('http.not-found', 'there is no demonstration here', 'sign with your own credential');
  const parsed = schema.safeParse(await c.req.json().catch(() => null));
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') || 'body';
    throw new FaultError('input.invalid', `${field}: ${parsed.error.issues[0]?.message}`, `correct ${field}`);
  }
  const { use: id, principal, says, reason } = parsed.data;
  const use = await readState<Use>(node, 'authority.use', id);
  const { signers } = demonstration;
  if (!use.exists || (signers.wallets[principal] ?? signers.keys[principal]) === undefined)
    throw new FaultError('input.invalid', 'no such use or demonstration signer', 'see GET /api/powers');
  const { signAs } = await import('../demonstration/players.ts');
  const outcome = await signAs(node.app, signers, principal, use, says, reason);
  return [outcome, outcome.status === 'done' ? 200 : 409];
}
