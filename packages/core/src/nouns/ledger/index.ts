/** The ledger module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { LEDGER_CONTROLS, ledgerLevels } from './controls.ts';
import { approveChange, proposeChange, rejectChange } from './decisions/changes.ts';
import {
  answerViolations,
  recordViolations,
  sealBatches,
  sealPeriod,
  stateTotals,
} from './decisions/seal.ts';
import { receiveTreatmentPage, recordTreatment } from './decisions/treatment.ts';
import { answerTreatment, keepTreatment } from './decisions/treatment-answers.ts';
import { batchesSealed, periodSealed, violationsAnswered, violationsDetected } from './facts/batches.ts';
import { changeApproved, changeEndorsed, changeProposed, changeRejected } from './facts/changes.ts';
import { totalsStated } from './facts/totals.ts';
import { treatmentAnswered, treatmentPageReceived, treatmentRecorded } from './facts/treatment.ts';
import { sealedBook } from './views/book.ts';
import { ledgerPolicy } from './views/policy.ts';
import { ledgerTotals } from './views/totals.ts';
import { treatment, treatmentTimes } from './views/treatment.ts';

export const ledger = defineModule({
  noun: 'ledger',
  says: { en: 'The firm’s books, verified posting by posting.', ja: '仕訳単位で検証される帳簿。' },
  facts: [
    batchesSealed,
    violationsDetected,
    violationsAnswered,
    periodSealed,
    totalsStated,
    treatmentRecorded,
    treatmentPageReceived,
    treatmentAnswered,
    changeProposed,
    changeEndorsed,
    changeApproved,
    changeRejected,
    ledgerLevels.levelChanged,
  ],
  views: [sealedBook, ledgerPolicy, ledgerTotals, treatment, treatmentTimes, ledgerLevels.levels],
  commands: [
    recordViolations,
    sealBatches,
    stateTotals,
    sealPeriod,
    answerViolations,
    receiveTreatmentPage,
    recordTreatment,
    answerTreatment,
    keepTreatment,
    proposeChange,
    approveChange,
    rejectChange,
  ],
  controls: LEDGER_CONTROLS,
  actions: [ledgerLevels.signal],
});
