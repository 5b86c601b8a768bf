/** What `sonae verify` prints of a report about liabilities: aligned names and values, one thing a line. */
import type { CustomerFileReport } from '../verify-customer.ts';

/** Width of names. */
export const NAME_COLUMN = 20;

/** `name value`, aligned; what a terminal would obey is shown as an escape. */
export function reportLine(name: string, value: string): string {
  const shown = value.replace(/\p{Cc}|\p{Cf}/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
  return `${name.padEnd(NAME_COLUMN)} ${shown}`;
}

const listed = (names: readonly string[]): string => names.join(', ') || '-';

export function customerLines(report: CustomerFileReport): string[] {
  const { assets, compared, checkpointWitnesses, label: _, ...rest } = report;
  return [
    ...Object.entries(rest).map(([name, value]) => reportLine(name, String(value))),
    reportLine('checkpointWitnesses', listed(checkpointWitnesses)),
    ...assets.map(({ asset, owed, owing, leaves, total }) => {
      const debts = owing === null ? '' : `, owed by you ${owing} of ${total.owing}`;
      return reportLine(asset, `owed to you ${owed} of ${total.owed} in all${debts} (leaves: ${leaves})`);
    }),
    reportLine('compared', listed(compared)),
  ];
}
