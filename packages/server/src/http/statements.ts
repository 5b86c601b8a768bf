/** Statements of banks and custodians, and proofs of control of addresses, over HTTP. */
import type { Outcome } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { controlScheme, controlSignature } from '@sonae/core/nouns/reserves/facts/coin.ts';
import { FORMATS } from '@sonae/core/nouns/reserves/facts/statements.ts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { readDecimals } from '../ledger/book-batch.ts';
import type { Node } from '../node.ts';
import { reconcile } from '../reserves/reconcile.ts';
import { takeControlProof } from '../reserves/take-proof.ts';
import { takeStatementFile } from '../reserves/take-statements.ts';
import type { ApiEnv } from './api.ts';
import { booksOf } from './books.ts';
import { demandScope } from './session.ts';

export const STATEMENT_BYTES_MAX = 16 * 1024 * 1024;
const STATEMENT_SCOPE = 'reserves.RecordStatement';
const RECONCILE_SCOPE = 'reserves.RecordReconciliation';
const PROOF_SCOPE = 'reserves.RecordControlProof';

const statementQuery = z
  .object({ format: z.enum(FORMATS), account: z.string().max(100).default('') })
  .strict();
const reconcileSchema = z.object({ scope: z.string().max(40), day: z.iso.date().optional() }).strict();
const proofSchema = z
  .object({
    challenge: z.string().min(1).max(60),
    scheme: controlScheme,
    signature: controlSignature.min(1),
  })
  .strict();

/** Below `/statements`: POST / with the file as the body (`?format=`, and `?account=` where the format names none), POST /reconcile, POST /proofs. */
export function createStatementRoutes(node: Node): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.post('/', async (c) => {
    demandScope(c.get('caller'), STATEMENT_SCOPE);
    const { format, account } = checked(statementQuery, c.req.query());
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const decimals = Object.fromEntries(await readDecimals(node.app));
    const accounts = new Map(Object.entries(node.config.reserves.accounts));
    const taken = await takeStatementFile(node.app, bytes, format, decimals, accounts, account);
    if (!('problem' in taken)) {
      // Whoever looks at the status only must not take a file for recorded of which nothing was.
      const isAny = taken.taken.some(({ outcome }) => outcome.status === 'done');
      const reconciled = isAny ? await reconcileFor(node, taken.accounts) : [];
      return c.json({ ...taken, reconciled }, isAny ? 200 : 409);
    }
    const { where, message } = taken.problem;
    throw new FaultError(
      'input.invalid',
      `${where}: ${message}`,
      'correct the file or the configuration and send it again',
    );
  });
  routes.post('/reconcile', async (c) => {
    demandScope(c.get('caller'), RECONCILE_SCOPE);
    const { scope, day } = checked(reconcileSchema, await c.req.json().catch(() => null));
    const config = node.config.reserves.reconciliations.find((one) => one.scope === scope);
    if (config === undefined)
      throw new FaultError(
        'input.invalid',
        `scope: ${scope} is not configured`,
        'add it to reserves.reconciliations',
      );
    const outcome = await reconcile(node.app, booksOf(node), config, day);
    return c.json(outcome, outcome.status === 'done' ? 200 : 409);
  });
  routes.post('/proofs', (c) => takeProof(node, c));
  return routes;
}

/** A statement that came closes what it explains at once. */
async function reconcileFor(node: Node, accounts: readonly string[]): Promise<Outcome[]> {
  if (node.books === null) return [];
  const outcomes: Outcome[] = [];
  for (const config of node.config.reserves.reconciliations)
    if (accounts.includes(config.statement)) outcomes.push(await reconcile(node.app, node.books, config));
  return outcomes;
}

async function takeProof(node: Node, c: Context<ApiEnv>): Promise<Response> {
  demandScope(c.get('caller'), PROOF_SCOPE);
  const body: unknown = await c.req.json().catch(() => null);
  const sent = checked(proofSchema, body);
  const outcome = await takeControlProof(node.app, node.config.reserves.chains, sent);
  if ('problem' in outcome) {
    const { field, message, hint } = outcome.problem;
    throw new FaultError('input.invalid', `${field}: ${message}`, hint);
  }
  return c.json(outcome, outcome.status === 'done' ? 200 : 409);
}

function checked<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'the body';
  throw new FaultError('input.invalid', `${field}: ${issue?.message}`, `correct ${field}`);
}
