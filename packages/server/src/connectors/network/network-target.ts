/**
 * The firm's network as a target: a signed webhook to an adapter of the firm, which blocks addresses or
 * shifts a route once per action hash and acknowledges it under the same secret. What is blocked is read back
 * from the adapter's status, whose answer repeats our nonce, so that an old one can not be shown again.
 */
import { randomBytes } from 'node:crypto';
import type { Observed, Order, Performed, Rehearsal, Target } from '@sonae/core/ports/target.ts';
import type { NetworkAct } from '@sonae/proof/action';
import { z } from 'zod';
import { actOf } from '../exchange/order-check.ts';
import { callOutside, demandSecret, hostOf, quote, targetUrl } from '../exchange/outside-call.ts';
import { signWebhook, verifyWebhook } from '../webhook/webhook.ts';
import { type AddressRange, covers, overlaps, readRange } from './address-ranges.ts';
import { type BlockRules, blockRules, subjectsProblem } from './block-rules.ts';

export type NetworkTargetConfig = {
  /** Id of the system, as actions name it. */
  readonly system: string;
  /** Of the adapter; its status is at `/status` below. */
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs?: number;
  /**
   * Addresses and ranges that no order may touch. An adapter address given as a number is added by itself.
   */
  readonly neverBlock?: readonly string[];
  readonly ipv4PrefixMin?: number;
  readonly ipv6PrefixMin?: number;
};

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES_MAX = 2 * 1024 * 1024;
const BLOCKED_MAX = 20_000;
const SHOWN_MAX = 20;
const PENDING_RETRY_MS = 5_000;
const acknowledgement = z.object({
  hash: z.string(),
  /**
   * `accepted`: will be done, ask again; `refused`: never will be. The HTTP status is not signed and decides
   * nothing.
   */
  state: z.enum(['applied', 'accepted', 'refused']),
  why: z.string().optional(),
});
const statusSchema = z.object({
  nonce: z.string(),
  system: z.string(),
  /** Everything the adapter blocks now, whoever asked for it. */
  blocked: z.array(z.string().max(64)).max(BLOCKED_MAX),
  /** Routes that carry traffic now. */
  routes: z.array(z.string().max(100)).max(1_000),
});
type Status = z.infer<typeof statusSchema>;
type Network = {
  readonly system: string;
  readonly url: string;
  readonly secret: string;
  readonly timeoutMs: number;
  readonly rules: BlockRules;
  readonly now: () => number;
};

/**
 * Throws `input.invalid` for an unusable configuration; its three functions never throw for what fails
 * outside.
 */
export function createNetworkTarget(config: NetworkTargetConfig, now: () => number): Target {
  demandSecret('secret', config.secret);
  const url = targetUrl('url', config.url);
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  const ownHost = 'problem' in readRange(host) ? [] : [host];
  const rules = blockRules({ ...config, neverBlock: [...(config.neverBlock ?? []), ...ownHost] });
  const { system, secret, timeoutMs = TIMEOUT_MS } = config;
  const network = { system, url, secret, timeoutMs, rules, now };
  return {
    kind: 'network',
    rehearse: (order) => rehearse(network, order),
    perform: (order) => perform(network, order),
    observe: (order) => observe(network, order),
  };
}

/** The order's act when it is one of this system's and names what may be named. */
function allowed(network: Network, order: Order): { readonly act: NetworkAct } | { readonly why: string } {
  const own = actOf(order, 'network');
  if ('why' in own) return own;
  if (own.act.system !== network.system)
    return { why: `action.act.system is ${own.act.system}, this target is ${network.system}` };
  const problem = subjectsProblem(own.act, network.rules);
  return problem === null ? own : { why: problem };
}

/** Checks the order and asks the adapter what is so now; the adapter is told nothing. */
async function rehearse(network: Network, order: Order): Promise<Rehearsal> {
  const ready = allowed(network, order);
  if ('why' in ready) return { works: false, why: ready.why };
  const status = await statusOf(network);
  if ('why' in status) return { works: false, why: status.why };
  const { operation, subjects } = ready.act;
  const { count, open } = remaining(ready.act, status);
  const shows = {
    operation,
    subjects: subjects.length,
    wouldChange: count,
    for: open,
    until: order.action.until,
  };
  return { works: true, shows };
}

