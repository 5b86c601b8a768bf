/**
 * An exchange as a target: orders go to it as the whole approved action under the action's hash, so that it
 * can check everything itself and repeat nothing; what is in force is read back from its signed status.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Observed, Order, Performed, Rehearsal, Target } from '@sonae/core/ports/target.ts';
import type { ExchangeAct, ExchangeOperation } from '@sonae/proof/action';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { callExchange, type ExchangeAccess, REQUEST_BYTES_MAX, refusalOf } from './exchange-wire.ts';
import { actOf } from './order-check.ts';
import { demandSecret, hostOf, targetUrl } from './outside-call.ts';

export type ExchangeTargetConfig = {
  /** Id of the system, as actions name it and as the exchange calls itself. */
  readonly system: string;
  /** Address of the interface, without `/v1`. */
  readonly url: string;
  readonly keyId: string;
  readonly secret: string;
  readonly timeoutMs?: number;
};

const TIMEOUT_MS = 10_000;
const STOPPED_BY: Readonly<Record<ExchangeOperation, ExchangeOperation>> = {
  'halt-withdrawals': 'halt-withdrawals',
  'resume-withdrawals': 'halt-withdrawals',
  'halt-market': 'halt-market',
  'resume-market': 'halt-market',
  'freeze-account': 'freeze-account',
  'unfreeze-account': 'freeze-account',
  'limit-redemptions': 'limit-redemptions',
  'lift-redemption-limit': 'limit-redemptions',
};

const stopSchema = z.object({
  operation: z.string(),
  subject: z.string(),
  limit: z.string().regex(/^\d+$/).nullable(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  since: z.string(),
  until: z.iso.datetime().nullable(),
});
const statusSchema = z.object({ system: z.string(), at: z.string(), stops: z.array(stopSchema).max(1_000) });
const resultSchema = z.object({ hash: z.string(), state: z.literal('performed'), at: z.string() });
const rehearsalSchema = z.object({
  hash: z.string(),
  state: z.literal('rehearsed'),
  before: z.array(stopSchema),
  after: z.array(stopSchema),
  approvalsProblem: z.string().nullable(),
});
type Stop = z.infer<typeof stopSchema>;

/**
 * Throws `input.invalid` for an unusable configuration; its three functions never throw for what fails
 * outside.
 */
export function createExchangeTarget(config: ExchangeTargetConfig, now: () => number): Target {
  demandSecret('secret', config.secret);
  if (!/^[\x21-\x7e]{1,100}$/.test(config.keyId))
    throw new FaultError('input.invalid', 'keyId is not 1 to 100 visible ASCII characters', 'correct keyId');
  const { system, keyId, secret, timeoutMs = TIMEOUT_MS } = config;
  const exchange = { system, access: { url: targetUrl('url', config.url), keyId, secret, timeoutMs }, now };
  return {
    kind: 'exchange',
    rehearse: (order) => rehearse(exchange, order),
    perform: (order) => perform(exchange, order),
    observe: (order) => observe(exchange, order),
  };
}

type Exchange = { readonly system: string; readonly access: ExchangeAccess; readonly now: () => number };

/** The act and the body that orders it, or why nothing may be sent. */
function prepared(
  { system }: Exchange,
  order: Order,
): { readonly act: ExchangeAct; readonly body: string } | { readonly why: string } {
  const own = actOf(order, 'exchange');
  if ('why' in own) return own;
  if (own.act.system !== system)
    return { why: `action.act.system is ${own.act.system}, this target is ${system}` };
  const body = `{"action":${order.actionText},"approvals":${JSON.stringify(order.approvals)}}`;
  const bytes = Buffer.byteLength(body);
  if (bytes > REQUEST_BYTES_MAX)
    return {
      why: `the order has ${bytes} bytes, an exchange takes ${REQUEST_BYTES_MAX}; send fewer approvals`,
    };
  return { act: own.act, body };
}

async function rehearse(exchange: Exchange, order: Order): Promise<Rehearsal> {
  const ready = prepared(exchange, order);
  if ('why' in ready) return { works: false, why: ready.why };
  const { access, now } = exchange;
  const path = '/v1/orders?rehearse=true';
  const request = { method: 'POST', path, body: ready.body, idempotencyKey: order.hash } as const;
  const reply = await callExchange(access, request, now);
  if (!reply.genuine) return { works: false, why: reply.why };
  if (reply.status !== 200)
    return { works: false, why: refusalOf(access.url, reply.status, reply.value).why };
  const shown = rehearsalSchema.safeParse(reply.value);
  if (!shown.success || shown.data.hash !== order.hash)
    return { works: false, why: `${hostOf(access.url)} answered no rehearsal of this order` };
  const { before, after, approvalsProblem } = shown.data;
  const { operation, subject } = ready.act;
  return { works: true, shows: { operation, subject, before, after, approvalsProblem } };
}

async function perform(exchange: Exchange, order: Order): Promise<Performed> {
  const ready = prepared(exchange, order);
  if ('why' in ready) return { state: 'failed', why: ready.why, permanent: true };
  const { access, now } = exchange;
  const request = {
    method: 'POST',
    path: '/v1/orders',
    body: ready.body,
    idempotencyKey: order.hash,
  } as const;
  const reply = await callExchange(access, request, now);
  if (!reply.genuine) return { state: 'failed', why: reply.why, permanent: false };
  if (reply.status !== 200) return { state: 'failed', ...refusalOf(access.url, reply.status, reply.value) };
  const result = resultSchema.safeParse(reply.value);
  if (!result.success || result.data.hash !== order.hash) {
    const why = `${hostOf(access.url)} answered 200, but not with the result of this order`;
    return { state: 'failed', why, permanent: false };
  }
  return { state: 'performed', receipt: reply.value as JsonValue };
}

async function observe(exchange: Exchange, order: Order): Promise<Observed> {
  const ready = prepared(exchange, order);
  const { access, now } = exchange;
  const unread = (why: string): Observed => ({ inEffect: null, seen: { host: hostOf(access.url), why } });
  if ('why' in ready) return unread(ready.why);
  const { operation, subject } = ready.act;
  const stop = STOPPED_BY[operation];
  const query = new URLSearchParams({ operation: stop, subject });
  const request = { method: 'GET', path: `/v1/status?${query}`, body: '' } as const;
  const reply = await callExchange(access, request, now);
  if (!reply.genuine) return unread(reply.why);
  if (reply.status !== 200) return unread(refusalOf(access.url, reply.status, reply.value).why);
  const status = statusSchema.safeParse(reply.value);
  if (!status.success)
    return unread(`the status has another form: ${status.error.issues[0]?.path.join('.')}`);
  const { system, at } = status.data;
  if (system !== exchange.system) return unread(`the status is of ${system}`);
  const stops = status.data.stops.filter((one) => one.operation === stop && one.subject === subject);
  const wantsStop = stop === operation;
  const inEffect = wantsStop ? stops.some((one) => covers(one, order)) : stops.length === 0;
  return { inEffect, seen: { host: hostOf(access.url), at, stops } };
}

/** Whether a stop in force is at least as long and as strict as the order asks, whoever ordered it. */
function covers(stop: Stop, { action }: Order): boolean {
  if (stop.until !== null && (action.until === null || Date.parse(stop.until) < Date.parse(action.until)))
    return false;
  const limit = (action.act as ExchangeAct).limit;
  return limit === null || (stop.limit !== null && BigInt(stop.limit) <= BigInt(limit));
}
