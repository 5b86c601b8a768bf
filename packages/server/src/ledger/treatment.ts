/**
 * Snapshots of how the exchange treats its accounts: pages come in, and a whole snapshot is judged against the accounts of
 * the book and against what every account was last seen with. Both are read here: whoever sends a snapshot does not
 * choose what it is held against.
 */
import type { App, Outcome } from '@sonae/core/app/handle.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { parseTime } from '@sonae/core/kernel/time.ts';
import type { Answer } from '@sonae/core/nouns/ledger/engine/known-settings.ts';
import { holdAgainst, NO_BOOK, type Owners } from '@sonae/core/nouns/ledger/engine/owners.ts';
import type { Known, Treatment } from '@sonae/core/nouns/ledger/engine/treated.ts';
import { judgeTreatment } from '@sonae/core/nouns/ledger/engine/uniformity.ts';
import { worstOf } from '@sonae/core/nouns/ledger/engine/worst.ts';
import {
  KNOWN_PARTS,
  knownSchema,
  treatmentPageSchema,
  treatmentSchema,
} from '@sonae/core/nouns/ledger/facts/treatment.ts';
import { bookId } from '@sonae/core/nouns/ledger/facts/words.ts';
import type { LedgerPolicy } from '@sonae/core/nouns/ledger/views/policy.ts';
import { type TreatmentState, treatment } from '@sonae/core/nouns/ledger/views/treatment.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { z } from 'zod';
import type { Books } from './books.ts';

/** What a token must cover to send snapshots. */
export const TREATMENT_SCOPE = 'ledger.RecordTreatment';
/** Something else was recorded while a snapshot was judged: it is judged anew, so often. */
const TRIES_MAX = 5;
/** What is known of accounts that are no longer sent is kept up to so many in all. */
const KNOWN_MAX = 500_000;

type Page = z.infer<typeof treatmentPageSchema>;
type Sender = { readonly id: string };

/**
 * Takes a snapshot, or a page of one, in the name of its sender. Throws `input.invalid` for what cannot be read; answers
 * with the refusal where its time is wrong.
 */
export async function takeTreatment(
  app: App,
  books: Books | null,
  book: string,
  sent: JsonValue,
  sender: Sender,
): Promise<Outcome> {
  const page = readPage(book, sent);
  // The comparison is the server's: the command is not for people, and says on whose behalf it ran.
  const actor = { id: sender.id, kind: 'system' } as const;
  if (page.pages > 1) {
    const input = { book, ...page } as unknown as JsonValue;
    const taken = await app.submit({ command: 'ledger.ReceiveTreatmentPage', input, actor });
    if (taken.status === 'refused') return taken;
    const { arriving } = await readState(app, book);
    const isWhole = arriving !== null && arriving.snapshot === page.snapshot && !arriving.roots.includes('');
    if (!isWhole) return taken;
  }
  for (let tries = 1; ; tries += 1) {
    const outcome = await judgeWhole(app, books, book, page, actor);
    const isLate = outcome.status === 'refused' && outcome.refused === 'moved-on' && tries < TRIES_MAX;
    if (!isLate) return outcome;
  }
}