async function perform(network: Network, order: Order): Promise<Performed> {
  const ready = allowed(network, order);
  if ('why' in ready) return { state: 'failed', why: ready.why, permanent: true };
  const { action, actionText, hash } = order;
  if (network.now() >= Date.parse(action.validBefore)) return afterValidity(network, order);
  const { operation, subjects } = ready.act;
  const rest = JSON.stringify({ hash, operation, subjects, until: action.until }).slice(1);
  const reply = await callAdapter(network, 'POST', '', hash, `{"action":${actionText},${rest}`);
  if ('why' in reply) return { state: 'failed', why: reply.why, permanent: false };
  const acknowledged = acknowledgement.safeParse(reply.value);
  const host = hostOf(network.url);
  if (!acknowledged.success || acknowledged.data.hash !== hash)
    return {
      state: 'failed',
      why: `${host} answered ${reply.status} and did not acknowledge the hash of this order`,
      permanent: false,
    };
  const { state, why = 'it gave no reason' } = acknowledged.data;
  if (state === 'refused') return { state: 'failed', why: `${host} refused: ${quote(why)}`, permanent: true };
  if (state === 'accepted')
    return { state: 'pending', receipt: { hash, state }, retryAfterMs: PENDING_RETRY_MS };
  return { state: 'performed', receipt: { hash, state } };
}

/** Nothing is sent any more, but what was done in time and whose answer was lost still counts. */
async function afterValidity(network: Network, order: Order): Promise<Performed> {
  const { inEffect, seen } = await observe(network, order);
  if (inEffect) return { state: 'performed', receipt: seen };
  const why = `action.validBefore ${order.action.validBefore} has passed`;
  return { state: 'failed', why, permanent: inEffect === false };
}

async function observe(network: Network, order: Order): Promise<Observed> {
  const host = hostOf(network.url);
  const ready = allowed(network, order);
  if ('why' in ready) return { inEffect: null, seen: { host, why: ready.why } };
  const status = await statusOf(network);
  if ('why' in status) return { inEffect: null, seen: { host, why: status.why } };
  const { count, open } = remaining(ready.act, status);
  return {
    inEffect: count === 0,
    seen: { host, blocked: status.blocked.length, notInEffect: count, for: open },
  };
}

type ReadStatus = { readonly blocked: readonly AddressRange[]; readonly routes: readonly string[] };

/** The subjects for which the wanted state does not hold: how many, and the first of them. */
function remaining(
  { operation, subjects }: NetworkAct,
  { blocked, routes }: ReadStatus,
): { count: number; open: string[] } {
  const left = subjects.filter((subject) => {
    if (operation === 'shift') return !routes.includes(subject);
    const range = readRange(subject);
    if ('problem' in range) return true;
    return operation === 'block'
      ? !blocked.some((one) => covers(one, range))
      : blocked.some((one) => overlaps(one, range));
  });
  return { count: left.length, open: left.slice(0, SHOWN_MAX) };
}

async function statusOf(network: Network): Promise<ReadStatus | { readonly why: string }> {
  const nonce = randomBytes(16).toString('hex');
  const reply = await callAdapter(network, 'GET', `/status?nonce=${nonce}`, nonce, '');
  if ('why' in reply) return reply;
  const host = hostOf(network.url);
  const status = statusSchema.safeParse(reply.value);
  if (!status.success)
    return { why: `${host}: the status has another form: ${status.error.issues[0]?.path.join('.')}` };
  const { system } = status.data;
  if (status.data.nonce !== nonce) return { why: `${host}: the status answers another request` };
  if (system !== network.system) return { why: `${host}: the status is of ${quote(system)}` };
  return rangesOf(status.data, host);
}

function rangesOf({ blocked, routes }: Status, host: string): ReadStatus | { readonly why: string } {
  const ranges: AddressRange[] = [];
  for (const text of blocked) {
    const range = readRange(text);
    if ('problem' in range) return { why: `${host}: blocked ${quote(text)} ${range.problem}` };
    ranges.push(range);
  }
  return { blocked: ranges, routes };
}

type Reply = { readonly status: number; readonly value: unknown } | { readonly why: string };

/**
 * One call signed as a webhook; a GET signs its path with query in place of a body. An answer counts only
 * when it is signed the same way; without that no word of it is believed.
 */
async function callAdapter(
  network: Network,
  method: 'GET' | 'POST',
  below: string,
  id: string,
  body: string,
): Promise<Reply> {
  const { secret, timeoutMs, now } = network;
  const url = `${network.url}${below}`;
  const { pathname, search } = new URL(url);
  const timestamp = now();
  const headers = {
    'X-Sonae-Id': id,
    'X-Sonae-Timestamp': String(timestamp),
    'X-Sonae-Signature': signWebhook(secret, timestamp, method === 'GET' ? pathname + search : body),
    ...(method === 'POST' && { 'Content-Type': 'application/json' }),
  };
  const init = { method, headers, ...(method === 'POST' && { body }) };
  const answer = await callOutside(url, init, { timeoutMs, bytesMax: ANSWER_BYTES_MAX });
  if (!answer.came) return { why: answer.why };
  const said = `${hostOf(url)} answered ${answer.status}`;
  const verdict = verifyWebhook(secret, answer.headers, answer.body, now());
  if (!verdict.genuine)
    return { why: `${said} without a valid signature (${verdict.why}): ${quote(answer.body)}` };
  try {
    return { status: answer.status, value: JSON.parse(answer.body) };
  } catch {
    return { why: `${said} with a body that is not JSON` };
  }
}
