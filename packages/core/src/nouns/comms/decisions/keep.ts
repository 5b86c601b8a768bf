/** The promise of a next update: once its time passes without one, that is a fact, and somebody hears of it. */
import { z } from 'zod';
import { KEPT_AT_ONCE_MAX } from '../../../kernel/limits.ts';
import { parseTime } from '../../../kernel/time.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { updateMissed } from '../facts/notices.ts';
import { threadIndex } from '../views/threads.ts';
import { commsFact } from './checks.ts';

export const keepUpdates = defineCommand({
  name: 'comms.KeepUpdates',
  says: {
    en: 'Notice that a promised update did not come.',
    ja: '予告した更新がないことを記録する。',
  },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ index: ref(threadIndex, 'all') }),
  decide: (_, { index }, ctx) => ({
    facts: index.threads
      .flatMap(({ id, incident, lastNotice, nextUpdateAt, missedAt, resolvedAt }) => {
        if (nextUpdateAt === null || missedAt !== null || resolvedAt !== null) return [];
        if (parseTime(nextUpdateAt) > parseTime(ctx.now)) return [];
        return [
          commsFact(updateMissed, id, { thread: id, notice: lastNotice, dueAt: nextUpdateAt }, incident),
        ];
      })
      .slice(0, KEPT_AT_ONCE_MAX),
  }),
});
