/** The review: who was asked, what differed from the plan, why it happened, what changes, and the report for everybody. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ImprovementRow } from '../learning/improvement-row.tsx';
import { Ask } from './command-form.tsx';
import { PublishReport } from './report-form.tsx';
import { FindingButtons, ProposeImprovement } from './review-forms.tsx';
import { Empty, Named, NamedList, Rows, Said, Section } from './section.tsx';

export function ReviewPanel({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const { review } = page;
  if (review.openedAt === null)
    return (
      <Section title={t('review.room')}>
        <Empty>{t('review.notYet')}</Empty>
      </Section>
    );
  return (
    <>
      <ReviewHead page={page} />
      <Findings page={page} />
      <Section
        title={t('review.improvements')}
        count={review.improvements.length}
        actions={<ProposeImprovement page={page} />}
      >
        {review.improvements.length === 0 ? <Empty>{t('improvements.none')}</Empty> : null}
        <Rows>
          {review.improvements.map((one) => (
            <ImprovementRow key={one.id} improvement={one} now={page.now} />
          ))}
        </Rows>
      </Section>
      <UsesOfPowers page={page} />
    </>
  );
}

function ReviewHead({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const { review, incident } = page;
  const isOverdue =
    review.completedAt === null && review.dueAt !== null && Date.parse(review.dueAt) < Date.parse(page.now);
  const actions =
    incident.phase === 'closed' ? (
      <Ask
        button={t('review.complete')}
        buttonLook="btn-main"
        title={t('review.completeTitle')}
        command="incidents.CompleteReview"
        isPublic
        fields={[{ name: 'summary', label: t('review.summary'), kind: 'area' }]}
        toInput={({ summary }) => ({ incident: incident.id, summary })}
        submit={t('review.completeSubmit')}
      />
    ) : review.completedAt !== null && review.publishedAt === null ? (
      <PublishReport page={page} />
    ) : undefined;
  return (
    <Section title={t('review.room')} actions={actions}>
      <div className="flex flex-col gap-2 p-3">
        <NamedList>
          <Named name={t('review.opened')}>
            <Moment at={review.openedAt} style="full" />
          </Named>
          <Named name={t('review.due')}>
            <span className={isOverdue ? 'inline-flex items-center gap-1 text-critical' : ''}>
              {isOverdue ? <Icon name="warning" size={12} /> : null}
              <Moment at={review.dueAt} style="full" /> {isOverdue ? t('improvement.overdue') : ''}
            </span>
          </Named>
          {review.completedAt === null ? null : (
            <Named name={t('review.completed')}>
              <Moment at={review.completedAt} style="full" />
            </Named>
          )}
          {review.publishedAt === null ? null : (
            <Named name={t('review.published')}>
              <Moment at={review.publishedAt} style="full" />
            </Named>
          )}
        </NamedList>
        {review.summary === null ? null : <Said>{review.summary}</Said>}
      </div>
    </Section>
  );
}

function Findings({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const { interviews, deviations, causes } = page.review;
  const count = interviews.length + deviations.length + causes.length;
  return (
    <Section title={t('review.found')} count={count} actions={<FindingButtons page={page} />}>
      {count === 0 ? <Empty>{t('review.noFindings')}</Empty> : null}
      <Rows>
        {causes.map((one) => (
          <li key={one.cause} className="px-3 py-2">
            <span className="label">
              {t('review.cause')} · {t(`cause.${one.class as 'technical'}`)} ·{' '}
              {t(`fire.${one.fire as 'hazards'}`)}
            </span>
            <Said>{one.text ?? ''}</Said>
          </li>
        ))}
        {deviations.map((one) => (
          <li key={one.deviation} className="flex flex-col gap-1 px-3 py-2">
            <span className="label">{t('review.deviation')}</span>
            <NamedList>
              <Named name={t('review.planned')}>{one.planned}</Named>
              <Named name={t('review.actual')}>{one.actual}</Named>
              <Named name={t('review.judgement')}>{one.judgement}</Named>
            </NamedList>
          </li>
        ))}
        {interviews.map((one) => (
          <li key={one.interview} className="px-3 py-2">
            <span className="label">
              {t('review.interview')} · {one.role} · <Moment at={one.at} style="full" />
            </span>
            <Said>{one.summary ?? ''}</Said>
          </li>
        ))}
      </Rows>
    </Section>
  );
}

/** Whether each use of a power was judged right belongs to the review too. */
function UsesOfPowers({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  if (page.uses.length === 0) return null;
  return (
    <Section title={t('review.uses')} count={page.uses.length}>
      <Rows>
        {page.uses.map(({ id, power, state, reviewed }) => (
          <li key={id} className="flex flex-wrap gap-x-3 px-3 py-2">
            <a className="link" href={`/console/powers/uses/${id}`}>
              {power}
            </a>
            <span className="text-muted">{state}</span>
            <span className={reviewed ? 'text-ok' : 'text-warning'}>
              {t(reviewed ? 'review.useJudged' : 'review.useUnjudged')}
            </span>
          </li>
        ))}
      </Rows>
    </Section>
  );
}
