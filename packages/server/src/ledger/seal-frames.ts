/**
 * Durable frames into the log: every broken rule first, then the seal over the frames. Each step happens once, whenever a
 * crash comes: violations carry an idempotent id, and a seal fits only behind the one before.
 */
import type { App } from '@sonae/core/app/handle.ts';
import { isoTime, parseTime } from '@sonae/core/kernel/time.ts';
import type { FrameHeader } from '@sonae/core/nouns/ledger/engine/frame.ts';
import { type LoggedViolation, VIOLATIONS_PER_FACT_MAX } from '@sonae/core/nouns/ledger/facts/batches.ts';
import type { SealedBook } from '@sonae/core/nouns/ledger/views/book.ts';
import type { ReservesSetup } from '@sonae/core/nouns/reserves/views/setup.ts';
import { toHex } from '@sonae/proof/bytes';
import type { JsonValue } from '@sonae/proof/canonical-json';
import type { LedgerBook } from './ledger-book.ts';
import { totalsOf } from './totals.ts';

const KEEPER = { id: 'system:ledger', kind: 'system' } as const;

export async function sealedStateOf(app: App, book: string): Promise<SealedBook | null> {
  const text = await app.ports.store.view('ledger.book', book);
  return text === undefined ? null : (JSON.parse(text) as SealedBook);
}

/** How many frames were sealed, and the newest that is. */
export type Sealed = { readonly frames: number; readonly sealedTo: number };

/**
 * Seals what is durable. `withTotals`: the books are also summed up, unless they were
 * after frame `summedTo`, which is the newest still.
 */
export async function sealFrames(
  app: App,
  ledger: LedgerBook,
  withTotals: boolean,
  summedTo: number,
): Promise<Sealed> {
  const { id: book } = ledger;
  const sealedTo = (await sealedStateOf(app, book))?.sealedTo ?? 0;
  ledger.forgetSealed(sealedTo);
  const snapshot = await ledger.settled(() => ({
    frames: ledger.unsealed(sealedTo),
    head: toHex(ledger.written().hash),
    accounts: ledger.book().accounts.count,
    totals:
      withTotals && ledger.written().number > summedTo ? { totals: totalsOf(ledger.book().accounts) } : {},
  }));
  const { frames, head, accounts, totals } = snapshot;
  const newest = frames.at(-1);
  if (newest === undefined) {
    // The seal before this one left them out, and nothing may come after it for days.
    if (totals.totals !== undefined && sealedTo > summedTo) {
      const input = { book, to: sealedTo, totals: totals.totals } as unknown as JsonValue;
      await app.submit({ command: 'ledger.StateTotals', input, actor: KEEPER });
    }
    return { frames: 0, sealedTo };
  }
  const sum = (of: (header: FrameHeader) => number): number =>
    frames.reduce((total, one) => total + of(one), 0);
  const seal = {
    book,
    from: sealedTo + 1,
    to: newest.number,
    head,
    transfers: newest.first + newest.count,
    accounts,
    nextSeq: newest.nextSeq,
    // Frames written earlier may carry the time of a posting ahead of the clock, even beyond what a fact can say.
    asOf: isoTime(Math.min(parseTime(newest.asOf), app.ports.clock.now())),
    booked: sum(({ count }) => count),
    repeats: sum(({ repeats }) => repeats),
    turnedAway: sum(({ turnedAway }) => turnedAway),
    violations: sum(({ violations }) => violations.length),
    ...totals,
  };
  for (const header of frames) await recordViolations(app, book, header);
  const id = `ledger/${book}/seal/${seal.from}/${seal.to}`;
  await app.submit({ command: 'ledger.SealBatches', input: seal as unknown as JsonValue, actor: KEEPER, id });
  ledger.forgetSealed(newest.number);
  return { frames: frames.length, sealedTo: newest.number };
}

/** States flows of the book that reserves are held against; what lies ahead of the clock is not stated. */
export async function stateFlows(app: App, ledger: LedgerBook): Promise<void> {
  const text = await app.ports.store.view('reserves.setup', 'all');
  const setup = text === undefined ? null : (JSON.parse(text) as ReservesSetup);
  const steps = ledger.takeFlows();
  if (setup?.policy?.book !== ledger.id) return;
  const now = app.ports.clock.now();
  for (const step of steps.filter(({ from }) => parseTime(from) <= now))
    await app.submit({ command: 'reserves.RecordFlows', input: step as unknown as JsonValue, actor: KEEPER });
}

async function recordViolations(app: App, book: string, header: FrameHeader): Promise<void> {
  const { number: frame, violations, receivedAt: at } = header;
  for (let part = 0; part * VIOLATIONS_PER_FACT_MAX < violations.length; part += 1) {
    const from = part * VIOLATIONS_PER_FACT_MAX;
    const some: readonly LoggedViolation[] = violations.slice(from, from + VIOLATIONS_PER_FACT_MAX);
    const input = { book, frame, at, violations: some } as unknown as JsonValue;
    await app.submit({
      command: 'ledger.RecordViolations',
      input,
      actor: KEEPER,
      id: `ledger/${book}/violations/${frame}/${part}`,
    });
  }
}
