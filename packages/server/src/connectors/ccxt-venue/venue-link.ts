/**
 * One exchange through ccxt, with its rough edges taken off: ccxt (about 0.4 s and 70 MB) is loaded when the first
 * link opens, its sockets can be cut at once, its reconnecting is ours, its requests are bounded and abortable, and
 * whatever it throws becomes one of our faults. ccxt's package exports only the whole library, no single exchange.
 */
import { Agent } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { type BoundedFetch, createBoundedFetch } from './bounded-fetch.ts';
import type { BarRow } from './minute-bars.ts';
import type { Trade } from './trade-bars.ts';
import { createFaultReader, type ErrorClasses } from './venue-faults.ts';

export type LinkConfig = {
  readonly venue: string;
  readonly base: string;
  readonly quote: string;
  readonly baseUrl?: string | undefined;
};

export type BookSide = readonly (readonly [price: number, amount: number])[];

export type VenueLink = {
  /** What the venue offers, best first; `history` is REST, the others stream. */
  readonly sources: readonly ('candles' | 'trades' | 'history')[];
  readonly hasHistory: boolean;
  /** What the venue wants between two requests. */
  readonly requestGapMs: number;
  /** Loads the venue's markets once and finds the pair. */
  ready(): Promise<void>;
  /** Recorded minutes from `since` on, the one in progress included. */
  history(since: number, limit: number): Promise<BarRow[]>;
  /** Resolves with what the stream changed; connects when it is not connected. */
  nextCandles(): Promise<BarRow[]>;
  nextTrades(): Promise<Trade[]>;
  book(levels: number | undefined): Promise<{ bids: BookSide; asks: BookSide }>;
  /** Cuts every socket; pending `next…` calls reject. */
  hangUp(): Promise<void>;
  retryAfterMs(): number;
};

export type LinkHooks = {
  /** A socket is being opened, also where ccxt reconnects by itself. */
  onDial(): void;
  /** A frame that is no JSON message. */
  onGarbage(): void;
};

/** One frame of a market data stream is a few KiB, a whole order book some hundred. */
const FRAME_BYTES_MAX = 8 * 1024 * 1024;

type Socket = { readyState: number; terminate(): void };
type CcxtClient = {
  error: unknown;
  connection?: Socket;
  send(message: unknown): Promise<unknown>;
  onError(error: unknown): void;
  reject(error: unknown): void;
  clearPingInterval(): void;
  clearConnectionTimeout(): void;
};
type CcxtCandle = readonly (number | undefined)[];
type CcxtTrade = { id?: string; timestamp?: number; price?: number; amount?: number; side?: string };
type CcxtBook = { bids: readonly (readonly number[])[]; asks: readonly (readonly number[])[] };
type CcxtExchange = {
  has: Record<string, boolean | string | undefined>;
  options: Record<string, { types?: unknown } | undefined>;
  timeframes: Record<string, unknown> | undefined;
  rateLimit: number;
  urls: Record<string, unknown>;
  markets: Record<string, unknown> | undefined;
  marketsLoading: Promise<unknown> | undefined;
  currencies: object;
  clients: Record<string, CcxtClient> | undefined;
  client(url: string): CcxtClient;
  handleMessage(client: CcxtClient, message: unknown): unknown;
  loadMarkets(reload: boolean): Promise<unknown>;
  setMarkets(markets: readonly unknown[]): unknown;
  fetchOHLCV(symbol: string, timeframe: string, since: number, limit: number): Promise<CcxtCandle[]>;
  watchOHLCV(symbol: string, timeframe: string): Promise<CcxtCandle[]>;
  watchTrades(symbol: string): Promise<CcxtTrade[]>;
  fetchOrderBook(symbol: string, limit?: number): Promise<CcxtBook>;
};
type CcxtModule = ErrorClasses & {
  pro: Record<string, new (config: object) => CcxtExchange>;
} & Record<string, unknown>;

