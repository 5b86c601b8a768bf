/** The only two ways to the public: a text that two functions approved, or a template that they approved beforehand. */
import { z } from 'zod';
import { isRefused, refuse } from '../../../kernel/result.ts';
import { defineCommand } from '../../../log/define.ts';
import type { NewFact, Text } from '../../../log/fact.ts';
import { ref } from '../../../log/stream.ts';
import { isBounded } from '../engine/fill-template.ts';
import { rumourAnswered } from '../facts/desk.ts';
import { impactsSchema, type NoticeContent, noticePublished } from '../facts/notices.ts';
import { type ApprovalFunction, commsId, FINAL_STATUSES, FUNCTIONS, isoTime } from '../facts/words.ts';
import { type Board, board } from '../views/board.ts';
import { noticeDraft } from '../views/notice.ts';
import { commsFact, impactFacts, unknownComponent } from './checks.ts';
import {
  buildContent,
  CONTENT_REFUSALS,
  contentReads,
  placeOf,
  templateUse,
  timeProblem,
  WHERE_REFUSALS,
  whereInput,
  whereReads,
} from './content.ts';
import { checkDraft, DRAFT_REFUSALS, revision } from './drafts.ts';

/** Functions that must have said yes, by different people. */
export const FUNCTIONS_NEEDED = 2;

type Publication = {
  readonly id: string;
  readonly thread: string;
  readonly incident: string | null;
  readonly revision: number;
  readonly content: NoticeContent;
  readonly approvedBy: readonly ApprovalFunction[];
  readonly template: { template: string; revision: number; variables: Record<string, string> } | null;
};

/** The notice with everything that it changes: components, and the rumour that it answers. */
function publication(of: Publication, now: Board): NewFact[] {
  const { content, thread, incident } = of;
  const body = { ...of, audience: 'public' as const, approvedBy: [...of.approvedBy] };
  const reason: Text = content.title;
  const isOver = FINAL_STATUSES.includes(content.status);
  // Planned work weighs on components when it begins, not when it is announced.
  const changes =
    content.maintenance !== null && !isOver
      ? []
      : impactFacts(now, thread, content.impacts, isOver, reason, incident);
  const answered =
    content.answers === null
      ? []
      : [commsFact(rumourAnswered, 'rumours', { id: content.answers, notice: of.id }, incident)];
  return [commsFact(noticePublished, thread, body, incident), ...changes, ...answered];
}

export const publishNotice = defineCommand({
  name: 'comms.PublishNotice',
  says: {
    en: 'PUBLISH an approved notice: status page, feeds, subscribers. Public for good.',
    ja: '承認済みの告知を公表する(ステータスページ・フィード・購読者)。取り消せない。',
  },
  input: z
    .object({
      notice: commsId,
      revision,
      /** A later promise than the approved one, when approval took longer; the text stays as approved. */
      nextUpdateAt: isoTime.optional(),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    ...DRAFT_REFUSALS,
    'not-approved': {
      en: 'Two people of two functions must approve this revision first.',
      ja: '異なる職能の二名による当該版の承認が必要。',
    },
    'no-component': CONTENT_REFUSALS['no-component'],
    'bad-time': CONTENT_REFUSALS['bad-time'],
    'no-next-update': CONTENT_REFUSALS['no-next-update'],
  },
  reads: (input) => ({ draft: ref(noticeDraft, input.notice), board: ref(board, 'all') }),
  decide: (input, { draft, board: now }, ctx) => {
    const no = checkDraft(draft, input, ['draft', 'rejected']);
    if (no) return no;
    const approvedBy = FUNCTIONS.filter((name) =>
      draft.approvals.some((approval) => approval.function === name),
    );
    if (draft.content === null || approvedBy.length < FUNCTIONS_NEEDED)
      return refuse(
        'not-approved',
        `revision ${draft.revision} is approved by ${approvedBy.join(', ') || 'nobody'}`,
        `ask for approvals of ${FUNCTIONS_NEEDED} functions: ${FUNCTIONS.join(', ')}`,
      );
    const content = { ...draft.content, nextUpdateAt: input.nextUpdateAt ?? draft.content.nextUpdateAt };
    const problem =
      unknownComponent(
        now,
        content.impacts.map(({ component }) => component),
      ) ?? timeProblem(content, ctx.now);
    if (problem) return problem;
    const { id, thread, incident, revision: approved } = draft;
    const of = { id, thread, incident, revision: approved, content, approvedBy, template: null };
    return { facts: publication(of, now), result: { notice: id, thread } };
  },
});

export const publishFirst = defineCommand({
  name: 'comms.PublishFirst',
  says: {
    en: 'PUBLISH from a template that was approved beforehand; one person is enough. Public for good.',
    ja: '事前承認済みのひな形から公表する。一名で足りる。取り消せない。',
  },
  input: z
    .object({
      ...whereInput,
      ...templateUse.shape,
      impacts: impactsSchema.default([]),
      nextUpdateAt: isoTime.optional(),
    })
    .strict(),
  by: ['operator'],
  refusals: {
    'no-component': CONTENT_REFUSALS['no-component'],
    'no-next-update': CONTENT_REFUSALS['no-next-update'],
    'bad-time': CONTENT_REFUSALS['bad-time'],
    'no-template': CONTENT_REFUSALS['no-template'],
    'bad-variables': CONTENT_REFUSALS['bad-variables'],
    ...WHERE_REFUSALS,
    'not-pre-approved': {
      en: 'This template was not approved beforehand.',
      ja: 'このひな形は事前承認されていない。',
    },
    'free-words': {
      en: 'The template takes free words: such a text needs two people.',
      ja: '自由記述を含むひな形のため、二名の承認が必要。',
    },
  },
  reads: (input) => ({ ...contentReads({}), ...whereReads(input) }),
  decide: (input, state, ctx) => {
    const { template, variables, impacts, nextUpdateAt } = input;
    const use = { template, variables };
    const built = buildContent({ template: use, impacts, nextUpdateAt }, state, ctx.now);
    if (isRefused(built)) return built;
    const { from, content } = built;
    if (from === null || from.adoptedBy === null)
      return refuse('not-pre-approved', `template ${template} is not adopted`, 'draft a notice, or adopt it');
    if (!isBounded(from.template))
      return refuse('free-words', `template ${template} takes free words`, 'draft a notice from it');
    const id = ctx.newId();
    const place = placeOf(input, state, id);
    if (isRefused(place)) return place;
    const filledFrom = { ...use, revision: from.revision };
    const of = { id, ...place, revision: 1, content, approvedBy: from.adoptedBy, template: filledFrom };
    return { facts: publication(of, state.board), result: { notice: id, thread: place.thread } };
  },
});
