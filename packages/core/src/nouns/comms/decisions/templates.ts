/** Approving texts before they are needed: whoever wrote it can not, and two people of two functions must. */
import { z } from 'zod';
import { type Refused, refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { peopleRegister } from '../../people/views/register.ts';
import { templateProblem } from '../engine/fill-template.ts';
import {
  templateAdopted,
  templateEndorsed,
  templateProposed,
  templateRetired,
  templateSchema,
} from '../facts/templates.ts';
import { FUNCTIONS, functionSchema, slug } from '../facts/words.ts';
import { functionsOf } from '../views/functions.ts';
import { type KnownTemplate, TEMPLATES_MAX, templates } from '../views/templates.ts';
import { commsFact, SAYS } from './checks.ts';
import { revision } from './drafts.ts';
import { FUNCTIONS_NEEDED } from './publish.ts';

const reads = () => ({ templates: ref(templates, 'all') });
const STREAM = 'templates';

const noTemplate = (id: string): Refused =>
  refuse('no-template', `there is no template ${id}`, 'choose one of the list, or propose it');

export const proposeTemplate = defineCommand({
  name: 'comms.ProposeTemplate',
  says: {
    en: 'Write a template, or a new revision of one. An earlier approval no longer counts.',
    ja: 'ひな形を作成または改訂する。それまでの事前承認は無効になる。',
  },
  input: z.object({ template: templateSchema }).strict(),
  by: ['operator'],
  refusals: {
    'bad-template': {
      en: 'Its variables and its text do not fit together.',
      ja: '変数と本文が一致しない。',
    },
    'too-many': { en: 'There are too many templates.', ja: 'ひな形が多すぎる。' },
  },
  reads,
  decide: ({ template }, state) => {
    const problem = templateProblem(template);
    if (problem !== null)
      return refuse('bad-template', problem, 'declare what stands in the text, and nothing else');
    const known = state.templates.templates[template.id];
    if (known === undefined && Object.keys(state.templates.templates).length >= TEMPLATES_MAX)
      return refuse('too-many', `there are ${TEMPLATES_MAX} templates`, 'revise one of them');
    const next = (known?.revision ?? 0) + 1;
    return {
      facts: [commsFact(templateProposed, STREAM, { template, revision: next })],
      result: { template: template.id, revision: next },
    };
  },
});

export const adoptTemplate = defineCommand({
  name: 'comms.AdoptTemplate',
  says: {
    en: 'Approve a template beforehand for your function. With two people of two functions it is adopted.',
    ja: 'ひな形を自らの職能として事前承認する。異なる職能の二名がそろうと採用される。',
  },
  input: z.object({ template: slug, revision, as: functionSchema }).strict(),
  by: ['operator'],
  refusals: {
    'no-template': SAYS.template,
    'stale-revision': SAYS.stale,
    'own-text': SAYS.ownText,
    'no-function': SAYS.noFunction,
    'already-approved': SAYS.twice,
  },
  reads: () => ({ ...reads(), people: ref(peopleRegister, 'all') }),
  decide: (input, { templates: all, people }, ctx) => {
    const known = all.templates[input.template];
    const { id: principal } = ctx.actor;
    const no = adoptionProblem(known, input, principal);
    if (no || known === undefined) return no ?? noTemplate(input.template);
    if (!functionsOf(people, null, principal, ctx.now).includes(input.as))
      return refuse('no-function', `${principal} does not act for ${input.as}`, 'ask somebody who does');
    const { template, revision: now, as } = input;
    const endorsed = commsFact(templateEndorsed, STREAM, { template, revision: now, function: as });
    const said = new Set([...known.endorsements.map((one) => one.function), as]);
    const functions = FUNCTIONS.filter((name) => said.has(name));
    // Each person endorses once, so that two functions are two people.
    const adopts = known.adoptedBy === null && functions.length >= FUNCTIONS_NEEDED;
    const adopted = adopts
      ? [commsFact(templateAdopted, STREAM, { template, revision: now, functions })]
      : [];
    return { facts: [endorsed, ...adopted], result: { template, adopted: adopts } };
  },
});

function adoptionProblem(
  known: KnownTemplate | undefined,
  input: { template: string; revision: number },
  principal: string,
): Refused | null {
  if (known === undefined) return noTemplate(input.template);
  if (known.revision !== input.revision)
    return refuse(
      'stale-revision',
      `you saw revision ${input.revision}, it is now ${known.revision}`,
      'read it again, then decide',
    );
  if (known.author === principal)
    return refuse('own-text', `${principal} wrote this template`, 'ask somebody who did not');
  if (known.endorsements.some((one) => one.principal === principal))
    return refuse(
      'already-approved',
      `${principal} has approved revision ${known.revision}`,
      'nothing to do',
    );
  return null;
}

export const retireTemplate = defineCommand({
  name: 'comms.RetireTemplate',
  says: {
    en: 'Take back the approval of a template, with a reason; anybody may, because it only makes things stricter.',
    ja: 'ひな形の事前承認を理由を付して取り消す(厳格化のみのため誰でも可)。',
  },
  input: z.object({ template: slug, reason: z.string().trim().min(1).max(1_000) }).strict(),
  by: ['operator'],
  refusals: {
    'no-template': SAYS.template,
    'not-adopted': { en: 'It is not adopted.', ja: '採用されていない。' },
  },
  reads,
  decide: (input, state) => {
    const known = state.templates.templates[input.template];
    if (known === undefined) return noTemplate(input.template);
    if (known.adoptedBy === null && known.endorsements.length === 0)
      return refuse('not-adopted', `template ${input.template} is not adopted`, 'nothing to do');
    return { facts: [commsFact(templateRetired, STREAM, input)] };
  },
});
