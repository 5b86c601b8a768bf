/**
 * Where frames of books are kept: append-only, durable when `append` resolves, in the order of their numbers. Adapters:
 * memory, file (beside the embedded store), PostgreSQL; one conformance suite (test/conformance/journal.test.ts).
 */
export type JournalFrame = { readonly number: number; readonly bytes: Uint8Array };

export type Journal = {
  /** Frames that go on where the book's journal ends, else `journal.moved`: somebody else writes it. All or none. */
  append(book: string, frames: readonly JournalFrame[]): Promise<void>;
  /** All frames from number `from`, in order. A torn last write is not there; damage before it throws. */
  frames(book: string, from: number): AsyncGenerator<JournalFrame>;
  read(book: string, number: number): Promise<Uint8Array | undefined>;
  books(): Promise<string[]>;
  close(): Promise<void>;
};
