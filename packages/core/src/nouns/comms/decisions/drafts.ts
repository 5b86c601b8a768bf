/**
 * A text on its way to the public. Nobody approves their own; two people of two functions must say yes to the very
 * revision that goes out; changing a word begins again.
 */
import { z } from 'zod';
import { TEXT_LENGTH_MAX } from '../../../kernel/limits.ts';
import { isRefused, type Refused, refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import { ref } from '../../../log/stream.ts';
import { incidentState } from '../../incidents/views/incident.ts';
import { peopleRegister } from '../../people/views/register.ts';
import { noticeApproved, noticeDrafted, noticeRejected, noticeRevised } from '../facts/notices.ts';
import { commsId, functionSchema } from '../facts/words.ts';
import { functionsOf } from '../views/functions.ts';
import { type Draft, noticeDraft } from '../views/notice.ts';
import { commsFact, SAYS } from './checks.ts';
import {
  buildContent,
  CONTENT_REFUSALS,
  contentInput,
  contentReads,
  placeOf,
  WHERE_REFUSALS,
  whereInput,
  whereReads,
} from './content.ts';

export const revision = z.int().positive();
const aboutNotice = { notice: commsId, revision };

export const DRAFT_REFUSALS = {
  'no-notice': SAYS.notice,
  'wrong-state': SAYS.state,
  'stale-revision': SAYS.stale,
} as const;

/** Refuses unless the draft exists, is in one of `states`, and is the revision the caller saw. */
export function checkDraft(
  draft: Draft,
  input: { notice: string; revision: number },
  states: readonly Draft['state'][],
): Refused | null {
  if (draft.state === 'none')
    return refuse('no-notice', `there is no notice ${input.notice}`, 'draft one first');
  if (!states.includes(draft.state))
    return refuse('wrong-state', `the notice is ${draft.state}`, 'draft another one, which may correct it');
  if (draft.revision === input.revision) return null;
  return refuse(
    'stale-revision',
    `you saw revision ${input.revision}, it is now ${draft.revision}`,
    'read it again, then decide',
  );
}

export const draftNotice = defineCommand({
  name: 'comms.DraftNotice',
  says: {
    en: 'Draft a notice for the public. Not public until two people of two functions approve it.',
    ja: '公表文を起案する。異なる職能の二名が承認するまで公開されない。',
  },
  input: z.object({ ...whereInput, ...contentInput }).strict(),
  by: ['operator'],
  refusals: { ...CONTENT_REFUSALS, ...WHERE_REFUSALS },
  reads: (input) => ({ ...contentReads(input), ...whereReads(input) }),
  decide: (input, state, ctx) => {
    const built = buildContent(input, state, ctx.now);
    if (isRefused(built)) return built;
    const id = ctx.newId();
    const place = placeOf(input, state, id);
    if (isRefused(place)) return place;
    const { template: use } = input;
    const template =
      use === undefined || built.from === null ? null : { ...use, revision: built.from.revision };
    const body = { id, ...place, content: built.content, template };
    return {
      facts: [commsFact(noticeDrafted, place.thread, body, place.incident)],
      result: { notice: id, thread: place.thread, revision: 1 },
    };
  },
});

export const reviseNotice = defineCommand({
  name: 'comms.ReviseNotice',
  says: {
    en: 'Change a draft. Approvals that it had no longer count.',
    ja: '起案を変更する。それまでの承認は無効になる。',
  },
  input: z.object({ ...aboutNotice, ...contentInput }).strict(),
  by: ['operator'],
  refusals: { ...CONTENT_REFUSALS, ...DRAFT_REFUSALS },
  reads: (input) => ({ ...contentReads(input), draft: ref(noticeDraft, input.notice) }),
  decide: (input, state, ctx) => {
    const { draft } = state;
    const no = checkDraft(draft, input, ['draft', 'rejected']);
    if (no) return no;
    const built = buildContent(input, state, ctx.now);
    if (isRefused(built)) return built;
    const body = { id: draft.id, revision: draft.revision + 1, content: built.content };
    return {
      facts: [commsFact(noticeRevised, draft.thread, body, draft.incident)],
      result: { notice: draft.id, thread: draft.thread, revision: body.revision },
    };
  },
});

export const approveNotice = defineCommand({
  name: 'comms.ApproveNotice',
  says: {
    en: 'Approve a revision of a draft for your function: legal, compliance or technology.',
    ja: '起案の当該版を、法務・コンプライアンス・技術のいずれかとして承認する。',
  },
  input: z
    .object({
      ...aboutNotice,
      as: functionSchema,
      /** The incident in which you hold the function, if it comes from there. */
      incident: commsId.optional(),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    ...DRAFT_REFUSALS,
    'own-text': SAYS.ownText,
    'no-function': SAYS.noFunction,
    'already-approved': SAYS.twice,
  },
  reads: (input) => ({
    draft: ref(noticeDraft, input.notice),
    people: ref(peopleRegister, 'all'),
    incident: ref(incidentState, input.incident ?? ''),
  }),
  decide: (input, { draft, people, incident }, ctx) => {
    const no = checkDraft(draft, input, ['draft']);
    if (no) return no;
    const { id: principal } = ctx.actor;
    if (draft.authors.includes(principal))
      return refuse('own-text', `${principal} wrote at this text`, 'ask somebody who did not');
    const within = input.incident === draft.incident && incident.exists ? incident : null;
    if (!functionsOf(people, within, principal, ctx.now).includes(input.as))
      return refuse('no-function', `${principal} does not act for ${input.as}`, 'ask somebody who does');
    if (draft.approvals.some((approval) => approval.principal === principal))
      return refuse(
        'already-approved',
        `${principal} has approved revision ${draft.revision}`,
        'nothing to do',
      );
    const body = { id: draft.id, revision: draft.revision, function: input.as };
    return {
      facts: [commsFact(noticeApproved, draft.thread, body, draft.incident)],
      result: { notice: draft.id, revision: draft.revision },
    };
  },
});

export const rejectNotice = defineCommand({
  name: 'comms.RejectNotice',
  says: {
    en: 'Reject a revision of a draft, with a reason. It can be revised.',
    ja: '起案の当該版を理由を付して差し戻す。修正は可能。',
  },
  input: z.object({ ...aboutNotice, reason: z.string().trim().min(1).max(TEXT_LENGTH_MAX) }).strict(),
  by: ['operator'],
  refusals: DRAFT_REFUSALS,
  reads: (input) => ({ draft: ref(noticeDraft, input.notice) }),
  decide: (input, { draft }) => {
    const no = checkDraft(draft, input, ['draft']);
    if (no) return no;
    const body = { id: draft.id, revision: draft.revision, reason: input.reason };
    return {
      facts: [commsFact(noticeRejected, draft.thread, body, draft.incident)],
      result: { notice: draft.id, revision: draft.revision },
    };
  },
});
