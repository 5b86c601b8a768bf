/** Built browser bundles from disk: the console with its single-page fallback, and the public site. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { type Context, Hono } from 'hono';

const DIST = { console: '../../../console/dist', site: '../../../site/dist' } as const;

/** Serves the bundle under `mount`; any address below that is not a file is the page itself. */
export function createStaticFiles(bundle: keyof typeof DIST, mount: string): Hono {
  const root = fileURLToPath(new URL(DIST[bundle], import.meta.url));
  const files = new Hono();
  const strip = (path: string): string => path.slice(mount.length) || '/';
  const immutable = (path: string, c: Context): void => {
    if (path.includes('/assets/')) c.header('Cache-Control', 'public, max-age=31536000, immutable');
    else c.header('Cache-Control', 'no-cache');
  };
  files.use('*', async (_c, next) => {
    if (existsSync(`${root}/index.html`)) return next();
    throw new FaultError('http.not-found', `the ${bundle} has not been built`, 'run `npm run build`');
  });
  files.get('*', serveStatic({ root, rewriteRequestPath: strip, onFound: immutable }));
  files.get('*', serveStatic({ root, path: 'index.html', onFound: immutable }));
  return files;
}
