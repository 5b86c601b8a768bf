/** Channels, desk and rumours as they stand, and the internal briefings. */
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import {
  type Channel,
  channelsAgreed,
  channelsAnnounced,
  deskClosed,
  deskOpened,
  rumourAnswered,
  rumourClosed,
  rumourNoted,
} from '../facts/desk.ts';
import { briefingIssued } from '../facts/notices.ts';

export type PublicChannel = Pick<Channel, 'id' | 'kind' | 'name' | 'address'>;
export type Desk = {
  readonly phone: string;
  readonly hours: Text;
  readonly about: Text;
  readonly openedAt: string;
};
export type PublicDesk = { readonly channels: readonly PublicChannel[]; readonly desk: Desk | null };

/** What everybody may see of it, from disclosed facts only; one key, `all`. */
export const publicDesk = defineView<PublicDesk>({
  name: 'comms.desk',
  version: 1,
  folds: [channelsAnnounced.name, deskOpened.name, deskClosed.name],
  initial: () => ({ channels: [], desk: null }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(channelsAnnounced, fact)) return { ...state, channels: fact.body.channels };
    if (isFact(deskOpened, fact)) {
      const { phone, hours, about } = fact.body;
      return { ...state, desk: { phone, hours, about, openedAt: fact.recordedAt } };
    }
    return { ...state, desk: null };
  },
});

export type AgreedChannels = { readonly channels: readonly Channel[] };

/** With spokespersons and what may be said: internal; one key, `all`. */
export const agreedChannels = defineView<AgreedChannels>({
  name: 'comms.channels',
  version: 1,
  folds: [channelsAgreed.name],
  initial: () => ({ channels: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => (isFact(channelsAgreed, fact) ? { channels: fact.body.channels } : state),
});

export type Rumour = {
  readonly id: string;
  readonly claim: string;
  readonly seenIn: string;
  readonly seenAt: string;
  readonly incident: string | null;
  readonly notedBy: string;
  /** The published notice that answers it. */
  readonly notice: string | null;
  readonly closedBecause: string | null;
};
export type Rumours = { readonly rumours: readonly Rumour[] };
const RUMOURS_LISTED_MAX = 200;

/** Newest first; one key, `all`. */
export const rumourRegister = defineView<Rumours>({
  name: 'comms.rumours',
  version: 1,
  folds: [rumourNoted.name, rumourAnswered.name, rumourClosed.name],
  initial: () => ({ rumours: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (isFact(rumourNoted, fact)) {
      const { id, claim, seenIn, seenAt, incident } = fact.body;
      const known = { id, claim, seenIn, seenAt, incident };
      const rumour = { ...known, notedBy: fact.actor, notice: null, closedBecause: null };
      return { rumours: [rumour, ...state.rumours].slice(0, RUMOURS_LISTED_MAX) };
    }
    const { id } = fact.body as { id: string };
    return {
      rumours: state.rumours.map((rumour) =>
        rumour.id === id ? { ...rumour, ...rumourChange(fact) } : rumour,
      ),
    };
  },
});

function rumourChange(fact: Fact): Partial<Rumour> {
  if (isFact(rumourAnswered, fact)) return { notice: fact.body.notice };
  return isFact(rumourClosed, fact) ? { closedBecause: fact.body.reason } : {};
}

export type Briefing = {
  readonly id: string;
  readonly incident: string | null;
  readonly to: readonly string[];
  readonly text: string;
  readonly by: string;
  readonly at: string;
};
export type Briefings = { readonly briefings: readonly Briefing[] };
const BRIEFINGS_LISTED_MAX = 50;

/** Newest first; one key, `all`. Internal. */
export const briefingList = defineView<Briefings>({
  name: 'comms.briefings',
  version: 1,
  folds: [briefingIssued.name],
  initial: () => ({ briefings: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => {
    if (!isFact(briefingIssued, fact)) return state;
    const { id, incident, to, text } = fact.body;
    const briefing = { id, incident, to, text, by: fact.actor, at: fact.recordedAt };
    return { briefings: [briefing, ...state.briefings].slice(0, BRIEFINGS_LISTED_MAX) };
  },
});
