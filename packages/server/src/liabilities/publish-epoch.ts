/**
 * From a book to a published proof of liabilities: every customer's credit and debt per asset, cut into leaves, shuffled,
 * built on all cores, written, and its root put into the log. The book is read at one moment; it goes on meanwhile.
 */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { type AccountTable, accountOf, balanceOf, LANES } from '@sonae/core/nouns/ledger/engine/accounts.ts';
import { epochName } from '@sonae/core/nouns/reserves/facts/epochs.ts';
import { toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import { epochRoot, LIABILITIES_FORMAT, type Statement } from '@sonae/proof/liabilities';
import { createSplitter } from '@sonae/proof/liabilities-arrange';
import { amountsOf } from '@sonae/proof/liabilities-proof';
import type { LedgerBook } from '../ledger/ledger-book.ts';
import { AT_ONCE, breathe } from './breathe.ts';
import { type AssetBuilder, type BuiltAsset, startAssetBuilder } from './build-asset.ts';
import { type BookColumns, createColumns, createRowWriter } from './columns.ts';
import { type EpochFiles, nameTaken, type Places } from './epoch-files.ts';
import { createFastSha256 } from './fast-sha256.ts';
import { type EpochAbout, makePrivate, type Owed, type OwedBook } from './publish-private.ts';

/** Leaves per customer: one balance is not to be read off the list. */
const PARTS = 2;
const KEEPER = { id: 'system:proof', kind: 'system' } as const;

export type PublishAsk = {
  readonly epoch: string;
  readonly mode: 'open' | 'private';
  /** Whether the log holds this epoch already. */
  isLogged(epoch: string): Promise<boolean>;
};
/** What the fact says of the epoch, beside where it was read. */
type Made = {
  readonly root: Uint8Array;
  readonly assets: readonly {
    readonly asset: string;
    readonly leaves: number;
    readonly credit: bigint;
    readonly debt: bigint | null;
    readonly root: Uint8Array;
  }[];
};

/** Publishes a book as an epoch. Throws `input.invalid` when nobody is owed anything or the epoch was used. */
export async function publishEpoch(
  app: App,
  ledger: LedgerBook,
  files: EpochFiles,
  ask: PublishAsk,
): Promise<Outcome> {
  const { epoch } = ask;
  if (!epochName.safeParse(epoch).success)
    throw new FaultError('input.invalid', 'epoch: not a name', 'use up to 60 of A-Z a-z 0-9 . _ -');
  if (!files.claim(epoch)) throw nameTaken(epoch);
  try {
    if (await ask.isLogged(epoch)) throw nameTaken(epoch);
    // Nobody here makes it and the log does not hold it: what lies there was left by a crash.
    files.remove(epoch);
    return await publishClaimed(app, ledger, files, ask);
  } finally {
    files.release(epoch);
  }
}

async function publishClaimed(
  app: App,
  ledger: LedgerBook,
  files: EpochFiles,
  { epoch, mode }: PublishAsk,
): Promise<Outcome> {
  const exchange = app.ports.signer.origin;
  const { accounts, frame, at } = await ledger.settled(() => ({
    accounts: copyOf(ledger.book().accounts),
    frame: ledger.written().number,
    // With milliseconds, also none: a statement's time has one form.
    at: new Date(app.ports.clock.now()).toISOString(),
  }));
  const owed = await owedIn(accounts);
  if (owed.size === 0)
    throw new FaultError(
      'input.invalid',
      `book ${ledger.id} owes nobody anything`,
      'ingest its journal first',
    );
  const make = mode === 'open' ? makeOpen : makePrivate;
  const { root, assets } = await make(owed, files, { exchange, epoch, at });
  const customers = new Set([...owed.values()].flatMap((of) => [...of.keys()])).size;
  const input = {
    liabilities: { exchange, epoch, epochRoot: toHex(root) },
    ...{ mode, book: ledger.id, frame, at, customers },
    assets: assets.map(({ credit, debt, root: tree, ...one }) => ({
      ...one,
      credit: String(credit),
      debt: debt === null ? null : String(debt),
      root: toHex(tree),
    })),
  };
  const outcome = await app.submit({
    command: 'reserves.PublishLiabilities',
    input: input as unknown as JsonValue,
    actor: KEEPER,
  });
  if (outcome.status === 'refused') files.remove(epoch);
  return outcome;
}

/** Builds and writes an epoch whose list is public. */
async function makeOpen(owed: OwedBook, files: EpochFiles, about: EpochAbout): Promise<Made> {
  const builder = startAssetBuilder();
  const { built, places } = await buildAll(builder, owed, files, about).finally(builder.end);
  const assets = built.map(({ tree, root }) => ({
    asset: tree.asset,
    leaves: tree.leaves,
    ...amountsOf(root),
    root: root.slice(0, 32),
  }));
  const statement: Statement = { format: LIABILITIES_FORMAT, ...about, assets };
  await files.write(statement, built, places);
  return { root: epochRoot(statement), assets };
}

/** Each asset's tree, and where its customers stand in it. */
async function buildAll(
  builder: AssetBuilder,
  owed: OwedBook,
  files: EpochFiles,
  { exchange, epoch }: EpochAbout,
): Promise<{ built: BuiltAsset[]; places: Map<string, Places> }> {
  const built: BuiltAsset[] = [];
  const places = new Map<string, Places>();
  for (const asset of [...owed.keys()].sort()) {
    const of = owed.get(asset) as ReadonlyMap<string, Owed>;
    const columns = await bookColumns(of, files, files.seedOf(epoch, `${asset} parts`));
    await builder.arrange(columns, files.seedOf(epoch, asset));
    built.push(await builder.build({ exchange, epoch, asset }, columns));
    const indexOf = new Uint32Array(columns.rows);
    for (let index = 0; index < columns.rows; index += 1) indexOf[columns.order[index] as number] = index;
    places.set(asset, { customers: [...of.keys()], parts: PARTS, indexOf });
  }
  return { built, places };
}

/** The accounts as they are now; names are only ever added, sums change. */
const copyOf = (accounts: AccountTable): AccountTable => ({
  ...accounts,
  lanes: accounts.lanes.slice(0, accounts.count * LANES),
});

/** Customers by their party; what nobody has been found for yet is owed all the same. */
async function owedIn(accounts: AccountTable): Promise<OwedBook> {
  const owed = new Map<string, Map<string, Owed>>();
  for (let handle = 0; handle < accounts.count; handle += 1) {
    if (handle % AT_ONCE === 0) await breathe();
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
async function bookColumns(
  of: ReadonlyMap<string, Owed>,
  files: EpochFiles,
  seed: Uint8Array,
): Promise<BookColumns> {
  let idBytes = 0;
  for (const customer of of.keys()) idBytes += Buffer.byteLength(customer);
  const columns = createColumns(of.size * PARTS, idBytes);
  const split = createSplitter(seed, createFastSha256());
  const writer = createRowWriter(columns);
  let done = 0;
  for (const [customer, { credit, debt }] of of) {
    if (done % AT_ONCE === 0) await breathe();
    done += 1;
    const credits = split(credit, PARTS);
    const debts = split(debt, PARTS);
    const parts = credits.map((share, part) => ({ credit: share, debt: debts[part] as bigint }));
    writer.add(customer, files.secretOf(customer), parts);
  }
  writer.end();
  return columns;
}
