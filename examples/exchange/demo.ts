/**
 * The exchange's own business, as small as it can be: what customers feel when something is stopped. Not
 * published.
 */
import { Hono } from 'hono';
import { z } from 'zod';
import { REFUSAL_STATUS, type Refusal, type RefusalCode, refusal } from './refusal.ts';
import { redeemedToday, type Standing, type StopOperation, stopsInForce } from './standing-stops.ts';

const name = z.string().regex(/^[\w.:/-]{1,100}$/);
/** Minor units, decimal. */
const amount = z.string().regex(/^[1-9]\d{0,29}$/);
const withdrawal = z.strictObject({ asset: name, account: name, amount });
const trade = z.strictObject({ market: name });
const redemption = z.strictObject({ asset: name, amount });

export type Demo = {
  readonly standing: Standing;
  readonly clock: () => number;
  /** Records a redemption so that it counts after a restart. */
  redeem(asset: string, amount: bigint, atMs: number): Refusal | null;
};

/** `/demo/withdraw`, `/demo/trade`, `/demo/redeem`: 200 when done, 423 while stopped. */
export function createDemo(demo: Demo): Hono {
  const app = new Hono();
  const stopped = (operation: StopOperation, subject: string): Refusal | null => {
    const [stop] = stopsInForce(demo.standing, demo.clock(), operation, subject);
    if (stop === undefined) return null;
    const until = stop.until === null ? 'until an order resumes it' : `until ${stop.until}`;
    return refusal('stopped', `${operation} ${subject} stands ${until}`, 'try again when it has ended');
  };
  app.post('/demo/withdraw', async (c) => {
    const body = withdrawal.safeParse(await c.req.json().catch(() => null));
    if (!body.success) return answer(unreadable(body.error));
    const { asset, account } = body.data;
    return answer(stopped('halt-withdrawals', asset) ?? stopped('freeze-account', account));
  });
  app.post('/demo/trade', async (c) => {
    const body = trade.safeParse(await c.req.json().catch(() => null));
    if (!body.success) return answer(unreadable(body.error));
    return answer(stopped('halt-market', body.data.market));
  });
  app.post('/demo/redeem', async (c) => {
    const body = redemption.safeParse(await c.req.json().catch(() => null));
    if (!body.success) return answer(unreadable(body.error));
    const atMs = demo.clock();
    const wanted = BigInt(body.data.amount);
    const { asset } = body.data;
    const left = limitLeft(demo.standing, asset, atMs);
    if (left !== null && wanted > left)
      return answer(refusal('stopped', `${left} of today's limit is left`, 'redeem less, or tomorrow'));
    return answer(demo.redeem(asset, wanted, atMs));
  });
  return app;
}

/** What may still be redeemed today: the smallest limit in force counts; null without one. */
function limitLeft(standing: Standing, asset: string, nowMs: number): bigint | null {
  const limits = stopsInForce(standing, nowMs, 'limit-redemptions', asset).map(({ limit }) => BigInt(limit!));
  if (limits.length === 0) return null;
  const smallest = limits.reduce((a, b) => (b < a ? b : a));
  const left = smallest - redeemedToday(standing, asset, nowMs);
  return left > 0n ? left : 0n;
}

function unreadable(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  return refusal('body-unreadable', `${issue?.path.join('.') || 'body'}: ${issue?.message}`, 'see demo.ts');
}

function answer(refused: Refusal | null): Response {
  if (refused === null) return Response.json({ done: true });
  const { code, message, hint } = refused;
  const status: (typeof REFUSAL_STATUS)[RefusalCode] = REFUSAL_STATUS[code];
  return Response.json({ code, message, hint }, { status });
}
