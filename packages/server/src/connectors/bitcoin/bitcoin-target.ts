/**
 * Bitcoin as a target: an approved PSBT is completed with its signers' signatures, compared with what was
 * approved, broadcast through an Esplora-shaped API and read back until it has enough confirmations. Its txid
 * is known before anybody signs, so that sending twice has one effect and asking comes first.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Observed, Order, Performed, Rehearsal, Target } from '@sonae/core/ports/target.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { actOf } from '../exchange/order-check.ts';
import { callOutside, hostOf, isPermanentStatus, quote, targetUrl } from '../exchange/outside-call.ts';
import { assemble, txidOf } from './assemble.ts';
import { checkPsbt, type KnownOutpoint, type PsbtLimits, type PsbtRules } from './check-psbt.ts';
import {
  type BitcoinNetwork,
  describePsbt,
  descriptionJson,
  problemText,
  scriptOfAddress,
} from './describe-psbt.ts';

export type BitcoinTargetConfig = {
  readonly network: BitcoinNetwork;
  /** Where funds may go; nowhere else. */
  readonly coldAddresses: readonly string[];
  readonly limits: PsbtLimits;
  readonly knownOutpoints?: readonly KnownOutpoint[];
  /**
   * Esplora-shaped: POST /tx, GET /tx/:txid/status, GET /blocks/tip/height. Without one, people send by hand.
   */
  readonly broadcastUrl?: string;
  /** Further Esplora-shaped APIs that are only read; all must agree. */
  readonly watchUrls?: readonly string[];
  readonly confirmations?: number;
  readonly timeoutMs?: number;
  /** The signers' copies of the order's PSBT, base64, as far as they have signed. */
  readonly collect?: (order: Order) => Promise<readonly string[]>;
};

const TIMEOUT_MS = 10_000;
const ANSWER_BYTES_MAX = 16 * 1024;
const SIGNATURES_RETRY_MS = 10_000;
const BY_HAND_RETRY_MS = 60_000;
const WATCH_URLS_MAX = 8;
/** What nodes say about a transaction they or their blocks already hold. */
const ALREADY_KNOWN = /already.in.(mempool|block|utxo)|txn-already-known|already known/i;
/** What a node may say otherwise when its mempool or the chain has moved on. */
const PASSING = /min relay fee|mempool (min fee|full)|too-long-mempool-chain|non-final|non-BIP68-final/i;
const statusSchema = z.object({ confirmed: z.boolean(), block_height: z.int().min(0).nullish() });

/**
 * Throws `input.invalid` for an unusable configuration; its three functions never throw for what fails
 * outside.
 */
export function createBitcoinTarget(config: BitcoinTargetConfig, now: () => number): Target {
  const { network, coldAddresses, limits, knownOutpoints } = config;
  if (coldAddresses.length === 0)
    throw new FaultError('input.invalid', 'coldAddresses is empty', 'name where funds may go');
  const foreign = coldAddresses.findIndex((address) => scriptOfAddress(address, network) === null);
  if (foreign >= 0)
    throw new FaultError(
      'input.invalid',
      `coldAddresses.${foreign} is no address of ${network}`,
      'correct the address or the network',
    );
  const confirmations = config.confirmations ?? 1;
  if (!Number.isInteger(confirmations) || confirmations < 1 || confirmations > 1_000)
    throw new FaultError('input.invalid', 'confirmations is not 1 to 1000', 'give a whole number, usually 6');
  if ((config.watchUrls?.length ?? 0) > WATCH_URLS_MAX)
    throw new FaultError('input.invalid', `watchUrls are more than ${WATCH_URLS_MAX}`, 'name fewer');
  const broadcastUrl =
    config.broadcastUrl === undefined ? null : targetUrl('broadcastUrl', config.broadcastUrl);
  const watchUrls = config.watchUrls?.map((url, at) => targetUrl(`watchUrls.${at}`, url)) ?? [];
  const bitcoin: Bitcoin = {
    rules: { network, coldAddresses, ...limits, ...(knownOutpoints && { knownOutpoints }) },
    broadcastUrl,
    readUrls: [...(broadcastUrl === null ? [] : [broadcastUrl]), ...watchUrls],
    confirmations,
    callLimits: { timeoutMs: config.timeoutMs ?? TIMEOUT_MS, bytesMax: ANSWER_BYTES_MAX },
    collect: config.collect ?? null,
    now,
  };
  return {
    kind: 'bitcoin.psbt',
    rehearse: async (order) => rehearse(bitcoin, order),
    perform: (order) => perform(bitcoin, order),
    observe: (order) => observe(bitcoin, order),
  };
}

