/** Folding facts into views: layered overlays while commands run, and a full rebuild from the log. */
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { must } from '../kernel/assert.ts';
import type { Fact } from '../log/fact.ts';
import type { AnyView } from '../log/stream.ts';
import type { ViewRow } from '../ports/store.ts';
import { nameOf, type Registry } from './registry.ts';

export type ViewCell = { readonly view: AnyView; readonly key: string; readonly state: JsonValue };

/** View states seen by a run of commands. A child layer is thrown away when its command fails. */
export type Overlay = {
  get(view: AnyView, key: string): Promise<JsonValue>;
  put(view: AnyView, key: string, state: JsonValue): void;
  /** Moves this layer's changes into the parent. */
  merge(): void;
  child(): Overlay;
  changed(): ViewCell[];
};

type Load = (view: string, key: string) => Promise<string | undefined>;

/** States this process has read or written, good for as long as nobody else extended the log. */
export type ViewCache = { size: number; readonly states: Map<string, JsonValue> };

const CACHED_STATES_MAX = 50_000;

export function createViewCache(): ViewCache {
  return { size: -1, states: new Map() };
}

/** Forgets everything unless the log is exactly as this process left it. */
export function freshen(cache: ViewCache, size: number): void {
  if (cache.size !== size || cache.states.size > CACHED_STATES_MAX) cache.states.clear();
  cache.size = size;
}

/** After a commit: what was changed is what is stored. */
export function keep(cache: ViewCache, cells: readonly ViewCell[], size: number): void {
  for (const { view, key, state } of cells) cache.states.set(cellId(view, key), state);
  cache.size = size;
}

export const cellId = (view: AnyView, key: string): string => `${view.name}\n${key}`;

/** The bottom layer: reads through the cache and `load`, keeps changes to itself until they are committed. */
export function createOverlay(load: Load, cache: ViewCache = createViewCache()): Overlay {
  const cells = new Map<string, ViewCell>();
  const read = async (view: AnyView, key: string): Promise<JsonValue> => {
    const id = cellId(view, key);
    const known = cells.get(id)?.state ?? cache.states.get(id);
    if (known !== undefined) return known;
    const text = await load(view.name, key);
    const state = text === undefined ? view.initial(key) : (JSON.parse(text) as JsonValue);
    cache.states.set(id, state);
    return state;
  };
  const write = (view: AnyView, key: string, state: JsonValue): void => {
    cells.set(cellId(view, key), { view, key, state });
  };
  return layer(read, write, () => [...cells.values()]);
}

function layer(
  read: (view: AnyView, key: string) => Promise<JsonValue>,
  write: (view: AnyView, key: string, state: JsonValue) => void,
  changed: () => ViewCell[],
): Overlay {
  return {
    get: read,
    put: write,
    merge: () => undefined,
    changed,
    child: () => {
      const own = new Map<string, ViewCell>();
      const readOwn = async (view: AnyView, key: string): Promise<JsonValue> =>
        own.get(cellId(view, key))?.state ?? read(view, key);
      const writeOwn = (view: AnyView, key: string, state: JsonValue): void => {
        own.set(cellId(view, key), { view, key, state });
      };
      const top = layer(readOwn, writeOwn, () => [...own.values()]);
      return {
        ...top,
        merge: () => {
          for (const cell of own.values()) write(cell.view, cell.key, cell.state);
        },
      };
    },
  };
}

/** Applies one fact to every view that folds it. */
export async function applyFact(registry: Registry, overlay: Overlay, fact: Fact): Promise<void> {
  for (const view of registry.viewsOf.get(nameOf(fact.type)) ?? []) {
    for (const key of view.keysOf(fact)) {
      overlay.put(view, key, view.apply(await overlay.get(view, key), fact, key));
    }
  }
}

/** All views folded from nothing; rows sorted by view and key, so that equal logs give equal bytes. */
export async function rebuildViews(
  registry: Registry,
  facts: AsyncIterable<Fact> | Iterable<Fact>,
): Promise<ViewRow[]> {
  const overlay = createOverlay(async () => undefined);
  for await (const fact of facts) await applyFact(registry, overlay, fact);
  return viewRows(overlay.changed());
}

export function viewRows(cells: readonly ViewCell[]): ViewRow[] {
  const rows = cells.map((cell) => ({
    view: cell.view.name,
    key: cell.key,
    text: canonicalJson(cell.state),
  }));
  return rows.sort((a, b) => (a.view === b.view ? compare(a.key, b.key) : compare(a.view, b.view)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The registered view of this name. */
export function viewNamed(registry: Registry, name: string): AnyView {
  return must(
    registry.views.find((view) => view.name === name),
    `view ${name}`,
  );
}
