/** What every request passes: own host names only, same-origin writes, rate limits, security headers. */
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { MINUTE_MS } from '@sonae/core/kernel/time.ts';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/**
 * A page on another name that resolves to this machine (DNS rebinding) gets nothing. Besides loopback names only the
 * configured public origin counts, behind which a reverse proxy forwards host and origin unchanged.
 */
export function ownHostOnly(publicOrigin: string | undefined): MiddlewareHandler {
  const publicHost = publicOrigin === undefined ? null : new URL(publicOrigin).host;
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    if (!LOOPBACK_HOST.test(host) && host !== publicHost) {
      throw new FaultError(
        'http.forbidden-origin',
        `host ${host.slice(0, 100)} is not this server`,
        'use http://127.0.0.1 and the port of `sonae up`, or the configured publicOrigin',
      );
    }
    const origin = context.req.header('origin');
    const isWrite = context.req.method !== 'GET' && context.req.method !== 'HEAD';
    const own = host === publicHost ? publicOrigin : `http://${host}`;
    if (isWrite && origin !== undefined && origin !== own) {
      throw new FaultError(
        'http.forbidden-origin',
        `requests from ${origin.slice(0, 100)} are not taken`,
        'send it from the console itself',
      );
    }
    return next();
  };
}

/** At most `perMinute` requests a minute over all callers of these addresses (all of them are on this machine). */
export function rateLimit(perMinute: number): MiddlewareHandler {
  let windowAt = 0;
  let count = 0;
  return async (context, next) => {
    const now = Date.now();
    if (now - windowAt >= MINUTE_MS) {
      windowAt = now;
      count = 0;
    }
    count += 1;
    if (count > perMinute) {
      context.header('Retry-After', String(Math.ceil((windowAt + MINUTE_MS - now) / 1000)));
      throw new FaultError(
        'http.too-many-requests',
        `more than ${perMinute} requests a minute`,
        'slow down and retry',
      );
    }
    return next();
  };
}

export const securityHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'self'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  strictTransportSecurity: false,
});