function readPage(book: string, sent: JsonValue): Page {
  if (!bookId.safeParse(book).success)
    throw new FaultError('input.invalid', `book: ${book.slice(0, 40)} is no id`, 'use up to 40 of a-z 0-9 -');
  const parsed = treatmentPageSchema.safeParse(sent);
  if (parsed.success) {
    checkNames(parsed.data.accounts);
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'body';
  const hint = 'see docs/guides/books.md, Uniformity of treatment';
  throw new FaultError('input.invalid', `${field}: ${issue?.message}`, hint);
}

function checkNames(accounts: readonly Treatment[]): void {
  const names = new Set(accounts.map(({ account }) => account));
  if (names.size === accounts.length) return;
  throw new FaultError('input.invalid', 'accounts: one of them is named twice', 'send each account once');
}

async function judgeWhole(
  app: App,
  books: Books | null,
  book: string,
  page: Page,
  actor: { readonly id: string; readonly kind: 'system' },
): Promise<Outcome> {
  const state = await readState(app, book);
  const accounts = page.pages === 1 ? page.accounts : await readPages(app, state.arriving?.roots ?? []);
  checkNames(accounts);
  const policy = await view<LedgerPolicy>(app, 'ledger.policy', book);
  // By our clock: the sender's time does not keep alive what is over.
  const now = app.ports.clock.now();
  const known = await readKnown(app, state);
  const judged = judgeTreatment({
    accounts,
    at: parseTime(page.at),
    known,
    answers: state.answers as readonly Answer[],
    owners: await ownersOf(books, book, accounts),
    held: state.held,
    exemptions: (policy?.exemptions ?? []).filter(({ until }) => parseTime(until) > now),
  });
  const { listed, more, unlisted } = worstOf(judged.found);
  const input = {
    ...{ book, at: page.at, step: state.step, count: accounts.length },
    ...(page.snapshot === undefined ? {} : { snapshot: page.snapshot }),
    accounts: page.pages === 1 ? accounts : [],
    known: changedParts(known, judged.known, accounts, state.known.length === 0),
    ...{ unequal: listed, more, unlisted, cleared: judged.cleared, answered: state.answers.length },
  } as unknown as JsonValue;
  return app.submit({ command: 'ledger.RecordTreatment', input, actor });
}

/** Nobody's account where there is no such book: one is not made by asking. */
async function ownersOf(books: Books | null, book: string, accounts: readonly Treatment[]): Promise<Owners> {
  if (books === null || !(await books.list()).includes(book)) return NO_BOOK;
  const { accounts: table } = (await books.open(book)).book();
  return holdAgainst(table, new Set(accounts.map(({ account }) => account)));
}

async function view<T>(app: App, name: string, key: string): Promise<T | null> {
  const text = await app.ports.store.view(name, key);
  return text === undefined ? null : (JSON.parse(text) as T);
}

const readState = async (app: App, book: string): Promise<TreatmentState> =>
  (await view<TreatmentState>(app, treatment.name, book)) ?? treatment.initial(book);

async function readEvidence<T>(app: App, root: string, schema: z.ZodType<T>): Promise<T[]> {
  const items = await app.ports.store.evidence(root);
  if (items === undefined)
    throw new FaultError('store.damaged', `evidence ${root} is not in the store`, 'restore it from a copy');
  return items.map((item) => schema.parse(JSON.parse(item)));
}

async function readPages(app: App, roots: readonly string[]): Promise<Treatment[]> {
  const pages = await Promise.all(roots.map((root) => readEvidence(app, root, treatmentSchema)));
  return pages.flat();
}

/** What accounts were last seen with; after an older version of this program, the newest snapshot. */
async function readKnown(app: App, { known, root }: TreatmentState): Promise<Known[]> {
  if (known.length === 0 && root !== '') return readPages(app, [root]);
  const roots = known.filter((one) => one !== '');
  const parts = await Promise.all(roots.map((one) => readEvidence<Known>(app, one, knownSchema)));
  return parts.flat();
}

/** Parts whose content is another one now. What is kept is bounded: beyond that, only what the snapshot names. */
function changedParts(
  before: readonly Known[],
  after: readonly Known[],
  accounts: readonly Treatment[],
  isFirst: boolean,
): { part: number; accounts: Known[] }[] {
  const named = new Set(after.length <= KNOWN_MAX ? [] : accounts.map(({ account }) => account));
  const kept = after.length <= KNOWN_MAX ? after : after.filter(({ account }) => named.has(account));
  const [old, now] = [partsOf(before), partsOf(kept)];
  return now.flatMap((of, part) => {
    const isSame = !isFirst && JSON.stringify(old[part]) === JSON.stringify(of);
    return isSame ? [] : [{ part, accounts: of }];
  });
}

function partsOf(accounts: readonly Known[]): Known[][] {
  const parts = Array.from({ length: KNOWN_PARTS }, (): Known[] => []);
  for (const one of accounts) {
    const { account, tier, flags, limits, seen, away } = one;
    parts[partOf(account)]?.push({
      ...{ account, tier, flags: sorted(flags), limits: sorted(limits) },
      ...(seen === undefined
        ? {}
        : { seen: { tier: seen.tier, flags: sorted(seen.flags), limits: sorted(seen.limits) } }),
      ...(away === undefined ? {} : { away }),
    });
  }
  for (const part of parts) part.sort((a, b) => (a.account < b.account ? -1 : 1));
  return parts;
}

/** Evidence is kept with its names in order: what is compared to it is too. */
const sorted = <T>(of: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Always the same part for an account. */
function partOf(account: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < account.length; at += 1)
    hash = Math.imul(hash ^ account.charCodeAt(at), 0x01000193) >>> 0;
  return hash % KNOWN_PARTS;
}
