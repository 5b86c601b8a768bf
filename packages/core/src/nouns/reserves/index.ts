/** The reserves module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { RESERVES_ACTIONS } from './actions.ts';
import { RESERVES_CONTROLS, RESERVES_LEVELS } from './controls/list.ts';
import { challengeAddress, recordControlProof, recordForeignClaims } from './decisions/addresses.ts';
import { blockBank, reopenBank } from './decisions/banks.ts';
import { assignBreak, explainBreak, resolveBreak } from './decisions/breaks.ts';
import { recordBacking, recordRedemptions, recordSupply } from './decisions/coin.ts';
import { approvePolicy, proposePolicy, rejectPolicy, setPolicy } from './decisions/configure.ts';
import { recordDispute, recordFlows, recordHoldings, voidSnapshot } from './decisions/holdings.ts';
import { keepControls } from './decisions/keep.ts';
import { explainMoves, recordMoves, settleMoves } from './decisions/moves.ts';
import { countChecks, publishLiabilities, publishSolvency } from './decisions/publish.ts';
import { recordReconciliation } from './decisions/reconcile.ts';
import { recordStatement } from './decisions/statements.ts';
import {
  breakAssigned,
  breakExplained,
  breakOpened,
  breakResolved,
  reconciliationRecorded,
} from './facts/breaks.ts';
import {
  backingRecorded,
  controlChallenged,
  controlProved,
  doubleClaimDetected,
  movesRecorded,
  redemptionsRecorded,
  supplyRecorded,
} from './facts/coin.ts';
import { liabilitiesChecked, liabilitiesPublished, solvencyPublished } from './facts/epochs.ts';
import {
  flowsRecorded,
  holdingsRecorded,
  readingDisputed,
  shortfallCured,
  shortfallDetected,
  snapshotVoided,
} from './facts/holdings.ts';
import { movesExplained, movesSettled } from './facts/moves.ts';
import { bankBlocked, bankReopened, policyAdopted } from './facts/policy.ts';
import { policyApproved, policyProposed, policyRejected } from './facts/proposal.ts';
import { statementRecorded } from './facts/statements.ts';
import { breaks, runs } from './views/breaks.ts';
import { addresses, coins } from './views/coin.ts';
import { epochs } from './views/epochs.ts';
import { flows, holdings, shortfalls } from './views/holdings.ts';
import { liabilities } from './views/liabilities.ts';
import { coinMoves, moveById } from './views/moves.ts';
import { policyProposal } from './views/proposal.ts';
import { reservesSetup } from './views/setup.ts';
import { statementDays } from './views/statement-days.ts';
import { accountStatements, accounts } from './views/statements.ts';

const { levelChanged, levels, signal } = RESERVES_LEVELS;

export const reserves = defineModule({
  noun: 'reserves',
  says: {
    en: 'What is held against what is owed: holdings, statements, reconciliation, coverage, runs, backing of coins.',
    ja: '債務に対する保有資産: 残高、明細、照合、保全、流出、ステーブルコインの裏付。',
  },
  facts: [
    policyAdopted,
    policyProposed,
    policyApproved,
    policyRejected,
    bankBlocked,
    bankReopened,
    holdingsRecorded,
    snapshotVoided,
    readingDisputed,
    flowsRecorded,
    shortfallDetected,
    shortfallCured,
    statementRecorded,
    reconciliationRecorded,
    breakOpened,
    breakAssigned,
    breakExplained,
    breakResolved,
    supplyRecorded,
    backingRecorded,
    movesRecorded,
    movesExplained,
    movesSettled,
    redemptionsRecorded,
    controlChallenged,
    controlProved,
    doubleClaimDetected,
    liabilitiesPublished,
    liabilitiesChecked,
    solvencyPublished,
    levelChanged,
  ],
  views: [
    reservesSetup,
    policyProposal,
    holdings,
    shortfalls,
    flows,
    liabilities,
    accountStatements,
    accounts,
    statementDays,
    breaks,
    runs,
    coins,
    coinMoves,
    moveById,
    addresses,
    epochs,
    levels,
  ],
  commands: [
    publishLiabilities,
    countChecks,
    publishSolvency,
    setPolicy,
    proposePolicy,
    approvePolicy,
    rejectPolicy,
    blockBank,
    reopenBank,
    recordHoldings,
    voidSnapshot,
    recordDispute,
    recordFlows,
    recordStatement,
    recordReconciliation,
    assignBreak,
    explainBreak,
    resolveBreak,
    recordSupply,
    recordBacking,
    recordMoves,
    explainMoves,
    settleMoves,
    recordRedemptions,
    challengeAddress,
    recordControlProof,
    recordForeignClaims,
    keepControls,
  ],
  controls: RESERVES_CONTROLS.map(({ name: _, ...control }) => control),
  actions: [...RESERVES_ACTIONS, signal],
});
