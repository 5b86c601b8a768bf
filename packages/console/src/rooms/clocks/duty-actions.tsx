/** What a person may do about a duty. Mirrors core's reports/decisions/duties.ts, which has the last word. */
import type { Clock } from '@sonae/core/app/response/api.ts';
import type { PreparedSummary } from '@sonae/core/nouns/reports/views/filings.ts';
import { useTexts } from '../../i18n/language.ts';
import { Ask } from '../response/command-form.tsx';
import { type Field, given, linesOf, SHORT_MAX, utcOf } from '../response/form-fields.ts';
import { runs } from './clock-order.ts';

type Props = {
  readonly clock: Clock;
  readonly others: readonly Clock[];
  readonly prepared: readonly PreparedSummary[];
  readonly formNames: Readonly<Record<string, { readonly en: string; readonly ja: string }>>;
};

export function DutyActions(props: Props) {
  const { t, pick } = useTexts();
  const { clock } = props;
  const { subject, instance } = clock;
  const about = { subject, instance };
  const reason: Field = { name: 'reason', label: t('form.reason'), kind: 'area' };
  const title = pick(clock.title);
  const labelled = (action: string): string => `${action} ${title}`;
  if (clock.now === 'satisfied') return null;
  return (
    <div className="flex flex-wrap gap-1.5" data-chrome>
      {clock.now === 'exempt' ? null : <RecordFiling {...props} />}
      {runs(clock) && clock.suspendable !== null ? (
        <Ask
          button={t('duty.suspend')}
          buttonLabel={labelled(t('duty.suspend'))}
          title={t('duty.suspendTitle')}
          command="reports.Suspend"
          lead={<Ground says={t('duty.exception')} text={pick(clock.suspendable)} />}
          fields={[reason]}
          toInput={(values) => ({ ...about, reason: values.reason })}
          submit={t('duty.suspendSubmit')}
        />
      ) : null}
      {clock.now === 'suspended' ? (
        <Ask
          button={t('duty.resume')}
          buttonLabel={labelled(t('duty.resume'))}
          title={t('duty.resumeTitle')}
          command="reports.Resume"
          fields={[reason]}
          toInput={(values) => ({ ...about, reason: values.reason })}
          submit={t('duty.resumeSubmit')}
        />
      ) : null}
      {clock.now !== 'exempt' && clock.exemptable !== null ? (
        <Ask
          button={t('duty.exempt')}
          buttonLabel={labelled(t('duty.exempt'))}
          title={t('duty.exemptTitle')}
          command="reports.Exempt"
          lead={<Ground says={t('duty.proviso')} text={pick(clock.exemptable)} />}
          fields={[
            {
              name: 'ground',
              label: t('duty.ground'),
              kind: 'text',
              first: pick(clock.exemptable).slice(0, SHORT_MAX),
            },
            reason,
          ]}
          toInput={(values) => ({ ...about, ground: values.ground, reason: values.reason })}
          submit={t('duty.exemptSubmit')}
        />
      ) : null}
      {clock.now === 'exempt' ? (
        <Ask
          button={t('duty.withdraw')}
          buttonLabel={labelled(t('duty.withdraw'))}
          title={t('duty.withdrawTitle')}
          command="reports.WithdrawExemption"
          fields={[reason]}
          toInput={(values) => ({ ...about, reason: values.reason })}
          submit={t('duty.withdrawSubmit')}
        />
      ) : null}
    </div>
  );
}

function Ground({ says, text }: { says: string; text: string }) {
  return (
    <p>
      <span className="label block">{says}</span>
      {text}
    </p>
  );
}

/** One filing may meet several duties, e.g. the same form to two authorities. */
function RecordFiling({ clock, others, prepared, formNames }: Props) {
  const { t, pick } = useTexts();
  const open = others.filter((one) => one.now !== 'satisfied' && one.now !== 'exempt');
  const fields: Field[] = [
    {
      name: 'filing',
      label: t('filing.which'),
      kind: 'choice',
      options: [
        { value: '', text: t('filing.without') },
        ...prepared.toReversed().map(({ filing, form, round }) => ({
          value: filing,
          text: t('filing.round', { form: nameOf(form), round }),
        })),
      ],
      isOptional: true,
    },
    { name: 'method', label: t('filing.method'), kind: 'text', hint: t('filing.methodHint') },
    { name: 'reference', label: t('filing.reference'), kind: 'text', hint: t('filing.referenceHint') },
    { name: 'filedAt', label: t('filing.filedAt'), kind: 'time', isOptional: true },
    {
      name: 'duties',
      label: t('filing.duties'),
      kind: 'many',
      first: clock.instance,
      options: open.map(({ instance, title }) => ({ value: instance, text: pick(title) })),
    },
  ];
  function nameOf(form: string): string {
    const name = formNames[form];
    return name === undefined ? form : pick(name);
  }
  return (
    <Ask
      button={t('filing.record')}
      buttonLabel={`${t('filing.record')} ${pick(clock.title)}`}
      title={t('filing.recordTitle')}
      command="reports.RecordFiling"
      isPublic={false}
      fields={fields}
      toInput={(values) => ({
        subject: clock.subject,
        filing: values.filing === '' ? null : values.filing,
        duties: linesOf(values.duties),
        method: values.method,
        reference: values.reference,
        ...given('filedAt', utcOf(values.filedAt)),
      })}
      submit={t('filing.recordSubmit')}
    />
  );
}
