import type { VenueEvent } from '@sonae/core/ports/venue.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChainlinkFeedOptions, createChainlinkFeed, ROUNDS_BACK_MAX } from './chainlink-feed.ts';
import { AGGREGATOR, type LocalChain, reply, startLocalChain } from './local-chain.ts';

const PHASE = 5n << 64n;
const START = 1_772_366_400n;
const NOW = Number(START) * 1000 + 3_600_000;

let chain: LocalChain;
let events: VenueEvent[];
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  chain = await startLocalChain();
  events = [];
  stops = [];
});
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  await chain.close();
});

const round = (n: number, answer: bigint, seconds: number, phase = PHASE): LocalChain['rounds'][number] => ({
  id: phase + BigInt(n),
  answer,
  updatedAt: START + BigInt(seconds),
});

function watch(options: ChainlinkFeedOptions & { aggregator?: string } = {}): () => Promise<void> {
  const { aggregator = AGGREGATOR, ...rest } = options;
  const config = {
    id: 'chainlink USDC/USD',
    base: 'USDC',
    quote: 'USD',
    rpcUrl: chain.url,
    aggregator,
    pollMs: 10,
  };
  const venue = createChainlinkFeed(config, {
    now: () => NOW,
    requestTimeoutMs: 150,
    retryDelayMs: 5,
    patience: { firstMs: 20, maxMs: 40 },
    ...rest,
  });
  const stop = venue.watch((event) => events.push(event));
  stops.push(stop);
  return stop;
}

const answers = (): number[] =>
  events.flatMap((e) => ('observation' in e && e.observation.kind === 'round' ? [e.observation.answer] : []));
const reasons = (): string[] => events.flatMap((e) => ('rejected' in e ? [e.rejected.reason] : []));
const faults = (): { code: string; message: string }[] =>
  events.flatMap((e) => ('trouble' in e ? [e.trouble.fault] : []));
const polls = (): number => chain.calls.filter((c) => c === 'latestRoundData').length;
/** Lets the feed look at the chain at least `n` more times. */
async function looks(n = 2): Promise<void> {
  const before = polls();
  await expect.poll(() => polls(), { timeout: 5_000 }).toBeGreaterThanOrEqual(before + n);
}

