/** What the outside world answered, as facts: taken, failed, seen on the target, rehearsed; and the controls over it. */
import { z } from 'zod';
import { defineCommand } from '../../../log/define.ts';
import { type NewFact, newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { personId } from '../../people/facts/register.ts';
import { readAuthority } from '../controls.ts';
import { controlLevelChanged, POWERS_STREAM, stopRehearsed } from '../facts/rules.ts';
import {
  effectMissed,
  effectVerified,
  executed,
  executionFailed,
  resumed,
  useId,
  useStream,
} from '../facts/use.ts';
import { authorityLevels } from '../views/controls.ts';
import { useRecord } from '../views/use.ts';
import { publication } from './approve.ts';
import { world } from './checks.ts';

const about = { use: useId };
const read = (input: { use: string }) => ({ use: ref(useRecord, input.use), ...world() });

export const recordExecution = defineCommand({
  name: 'authority.RecordExecution',
  says: { en: 'Record what the target answered.', ja: '対象の応答を記録する。' },
  input: z
    .object({
      ...about,
      outcome: z.union([
        z.object({ receipt: z.json() }).strict(),
        z.object({ why: z.string().max(2_000), final: z.boolean() }).strict(),
      ]),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: read,
  decide: ({ outcome }, { use, powers }) => {
    if (use.state !== 'ordered') return { facts: [] };
    const stream = useStream(use.id);
    const power = powers.powers[use.action?.power ?? '']?.power ?? null;
    if ('receipt' in outcome) {
      const body = { use: use.id, receipt: outcome.receipt };
      return { facts: [newFact(executed, stream, body, publication(use, power))] };
    }
    const isNews = outcome.final || use.trouble?.en !== outcome.why;
    const body = { use: use.id, ...outcome };
    return { facts: isNews ? [newFact(executionFailed, stream, body, publication(use, null))] : [] };
  },
});

export const recordEffect = defineCommand({
  name: 'authority.RecordEffect',
  says: { en: 'Record what was read on the target itself.', ja: '対象そのものの状態を記録する。' },
  input: z.object({ ...about, inEffect: z.boolean().nullable(), seen: z.json() }).strict(),
  by: ['system'],
  refusals: {},
  reads: read,
  decide: ({ inEffect, seen }, { use, powers }) => {
    if (use.state !== 'executed') return { facts: [] };
    const stream = useStream(use.id);
    const power = powers.powers[use.action?.power ?? '']?.power ?? null;
    const body = { use: use.id, seen };
    if (inEffect !== true) {
      const isNews = use.trouble === null;
      return { facts: isNews ? [newFact(effectMissed, stream, body, publication(use, null))] : [] };
    }
    const facts: NewFact[] = [newFact(effectVerified, stream, body, publication(use, power))];
    if (use.action?.step === 'resume' && use.of !== null)
      facts.push(newFact(resumed, useStream(use.of), { use: use.of, by: use.id }, publication(use, power)));
    return { facts };
  },
});

export const recordRehearsal = defineCommand({
  name: 'authority.RecordRehearsal',
  says: {
    en: 'Record how a rehearsal of a prepared stop went.',
    ja: '準備済み停止操作の試行結果を記録する。',
  },
  input: z
    .object({
      power: personId,
      target: personId,
      works: z.boolean(),
      why: z.string().max(2_000),
      shows: z.json(),
    })
    .strict(),
  by: ['system'],
  refusals: {},
  reads: world,
  decide: (input, { powers }, ctx) => {
    if (powers.powers[input.power]?.power.targets.some(({ id }) => id === input.target) !== true)
      return { facts: [] };
    return { facts: [newFact(stopRehearsed, POWERS_STREAM, { ...input, at: ctx.now })] };
  },
});

export const readControls = defineCommand({
  name: 'authority.ReadControls',
  says: { en: 'Read the controls over powers.', ja: '権限に関する統制を読む。' },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ ...world(), levels: ref(authorityLevels, 'all') }),
  decide: (_, { levels, ...state }, ctx) => {
    const facts = readAuthority(state, ctx.now).flatMap(({ control, level, why }): NewFact[] => {
      const from = levels[control]?.level ?? 'ok';
      if (from === level) return [];
      return [
        newFact(controlLevelChanged, `authority/${control}`, { control, from, to: level, at: ctx.now, why }),
      ];
    });
    return { facts };
  },
});
