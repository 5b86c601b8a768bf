/** Days on which the firm is closed, as lines of `YYYY-MM-DD`. Pure. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Lines that name no day of the calendar. */
export function badDays(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => {
    const ms = Date.parse(`${line}T00:00:00Z`);
    return !DAY.test(line) || Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== line;
  });
}
