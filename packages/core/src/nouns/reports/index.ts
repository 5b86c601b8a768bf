/** The reports module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { REPORT_ACTIONS } from './actions.ts';
import { applyProfile, consider, considerFirm, meetByEvent } from './decisions/consider.ts';
import {
  exempt,
  recordFirmEvent,
  resume,
  setProfile,
  suspend,
  withdrawExemption,
} from './decisions/duties.ts';
import {
  attach,
  closeWindow,
  openWindow,
  prepare,
  readWindow,
  recordFiling,
  stateConsent,
} from './decisions/filings.ts';
import { keepClocks } from './decisions/keep.ts';
import { DUTY_FACTS } from './facts/duties.ts';
import { FILING_FACTS } from './facts/filings.ts';
import { clockList, dutyState } from './views/duties.ts';
import { filingState, windowList } from './views/filings.ts';
import { profileState } from './views/profile.ts';

export const reports = defineModule({
  noun: 'reports',
  says: {
    en: 'Duties and their clocks, forms and filings, supervisors’ windows.',
    ja: '義務と期限、様式と提出、監督当局の閲覧窓口。',
  },
  facts: [...DUTY_FACTS, ...FILING_FACTS],
  views: [profileState, dutyState, clockList, filingState, windowList],
  commands: [
    setProfile,
    applyProfile,
    consider,
    considerFirm,
    meetByEvent,
    keepClocks,
    suspend,
    resume,
    exempt,
    withdrawExemption,
    recordFirmEvent,
    prepare,
    recordFiling,
    attach,
    stateConsent,
    openWindow,
    readWindow,
    closeWindow,
  ],
  actions: REPORT_ACTIONS,
});
