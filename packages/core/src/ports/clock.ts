/** Where time enters: live, or simulated for replays and drills. */
export type Clock = {
  readonly kind: 'live' | 'simulated';
  /** Milliseconds since 1970 UTC; the latest it can be. A clock set back does not make it later to expire. */
  now(): number;
  /**
   * The earliest it can be: a clock that jumped ahead does not shorten a delay. Equal to `now()` unless the wall clock and
   * the time that has verifiably passed in this process disagree.
   */
  surelyPast(): number;
};
