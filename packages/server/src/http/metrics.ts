/** Prometheus metrics: the process, requests, the log, and how the controls stand. */
import { LEVEL_RANK } from '@sonae/core/log/levels.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Node } from '../node.ts';

export type Metrics = { readonly count: MiddlewareHandler; serve(c: Context): Promise<Response> };

export function createMetrics(node: Node): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const requests = new Counter({
    name: 'sonae_http_requests_total',
    help: 'Requests by class of status',
    labelNames: ['class'],
    registers: [register],
  });
  const seconds = new Histogram({
    name: 'sonae_http_seconds',
    help: 'Duration of requests',
    registers: [register],
  });
  const size = new Gauge({ name: 'sonae_log_size', help: 'Facts in the log', registers: [register] });
  const outbox = new Gauge({
    name: 'sonae_outbox_pending',
    help: 'Actions not yet sent',
    registers: [register],
  });
  const leader = new Gauge({
    name: 'sonae_leader',
    help: '1 while this node drives clocks and watches',
    registers: [register],
  });
  const level = new Gauge({
    name: 'sonae_control_level',
    help: 'Level of a control: 0 ok, 1 blind, 2 watch, 3 warning, 4 critical',
    labelNames: ['asset', 'control'],
    registers: [register],
  });
  return {
    count: async (c, next) => {
      const done = seconds.startTimer();
      await next();
      requests.inc({ class: `${Math.floor(c.res.status / 100)}xx` });
      done();
    },
    serve: async (c) => {
      const { store } = node.app.ports;
      size.set((await store.head()).frontier.size);
      outbox.set(await store.pendingOutbox());
      leader.set(node.leader ? 1 : 0);
      for (const [asset, { latest }] of node.assets) {
        for (const reading of latest?.peg.controls ?? [])
          level.set({ asset, control: reading.control }, LEVEL_RANK[reading.level]);
      }
      return c.text(await register.metrics(), 200, { 'Content-Type': register.contentType });
    },
  };
}
