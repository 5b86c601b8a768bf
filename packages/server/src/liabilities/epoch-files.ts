/**
 * Where a published epoch lies: statement, leaf lists and the nodes above them, in one directory per epoch. Lists and
 * nodes are public; which leaves are whose follows from the firm's secret and is kept apart.
 */
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isJsonObject, type JsonValue } from '@sonae/proof/canonical-json';
import { parseStatement, type Statement, statementJson, totalOf } from '@sonae/proof/liabilities';
import { type AssetParts, proveParts } from '@sonae/proof/liabilities-proof';
import {
  ENTRY_BYTES,
  nodeLevels,
  SECRET_BYTES,
  TILE_LEAVES,
  type TreeName,
  type TreeRules,
  treeRules,
} from '@sonae/proof/liabilities-tree';
import {
  isPrivateFormat,
  type PrivateStatement,
  parsePrivateStatement,
} from '@sonae/proof/private-liabilities';
import type { BuiltAsset } from './build-asset.ts';
import { createFastSha256 } from './fast-sha256.ts';
import type { PrivateBuilt } from './private-build.ts';
import { fileName, STATEMENT_FILE, writePrivateEpoch } from './private-store.ts';

/** By asset: customers in the order of their rows, leaves per customer, and the place of every row in the tree. */
export type Places = {
  readonly customers: readonly string[];
  readonly parts: number;
  readonly indexOf: Uint32Array;
};

/** What is stated of an epoch, in its mode. */
export type StatedEpoch =
  | { readonly mode: 'open'; readonly statement: Statement }
  | { readonly mode: 'private'; readonly statement: PrivateStatement };

export type EpochFiles = {
  secretOf(customer: string): Uint8Array;
  seedOf(epoch: string, asset: string): Uint8Array;
  /** Where an epoch lies, or would lie. */
  dirOf(epoch: string): string;
  /** Makes the name this caller's until it is let go; false when somebody else in this process has it. */
  claim(epoch: string): boolean;
  release(epoch: string): void;
  /** All or nothing: the directory appears when it is complete. */
  write(
    statement: Statement,
    built: readonly BuiltAsset[],
    places: ReadonlyMap<string, Places>,
  ): Promise<void>;
  /** The same of a private epoch, with the secret half of its key. */
  writePrivate(
    statement: PrivateStatement,
    built: readonly PrivateBuilt[],
    secret: Uint8Array,
  ): Promise<void>;
  remove(epoch: string): void;
  stated(epoch: string): StatedEpoch;
  /** Of open mode. Throws `http.not-found` for a private epoch, which has no public list. */
  statement(epoch: string): Statement;
  /** Keeps a text beside the epoch's lists, for ever under this name; `text` reads it, or answers undefined. */
  keep(epoch: string, name: string, text: string): void;
  text(epoch: string, name: string): string | undefined;
  /** Bytes of a leaf tile of the list, 256 entries or what is left. */
  tile(epoch: string, asset: string, tile: number): Promise<Uint8Array>;
  /** The customer's leaves of every asset with their paths; empty for somebody who is owed and owes nothing. */
  holdings(epoch: string, customer: string): Promise<AssetParts[]>;
};

const SECRET_FILE = 'liabilities-secret';
/** Names of kept texts are our own words or digests. */
function textName(name: string): string {
  if (!/^[a-z0-9-]{1,80}$/.test(name)) throw new Error(`${name} is no name of a text`);
  return `${name}.txt`;
}

/** @param dataDir where the firm's secret is made at the first use (owner only) */
export function openEpochFiles(dataDir: string): EpochFiles {
  const root = join(dataDir, 'liabilities');
  const dirOf = (epoch: string): string => join(root, epoch);
  // A key object is made once; of plain bytes node makes one at every call, which costs more than the hash.
  const secret = createSecretKey(readSecret(dataDir));
  const derive = (...words: readonly string[]): Uint8Array =>
    new Uint8Array(createHmac('sha256', secret).update(words.join('\n')).digest());
  const stated = (epoch: string): StatedEpoch => readStated(dirOf(epoch), epoch);
  const statement = (epoch: string): Statement => {
    const found = stated(epoch);
    if (found.mode === 'open') return found.statement;
    throw new FaultError('http.not-found', `epoch ${epoch} is private: it has no list`, 'see its statement');
  };
  const claimed = new Set<string>();
  return {
    dirOf,
    claim: (epoch) => {
      if (claimed.has(epoch)) return false;
      claimed.add(epoch);
      return true;
    },
    release: (epoch) => claimed.delete(epoch),
    secretOf: (customer) => derive('customer', customer),
    seedOf: (epoch, asset) => derive('arrangement', epoch, asset),
    remove: (epoch) => rmSync(dirOf(epoch), { recursive: true, force: true }),
    stated,
    statement,
    keep: (epoch, name, text) => writeFileSync(join(dirOf(epoch), textName(name)), text),
    text: (epoch, name) => {
      const path = join(dirOf(epoch), textName(name));
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    },
    write: (published, built, places) =>
      placeEpoch(root, published.epoch, (dir) => writeEpoch(dir, published, built, places)),
    writePrivate: (published, built, epochSecret) =>
      placeEpoch(root, published.epoch, (dir) => writePrivateEpoch(dir, published, built, epochSecret)),
    tile: (epoch, asset, tile) =>
      readTile(dirOf(epoch), asset, tile, totalOf(statement(epoch), asset).leaves),
    holdings: async (epoch, customer) => {
      const { assets, format, exchange } = statement(epoch);
      const found: AssetParts[] = [];
      for (const { asset, leaves } of assets) {
        const { rowOf, parts, indexOf, rules, levels } = opened(dirOf(epoch), {
          format,
          exchange,
          epoch,
          asset,
          leaves,
        });
        const row = rowOf.get(customer);
        if (row === undefined) continue;
        const indexes = Array.from({ length: parts }, (_, part) => indexOf[row * parts + part] as number);
        const tiles = new Map<number, Uint8Array>();
        for (const number of indexes.map((index) => Math.floor(index / TILE_LEAVES)))
          tiles.set(number, await readTile(dirOf(epoch), asset, number, leaves));
        const source = {
          rules,
          levels,
          readTile: (number: number) => tiles.get(number) as Uint8Array,
        };
        found.push(proveParts(source, indexes, createFastSha256()));
      }
      return found;
    },
  };
}