/** Opens a link. Throws `input.invalid` for a venue ccxt does not know. @param stop aborts requests under way */
export async function openVenueLink(
  config: LinkConfig,
  hooks: LinkHooks,
  requestTimeoutMs: number,
  stop: AbortSignal,
): Promise<VenueLink> {
  const { default: ccxt } = (await import('ccxt')) as unknown as { default: CcxtModule };
  const bounded = createBoundedFetch(stop, requestTimeoutMs);
  const exchange = createExchange(ccxt, config, requestTimeoutMs, bounded);
  const sockets = adoptSockets(exchange, hooks);
  const symbol = `${config.base}/${config.quote}`;
  const ask = createFaultReader(ccxt, config.venue);
  const hasHistory = exchange.has.fetchOHLCV === true && exchange.timeframes?.['1m'] !== undefined;
  const streams = (
    [
      ['candles', 'watchOHLCV'],
      ['trades', 'watchTrades'],
    ] as const
  )
    .filter(([, method]) => exchange.has[method] === true)
    .map(([source]) => source);
  return {
    sources: hasHistory ? [...streams, 'history'] : streams,
    hasHistory,
    requestGapMs: exchange.rateLimit,
    ready: () =>
      ask(async () => {
        if (exchange.markets?.[symbol] !== undefined) return;
        // ccxt keeps a failed load's promise for good unless told to reload.
        await exchange.loadMarkets(true);
        const market = exchange.markets?.[symbol];
        if (market === undefined) {
          const hint = 'correct base and quote of the feed';
          throw new FaultError('feed.malformed', `${config.venue} lists no market ${symbol}`, hint);
        }
        // All the others, and their currencies, are some 25 MB on a large venue.
        exchange.currencies = {};
        exchange.marketsLoading = Promise.resolve(exchange.setMarkets([market]));
      }),
    history: (since, limit) =>
      ask(async () => (await exchange.fetchOHLCV(symbol, '1m', since, limit)).map(rowOf)),
    nextCandles: () => ask(async () => (await exchange.watchOHLCV(symbol, '1m')).map(rowOf)),
    nextTrades: () => ask(async () => (await exchange.watchTrades(symbol)).map(tradeOf)),
    book: (levels) =>
      ask(async () => {
        const { bids, asks } = await exchange.fetchOrderBook(symbol, levels);
        return { bids: bids.map(levelOf), asks: asks.map(levelOf) };
      }),
    hangUp: () => cut(exchange, sockets),
    retryAfterMs: bounded.retryAfterMs,
  };
}

function createExchange(
  ccxt: CcxtModule,
  config: LinkConfig,
  timeoutMs: number,
  bounded: BoundedFetch,
): CcxtExchange {
  const { venue, baseUrl } = config;
  const known = (ccxt.exchanges as readonly string[]).includes(venue);
  if (!known) {
    const hint = 'give a ccxt exchange id, e.g. kraken; docs.ccxt.com lists them';
    throw new FaultError('input.invalid', `there is no venue ${venue}`, hint);
  }
  const Exchange = ccxt.pro[venue] ?? (ccxt[venue] as CcxtModule['pro'][string]);
  const exchange = new Exchange({
    timeout: timeoutMs,
    fetchImplementation: bounded.fetch,
    // A minute brings one request or none; only back-filling sends several, and that one minds `requestGapMs`.
    enableRateLimit: false,
    // ccxt prints frames it cannot parse; they are reported as trouble instead.
    log: () => undefined,
    // ccxt keeps the newest answer, and a market list is megabytes.
    enableLastHttpResponse: false,
    // ccxt connects to a plain ws:// address only with an agent.
    ...(baseUrl?.startsWith('http:') ? { httpAgent: new Agent() } : {}),
    options: {
      // Waiting between connections is ours: a dial that ccxt delays could not be cut by a stop.
      ws: { backoff: { base: 0 }, connectionTimeout: timeoutMs, options: { maxPayload: FRAME_BYTES_MAX } },
    },
  });
  const fetched = exchange.options.fetchMarkets?.types;
  if (Array.isArray(fetched) && fetched.includes('spot'))
    exchange.options.fetchMarkets = { ...exchange.options.fetchMarkets, types: ['spot'] };
  exchange.has.fetchCurrencies = false;
  if (baseUrl !== undefined) exchange.urls = withBaseUrl(exchange.urls, baseUrl) as Record<string, unknown>;
  return exchange;
}

