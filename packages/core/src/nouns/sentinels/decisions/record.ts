/**
 * Recording what monitors sent. All of it goes into an evidence batch under one fact; an alarm has a fact of its own
 * only where it changed; a component is told of when its level changes or something bad joins.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { ALARMS_PER_BATCH_MAX } from '../../../kernel/limits.ts';
import { refuse } from '../../../kernel/result.ts';
import { compareTimes, isoTime, parseTime } from '../../../kernel/time.ts';
import { type DecisionContext, defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { type Ref, ref } from '../../../log/stream.ts';
import { type Group, type Groups, groupFor, passes } from '../engine.ts';
import {
  type Alarm,
  alarmFired,
  alarmLevelChanged,
  alarmResolved,
  alarmSchema,
  alarmsReceived,
  sourceId,
} from '../facts.ts';
import { type AlarmState, alarmKey, alarmState, nextAlarm } from '../views/alarm.ts';
import { alarmGroups, nextGroups } from '../views/groups.ts';
import { CLEARING_MAX, clearing, maintenance } from '../views/maintenance.ts';
import { type SourceState, sourceList } from '../views/sources.ts';
import { signals, streamOf } from './judge.ts';

type Input = { readonly source: string; readonly alarms: readonly Alarm[] };

const refKey = (fingerprint: string): string => `alarm ${fingerprint}`;

/** Of every alarm in the batch, how it stands; under names that no other state of the command has. */
function alarmRefs({ source, alarms }: Input): Record<never, Ref<unknown>> {
  return Object.fromEntries(
    alarms.map(({ fingerprint }) => [refKey(fingerprint), ref(alarmState, alarmKey(source, fingerprint))]),
  );
}

export const recordAlarms = defineCommand({
  name: 'sentinels.RecordAlarms',
  says: {
    en: 'Record alarms that one source sent: all as evidence, changes as facts.',
    ja: '一つの送信元から届いたアラームを記録する。全件を証拠とし、変化を事実とする。',
  },
  input: z
    .object({ source: sourceId, alarms: z.array(alarmSchema).min(1).max(ALARMS_PER_BATCH_MAX) })
    .strict(),
  by: ['system'],
  refusals: {
    'unknown-source': {
      en: 'No source of this name is configured.',
      ja: 'この名の送信元は設定されていない。',
    },
    'other-source': {
      en: 'An alarm in the batch is of another source.',
      ja: '別の送信元のアラームが含まれている。',
    },
  },
  reads: (input) => ({
    sources: ref(sourceList, 'all'),
    groups: ref(alarmGroups, 'all'),
    windows: ref(maintenance, 'all'),
    clearing: ref(clearing, 'all'),
    ...alarmRefs(input),
  }),
  decide: (input, state, ctx) => {
    const source = state.sources.sources.find(({ rules }) => rules.source === input.source);
    if (source === undefined)
      return refuse(
        'unknown-source',
        `there is no source ${input.source}`,
        'configure it under intake.sources',
      );
    if (input.alarms.some((alarm) => alarm.source !== input.source))
      return refuse('other-source', 'one batch has one source', 'send each source its own batch');
    const evidence = ctx.evidence(input.alarms as unknown as readonly JsonValue[]);
    const known = state as unknown as Readonly<Record<string, AlarmState>>;
    const room = CLEARING_MAX - state.clearing.alarms.length;
    const batch = foldBatch(input, known, state.groups, source, room, evidence.root, ctx);
    return {
      facts: [
        ...batch.facts,
        ...signals(batch.groups, state.sources, state.windows, ctx.now, (group) => batch.newest.get(group)),
      ],
      evidence: [evidence],
      result: { received: input.alarms.length, changed: batch.facts.length - 1 },
    };
  },
});

type Batch = {
  readonly facts: readonly NewFact[];
  readonly groups: Groups;
  /** Title of the newest alarm that fired, by group. */
  readonly newest: ReadonlyMap<string, string>;
};

