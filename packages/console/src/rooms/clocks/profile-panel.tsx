/** The firm as its duties see it: regimes, closed days, own targets, and how it stands on forms. */
import type { ClocksPage } from '@sonae/core/app/response/api.ts';
import type { Regime } from '@sonae/core/nouns/reports/facts/duties.ts';
import { useTexts } from '../../i18n/language.ts';
import { Ask } from '../response/command-form.tsx';
import { type Field, linesOf, type Values } from '../response/form-fields.ts';
import { Named, Section } from '../response/section.tsx';
import { badDays } from './closed-days.ts';

const REGIMES = [
  'jp-exchange',
  'jp-epi',
  'jp-funds-transfer',
  'jp-trust-issuer',
  'jp-personal-data',
  'jp-listed',
  'jp-critical-infrastructure',
  'eu-dora',
  'us-nydfs',
  'sg-mas',
  'hk-sfc',
  'hk-stablecoin',
] as const satisfies readonly Regime[];
/** 366 days in minutes, as core allows. */
const TARGET_MAX = 527_040;

export function ProfilePanel({ page }: { page: ClocksPage }) {
  const { t, pick } = useTexts();
  const { profile, duties } = page;
  const targets = Object.entries(profile.targets);
  const nameOf = (id: string): string => {
    const duty = duties.find((one) => one.id === id);
    return duty === undefined ? id : pick(duty.title);
  };
  return (
    <Section title={t('profile.title')} actions={<SetProfile page={page} />}>
      <dl className="flex flex-col gap-2 p-3">
        <Named name={t('profile.firm')}>{pick(profile.firm)}</Named>
        {profile.registration === '' ? null : (
          <Named name={t('profile.registration')}>{profile.registration}</Named>
        )}
        {profile.contact.department === '' ? null : (
          <Named name={t('profile.contact')}>
            {profile.contact.department} · {profile.contact.route}
          </Named>
        )}
        <Named name={t('profile.regimes')}>
          {profile.regimes.map((regime) => t(`regime.${regime}`)).join(' / ')}
        </Named>
        <Named name={t('profile.closedDays')}>
          {profile.closedDays.length === 0 ? t('common.none') : profile.closedDays.join(', ')}
        </Named>
        <Named name={t('profile.targets')}>
          {targets.length === 0
            ? t('profile.targetsShipped')
            : targets
                .map(([id, minutes]) => `${nameOf(id)}: ${t('profile.minutes', { minutes })}`)
                .join(' / ')}
        </Named>
        {profile.rulesAsOf === null ? null : (
          <Named name={t('profile.rulesAsOf')}>
            <span className="text-warning">{profile.rulesAsOf}</span>
          </Named>
        )}
      </dl>
    </Section>
  );
}

function SetProfile({ page }: { page: ClocksPage }) {
  const { t, pick } = useTexts();
  const { profile, duties } = page;
  const fields: Field[] = [
    { name: 'ja', label: t('profile.firmJa'), kind: 'text', first: profile.firm.ja },
    { name: 'en', label: t('profile.firmEn'), kind: 'text', first: profile.firm.en },
    optional('registration', t('profile.registration'), profile.registration),
    optional('department', t('profile.department'), profile.contact.department),
    optional('route', t('profile.route'), profile.contact.route),
    {
      name: 'regimes',
      label: t('profile.regimes'),
      kind: 'many',
      first: profile.regimes.join('\n'),
      options: REGIMES.map((value) => ({ value, text: t(`regime.${value}`) })),
    },
    {
      name: 'closedDays',
      label: t('profile.closedDays'),
      kind: 'area',
      isOptional: true,
      first: profile.closedDays.join('\n'),
      hint: t('profile.closedHint'),
    },
    {
      name: 'rulesAsOf',
      label: t('profile.rulesAsOf'),
      kind: 'date',
      isOptional: true,
      first: profile.rulesAsOf ?? '',
      hint: t('profile.rulesHint'),
    },
    ...duties.map(
      ({ id, title }): Field => ({
        name: `target.${id}`,
        label: pick(title),
        kind: 'number',
        isOptional: true,
        first: profile.targets[id] === undefined ? '' : String(profile.targets[id]),
        min: 1,
        max: TARGET_MAX,
        fold: t('profile.targetsFold'),
      }),
    ),
  ];
  return (
    <Ask
      button={t('profile.set')}
      title={t('profile.setTitle')}
      command="reports.SetProfile"
      isPublic={false}
      fields={fields}
      problem={({ closedDays }) => {
        const bad = badDays(linesOf(closedDays));
        return bad.length === 0 ? null : t('profile.badDays', { days: bad.join(', ') });
      }}
      toInput={(values) => ({
        firm: { ja: values.ja, en: values.en },
        registration: values.registration,
        regimes: linesOf(values.regimes),
        closedDays: linesOf(values.closedDays),
        targets: targetsOf(values),
        rulesAsOf: values.rulesAsOf === '' ? null : values.rulesAsOf,
        contact: { department: values.department, route: values.route },
      })}
      submit={t('profile.submit')}
    />
  );
}

const optional = (name: string, label: string, first: string): Field => ({
  name,
  label,
  kind: 'text',
  isOptional: true,
  first,
  max: 200,
});

/** Duties without a number keep the shipped target. */
function targetsOf(values: Values): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      name.startsWith('target.') && value !== '' ? [[name.slice('target.'.length), Number(value)]] : [],
    ),
  );
}
