/** Wire formats of four exchanges, as their documentation gives them, over the minutes of a local exchange. */
import type { LocalExchange, Minute, Wire } from './local-exchange.ts';

const MINUTE_MS = 60_000;

function minutesFrom({ minutes }: LocalExchange, since: number): [number, Minute][] {
  return [...minutes].filter(([at]) => at >= since).sort(([a], [b]) => a - b);
}

const seconds = (ms: number): number => ms / 1000;
const millis = (text: string | null): number => Number(text ?? 0) * 1000;

/** docs.kraken.com: REST AssetPairs, OHLC, Depth; WebSocket v2 ohlc. */
export const krakenWire: Wire = {
  greet: {
    channel: 'status',
    type: 'update',
    data: [
      {
        version: '2.0.10',
        system: 'online',
        api_version: 'v2',
        connection_id: 12393906104898154338n.toString(),
      },
    ],
  },
  rest: (url, exchange) => {
    if (url.pathname === '/0/public/AssetPairs') return { error: [], result: { USDCUSD: KRAKEN_PAIR } };
    if (url.pathname === '/0/public/Depth') {
      const levels = (side: [string, string][]): unknown =>
        side.map(([price, amount]) => [price, amount, 1_772_366_400]);
      const { bids, asks } = exchange.book;
      return { error: [], result: { USDCUSD: { asks: levels(asks), bids: levels(bids) } } };
    }
    if (url.pathname !== '/0/public/OHLC') return undefined;
    const rows = minutesFrom(exchange, millis(url.searchParams.get('since')) + 1)
      .slice(-720)
      .map(([at, { open, high, low, close, volume }]) => [
        seconds(at),
        open,
        high,
        low,
        close,
        close,
        volume,
        Number(volume) > 0 ? 7 : 0,
      ]);
    return { error: [], result: { USDCUSD: rows, last: rows.at(-2)?.[0] ?? 0 } };
  },
  hear: ({ method, params, req_id }, exchange) => {
    if (method === 'ping') return [{ method: 'pong', req_id, time_in: KRAKEN_TIME, time_out: KRAKEN_TIME }];
    exchange.subscriptions += 1;
    const { symbol, ...channel } = params as { symbol: string[]; channel: string };
    const result = { ...channel, snapshot: true, symbol: symbol[0], warnings: [] };
    return [
      { method, result, success: true, time_in: KRAKEN_TIME, time_out: KRAKEN_TIME, req_id },
      { channel: 'heartbeat' },
    ];
  },
};

const KRAKEN_TIME = '2026-03-01T12:00:00.000000Z';
const KRAKEN_PAIR = {
  ...{
    altname: 'USDCUSD',
    wsname: 'USDC/USD',
    aclass_base: 'currency',
    base: 'USDC',
    aclass_quote: 'currency',
    quote: 'ZUSD',
  },
  ...{
    lot: 'unit',
    cost_decimals: 5,
    pair_decimals: 4,
    lot_decimals: 8,
    lot_multiplier: 1,
    leverage_buy: [],
    leverage_sell: [],
  },
  ...{
    fees: [[0, 0.2]],
    fees_maker: [[0, 0.2]],
    fee_volume_currency: 'ZUSD',
    margin_call: 80,
    margin_stop: 40,
  },
  ...{ ordermin: '5', costmin: '0.5', tick_size: '0.0001', status: 'online' },
};

/** A frame of Kraken's ohlc channel. */
export function krakenOhlc(type: 'snapshot' | 'update', ...rows: (Minute & { at: number })[]): unknown {
  const data = rows.map(({ at, open, high, low, close, volume }) => ({
    ...{ symbol: 'USDC/USD', open: Number(open), high: Number(high), low: Number(low), close: Number(close) },
    ...{ trades: 12, volume: Number(volume), vwap: Number(close), interval: 1 },
    interval_begin: new Date(at).toISOString().replace('Z', '000000Z'),
    timestamp: new Date(at + MINUTE_MS).toISOString().replace('Z', '000Z'),
  }));
  return { channel: 'ohlc', type, timestamp: '2026-03-01T12:00:30.524394914Z', data };
}

/** developers.binance.com: REST exchangeInfo, klines; kline stream. */
export const binanceWire: Wire = {
  rest: (url, exchange) => {
    if (url.pathname === '/api/v3/exchangeInfo') return BINANCE_INFO;
    if (url.pathname !== '/api/v3/klines') return undefined;
    return minutesFrom(exchange, Number(url.searchParams.get('startTime')))
      .slice(0, Number(url.searchParams.get('limit') ?? 500))
      .map(([at, { open, high, low, close, volume }]) => [
        ...[
          at,
          open,
          high,
          low,
          close,
          volume,
          at + MINUTE_MS - 1,
          volume,
          100,
          '1.00000000',
          '1.00000000',
          '0',
        ],
      ]);
  },
  hear: ({ method, id }, exchange) => {
    if (method !== 'SUBSCRIBE') return [];
    exchange.subscriptions += 1;
    return [{ result: null, id }];
  },
};

