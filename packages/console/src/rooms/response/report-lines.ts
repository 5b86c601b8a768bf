/** The timeline of a public report as lines of text: `2026-11-22T03:24 | English | 日本語`. Pure. */
import { linesOf, utcOf } from './form-fields.ts';

export type ReportEntry = {
  readonly at: string;
  readonly text: { readonly en: string; readonly ja: string };
};
const ENTRIES_MAX = 200;

/** Null when a line is not of this shape, or there are none or too many. */
export function parseReportLines(written: string): readonly ReportEntry[] | null {
  const lines = linesOf(written);
  if (lines.length === 0 || lines.length > ENTRIES_MAX) return null;
  const entries = lines.map((line): ReportEntry | null => {
    const [time = '', en = '', ja = '', ...rest] = line.split('|').map((part) => part.trim());
    const at = utcOf(time.replace(/Z$/, ''));
    return at === undefined || en === '' || ja === '' || rest.length > 0 ? null : { at, text: { en, ja } };
  });
  return entries.every((one) => one !== null) ? entries : null;
}

export function reportLine({ at, text }: ReportEntry): string {
  return `${at.slice(0, 16)} | ${text.en} | ${text.ja}`;
}
