/** The components of the status page and how they stand, set by hand with a reason. Both are public at once. */
import { z } from 'zod';
import { refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { BY_HAND, componentsListed, componentsSchema } from '../facts/board.ts';
import { bothTexts, componentStatusSchema, slug } from '../facts/words.ts';
import { board } from '../views/board.ts';
import { commsFact, SAYS, statusFact, unknownComponent } from './checks.ts';

const reads = () => ({ board: ref(board, 'all') });

export const setComponents = defineCommand({
  name: 'comms.SetComponents',
  says: {
    en: 'Set the components of the status page. Public; recording of their history begins.',
    ja: 'ステータスページの構成要素を定める。公開され、履歴の記録が始まる。',
  },
  input: z.object({ components: componentsSchema }).strict(),
  by: ['operator'],
  refusals: {
    'still-impaired': {
      en: 'A component that is impaired can not be taken off the page.',
      ja: '障害中の構成要素を外すことはできない。',
    },
  },
  reads,
  decide: ({ components }, { board: now }) => {
    const hidden = Object.entries(now.standings).find(
      ([id, { status }]) => status !== 'operational' && !components.some((component) => component.id === id),
    );
    if (hidden !== undefined)
      return refuse(
        'still-impaired',
        `${hidden[0]} is ${hidden[1].status}`,
        'keep it until it is operational',
      );
    return { facts: [commsFact(componentsListed, 'components', { components })] };
  },
});

export const setComponentStatus = defineCommand({
  name: 'comms.SetComponentStatus',
  says: {
    en: 'Set how a component stands, with a reason. Public. The worst of this and of open notices shows.',
    ja: '構成要素の状態を理由とともに定める。公開される。告知による影響と比べ悪い方が表示される。',
  },
  input: z.object({ component: slug, status: componentStatusSchema, reason: bothTexts(500) }).strict(),
  by: ['operator'],
  refusals: {
    'no-component': SAYS.component,
    'same-status': { en: 'It has been set to this already.', ja: '既にこの状態である。' },
  },
  reads,
  decide: ({ component, status, reason }, { board: now }) => {
    const unknown = unknownComponent(now, [component]);
    if (unknown) return unknown;
    const fact = statusFact(now, component, BY_HAND, status, reason, null);
    if (fact === null)
      return refuse('same-status', `${component} is set to ${status} by hand already`, 'nothing to do');
    return { facts: [fact], result: { component } };
  },
});