type Bitcoin = {
  readonly rules: PsbtRules;
  readonly broadcastUrl: string | null;
  readonly readUrls: readonly string[];
  readonly confirmations: number;
  readonly callLimits: { readonly timeoutMs: number; readonly bytesMax: number };
  readonly collect: BitcoinTargetConfig['collect'] | null;
  readonly now: () => number;
};
type Allowed = { readonly psbt: string; readonly txid: string; readonly shows: JsonValue };

/** The order's PSBT and the txid it will have, or why it is none of this target. */
function readable(
  { rules }: Bitcoin,
  order: Order,
): { psbt: string; txid: string } | { readonly why: string } {
  const own = actOf(order, 'bitcoin.psbt');
  if ('why' in own) return own;
  const { network, psbt } = own.act;
  if (network !== rules.network)
    return { why: `action.act.network is ${network}, this target is ${rules.network}` };
  const reading = describePsbt(psbt, network);
  if (!reading.ok) return { why: problemText(reading.problems) };
  return { psbt, txid: txidOf(reading.transaction) };
}

/** The same when it may also be performed. */
function allowed(bitcoin: Bitcoin, order: Order): Allowed | { readonly why: string } {
  const ready = readable(bitcoin, order);
  if ('why' in ready) return ready;
  const verdict = checkPsbt(ready.psbt, bitcoin.rules);
  if (!verdict.ok) return { why: problemText(verdict.problems) };
  return { ...ready, shows: descriptionJson(verdict.description) };
}

function rehearse(bitcoin: Bitcoin, order: Order): Rehearsal {
  const ready = allowed(bitcoin, order);
  if ('why' in ready) return { works: false, why: ready.why };
  return { works: true, shows: { txid: ready.txid, transaction: ready.shows } };
}

async function perform(bitcoin: Bitcoin, order: Order): Promise<Performed> {
  const ready = allowed(bitcoin, order);
  if ('why' in ready) return { state: 'failed', why: ready.why, permanent: true };
  const { psbt, txid } = ready;
  const { broadcastUrl, callLimits, collect, rules } = bitcoin;
  if (broadcastUrl !== null && (await isKnown(bitcoin, broadcastUrl, txid)))
    return { state: 'performed', receipt: { txid, known: true } };
  if (bitcoin.now() >= Date.parse(order.action.validBefore))
    return {
      state: 'failed',
      why: `action.validBefore ${order.action.validBefore} has passed`,
      permanent: true,
    };
  const copies = await collected(collect, order);
  if ('why' in copies) return { state: 'failed', why: copies.why, permanent: false };
  const made = assemble(psbt, copies.psbts, rules.network);
  if (made.state === 'refused') return { state: 'failed', why: made.why, permanent: collect === null };
  if (made.state === 'incomplete') {
    const why = `signatures are missing: ${made.missing.join('; ')}`;
    if (collect === null) return { state: 'failed', why, permanent: true };
    const receipt = { txid, missing: [...made.missing] };
    return { state: 'pending', receipt, retryAfterMs: SIGNATURES_RETRY_MS };
  }
  if (broadcastUrl === null)
    return { state: 'pending', receipt: { txid, sendByHand: made.rawHex }, retryAfterMs: BY_HAND_RETRY_MS };
  const headers = { 'Content-Type': 'text/plain' };
  const init = { method: 'POST', headers, body: made.rawHex };
  const answer = await callOutside(`${broadcastUrl}/tx`, init, callLimits);
  if (answer.came && answer.status === 200 && answer.body.trim() === txid)
    return { state: 'performed', receipt: { txid, known: false, vsize: made.vsize } };
  // Whatever came back or did not: what counts is whether the network has it.
  const isAlready = answer.came && ALREADY_KNOWN.test(answer.body);
  if (isAlready || (await isKnown(bitcoin, broadcastUrl, txid)))
    return { state: 'performed', receipt: { txid, known: true } };
  if (!answer.came) return { state: 'failed', why: answer.why, permanent: false };
  const why = `${hostOf(broadcastUrl)} answered ${answer.status}: ${quote(answer.body)}`;
  const isPermanent = isPermanentStatus(answer.status) && !PASSING.test(answer.body);
  return { state: 'failed', why, permanent: isPermanent };
}

