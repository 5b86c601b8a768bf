/** Where time enters: live, or simulated for replays and drills. */
export type Clock = {
  readonly kind: 'live' | 'simulated';
  /** Milliseconds since 1970 UTC. */
  now(): number;
};
