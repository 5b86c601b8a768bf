/**
 * Commands in, facts out. Commands wait in a queue while a transaction is open and are then decided together in the
 * next one (group commit): one lock, one checkpoint signature and one write for up to thousands of commands. A command
 * that is refused or defective changes nothing and does not disturb its neighbours.
 */
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { type FaultCode, FaultError } from '../kernel/errors.ts';
import { ulid } from '../kernel/ids.ts';
import { COMMAND_QUEUE_MAX, COMMANDS_PER_COMMIT_MAX } from '../kernel/limits.ts';
import { isRefused, type Refused, refuse } from '../kernel/result.ts';
import { isoTime, parseTime } from '../kernel/time.ts';
import { factRow, growTree, SALT_BYTES } from '../log/append.ts';
import type { Principal } from '../log/define.ts';
import type { Fact } from '../log/fact.ts';
import { PERSON_KEY_BYTES } from '../log/seal.ts';
import type { Ref } from '../log/stream.ts';
import type { Clock } from '../ports/clock.ts';
import type { Sha256 } from '../ports/hash.ts';
import type { Random } from '../ports/random.ts';
import type { LogSigner } from '../ports/signer.ts';
import type { EvidenceRow, FactRow, LogTx, OutboxEntry, Receipt, Store } from '../ports/store.ts';
import { type Run, runCommand } from './dispatch.ts';
import {
  cellId,
  createOverlay,
  createViewCache,
  freshen,
  keep,
  type Overlay,
  type ViewCache,
  viewRows,
} from './project.ts';
import type { Registry } from './registry.ts';

export type Envelope = {
  readonly command: string;
  readonly input: JsonValue;
  readonly actor: Principal;
  /** The same id is executed once, on any node, and answers with the first outcome. */
  readonly id?: string;
};

export type Done = {
  readonly status: 'done';
  readonly facts: readonly { seq: number; id: string; type: string }[];
  readonly result: JsonValue;
};
export type Outcome = Done | ({ readonly status: 'refused' } & Refused);

export type AppPorts = {
  readonly registry: Registry;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly signer: LogSigner;
  readonly sha256: Sha256;
  /** Told about defects that were contained; the caller gets `internal.defect`. */
  readonly onDefect?: (error: unknown, command: string) => void;
};

export type App = {
  submit(envelope: Envelope): Promise<Outcome>;
  /** Resolves when everything submitted so far is durable; later submits are turned away. */
  stop(): Promise<void>;
  readonly ports: AppPorts;
};

type Pending = { envelope: Envelope; resolve: (outcome: Outcome) => void; reject: (error: unknown) => void };

export function createApp(ports: AppPorts): App {
  let queue: Pending[] = [];
  let pumping = false;
  let idle: Promise<void> = Promise.resolve();
  let stopping = false;
  const cache = createViewCache();

  // `pumping` falls in the same breath in which the queue was seen empty, so that no command is left without a pump.
  const pump = async (): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.slice(0, COMMANDS_PER_COMMIT_MAX);
      queue = queue.slice(batch.length);
      await commitBatch(ports, cache, batch);
    }
    pumping = false;
  };

  return {
    ports,
    submit: (envelope) => {
      if (stopping)
        return Promise.reject(fault('log.stopping', 'the node is shutting down', 'send it to another node'));
      if (queue.length >= COMMAND_QUEUE_MAX) {
        return Promise.reject(
          fault('log.overloaded', `${queue.length} commands are waiting`, 'slow down and retry'),
        );
      }
      return new Promise<Outcome>((resolve, reject) => {
        queue.push({ envelope, resolve, reject });
        if (pumping) return;
        pumping = true;
        // A turn of the loop later, so that commands submitted together commit together.
        idle = Promise.resolve().then(pump);
      });
    },
    stop: async () => {
      stopping = true;
      await idle;
    },
  };
}

function fault(code: FaultCode, message: string, hint: string): FaultError {
  return new FaultError(code, message, hint);
}

type Settled = { pending: Pending; outcome?: Outcome; error?: unknown };

async function commitBatch(ports: AppPorts, cache: ViewCache, batch: readonly Pending[]): Promise<void> {
  let settled: Settled[] = [];
  try {
    const decided = await ports.store.transact((tx) => decideBatch(ports, tx, cache, batch));
    keep(cache, decided.overlay.changed(), decided.size);
    settled = decided.settled;
  } catch (error) {
    cache.size = -1;
    for (const pending of batch) pending.reject(error);
    return;
  }
  // Only now is everything durable, so only now may anybody be told.
  for (const { pending, outcome, error } of settled) {
    if (outcome) pending.resolve(outcome);
    else pending.reject(error);
  }
}

type Gathered = {
  facts: { fact: Fact; text: string; disclosed: boolean }[];
  evidence: EvidenceRow[];
  outbox: OutboxEntry[];
  receipts: Receipt[];
};