const BINANCE_INFO = {
  ...{ timezone: 'UTC', serverTime: 1_772_366_400_000, exchangeFilters: [] },
  rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 }],
  symbols: [
    {
      ...{
        symbol: 'USDCUSDT',
        status: 'TRADING',
        baseAsset: 'USDC',
        baseAssetPrecision: 8,
        quoteAsset: 'USDT',
        quotePrecision: 8,
      },
      ...{ quoteAssetPrecision: 8, orderTypes: ['LIMIT', 'MARKET'], icebergAllowed: true, ocoAllowed: true },
      ...{
        isSpotTradingAllowed: true,
        isMarginTradingAllowed: true,
        permissions: [],
        permissionSets: [['SPOT', 'MARGIN']],
      },
      filters: [
        {
          filterType: 'PRICE_FILTER',
          minPrice: '0.00010000',
          maxPrice: '1000.00000000',
          tickSize: '0.00010000',
        },
        { filterType: 'LOT_SIZE', minQty: '1.00000000', maxQty: '9000000.00000000', stepSize: '1.00000000' },
      ],
    },
  ],
};

/** A frame of Binance's kline stream. */
export function binanceKline(
  at: number,
  { open, high, low, close, volume }: Minute,
  closed = false,
): unknown {
  return {
    ...{ e: 'kline', E: at + 30_000, s: 'USDCUSDT' },
    k: {
      ...{
        t: at,
        T: at + MINUTE_MS - 1,
        s: 'USDCUSDT',
        i: '1m',
        f: 100,
        L: 200,
        o: open,
        c: close,
        h: high,
        l: low,
        v: volume,
      },
      ...{ n: 100, x: closed, q: volume, V: '1.00000000', Q: '1.00000000', B: '0' },
    },
  };
}

/** bitstamp.net/api: REST markets, ohlc; live_trades channel. No candles on the stream. */
export const bitstampWire: Wire = {
  rest: (url, exchange) => {
    if (url.pathname === '/api/v2/markets/') return [BITSTAMP_MARKET];
    if (!url.pathname.startsWith('/api/v2/ohlc/')) return undefined;
    const end = millis(url.searchParams.get('end'));
    const ohlc = minutesFrom(exchange, millis(url.searchParams.get('start')))
      .filter(([at]) => at <= end)
      .map(([at, minute]) => ({ timestamp: String(seconds(at)), ...minute }));
    return { data: { pair: 'USDC/USD', ohlc } };
  },
  hear: ({ event, data }, exchange) => {
    if (event !== 'bts:subscribe') return [];
    exchange.subscriptions += 1;
    return [
      { event: 'bts:subscription_succeeded', channel: (data as { channel: string }).channel, data: {} },
    ];
  },
};

const BITSTAMP_MARKET = {
  ...{
    name: 'USDC/USD',
    market_symbol: 'usdcusd',
    base_currency: 'USDC',
    base_decimals: 5,
    counter_currency: 'USD',
  },
  ...{
    counter_decimals: 5,
    minimum_order_value: '10',
    trading: 'Enabled',
    instant_order_counter_decimals: 5,
  },
  ...{ instant_and_market_orders: 'Enabled', description: 'USD Coin / U.S. dollar', market_type: 'SPOT' },
};

/** A frame of Bitstamp's live_trades channel; `type` 0 is a buy, 1 a sell. */
export function bitstampTrade(at: number, id: number, price: number, amount: number, type: 0 | 1): unknown {
  const data = {
    ...{
      id,
      timestamp: String(Math.floor(at / 1000)),
      microtimestamp: String(at * 1000),
      type,
      price,
      amount,
    },
    ...{ price_str: price.toFixed(5), amount_str: amount.toFixed(5), buy_order_id: 1_957_093_123_211_264 },
    sell_order_id: 1_957_093_122_531_329,
  };
  return { data, channel: 'live_trades_usdcusd', event: 'trade' };
}

/** github.com/bitbankinc/bitbank-api-docs: REST only; candles by UTC day. */
export const bitbankWire: Wire = {
  rest: (url, exchange) => {
    if (url.pathname.endsWith('/spot/pairs')) return { success: 1, data: { pairs: [BITBANK_PAIR] } };
    const [, day] = /^\/usdc_jpy\/candlestick\/1min\/(\d{8})$/.exec(url.pathname) ?? [];
    if (day === undefined) return undefined;
    const ohlcv = minutesFrom(exchange, 0)
      .filter(([at]) => new Date(at).toISOString().slice(0, 10).replaceAll('-', '') === day)
      .map(([at, { open, high, low, close, volume }]) => [open, high, low, close, volume, at]);
    if (ohlcv.length === 0) return { success: 0, data: { code: 10_000 } };
    return { success: 1, data: { candlestick: [{ type: '1min', ohlcv }], timestamp: ohlcv.at(-1)?.[5] } };
  },
  hear: () => [],
};

const BITBANK_PAIR = {
  ...{
    name: 'usdc_jpy',
    base_asset: 'usdc',
    quote_asset: 'jpy',
    maker_fee_rate_base: '0',
    taker_fee_rate_base: '0',
  },
  ...{
    maker_fee_rate_quote: '-0.0002',
    taker_fee_rate_quote: '0.0012',
    unit_amount: '0.0001',
    limit_max_amount: '1000',
  },
  ...{
    market_max_amount: '10',
    market_allowance_rate: '0.2',
    price_digits: 3,
    amount_digits: 4,
    is_enabled: true,
  },
};
