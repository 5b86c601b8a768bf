/** The people module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { PEOPLE_ACTIONS } from './actions.ts';
import { answer, keepLiveness } from './decisions/liveness.ts';
import { answerPage, callOff, endCalls, keepPages, page, tell } from './decisions/page.ts';
import {
  recordChannelTest,
  registerHelper,
  removeHelper,
  setChannels,
  setOverride,
  setSchedule,
} from './decisions/reach.ts';
import { declareAbsence, endAbsence, setContact } from './decisions/self.ts';
import { issueToken, revokeToken, signIn, signInByProvider } from './decisions/tokens.ts';
import { REACH_FACTS } from './facts/reach.ts';
import { PEOPLE_FACTS } from './facts/register.ts';
import { reachState, sealedChannels, sealedHelpers } from './views/reach.ts';
import { namedPersons, peopleRegister } from './views/register.ts';

export const people = defineModule({
  noun: 'people',
  says: { en: 'Who the people are, and who acts for whom.', ja: '誰が何者で、誰が誰の代わりを務めるか。' },
  facts: [...PEOPLE_FACTS, ...REACH_FACTS],
  views: [peopleRegister, namedPersons, reachState, sealedChannels, sealedHelpers],
  commands: [
    declareAbsence,
    endAbsence,
    setContact,
    answer,
    keepLiveness,
    issueToken,
    revokeToken,
    signIn,
    signInByProvider,
    setChannels,
    recordChannelTest,
    setSchedule,
    setOverride,
    registerHelper,
    removeHelper,
    page,
    answerPage,
    callOff,
    endCalls,
    keepPages,
    tell,
  ],
  actions: PEOPLE_ACTIONS,
});
