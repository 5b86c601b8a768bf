/**
 * Reference server of the exchange interface (openapi.json): what an exchange must offer so that Sonae can
 * stop parts of it, small enough to read in one sitting. State is in memory and in an append-only journal;
 * the clock that ends stops is this server's own.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import {
  type AnswerOptions,
  answerTo,
  DEFAULT_SYSTEM,
  FULL,
  type KeptOrder,
  NOT_FOUND,
  refused,
} from './answers.ts';
import { createDemo } from './demo.ts';
import { openJournal } from './journal.ts';
import { pinnedApproversSchema } from './pinned-approvers.ts';
import { isRefusal, REFUSAL_STATUS, type Refusal, refusal, refusalBody } from './refusal.ts';
import { type ExchangeKey, SECRET_CHARS_MIN, type Sender, senderOf, signAnswer } from './signing.ts';
import {
  hasRoomForAsset,
  nothingStands,
  type OrderResult,
  type Standing,
  takeRedemption,
  takeResult,
} from './standing-stops.ts';

export const BODY_BYTES_MAX = 64 * 1024;
/** A burst of this many requests per key, refilled over a minute. */
export const REQUESTS_PER_MINUTE = 120;
const MINUTE_MS = 60_000;

export type ExchangeOptions = AnswerOptions & {
  readonly keys: readonly ExchangeKey[];
  /** Without one, a restart forgets every stop: for tests only. One process per file. */
  readonly journalPath?: string;
};
export type Listening = { readonly port: number; readonly url: string; close(): Promise<void> };
export type Exchange = {
  readonly app: Hono;
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly state: Standing;
  /** Listens on 127.0.0.1; 0 takes any free port. */
  listen(port: number): Promise<Listening>;
  /** Closes the journal. */
  close(): void;
};
type Redemption = {
  readonly kind: 'redemption';
  readonly asset: string;
  readonly amount: string;
  readonly atMs: number;
};
type Records = {
  readonly keep: (entry: KeptOrder | Redemption) => Refusal | null;
  readonly close: () => void;
};

/** Throws on an unusable secret or journal; whatever arrives over the wire gets an answer. */
export function createExchange(options: ExchangeOptions): Exchange {
  for (const { id, secret } of options.keys)
    if (secret.length < SECRET_CHARS_MIN)
      throw new RangeError(`keys: the secret of ${id} must have ${SECRET_CHARS_MIN} characters or more`);
  const { clock } = options;
  const standing = nothingStands();
  const { keep, close } = recordsIn(options.journalPath, standing);
  const isAllowed = createAllowance(clock);
  const app = new Hono();
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: () => unsigned(TOO_LARGE) }));
  app.all('/v1/*', async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer());
    const { pathname, search, searchParams: query } = new URL(c.req.url);
    const request = { method: c.req.method, path: pathname + search, headers: c.req.raw.headers, body };
    const sender = senderOf(options.keys, request, clock());
    if (isRefusal(sender)) return unsigned(sender);
    const text = new TextDecoder().decode(body);
    const idempotencyKey = c.req.header('Idempotency-Key');
    const call = { route: `${c.req.method} ${pathname}`, query, text, idempotencyKey };
    const answer = isAllowed(sender.key.id)
      ? answerTo({ options, standing, keep }, call)
      : { ...refused(TOO_MANY), headers: { 'Retry-After': '60' } };
    return signed(answer, sender, clock());
  });
  const redeem = (asset: string, amount: bigint, atMs: number): Refusal | null => {
    if (!hasRoomForAsset(standing, asset)) return FULL;
    const unkept = keep({ kind: 'redemption', asset, amount: String(amount), atMs });
    if (unkept === null) takeRedemption(standing, asset, amount, atMs);
    return unkept;
  };
  app.route('/', createDemo({ standing, clock, redeem }));
  app.notFound(() => unsigned(NOT_FOUND));
  app.onError((error) => {
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return unsigned(DEFECT);
  });
  const listen = (port: number): Promise<Listening> => listenOn(app, port);
  return { app, fetch: (request) => app.fetch(request), state: standing, listen, close };
}

const TOO_LARGE = refusal(
  'body-too-large',
  `a body may have ${BODY_BYTES_MAX} bytes`,
  'send fewer approvals',
);
const DEFECT = refusal('defect', 'an unexpected error stopped this request', 'see the log of the exchange');
const TOO_MANY = refusal(
  'too-many-requests',
  `a key may send ${REQUESTS_PER_MINUTE} requests a minute`,
  'wait as long as Retry-After says',
);
const JSON_TYPE = { 'Content-Type': 'application/json' };

/**
 * To a sender nobody knows there is no secret to sign with; clients must not take it for the exchange's word.
 */
