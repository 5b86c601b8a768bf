/** What `sonae verify` prints of a report about liabilities: aligned names and values, one thing a line. */
import type { CustomerFileReport } from '../verify/verify-customer.ts';
import type { EpochAsset, EpochReport } from '../verify/verify-epoch.ts';
import type { SolvencyFindings } from '../verify/verify-solvency.ts';
import { printable } from './say.ts';

/** Width of names. */
export const NAME_COLUMN = 20;

/** `name value`, aligned. */
export function reportLine(name: string, value: string): string {
  return `${name.padEnd(NAME_COLUMN)} ${printable(value)}`;
}

const listed = (names: readonly string[]): string => names.join(', ') || '-';

/** Lines of a customer’s file that holds. */
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

/** Lines of a published epoch that holds, with what was not checked and what its solvency lacks. */
export function epochLines(report: EpochReport): string[] {
  const { assets, solvency, checkpointWitnesses, hasPublicList, label: _, ...rest } = report;
  return [
    ...Object.entries(rest).map(([name, value]) => reportLine(name, String(value))),
    reportLine('checkpointWitnesses', listed(checkpointWitnesses)),
    reportLine(
      'publicList',
      hasPublicList ? 'yes' : 'none: a private epoch has no public list; its totals are proved',
    ),
    ...assets.map((asset) => reportLine(asset.asset, assetText(asset))),
    ...(solvency === null ? [reportLine('solvency', 'none is listed')] : solvencyLines(solvency)),
  ];
}

const SHOWN: Readonly<Record<NonNullable<EpochAsset['shownBy']>, string>> = {
  list: 'leaves added up',
  proof: 'leaves, total proved',
};

function assetText({ owed, owing, leaves, shownBy }: EpochAsset): string {
  const debts = owing === null ? '' : `, owed by customers ${owing}`;
  const shown = shownBy === null ? 'leaves, list not read' : SHOWN[shownBy];
  return `owed ${owed}${debts}: ${leaves} ${shown}`;
}

function solvencyLines({ checks, contracts }: SolvencyFindings): string[] {
  const { stated, acceptedAgain } = contracts;
  const told = `${stated} checked on chain by the firm, not recomputable offline; ${acceptedAgain} accept again through your node`;
  const onChain = stated === 0 ? [] : [reportLine('solvency contracts', told)];
  const lines = checks.map(({ id, holds, detail }) => {
    const answer = holds === null ? 'not checked' : holds ? 'holds' : 'lacking, as it says itself';
    return reportLine(`solvency ${id}`, detail === '' ? answer : `${answer}: ${detail}`);
  });
  return [...lines, ...onChain];
}
