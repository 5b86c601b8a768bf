/**
 * The gate: the only way to a real system. It trusts neither the views nor the outbox, but reads the whole log, checks
 * every entry against the Merkle tree under the signed checkpoint, keeps its own fold of people and powers, and verifies
 * every signature again before it hands out an order. Whoever changes, removes or inserts a row in the database makes the
 * gate refuse everything; whoever holds the log's key still cannot make the signatures of people.
 */
import { applyFact, createOverlay, type Overlay } from '@sonae/core/app/project.ts';
import { buildRegistry, type Registry } from '@sonae/core/app/registry.ts';
import { FaultError } from '@sonae/core/kernel/errors.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Module } from '@sonae/core/log/define.ts';
import { type AnyView, ref } from '@sonae/core/log/stream.ts';
import { decodeFact } from '@sonae/core/log/upcast.ts';
import type { World } from '@sonae/core/nouns/authority/decisions/checks.ts';
import { world } from '@sonae/core/nouns/authority/decisions/checks.ts';
import { type Verified, verifyUse } from '@sonae/core/nouns/authority/decisions/verify.ts';
import { type Use, useRecord } from '@sonae/core/nouns/authority/views/use.ts';
import type { Clock } from '@sonae/core/ports/clock.ts';
import type { Sha256 } from '@sonae/core/ports/hash.ts';
import type { FactRow, Store } from '@sonae/core/ports/store.ts';
import { equalBytes, utf8Encode } from '@sonae/proof/bytes';
import { openCheckpoint } from '@sonae/proof/checkpoint';
import { factCommitment } from '@sonae/proof/disclosure';
import { appendLeaves, emptyFrontier, type Frontier, frontierRoot, leafHash } from '@sonae/proof/merkle';
import { ed25519Verifier, type NoteVerifier } from '@sonae/proof/signed-note';

export type GatePorts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly modules: readonly Module[];
  /** signed-note key of the log. */
  readonly verifierKey: string;
  /** Hex hash of the charter that this node obeys; null takes the first it meets, and keeps it. */
  readonly founding: string | null;
  readonly sha256: Sha256;
};

export type Gate = {
  /** Everything about one use from the verified log: an order to perform, or why not. Throws when the log is damaged. */
  check(use: string): Promise<Verified>;
  /** The gate's own view of a use, from the verified log. */
  use(id: string): Promise<Use>;
  /** The gate's own people and powers. */
  world(): Promise<World>;
  /** Facts verified so far. */
  readonly size: number;
};

const PAGE = 1_000;
const WORLD_VIEWS = Object.values(world()).map(({ view }) => view);

export function createGate(ports: GatePorts): Gate {
  const registry = onlyViews(buildRegistry(ports.modules), [...WORLD_VIEWS, useRecord as unknown as AnyView]);
  const verifier = ed25519Verifier(ports.verifierKey);
  const overlay = createOverlay(async () => undefined);
  let frontier: Frontier = emptyFrontier;
  let pinned = ports.founding;
  let turn: Promise<unknown> = Promise.resolve();

  const refresh = async (): Promise<void> => {
    const head = await ports.store.head();
    if (head.frontier.size < frontier.size) throw damaged('the log is shorter than it was');
    if (head.frontier.size === frontier.size) return;
    const next = await followLog(ports, registry, overlay, frontier, head.frontier.size);
    checkHead(head.checkpoint, next, verifier, ports.sha256);
    frontier = next;
  };
  const read = async (): Promise<World> => {
    const entries = Object.entries(world()).map(async ([name, { view, key }]) => [
      name,
      await overlay.get(view, key),
    ]);
    const state = Object.fromEntries(await Promise.all(entries)) as World;
    pinned ??= state.people.founding === '' ? null : state.people.founding;
    if (pinned !== null && state.people.founding !== pinned)
      throw damaged(`the log was founded by ${state.people.founding}, this node obeys ${pinned}`);
    return state;
  };
  const useOf = async (id: string): Promise<Use> => {
    const { view, key } = ref(useRecord, id);
    return (await overlay.get(view, key)) as unknown as Use;
  };
  /** One at a time: a half-followed log answers nobody. */
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(async () => {
      await refresh();
      return work();
    });
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    get size() {
      return frontier.size;
    },
    check: (id) =>
      alone(async () => {
        const state = await read();
        const [now, surelyPast] = [isoTime(ports.clock.now()), isoTime(ports.clock.surelyPast())];
        return verifyUse(await useOf(id), state, { now, surelyPast });
      }),
    use: (id) => alone(() => useOf(id)),
    world: () => alone(read),
  };
}

/** The registry with only the views that the gate needs, so that following the log costs little. */
function onlyViews(registry: Registry, views: readonly AnyView[]): Registry {
  const wanted = new Set(views.map((view) => view.name));
  const viewsOf = new Map(
    [...registry.viewsOf].map(([name, folds]) => [name, folds.filter((view) => wanted.has(view.name))]),
  );
  return { ...registry, views, viewsOf };
}

async function followLog(
  { store, sha256 }: GatePorts,
  registry: Registry,
  overlay: Overlay,
  from: Frontier,
  size: number,
): Promise<Frontier> {
  let frontier = from;
  const layer = overlay.child();
  while (frontier.size < size) {
    const rows = await store.facts({ from: frontier.size, before: size, limit: PAGE });
    if (rows.length === 0) throw damaged(`fact ${frontier.size} is missing`);
    const leaves = rows.map((row, n) => leafHash(entryOf(row, frontier.size + n, sha256), sha256));
    for (const row of rows) await applyFact(registry, layer, decodeFact(row.text, registry.facts));
    frontier = appendLeaves(frontier, leaves, () => undefined, sha256);
  }
  layer.merge();
  return frontier;
}

/** The entry recomputed from salt and bytes: a row whose entry says something else was changed. */
function entryOf(row: FactRow, seq: number, sha256: Sha256): Uint8Array {
  const entry = factCommitment(row.salt, utf8Encode(row.text), sha256);
  if (row.seq !== seq || !equalBytes(entry, row.entry))
    throw damaged(`fact ${seq} is not what the log committed to`);
  return entry;
}

function checkHead(checkpoint: string, frontier: Frontier, verifier: NoteVerifier, sha256: Sha256): void {
  let opened: ReturnType<typeof openCheckpoint>;
  try {
    opened = openCheckpoint(checkpoint, verifier);
  } catch (error) {
    throw damaged('the checkpoint is not signed by the log’s key', error);
  }
  if (opened.size !== frontier.size || !equalBytes(opened.root, frontierRoot(frontier, sha256)))
    throw damaged('the facts do not give the signed root');
}

function damaged(what: string, cause?: unknown): FaultError {
  const hint = 'nothing leaves until the log verifies: compare with an export or a witness';
  return new FaultError('store.damaged', what, hint, cause);
}
