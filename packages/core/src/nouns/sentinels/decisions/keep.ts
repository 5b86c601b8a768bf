/** What time does with alarms: maintenance ends, sources fall silent, and what nobody calls over counts as over. */
import { z } from 'zod';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { readSource } from '../controls.ts';
import { alarmResolved, maintenanceEnded, sourceLevelChanged } from '../facts.ts';
import { alarmGroups, nextGroups } from '../views/groups.ts';
import { type Clearing, clearing, type Maintenance, maintenance, openWindows } from '../views/maintenance.ts';
import { type Sources, sourceList } from '../views/sources.ts';
import { signals, streamOf } from './judge.ts';

/** Of what is due, so much in one round; the rest follows in the next. */
const CLEARED_AT_ONCE_MAX = 200;

export const keepAlarms = defineCommand({
  name: 'sentinels.KeepAlarms',
  says: {
    en: 'Let time act on alarms: maintenance that ends, sources that fall silent, alarms that count as over.',
    ja: '保守期間の終了、送信元の沈黙、アラームの自動収束を処理する。',
  },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({
    sources: ref(sourceList, 'all'),
    groups: ref(alarmGroups, 'all'),
    windows: ref(maintenance, 'all'),
    clearing: ref(clearing, 'all'),
  }),
  decide: (_, state, ctx) => {
    const over = dueClearings(state.clearing, ctx.now);
    const groups = over.reduce(
      (folded, { type, body }) => nextGroups(folded, { type, body, recordedAt: ctx.now }),
      state.groups,
    );
    return {
      facts: [
        ...dueWindows(state.windows, ctx.now),
        ...over,
        ...signals(groups, state.sources, state.windows, ctx.now),
        ...sourceLevels(state.sources, ctx.now),
      ],
    };
  },
});

function dueWindows(state: Maintenance, now: string): NewFact[] {
  return openWindows(state)
    .filter(({ to }) => parseTime(to) <= parseTime(now))
    .map(({ id, component, to }) =>
      newFact(
        maintenanceEnded,
        streamOf(`alarm/${component}`),
        { id, component, how: 'time' },
        { occurredAt: to },
      ),
    );
}

function dueClearings({ alarms }: Clearing, now: string): NewFact[] {
  return alarms
    .filter(({ at }) => parseTime(at) <= parseTime(now))
    .slice(0, CLEARED_AT_ONCE_MAX)
    .map(({ source, fingerprint, group, level, at }) => {
      const body = { source, fingerprint, group, level, endsAt: at, by: 'time' as const };
      return newFact(alarmResolved, streamOf(group), body, { occurredAt: at });
    });
}

function sourceLevels({ sources }: Sources, now: string): NewFact[] {
  return sources.flatMap((state): NewFact[] => {
    const { level, why } = readSource(state, now);
    if (level === state.level) return [];
    const { source } = state.rules;
    const body = { source, from: state.level, to: level, at: now, why };
    return [newFact(sourceLevelChanged, `sentinels/source/${source}`, body, { occurredAt: now })];
  });
}
