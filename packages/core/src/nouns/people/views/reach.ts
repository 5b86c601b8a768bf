/** Channels, schedules, helpers and pages; and the board that shows who would be reached now and tonight. */

import { parseTime } from '../../../kernel/time.ts';
import { type Fact, isFact, type Text } from '../../../log/fact.ts';
import { defineView } from '../../../log/stream.ts';
import { onCall, type Schedule } from '../engine/on-call.ts';
import {
  type ChannelKind,
  channelsSet,
  channelTested,
  helperRegistered,
  helperRemoved,
  overrideSet,
  pageAnswered,
  pageEnded,
  pageExhausted,
  pageOrdered,
  pageSent,
  REACH_FACTS,
  scheduleSet,
} from '../facts/reach.ts';
import { isPresent, type People } from './register.ts';

export type Channels = {
  readonly kinds: readonly ChannelKind[];
  readonly setAt: string;
  /** When each kind was last tried, and whether it worked. */
  readonly tests: Readonly<Partial<Record<ChannelKind, { readonly at: string; readonly works: boolean }>>>;
};
export type Helper = {
  readonly helper: string;
  readonly organisation: string;
  readonly skills: readonly string[];
  readonly owner: string;
  readonly registeredAt: string;
};
export type Page = {
  readonly page: string;
  readonly subject: string;
  readonly link: string;
  readonly text: Text;
  readonly wanted: readonly string[];
  readonly need: number;
  readonly waitMinutes: number;
  readonly orderedAt: string;
  readonly sent: readonly { readonly principal: string; readonly at: string; readonly round: number }[];
  readonly answers: readonly { readonly principal: string; readonly at: string; readonly comes: boolean }[];
  readonly exhaustedAt: string | null;
  readonly endedAt: string | null;
};
export type Reach = {
  readonly channels: Readonly<Record<string, Channels>>;
  readonly schedules: Readonly<Record<string, Schedule>>;
  readonly helpers: Readonly<Record<string, Helper>>;
  /** Newest first; open ones never fall out. */
  readonly pages: readonly Page[];
};
export const SCHEDULES_MAX = 50;
export const HELPERS_MAX = 200;
const PAGES_KEPT_MAX = 200;
const OVERRIDES_KEPT_MAX = 200;

/** One key, `all`. */
export const reachState = defineView<Reach>({
  name: 'people.reach',
  version: 1,
  folds: REACH_FACTS.map((def) => def.name),
  initial: () => ({ channels: {}, schedules: {}, helpers: {}, pages: [] }),
  keysOf: () => ['all'],
  apply: (state, fact) => ({ ...state, ...changedReach(state, fact) }),
});

function changedReach(state: Reach, fact: Fact): Partial<Reach> {
  if (isFact(channelsSet, fact)) {
    const { principal, kinds } = fact.body;
    const known = { kinds, setAt: fact.recordedAt, tests: {} };
    return { channels: { ...state.channels, [principal]: known } };
  }
  if (isFact(channelTested, fact)) {
    const { principal, kind, works } = fact.body;
    const known = state.channels[principal];
    if (!known) return {};
    const tests = { ...known.tests, [kind]: { at: fact.recordedAt, works } };
    return { channels: { ...state.channels, [principal]: { ...known, tests } } };
  }
  if (isFact(scheduleSet, fact)) {
    const { schedule, says, rotation, shifts } = fact.body;
    const overrides = state.schedules[schedule]?.overrides ?? [];
    return { schedules: { ...state.schedules, [schedule]: { schedule, says, rotation, shifts, overrides } } };
  }
  if (isFact(overrideSet, fact)) {
    const { schedule, principal, from, to } = fact.body;
    const known = state.schedules[schedule];
    if (!known) return {};
    const overrides = [...known.overrides, { principal, from, to }].slice(-OVERRIDES_KEPT_MAX);
    return { schedules: { ...state.schedules, [schedule]: { ...known, overrides } } };
  }
  if (isFact(helperRegistered, fact)) {
    const { helper, organisation, skills, owner } = fact.body;
    const known = { helper, organisation, skills, owner, registeredAt: fact.recordedAt };
    return { helpers: { ...state.helpers, [helper]: known } };
  }
  if (isFact(helperRemoved, fact)) {
    const { [fact.body.helper]: _, ...helpers } = state.helpers;
    return { helpers };
  }
  return { pages: changedPages(state.pages, fact) };
}