/** The facts of a batch, and the groups as they stand with them. */
function foldBatch(
  input: Input,
  known: Readonly<Record<string, AlarmState>>,
  before: Groups,
  source: SourceState,
  room: number,
  root: string,
  ctx: DecisionContext,
): Batch {
  const byName = new Map<string, Group>(before.groups.map((group) => [group.group, group]));
  const states = new Map<string, AlarmState>();
  const newest = new Map<string, string>();
  const arrivals = new Map<string, number>();
  const changes: NewFact[] = [];
  let groups = before;
  let roomLeft = room;
  for (const received of input.alarms) {
    if (received.status === 'noted') continue;
    const crowded = source.rules.clearsAfterMs !== null && roomLeft <= 0;
    const alarm = crowded ? asOverflow(received, states, known, source) : received;
    const state = stateOf(alarm.fingerprint, states, known, source);
    const group = state.isFiring ? state.group : groupFor(alarm.component, byName);
    if (alarm.status === 'firing') arrivals.set(group, (arrivals.get(group) ?? 0) + 1);
    const fact = changeOf(alarm, state, group, source, root, ctx.now);
    if (fact === null) continue;
    changes.push(fact);
    const folded = { type: fact.type, body: fact.body, recordedAt: ctx.now };
    states.set(alarm.fingerprint, nextAlarm(state, folded));
    groups = nextGroups(groups, folded);
    for (const one of groups.groups) byName.set(one.group, one);
    if (fact.type === alarmFired.type) {
      newest.set(group, alarm.title);
      roomLeft -= 1;
    }
  }
  const received = receipt(input, groups, arrivals, source, root, ctx.now);
  groups = nextGroups(groups, { type: received.type, body: received.body, recordedAt: ctx.now });
  return { facts: [received, ...changes], groups, newest };
}

/** An alarm that fired under an earlier source of the same name does not count as firing. */
function stateOf(
  fingerprint: string,
  states: ReadonlyMap<string, AlarmState>,
  known: Readonly<Record<string, AlarmState>>,
  source: SourceState,
): AlarmState {
  const state = states.get(fingerprint) ?? known[refKey(fingerprint)] ?? alarmState.initial('');
  return state.isFiring && compareTimes(state.firedAt, source.addedAt) < 0
    ? { ...state, isFiring: false }
    : state;
}

/** Where too many alarms end by themselves, new ones of a component share one name; each is in the evidence. */
function asOverflow(
  alarm: Alarm,
  states: ReadonlyMap<string, AlarmState>,
  known: Readonly<Record<string, AlarmState>>,
  source: SourceState,
): Alarm {
  if (stateOf(alarm.fingerprint, states, known, source).isFiring) return alarm;
  return { ...alarm, fingerprint: `more of ${alarm.component}` };
}

/** The fact of one alarm, or null where it says what is known already. */
function changeOf(
  alarm: Alarm,
  state: AlarmState,
  group: string,
  { rules }: SourceState,
  root: string,
  now: string,
): NewFact | null {
  const { source, fingerprint, severity, level } = alarm;
  const stream = streamOf(group);
  if (alarm.status === 'resolved') {
    if (!state.isFiring) return null;
    const endsAt = alarm.endsAt ?? now;
    const body = { source, fingerprint, group, level: state.level, endsAt, by: 'source' as const };
    return newFact(alarmResolved, stream, body, { occurredAt: endsAt });
  }
  if (!state.isFiring) {
    const { title, component, startsAt, link } = alarm;
    const clearsAt = rules.clearsAfterMs === null ? null : isoTime(parseTime(now) + rules.clearsAfterMs);
    const about = { title, component, severity, level, startsAt, clearsAt, link, root };
    return newFact(alarmFired, stream, { source, fingerprint, group, ...about }, { occurredAt: startsAt });
  }
  if (state.level === level) return null;
  const body = { source, fingerprint, group, severity, from: state.level, to: level, at: now };
  return newFact(alarmLevelChanged, stream, body, { occurredAt: now });
}

/** The one fact of the batch, with what arrived for thresholds that are not passed yet. */
function receipt(
  input: Input,
  { groups }: Groups,
  arrivals: ReadonlyMap<string, number>,
  { rules }: SourceState,
  root: string,
  now: string,
): NewFact {
  const { source, alarms } = input;
  const waiting = [...arrivals].flatMap(([group, firing]) => {
    const share = groups.find((one) => one.group === group)?.shares.find((one) => one.source === source);
    if (rules.threshold.count <= 1 || share === undefined || share.passed) return [];
    return [{ group, firing, passed: passes(share, firing, now, rules.threshold) }];
  });
  const times = alarms.map(({ receivedAt }) => receivedAt).sort(compareTimes);
  const [from = now, to = now] = [times[0], times.at(-1)];
  const body = { source, count: alarms.length, root, from, to, waiting };
  return newFact(alarmsReceived, `sentinels/source/${source}`, body, { occurredAt: to });
}
