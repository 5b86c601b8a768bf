/** A running node: what screens and tools may ask of it, and its event bell. */

import type { ClockState, TickEvent } from '@sonae/core/app/api.ts';
import type { Tick } from '@sonae/core/app/evaluate.ts';
import type { App } from '@sonae/core/app/handle.ts';
import { isoTime } from '@sonae/core/kernel/time.ts';
import type { Config } from './config.ts';
import type { Demonstration } from './demonstration/stage.ts';
import type { Books } from './ledger/books.ts';
import type { EpochFiles } from './liabilities/epoch-files.ts';
import { createPrivateFileMaker, type PrivateFileMaker } from './liabilities/private-file-maker.ts';
import { seeTick, type WatchedAsset } from './runtime.ts';
import type { WitnessedLog } from './witness/witnessed-log.ts';

export type NodeEvent =
  | { readonly event: 'append'; readonly data: { readonly size: number } }
  | { readonly event: 'tick'; readonly data: TickEvent };

export type Node = {
  readonly app: App;
  readonly config: Config;
  readonly version: string;
  readonly assets: ReadonlyMap<string, WatchedAsset>;
  leader: boolean;
  /** While somebody signs or a target is being acted on: a replay then gives whoever watches time to follow. */
  attention: boolean;
  /** The firm's books; null where no journal is kept. */
  books: Books | null;
  /** Published proofs of liabilities. */
  epochs: EpochFiles | null;
  /** What witnesses cosigned of the log; null where nobody is asked. */
  witnessed: WitnessedLog | null;
  /** Makes customers' files of private epochs. */
  readonly privateFiles: PrivateFileMaker;
  /** Set where a demonstration firm signs on this machine. */
  demonstration: Demonstration | null;
  clockState(): ClockState;
  replay: ClockState['replay'];
  onEvent(listener: (event: NodeEvent) => void): () => void;
  sawTick(asset: string, tick: Tick): void;
};

export function createNode(
  app: App,
  config: Config,
  version: string,
  watched: readonly WatchedAsset[],
): Node {
  const listeners = new Set<(event: NodeEvent) => void>();
  const emit = (event: NodeEvent): void => {
    for (const listener of listeners) listener(event);
  };
  app.ports.store.onAppend((size) => emit({ event: 'append', data: { size } }));
  const assets = new Map(watched.map((asset) => [asset.watch.spec.asset, asset]));
  const node: Node = {
    app,
    config,
    version,
    assets,
    leader: false,
    attention: false,
    books: null,
    epochs: null,
    witnessed: null,
    privateFiles: createPrivateFileMaker(),
    demonstration: null,
    replay: null,
    clockState: () => ({
      kind: app.ports.clock.kind,
      now: isoTime(app.ports.clock.now()),
      replay: node.replay,
    }),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sawTick: (asset, tick) => {
      const known = assets.get(asset);
      if (known) seeTick(known, tick);
      const levels = { [asset]: { price: tick.peg.price, level: tick.peg.level } };
      emit({ event: 'tick', data: { now: isoTime(app.ports.clock.now()), assets: levels } });
    },
  };
  return node;
}
