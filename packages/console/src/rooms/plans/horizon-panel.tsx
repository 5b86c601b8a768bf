/** What comes: regulation, attacks, other firms' cases; each with an owner, a date and a judgement whether the plan changes. */
import type { PlanPage } from '@sonae/core/app/response/api.ts';
import { KIND_NAMES, KINDS } from '@sonae/core/nouns/incidents/facts/kinds.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment, useNow } from '../../ui/moment.tsx';
import { Ask } from '../response/command-form.tsx';
import { given, linesOf, utcOf } from '../response/form-fields.ts';
import { Empty, Named, NamedList, Rows, Said, Section } from '../response/section.tsx';
import { usePrincipals } from '../response/use-principals.ts';

const WHATS = ['regulation', 'attack', 'case', 'practice'] as const;
type Item = PlanPage['plan']['horizon'][number];

export function HorizonPanel({ page }: { page: PlanPage }) {
  const { t } = useTexts();
  const items = page.plan.horizon;
  return (
    <Section title={t('horizon.title')} count={items.length} actions={<NoteItem />}>
      {items.length === 0 ? <Empty>{t('horizon.none')}</Empty> : null}
      <Rows>
        {items.map((item) => (
          <HorizonRow key={item.item} item={item} />
        ))}
      </Rows>
    </Section>
  );
}

function HorizonRow({ item }: { item: Item }) {
  const { t, pick } = useTexts();
  const now = useNow();
  const isLate = item.judged === null && Date.parse(item.dueAt) < now;
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2.5" data-horizon={item.item}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="min-w-0 font-semibold [overflow-wrap:anywhere]">{item.title}</h3>
        <span className="label">{t(`horizonKind.${item.what as (typeof WHATS)[number]}`)}</span>
      </div>
      <Said>{item.effect}</Said>
      <NamedList>
        <Named name={t('horizon.source')}>{item.source}</Named>
        <Named name={t('improvement.owner')}>{item.owner}</Named>
        <Named name={t('improvement.due')}>
          <span className={isLate ? 'inline-flex items-center gap-1 text-critical' : ''}>
            {isLate ? <Icon name="warning" size={12} /> : null}
            <Moment at={item.dueAt} style="full" /> {isLate ? t('improvement.overdue') : ''}
          </span>
        </Named>
        {item.kinds.length === 0 ? null : (
          <Named name={t('class.kinds')}>
            {item.kinds.map((kind) => pick(KIND_NAMES[kind])).join(' / ')}
          </Named>
        )}
      </NamedList>
      {item.judged === null ? (
        <Judge item={item} />
      ) : (
        <p className="[overflow-wrap:anywhere]">
          <span className="font-semibold">
            {t(item.judged.changesPlan ? 'horizon.changes' : 'horizon.changesNot')}
          </span>{' '}
          {item.judged.reason} <span className="text-muted">({item.judged.by})</span>
        </p>
      )}
    </li>
  );
}

function Judge({ item }: { item: Item }) {
  const { t } = useTexts();
  return (
    <div data-chrome>
      <Ask
        button={t('horizon.judge')}
        buttonLabel={`${t('horizon.judge')} ${item.title}`}
        title={t('horizon.judgeTitle')}
        command="plans.JudgeHorizon"
        isPublic={false}
        fields={[
          {
            name: 'changes',
            label: t('horizon.question'),
            kind: 'radio',
            options: [
              { value: 'no', text: t('horizon.changesNot') },
              { value: 'yes', text: t('horizon.changes') },
            ],
          },
          { name: 'reason', label: t('form.reason'), kind: 'area' },
        ]}
        toInput={({ changes, reason }) => ({ item: item.item, changesPlan: changes === 'yes', reason })}
        submit={t('form.record')}
      />
    </div>
  );
}

function NoteItem() {
  const { t, pick } = useTexts();
  const principals = usePrincipals();
  return (
    <Ask
      button={t('horizon.note')}
      title={t('horizon.noteTitle')}
      command="plans.NoteHorizon"
      isPublic={false}
      fields={[
        { name: 'title', label: t('horizon.name'), kind: 'text' },
        {
          name: 'what',
          label: t('horizon.what'),
          kind: 'choice',
          options: WHATS.map((value) => ({ value, text: t(`horizonKind.${value}`) })),
        },
        { name: 'source', label: t('horizon.source'), kind: 'text' },
        { name: 'effect', label: t('horizon.effect'), kind: 'area' },
        { name: 'dueAt', label: t('horizon.dueUtc'), kind: 'time' },
        {
          name: 'owner',
          label: t('improvement.owner'),
          kind: 'text',
          isOptional: true,
          first: principals[0] ?? '',
          suggestions: principals,
          max: 60,
        },
        {
          name: 'kinds',
          label: t('class.kinds'),
          kind: 'many',
          isOptional: true,
          options: KINDS.map((kind) => ({ value: kind, text: pick(KIND_NAMES[kind]) })),
        },
      ]}
      toInput={({ what, title, source, effect, kinds, owner, dueAt }) => ({
        what,
        title,
        source,
        effect,
        kinds: linesOf(kinds),
        ...given('owner', owner),
        dueAt: utcOf(dueAt),
      })}
      submit={t('form.record')}
    />
  );
}
