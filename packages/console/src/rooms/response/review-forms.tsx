/** What is written down in a review: interviews, deviations, causes, improvements. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Ask } from './command-form.tsx';
import { type Field, given, utcOf } from './form-fields.ts';
import { usePrincipals } from './use-principals.ts';

const CAUSES = ['technical', 'human', 'governance', 'external'] as const;
const FIRE = [
  'internal-process',
  'human-causal-factors',
  'information-system',
  'external-dependency',
  'hazards',
  'malicious-acts',
] as const;
const CHANGES = ['limit', 'power', 'plan', 'control', 'other'] as const;
/** TITLE_LENGTH_MAX of core's limits. */
const TITLE_MAX = 200;

export function FindingButtons({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const incident = page.incident.id;
  const area = (name: string, label: string): Field => ({ name, label, kind: 'area' });
  return (
    <>
      <Ask
        button={t('review.addInterview')}
        title={t('review.interview')}
        command="incidents.RecordInterview"
        isPublic={false}
        fields={[
          { name: 'role', label: t('review.role'), kind: 'text', hint: t('review.roleHint') },
          area('summary', t('review.said')),
          { name: 'at', label: t('times.at'), kind: 'time', isOptional: true, hint: t('times.atHint') },
        ]}
        toInput={({ role, summary, at }) => ({ incident, role, summary, ...given('at', utcOf(at)) })}
        submit={t('form.record')}
      />
      <Ask
        button={t('review.addDeviation')}
        title={t('review.deviation')}
        command="incidents.RecordDeviation"
        isPublic={false}
        fields={[
          area('planned', t('review.planned')),
          area('actual', t('review.actual')),
          area('judgement', t('review.judgement')),
        ]}
        toInput={({ planned, actual, judgement }) => ({ incident, planned, actual, judgement })}
        submit={t('form.record')}
      />
      <Ask
        button={t('review.addCause')}
        title={t('review.cause')}
        command="incidents.RecordCause"
        isPublic={false}
        fields={[
          {
            name: 'class',
            label: t('review.causeClass'),
            kind: 'choice',
            options: CAUSES.map((value) => ({ value, text: t(`cause.${value}`) })),
          },
          {
            name: 'fire',
            label: t('review.fire'),
            kind: 'choice',
            options: FIRE.map((value) => ({ value, text: t(`fire.${value}`) })),
          },
          area('text', t('review.why')),
        ]}
        toInput={(values) => ({ incident, class: values.class, fire: values.fire, text: values.text })}
        submit={t('form.record')}
      />
    </>
  );
}

export function ProposeImprovement({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const principals = usePrincipals();
  return (
    <Ask
      button={t('improvement.propose')}
      title={t('improvement.proposeTitle')}
      command="incidents.ProposeImprovement"
      isPublic={false}
      fields={[
        { name: 'title', label: t('improvement.name'), kind: 'text', max: TITLE_MAX },
        { name: 'text', label: t('improvement.text'), kind: 'area' },
        {
          name: 'changes',
          label: t('improvement.changes'),
          kind: 'choice',
          options: CHANGES.map((value) => ({ value, text: t(`change.${value}`) })),
        },
        { name: 'owner', label: t('improvement.owner'), kind: 'text', suggestions: principals, max: 60 },
        { name: 'dueAt', label: t('improvement.dueUtc'), kind: 'time' },
      ]}
      toInput={({ title, text, changes, owner, dueAt }) => ({
        incident: page.incident.id,
        title,
        text,
        changes,
        owner,
        dueAt: utcOf(dueAt),
      })}
      submit={t('form.record')}
    />
  );
}
