/**
 * A static copy of the public page: the built site, every public format, and the part of the log that proves it, as plain
 * files with relative addresses. Any host can serve it when the server can not be reached; the browser checks it the same.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { parseCheckpoint } from '@sonae/proof/checkpoint';
import { entriesPath, tilePath, tilesForSize } from '@sonae/proof/tiles';
import { STATUSPAGE_FILES } from './statuspage-json.ts';

const SITE = fileURLToPath(new URL('../../../site/dist', import.meta.url));
const MARK = '<meta name="sonae-copy" content="1">';
const DISCLOSED_PAGE = 100;
/** The newest disclosed facts come with their proofs; older ones stay in the log of the server. */
export const DISCLOSED_MAX = 2_000;
const TRIES_MAX = 5;

/** Reads an address of the server; the answer's bytes. Throws when there is none. */
export type ReadAddress = (path: string) => Promise<Uint8Array>;
export type CopyReport = { readonly files: number; readonly facts: number; readonly size: number };

type Write = (file: string, bytes: Uint8Array | string) => void;
type Disclosed = { readonly seq: number };

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Writes the copy into `out`, which must be empty or a copy made before; it is complete or it is not replaced. */
export async function writeStatusCopy(out: string, read: ReadAddress, siteDir = SITE): Promise<CopyReport> {
  if (!existsSync(join(siteDir, 'index.html')))
    throw new FaultError('input.unreadable', 'the site has not been built', 'run `npm run build`');
  if (existsSync(out) && !isCopy(out) && readdirSync(out).length > 0)
    throw new FaultError('input.invalid', `${out} holds something else`, 'name an empty or new directory');
  const partial = `${out}.partial`;
  try {
    for (let tried = 0; tried < TRIES_MAX; tried += 1) {
      rmSync(partial, { recursive: true, force: true });
      const report = await writeOnce(partial, read, siteDir);
      if (report === null) continue;
      rmSync(out, { recursive: true, force: true });
      cpSync(partial, out, { recursive: true });
      return report;
    }
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  throw new FaultError('log.overloaded', 'the log grew at every attempt to copy it', 'try again later');
}

/** Only what this verb made before is replaced. */
function isCopy(dir: string): boolean {
  const page = join(dir, 'index.html');
  return existsSync(page) && readFileSync(page, 'utf8').includes(MARK);
}

/** Null when the log grew meanwhile: files of two moments would not prove each other. */
async function writeOnce(dir: string, read: ReadAddress, siteDir: string): Promise<CopyReport | null> {
  let files = 0;
  const write: Write = (file, bytes) => {
    const path = join(dir, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    files += 1;
  };
  cpSync(siteDir, dir, { recursive: true });
  const html = readFileSync(join(siteDir, 'index.html'), 'utf8');
  write('index.html', html.replace('<head>', `<head>${MARK}`));
  const checkpoint = textOf(await read('/log/checkpoint'));
  const { size } = parseCheckpoint(checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1));
  write('log/checkpoint', checkpoint);
  write('log/key', await read('/log/key'));
  await writeFormats(read, write);
  const facts = await writeDisclosed(read, write);
  await writeTiles(size, read, write);
  return textOf(await read('/log/checkpoint')) === checkpoint ? { files, facts, size } : null;
}

async function writeFormats(read: ReadAddress, write: Write): Promise<void> {
  for (const name of ['status', 'status-page', 'powers'])
    write(`public/${name}.json`, await read(`/public/${name}.json`));
  for (const [language, folder] of [
    ['ja', ''],
    ['en', 'en/'],
  ]) {
    for (const kind of ['rss', 'atom', 'json']) {
      const bytes = await read(`/public/history.${kind}?lang=${language}`);
      write(`${folder}history.${kind}`, bytes);
      write(`public/${folder}history.${kind}`, bytes);
    }
    for (const name of STATUSPAGE_FILES) {
      const bytes = await read(`/public/api/v2/${name}.json?lang=${language}`);
      write(`${folder}api/v2/${name}.json`, bytes);
      write(`public/${folder}api/v2/${name}.json`, bytes);
    }
  }
}

/** The newest disclosed facts, each with its bundle; how many. */
async function writeDisclosed(read: ReadAddress, write: Write): Promise<number> {
  const all: Disclosed[] = [];
  for (let before = ''; all.length < DISCLOSED_MAX; ) {
    const page = JSON.parse(textOf(await read(`/log/disclosed?limit=${DISCLOSED_PAGE}${before}`))) as {
      disclosed: Disclosed[];
    };
    all.push(...page.disclosed);
    if (page.disclosed.length < DISCLOSED_PAGE) break;
    before = `&before=${page.disclosed.at(-1)?.seq}`;
  }
  write('log/disclosed.json', JSON.stringify({ disclosed: all }));
  for (const { seq } of all) write(`log/disclosed/${seq}.json`, await read(`/log/disclosed/${seq}`));
  return all.length;
}

async function writeTiles(size: number, read: ReadAddress, write: Write): Promise<void> {
  for (const tile of tilesForSize(size)) {
    const paths = [tilePath(tile)];
    if (tile.level === 0) paths.push(entriesPath({ index: tile.index, width: tile.width }));
    for (const path of paths) write(`log/${path}`, await read(`/log/${path}`));
  }
}
