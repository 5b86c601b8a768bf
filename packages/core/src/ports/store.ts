/**
 * The store: facts, views, tiles, evidence, outbox and receipts, changed together in one transaction.
 * One writer at a time holds the log's head, across all processes on the same database, so there is one sequence and
 * no fork. Adapters: memory, pglite, postgres; one conformance suite (test/conformance/store.test.ts) holds for all.
 */
import type { Frontier } from '@sonae/proof/merkle';

export type LogHead = {
  /** Size and complete subtrees of the Merkle tree. */
  readonly frontier: Frontier;
  /** Signed note over the present size and root; empty for an empty log. */
  readonly checkpoint: string;
  /** recordedAt of the newest fact, ISO 8601; empty for an empty log. Recorded time never runs backwards. */
  readonly recordedAt: string;
};

export type FactRow = {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly incident: string | null;
  readonly recordedAt: string;
  /** Canonical JSON of the fact. */
  readonly text: string;
  readonly salt: Uint8Array;
  /** 32-byte commitment: the public log's entry. */
  readonly entry: Uint8Array;
  readonly disclosed: boolean;
};

export type ViewRow = { readonly view: string; readonly key: string; readonly text: string };
/** Hashes to append to a tile (32 bytes each, in order). */
export type TileGrowth = {
  readonly level: number;
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
};
/** Evidence: canonical JSON items under their RFC 6962 root (hex). */
export type EvidenceRow = { readonly root: string; readonly items: readonly string[] };

export type OutboxEntry = {
  readonly id: string;
  readonly seq: number;
  readonly target: string;
  readonly body: string;
  readonly attempts: number;
  /** ISO 8601; not tried before. */
  readonly dueAt: string;
};

export type Receipt = { readonly id: string; readonly outcome: string };

export type LogChange = {
  readonly head: LogHead;
  readonly facts: readonly FactRow[];
  readonly views: readonly ViewRow[];
  readonly tiles: readonly TileGrowth[];
  readonly evidence: readonly EvidenceRow[];
  readonly outbox: readonly OutboxEntry[];
  readonly receipts: readonly Receipt[];
};

/** The exclusive right to extend the log, while the transaction lasts. */
export type LogTx = {
  readonly head: LogHead;
  readView(view: string, key: string): Promise<string | undefined>;
  /** Many at once, in the order asked. */
  readViews(
    refs: readonly { readonly view: string; readonly key: string }[],
  ): Promise<(string | undefined)[]>;
  readReceipt(id: string): Promise<string | undefined>;
  /** The person's key; a new one from `create` is kept unless the person was forgotten. */
  personKey(person: string, create: () => Uint8Array): Promise<Uint8Array>;
  write(change: LogChange): Promise<void>;
};

export type FactFilter = {
  readonly from?: number;
  /** Exclusive upper bound; with `newestFirst` the page goes down from here. */
  readonly before?: number;
  readonly stream?: string;
  readonly incident?: string;
  readonly disclosedOnly?: boolean;
  readonly newestFirst?: boolean;
  readonly limit: number;
};

export type FactReader = (filter: FactFilter) => Promise<FactRow[]>;

export type OutboxResult =
  | { readonly done: true; readonly receipt: string }
  | { readonly done: false; readonly error: string; readonly retryAt: string | null };

export type Store = {
  readonly kind: 'memory' | 'pglite' | 'postgres';
  /** Runs `work` alone; commits what it wrote when it resolves, nothing when it throws. */
  transact<T>(work: (tx: LogTx) => Promise<T>): Promise<T>;
  head(): Promise<LogHead>;
  readonly facts: FactReader;
  view(view: string, key: string): Promise<string | undefined>;
  /** Keys ascending, after `after`. */
  viewRows(view: string, page: { after?: string; limit: number }): Promise<ViewRow[]>;
  /** The tile's hashes so far (32 bytes each), or undefined. */
  tile(level: number, index: number): Promise<Uint8Array | undefined>;
  evidence(root: string): Promise<readonly string[] | undefined>;
  /** Replaces every view row after a fold changed. `rebuild` reads facts within the same transaction: nothing slips in. */
  replaceViews(
    fingerprint: string,
    rebuild: (facts: FactReader) => Promise<readonly ViewRow[]>,
  ): Promise<void>;
  viewsFingerprint(): Promise<string | undefined>;
  /** Leases due entries until `leaseUntil`, so that two nodes never send the same one at once. */
  claimOutbox(now: string, leaseUntil: string, limit: number): Promise<OutboxEntry[]>;
  settleOutbox(id: string, result: OutboxResult): Promise<void>;
  pendingOutbox(): Promise<number>;
  forgetPerson(person: string): Promise<boolean>;
  keyOfPerson(person: string): Promise<Uint8Array | null>;
  /** Leadership for clocks: true while this process holds it; another process takes over when it goes. */
  lead(): Promise<boolean>;
  /** Called after another or this process appended; the argument is the new size. */
  onAppend(listener: (size: number) => void): () => void;
  close(): Promise<void>;
};
