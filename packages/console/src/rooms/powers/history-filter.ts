/** What the history of uses can be narrowed to; the values stand in the address. */
export const HISTORY_STEPS = ['all', 'stop', 'extend', 'resume', 'govern'] as const;
export const HISTORY_OUTCOMES = ['all', 'happened', 'stopped', 'unreviewed'] as const;
export type HistoryStep = (typeof HISTORY_STEPS)[number];
export type HistoryOutcome = (typeof HISTORY_OUTCOMES)[number];
