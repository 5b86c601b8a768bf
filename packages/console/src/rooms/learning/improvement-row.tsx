/** An improvement until it is done: owner, date, what it changes, and whether that really changed. */
import type { ImprovementCheck } from '@sonae/core/app/response/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Ask } from '../response/command-form.tsx';
import { Named, NamedList, Said } from '../response/section.tsx';

type Props = {
  readonly improvement: ImprovementCheck;
  readonly now: string;
  readonly incidentTitle?: string;
};

export function ImprovementRow({ improvement, now, incidentTitle }: Props) {
  const { t } = useTexts();
  const { title, text, changes, owner, dueAt, outcome } = improvement;
  // In the room of learning no heading stands between the room's and this one.
  const Heading = incidentTitle === undefined ? 'h3' : 'h2';
  const isOverdue = outcome === 'open' && Date.parse(dueAt) < Date.parse(now);
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2.5" data-improvement={improvement.id}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Heading className="min-w-0 font-semibold [overflow-wrap:anywhere]">{title}</Heading>
        <span
          className={`inline-flex items-center gap-1 ${isOverdue ? 'text-critical' : outcome === 'done' ? 'text-ok' : 'text-muted'}`}
        >
          <Icon name={isOverdue ? 'warning' : outcome === 'done' ? 'ok' : 'dots'} size={12} />
          {isOverdue ? t('improvement.overdue') : t(`improvement.${outcome}`)}
        </span>
      </div>
      <Said>{text}</Said>
      <NamedList>
        {incidentTitle === undefined ? null : <Named name={t('improvement.incident')}>{incidentTitle}</Named>}
        <Named name={t('improvement.owner')}>{owner}</Named>
        <Named name={t('improvement.due')}>
          <Moment at={dueAt} style="full" />
        </Named>
        <Named name={t('improvement.changes')}>{t(`change.${changes as 'other'}`)}</Named>
      </NamedList>
      <Checks improvement={improvement} />
      {outcome === 'open' ? <Actions improvement={improvement} /> : null}
    </li>
  );
}

/** Read from authority and plans, not from what somebody wrote. */
function Checks({ improvement }: { improvement: ImprovementCheck }) {
  const { t } = useTexts();
  if (improvement.checks.length === 0)
    return improvement.changes === 'other' ? null : (
      <p className="inline-flex items-center gap-1 text-xs text-warning">
        <Icon name="warning" size={12} />
        {t('check.none')}
      </p>
    );
  const look = { changed: 'text-ok', 'not-yet': 'text-warning', unknown: 'text-muted' };
  const icon = { changed: 'ok', 'not-yet': 'clock', unknown: 'blind' } as const;
  return (
    <ul className="flex flex-col gap-0.5">
      {improvement.checks.map(({ reference, found, what }) => (
        <li key={reference} className={`flex items-center gap-1 text-xs ${look[found]}`}>
          <Icon name={icon[found]} size={12} />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {t(`check.${found}`)}: {reference} {what === '' ? '' : `(${what})`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Actions({ improvement }: { improvement: ImprovementCheck }) {
  const { t } = useTexts();
  const about = { incident: improvement.incident, improvement: improvement.id };
  return (
    <div className="flex flex-wrap gap-1.5" data-chrome>
      <Ask
        button={t('improvement.link')}
        buttonLabel={`${t('improvement.link')} ${improvement.title}`}
        title={t('improvement.linkTitle')}
        command="incidents.LinkImprovement"
        fields={[
          {
            name: 'reference',
            label: t('improvement.reference'),
            kind: 'text',
            hint: t('improvement.referenceHint'),
          },
        ]}
        toInput={({ reference }) => ({ ...about, reference })}
        submit={t('form.record')}
      />
      <Ask
        button={t('improvement.end')}
        buttonLabel={`${t('improvement.end')} ${improvement.title}`}
        title={t('improvement.endTitle')}
        command="incidents.EndImprovement"
        fields={[
          {
            name: 'outcome',
            label: t('improvement.outcome'),
            kind: 'radio',
            options: (['done', 'dropped'] as const).map((value) => ({
              value,
              text: t(`improvement.${value}`),
            })),
          },
          { name: 'reason', label: t('form.reason'), kind: 'area' },
        ]}
        toInput={({ outcome, reason }) => ({ ...about, outcome, reason })}
        submit={t('form.record')}
      />
    </div>
  );
}
