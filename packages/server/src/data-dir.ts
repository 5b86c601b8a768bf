/** The data directory: database, signing key, and how to reach the server that holds it. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';

/** Raised when older programs must not open a directory written by this one. */
const LAYOUT_VERSION = 1;
const MARKER = 'sonae.json';

export type DataDir = { readonly dir: string; readonly keyPath: string; readonly serverPath: string };

/** Opens or creates the directory (mode 0700). Refuses one of a newer layout. */
export function openDataDir(dir: string): DataDir {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.R_OK | constants.W_OK);
  } catch (error) {
    const { message } = error as Error;
    throw new FaultError(
      'input.unreadable',
      `${dir} cannot be used: ${message}`,
      'give --data a directory you may write',
      error,
    );
  }
  const marker = join(dir, MARKER);
  if (existsSync(marker)) checkLayout(readMarker(marker), marker);
  else writeMarker(marker, { layout: LAYOUT_VERSION });
  return { dir, keyPath: join(dir, 'log-key.pem'), serverPath: join(dir, 'server.json') };
}

type Marker = { readonly layout?: unknown; readonly time?: unknown };

function readMarker(marker: string): Marker {
  try {
    return JSON.parse(readFileSync(marker, 'utf8')) as Marker;
  } catch (error) {
    throw new FaultError(
      'store.damaged',
      `${marker} cannot be read`,
      'restore it from a copy of the data directory',
      error,
    );
  }
}

function writeMarker(marker: string, content: Marker): void {
  writeFileSync(marker, `${JSON.stringify(content)}\n`, { mode: 0o600 });
}

function checkLayout({ layout }: Marker, marker: string): void {
  if (typeof layout === 'number' && layout <= LAYOUT_VERSION) return;
  throw new FaultError(
    'store.newer-version',
    `${marker} says layout ${String(layout)}, this Sonae knows up to ${LAYOUT_VERSION}`,
    'start the newer Sonae that wrote it, or choose another --data directory',
  );
}

/** A log of a replay never becomes the log of the firm, nor the other way round: refuses the other kind of time. */
export function claimTime(data: DataDir, time: 'live' | 'simulated'): void {
  const marker = join(data.dir, MARKER);
  const content = readMarker(marker);
  if (content.time === undefined) writeMarker(marker, { ...content, time });
  if ((content.time ?? time) === time) return;
  throw new FaultError(
    'input.invalid',
    `${data.dir} holds a log of ${String(content.time)} time and was to be continued in ${time} time`,
    'choose another --data directory',
  );
}

/** Where the running server listens and the bearer token for tools of the same user. */
export type ServerFile = { readonly url: string; readonly token: string; readonly pid: number };

export function writeServerFile(data: DataDir, server: ServerFile): void {
  writeFileSync(data.serverPath, `${JSON.stringify(server)}\n`, { mode: 0o600 });
}

/** The server that holds this directory, if its process is alive. */
export function readServerFile(data: DataDir): ServerFile | null {
  if (!existsSync(data.serverPath)) return null;
  try {
    const server = JSON.parse(readFileSync(data.serverPath, 'utf8')) as ServerFile;
    process.kill(server.pid, 0);
    return server;
  } catch {
    return null;
  }
}