function unsigned(why: Refusal): Response {
  return new Response(refusalBody(why), { status: REFUSAL_STATUS[why.code], headers: JSON_TYPE });
}

function signed(answer: ReturnType<typeof answerTo>, { key, nonce }: Sender, nowMs: number): Response {
  const { status, headers } = answer;
  const body = new TextEncoder().encode(answer.body);
  const proof = {
    'X-Sonae-Timestamp': String(nowMs),
    'X-Sonae-Nonce': nonce,
    'X-Sonae-Signature': signAnswer(key.secret, String(nowMs), nonce, { status, body }),
  };
  return new Response(body, { status, headers: { ...JSON_TYPE, ...headers, ...proof } });
}

const journalEntry = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('order'),
    result: z.custom<OrderResult>(
      (value) => typeof value === 'object' && value !== null && 'hash' in value && 'operation' in value,
    ),
  }),
  z.object({
    kind: z.literal('redemption'),
    asset: z.string(),
    amount: z.string().regex(/^\d+$/),
    atMs: z.number(),
  }),
]);

function recordsIn(path: string | undefined, standing: Standing): Records {
  if (path === undefined) return { keep: () => null, close: () => undefined };
  const journal = openJournal(path, (line) => {
    const entry = journalEntry.parse(line);
    if (entry.kind === 'order') takeResult(standing, entry.result);
    else takeRedemption(standing, entry.asset, BigInt(entry.amount), entry.atMs);
  });
  return {
    close: journal.close,
    keep(entry) {
      try {
        journal.append(entry);
        return null;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return refusal(
          'journal-unwritable',
          `nothing was done: ${why}`,
          'make room on the disk, then repeat',
        );
      }
    },
  };
}

/** A bucket of requests per known key, so that one key's flood does not stop another's orders. */
function createAllowance(clock: () => number): (keyId: string) => boolean {
  const buckets = new Map<string, { left: number; atMs: number }>();
  return (keyId) => {
    const nowMs = clock();
    const bucket = buckets.get(keyId) ?? { left: REQUESTS_PER_MINUTE, atMs: nowMs };
    const refilled = bucket.left + (Math.max(0, nowMs - bucket.atMs) / MINUTE_MS) * REQUESTS_PER_MINUTE;
    const left = Math.min(REQUESTS_PER_MINUTE, refilled) - 1;
    buckets.set(keyId, { left: left < 0 ? left + 1 : left, atMs: nowMs });
    return left >= 0;
  };
}

async function listenOn(app: Hono, port: number): Promise<Listening> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const started = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => resolve(started));
    started.once('error', reject);
  });
  const { port: taken } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  return { port: taken, url: `http://127.0.0.1:${taken}`, close };
}

const USAGE = `usage: node examples/exchange/server.ts --port N --secret-file FILE
  [--key-id ID] [--system ID] [--journal FILE] [--founding HEX] [--approvers FILE]
  [--assets A,B] [--markets A-B,C-D]`;

/** Options of the command line. Throws with a message for people. */
function optionsFrom(args: readonly string[]): { port: number; options: ExchangeOptions } {
  const text = { type: 'string' } as const;
  const names = [
    'port',
    'secret-file',
    'key-id',
    'system',
    'journal',
    'founding',
    'approvers',
    'assets',
    'markets',
  ];
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(names.map((name) => [name, text])),
  });
  const given = values as Readonly<Record<string, string | undefined>>;
  const port = Number(given.port);
  if (given.port === undefined || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError(`--port: give a number from 0 to 65535\n${USAGE}`);
  if (given['secret-file'] === undefined) throw new RangeError(`--secret-file: is missing\n${USAGE}`);
  const secret = readFileSync(given['secret-file'], 'utf8').trim();
  const known = { asset: given.assets?.split(','), market: given.markets?.split(','), account: undefined };
  const { founding, journal, approvers, system = DEFAULT_SYSTEM } = given;
  const options: ExchangeOptions = {
    keys: [{ id: given['key-id'] ?? 'sonae', secret }],
    clock: Date.now,
    system,
    isKnown: (kind, subject) => known[kind]?.includes(subject) ?? true,
    ...(founding !== undefined && { founding }),
    ...(journal !== undefined && { journalPath: journal }),
    ...(approvers !== undefined && {
      pinnedApprovers: pinnedApproversSchema.parse(JSON.parse(readFileSync(approvers, 'utf8'))),
    }),
  };
  return { port, options };
}

if (import.meta.main) {
  try {
    const { port, options } = optionsFrom(process.argv.slice(2));
    const exchange = createExchange(options);
    const listening = await exchange.listen(port);
    process.stdout.write(`exchange ${options.system} listens on ${listening.url}\n`);
    const stop = (): void => void listening.close().then(exchange.close);
    process.once('SIGINT', stop).once('SIGTERM', stop);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