function changedPages(pages: readonly Page[], fact: Fact): readonly Page[] {
  if (isFact(pageOrdered, fact)) {
    const { page, subject, link, text, wanted, need, waitMinutes } = fact.body;
    const fresh = { sent: [], answers: [], exhaustedAt: null, endedAt: null };
    const ordered = {
      page,
      subject,
      link,
      text,
      wanted,
      need,
      waitMinutes,
      orderedAt: fact.recordedAt,
      ...fresh,
    };
    const all = [ordered, ...pages];
    if (all.length <= PAGES_KEPT_MAX) return all;
    const gone = all.findLastIndex(({ endedAt, exhaustedAt }) => endedAt !== null || exhaustedAt !== null);
    return gone < 0 ? all : all.toSpliced(gone, 1);
  }
  const { page: id } = fact.body as { page?: string };
  return pages.map((page) => (page.page === id ? { ...page, ...changedPage(page, fact) } : page));
}

function changedPage(page: Page, fact: Fact): Partial<Page> {
  if (isFact(pageSent, fact)) {
    const { principal, round } = fact.body;
    return { sent: [...page.sent, { principal, at: fact.recordedAt, round }] };
  }
  if (isFact(pageAnswered, fact)) {
    const { principal, comes } = fact.body;
    const others = page.answers.filter((one) => one.principal !== principal);
    return { answers: [...others, { principal, at: fact.recordedAt, comes }] };
  }
  if (isFact(pageExhausted, fact)) return { exhaustedAt: fact.recordedAt };
  if (isFact(pageEnded, fact)) return { endedAt: fact.recordedAt };
  return {};
}

/** Sealed addresses of a person; key: principal. */
export const sealedChannels = defineView<{ readonly person: string; readonly sealed: string } | null>({
  name: 'people.channels',
  version: 1,
  folds: [channelsSet.name],
  initial: () => null,
  keysOf: (fact) => (isFact(channelsSet, fact) ? [fact.body.principal] : []),
  apply: (state, fact) => (isFact(channelsSet, fact) ? fact.body.addresses : state),
});

/** Sealed contacts of helpers; key: helper. */
export const sealedHelpers = defineView<{ readonly person: string; readonly sealed: string } | null>({
  name: 'people.helper-contacts',
  version: 1,
  folds: [helperRegistered.name, helperRemoved.name],
  initial: () => null,
  keysOf: (fact) => [(fact.body as { helper: string }).helper],
  apply: (_, fact) => (isFact(helperRegistered, fact) ? fact.body.contact : null),
});

export type BoardRow = {
  readonly kind: 'role' | 'schedule';
  readonly id: string;
  readonly says: Text;
  /** In the order in which they would be called. */
  readonly people: readonly {
    readonly principal: string;
    readonly present: boolean;
    readonly channels: number;
  }[];
  /** critical: nobody would be reached; warning: one person on one channel is all there is. */
  readonly level: 'ok' | 'warning' | 'critical';
};

/** Who would be reached at an instant, by role and schedule. */
export function reachBoard(people: People, reach: Reach, now: string): BoardRow[] {
  const rowOf = (kind: BoardRow['kind'], id: string, says: Text, ids: readonly string[]): BoardRow => {
    const called = ids.map((principal) => ({
      principal,
      present: isPresent(people, principal, now),
      channels: working(reach.channels[principal]),
    }));
    const reachable = called.filter(({ present, channels }) => present && channels > 0);
    const routes = reachable.reduce((sum, { channels }) => sum + channels, 0);
    const level = reachable.length === 0 ? 'critical' : routes < 2 ? 'warning' : 'ok';
    return { kind, id, says, people: called, level };
  };
  const roles = Object.values(people.roles).map((role) => rowOf('role', role.id, role.says, role.holders));
  const schedules = Object.values(reach.schedules).map((schedule) => {
    const principal = onCall(schedule, parseTime(now));
    return rowOf('schedule', schedule.schedule, schedule.says, principal === null ? [] : [principal]);
  });
  return [...schedules, ...roles];
}

/** Channels that were not seen to fail. */
function working(channels: Channels | undefined): number {
  return (channels?.kinds ?? []).filter((kind) => channels?.tests[kind]?.works !== false).length;
}
