/** From what a person gives to the content of a notice: texts from a template or by hand, and every check on them. */
import { z } from 'zod';
import { isRefused, type Refused, refuse } from '../../../kernel/result.ts';
import { DAY_MS, isoTime, MINUTE_MS, parseTime } from '../../../kernel/time.ts';
import { ref } from '../../../log/stream.ts';
import { incidentState } from '../../incidents/views/incident.ts';
import { fillTemplate } from '../engine/fill-template.ts';
import { filledFromSchema, impactsSchema, type NoticeContent } from '../facts/notices.ts';
import { templatePartsSchema } from '../facts/templates.ts';
import {
  bothLines,
  commsId,
  FINAL_STATUSES,
  isoTime as isoTimeSchema,
  NOTICE_TITLE_MAX,
  noticeStatusSchema,
} from '../facts/words.ts';
import { type Board, board } from '../views/board.ts';
import { type Rumours, rumourRegister } from '../views/desk.ts';
import { type Draft, noticeDraft } from '../views/notice.ts';
import { type KnownTemplate, type Templates, templates } from '../views/templates.ts';
import { type ThreadIndex, threadIndex } from '../views/threads.ts';
import { MINUTES_30_DAYS, SAYS, unknownComponent } from './checks.ts';

export const templateUse = filledFromSchema.pick({ template: true, variables: true }).strict();

const texts = {
  status: noticeStatusSchema.optional(),
  title: bothLines(NOTICE_TITLE_MAX).optional(),
  parts: templatePartsSchema.optional(),
  template: templateUse.optional(),
};
const circumstances = {
  impacts: impactsSchema.default([]),
  nextUpdateAt: isoTimeSchema.optional(),
  /** Instead of a time: minutes from now. */
  nextUpdateMinutes: z.int().min(5).max(MINUTES_30_DAYS).optional(),
  maintenance: z.object({ from: isoTimeSchema, until: isoTimeSchema }).strict().optional(),
  corrects: commsId.optional(),
  answers: commsId.optional(),
};
export const contentInput = { ...texts, ...circumstances };
export const whereInput = { incident: commsId.optional(), thread: commsId.optional() };
const given = z.object(contentInput);
export type GivenContent = z.infer<typeof given>;

export const CONTENT_REFUSALS = {
  'no-component': SAYS.component,
  'no-next-update': SAYS.nextUpdate,
  'bad-time': SAYS.time,
  'no-rumour': SAYS.rumour,
  'no-template': SAYS.template,
  'bad-variables': SAYS.variables,
  'no-text': SAYS.text,
  'no-notice': SAYS.notice,
} as const;
export const WHERE_REFUSALS = { 'no-incident': SAYS.incident, 'no-thread': SAYS.thread } as const;

export const contentReads = (input: { corrects?: string | undefined }) => ({
  board: ref(board, 'all'),
  templates: ref(templates, 'all'),
  rumours: ref(rumourRegister, 'all'),
  corrected: ref(noticeDraft, input.corrects ?? ''),
});
export const whereReads = (input: { incident?: string | undefined }) => ({
  incident: ref(incidentState, input.incident ?? ''),
  index: ref(threadIndex, 'all'),
});

type ContentState = {
  readonly board: Board;
  readonly templates: Templates;
  readonly rumours: Rumours;
  readonly corrected: Draft;
};
export type BuiltContent = { readonly content: NoticeContent; readonly from: KnownTemplate | null };

/** The content, or the first thing that is wrong with it. */
export function buildContent(input: GivenContent, state: ContentState, now: string): BuiltContent | Refused {
  const filled = textsOf(input, state);
  if (isRefused(filled)) return filled;
  const { status, title, parts, from } = filled;
  const minutes = input.nextUpdateMinutes ?? (from?.template.nextUpdateMinutes || undefined);
  const promised =
    input.nextUpdateAt ?? (minutes === undefined ? null : isoTime(parseTime(now) + minutes * MINUTE_MS));
  const content: NoticeContent = {
    status,
    title,
    parts,
    impacts: input.impacts,
    nextUpdateAt: promised,
    maintenance: input.maintenance ?? null,
    corrects: input.corrects ?? null,
    answers: input.answers ?? null,
  };
  const problem =
    unknownComponent(
      state.board,
      content.impacts.map(({ component }) => component),
    ) ??
    timeProblem(content, now) ??
    citationProblem(content, state);
  return problem ?? { content, from };
}