async function decideBatch(
  ports: AppPorts,
  tx: LogTx,
  cache: ViewCache,
  batch: readonly Pending[],
): Promise<{ settled: Settled[]; overlay: Overlay; size: number }> {
  freshen(cache, tx.head.frontier.size);
  await prefetch(ports.registry, tx, cache, batch);
  const overlay = createOverlay((view, key) => tx.readView(view, key), cache);
  const gathered: Gathered = { facts: [], evidence: [], outbox: [], receipts: [] };
  const settled: Settled[] = [];
  const seen = new Map<string, Outcome>();
  for (const pending of batch) {
    const { envelope } = pending;
    try {
      const repeated =
        envelope.id === undefined ? undefined : (seen.get(envelope.id) ?? (await receiptOf(tx, envelope.id)));
      const outcome = repeated ?? (await decideOne(ports, tx, overlay, gathered, envelope));
      if (envelope.id !== undefined && repeated === undefined) {
        seen.set(envelope.id, outcome);
        gathered.receipts.push({ id: envelope.id, outcome: canonicalJson(outcome as unknown as JsonValue) });
      }
      settled.push({ pending, outcome });
    } catch (error) {
      if (!(error instanceof FaultError)) ports.onDefect?.(error, envelope.command);
      settled.push({ pending, error });
    }
  }
  await write(ports, tx, overlay, gathered);
  return { settled, overlay, size: tx.head.frontier.size + gathered.facts.length };
}

/** What the batch's commands say they read, in one question to the store instead of one each. */
async function prefetch(
  registry: Registry,
  tx: LogTx,
  cache: ViewCache,
  batch: readonly Pending[],
): Promise<void> {
  const wanted = new Map<string, Ref<JsonValue>>();
  for (const { envelope } of batch) {
    const command = registry.commands.get(envelope.command);
    const parsed = command?.input.safeParse(envelope.input);
    if (!command || !parsed?.success) continue;
    for (const asked of Object.values(command.reads(parsed.data))) {
      const id = cellId(asked.view, asked.key);
      if (!cache.states.has(id)) wanted.set(id, asked);
    }
  }
  if (wanted.size < 2) return;
  const refs = [...wanted.values()];
  const texts = await tx.readViews(refs.map(({ view, key }) => ({ view: view.name, key })));
  refs.forEach(({ view, key }, i) => {
    const text = texts[i];
    cache.states.set(
      cellId(view, key),
      text === undefined ? view.initial(key) : (JSON.parse(text) as JsonValue),
    );
  });
}

async function receiptOf(tx: LogTx, id: string): Promise<Outcome | undefined> {
  const text = await tx.readReceipt(id);
  return text === undefined ? undefined : (JSON.parse(text) as Outcome);
}

async function decideOne(
  ports: AppPorts,
  tx: LogTx,
  overlay: Overlay,
  gathered: Gathered,
  envelope: Envelope,
): Promise<Outcome> {
  const command = ports.registry.commands.get(envelope.command);
  if (!command) {
    return {
      status: 'refused',
      ...refuse(
        'unknown-command',
        `there is no command ${envelope.command}`,
        'see docs/reference/commands.md',
      ),
    };
  }
  const nowMs = Math.max(ports.clock.now(), tx.head.recordedAt === '' ? 0 : parseTime(tx.head.recordedAt));
  const layer = overlay.child();
  const run: Run = {
    registry: ports.registry,
    overlay: layer,
    now: isoTime(nowMs),
    surelyPast: isoTime(Math.min(nowMs, ports.clock.surelyPast())),
    newId: () => ulid(nowMs, ports.random.bytes(10)),
    nextSeq: tx.head.frontier.size + gathered.facts.length,
    nonce: () => ports.random.bytes(24),
    personKey: (person) => tx.personKey(person, () => ports.random.bytes(PERSON_KEY_BYTES)),
    sha256: ports.sha256,
    facts: [],
    evidence: [],
    outbox: [],
  };
  const decided = await runCommand(
    run,
    command,
    envelope.input,
    envelope.actor,
    envelope.id ?? `command:${run.newId()}`,
  );
  if (isRefused(decided)) return { status: 'refused', ...decided };
  layer.merge();
  gathered.facts.push(...run.facts);
  gathered.evidence.push(...run.evidence);
  gathered.outbox.push(...run.outbox);
  if (decided.refusal) return { status: 'refused', ...decided.refusal };
  return {
    status: 'done',
    facts: run.facts.map(({ fact }) => ({ seq: fact.seq, id: fact.id, type: fact.type })),
    result: decided.result ?? null,
  };
}

async function write(ports: AppPorts, tx: LogTx, overlay: Overlay, gathered: Gathered): Promise<void> {
  if (gathered.facts.length === 0 && gathered.receipts.length === 0) return;
  const salts = ports.random.bytes(SALT_BYTES * gathered.facts.length);
  const rows: FactRow[] = gathered.facts.map(({ fact, text, disclosed }, i) =>
    factRow(fact, text, disclosed, salts.slice(i * SALT_BYTES, (i + 1) * SALT_BYTES), ports.sha256),
  );
  const grown =
    rows.length === 0 ? { head: tx.head, tiles: [] } : growTree(tx.head, rows, ports.signer, ports.sha256);
  await tx.write({
    head: grown.head,
    tiles: grown.tiles,
    facts: rows,
    views: viewRows(overlay.changed()),
    evidence: gathered.evidence,
    outbox: gathered.outbox,
    receipts: gathered.receipts,
  });
}
