/** The people module, as the registry sees it. */
import { defineModule } from '../../log/define.ts';
import { answer, keepLiveness } from './decisions/liveness.ts';
import { declareAbsence, endAbsence, setContact } from './decisions/self.ts';
import { issueToken, revokeToken, signIn, signInByProvider } from './decisions/tokens.ts';
import { PEOPLE_FACTS } from './facts.ts';
import { namedPersons, peopleRegister } from './views.ts';

export const people = defineModule({
  noun: 'people',
  says: { en: 'Who the people are, and who acts for whom.', ja: '誰が何者で、誰が誰の代わりを務めるか。' },
  facts: PEOPLE_FACTS,
  views: [peopleRegister, namedPersons],
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
  ],
});
