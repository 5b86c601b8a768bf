/**
 * Planned work: until it ends, alarms of the component are recorded and shown, and raise no suspicion. There is no
 * snooze: a window has a component, an end, a reason and an owner, and when it ends, what still fires is told.
 */
import { z } from 'zod';
import { MAINTENANCE_WINDOWS_MAX } from '../../../kernel/limits.ts';
import { refuse } from '../../../kernel/result.ts';
import { DAY_MS, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { componentSchema, maintenanceEnded, maintenancePlanned, reasonSchema, windowId } from '../facts.ts';
import { maintenance, openWindows } from '../views/maintenance.ts';
import { streamOf } from './judge.ts';

/** Longer work is planned day by day, so that nothing stays muted because it was forgotten. */
const WINDOW_MS_MAX = DAY_MS;
const isoTime = z.iso.datetime();

export const planMaintenance = defineCommand({
  name: 'sentinels.PlanMaintenance',
  says: {
    en: 'Plan maintenance of a component, at most a day: its alarms raise no suspicion until it ends.',
    ja: '対象の保守作業を予定する(最長一日)。終了まで、そのアラームは疑いを起こさない。',
  },
  input: z
    .object({ component: componentSchema, from: isoTime.optional(), to: isoTime, reason: reasonSchema })
    .strict(),
  by: ['operator'],
  refusals: {
    'bad-period': { en: 'It must end after it begins.', ja: '終了は開始より後でなければならない。' },
    'already-over': { en: 'It would be over already.', ja: '終了時刻が過去である。' },
    'too-long': { en: 'A window lasts a day at most.', ja: '保守期間は最長一日である。' },
    'too-many': { en: 'Too many windows are open.', ja: '保守期間の数が上限に達している。' },
  },
  reads: () => ({ windows: ref(maintenance, 'all') }),
  decide: (input, { windows }, ctx) => {
    const { component, to, reason } = input;
    const from = input.from ?? ctx.now;
    const lengthMs = parseTime(to) - parseTime(from);
    if (parseTime(to) <= parseTime(ctx.now))
      return refuse('already-over', `to ${to} is not later than now (${ctx.now})`, 'give a later end');
    if (lengthMs <= 0)
      return refuse('bad-period', `from ${from} is not before to ${to}`, 'correct from or to');
    if (lengthMs > WINDOW_MS_MAX)
      return refuse('too-long', 'a window lasts a day at most', 'plan longer work day by day');
    if (openWindows(windows).length >= MAINTENANCE_WINDOWS_MAX)
      return refuse('too-many', `${MAINTENANCE_WINDOWS_MAX} windows are open`, 'end one first');
    const id = ctx.newId();
    const body = { id, component, from, to, reason, owner: ctx.actor.id };
    return {
      facts: [newFact(maintenancePlanned, streamOf(`alarm/${component}`), body)],
      result: { window: id },
    };
  },
});

export const endMaintenance = defineCommand({
  name: 'sentinels.EndMaintenance',
  says: { en: 'End a maintenance window early.', ja: '保守期間を早期に終了する。' },
  input: z.object({ window: windowId }).strict(),
  by: ['operator'],
  refusals: {
    'no-window': { en: 'No window has this id.', ja: 'この ID の保守期間はない。' },
    'window-over': { en: 'It is over already.', ja: '既に終了している。' },
  },
  reads: () => ({ windows: ref(maintenance, 'all') }),
  decide: ({ window: id }, { windows }) => {
    const window = windows.windows.find((one) => one.id === id);
    if (window === undefined) return refuse('no-window', `there is no window ${id}`, 'see GET /api/alarms');
    if (window.endedAt !== null)
      return refuse('window-over', `it ended at ${window.endedAt}`, 'nothing to do');
    const { component } = window;
    return {
      facts: [newFact(maintenanceEnded, streamOf(`alarm/${component}`), { id, component, how: 'person' })],
    };
  },
});
