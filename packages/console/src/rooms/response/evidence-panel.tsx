/** Evidence by its hash: what, from where, how volatile (RFC 3227, 2.1), who keeps it, and through whose hands it went. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import type { Evidence } from '@sonae/core/nouns/incidents/views/response.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { Ask } from './command-form.tsx';
import { FilePicker } from './file-picker.tsx';
import { type Field, given, utcOf } from './form-fields.ts';
import { Empty, Named, NamedList, Rows, Section } from './section.tsx';
import { usePrincipals } from './use-principals.ts';

const VOLATILITIES = ['1', '2', '3', '4', '5', '6', '7'] as const;
export const HASH = /^[0-9a-f]{64}$/;

export function EvidencePanel({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const evidence = page.response.evidence.toReversed();
  return (
    <Section title={t('evidence.title')} count={evidence.length} actions={<Collect page={page} />}>
      {evidence.length === 0 ? <Empty>{t('evidence.none')}</Empty> : null}
      <Rows>
        {evidence.map((item) => (
          <EvidenceRow key={item.id} item={item} incident={page.incident.id} />
        ))}
      </Rows>
    </Section>
  );
}

function EvidenceRow({ item, incident }: { item: Evidence; incident: string }) {
  const { t } = useTexts();
  const principals = usePrincipals();
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2.5" data-evidence={item.id}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="min-w-0 font-semibold [overflow-wrap:anywhere]">{item.title}</h3>
        <span className="sm:ml-auto">
          <Ask
            button={t('evidence.hand')}
            buttonLabel={`${t('evidence.hand')} ${item.title}`}
            title={t('evidence.handTitle')}
            command="incidents.HandEvidence"
            fields={[
              { name: 'to', label: t('evidence.to'), kind: 'text', suggestions: principals },
              { name: 'purpose', label: t('evidence.purpose'), kind: 'area' },
            ]}
            toInput={({ to, purpose }) => ({ incident, evidence: item.id, to, purpose })}
            submit={t('evidence.handSubmit')}
          />
        </span>
      </div>
      <NamedList>
        <Named name="SHA-256">
          <code className="font-mono text-xs">{item.sha256}</code>
        </Named>
        <Named name={t('evidence.bytes')}>{countText(item.bytes)}</Named>
        <Named name={t('evidence.volatility')}>{t(`volatility.${String(item.volatility) as '1'}`)}</Named>
        <Named name={t('evidence.collectedAt')}>
          <Moment at={item.collectedAt} style="full" />
        </Named>
        <Named name={t('evidence.source')}>{item.source}</Named>
        <Named name={t('evidence.kept')}>{item.kept}</Named>
      </NamedList>
      <ol className="text-xs text-muted" aria-label={t('evidence.custody')}>
        {item.custody.map(({ who, at, purpose }) => (
          <li key={`${who}/${at}`} className="[overflow-wrap:anywhere]">
            {who} · <Moment at={at} style="full" />
            {purpose === '' ? '' : ` · ${purpose}`}
          </li>
        ))}
      </ol>
    </li>
  );
}

function Collect({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const fields: Field[] = [
    { name: 'title', label: t('evidence.what'), kind: 'text' },
    { name: 'sha256', label: t('evidence.hash'), kind: 'text', max: 64 },
    { name: 'bytes', label: t('evidence.bytes'), kind: 'number', max: Number.MAX_SAFE_INTEGER },
    {
      name: 'volatility',
      label: t('evidence.volatility'),
      kind: 'choice',
      first: '5',
      options: VOLATILITIES.map((value) => ({ value, text: t(`volatility.${value}`) })),
    },
    { name: 'source', label: t('evidence.source'), kind: 'text', hint: t('evidence.sourceHint') },
    { name: 'kept', label: t('evidence.kept'), kind: 'text', hint: t('evidence.keptHint') },
    {
      name: 'collectedAt',
      label: t('evidence.collectedAtUtc'),
      kind: 'time',
      isOptional: true,
      hint: t('times.atHint'),
    },
  ];
  return (
    <Ask
      button={t('evidence.collect')}
      buttonLook="btn-main"
      title={t('evidence.collectTitle')}
      command="incidents.CollectEvidence"
      isPublic={false}
      fields={fields}
      extra={(write, values) => (
        <FilePicker
          onHash={({ name, bytes, sha256 }) =>
            write({
              sha256,
              bytes: String(bytes),
              title: values.title === '' ? name : (values.title ?? name),
            })
          }
        />
      )}
      problem={({ sha256 }) => (HASH.test(sha256 ?? '') ? null : t('evidence.badHash'))}
      toInput={({ title, sha256, bytes, volatility, source, kept, collectedAt }) => ({
        incident: page.incident.id,
        title,
        sha256,
        bytes: Number(bytes),
        volatility: Number(volatility),
        source,
        kept,
        ...given('collectedAt', utcOf(collectedAt)),
      })}
      submit={t('evidence.collectSubmit')}
    />
  );
}