/** Every http(s) and ws(s) address in `urls` with its host replaced by that of `baseUrl`; paths stay. */
export function withBaseUrl(urls: unknown, baseUrl: string): unknown {
  const base = baseUrl.replace(/\/+$/, '');
  if (typeof urls === 'string') {
    return urls.replace(/^https?:\/\/[^/]+/, base).replace(/^wss?:\/\/[^/]+/, base.replace(/^http/, 'ws'));
  }
  if (typeof urls !== 'object' || urls === null) return urls;
  const entries = Object.entries(urls).map(([key, value]) => [key, withBaseUrl(value, baseUrl)]);
  return Array.isArray(urls) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

/** Takes notice of every socket ccxt opens and makes its failures reach the waiting call instead of the process. */
function adoptSockets(exchange: CcxtExchange, hooks: LinkHooks): Set<CcxtClient> {
  const adopted = new Set<CcxtClient>();
  const clientOf = exchange.client.bind(exchange);
  exchange.client = (url) => {
    const client = clientOf(url);
    if (adopted.has(client)) return client;
    for (const old of adopted) if (old.connection?.readyState === CLOSED) adopted.delete(old);
    adopted.add(client);
    const send = client.send.bind(client);
    // ccxt sends without awaiting: a socket that closed meanwhile would end the process by an unhandled rejection.
    client.send = (message) => send(message).catch((error: unknown) => client.onError(error));
    hooks.onDial();
    return client;
  };
  const handleMessage = exchange.handleMessage.bind(exchange);
  exchange.handleMessage = (client, message) => {
    if (typeof message === 'string' && !/^\s*(ping|pong)?\s*$/i.test(message)) hooks.onGarbage();
    return handleMessage(client, message);
  };
  return adopted;
}

/** WebSocket.CLOSED */
const CLOSED = 3;

async function cut(exchange: CcxtExchange, sockets: Set<CcxtClient>): Promise<void> {
  for (const client of sockets) {
    client.error = new Error('hung up');
    client.clearPingInterval();
    client.clearConnectionTimeout();
    client.reject(client.error);
    client.connection?.terminate();
  }
  sockets.clear();
  exchange.clients = {};
  await nextTurn();
}

function rowOf(candle: CcxtCandle): BarRow {
  const [openAt, open, high, low, close, volume] = candle.map((value) =>
    typeof value === 'number' ? value : Number.NaN,
  );
  const cell = (value: number | undefined): number => value ?? Number.NaN;
  return {
    openAt: cell(openAt),
    open: cell(open),
    high: cell(high),
    low: cell(low),
    close: cell(close),
    volume: cell(volume),
    sold: null,
  };
}

function tradeOf({ id, timestamp, price, amount, side }: CcxtTrade): Trade {
  return {
    id,
    at: timestamp ?? Number.NaN,
    price: price ?? Number.NaN,
    amount: amount ?? Number.NaN,
    side: side === 'buy' || side === 'sell' ? side : undefined,
  };
}

const levelOf = (level: readonly number[]): readonly [number, number] => [
  level[0] ?? Number.NaN,
  level[1] ?? Number.NaN,
];

/** Venues whose history has a row for every minute, traded or not (flat, volume 0). */
export const EVERY_MINUTE_VENUES: ReadonlySet<string> = new Set([
  'binance',
  'binanceus',
  'bitbank',
  'bybit',
  'kraken',
  'okx',
]);

/** The minute's bar is taken to be complete this long after its close: the last trades are on the wire till then. */
export const CLOSE_LAG_MS = 1_500;

export const BACKFILL_BARS_MAX = 1_440;
export const BACKFILL_SPAN_MS = BACKFILL_BARS_MAX * MINUTE_MS;
