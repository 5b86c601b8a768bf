/** Events of the firm that duties hang on: shortfalls and their cures, the plan's approval, training. */
import type { ClocksPage } from '@sonae/core/app/response/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { Ask } from '../response/command-form.tsx';
import { given, utcOf } from '../response/form-fields.ts';
import { Empty, Rows, Section } from '../response/section.tsx';
import { eventName } from './event-name.ts';

export function FirmEvents({ page }: { page: ClocksPage }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <Section
      title={t('firmEvents.title')}
      count={page.firmEvents.length}
      actions={
        <Ask
          button={t('firmEvents.record')}
          title={t('firmEvents.recordTitle')}
          command="reports.RecordFirmEvent"
          isPublic={false}
          fields={[
            {
              name: 'reference',
              label: t('firmEvents.reference'),
              kind: 'text',
              hint: t('firmEvents.referenceHint'),
            },
            {
              name: 'event',
              label: t('times.col.event'),
              kind: 'choice',
              options: page.events.map((value) => ({ value, text: eventName(value, texts) })),
            },
            { name: 'at', label: t('times.at'), kind: 'time', isOptional: true, hint: t('times.atHint') },
            { name: 'reason', label: t('form.reasonOptional'), kind: 'area', isOptional: true },
          ]}
          toInput={({ event, reference, at, reason }) => ({
            event,
            reference,
            ...given('at', utcOf(at)),
            ...given('reason', reason),
          })}
          submit={t('form.record')}
        />
      }
    >
      {page.firmEvents.length === 0 ? <Empty>{t('firmEvents.none')}</Empty> : null}
      <Rows>
        {page.firmEvents.toReversed().map(({ event, at, reference }) => (
          <li key={`${event}/${at}/${reference}`} className="px-3 py-2">
            <p>{eventName(event, texts)}</p>
            <p className="text-xs text-muted [overflow-wrap:anywhere]">
              <Moment at={at} style="full" /> · {reference}
            </p>
          </li>
        ))}
      </Rows>
    </Section>
  );
}
