/** Builds what is stale: contracts, and the browser bundles. `npm start` and `npm test` run it first. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../contracts/build.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const BUNDLES = ['console', 'site'];
/** Sources that both bundles include. */
const SHARED = ['packages/core/src', 'packages/proof/src', 'package-lock.json'];

function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(
    0,
    ...readdirSync(path).map((name) =>
      name === 'dist' || name === 'node_modules' ? 0 : newest(join(path, name)),
    ),
  );
}

if (await ensureBuilt()) console.error('built contracts');

for (const bundle of BUNDLES) {
  const dir = join(root, 'packages', bundle);
  const builtAt = newest(join(dir, 'dist', 'index.html'));
  const changedAt = Math.max(newest(dir), ...SHARED.map((path) => newest(join(root, path))));
  if (builtAt > 0 && builtAt >= changedAt) continue;
  console.error(`building ${bundle} ...`);
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  execFileSync(process.execPath, [vite, 'build', dir, '--logLevel', 'warn'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: root,
  });
}
