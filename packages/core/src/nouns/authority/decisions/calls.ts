/** Quorum paging: who may approve is called once a use waits for them, and until enough have answered. */
import { z } from 'zod';
import { defineCommand } from '../../../log/define.ts';
import { newFact } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { reachState } from '../../people/views/reach.ts';
import { approversCalled } from '../facts/calls.ts';
import { useStream } from '../facts/use.ts';
import { world } from './checks.ts';

export const keepCalls = defineCommand({
  name: 'authority.KeepCalls',
  says: {
    en: 'Call the approvers of uses that wait for them.',
    ja: '承認待ちの行使について承認者を呼び出す。',
  },
  input: z.object({}).strict(),
  by: ['system'],
  refusals: {},
  reads: () => ({ ...world(), reach: ref(reachState, 'all') }),
  decide: (_, { uses, powers, people, reach }) => ({
    facts: uses.uses
      .filter(({ id, state }) => state === 'requested' && !reach.pages.some(({ subject }) => subject === id))
      .flatMap(({ id: use, power: name, step }) => {
        const power = powers.powers[name]?.power;
        if (power === undefined || power.roles.approve.length === 0) return [];
        const isStop = step === 'stop' || step === 'govern';
        const need = isStop ? power.quorum : power.resumeQuorum;
        const roles = power.roles.approve;
        // With nobody to call there would be no call to find here, and the same fact every half second.
        const holders = roles.flatMap((role) => people.roles[role]?.holders ?? []);
        if (!holders.some((id) => people.persons[id]?.offboardedAt === null)) return [];
        return [newFact(approversCalled, useStream(use), { use, roles: [...roles], need })];
      }),
  }),
});