describe('rounds', () => {
  it('names the feed before anything runs', () => {
    const config = {
      id: 'x',
      base: 'USDC',
      quote: 'USD',
      rpcUrl: chain.url,
      aggregator: AGGREGATOR,
      pollMs: 15_000,
    };
    expect(createChainlinkFeed(config).feed).toEqual({
      ...{ id: 'x', venue: 'chainlink', base: 'USDC', quote: 'USD', kind: 'chainlink-rounds' },
      ...{ intervalMs: 15_000, silentAfterMs: 25 * 3_600_000 },
    });
    expect(createChainlinkFeed({ ...config, silentAfterMs: 5_000 }).feed.silentAfterMs).toBe(5_000);
  });

  it('tells the newest round once, scaled, in milliseconds, and asks for decimals once', async () => {
    chain.rounds = [round(1, 99_990_000n, 0), round(2, 100_010_000n, 60)];
    watch();
    await looks(4);
    expect(events).toEqual([
      {
        observation: {
          ...{ kind: 'round', feed: 'chainlink USDC/USD', answer: 1.0001 },
          ...{ openAt: 1_772_366_460_000, knownAt: 1_772_366_460_000 },
        },
      },
    ]);
    expect(chain.calls.filter((c) => c === 'decimals')).toHaveLength(1);
  });

  it('scales by the decimals the contract states', async () => {
    chain.decimals = 18;
    chain.rounds = [round(1, 998_700_000_000_000_000n, 0)];
    watch();
    await expect.poll(answers).toEqual([0.9987]);
  });

  it('reads back the rounds between two polls, oldest first, and skips ids without data', async () => {
    chain.rounds = [round(1, 100_000_000n, 0)];
    watch();
    await expect.poll(answers).toHaveLength(1);
    chain.rounds = [
      ...chain.rounds,
      round(2, 99_000_000n, 10),
      round(3, 98_000_000n, 20),
      round(5, 97_000_000n, 30),
    ];
    await expect.poll(answers).toEqual([1, 0.99, 0.98, 0.97]);
    expect(reasons()).toEqual([]);
  });

  it('takes up from the round the caller already holds', async () => {
    chain.rounds = [round(1, 100_000_000n, 0), round(2, 99_000_000n, 10), round(3, 98_000_000n, 20)];
    watch({ since: Number(START + 0n) * 1000 });
    await expect.poll(answers).toEqual([0.99, 0.98]);
    chain.rounds = [...chain.rounds, round(4, 97_000_000n, 30)];
    await expect.poll(answers).toEqual([0.99, 0.98, 0.97]);
  });

  it('goes on in a new phase without telling its older rounds', async () => {
    chain.rounds = [round(7, 100_000_000n, 100)];
    watch();
    await expect.poll(answers).toEqual([1]);
    const next = 6n << 64n;
    chain.rounds = [
      round(1, 50_000_000n, 90, next),
      round(2, 99_000_000n, 110, next),
      round(3, 98_000_000n, 120, next),
    ];
    await expect.poll(answers).toEqual([1, 0.99, 0.98]);
  });

  it('bounds how far it reads back, and says so', async () => {
    chain.rounds = [round(1, 100_000_000n, 0)];
    watch();
    await expect.poll(answers).toHaveLength(1);
    chain.rounds = Array.from({ length: 400 }, (_, i) => round(i + 1, 100_000_000n - BigInt(i), i));
    await expect.poll(() => answers().length, { timeout: 5_000 }).toBe(1 + ROUNDS_BACK_MAX);
    expect(faults()).toHaveLength(1);
    expect(answers().at(-1)).toBeCloseTo(0.99999601, 8);
  });

  it('loses no round when the node fails in the middle of reading back', async () => {
    chain.rounds = [round(1, 100_000_000n, 0)];
    watch();
    await expect.poll(answers).toHaveLength(1);
    let failures = 4;
    chain.interfere = (method, res) => {
      if (method !== 'getRoundData' || failures === 0) return false;
      failures -= 1;
      return res.writeHead(502).end('bad gateway');
    };
    chain.rounds = [...chain.rounds, round(2, 99_000_000n, 10), round(3, 98_000_000n, 20)];
    await expect.poll(answers, { timeout: 5_000 }).toEqual([1, 0.99, 0.98]);
  });
});

describe('rounds that cannot be believed', () => {
  it.each([
    ['an answer of zero', { answer: 0n }, 'not-positive'],
    ['a negative answer', { answer: -100_000_000n }, 'not-positive'],
    ['a round that is not complete', { updatedAt: 0n }, 'misaligned-time'],
    ['a time beyond all calendars', { updatedAt: 2n ** 255n }, 'from-the-future'],
    ['a time to come', { updatedAt: BigInt(NOW / 1000) + 3_600n }, 'from-the-future'],
    ['an answer carried over from an older round', { answeredIn: PHASE + 1n }, 'out-of-order'],
  ])('refuses %s once, and takes the next good round', async (_, change, reason) => {
    chain.rounds = [{ ...round(2, 100_000_000n, 0), ...change }];
    watch();
    await looks(4);
    expect(reasons()).toEqual([reason]);
    expect(answers()).toEqual([]);
    chain.rounds = [...chain.rounds, round(3, 99_000_000n, 60)];
    await expect.poll(answers).toEqual([0.99]);
    expect(reasons()).toEqual([reason]);
  });

  it('does not go back when the node lags or the chain reorganises', async () => {
    chain.rounds = [round(2, 100_000_000n, 60)];
    watch();
    await expect.poll(answers).toEqual([1]);
    chain.rounds = [round(1, 99_000_000n, 0)];
    await looks(3);
    chain.rounds = [round(2, 98_000_000n, 48)];
    await looks(3);
    expect(answers()).toEqual([1]);
    expect(reasons()).toEqual(['out-of-order', 'out-of-order']);
  });
});

