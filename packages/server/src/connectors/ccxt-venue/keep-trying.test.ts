import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backoffMs, keepTrying, pause } from '../keep-trying.ts';
import { createBoundedFetch, retryAfterOf } from './bounded-fetch.ts';
import { quoted } from './venue-faults.ts';
import { withBaseUrl } from './venue-link.ts';

const PATIENCE = { firstMs: 10, maxMs: 40 };

describe('keepTrying', () => {
  it('waits longer after each failure, up to the cap, spread a little', () => {
    const middle = (failures: number): number =>
      backoffMs(failures, { firstMs: 1_000, maxMs: 60_000 }, () => 0.5);
    expect([0, 1, 2, 3, 4, 5, 6, 7, 500].map(middle)).toEqual([
      1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 6e4, 6e4, 6e4,
    ]);
    expect(backoffMs(0, PATIENCE, () => 0)).toBe(8);
    expect(backoffMs(0, PATIENCE, () => 1)).toBe(12);
  });

  it('turns whatever is thrown into a fault and goes on', async () => {
    const codes: string[] = [];
    const thrown: unknown[] = [
      new FaultError('feed.malformed', 'm', 'h'),
      new TypeError('ours'),
      'a text',
      undefined,
    ];
    let runs = 0;
    const work = async (signal: AbortSignal): Promise<void> => {
      runs += 1;
      if (thrown.length > 0) throw thrown.shift();
      await pause(60_000, signal);
    };
    const stop = keepTrying(work, ({ code }) => codes.push(code) && 0, PATIENCE);
    await expect.poll(() => runs).toBe(5);
    await stop();
    expect(codes).toEqual(['feed.malformed', 'internal.defect', 'internal.defect', 'internal.defect']);
  });

  it('never spins, not even when the work just returns', async () => {
    let runs = 0;
    const work = async (): Promise<void> => {
      runs += 1;
    };
    const stop = keepTrying(work, () => 0, { firstMs: 30, maxMs: 30 });
    await new Promise((done) => setTimeout(done, 200));
    await stop();
    expect(runs).toBeLessThanOrEqual(10);
  });

  it('ends on an input fault', async () => {
    let runs = 0;
    const work = async (): Promise<void> => {
      runs += 1;
      throw new FaultError('input.invalid', 'm', 'h');
    };
    const stop = keepTrying(work, () => 0, { firstMs: 1, maxMs: 1 });
    await new Promise((done) => setTimeout(done, 50));
    expect(runs).toBe(1);
    await stop();
  });
});

describe('bounded fetch', () => {
  let server: Server;
  let url: string;
  let answer: (res: ServerResponse) => void;
  let stop: AbortController;
  beforeEach(async () => {
    stop = new AbortController();
    server = createServer((_, res) => answer(res));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it('hands status, headers and text on', async () => {
    answer = (res) => res.writeHead(418, 'Teapot', { 'x-a': 'b' }).end('備え');
    const response = await createBoundedFetch(stop.signal, 1_000).fetch(url);
    expect([
      response.status,
      response.statusText,
      response.headers.get('x-a'),
      await response.text(),
    ]).toEqual([418, 'Teapot', 'b', '備え']);
  });

  it('gives up on a body that drips', async () => {
    answer = (res) => {
      res.writeHead(200);
      const timer = setInterval(() => res.write('.'), 20);
      res.on('close', () => clearInterval(timer));
    };
    await expect(createBoundedFetch(stop.signal, 150).fetch(url)).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });

  it('cuts a body that is too long, follows no redirect, and stops when told', async () => {
    answer = (res) => res.end('x'.repeat(2_000));
    await expect(createBoundedFetch(stop.signal, 1_000, 1_000).fetch(url)).rejects.toThrow(
      'longer than 1000 bytes',
    );
    answer = (res) => res.writeHead(302, { location: '/' }).end();
    await expect(createBoundedFetch(stop.signal, 1_000).fetch(url)).rejects.toThrow();
    answer = () => stop.abort();
    await expect(createBoundedFetch(stop.signal, 60_000).fetch(url)).rejects.toMatchObject({
      name: 'AbortError',
    });
    await expect(createBoundedFetch(stop.signal, 60_000).fetch(url)).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it.each([
    [429, '3', 3_000],
    [503, 'Sun, 01 Mar 2026 12:00:05 GMT', 5_000],
    [429, '999999', 600_000],
    [429, '-5', 0],
    [429, 'soon', 0],
    [200, '3', 0],
  ])('reads Retry-After (%i, %s) as %i ms', (status, header, ms) => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    expect(retryAfterOf(new Response('', { status, headers: { 'retry-after': header } }), now)).toBe(ms);
  });
});

describe('texts and addresses', () => {
  it('puts foreign text on one short line', () => {
    expect(quoted('a\n<html><b>b</b>\u0007\u202ec  ')).toBe('a b c');
    expect(quoted('x'.repeat(500))).toHaveLength(201);
  });

  it('replaces scheme and host, keeps paths', () => {
    const urls = {
      api: { public: 'https://api.{hostname}/v3', ws: { spot: 'wss://stream.x.com:9443/ws' } },
      doc: ['https://d.x/y'],
      n: 1,
    };
    expect(withBaseUrl(urls, 'https://proxy.example/venues/x/')).toEqual({
      api: { public: 'https://proxy.example/venues/x/v3', ws: { spot: 'wss://proxy.example/venues/x/ws' } },
      doc: ['https://proxy.example/venues/x/y'],
      n: 1,
    });
    expect(withBaseUrl('wss://a/b', 'http://127.0.0.1:8')).toBe('ws://127.0.0.1:8/b');
  });
});
