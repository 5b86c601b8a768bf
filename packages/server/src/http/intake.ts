/**
 * Where monitors send their alarms. No session: every source has a token or a secret of its own. The answer comes when
 * the alarms are durable, so that a monitor that was told yes need not remember.
 */
import { FaultError, faultOf } from '@sonae/core/kernel/errors.ts';
import { isoTime, MINUTE_MS } from '@sonae/core/kernel/time.ts';
import { type Context, Hono } from 'hono';
import type { Gatherer } from '../connectors/intake/gather.ts';
import type { IntakeConfig, IntakeSource } from '../connectors/intake/intake-config.ts';
import { parseJson, readMessage } from '../connectors/intake/read-message.ts';
import { isSigned, isToken, notFromHere } from '../connectors/intake/who-sent.ts';
import type { Node } from '../node.ts';

const REQUESTS_PER_MINUTE = 30_000;
/** Guesses have a limit of their own, so that they use up nobody's. */
const REFUSED_PER_MINUTE = 300;
const RETRY_S = 1;

/** Routes below `/intake`. 202 when durable; 401, 400, 413, 429 and 503 as faults, the last two with Retry-After. */
export function createIntake(node: Node, config: IntakeConfig, gatherer: Gatherer): Hono {
  const intake = new Hono();
  const sources = new Map(config.sources.map((source) => [source.id, source]));
  const rates = new Map(config.sources.map(({ id }) => [id, createRate(REQUESTS_PER_MINUTE)]));
  const refused = createRate(REFUSED_PER_MINUTE);

  const receive = async (c: Context, isPagerduty: boolean): Promise<Response> => {
    const source = sources.get(c.req.param('source') ?? '');
    const text = await c.req.text();
    if (!isFrom(source, c, text, isPagerduty) || source === undefined) {
      demandRoom(c, refused);
      throw notFromHere();
    }
    const rate = rates.get(source.id);
    if (rate) demandRoom(c, rate);
    const now = isoTime(node.app.ports.clock.now());
    const alarms = readMessage(source, text, headersOf(c), now);
    await gatherer.add(source.id, alarms).catch((error: unknown) => {
      if (faultOf(error).retry) c.header('Retry-After', String(RETRY_S));
      throw error;
    });
    const answer = { status: 'success', message: 'Event processed' };
    // What PagerDuty answers, so that its clients take it for theirs.
    if (source.kind === 'pagerduty') return c.json({ ...answer, dedup_key: alarms[0]?.fingerprint }, 202);
    return c.json({ ...answer, received: alarms.length }, 202);
  };
  intake.post('/:source', (c) => receive(c, false));
  intake.post('/:source/v2/enqueue', (c) => receive(c, true));
  return intake;
}

function isFrom(source: IntakeSource | undefined, c: Context, text: string, isPagerduty: boolean): boolean {
  const signature = c.req.header('x-signature');
  if (signature !== undefined)
    return isSigned(source, text, signature, c.req.header('x-timestamp') ?? '', Date.now());
  const header = c.req.header('authorization') ?? '';
  const bearer = header.startsWith('Bearer ') ? header.slice('Bearer '.length) : '';
  if (bearer !== '' || !isPagerduty) return isToken(source, bearer);
  if (source?.kind !== 'pagerduty') return isToken(undefined, bearer);
  return isToken(source, routingKey(text));
}

/** PagerDuty's clients carry their token inside the body. */
function routingKey(text: string): string {
  const body = parseJson(text) as { routing_key?: unknown } | null;
  return typeof body?.routing_key === 'string' ? body.routing_key : '';
}

function headersOf(c: Context): Record<string, string> {
  return Object.fromEntries(c.req.raw.headers.entries());
}

type Rate = { take(): number | null };

/** So many a minute; `take` answers null, or the seconds until there is room again. */
function createRate(perMinute: number): Rate {
  let windowAt = 0;
  let count = 0;
  return {
    take: () => {
      const now = Date.now();
      if (now - windowAt >= MINUTE_MS) {
        windowAt = now;
        count = 0;
      }
      count += 1;
      return count <= perMinute ? null : Math.ceil((windowAt + MINUTE_MS - now) / 1_000);
    },
  };
}

function demandRoom(c: Context, rate: Rate): void {
  const waitS = rate.take();
  if (waitS === null) return;
  c.header('Retry-After', String(waitS));
  throw new FaultError('http.too-many-requests', 'too many requests this minute', 'slow down and retry');
}
