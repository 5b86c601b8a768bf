/** What follows: every recording has the controls read anew, and shortfalls start and end the clocks of the firm. */
import type { Action, ActionRule } from '../../log/define.ts';
import { isFact } from '../../log/fact.ts';
import { totalsStated } from '../ledger/facts/totals.ts';
import {
  backingRecorded,
  doubleClaimDetected,
  movesRecorded,
  redemptionsRecorded,
  supplyRecorded,
} from './facts/coin.ts';
import {
  flowsRecorded,
  holdingsRecorded,
  readingDisputed,
  shortfallCured,
  shortfallDetected,
  snapshotVoided,
} from './facts/holdings.ts';
import { movesSettled } from './facts/moves.ts';
import { bankBlocked, bankReopened, policyAdopted } from './facts/policy.ts';
import { statementRecorded } from './facts/statements.ts';

const KEEP: readonly Action[] = [{ kind: 'command', command: 'reserves.KeepControls', input: {} }];

/** Breaks alone change nothing that time would not find in the next round; four hundred of them come with one run. */
const LOOKED_AT = [
  totalsStated,
  policyAdopted,
  bankBlocked,
  bankReopened,
  holdingsRecorded,
  snapshotVoided,
  readingDisputed,
  flowsRecorded,
  statementRecorded,
  supplyRecorded,
  backingRecorded,
  movesRecorded,
  movesSettled,
  redemptionsRecorded,
  doubleClaimDetected,
] as const;

const event = (name: string, at: string, reference: string): Action[] => [
  { kind: 'command', command: 'reports.RecordFirmEvent', input: { event: name, at, reference } },
];

export const RESERVES_ACTIONS: readonly ActionRule[] = [
  ...LOOKED_AT.map(({ name }): ActionRule => ({ on: name, act: () => KEEP })),
  {
    on: shortfallDetected.name,
    act: (fact) => {
      if (!isFact(shortfallDetected, fact) || !fact.body.startsClock) return [];
      const { event: name, at, asset, owner } = fact.body;
      return event(name, at, `${asset}/${owner}`);
    },
  },
  {
    on: shortfallCured.name,
    act: (fact) => {
      if (!isFact(shortfallCured, fact) || !fact.body.endsClock) return [];
      const { event: name, at, asset, owner } = fact.body;
      return event(`${name}-cured`, at, `${asset}/${owner}`);
    },
  },
];
