/** The headquarters under the representative director (JVCEA emergency rule art. 13(2)): set up, dissolved. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { Ask } from './command-form.tsx';
import { type Field, linesOf } from './form-fields.ts';
import { Empty, Named, NamedList, Section } from './section.tsx';
import { usePrincipals } from './use-principals.ts';

export function HeadquartersPanel({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const principals = usePrincipals();
  const { headquarters } = page.response;
  const incident = page.incident.id;
  const reason: Field = { name: 'reason', label: t('form.reason'), kind: 'area' };
  const open: Field[] = [
    { name: 'head', label: t('hq.head'), kind: 'text', max: 60, suggestions: principals },
    { name: 'place', label: t('hq.place'), kind: 'text', hint: t('hq.placeHint') },
    reason,
    {
      name: 'members',
      label: t('hq.members'),
      kind: 'many',
      isOptional: true,
      options: principals.slice(0, 50).map((id) => ({ value: id, text: id })),
    },
  ];
  const actions =
    headquarters === null ? (
      <Ask
        button={t('hq.open')}
        title={t('hq.openTitle')}
        command="incidents.OpenHeadquarters"
        fields={open}
        toInput={({ head, place, reason: why, members }) => ({
          incident,
          head,
          place,
          reason: why,
          members: linesOf(members),
        })}
        submit={t('hq.openSubmit')}
      />
    ) : (
      <Ask
        button={t('hq.close')}
        title={t('hq.closeTitle')}
        command="incidents.CloseHeadquarters"
        fields={[reason]}
        toInput={(values) => ({ incident, reason: values.reason })}
        submit={t('hq.closeSubmit')}
      />
    );
  return (
    <Section title={t('hq.title')} actions={actions}>
      {headquarters === null ? (
        <Empty>{t('hq.none')}</Empty>
      ) : (
        <div className="p-3">
          <NamedList>
            <Named name={t('hq.head')}>{headquarters.head}</Named>
            <Named name={t('hq.place')}>{headquarters.place}</Named>
            <Named name={t('hq.since')}>
              <Moment at={headquarters.since} />
            </Named>
          </NamedList>
        </div>
      )}
    </Section>
  );
}
