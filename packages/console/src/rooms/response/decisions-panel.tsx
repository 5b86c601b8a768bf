/** Decisions: question, options, choice, why, objections, owner, authority, when to look again. One replaces another. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import type { Decision } from '@sonae/core/nouns/incidents/views/response.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment, useNow } from '../../ui/moment.tsx';
import { CommandDialog } from './command-form.tsx';
import { type Field, linesOf, utcOf, type Values } from './form-fields.ts';
import { Empty, Named, NamedList, Rows, Said, Section } from './section.tsx';
import { usePrincipals } from './use-principals.ts';

const OPTIONS_MAX = 10;

export function DecisionsPanel({ page, onDecide }: { page: ResponsePage; onDecide: () => void }) {
  const { t } = useTexts();
  const decisions = page.response.decisions.toReversed();
  return (
    <Section
      title={t('decisions.title')}
      count={decisions.length}
      actions={
        <button type="button" className="btn btn-main" aria-keyshortcuts="n" onClick={onDecide}>
          {t('decisions.record')} <kbd className="text-2xs">n</kbd>
        </button>
      }
    >
      {decisions.length === 0 ? <Empty>{t('decisions.none')}</Empty> : null}
      <Rows>
        {decisions.map((decision) => (
          <DecisionRow key={decision.id} decision={decision} />
        ))}
      </Rows>
    </Section>
  );
}

function DecisionRow({ decision }: { decision: Decision }) {
  const { t } = useTexts();
  const now = useNow();
  const { question, chosen, options, reason, objections, owner, authority, revisitAt, replacedBy } = decision;
  const others = options.filter((one) => one !== chosen);
  const isDue = revisitAt !== null && replacedBy === null && Date.parse(revisitAt) <= now;
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2.5" data-decision={decision.id}>
      <h3 className="font-semibold [overflow-wrap:anywhere]">{question}</h3>
      <p className="flex flex-wrap items-center gap-x-2">
        <span className="inline-flex items-center gap-1.5 font-semibold text-accent">
          <Icon name="ok" size={13} />
          {chosen}
        </span>
        {others.length === 0 ? null : (
          <span className="text-muted">{t('decisions.instead', { others: others.join(' / ') })}</span>
        )}
        {replacedBy === null ? null : <span className="text-muted">{t('decisions.replaced')}</span>}
      </p>
      <Said>{reason}</Said>
      <NamedList>
        <Named name={t('decisions.at')}>
          <Moment at={decision.at} />
        </Named>
        <Named name={t('decisions.owner')}>{owner}</Named>
        <Named name={t('decisions.authority')}>{authority}</Named>
        <Named name={t('decisions.objections')}>{objections ?? t('decisions.noObjections')}</Named>
        {revisitAt === null ? null : (
          <Named name={t('decisions.revisit')}>
            <span className={isDue ? 'inline-flex items-center gap-1 text-warning' : ''}>
              {isDue ? <Icon name="warning" size={12} /> : null}
              <Moment at={revisitAt} /> {isDue ? t('decisions.revisitDue') : ''}
            </span>
          </Named>
        )}
      </NamedList>
    </li>
  );
}

type DialogProps = { readonly page: ResponsePage; readonly open: boolean; readonly onClose: () => void };

export function DecideDialog({ page, open, onClose }: DialogProps) {
  const { t } = useTexts();
  const fields = useDecisionFields(page);
  return (
    <CommandDialog
      title={t('decisions.recordTitle')}
      open={open}
      onClose={onClose}
      command="incidents.Decide"
      isPublic={false}
      fields={fields}
      problem={({ options }) =>
        linesOf(options).length > OPTIONS_MAX ? t('decisions.tooMany', { count: OPTIONS_MAX }) : null
      }
      toInput={({
        question,
        options,
        chosen,
        reason,
        objections,
        authority,
        owner,
        revisitAt,
        replaces,
      }) => ({
        incident: page.incident.id,
        question,
        options: [...new Set(linesOf(options))],
        chosen,
        reason,
        objections: objections === '' ? null : objections,
        authority,
        owner,
        revisitAt: utcOf(revisitAt) ?? null,
        replaces: replaces === '' ? null : replaces,
      })}
      submit={t('decisions.submit')}
    />
  );
}

/** The choice is one of the options that were written. */
function useDecisionFields(page: ResponsePage): (values: Values) => readonly Field[] {
  const { t } = useTexts();
  const principals = usePrincipals();
  const standing = page.response.decisions.filter(({ replacedBy }) => replacedBy === null);
  return (values) => [
    { name: 'question', label: t('decisions.question'), kind: 'text' },
    { name: 'options', label: t('decisions.options'), kind: 'area', hint: t('decisions.optionsHint') },
    {
      name: 'chosen',
      label: t('decisions.chosen'),
      kind: 'choice',
      options: linesOf(values.options).map((one) => ({ value: one, text: one })),
    },
    { name: 'reason', label: t('form.reason'), kind: 'area' },
    {
      name: 'objections',
      label: t('decisions.objections'),
      kind: 'text',
      isOptional: true,
      hint: t('decisions.objectionsHint'),
    },
    { name: 'authority', label: t('decisions.authority'), kind: 'text', hint: t('decisions.authorityHint') },
    {
      name: 'owner',
      label: t('decisions.owner'),
      kind: 'text',
      first: principals[0] ?? '',
      suggestions: principals,
      max: 60,
    },
    { name: 'revisitAt', label: t('decisions.revisitUtc'), kind: 'time', isOptional: true },
    {
      name: 'replaces',
      label: t('decisions.replaces'),
      kind: 'choice',
      isOptional: true,
      options: [
        { value: '', text: t('decisions.replacesNone') },
        ...standing.map(({ id, question }) => ({ value: id, text: question })),
      ],
    },
  ];
}
