/** Training: what was practised, by how many, what was found, and what of the plan changes because of it. */
import type { PlanPage } from '@sonae/core/app/response/api.ts';
import { KIND_NAMES, KINDS } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { Ask } from '../response/command-form.tsx';
import { given, linesOf, utcOf } from '../response/form-fields.ts';
import { Empty, Named, NamedList, Rows, Said, Section } from '../response/section.tsx';

const SCOPES = ['company-wide', 'department', 'joint-with-vendors', 'cross-industry'] as const;

export function TrainingsPanel({ page }: { page: PlanPage }) {
  const { t, pick } = useTexts();
  const { trainings } = page.plan;
  return (
    <Section title={t('trainings.title')} count={trainings.length} actions={<RecordTraining />}>
      {trainings.length === 0 ? <Empty>{t('trainings.none')}</Empty> : null}
      <Rows>
        {trainings.map((one) => (
          <li key={one.training} className="flex flex-col gap-1.5 px-3 py-2.5">
            <h3 className="font-semibold">{one.kinds.map((kind) => pick(KIND_NAMES[kind])).join(' / ')}</h3>
            <NamedList>
              <Named name={t('trainings.at')}>
                <Moment at={one.at} style="full" />
              </Named>
              <Named name={t('trainings.scope')}>{t(`scope.${one.scope as (typeof SCOPES)[number]}`)}</Named>
              <Named name={t('trainings.participants')}>{countText(one.participants)}</Named>
            </NamedList>
            <Said>{one.findings}</Said>
            <p className="text-xs text-muted [overflow-wrap:anywhere]">
              {one.revision === null
                ? t('trainings.noRevision')
                : t('trainings.revised', { what: one.revision })}
            </p>
          </li>
        ))}
      </Rows>
    </Section>
  );
}

function RecordTraining() {
  const { t, pick } = useTexts();
  return (
    <Ask
      button={t('trainings.record')}
      title={t('trainings.recordTitle')}
      command="plans.RecordTraining"
      isPublic={false}
      fields={[
        { name: 'participants', label: t('trainings.participants'), kind: 'number', min: 1, max: 100_000 },
        {
          name: 'scope',
          label: t('trainings.scope'),
          kind: 'choice',
          options: SCOPES.map((value) => ({ value, text: t(`scope.${value}`) })),
        },
        {
          name: 'kinds',
          label: t('class.kinds'),
          kind: 'many',
          options: KINDS.map((kind) => ({ value: kind, text: pick(KIND_NAMES[kind]) })),
        },
        { name: 'findings', label: t('trainings.findings'), kind: 'area' },
        { name: 'revision', label: t('trainings.revision'), kind: 'area', isOptional: true },
        { name: 'at', label: t('times.at'), kind: 'time', isOptional: true, hint: t('times.atHint') },
      ]}
      toInput={({ participants, scope, kinds, findings, revision, at }) => ({
        scope,
        kinds: linesOf(kinds),
        participants: Number(participants),
        findings,
        revision: revision === '' ? null : revision,
        ...given('at', utcOf(at)),
      })}
      submit={t('form.record')}
    />
  );
}
