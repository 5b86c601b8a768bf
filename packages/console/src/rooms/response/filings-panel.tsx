/** Filings: prepared from the log as files, with what is still missing; what was filed; documents and consents. People file. */
import type { ResponsePage } from '@sonae/core/app/response/api.ts';
import type { PreparedSummary } from '@sonae/core/nouns/reports/views/filings.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Act, Ask } from './command-form.tsx';
import { HASH } from './evidence-panel.tsx';
import { FilePicker } from './file-picker.tsx';
import { Empty, Named, NamedList, Rows, Section } from './section.tsx';

const FILES = ['pdf', 'docx', 'xlsx', 'json'] as const;

export function FilingsPanel({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  const subject = page.incident.id;
  const prepared = page.filings.prepared.toReversed();
  return (
    <>
      <Section title={t('filings.prepare')}>
        <ul className="flex flex-wrap gap-1.5 p-3" data-chrome>
          {page.forms.map(({ group, title }) => (
            <li key={group}>
              <Act command="reports.Prepare" input={{ subject, group }} text={pick(title)} />
            </li>
          ))}
        </ul>
        <p className="px-3 pb-3">
          <Download
            href={`/api/incidents/${subject}/fire`}
            name={`fire-${subject}.json`}
            text={t('filings.fire')}
          />
        </p>
      </Section>
      <Section title={t('filings.prepared')} count={prepared.length} actions={<Attach page={page} />}>
        {prepared.length === 0 ? <Empty>{t('filings.none')}</Empty> : null}
        <Rows>
          {prepared.map((filing) => (
            <Prepared key={filing.filing} filing={filing} page={page} />
          ))}
        </Rows>
      </Section>
      <Filed page={page} />
    </>
  );
}

function Download({ href, name, text }: { href: string; name: string; text: string }) {
  return (
    <a href={href} download={name} className="link inline-flex items-center gap-1 whitespace-nowrap">
      <Icon name="down" size={12} />
      {text}
    </a>
  );
}

function Prepared({ filing, page }: { filing: PreparedSummary; page: ResponsePage }) {
  const { t, pick } = useTexts();
  const { filing: id, form, round, at, by, missing, filedAt } = filing;
  const name = page.names.forms[form];
  // The newest fields of a form are those of its newest filing.
  const isNewest = page.filings.prepared.findLast((one) => one.form === form)?.filing === id;
  const gaps = isNewest
    ? (page.filings.latest[form] ?? []).filter(({ confidence }) => confidence === 'missing')
    : [];
  const label = (field: string): string => {
    const known = page.fields.find((one) => one.id === field);
    return known === undefined ? field : pick(known.label);
  };
  const item = (one: string): string => {
    const known = page.names.items[one];
    return known === undefined ? one : pick(known);
  };
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2.5" data-filing={id}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="font-semibold">
          {t('filing.round', { form: name === undefined ? form : pick(name), round })}
        </h3>
        {filedAt === null ? (
          <span className="text-muted">{t('filings.notFiled')}</span>
        ) : (
          <span className="inline-flex items-center gap-1 text-ok">
            <Icon name="ok" size={13} />
            {t('filings.filed')} <Moment at={filedAt} />
          </span>
        )}
      </div>
      <p className="text-xs text-muted">
        {t('filings.preparedBy', { by })} · <Moment at={at} style="full" />
      </p>
      <Missing title={t('filings.missingFields')} items={gaps.map((one) => label(one.id))} />
      <Missing title={t('filings.missingItems')} items={missing.map(item)} />
      <p className="flex flex-wrap gap-x-4 gap-y-1">
        {FILES.map((kind) => (
          <Download
            key={kind}
            href={`/api/filings/${page.incident.id}/${id}?as=${kind}`}
            name={`filing-${id}.${kind}`}
            text={kind.toUpperCase()}
          />
        ))}
      </p>
    </li>
  );
}

/** In red, and with a mark and a word beside the colour. */
function Missing({ title, items }: { title: string; items: readonly string[] }) {
  if (items.length === 0) return null;
  return (
    <p className="flex items-start gap-1.5 text-critical" data-missing>
      <span className="mt-0.5">
        <Icon name="critical" size={13} />
      </span>
      <span className="min-w-0">
        <span className="font-semibold">{title}</span> {items.join(' / ')}
      </span>
    </p>
  );
}

function Filed({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  const records = page.filings.records.toReversed();
  const consents = Object.entries(page.filings.consents);
  return (
    <Section title={t('filings.records')} count={records.length} actions={<Consent page={page} />}>
      {records.length === 0 ? <Empty>{t('filings.noRecords')}</Empty> : null}
      <Rows>
        {records.map((record) => (
          <li key={`${record.filedAt}/${record.reference}`} className="px-3 py-2" data-record>
            <NamedList>
              <Named name={t('filing.filedAtShort')}>
                <Moment at={record.filedAt} style="full" />
              </Named>
              <Named name={t('duty.recipients')}>{record.recipients.join(', ')}</Named>
              <Named name={t('filing.method')}>{record.method}</Named>
              <Named name={t('filing.reference')}>{record.reference}</Named>
              <Named name={t('filings.by')}>{record.by}</Named>
            </NamedList>
          </li>
        ))}
        {consents.map(([body, consents]) => (
          <li key={body} className="px-3 py-2">
            {t(consents ? 'consent.given' : 'consent.refused', { body })}
          </li>
        ))}
      </Rows>
    </Section>
  );
}

function Consent({ page }: { page: ResponsePage }) {
  const { t } = useTexts();
  return (
    <Ask
      button={t('consent.state')}
      title={t('consent.title')}
      command="reports.StateConsent"
      fields={[
        { name: 'body', label: t('consent.body'), kind: 'text' },
        {
          name: 'consents',
          label: t('consent.answer'),
          kind: 'radio',
          options: [
            { value: 'yes', text: t('consent.yes') },
            { value: 'no', text: t('consent.no') },
          ],
        },
        { name: 'reason', label: t('form.reason'), kind: 'area' },
      ]}
      toInput={({ body, consents, reason }) => ({
        subject: page.incident.id,
        body,
        consents: consents === 'yes',
        reason,
      })}
      submit={t('consent.submit')}
    />
  );
}

function Attach({ page }: { page: ResponsePage }) {
  const { t, pick } = useTexts();
  const { attached } = page.filings;
  return (
    <Ask
      button={t('attach.attach')}
      title={t('attach.title')}
      command="reports.Attach"
      isPublic={false}
      fields={[
        {
          name: 'item',
          label: t('attach.item'),
          kind: 'choice',
          options: Object.entries(page.names.items).map(([id, label]) => ({
            value: id,
            text: attached[id] === undefined ? pick(label) : `${pick(label)} (${attached[id]})`,
          })),
        },
        { name: 'name', label: t('attach.name'), kind: 'text' },
        { name: 'sha256', label: t('evidence.hash'), kind: 'text', max: 64 },
        { name: 'kept', label: t('evidence.kept'), kind: 'text', hint: t('evidence.keptHint') },
      ]}
      extra={(write) => <FilePicker onHash={({ name, sha256 }) => write({ sha256, name })} />}
      problem={({ sha256 }) => (HASH.test(sha256 ?? '') ? null : t('evidence.badHash'))}
      toInput={({ item, name, sha256, kept }) => ({ subject: page.incident.id, item, name, sha256, kept })}
      submit={t('attach.submit')}
    />
  );
}
