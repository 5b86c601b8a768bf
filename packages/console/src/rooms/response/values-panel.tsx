/** Stated values that every form is filled from: as of when, how sure, from where; earlier statements stay visible. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import type { Stated } from '@sonae/core/nouns/incidents/views/response.ts';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Ask } from './command-form.tsx';
import { type Field, given, utcOf, type Values } from './form-fields.ts';
import { Empty, Rows, Section } from './section.tsx';
import { parseValue, shownLines, VALUE_KINDS, type ValueKind, writtenValue } from './stated-value.ts';

const CONFIDENCES = ['confirmed', 'estimated', 'unknown'] as const;

export function ValuesPanel({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  const stated = Object.entries(page.response.fields).flatMap(([id, history]) => {
    const now = history.at(-1);
    return now === undefined ? [] : [{ id, now, before: history.slice(0, -1).toReversed() }];
  });
  const labelOf = (id: string): string => {
    const known = page.fields.find((field) => field.id === id);
    return known === undefined ? id : pick(known.label);
  };
  return (
    <Section
      title={t('values.title')}
      count={stated.length}
      actions={<StateValue page={page} text={t('values.state')} />}
    >
      {stated.length === 0 ? <Empty>{t('values.none')}</Empty> : null}
      <Rows>
        {stated.map(({ id, now, before }) => (
          <li key={id} className="flex flex-col gap-1 px-3 py-2.5" data-field={id}>
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h3 className="font-semibold">{labelOf(id)}</h3>
              <Confidence of={now.confidence} />
              <span className="sm:ml-auto">
                <StateValue page={page} field={id} text={t('values.restate')} label={labelOf(id)} />
              </span>
            </div>
            <Statement stated={now} />
            {before.length === 0 ? null : (
              <details>
                <summary className="text-xs text-muted">
                  {t('values.history', { count: before.length })}
                </summary>
                <ul className="mt-1 flex flex-col gap-2 border-l-2 border-line pl-3 text-muted">
                  {before.map((one) => (
                    <li key={one.fact}>
                      <Confidence of={one.confidence} />
                      <Statement stated={one} />
                    </li>
                  ))}
                </ul>
              </details>
            )}
          </li>
        ))}
      </Rows>
    </Section>
  );
}

function Confidence({ of }: { of: Stated['confidence'] }) {
  const { t } = useTexts();
  const look = { confirmed: 'text-ok', estimated: 'text-watch', unknown: 'text-warning' }[of];
  const icon = { confirmed: 'ok', estimated: 'watch', unknown: 'warning' } as const;
  return (
    <span className={`inline-flex items-center gap-1 text-xs ${look}`}>
      <Icon name={icon[of]} size={12} />
      {t(`confidence.${of}`)}
    </span>
  );
}

function Statement({ stated }: { stated: Stated }) {
  const { t } = useTexts();
  const { value, asOf, source, by, fact } = stated;
  return (
    <>
      {value.kind === 'time' ? (
        <p>
          <Moment at={value.at} style="full" />
        </p>
      ) : (
        <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{shownLines(value).join('\n')}</p>
      )}
      <p className="flex flex-wrap gap-x-3 text-xs text-muted">
        <span>
          {t('values.asOf')} <Moment at={asOf} />
        </span>
        <span className="[overflow-wrap:anywhere]">{t('values.from', { source, by })}</span>
        <Link to="/log" search={{ seq: fact }} className="link">
          {t('palette.goFact', { seq: fact })}
        </Link>
      </p>
    </>
  );
}

type StateProps = {
  readonly page: ResponsePage;
  readonly text: string;
  readonly field?: string;
  readonly label?: string;
};

function StateValue({ page, text, field, label }: StateProps) {
  const { t, pick } = useTexts();
  const stands = field === undefined ? undefined : page.response.fields[field]?.at(-1);
  const options = page.fields
    .filter(({ from }) => from === 'stated')
    .map(({ id, label: name }) => ({ value: id, text: pick(name) }));
  const fields = (values: Values): Field[] => {
    const kind = (values.kind ?? stands?.value.kind ?? 'text') as ValueKind;
    const control = { text: 'area', count: 'number', time: 'time', list: 'area', amounts: 'area' } as const;
    return [
      ...(field === undefined
        ? [{ name: 'field', label: t('values.field'), kind: 'choice' as const, options }]
        : []),
      {
        name: 'kind',
        label: t('values.kind'),
        kind: 'choice',
        first: kind,
        options: VALUE_KINDS.map((one) => ({ value: one, text: t(`valueKind.${one}`) })),
      },
      {
        name: `value.${kind}`,
        label: t('values.value'),
        kind: control[kind],
        first: stands?.value.kind === kind ? writtenValue(stands.value) : '',
        ...(kind === 'amounts' || kind === 'list' ? { hint: t(`valueKind.${kind}.hint`) } : {}),
      },
      {
        name: 'confidence',
        label: t('values.confidence'),
        kind: 'radio',
        first: 'estimated',
        options: CONFIDENCES.map((one) => ({ value: one, text: t(`confidence.${one}`) })),
      },
      { name: 'source', label: t('values.source'), kind: 'text', hint: t('values.sourceHint') },
      { name: 'asOf', label: t('values.asOfUtc'), kind: 'time', isOptional: true, hint: t('times.atHint') },
    ];
  };
  const parsed = (values: Values) =>
    parseValue(values.kind as ValueKind, values[`value.${values.kind}`] ?? '');
  return (
    <Ask
      button={text}
      {...(label === undefined ? {} : { buttonLabel: `${text} ${label}` })}
      title={label ?? t('values.stateTitle')}
      command="incidents.StateField"
      isPublic={false}
      fields={fields}
      problem={(values) => (parsed(values) === null ? t('values.problem') : null)}
      toInput={(values) => ({
        incident: page.incident.id,
        field: field ?? values.field,
        value: parsed(values),
        confidence: values.confidence,
        source: values.source,
        ...given('asOf', utcOf(values.asOf)),
      })}
      submit={t('values.submit')}
    />
  );
}
