/**
 * Reading an order. The exchange re-checks everything itself: the action's form and hash, that it is meant
 * for this firm and this system, that its operation, step, subject, limit and times make sense, and that its
 * moment has not passed.
 */
import {
  type Action,
  EXCHANGE_OPERATIONS,
  type ExchangeAct,
  hashOfActionText,
  parseAction,
} from '@sonae/proof/action';
import { toHex } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { ProofError } from '@sonae/proof/proof-error';
import { z } from 'zod';
import { isRefusal, type Refusal, refusal } from './refusal.ts';
import { type StopOperation, stopOf } from './standing-stops.ts';

export const APPROVALS_MAX = 32;
const approval = z.strictObject({
  principal: z.string().min(1).max(200),
  credential: z.string().min(1).max(200),
  kind: z.enum(['ed25519', 'evm', 'passkey']),
  address: z
    .string()
    .regex(/^0x[0-9a-f]{40}$/)
    .nullable(),
  signature: z.string().min(1).max(4_096),
  passkey: z
    .strictObject({ authenticatorData: z.base64().max(1_500), clientDataJSON: z.base64().max(2_000) })
    .nullable()
    .optional(),
});
const orderBody = z.strictObject({
  action: z.looseObject({}),
  approvals: z.array(approval).max(APPROVALS_MAX),
});
const exchangeAct = z.strictObject({
  kind: z.literal('exchange'),
  system: z.string().min(1).max(100),
  operation: z.enum(EXCHANGE_OPERATIONS),
  subject: z.string().regex(/^[\w.:/-]{1,100}$/),
  limit: z
    .string()
    .regex(/^(0|[1-9]\d{0,29})$/)
    .nullable(),
});

export type Approval = z.infer<typeof approval>;
export type SubjectKind = 'asset' | 'market' | 'account';
export type ExchangeOrder = {
  readonly hash: string;
  readonly action: Action;
  readonly act: ExchangeAct;
  /** What the operation stops or resumes. */
  readonly stop: StopOperation;
  readonly approvals: readonly Approval[];
};
export type Expectations = {
  readonly system: string;
  /** Hex SHA-256 of the one firm's founding charter; null accepts any. */
  readonly founding: string | null;
  readonly isKnown: (kind: SubjectKind, subject: string) => boolean;
  /** Stops without an end, or with a later one, are refused; null sets no bound. */
  readonly longestStopMs: number | null;
};

const SUBJECT_KIND: Readonly<Record<StopOperation, SubjectKind>> = {
  'halt-withdrawals': 'asset',
  'halt-market': 'market',
  'freeze-account': 'account',
  'limit-redemptions': 'asset',
};

/** An order in its right form under its right key. What it means is for `meaningProblem`. */
export function readOrder(body: string, idempotencyKey: string | undefined): ExchangeOrder | Refusal {
  if (idempotencyKey === undefined || !/^[0-9a-f]{64}$/.test(idempotencyKey))
    return refusal(
      'key-missing',
      'Idempotency-Key must be the hash of the action, 64 hex digits',
      'send SHA-256("sonae/action/v1\\n" || canonical JSON of the action) in hex',
    );
  const given = parseBody(body);
  if (isRefusal(given)) return given;
  const form = "send { action, approvals } with the action's fields exactly as they were signed";
  let text: string;
  let action: Action;
  try {
    text = canonicalJson(given.action as JsonValue);
    action = parseAction(text);
  } catch (error) {
    const why = error instanceof ProofError ? error.message : 'it can not be read';
    return refusal('action-invalid', `action: ${why}`, form);
  }
  if (toHex(hashOfActionText(text)) !== idempotencyKey)
    return refusal(
      'key-mismatch',
      'Idempotency-Key is not the hash of the action in the body',
      'one key belongs to one action for ever; send the action that has this hash, or its own hash',
    );
  const act = exchangeAct.safeParse(action.act);
  if (!act.success) return refusal('action-invalid', `action.act.${issueText(act.error)}`, form);
  const { approvals } = given;
  return { hash: idempotencyKey, action, act: act.data, stop: stopOf(act.data.operation), approvals };
}

function parseBody(body: string): z.infer<typeof orderBody> | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return refusal('body-unreadable', 'the body is not JSON', 'send { "action": {...}, "approvals": [...] }');
  }
  const parsed = orderBody.safeParse(value);
  if (parsed.success) return parsed.data;
  return refusal('body-unreadable', issueText(parsed.error), 'send { "action": {...}, "approvals": [...] }');
}

function issueText(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`;
}

/** Why this exchange will not do what the order says, now; null when it would. */
export function meaningProblem(order: ExchangeOrder, expected: Expectations, nowMs: number): Refusal | null {
  const { action, act, stop } = order;
  if (expected.founding !== null && action.founding !== expected.founding)
    return refusal(
      'other-firm',
      "action.founding is not this firm's founding charter",
      'this exchange takes orders of one firm only; check which log the order comes from',
    );
  if (act.system !== expected.system)
    return refusal(
      'other-system',
      `action.act.system is ${JSON.stringify(act.system)}, this is ${JSON.stringify(expected.system)}`,
      'send the order to the system it names',
    );
  if (Date.parse(action.validBefore) <= nowMs)
    return refusal(
      'order-expired',
      `action.validBefore ${action.validBefore} has passed`,
      'request and approve a new action',
    );
  const kind = SUBJECT_KIND[stop];
  if (!expected.isKnown(kind, act.subject))
    return refusal(
      'subject-unknown',
      `action.act.subject: no ${kind} ${JSON.stringify(act.subject)} here`,
      `name an existing ${kind} exactly, in its own case`,
    );
  return stop === act.operation ? stopProblem(order, expected, nowMs) : resumeProblem(order);
}

function resumeProblem({ action, act }: ExchangeOrder): Refusal | null {
  const hint = `an order to ${act.operation} has step resume, until null and limit null`;
  if (action.step !== 'resume')
    return refusal('action-invalid', `action.step is ${action.step} on an operation that resumes`, hint);
  if (action.until !== null || act.limit !== null)
    return refusal('action-invalid', 'action.until and action.act.limit must be null', hint);
  return null;
}

function stopProblem({ action, act }: ExchangeOrder, expected: Expectations, nowMs: number): Refusal | null {
  const { until } = action;
  if (action.step !== 'stop' && action.step !== 'extend')
    return refusal(
      'action-invalid',
      `action.step is ${action.step} on an operation that stops`,
      'send step stop, or extend while a stop stands',
    );
  if ((act.limit !== null) !== (act.operation === 'limit-redemptions'))
    return refusal(
      'action-invalid',
      'action.act.limit belongs to limit-redemptions and to nothing else',
      'give the redemptions a day in minor units with limit-redemptions, null otherwise',
    );
  if (until !== null && Date.parse(until) <= nowMs)
    return refusal('until-invalid', `action.until ${until} has passed`, 'request a stop that ends later');
  const longestMs = expected.longestStopMs;
  if (longestMs !== null && (until === null || Date.parse(until) - nowMs > longestMs))
    return refusal(
      'until-invalid',
      `action.until: a stop here must end within ${longestMs / 1_000} seconds`,
      'request a shorter stop and extend it while it stands',
    );
  return null;
}
