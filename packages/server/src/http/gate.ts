/**
 * The gate before the exchange's hot wallets. The exchange pays a withdrawal only after `200` with `decision: "allow"`;
 * anything else, also no answer, is a no. Inside, every failure turns into `hold`: there is no way out that allows.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { FaultError, faultOf } from '@sonae/core/kernel/errors.ts';
import { withdrawalDigest, withdrawalSchema } from '@sonae/core/nouns/custody/decisions/withdrawal.ts';
import {
  DESTINATIONS_PER_COMMAND_MAX,
  PAYMENTS_PER_COMMAND_MAX,
  paymentSchema,
} from '@sonae/core/nouns/custody/facts/gate.ts';
import { SIGHTINGS_PER_COMMAND_MAX, sightingSchema } from '@sonae/core/nouns/custody/facts/holdings.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';
import type { GateConfig } from '../custody/gate-config.ts';
import { createGateQueue } from '../custody/gate-queue.ts';
import type { Node } from '../node.ts';

const EXCHANGE = { id: 'system:exchange', kind: 'system' } as const;
/** Room for the longest list of the longest fields. */
const BODY_BYTES_MAX = 1024 * 1024;
/** What nothing matches: an unset token takes as long to refuse as a wrong one. */
const NOBODY = Buffer.alloc(32);

const LATE = {
  rule: 'gate.deadline',
  reason: { en: 'The decision took too long.', ja: '判定が時間内に完了しなかった。' },
};
const FAILED = {
  rule: 'gate.error',
  reason: { en: 'The gate could not decide.', ja: 'ゲートが判定できなかった。' },
};

/** `final: false`: the log has no answer under this id yet; ask again with the same id. */
const unable = (id: string, why: typeof LATE) => ({
  id,
  decision: 'hold' as const,
  ...why,
  remaining: null,
  final: false,
});

/**
 * Routes below `/gate`: POST /withdrawals, POST /payments, POST /deposits, POST /destinations, POST /destinations/remove.
 * 401 without the token, 400 for a body that cannot be used, 409 for an id that was asked with other content, 413 for a
 * body that is too large.
 */
export function createGate(node: Pick<Node, 'app'>, config: GateConfig): Hono {
  const gate = new Hono();
  const queue = createGateQueue(node.app, config.deadlineMs);
  gate.onError((error, c) => {
    const fault = faultOf(error);
    const status: ContentfulStatusCode = fault.code === 'internal.defect' ? 500 : statusOf(error);
    return c.json({ fault }, status);
  });
  gate.use('*', bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge }));
  gate.use('*', async (c, next) => {
    demandToken(c.req.header('authorization') ?? '', config.tokenSha256);
    return next();
  });
  gate.post('/withdrawals', async (c) => {
    const withdrawal = await readBody(c, withdrawalSchema);
    const { id } = withdrawal;
    const answer = await withDeadline(queue.decide(withdrawal), config.deadlineMs);
    if (answer === 'late') return c.json(unable(id, LATE));
    if (answer === 'failed') return c.json(unable(id, FAILED));
    if (answer.digest !== withdrawalDigest(withdrawal)) {
      const message = `id: ${id} was asked with other content`;
      return c.json(
        { fault: new FaultError('input.invalid', message, 'give every withdrawal an id of its own').fault },
        409,
      );
    }
    const { decision, rule, reason, remaining, digest } = answer;
    return c.json({ id, decision, rule, reason, remaining, digest, final: true });
  });
  gate.post('/destinations', (c) => changeList(c, node, 'custody.ListCustomerDestinations'));
  gate.post('/payments', (c) => announce(c, node));
  gate.post('/deposits', (c) => seeDeposits(c, node));
  gate.post('/destinations/remove', (c) => changeList(c, node, 'custody.DelistCustomerDestinations'));
  return gate;
}

function tooLarge(): never {
  throw new FaultError('input.too-large', `a body may have ${BODY_BYTES_MAX} bytes`, 'send less at once');
}

function demandToken(header: string, expectedHex: string | undefined): void {
  const given = header.startsWith('Bearer ') ? header.slice('Bearer '.length) : '';
  const expected = expectedHex === undefined ? NOBODY : Buffer.from(expectedHex, 'hex');
  const isIt = timingSafeEqual(createHash('sha256').update(given).digest(), expected);
  if (isIt && expectedHex !== undefined) return;
  throw new FaultError(
    'http.unauthenticated',
    'the gate does not know this token',
    'send Authorization: Bearer with the token whose SHA-256 stands in gate.tokenSha256',
  );
}

const statusOf = (error: unknown): ContentfulStatusCode => {
  const { code } = faultOf(error);
  if (code === 'http.unauthenticated') return 401;
  return code === 'input.too-large' ? 413 : code.startsWith('input.') ? 400 : 503;
};

async function readBody<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new FaultError('input.unreadable', 'the body is not JSON', 'send a JSON object', error);
  }
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the body';
  throw new FaultError(
    'input.invalid',
    `${field}: ${issue?.message}`,
    `correct ${field}; see docs/guides/custody.md`,
  );
}

/** The answer, or that it came too late or not at all. */
async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T | 'late' | 'failed'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), deadlineMs);
  });
  try {
    return await Promise.race([work.catch(() => 'failed' as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

const paymentsSchema = z
  .object({ payments: z.array(paymentSchema).min(1).max(PAYMENTS_PER_COMMAND_MAX) })
  .strict();

async function announce(c: Context, { app }: Pick<Node, 'app'>): Promise<Response> {
  const input = await readBody(c, paymentsSchema);
  const outcome = await app.submit({ command: 'custody.AnnouncePayments', input, actor: EXCHANGE });
  if (outcome.status === 'done') return c.json({ announced: input.payments.length });
  throw new FaultError('store.unavailable', outcome.message, 'try again');
}

const depositsSchema = z
  .object({ deposits: z.array(sightingSchema).min(1).max(SIGHTINGS_PER_COMMAND_MAX) })
  .strict();

/** Where customers' coin arrived, before it is credited: an address that is in no wallet of ours is a finding at once. */
async function seeDeposits(c: Context, { app }: Pick<Node, 'app'>): Promise<Response> {
  const { deposits } = await readBody(c, depositsSchema);
  const input = { source: EXCHANGE.id, sightings: deposits };
  const outcome = await app.submit({ command: 'custody.RecordSightings', input, actor: EXCHANGE });
  if (outcome.status !== 'done') throw new FaultError('store.unavailable', outcome.message, 'try again');
  const { unknown, addresses } = outcome.result as { unknown: number; addresses: JsonValue };
  return c.json({ seen: deposits.length, unknown, addresses });
}

const listSchema = z
  .object({
    destinations: z
      .array(z.object({ customer: z.string(), chain: z.string(), address: z.string() }).strict())
      .min(1)
      .max(DESTINATIONS_PER_COMMAND_MAX),
  })
  .strict();

async function changeList(c: Context, { app }: Pick<Node, 'app'>, command: string): Promise<Response> {
  const input = await readBody(c, listSchema);
  const outcome = await app.submit({ command, input: input as unknown as JsonValue, actor: EXCHANGE });
  if (outcome.status === 'done') return c.json({ changed: input.destinations.length });
  throw new FaultError('store.unavailable', outcome.message, 'try again');
}