function readStated(dir: string, epoch: string): StatedEpoch {
  const path = join(dir, STATEMENT_FILE);
  if (!existsSync(path))
    throw new FaultError(
      'http.not-found',
      `epoch ${epoch} does not lie here`,
      'see GET /public/liabilities.json',
    );
  const value = JSON.parse(readFileSync(path, 'utf8')) as JsonValue;
  return isJsonObject(value) && isPrivateFormat(value.format)
    ? { mode: 'private', statement: parsePrivateStatement(value) }
    : { mode: 'open', statement: parseStatement(value) };
}

type Opened = {
  readonly rowOf: ReadonlyMap<string, number>;
  readonly parts: number;
  readonly indexOf: Uint32Array;
  readonly rules: TreeRules;
  readonly levels: readonly Uint8Array[];
};

/** Trees whose places are at hand: a customer's file asks for every asset of an epoch. */
const OPENED_MAX = 64;
const atHand = new Map<string, Opened>();

function opened(dir: string, tree: TreeName): Opened {
  const base = join(dir, fileName(tree.asset));
  const known = atHand.get(base);
  if (known !== undefined) return known;
  const { customers, parts } = JSON.parse(readFileSync(`${base}.customers.json`, 'utf8')) as {
    customers: string[];
    parts: number;
  };
  const bytes = new Uint8Array(readFileSync(`${base}.places`));
  const rules = treeRules(tree, createFastSha256());
  const fresh: Opened = {
    rules,
    rowOf: new Map(customers.map((customer, row) => [customer, row])),
    parts,
    indexOf: new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4),
    levels: nodeLevels(rules, new Uint8Array(readFileSync(`${base}.nodes`)), createFastSha256()),
  };
  if (atHand.size >= OPENED_MAX) atHand.delete(atHand.keys().next().value ?? '');
  atHand.set(base, fresh);
  return fresh;
}

async function readTile(dir: string, asset: string, tile: number, leaves: number): Promise<Uint8Array> {
  const width = Math.min(TILE_LEAVES, leaves - tile * TILE_LEAVES);
  if (width < 1) throw new FaultError('http.not-found', `${asset} has no tile ${tile}`, 'see the statement');
  const bytes = new Uint8Array(width * ENTRY_BYTES);
  const handle: FileHandle = await open(join(dir, `${fileName(asset)}.entries`), 'r');
  try {
    await handle.read(bytes, 0, bytes.length, tile * TILE_LEAVES * ENTRY_BYTES);
  } finally {
    await handle.close();
  }
  return bytes;
}

function readSecret(dataDir: string): Uint8Array {
  const path = join(dataDir, SECRET_FILE);
  if (!existsSync(path)) writeFileSync(path, randomBytes(SECRET_BYTES), { mode: 0o600, flag: 'wx' });
  const secret = readFileSync(path);
  if (secret.length === SECRET_BYTES) return secret;
  throw new FaultError('store.damaged', `${path} has not ${SECRET_BYTES} bytes`, 'restore it from a copy');
}

/** An epoch's name is used once. */
export const nameTaken = (epoch: string): FaultError =>
  new FaultError('input.invalid', `epoch: ${epoch} was published`, 'choose another name');

/** What `write` puts into a directory becomes the epoch's when all of it is there. */
async function placeEpoch(root: string, epoch: string, write: (dir: string) => Promise<void>): Promise<void> {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const temporary = mkdtempSync(join(root, `.${epoch}.`));
  try {
    await write(temporary);
    const path = join(root, epoch);
    if (existsSync(path)) throw nameTaken(epoch);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}

async function writeEpoch(
  dir: string,
  statement: Statement,
  built: readonly BuiltAsset[],
  places: ReadonlyMap<string, Places>,
): Promise<void> {
  for (const { tree, entries, tileNodes } of built) {
    const place = places.get(tree.asset) as Places;
    await writeFile(join(dir, `${fileName(tree.asset)}.entries`), entries);
    await writeFile(join(dir, `${fileName(tree.asset)}.nodes`), tileNodes);
    const text = JSON.stringify({ customers: place.customers, parts: place.parts });
    await writeFile(join(dir, `${fileName(tree.asset)}.customers.json`), text, { mode: 0o600 });
    await writeFile(join(dir, `${fileName(tree.asset)}.places`), place.indexOf, { mode: 0o600 });
  }
  await writeFile(join(dir, STATEMENT_FILE), JSON.stringify(statementJson(statement)));
}
