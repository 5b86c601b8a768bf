/**
 * The public's side of subscriptions: asking, confirming, leaving. One answer whether an address is known or not; links
 * in messages ask before they act, except the one-click POST that mail programs send (RFC 8058).
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Language } from '@sonae/core/nouns/comms/facts/subscriptions.ts';
import { type Context, type Env, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { answerPage, questionPage } from '../comms/subscription-words.ts';
import { createSubscriptions } from '../comms/subscriptions.ts';
import type { Node } from '../node.ts';
import { rateLimit } from './guards.ts';

const ASKS_PER_MINUTE = 120;
const LINKS_PER_MINUTE = 3_000;
const BODY_BYTES_MAX = 16 * 1024;

const languageOf = (text: unknown): Language => (text === 'en' ? 'en' : 'ja');

function tooLarge(): never {
  throw new FaultError('input.too-large', `a body may have ${BODY_BYTES_MAX} bytes`, 'send less');
}

export function addSubscriptions<E extends Env>(http: Hono<E>, node: Node): void {
  const subscriptions = createSubscriptions(node.app, node.config);
  const routes = new Hono();
  routes.use('*', bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge }));
  routes.get('/offered', (c) => c.json({ kinds: subscriptions.offered }));
  routes.post('/', rateLimit(ASKS_PER_MINUTE), async (c) => {
    if (!(c.req.header('content-type') ?? '').startsWith('application/json'))
      throw new FaultError('input.invalid', 'Content-Type must be application/json', 'send JSON');
    const body = await c.req.json<unknown>().catch(() => {
      throw new FaultError('input.unreadable', 'the body is not JSON', 'send one JSON object');
    });
    return c.json(await subscriptions.ask(body), 202);
  });
  const links = rateLimit(LINKS_PER_MINUTE);
  for (const what of ['confirm', 'leave'] as const) {
    routes.get(`/:id/${what}`, links, (c) =>
      c.html(questionPage(what, languageOf(c.req.query('lang')), (c.req.query('token') ?? '').slice(0, 100))),
    );
    routes.post(`/:id/${what}`, links, async (c) => {
      const { token, language } = await givenIn(c);
      const isDone = await subscriptions[what](c.req.param('id'), token);
      if (!isDone) return c.html(answerPage('invalid', language), 404);
      return c.html(answerPage(what === 'confirm' ? 'confirmed' : 'left', language));
    });
  }
  http.route('/public/subscriptions', routes);
}

/** From the form of our page, or from the link itself, as a one-click POST has it. */
async function givenIn(c: Context): Promise<{ token: string; language: Language }> {
  const form = await c.req.parseBody().catch((): Record<string, unknown> => ({}));
  const { token = c.req.query('token'), lang = c.req.query('lang') } = form;
  return { token: typeof token === 'string' ? token : '', language: languageOf(lang) };
}