async function collected(
  collect: Bitcoin['collect'],
  order: Order,
): Promise<{ readonly psbts: readonly string[] } | { readonly why: string }> {
  if (!collect) return { psbts: [] };
  try {
    return { psbts: await collect(order) };
  } catch (error) {
    return {
      why: `signedPsbts could not be collected: ${error instanceof Error ? error.message : 'unknown'}`,
    };
  }
}

async function isKnown({ callLimits }: Bitcoin, url: string, txid: string): Promise<boolean> {
  const status = await statusOf(url, txid, callLimits);
  return 'height' in status && status.isKnown;
}

type TxStatus =
  | { readonly isKnown: boolean; readonly height: number | null; readonly confirmed: boolean }
  | { readonly why: string };

/** Esplora answers 404 for what it does not know. */
async function statusOf(url: string, txid: string, limits: Bitcoin['callLimits']): Promise<TxStatus> {
  const answer = await callOutside(`${url}/tx/${txid}/status`, {}, limits);
  if (!answer.came) return { why: answer.why };
  if (answer.status === 404) return { isKnown: false, height: null, confirmed: false };
  const status = answer.status === 200 ? statusSchema.safeParse(jsonOf(answer.body)) : null;
  if (!status?.success)
    return { why: `${hostOf(url)} answered ${answer.status}, no status: ${quote(answer.body)}` };
  const { confirmed, block_height: height = null } = status.data;
  return { isKnown: true, height, confirmed };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Reading = { readonly host: string; readonly confirmations: number | null; readonly why: string | null };

async function readFrom(bitcoin: Bitcoin, url: string, txid: string): Promise<Reading> {
  const host = hostOf(url);
  const status = await statusOf(url, txid, bitcoin.callLimits);
  if ('why' in status) return { host, confirmations: null, why: status.why };
  if (!status.confirmed)
    return { host, confirmations: 0, why: status.isKnown ? 'unconfirmed' : 'unknown there' };
  if (bitcoin.confirmations === 1) return { host, confirmations: 1, why: null };
  const tip = await callOutside(`${url}/blocks/tip/height`, {}, bitcoin.callLimits);
  const height =
    tip.came && tip.status === 200 && /^\d{1,9}$/.test(tip.body.trim()) ? Number(tip.body) : null;
  if (height === null || status.height === null)
    return { host, confirmations: null, why: `${host} tells no height of the block or of the tip` };
  return { host, confirmations: Math.max(0, height - status.height + 1), why: null };
}

/** In effect when every reading shows enough confirmations; null when any is missing and none contradicts. */
async function observe(bitcoin: Bitcoin, order: Order): Promise<Observed> {
  const ready = readable(bitcoin, order);
  if ('why' in ready) return { inEffect: null, seen: { why: ready.why } };
  const { txid } = ready;
  if (bitcoin.readUrls.length === 0)
    return { inEffect: null, seen: { txid, why: 'neither broadcastUrl nor watchUrls are configured' } };
  const readings = await Promise.all(bitcoin.readUrls.map((url) => readFrom(bitcoin, url, txid)));
  const votes = readings.map(({ confirmations }) =>
    confirmations === null ? null : confirmations >= bitcoin.confirmations,
  );
  const inEffect = votes.includes(false) ? false : votes.includes(null) ? null : true;
  return {
    inEffect,
    seen: { txid, needed: bitcoin.confirmations, readings: readings.map((one) => ({ ...one })) },
  };
}