type FilledTexts = Pick<NoticeContent, 'status' | 'title' | 'parts'> & {
  readonly from: KnownTemplate | null;
};

function textsOf(input: GivenContent, state: ContentState): FilledTexts | Refused {
  const { template: use } = input;
  let from: KnownTemplate | null = null;
  let filled: Pick<NoticeContent, 'title' | 'parts'> | null = null;
  if (use !== undefined) {
    from = state.templates.templates[use.template] ?? null;
    if (from === null)
      return refuse('no-template', `there is no template ${use.template}`, 'choose one of the list');
    const done = fillTemplate(from.template, use.variables, state.board.components);
    if (!done.good) return refuse('bad-variables', `${done.field}: ${done.problem}`, `correct ${done.field}`);
    filled = { title: { ...done.title }, parts: done.parts };
  }
  const title = input.title ?? filled?.title;
  const parts = input.parts ?? filled?.parts;
  if (title === undefined || parts === undefined)
    return refuse('no-text', 'title or parts are missing', 'give both, or a template that has them');
  return { status: input.status ?? from?.template.status ?? 'investigating', title, parts, from };
}

/** Whether what it says about time can be kept. */
export function timeProblem(content: NoticeContent, now: string): Refused | null {
  const { status, nextUpdateAt, maintenance } = content;
  const nowMs = parseTime(now);
  if (maintenance !== null) {
    const [fromMs, untilMs] = [parseTime(maintenance.from), parseTime(maintenance.until)];
    if (
      untilMs <= fromMs ||
      untilMs <= nowMs ||
      untilMs - fromMs > 7 * DAY_MS ||
      fromMs - nowMs > 366 * DAY_MS
    )
      return refuse(
        'bad-time',
        `maintenance ${maintenance.from} to ${maintenance.until} is over, turned round or too long`,
        'let it end in the future, after its begin and within seven days',
      );
  }
  if (nextUpdateAt === null) {
    if (FINAL_STATUSES.includes(status) || maintenance !== null) return null;
    return refuse(
      'no-next-update',
      `a notice with status ${status} promises no next update`,
      'add nextUpdateAt or nextUpdateMinutes',
    );
  }
  const aheadMs = parseTime(nextUpdateAt) - nowMs;
  if (aheadMs > 0 && aheadMs <= MINUTES_30_DAYS * MINUTE_MS) return null;
  return refuse(
    'bad-time',
    `nextUpdateAt ${nextUpdateAt} is not within 30 days from now (${now})`,
    'give a time that you will keep',
  );
}

function citationProblem(content: NoticeContent, { rumours, corrected }: ContentState): Refused | null {
  const { corrects, answers } = content;
  if (corrects !== null && corrected.state !== 'published')
    return refuse('no-notice', `notice ${corrects} was never published`, 'correct a published one');
  const rumour = rumours.rumours.find(({ id }) => id === answers);
  if (answers !== null && (rumour === undefined || rumour.closedBecause !== null))
    return refuse('no-rumour', `there is no open rumour ${answers}`, 'note it first');
  return null;
}

type WhereState = {
  readonly incident: { readonly exists: boolean };
  readonly index: ThreadIndex;
  readonly corrected: Draft;
};

/** Which thread a notice belongs to: that of its incident, of what it corrects or continues, or one of its own. */
export function placeOf(
  input: { incident?: string | undefined; thread?: string | undefined },
  { incident, index, corrected }: WhereState,
  own: string,
): { readonly thread: string; readonly incident: string | null } | Refused {
  if (input.incident !== undefined && !incident.exists)
    return refuse('no-incident', `there is no incident ${input.incident}`, 'list them: sonae incidents list');
  const asked =
    input.thread ?? input.incident ?? (corrected.state === 'published' ? corrected.thread : undefined);
  if (asked === undefined) return { thread: own, incident: null };
  const known = index.threads.find(({ id }) => id === asked);
  if (known === undefined && asked !== input.incident && asked !== corrected.thread)
    return refuse('no-thread', `there is no thread ${asked}`, 'leave it out to begin one');
  const of = known?.incident ?? (asked === input.incident ? asked : null);
  if (input.incident !== undefined && of !== input.incident)
    return refuse('no-thread', `thread ${asked} is not about incident ${input.incident}`, 'name one of them');
  return { thread: asked, incident: of };
}
