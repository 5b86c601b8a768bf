/** Folding facts into views: layered overlays while commands run, and a full rebuild from the log. */
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';
import { must } from '../kernel/assert.ts';
import type { Fact } from '../log/fact.ts';
import type { AnyView } from '../log/stream.ts';
import type { ViewRow } from '../ports/store.ts';
import { nameOf, type Registry } from './registry.ts';

export type ViewCell = { readonly view: AnyView; readonly key: string; state: JsonValue; changed: boolean };

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

/** The bottom layer reads through `load` and caches. */
export function createOverlay(load: Load): Overlay {
  const cells = new Map<string, ViewCell>();
  const read = async (view: AnyView, key: string): Promise<JsonValue> => {
    const id = `${view.name}\n${key}`;
    const known = cells.get(id);
    if (known) return known.state;
    const text = await load(view.name, key);
    const state = text === undefined ? view.initial(key) : (JSON.parse(text) as JsonValue);
    cells.set(id, { view, key, state, changed: false });
    return state;
  };
  const write = (view: AnyView, key: string, state: JsonValue): void => {
    cells.set(`${view.name}\n${key}`, { view, key, state, changed: true });
  };
  return layer(read, write, () => [...cells.values()].filter((cell) => cell.changed));
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
        own.get(`${view.name}\n${key}`)?.state ?? read(view, key);
      const writeOwn = (view: AnyView, key: string, state: JsonValue): void => {
        own.set(`${view.name}\n${key}`, { view, key, state, changed: true });
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
export async function rebuildViews(registry: Registry, facts: AsyncIterable<Fact> | Iterable<Fact>): Promise<ViewRow[]> {
  const overlay = createOverlay(async () => undefined);
  for await (const fact of facts) await applyFact(registry, overlay, fact);
  return viewRows(overlay.changed());
}

export function viewRows(cells: readonly ViewCell[]): ViewRow[] {
  const rows = cells.map((cell) => ({ view: cell.view.name, key: cell.key, text: canonicalJson(cell.state) }));
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
