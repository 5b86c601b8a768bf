/** Planned work: announced as a notice, begun and ended by time, ended early or late by a person. */
import { z } from 'zod';
import { isRefused, refuse } from '../../../kernel/result.ts';
import { MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact, Text } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import {
  MAINTENANCE_STEPS,
  type MaintenanceStep,
  maintenanceAdvanced,
  noticeDrafted,
} from '../facts/notices.ts';
import { bothLines, commsId } from '../facts/words.ts';
import { type Board, board } from '../views/board.ts';
import { type ThreadSummary, threadIndex } from '../views/threads.ts';
import { commsFact, impactFacts, SAYS } from './checks.ts';
import { buildContent, CONTENT_REFUSALS, contentInput, contentReads } from './content.ts';

/** How long finished work is watched before it counts as completed. */
export const VERIFY_MS = 30 * MINUTE_MS;

const reads = () => ({ index: ref(threadIndex, 'all'), board: ref(board, 'all') });

export const planMaintenance = defineCommand({
  name: 'comms.PlanMaintenance',
  says: {
    en: 'Draft the announcement of planned work. Public after two approvals; it then begins and ends by time.',
    ja: '予定メンテナンスの告知を起案する。二名の承認後に公開され、時刻により開始・終了する。',
  },
  input: z
    .object({
      title: contentInput.title,
      parts: contentInput.parts,
      template: contentInput.template,
      impacts: contentInput.impacts,
      maintenance: contentInput.maintenance.unwrap(),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'no-component': CONTENT_REFUSALS['no-component'],
    'no-template': CONTENT_REFUSALS['no-template'],
    'bad-variables': CONTENT_REFUSALS['bad-variables'],
    'no-text': CONTENT_REFUSALS['no-text'],
    'bad-time': SAYS.time,
  },
  reads: () => contentReads({}),
  decide: (input, state, ctx) => {
    const built = buildContent({ ...input, status: 'identified' }, state, ctx.now);
    if (isRefused(built)) return built;
    const id = ctx.newId();
    const { template: use } = input;
    const template =
      use === undefined || built.from === null ? null : { ...use, revision: built.from.revision };
    const body = { id, thread: id, incident: null, content: built.content, template };
    return {
      facts: [commsFact(noticeDrafted, id, body)],
      result: { notice: id, thread: id, revision: 1 },
    };
  },
});

/** The step that time has reached, given when work was to begin and end. */
export function stepAt({ from, until }: { from: string; until: string }, at: string): MaintenanceStep {
  const atMs = parseTime(at);
  if (atMs < parseTime(from)) return 'scheduled';
  if (atMs < parseTime(until)) return 'in_progress';
  return atMs < parseTime(until) + VERIFY_MS ? 'verifying' : 'completed';
}

const rank = (step: MaintenanceStep): number => MAINTENANCE_STEPS.indexOf(step);

/** The move of one planned work with what it does to components. */
function moveFacts(thread: ThreadSummary, to: MaintenanceStep, reason: Text | null, now: Board): NewFact[] {
  if (thread.planned === null) return [];
  const body = {
    thread: thread.id,
    from: thread.planned.step,
    to,
    reason: reason === null ? null : { ...reason },
  };
  const isOver = to === 'completed';
  const impacts = isOver ? [] : thread.impacts;
  return [
    commsFact(maintenanceAdvanced, thread.id, body, thread.incident),
    ...impactFacts(now, thread.id, impacts, isOver, thread.title, thread.incident),
  ];
}

export const keepMaintenances = defineCommand({
  name: 'comms.KeepMaintenances',
  says: { en: 'Begin and end planned work by time.', ja: '予定メンテナンスを時刻により進める。' },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads,
  decide: (_, { index, board: now }, ctx) => {
    for (const thread of index.threads) {
      if (thread.planned === null || thread.resolvedAt !== null) continue;
      const to = stepAt(thread.planned, ctx.surelyPast);
      // One piece of work a round, so that each sees the components as the one before left them.
      if (rank(to) > rank(thread.planned.step)) return { facts: moveFacts(thread, to, null, now) };
    }
    return { facts: [] };
  },
});

export const endMaintenance = defineCommand({
  name: 'comms.EndMaintenance',
  says: {
    en: 'End planned work now, or call it off, with a reason. Public.',
    ja: '予定メンテナンスを理由とともに今終了または中止する。公開される。',
  },
  input: z.object({ thread: commsId, reason: bothLines(500) }).strict(),
  by: ['operator'],
  refusals: {
    'no-maintenance': {
      en: 'There is no such open maintenance.',
      ja: '該当する未完了のメンテナンスはない。',
    },
  },
  reads,
  decide: ({ thread: id, reason }, { index, board: now }) => {
    const thread = index.threads.find((one) => one.id === id);
    if (thread === undefined || thread.planned === null || thread.planned.step === 'completed')
      return refuse('no-maintenance', `thread ${id} has no open maintenance`, 'look at the status page');
    return { facts: moveFacts(thread, 'completed', reason, now) };
  },
});
