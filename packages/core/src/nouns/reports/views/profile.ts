/** The firm as its duties see it: regimes, closed days, own targets, and what has happened to it. */
import { isFact } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { type Profile, profileSet } from '../facts/duties.ts';

/** Until a firm says otherwise: an exchange in Japan that holds personal data. */
export const FIRST_PROFILE: Profile = {
  firm: { en: '(name of the firm)', ja: '(会社名)' },
  registration: '',
  regimes: ['jp-exchange', 'jp-personal-data'],
  closedDays: [],
  targets: {},
  rulesAsOf: null,
  contact: { department: '', route: '' },
};

/** One key, `all`. */
export const profileState = defineView<Profile>({
  name: 'reports.profile',
  version: 1,
  folds: [profileSet.name],
  initial: () => FIRST_PROFILE,
  keysOf: () => ['all'],
  apply: (state, fact) => (isFact(profileSet, fact) ? fact.body : state),
});
