/**
 * From a book to a published proof of liabilities: every customer's credit and debt per asset, cut into leaves, shuffled,
 * built on all cores, written, and its root put into the log. The book is read at one moment; it goes on meanwhile.
 */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { type AccountTable, accountOf, balanceOf } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { epochName } from '@sonae/core/nouns/reserves/facts/epochs.ts';
import { toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { epochRoot, LIABILITIES_FORMAT, type Statement } from '@sonae/proof/liabilities';
import { arrangeLeaves, seededOrder } from '@sonae/proof/liabilities-arrange';
import { amountsOf } from '@sonae/proof/liabilities-proof';
import type { LedgerBook } from '../ledger/ledger-book.ts';
import { type AssetBuilder, type BuiltAsset, startAssetBuilder } from './build-asset.ts';
import { type BookRow, columnsOf } from './columns.ts';
import type { EpochFiles, Places } from './epoch-files.ts';
import { createFastSha256 } from './fast-sha256.ts';

/** Leaves per customer: one balance is not to be read off the list. */
const PARTS = 2;
const KEEPER = { id: 'system:proof', kind: 'system' } as const;

type Owed = { credit: bigint; debt: bigint };
/** By asset, then by customer. */
type OwedBook = ReadonlyMap<string, ReadonlyMap<string, Owed>>;

/** Publishes `book` as `epoch`. Throws `input.invalid` when nobody is owed anything or the epoch was used. */
export async function publishEpoch(
  app: App,
  ledger: LedgerBook,
  files: EpochFiles,
  epoch: string,
): Promise<{ outcome: Outcome; statement: Statement }> {
  if (!epochName.safeParse(epoch).success)
    throw new FaultError('input.invalid', 'epoch: not a name', 'use up to 60 of A-Z a-z 0-9 . _ -');
  if (files.has(epoch))
    throw new FaultError('input.invalid', `epoch: ${epoch} was published`, 'choose another name');
  const exchange = app.ports.signer.origin;
  const { owed, frame } = await ledger.settled(() => ({
    owed: owedIn(ledger.book().accounts),
    frame: ledger.written().number,
  }));
  if (owed.size === 0)
    throw new FaultError(
      'input.invalid',
      `book ${ledger.id} owes nobody anything`,
      'ingest its journal first',
    );
  const at = new Date(app.ports.clock.now()).toISOString();
  const builder = startAssetBuilder();
  const { built, places } = await buildAll(builder, owed, files, { exchange, epoch }).finally(builder.end);
  const assets = built.map(({ tree, root }) => ({
    asset: tree.asset,
    leaves: tree.leaves,
    ...amountsOf(root),
    root: root.slice(0, 32),
  }));
  const statement: Statement = { format: LIABILITIES_FORMAT, exchange, epoch, at, assets };
  files.write(statement, built, places);
  const customers = new Set([...owed.values()].flatMap((of) => [...of.keys()])).size;
  const input = {
    liabilities: { exchange, epoch, epochRoot: toHex(epochRoot(statement)) },
    ...{ book: ledger.id, frame, at, customers },
    assets: assets.map(({ credit, debt, root, ...one }) => ({
      ...one,
      credit: String(credit),
      debt: String(debt),
      root: toHex(root),
    })),
  };
  const outcome = await app.submit({
    command: 'reserves.PublishLiabilities',
    input: input as unknown as JsonValue,
    actor: KEEPER,
  });
  if (outcome.status === 'refused') files.remove(epoch);
  return { outcome, statement };
}

/** Each asset's tree, and where its customers stand in it. */
async function buildAll(
  builder: AssetBuilder,
  owed: OwedBook,
  files: EpochFiles,
  { exchange, epoch }: Pick<Statement, 'exchange' | 'epoch'>,
): Promise<{ built: BuiltAsset[]; places: Map<string, Places> }> {
  const built: BuiltAsset[] = [];
  const places = new Map<string, Places>();
  for (const asset of [...owed.keys()].sort()) {
    const { rows, customers } = rowsOf(owed.get(asset) as ReadonlyMap<string, Owed>, files, epoch, asset);
    const order = seededOrder(files.seedOf(epoch, asset), rows.length, createFastSha256());
    built.push(await builder.build({ exchange, epoch, asset }, columnsOf(rows, order)));
    const indexOf = new Uint32Array(order.length);
    for (const [index, row] of order.entries()) indexOf[row] = index;
    places.set(asset, { customers, parts: PARTS, indexOf });
  }
  return { built, places };
}

/** Customers by their party; what nobody has been found for yet is owed all the same. */
function owedIn(accounts: AccountTable): OwedBook {
  const owed = new Map<string, Map<string, Owed>>();
  for (let handle = 0; handle < accounts.count; handle += 1) {
    const { owner, party, account, asset } = accountOf(accounts, handle);
    if (owner !== 'customer' && owner !== 'suspense') continue;
    const balance = balanceOf(accounts, handle);
    if (balance === 0n) continue;
    const customer = owner === 'customer' ? party : `suspense:${account}`;
    const of = owed.get(asset) ?? new Map<string, Owed>();
    const one = of.get(customer) ?? { credit: 0n, debt: 0n };
    if (balance > 0n) one.credit += balance;
    else one.debt -= balance;
    of.set(customer, one);
    owed.set(asset, of);
  }
  return owed;
}

/** Rows customer by customer, cut into parts; where they stand in the tree is decided by the order. */
function rowsOf(
  of: ReadonlyMap<string, Owed>,
  files: EpochFiles,
  epoch: string,
  asset: string,
): { rows: BookRow[]; customers: string[] } {
  const customers = [...of.keys()];
  const seed = files.seedOf(epoch, `${asset} parts`);
  const leaves = arrangeLeaves(
    {
      seed,
      customers: customers.map((customer) => ({ customer, ...(of.get(customer) as Owed) })),
      parts: PARTS,
    },
    createFastSha256(),
  );
  const rowOf = new Map(customers.map((customer, n) => [customer, n]));
  const rows: BookRow[] = new Array(leaves.length);
  const secrets = new Map(customers.map((customer) => [customer, files.secretOf(customer)]));
  for (const { customer, part, credit, debt } of leaves) {
    if (customer === null) continue;
    const row = (rowOf.get(customer) as number) * PARTS + part;
    rows[row] = { customer, secret: secrets.get(customer) as Uint8Array, part, credit, debt };
  }
  return { rows, customers };
}
