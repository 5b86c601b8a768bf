/** A live source of prices. It pushes what it sees; what it cannot use it counts by reason; it never throws later. */
import type { Fault } from '../kernel/errors.ts';
import type { FeedSpec, Observation, Rejection } from '../nouns/prices/sources.ts';

export type VenueEvent =
  | { readonly observation: Observation }
  | { readonly rejected: { readonly feed: string; readonly reason: Rejection; readonly line: string } }
  /** The source does not answer or talks nonsense; it keeps trying. */
  | { readonly trouble: { readonly feed: string; readonly fault: Fault } };

export type Venue = {
  readonly feed: FeedSpec;
  /** Starts watching; the returned function stops and resolves when nothing is left running. */
  watch(listener: (event: VenueEvent) => void): () => Promise<void>;
};
