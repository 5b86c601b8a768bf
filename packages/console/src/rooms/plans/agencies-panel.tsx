/** Agencies to contact in an emergency: how, how else when that fails, and who does it (art. 7(1)). */
import type { PlanPage } from '@sonae/core/app/response/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { Ask } from '../response/command-form.tsx';
import { linesOf } from '../response/form-fields.ts';
import { Empty, Named, NamedList, Rows, Section } from '../response/section.tsx';
import { usePrincipals } from '../response/use-principals.ts';

type Agency = PlanPage['plan']['agencies'][string];
const ID = /^[a-z0-9][a-z0-9-]{0,39}$/;
const LIAISONS_MAX = 10;

export function AgenciesPanel({ page }: { page: PlanPage }) {
  const { t, pick } = useTexts();
  const agencies = Object.values(page.plan.agencies);
  return (
    <Section
      title={t('agencies.title')}
      count={agencies.length}
      actions={<ListAgency text={t('agencies.list')} />}
    >
      {agencies.length === 0 ? <Empty>{t('agencies.none')}</Empty> : null}
      <Rows>
        {agencies.map((one) => (
          <li key={one.agency} className="flex flex-col gap-1.5 px-3 py-2.5">
            <div className="flex flex-wrap items-center gap-2">
              <h3 className="font-semibold">{pick(one.name)}</h3>
              <span className="sm:ml-auto">
                <ListAgency agency={one} text={t('agencies.change')} />
              </span>
            </div>
            <NamedList>
              <Named name={t('agencies.method')}>{one.method}</Named>
              <Named name={t('agencies.alternative')}>{one.alternative}</Named>
              <Named name={t('agencies.liaison')}>{one.liaison.join(', ')}</Named>
              <Named name={t('agencies.reviewed')}>
                <Moment at={one.reviewedAt} style="full" />
              </Named>
            </NamedList>
          </li>
        ))}
      </Rows>
    </Section>
  );
}

function ListAgency({ agency, text }: { agency?: Agency; text: string }) {
  const { t, pick } = useTexts();
  const principals = usePrincipals();
  return (
    <Ask
      button={text}
      {...(agency === undefined ? {} : { buttonLabel: `${text} ${pick(agency.name)}` })}
      title={t('agencies.listTitle')}
      command="plans.ListAgency"
      isPublic={false}
      fields={[
        ...(agency === undefined
          ? [
              {
                name: 'agency',
                label: t('agencies.id'),
                kind: 'text' as const,
                max: 40,
                hint: t('agencies.idHint'),
              },
            ]
          : []),
        { name: 'ja', label: t('agencies.nameJa'), kind: 'text', first: agency?.name.ja ?? '' },
        { name: 'en', label: t('agencies.nameEn'), kind: 'text', first: agency?.name.en ?? '' },
        { name: 'method', label: t('agencies.method'), kind: 'text', first: agency?.method ?? '' },
        {
          name: 'alternative',
          label: t('agencies.alternative'),
          kind: 'text',
          first: agency?.alternative ?? '',
          hint: t('agencies.alternativeHint'),
        },
        {
          name: 'liaison',
          label: t('agencies.liaison'),
          kind: 'area',
          first: agency?.liaison.join('\n') ?? '',
          hint: t('agencies.liaisonHint', { known: principals.slice(0, 12).join(', ') }),
        },
      ]}
      problem={({ agency: id, liaison }) => {
        if (agency === undefined && !ID.test(id ?? '')) return t('agencies.badId');
        return linesOf(liaison).length > LIAISONS_MAX ? t('agencies.tooMany', { count: LIAISONS_MAX }) : null;
      }}
      toInput={(values) => ({
        agency: agency?.agency ?? values.agency,
        name: { en: values.en, ja: values.ja },
        method: values.method,
        alternative: values.alternative,
        liaison: linesOf(values.liaison),
      })}
      submit={t('form.record')}
    />
  );
}
