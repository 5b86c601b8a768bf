/**
 * Who speaks to the API. Until powers and passkeys exist, the only principal is the person at this machine: the server
 * binds to loopback, prints a one-time link, and gives the browser that opens it a session. Tools of the same user
 * read a bearer token from the data directory (mode 0600).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

export const LOCAL_OPERATOR: Principal = { id: 'local:operator', kind: 'operator' };
const COOKIE = 'sonae_session';
const TOKEN_BYTES = 32;
const SESSIONS_MAX = 100;

const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');
const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

export type Sessions = {
  /** For tools of the same user. */
  readonly toolToken: string;
  /** A fresh one-time link token; earlier ones stay valid until used. */
  issueLink(): string;
  login(context: Context): Response;
  readonly guard: MiddlewareHandler;
};

export function createSessions(): Sessions {
  const toolToken = newToken();
  const toolDigest = digest(toolToken);
  const links = new Set<string>();
  const sessions = new Map<string, true>();
  const isTool = (header: string | undefined): boolean =>
    header?.startsWith('Bearer ') === true &&
    timingSafeEqual(digest(header.slice('Bearer '.length)), toolDigest);
  return {
    toolToken,
    issueLink: () => {
      const token = newToken();
      links.add(digest(token).toString('hex'));
      return token;
    },
    login: (context) => {
      const token = context.req.query('token') ?? '';
      if (!links.delete(digest(token).toString('hex'))) {
        throw new FaultError(
          'http.unauthenticated',
          'this link is not valid, or was used already',
          'run `sonae link` for a new one',
        );
      }
      const session = newToken();
      sessions.set(digest(session).toString('hex'), true);
      const oldest = sessions.keys().next().value;
      if (sessions.size > SESSIONS_MAX && oldest !== undefined) sessions.delete(oldest);
      setCookie(context, COOKIE, session, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return context.redirect('/console/');
    },
    guard: async (context, next) => {
      const session = getCookie(context, COOKIE);
      const known = session !== undefined && sessions.has(digest(session).toString('hex'));
      if (!known && !isTool(context.req.header('authorization'))) {
        throw new FaultError(
          'http.unauthenticated',
          'no session',
          'open the one-time link that `sonae up` printed, or run `sonae link`',
        );
      }
      return next();
    },
  };
}
