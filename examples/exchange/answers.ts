/**
 * What this exchange answers to a request whose sender is known: orders, rehearsals of them, their results,
 * the status.
 */
import { z } from 'zod';
import { type ExchangeOrder, type Expectations, meaningProblem, readOrder } from './orders.ts';
import { type PinnedApprovers, pinnedProblem } from './pinned-approvers.ts';
import { isRefusal, REFUSAL_STATUS, type Refusal, refusal, refusalBody } from './refusal.ts';
import {
  hasRoom,
  type OrderResult,
  resultOf,
  STOP_OPERATIONS,
  type Standing,
  stopsInForce,
  takeResult,
} from './standing-stops.ts';

export type AnswerOptions = Partial<Expectations> & {
  /** Milliseconds since 1970 UTC. */
  readonly clock: () => number;
  readonly pinnedApprovers?: PinnedApprovers;
  /** A deployment's own check of approvals, after the pinned ones: the reason for a refusal, or null. */
  readonly checkApprovals?: (order: ExchangeOrder) => string | null;
};
/** An order with the evidence of who ordered it, as it is kept for good. */
export type KeptOrder = {
  readonly kind: 'order';
  readonly action: unknown;
  readonly approvals: unknown;
  readonly result: OrderResult;
};
export type Business = {
  readonly options: AnswerOptions;
  readonly standing: Standing;
  /** Writes an order down before it takes effect; the reason when that is impossible. */
  readonly keep: (order: KeptOrder) => Refusal | null;
};
export type Call = {
  /** Method and path, without the query. */
  readonly route: string;
  readonly query: URLSearchParams;
  readonly text: string;
  readonly idempotencyKey: string | undefined;
};
export type Answer = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export const DEFAULT_SYSTEM = 'exchange';
export const NOT_FOUND = refusal('not-found', 'nothing is served here', 'see openapi.json');
export const FULL = refusal(
  'limit-reached',
  'no more stops, orders or assets fit',
  'resume what no longer needs to be stopped, or start a new journal',
);

export function answerTo(business: Business, call: Call): Answer {
  const byHash = /^GET \/v1\/orders\/([0-9a-f]{64})$/.exec(call.route)?.[1];
  if (byHash !== undefined) {
    const result = business.standing.results.get(byHash);
    return result
      ? done(result)
      : refused({ ...NOT_FOUND, message: 'no order with this hash was performed' });
  }
  if (call.route === 'GET /v1/status') return statusOf(business, call.query);
  if (call.route === 'POST /v1/orders') return ordered(business, call);
  return refused(NOT_FOUND);
}

export function refused(why: Refusal): Answer {
  return { status: REFUSAL_STATUS[why.code], body: refusalBody(why) };
}

function done(value: unknown): Answer {
  return { status: 200, body: JSON.stringify(value) };
}

const statusQuery = z.strictObject({
  operation: z.enum(STOP_OPERATIONS).optional(),
  subject: z.string().min(1).max(100).optional(),
});

function statusOf({ options, standing }: Business, query: URLSearchParams): Answer {
  const given = statusQuery.safeParse(Object.fromEntries(query));
  if (!given.success) {
    const issue = given.error.issues[0];
    const message = `${issue?.path.join('.') || 'query'}: ${issue?.message}`;
    return refused(refusal('query-invalid', message, `operation is one of ${STOP_OPERATIONS.join(', ')}`));
  }
  const { operation, subject } = given.data;
  const nowMs = options.clock();
  const stops = stopsInForce(standing, nowMs, operation, subject);
  return done({ system: options.system ?? DEFAULT_SYSTEM, at: new Date(nowMs).toISOString(), stops });
}

/** Nothing here waits: between reading the state and writing it no other order can come. */
function ordered({ options, standing, keep }: Business, call: Call): Answer {
  const rehearse = call.query.get('rehearse');
  if (rehearse !== null && rehearse !== 'true')
    return refused(refusal('query-invalid', 'rehearse must be true or absent', 'send ?rehearse=true'));
  const order = readOrder(call.text, call.idempotencyKey);
  if (isRefusal(order)) return refused(order);
  const first = standing.results.get(order.hash);
  if (first !== undefined && rehearse === null) return done(first);
  const nowMs = options.clock();
  const problem =
    meaningProblem(order, expectationsOf(options), nowMs) ?? extendProblem(order, standing, nowMs);
  if (problem !== null) return refused(problem);
  const unapproved = approvalsProblem(options, order);
  const { act, action, approvals, hash } = order;
  const result = resultOf(standing, { ...act, hash, until: action.until }, nowMs);
  if (rehearse !== null) return rehearsed(order, standing, result, unapproved, nowMs);
  if (unapproved !== null)
    return refused(refusal('approvals-insufficient', `approvals: ${unapproved}`, 'collect the missing ones'));
  // What resumes needs no room: a full exchange must never be unable to open again.
  if (order.stop === act.operation && !hasRoom(standing, order.stop, act.subject, nowMs))
    return refused(FULL);
  const unkept = keep({ kind: 'order', action, approvals, result });
  if (unkept !== null) return refused(unkept);
  takeResult(standing, result);
  return done(result);
}

function expectationsOf(options: AnswerOptions): Expectations {
  return {
    system: options.system ?? DEFAULT_SYSTEM,
    founding: options.founding ?? null,
    isKnown: options.isKnown ?? (() => true),
    longestStopMs: options.longestStopMs ?? null,
  };
}

function extendProblem(
  { action, act, stop }: ExchangeOrder,
  standing: Standing,
  now: number,
): Refusal | null {
  if (action.step !== 'extend' || stopsInForce(standing, now, stop, act.subject).length > 0) return null;
  return refusal(
    'nothing-to-extend',
    `action.step is extend, but no ${stop} stands on ${act.subject}`,
    'order a new stop instead',
  );
}

function approvalsProblem(options: AnswerOptions, order: ExchangeOrder): string | null {
  const pinned = options.pinnedApprovers;
  const problem = pinned === undefined ? null : pinnedProblem(pinned, order);
  return problem ?? options.checkApprovals?.(order) ?? null;
}

/** Approvals usually come after the rehearsal, so that missing ones are told but do not refuse it. */
function rehearsed(
  order: ExchangeOrder,
  standing: Standing,
  outcome: OrderResult,
  approvalsProblem: string | null,
  nowMs: number,
): Answer {
  const { act, stop, hash } = order;
  const before = stopsInForce(standing, nowMs, stop, act.subject);
  const { operation, subject, limit, until, at } = outcome;
  const added = { operation: stop, subject, limit, hash, since: at, until };
  const after = standing.results.has(hash) ? before : stop === operation ? [...before, added] : [];
  return done({ hash, state: 'rehearsed', at, operation, subject, before, after, approvalsProblem });
}
