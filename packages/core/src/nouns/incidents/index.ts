/** The incidents module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { INCIDENT_ACTIONS } from './actions.ts';
import { classify, declare, dismiss, verify } from './decisions/judge.ts';
import { advance, note, reopen } from './decisions/lead.ts';
import { lapse, signal } from './decisions/signals.ts';
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
import { correlationState } from './views/correlation.ts';
import { incidentState } from './views/incident.ts';
import { incidentList } from './views/list.ts';
import { publicIncidents } from './views/public.ts';

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
  ],
  views: [incidentState, incidentList, correlationState, publicIncidents],
  commands: [signal, lapse, verify, dismiss, declare, classify, advance, reopen, note],
  actions: INCIDENT_ACTIONS,
});
