/**
 * Makes `dist/`, the package as it is published: JavaScript and declarations instead of TypeScript sources, so that it
 * runs from node_modules, where Node strips no types. `npm run dist`, then `npm pack ./dist`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PAGES = ['README.md', 'LIABILITIES.md', 'PRIVATE-LIABILITIES.md', 'RESERVES.md', 'SOLVENCY.md'];

type Manifest = {
  exports: Record<string, string>;
  scripts?: Record<string, string>;
  [field: string]: unknown;
};

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The published manifest: exports lead to built files, nothing of the repository's is left. */
function publishedManifest(source: Manifest): Manifest {
  const { scripts: _scripts, exports, ...rest } = source;
  const built = Object.entries(exports).map(([subpath, file]) => {
    const stem = file.replace('./src/', './').replace(/\.ts$/, '');
    return [subpath, { types: `${stem}.d.ts`, default: `${stem}.js` }];
  });
  return { ...rest, exports: Object.fromEntries(built) };
}

function buildDist(): void {
  rmSync(here('dist'), { recursive: true, force: true });
  const compiler = here('../../node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', here('tsconfig.dist.json')], { stdio: 'inherit' });
  const manifest = publishedManifest(JSON.parse(readFileSync(here('package.json'), 'utf8')));
  writeFileSync(here('dist/package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const page of PAGES) copyFileSync(here(page), here(`dist/${page}`));
  if (existsSync(here('../../LICENSE'))) copyFileSync(here('../../LICENSE'), here('dist/LICENSE'));
}

buildDist();
