/** Steps of a break: given to somebody, explained, closed by a second person. The server says who may. */
import { REASONS } from '@sonae/core/nouns/reserves/facts/breaks.ts';
import type { Break } from '@sonae/core/nouns/reserves/views/breaks.ts';
import { useTexts } from '../../i18n/language.ts';
import { Ask } from '../response/command-form.tsx';

const NOTE_MAX = 1_000;
const NAME_MAX = 200;

export function BreakActions({ one }: { one: Break }) {
  const { t } = useTexts();
  const { id, explained, owner } = one;
  const note = { name: 'note', label: t('reserves.note'), kind: 'area', max: NOTE_MAX } as const;
  return (
    <div className="flex flex-wrap items-center gap-1.5" data-chrome>
      <Ask
        button={t('reserves.assign')}
        buttonLabel={`${t('reserves.assign')} ${id}`}
        title={t('reserves.assign')}
        command="reserves.AssignBreak"
        fields={[
          {
            name: 'owner',
            label: t('reserves.owner'),
            kind: 'text',
            max: NAME_MAX,
            ...(owner === null ? {} : { first: owner }),
          },
        ]}
        toInput={(values) => ({ break: id, owner: values.owner })}
        submit={t('reserves.assign')}
      />
      <Ask
        button={t('reserves.explain')}
        buttonLabel={`${t('reserves.explain')} ${id}`}
        title={t('reserves.explain')}
        command="reserves.ExplainBreak"
        fields={[
          {
            name: 'reason',
            label: t('reserves.reason'),
            kind: 'choice',
            options: REASONS.map((value) => ({ value, text: t(`reason.${value}`) })),
          },
          note,
          {
            name: 'movedBy',
            label: t('reserves.movedBy'),
            kind: 'text',
            max: NAME_MAX,
            isOptional: true,
            hint: t('reserves.movedByHint'),
          },
        ]}
        toInput={({ reason, note: said, movedBy }) => ({
          break: id,
          reason,
          note: said,
          movedBy: movedBy === undefined || movedBy.trim() === '' ? null : movedBy.trim(),
        })}
        submit={t('reserves.explainSubmit')}
      />
      {explained === null ? null : (
        <Ask
          button={t('reserves.resolve')}
          buttonLabel={`${t('reserves.resolve')} ${id}`}
          buttonLook="btn-main"
          title={t('reserves.resolve')}
          command="reserves.ResolveBreak"
          lead={<p>{t('reserves.resolveLead')}</p>}
          fields={[note]}
          toInput={({ note: said }) => ({ break: id, note: said })}
          submit={t('reserves.resolve')}
        />
      )}
    </div>
  );
}
