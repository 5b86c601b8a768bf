/** The incidents module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { INCIDENT_ACTIONS } from './actions.ts';
import {
  endImprovement,
  keepImprovements,
  linkImprovement,
  proposeImprovement,
} from './decisions/improvements.ts';
import { classify, declare, dismiss, verify } from './decisions/judge.ts';
import { advance, note, reopen } from './decisions/lead.ts';
import {
  assignRole,
  closeHeadquarters,
  collectEvidence,
  correctNote,
  decideQuestion,
  handEvidence,
  openHeadquarters,
  releaseRole,
} from './decisions/record.ts';
import { assess, setKinds, stateField, stateMilestone } from './decisions/respond.ts';
import {
  completeReview,
  openReview,
  publishReport,
  recordCause,
  recordDeviation,
  recordInterview,
} from './decisions/review.ts';
import { keepSuspicions, lapse, signal } from './decisions/signals.ts';
import {
  declared,
  dismissed,
  lapsed,
  noteAdded,
  phaseReached,
  reopened,
  reporterNamed,
  severityChanged,
  signalJoined,
  suspected,
  verificationStarted,
} from './facts/life.ts';
import { RESPONSE_FACTS } from './facts/response.ts';
import { REVIEW_FACTS } from './facts/review.ts';
import { correlationState } from './views/correlation.ts';
import { incidentState } from './views/incident.ts';
import { incidentList } from './views/list.ts';
import { publicIncidents } from './views/public.ts';
import { responseState } from './views/response.ts';
import { improvementList, reviewState } from './views/review.ts';

export const incidents = defineModule({
  noun: 'incidents',
  says: { en: 'From suspicion to closed review.', ja: '疑いから事後検証まで。' },
  facts: [
    suspected,
    signalJoined,
    verificationStarted,
    dismissed,
    lapsed,
    declared,
    reporterNamed,
    severityChanged,
    phaseReached,
    reopened,
    noteAdded,
    ...RESPONSE_FACTS,
    ...REVIEW_FACTS,
  ],
  views: [
    incidentState,
    incidentList,
    correlationState,
    publicIncidents,
    responseState,
    reviewState,
    improvementList,
  ],
  commands: [
    signal,
    lapse,
    verify,
    dismiss,
    declare,
    classify,
    advance,
    reopen,
    note,
    keepSuspicions,
    setKinds,
    stateMilestone,
    stateField,
    assess,
    assignRole,
    releaseRole,
    openHeadquarters,
    closeHeadquarters,
    decideQuestion,
    collectEvidence,
    handEvidence,
    correctNote,
    openReview,
    recordInterview,
    recordDeviation,
    recordCause,
    proposeImprovement,
    linkImprovement,
    endImprovement,
    completeReview,
    publishReport,
    keepImprovements,
  ],
  actions: INCIDENT_ACTIONS,
});
