/**
 * A private epoch on disk: statement, trees, and what only the firm may see - whose leaf is where, what it holds, and the
 * secret half of the epoch's key. With that the file of any customer can be made later, also after a restart.
 */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import {
  type PrivateAsset,
  type PrivateStatement,
  parsePrivateStatement,
  privateStatementJson,
} from '@sonae/proof/private-liabilities';
import { PRIVATE_NODE_BYTES } from '@sonae/proof/private-tree';
import { amountLevels, type PrivateBuilt } from './private-build.ts';
import { createPrivateFiles, type PrivateFiles } from './private-files.ts';

export const STATEMENT_FILE = 'statement.json';
const EPOCH_SECRET_FILE = 'epoch-secret';
const OWNER_ONLY = { mode: 0o600 };
const AMOUNT_BYTES = 8;

/** Names of assets may hold what file names may not. */
export const fileName = (asset: string): string => Buffer.from(asset).toString('hex');

export async function writePrivateEpoch(
  dir: string,
  statement: PrivateStatement,
  built: readonly PrivateBuilt[],
  epochSecret: Uint8Array,
): Promise<void> {
  for (const { tree, entries, levels, amounts, placeOf } of built) {
    const base = join(dir, fileName(tree.asset));
    const leaves = amounts[0] as BigUint64Array;
    const customers = new Array<string>(leaves.length);
    for (const [customer, place] of placeOf) customers[place] = customer;
    await writeFile(`${base}.entries`, entries);
    await writeFile(`${base}.levels`, Buffer.concat(levels));
    await writeFile(`${base}.amounts`, leaves, OWNER_ONLY);
    await writeFile(`${base}.customers.json`, JSON.stringify(customers), OWNER_ONLY);
  }
  await writeFile(join(dir, EPOCH_SECRET_FILE), epochSecret, OWNER_ONLY);
  await writeFile(join(dir, STATEMENT_FILE), JSON.stringify(privateStatementJson(statement)));
}

/** Customers' files of the private epoch in `dir`. Throws `store.damaged` for what does not belong together. */
export function openPrivateEpoch(dir: string): PrivateFiles {
  const statement = parsePrivateStatement(JSON.parse(readFileSync(join(dir, STATEMENT_FILE), 'utf8')));
  const secret = new Uint8Array(readFileSync(join(dir, EPOCH_SECRET_FILE)));
  const assets = statement.assets.map((stated) => readAsset(dir, statement, stated));
  return createPrivateFiles(statement.at, assets, secret);
}

function readAsset(dir: string, statement: PrivateStatement, stated: PrivateAsset): PrivateBuilt {
  const { exchange, epoch, key } = statement;
  const { asset, leaves } = stated;
  const base = join(dir, fileName(asset));
  const read = (ending: string): Uint8Array => {
    const path = `${base}.${ending}`;
    if (!existsSync(path)) throw damaged(path);
    return new Uint8Array(readFileSync(path));
  };
  const customers = JSON.parse(Buffer.from(read('customers.json')).toString()) as string[];
  const amounts = read('amounts');
  const entries = read('entries');
  const isWhole =
    customers.length === leaves &&
    amounts.length === leaves * AMOUNT_BYTES &&
    entries.length === leaves * PRIVATE_NODE_BYTES;
  if (!isWhole) throw damaged(base);
  return {
    tree: { exchange, epoch, asset, leaves, key },
    entries,
    levels: splitLevels(read('levels'), leaves, base),
    amounts: amountLevels([...new BigUint64Array(amounts.buffer, amounts.byteOffset, leaves)]),
    placeOf: new Map(customers.map((customer, place) => [customer, place])),
    stated,
  };
}

function splitLevels(bytes: Uint8Array, leaves: number, base: string): Uint8Array[] {
  const levels: Uint8Array[] = [];
  let at = 0;
  for (let count = leaves; ; count = Math.ceil(count / 2)) {
    levels.push(bytes.subarray(at, at + count * PRIVATE_NODE_BYTES));
    at += count * PRIVATE_NODE_BYTES;
    if (count === 1) break;
  }
  if (at !== bytes.length) throw damaged(`${base}.levels`);
  return levels;
}

const damaged = (path: string): FaultError =>
  new FaultError('store.damaged', `${path} is not what the statement says`, 'restore it from a copy');
