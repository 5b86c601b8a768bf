/**
 * Signing in through the firm's identity provider (OpenID Connect, code flow with PKCE). It opens a session and nothing
 * more: approvals take a credential of the person's own, which no provider holds. Which account is which person stands in
 * the configuration, and the person must be enrolled.
 */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { Principal } from '@sonae/core/log/define.ts';
import type { People } from '@sonae/core/nouns/people/views/register.ts';
import { type Context, Hono } from 'hono';
import type { Configuration } from 'openid-client';
import type { Config } from '../config.ts';
import type { Node } from '../node.ts';
import type { Sessions } from './session.ts';

type OidcConfig = NonNullable<Config['oidc']>;
type Pending = { readonly verifier: string; readonly nonce: string; readonly until: number };

const SIGN_IN: Principal = { id: 'system:sign-in', kind: 'system' };
const PENDING_MAX = 500;
const PENDING_LIFE_MS = 10 * MINUTE_MS;
const LOOPBACK = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\//;

/** Addresses under /auth/oidc. The provider is asked for its configuration at the first sign-in. */
export function createOidc(
  node: Node,
  oidc: OidcConfig,
  sessions: Sessions,
  people: () => Promise<People>,
): Hono {
  const http = new Hono();
  const pending = new Map<string, Pending>();
  let provider: Promise<Configuration> | null = null;
  const discovered = (): Promise<Configuration> => {
    provider ??= discover(oidc).catch((error: unknown) => {
      provider = null;
      throw unreachable(oidc, error);
    });
    return provider;
  };
  http.get('/start', async (c) => {
    const client = await import('openid-client');
    const [verifier, state, nonce] = [
      client.randomPKCECodeVerifier(),
      client.randomState(),
      client.randomNonce(),
    ];
    for (const [known, { until }] of pending)
      if (until <= Date.now() || pending.size >= PENDING_MAX) pending.delete(known);
    pending.set(state, { verifier, nonce, until: Date.now() + PENDING_LIFE_MS });
    const url = client.buildAuthorizationUrl(await discovered(), {
      redirect_uri: `${originOf(c, node)}/auth/oidc/callback`,
      scope: oidc.scope,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    return c.redirect(url.href);
  });
  http.get('/callback', async (c) => {
    const state = c.req.query('state') ?? '';
    const asked = pending.get(state);
    pending.delete(state);
    if (asked === undefined || asked.until <= Date.now())
      throw new FaultError(
        'http.unauthenticated',
        'this sign-in was not begun here',
        'begin again at /auth/oidc/start',
      );
    const account = await accountOf(await discovered(), c, node, oidc, state, asked);
    const principal = oidc.people[account];
    if (principal === undefined || (await people()).persons[principal]?.offboardedAt !== null)
      throw new FaultError(
        'http.unauthenticated',
        'this account is nobody who is enrolled',
        'ask for it in `oidc.people`',
      );
    await node.app.submit({
      command: 'people.SignInByProvider',
      input: { principal, issuer: oidc.issuer },
      actor: SIGN_IN,
    });
    sessions.open(c, principal);
    return c.redirect('/console/');
  });
  return http;
}

async function discover({ issuer, clientId, clientSecret }: OidcConfig): Promise<Configuration> {
  const { allowInsecureRequests, discovery, enableNonRepudiationChecks } = await import('openid-client');
  // Plain HTTP only to this machine; the token's own signature is checked besides the channel it came by.
  const insecure = LOOPBACK.test(`${issuer}/`) ? [allowInsecureRequests] : [];
  const execute = [...insecure, enableNonRepudiationChecks];
  return discovery(new URL(issuer), clientId, clientSecret, undefined, { execute });
}

/** The account that the provider vouches for: state, nonce, PKCE, issuer, audience, signature and times are checked. */
async function accountOf(
  provider: Configuration,
  c: Context,
  node: Node,
  oidc: OidcConfig,
  state: string,
  { verifier, nonce }: Pending,
): Promise<string> {
  const { authorizationCodeGrant } = await import('openid-client');
  const url = new URL(c.req.url);
  const seen = new URL(`${url.pathname}${url.search}`, originOf(c, node));
  try {
    const tokens = await authorizationCodeGrant(provider, seen, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    return String(tokens.claims()?.[oidc.claim] ?? '');
  } catch (error) {
    const message = `the provider's answer does not hold: ${(error as Error).message.slice(0, 200)}`;
    throw new FaultError('http.unauthenticated', message, 'begin again at /auth/oidc/start', error);
  }
}

const originOf = (c: Context, node: Node): string =>
  node.config.publicOrigin ?? `http://${c.req.header('host') ?? ''}`;

function unreachable({ issuer }: OidcConfig, error: unknown): FaultError {
  const message = `${new URL(issuer).host} does not answer as an OpenID provider`;
  return new FaultError('server.unreachable', message, 'check `oidc.issuer`', error);
}
