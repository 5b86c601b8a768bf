/** The store in plain maps: for tests, backtests and replays that keep nothing. Same contract, no durability. */
import { assert } from '@sonae/core/kernel/assert.ts';
import { forgottenPerson } from '@sonae/core/log/seal.ts';
import type {
  EvidenceRow,
  FactFilter,
  FactRow,
  LogChange,
  LogHead,
  LogTx,
  OutboxEntry,
  Store,
  ViewRow,
} from '@sonae/core/ports/store.ts';
import { concatBytes } from '@sonae/proof/bytes';
import { emptyFrontier } from '@sonae/proof/merkle';

type Outbox = OutboxEntry & { leaseUntil: string; state: 'pending' | 'done' | 'failed'; note: string };

type Data = {
  head: LogHead;
  facts: FactRow[];
  views: Map<string, Map<string, string>>;
  tiles: Map<string, Uint8Array>;
  evidence: Map<string, readonly string[]>;
  outbox: Map<string, Outbox>;
  receipts: Map<string, string>;
  /** null: forgotten, and never to be made again. */
  persons: Map<string, Uint8Array | null>;
  fingerprint: string | undefined;
};

export function createMemoryStore(): Store {
  const data: Data = {
    head: { frontier: emptyFrontier, checkpoint: '', recordedAt: '' },
    facts: [],
    views: new Map(),
    tiles: new Map(),
    evidence: new Map(),
    outbox: new Map(),
    receipts: new Map(),
    persons: new Map(),
    fingerprint: undefined,
  };
  const listeners = new Set<(size: number) => void>();
  let tail: Promise<unknown> = Promise.resolve();
  const view = (name: string): Map<string, string> => viewOf(data, name);

  return {
    kind: 'memory',
    transact: (work) => {
      const mine = tail.then(() => transact(data, listeners, work));
      tail = mine.catch(() => undefined);
      return mine;
    },
    head: async () => data.head,
    facts: async (filter) => selectFacts(data.facts, filter),
    view: async (name, key) => view(name).get(key),
    viewRows: async (name, { after, limit }) =>
      [...view(name)]
        .map(([key, text]): ViewRow => ({ view: name, key, text }))
        .filter((row) => after === undefined || row.key > after)
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit),
    tile: async (level, index) => data.tiles.get(`${level}/${index}`),
    evidence: async (root) => data.evidence.get(root),
    replaceViews: async (fingerprint, rebuild) => {
      const rows = await rebuild(async (filter) => selectFacts(data.facts, filter));
      data.views.clear();
      for (const row of rows) view(row.view).set(row.key, row.text);
      data.fingerprint = fingerprint;
    },
    viewsFingerprint: async () => data.fingerprint,
    claimOutbox: async (now, leaseUntil, limit) => claim(data.outbox, now, leaseUntil, limit),
    settleOutbox: async (id, result) => {
      const entry = data.outbox.get(id);
      if (!entry) return;
      if (result.done) data.outbox.set(id, { ...entry, state: 'done', note: result.receipt });
      else if (result.retryAt === null)
        data.outbox.set(id, { ...entry, state: 'failed', note: result.error });
      else data.outbox.set(id, { ...entry, dueAt: result.retryAt, leaseUntil: '', note: result.error });
    },
    pendingOutbox: async () => [...data.outbox.values()].filter((entry) => entry.state === 'pending').length,
    forgetPerson: async (person) => {
      const known = data.persons.get(person) != null;
      data.persons.set(person, null);
      return known;
    },
    keyOfPerson: async (person) => data.persons.get(person) ?? null,
    lead: async () => true,
    onAppend: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await tail;
    },
  };
}

function viewOf(data: Data, name: string): Map<string, string> {
  const known = data.views.get(name) ?? new Map<string, string>();
  data.views.set(name, known);
  return known;
}

/** Stages what `work` writes and applies it only when all of it has succeeded. */
async function transact<T>(
  data: Data,
  listeners: ReadonlySet<(size: number) => void>,
  work: (tx: LogTx) => Promise<T>,
): Promise<T> {
  const staged: LogChange[] = [];
  const persons = new Map<string, Uint8Array>();
  const result = await work({
    head: data.head,
    readView: async (name, key) => viewOf(data, name).get(key),
    readViews: async (refs) => refs.map((wanted) => viewOf(data, wanted.view).get(wanted.key)),
    readReceipt: async (id) => data.receipts.get(id),
    personKey: async (person, create) => {
      const known = data.persons.get(person) ?? persons.get(person);
      if (data.persons.get(person) === null) throw forgottenPerson(person);
      if (known) return known;
      const key = create();
      persons.set(person, key);
      return key;
    },
    write: async (change) => {
      staged.push(change);
    },
  });
  for (const [person, key] of persons) data.persons.set(person, key);
  for (const change of staged) apply(data, change);
  if (staged.some((change) => change.facts.length > 0)) {
    for (const listener of listeners) listener(data.head.frontier.size);
  }
  return result;
}

function apply(data: Data, change: LogChange): void {
  assert(change.head.frontier.size === data.facts.length + change.facts.length, 'the head counts every fact');
  data.head = change.head;
  data.facts.push(...change.facts);
  for (const row of change.views) viewOf(data, row.view).set(row.key, row.text);
  for (const { level, index, hashes } of change.tiles) {
    const key = `${level}/${index}`;
    data.tiles.set(key, concatBytes(data.tiles.get(key) ?? new Uint8Array(0), ...hashes));
  }
  for (const row of change.evidence as readonly EvidenceRow[]) data.evidence.set(row.root, row.items);
  for (const entry of change.outbox)
    data.outbox.set(entry.id, { ...entry, leaseUntil: '', state: 'pending', note: '' });
  for (const receipt of change.receipts) data.receipts.set(receipt.id, receipt.outcome);
}

function selectFacts(facts: readonly FactRow[], filter: FactFilter): FactRow[] {
  const { from = 0, before = facts.length, stream, incident, disclosedOnly, newestFirst, limit } = filter;
  const range = facts.slice(from, Math.max(from, before));
  const wanted = range.filter(
    (row) =>
      (stream === undefined || row.stream === stream) &&
      (incident === undefined || row.incident === incident) &&
      (!disclosedOnly || row.disclosed),
  );
  return newestFirst ? wanted.slice(-limit).reverse() : wanted.slice(0, limit);
}

function claim(outbox: Map<string, Outbox>, now: string, leaseUntil: string, limit: number): OutboxEntry[] {
  const due = [...outbox.values()]
    .filter((entry) => entry.state === 'pending' && entry.dueAt <= now && entry.leaseUntil <= now)
    .sort((a, b) => a.seq - b.seq)
    .slice(0, limit);
  for (const entry of due) outbox.set(entry.id, { ...entry, leaseUntil, attempts: entry.attempts + 1 });
  return due.map((entry) => ({ ...entry, attempts: entry.attempts + 1 }));
}
