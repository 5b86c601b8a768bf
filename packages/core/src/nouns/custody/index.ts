/** The custody module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { CUSTODY_ACTIONS } from './actions.ts';
import { CUSTODY_CONTROLS, custodyLevelChanged, custodyLevels, signalCustodyLevel } from './controls/list.ts';
import { proposeAddresses } from './decisions/addresses.ts';
import { approveTransfer, confirmCallBack, reconcileTransfer, stopTransfer } from './decisions/approve.ts';
import { proposeChange } from './decisions/changes.ts';
import { approveChange, rejectChange, releaseAddresses } from './decisions/decide-change.ts';
import { delistDestinations, listDestinations } from './decisions/destinations.ts';
import { decideWithdrawals } from './decisions/gate.ts';
import { explainUnknown, recordHoldings, recordSightings } from './decisions/holdings.ts';
import { keepCustody } from './decisions/keep.ts';
import { judgeMovement, recordOnChain, startScanning, stopScanning } from './decisions/on-chain.ts';
import { announcePayments } from './decisions/payments.ts';
import { approvePolicy, proposePolicy, rejectPolicy } from './decisions/policy.ts';
import { requestTransfer } from './decisions/request.ts';
import { recordSafes } from './decisions/safes.ts';
import { recordSigned } from './decisions/signed.ts';
import { GATE_FACTS } from './facts/gate.ts';
import { HOLDING_FACTS } from './facts/holdings.ts';
import { INVENTORY_FACTS } from './facts/inventory.ts';
import { POLICY_FACTS } from './facts/policy.ts';
import { SAFE_FACTS } from './facts/safes.ts';
import { blocksScanned, scanningStarted, scanningStopped, TRANSFER_FACTS } from './facts/transfers.ts';
import { GATE_VIEWS } from './views/gate.ts';
import { HOLDING_VIEWS } from './views/holdings.ts';
import { INVENTORY_VIEWS } from './views/inventory.ts';
import { policyState } from './views/policy.ts';
import { SAFE_VIEWS } from './views/safes.ts';
import { TRANSFER_VIEWS } from './views/transfers.ts';

export const custody = defineModule({
  noun: 'custody',
  says: {
    en: 'Wallets and keys, what may move, and the gate that withdrawals pass.',
    ja: 'ウォレットと鍵、移転の承認、出金のゲート。',
  },
  facts: [
    ...INVENTORY_FACTS,
    ...POLICY_FACTS,
    ...HOLDING_FACTS,
    ...TRANSFER_FACTS,
    ...SAFE_FACTS,
    blocksScanned,
    scanningStarted,
    scanningStopped,
    ...GATE_FACTS,
    custodyLevelChanged,
  ],
  views: [
    ...INVENTORY_VIEWS,
    policyState,
    ...HOLDING_VIEWS,
    ...TRANSFER_VIEWS,
    ...SAFE_VIEWS,
    ...GATE_VIEWS,
    custodyLevels,
  ],
  commands: [
    proposeChange,
    proposeAddresses,
    approveChange,
    rejectChange,
    releaseAddresses,
    proposePolicy,
    approvePolicy,
    rejectPolicy,
    recordHoldings,
    recordSightings,
    explainUnknown,
    requestTransfer,
    approveTransfer,
    confirmCallBack,
    stopTransfer,
    recordSigned,
    recordOnChain,
    recordSafes,
    startScanning,
    stopScanning,
    judgeMovement,
    reconcileTransfer,
    decideWithdrawals,
    listDestinations,
    delistDestinations,
    announcePayments,
    keepCustody,
  ],
  controls: CUSTODY_CONTROLS,
  actions: [...CUSTODY_ACTIONS, signalCustodyLevel],
});
