/** The public report of an incident, in both languages, its timeline begun from the event times that were stated. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { MILESTONE_NAMES, MILESTONES } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { useTexts } from '../../i18n/language.ts';
import { Ask } from './command-form.tsx';
import type { Field, Values } from './form-fields.ts';
import { parseReportLines, reportLine } from './report-lines.ts';

const PARTS = ['impact', 'actions', 'causes', 'lessons', 'plan'] as const;
/** TITLE_LENGTH_MAX of core's limits. */
const TITLE_MAX = 200;

function firstTimeline({ response }: ResponsePage): string {
  return MILESTONES.flatMap((milestone) => {
    const at = response.milestones[milestone]?.at;
    return at === undefined ? [] : [{ at, text: MILESTONE_NAMES[milestone] }];
  })
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(reportLine)
    .join('\n');
}

export function PublishReport({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const fields: Field[] = [
    { name: 'title', label: t('declare.name'), kind: 'text', first: page.incident.title, max: TITLE_MAX },
    {
      name: 'timeline',
      label: t('report.timeline'),
      kind: 'area',
      first: firstTimeline(page),
      hint: t('report.timelineHint'),
      max: 100_000,
    },
    ...PARTS.flatMap((part): Field[] => [
      { name: `${part}.ja`, label: `${t(`report.${part}`)} (日本語)`, kind: 'area' },
      { name: `${part}.en`, label: `${t(`report.${part}`)} (English)`, kind: 'area' },
    ]),
  ];
  const both = (values: Values, part: string) => ({ en: values[`${part}.en`], ja: values[`${part}.ja`] });
  return (
    <Ask
      button={t('report.publish')}
      buttonLook="btn-final"
      title={t('report.title')}
      command="incidents.PublishReport"
      isPublic
      look="btn-final"
      fields={fields}
      problem={({ timeline }) => (parseReportLines(timeline ?? '') === null ? t('report.badTimeline') : null)}
      toInput={(values) => ({
        incident: page.incident.id,
        title: values.title,
        timeline: parseReportLines(values.timeline ?? ''),
        ...Object.fromEntries(PARTS.map((part) => [part, both(values, part)])),
      })}
      submit={t('report.submit')}
    />
  );
}
