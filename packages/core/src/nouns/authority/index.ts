/** The authority module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { AUTHORITY_ACTIONS } from './actions.ts';
import { AUTHORITY_CONTROLS } from './controls.ts';
import { approve, decline } from './decisions/approve.ts';
import { keepCalls } from './decisions/calls.ts';
import { cancel, execute, review } from './decisions/end.ts';
import { found } from './decisions/found.ts';
import { advance, apply, consider, keep } from './decisions/keep.ts';
import { readControls, recordEffect, recordExecution, recordRehearsal } from './decisions/record.ts';
import { request } from './decisions/request.ts';
import { approversCalled } from './facts/calls.ts';
import {
  attemptDenied,
  controlLevelChanged,
  policyAdopted,
  powerAdopted,
  powerRevoked,
  stopRehearsed,
} from './facts/rules.ts';
import { USE_FACTS } from './facts/use.ts';
import { conditions } from './views/conditions.ts';
import { authorityLevels } from './views/controls.ts';
import { useList } from './views/list.ts';
import { powersInForce } from './views/powers.ts';
import { publicPowers } from './views/public.ts';
import { useRecord } from './views/use.ts';

export const authority = defineModule({
  noun: 'authority',
  says: { en: 'Powers: who may stop what.', ja: '権限: 誰が何を止められるか。' },
  facts: [
    powerAdopted,
    powerRevoked,
    policyAdopted,
    attemptDenied,
    stopRehearsed,
    controlLevelChanged,
    ...USE_FACTS,
    approversCalled,
  ],
  views: [powersInForce, useRecord, useList, conditions, authorityLevels, publicPowers],
  commands: [
    found,
    request,
    approve,
    decline,
    cancel,
    execute,
    review,
    keep,
    advance,
    consider,
    apply,
    recordExecution,
    recordEffect,
    recordRehearsal,
    readControls,
    keepCalls,
  ],
  controls: AUTHORITY_CONTROLS,
  actions: AUTHORITY_ACTIONS,
});
