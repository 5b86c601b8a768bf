/** What the board approved, by its digest, and who has read what is in force (JVCEA emergency rule art. 6, 7). */
import type { PlanPage } from '@sonae/core/app/response/api.ts';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.ts';
import { meQuery } from '../../queries.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Act, Ask } from '../response/command-form.tsx';
import { utcOf } from '../response/form-fields.ts';
import { Named, NamedList, Section } from '../response/section.tsx';

export function ApprovalPanel({ page }: { page: PlanPage }) {
  const { t } = useTexts();
  const { plan, digest, approved } = page;
  return (
    <Section title={t('approval.title')} actions={<Approve />}>
      <div className="flex flex-col gap-2.5 p-3">
        <p
          className={`inline-flex items-center gap-1.5 font-semibold ${approved ? 'text-ok' : 'text-warning'}`}
        >
          <Icon name={approved ? 'ok' : 'warning'} />
          {t(approved ? 'approval.stands' : plan.approval === null ? 'approval.none' : 'approval.changed')}
        </p>
        <NamedList>
          <Named name={t('approval.digest')}>
            <code className="font-mono text-xs">{digest}</code>
          </Named>
          {plan.approval === null ? null : (
            <>
              <Named name={t('approval.body')}>{plan.approval.body}</Named>
              <Named name={t('approval.at')}>
                <Moment at={plan.approval.approvedAt} style="full" />
              </Named>
              <Named name={t('approval.minutes')}>{plan.approval.minutes}</Named>
              <Named name={t('approval.basis')}>{plan.approval.basis}</Named>
            </>
          )}
        </NamedList>
        <Readers page={page} />
      </div>
    </Section>
  );
}

function Readers({ page }: { page: PlanPage }) {
  const { t } = useTexts();
  const { data: me } = useQuery(meQuery);
  const readers = page.plan.readers.filter(({ digest }) => digest === page.digest);
  const isRead = readers.some(({ principal }) => principal === me?.principal);
  return (
    <div className="flex flex-col items-start gap-2 border-t border-line pt-2.5">
      <p>
        {t('approval.readers', { count: readers.length })}{' '}
        <span className="text-muted [overflow-wrap:anywhere]">
          {readers.map(({ principal }) => principal).join(', ')}
        </span>
      </p>
      {isRead ? (
        <p className="inline-flex items-center gap-1 text-ok">
          <Icon name="ok" size={13} />
          {t('approval.youRead')}
        </p>
      ) : (
        <Act command="plans.Acknowledge" input={{ digest: page.digest }} text={t('approval.acknowledge')} />
      )}
    </div>
  );
}

function Approve() {
  const { t } = useTexts();
  return (
    <Ask
      button={t('approval.record')}
      title={t('approval.recordTitle')}
      command="plans.ApprovePlan"
      isPublic={false}
      lead={<p>{t('approval.lead')}</p>}
      fields={[
        { name: 'body', label: t('approval.body'), kind: 'text', hint: t('approval.bodyHint') },
        { name: 'approvedAt', label: t('approval.atUtc'), kind: 'time' },
        { name: 'minutes', label: t('approval.minutes'), kind: 'text' },
        { name: 'basis', label: t('approval.basis'), kind: 'text', hint: t('approval.basisHint') },
      ]}
      toInput={({ body, approvedAt, minutes, basis }) => ({
        body,
        approvedAt: utcOf(approvedAt),
        minutes,
        basis,
      })}
      submit={t('form.record')}
    />
  );
}