describe('trouble', () => {
  type Interference = NonNullable<LocalChain['interfere']>;
  const cases: [string, Interference, string][] = [
    ['HTTP 500', (_, res) => res.writeHead(500).end('oops'), 'feed.unreachable'],
    ['HTTP 429', (_, res) => res.writeHead(429).end('slow down'), 'feed.unreachable'],
    ['a cut connection', (_, res) => res.socket?.destroy(), 'feed.unreachable'],
    ['a node that never answers', () => true, 'feed.unreachable'],
    [
      'a rate limit error',
      (_, res, id) => reply(res, { id, error: { code: -32_005, message: 'limit exceeded' } }),
      'feed.unreachable',
    ],
    ['a page instead of JSON', (_, res) => res.writeHead(200).end('<html>login</html>'), 'feed.malformed'],
    [
      'a redirect',
      (_, res) => res.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
      'feed.unreachable',
    ],
    ['hex that is none', (_, res, id) => reply(res, { id, result: '0xzz' }), 'feed.malformed'],
    ['a result that is too short', (_, res, id) => reply(res, { id, result: '0x01' }), 'feed.malformed'],
    ['a result of another type', (_, res, id) => reply(res, { id, result: { a: 1 } }), 'feed.malformed'],
    ['an answer without result', (_, res, id) => reply(res, { id }), 'feed.malformed'],
    [
      'an endless answer',
      (_, res, id) => reply(res, { id, result: `0x${'00'.repeat(400_000)}` }),
      'feed.malformed',
    ],
    [
      'a revert',
      (_, res, id) => reply(res, { id, error: { code: 3, message: 'execution reverted', data: '0x' } }),
      'feed.malformed',
    ],
  ];
  it.each(cases)('%s is told, and survived', async (_, interfere, code) => {
    chain.rounds = [round(1, 100_000_000n, 0)];
    chain.interfere = interfere;
    watch();
    await expect.poll(faults, { timeout: 5_000 }).not.toEqual([]);
    expect(faults()[0]).toMatchObject({ code, retry: true });
    expect(faults()[0]?.message).toContain('chainlink USDC/USD');
    expect(JSON.stringify(events)).not.toContain('secret-access-key');
    chain.interfere = null;
    await expect.poll(answers, { timeout: 5_000 }).toEqual([1]);
  });

  it('says that there is no aggregator at the address: another chain', async () => {
    watch({ aggregator: '0x0000000000000000000000000000000000000001' });
    await expect.poll(faults).not.toEqual([]);
    expect(faults()[0]).toMatchObject({
      code: 'feed.malformed',
      message: expect.stringContaining('has no aggregator'),
    });
  });

  it('says that the contract has no rounds yet', async () => {
    watch();
    await expect.poll(faults).not.toEqual([]);
    expect(faults()[0]).toMatchObject({ message: expect.stringContaining('reverted latestRoundData()') });
  });

  it('waits longer after each failure instead of hammering', async () => {
    chain.interfere = (_, res) => res.writeHead(500).end();
    watch({ patience: { firstMs: 40, maxMs: 5_000 } });
    await new Promise((done) => setTimeout(done, 500));
    expect(faults().length).toBeGreaterThanOrEqual(2);
    expect(faults().length).toBeLessThanOrEqual(5);
  });

  it('picks up when the node comes back', async () => {
    chain.rounds = [round(1, 100_000_000n, 0)];
    const port = Number(new URL(chain.url).port);
    await chain.close();
    watch();
    await expect.poll(faults).not.toEqual([]);
    expect(faults()[0]).toMatchObject({
      code: 'feed.unreachable',
      message: expect.stringContaining('cannot be reached'),
    });
    const { rounds } = chain;
    chain = await startLocalChain(port);
    chain.rounds = rounds;
    await expect.poll(answers, { timeout: 5_000 }).toEqual([1]);
  });

  it('stops at once, also in the middle of a request, and is silent afterwards', async () => {
    chain.interfere = () => true;
    const stop = watch({ requestTimeoutMs: 60_000 });
    await expect.poll(() => chain.calls.length).toBeGreaterThan(0);
    const startedAt = performance.now();
    await stop();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(events).toEqual([]);
  });
});
