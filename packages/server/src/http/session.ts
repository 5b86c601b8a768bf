/**
 * Who speaks to the API. An enrolled person signs in with a passkey, an Ed25519 key or a wallet: the server's nonce, signed.
 * Besides there is the person at this machine (a one-time link into the console, a bearer token in the data directory),
 * who sees everything and holds no role: no power can be asked for or approved that way. Tokens of enrolled people are
 * scoped and expire. A session never approves anything; signatures do.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { HOUR_MS, MINUTE_MS, parseTime } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';

export const LOCAL_OPERATOR: Principal = { id: 'local:operator', kind: 'operator' };
const COOKIE = 'sonae_session';
const TOKEN_BYTES = 32;
const SESSIONS_MAX = 1_000;
const NONCES_MAX = 1_000;
const NONCE_LIFE_MS = 5 * MINUTE_MS;
const SESSION_LIFE_MS = 8 * HOUR_MS;
/** Bearer tokens that people issued to tools of theirs begin so. */
const API_TOKEN_PREFIX = 'sonae_';

export type Caller = {
  readonly principal: Principal;
  /** Null: no limit beyond what the person may do; otherwise `read` and names of commands. */
  readonly scopes: readonly string[] | null;
};
type CallerEnv = { Variables: { caller: Caller } };

const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');
export const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export type Sessions = {
  /** For tools of the same user. */
  readonly toolToken: string;
  /** A fresh one-time link token; earlier ones stay valid until used. */
  issueLink(): string;
  login(context: Context): Response;
  /** A nonce to sign, good once and for five minutes. */
  issueNonce(): string;
  useNonce(nonce: string): boolean;
  /** A session of an enrolled person; the token also goes into the cookie. */
  open(context: Context, principal: string): { token: string; expiresAt: number };
  close(context: Context): void;
  readonly guard: MiddlewareHandler<CallerEnv>;
};

type Session = { readonly caller: Caller; readonly expiresAt: number };

/** @param people the register, for API tokens and for people who have left  @param now wall clock, for sessions only */
export function createSessions(
  people: () => Promise<People | null> = async () => null,
  now: () => number = Date.now,
): Sessions {
  const toolToken = newToken();
  const toolDigest = Buffer.from(digestOf(toolToken));
  const links = new Set<string>();
  const nonces = createNonces(now);
  const sessions = new Map<string, Session>();

  const remember = (context: Context, caller: Caller): { token: string; expiresAt: number } => {
    const token = newToken();
    const expiresAt = now() + SESSION_LIFE_MS;
    sessions.set(digestOf(token), { caller, expiresAt });
    const oldest = sessions.keys().next().value;
    if (sessions.size > SESSIONS_MAX && oldest !== undefined) sessions.delete(oldest);
    setCookie(context, COOKIE, token, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      secure: context.req.header('x-forwarded-proto') === 'https',
    });
    return { token, expiresAt };
  };
  const callerOf = async (context: Context): Promise<Caller | null> => {
    const header = context.req.header('authorization');
    const bearer = header?.startsWith('Bearer ') === true ? header.slice('Bearer '.length) : undefined;
    const token = bearer ?? getCookie(context, COOKIE);
    if (token === undefined) return null;
    const digest = digestOf(token);
    if (timingSafeEqual(Buffer.from(digest), toolDigest)) return { principal: LOCAL_OPERATOR, scopes: null };
    if (token.startsWith(API_TOKEN_PREFIX)) return apiCaller(await people(), digest, now());
    const session = sessions.get(digest);
    if (session === undefined || session.expiresAt <= now()) return null;
    const { id } = session.caller.principal;
    if (id === LOCAL_OPERATOR.id) return session.caller;
    return (await people())?.persons[id]?.offboardedAt === null ? session.caller : null;
  };
  return {
    toolToken,
    issueLink: () => {
      const token = newToken();
      links.add(digestOf(token));
      return token;
    },
    login: (context) => {
      if (!links.delete(digestOf(context.req.query('token') ?? ''))) throw usedLink();
      remember(context, { principal: LOCAL_OPERATOR, scopes: null });
      return context.redirect('/console/');
    },
    issueNonce: nonces.issue,
    useNonce: nonces.use,
    open: (context, principal) =>
      remember(context, { principal: { id: principal, kind: 'operator' }, scopes: null }),
    close: (context) => {
      const token = getCookie(context, COOKIE);
      if (token !== undefined) sessions.delete(digestOf(token));
      setCookie(context, COOKIE, '', { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: 0 });
    },
    guard: async (context, next) => {
      const caller = await callerOf(context);
      if (caller === null) throw noSession();
      context.set('caller', caller);
      return next();
    },
  };
}

function createNonces(now: () => number): { issue(): string; use(nonce: string): boolean } {
  const known = new Map<string, number>();
  return {
    issue: () => {
      for (const [nonce, until] of known) if (until <= now() || known.size >= NONCES_MAX) known.delete(nonce);
      const nonce = newToken();
      known.set(nonce, now() + NONCE_LIFE_MS);
      return nonce;
    },
    use: (nonce) => {
      const until = known.get(nonce) ?? 0;
      known.delete(nonce);
      return until > now();
    },
  };
}

/** The person behind an API token, limited to its scopes. */
function apiCaller(people: People | null, digest: string, nowMs: number): Caller | null {
  const token = Object.values(people?.tokens ?? {}).find((one) => one.digest === digest);
  if (token === undefined || parseTime(token.expiresAt) <= nowMs) return null;
  if (people?.persons[token.principal]?.offboardedAt !== null) return null;
  return { principal: { id: token.principal, kind: 'operator' }, scopes: token.scopes };
}

/**
 * Who issued an API token that comes as text, e.g. in the address of a calendar; null unless it covers `scope` and counts
 * at `nowMs`.
 */
export function holderOf(people: People, token: string, scope: string, nowMs: number): string | null {
  if (!token.startsWith(API_TOKEN_PREFIX)) return null;
  const caller = apiCaller(people, digestOf(token), nowMs);
  return caller?.scopes?.includes(scope) ? caller.principal.id : null;
}

/** Throws unless the caller's token covers this: `read`, or the name of a command. */
export function demandScope({ scopes }: Caller, scope: string): void {
  if (scopes === null || scopes.includes(scope)) return;
  throw new FaultError(
    'http.out-of-scope',
    `this token does not cover ${scope.slice(0, 60)}`,
    `its scopes are: ${scopes.join(', ')}`,
  );
}

function usedLink(): FaultError {
  const hint = 'run `sonae link` for a new one';
  return new FaultError('http.unauthenticated', 'this link is not valid, or was used already', hint);
}

function noSession(): FaultError {
  const hint = 'sign in, or open the one-time link that `sonae up` printed (`sonae link` for another)';
  return new FaultError('http.unauthenticated', 'no session', hint);
}
