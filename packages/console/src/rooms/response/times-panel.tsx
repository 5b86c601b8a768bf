/** When what clocks hang on happened. Stating a time again corrects it, and asks why. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { MILESTONE_NAMES, MILESTONES, type Milestone } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { Ask } from './command-form.tsx';
import { type Field, given, utcOf, type Values } from './form-fields.ts';
import { Section } from './section.tsx';

/** The recipient sets the date of these. */
const WITH_DUE: readonly string[] = ['association-asked', 'later-set-asked'];

export function TimesPanel({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  const { milestones } = page.response;
  const stated = MILESTONES.filter((one) => milestones[one] !== undefined);
  const open = MILESTONES.filter((one) => milestones[one] === undefined);
  return (
    <Section title={t('times.title')} actions={<StateTime page={page} text={t('times.state')} />}>
      <table className="data stack">
        <thead>
          <tr>
            {(['event', 'at', 'stated', 'change'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`times.col.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stated.map((milestone) => (
            <tr key={milestone}>
              <td className="font-semibold">{pick(MILESTONE_NAMES[milestone])}</td>
              <td data-label={t('times.col.at')}>
                <Moment at={milestones[milestone]?.at} style="full" />
              </td>
              <td data-label={t('times.col.stated')} className="text-xs">
                <span>
                  <Moment at={milestones[milestone]?.statedAt} />{' '}
                  {(milestones[milestone]?.times ?? 1) > 1
                    ? t('times.corrected', { count: (milestones[milestone]?.times ?? 1) - 1 })
                    : ''}
                </span>
              </td>
              <td>
                <StateTime page={page} milestone={milestone} text={t('times.correct')} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {open.length === 0 ? null : (
        <p className="border-t border-line p-3 text-xs text-muted">
          {t('times.open')}: {open.map((one) => pick(MILESTONE_NAMES[one])).join(' / ')}
        </p>
      )}
    </Section>
  );
}

type StateProps = { readonly page: ResponsePage; readonly milestone?: Milestone; readonly text: string };

function StateTime({ page, milestone, text }: StateProps) {
  const { t, pick } = useTexts();
  const { milestones } = page.response;
  const fields = (values: Values): Field[] => {
    const chosen = milestone ?? values.milestone ?? '';
    const isCorrection = milestones[chosen as Milestone] !== undefined;
    return [
      ...(milestone === undefined
        ? [
            {
              name: 'milestone',
              label: t('times.col.event'),
              kind: 'choice' as const,
              options: MILESTONES.map((one) => ({ value: one, text: pick(MILESTONE_NAMES[one]) })),
            },
          ]
        : []),
      { name: 'at', label: t('times.at'), kind: 'time', isOptional: !isCorrection, hint: t('times.atHint') },
      ...(WITH_DUE.includes(chosen)
        ? [{ name: 'dueAt', label: t('times.dueAt'), kind: 'time' as const, isOptional: true }]
        : []),
      {
        name: 'reason',
        label: t(isCorrection ? 'times.why' : 'form.reasonOptional'),
        kind: 'area',
        isOptional: !isCorrection,
      },
    ];
  };
  return (
    <Ask
      button={text}
      {...(milestone === undefined ? {} : { buttonLabel: `${text} ${pick(MILESTONE_NAMES[milestone])}` })}
      title={milestone === undefined ? t('times.stateTitle') : pick(MILESTONE_NAMES[milestone])}
      command="incidents.StateMilestone"
      fields={fields}
      toInput={(values) => ({
        incident: page.incident.id,
        milestone: milestone ?? values.milestone,
        ...given('at', utcOf(values.at)),
        ...given('dueAt', utcOf(values.dueAt)),
        ...given('reason', values.reason),
      })}
      submit={t('times.submit')}
    />
  );
}
