/** Training is held at least once a year (JVCEA emergency rule art. 8). Pure. */
const YEAR_MS = 366 * 86_400_000;

export const isTrainingOld = (at: string, nowMs: number): boolean => nowMs - Date.parse(at) > YEAR_MS;
