/** Changes of the inventory that wait for somebody else: the whole content, its digest, approve or turn down. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import type { OpenChange } from '@sonae/core/nouns/custody/views/inventory.ts';
import { useTexts } from '../../i18n/language.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Act, Ask } from '../response/command-form.tsx';
import { Rows, Said, Section } from '../response/section.tsx';

export function ChangesPanel({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  return (
    <Section title={t('custody.changes')} count={page.changes.length}>
      <Rows>
        {page.changes.map((change) => (
          <ChangeRow key={change.id} change={change} proposal={page.safeProposals[change.id]} />
        ))}
      </Rows>
    </Section>
  );
}

type SafeProposal = CustodyPage['safeProposals'][string];
type RowProps = { readonly change: OpenChange; readonly proposal: SafeProposal | undefined };

function ChangeRow({ change, proposal }: RowProps) {
  const { t } = useTexts();
  const { id, content, digest, proposer, reason, proposedAt, lapsesAt } = change;
  return (
    <li className="flex flex-col gap-1.5 px-3 py-2" data-change={id}>
      <p data-row tabIndex={-1}>
        <span className="font-semibold">{t(`inventoryChange.${content.kind}`)}</span>{' '}
        <span className="text-xs text-muted">
          {t('custody.proposedBy', { by: proposer })} · <Moment at={proposedAt} />
        </span>
      </p>
      {proposal === undefined ? null : <SafeEffect proposal={proposal} />}
      <Content content={content} />
      <Said>{reason}</Said>
      <p className="label">
        {t('custody.digest')} <span className="font-mono">{digest}</span>
      </p>
      <Countdown says={t('custody.lapses')} at={lapsesAt} over={t('custody.lapsed')} />
      <div className="flex flex-wrap items-center gap-1.5" data-chrome>
        <Act
          command="custody.ApproveChange"
          input={{ change: id, digest }}
          text={t('custody.approve')}
          look="btn-main"
          label={`${t('custody.approve')} ${id}`}
        />
        <Ask
          button={t('custody.reject')}
          buttonLabel={`${t('custody.reject')} ${id}`}
          title={t('custody.reject')}
          command="custody.RejectChange"
          fields={[{ name: 'reason', label: t('form.reason'), kind: 'area', max: 1_000 }]}
          toInput={(values) => ({ change: id, reason: values.reason })}
          submit={t('custody.reject')}
        />
      </div>
    </li>
  );
}

/** What accepting a state of a Safe changes, before the fields themselves: nobody compares addresses by eye. */
function SafeEffect({ proposal: { changes, isRead } }: { proposal: SafeProposal }) {
  const { t, pick } = useTexts();
  return (
    <ul className="flex flex-col gap-0.5" data-safe-effect>
      {changes.length === 0 ? <li>{t('custody.safeSame')}</li> : null}
      {changes.map(({ level, says }) => (
        <li key={says.en} className={level === 'critical' ? 'text-critical' : 'text-warning'}>
          {pick(says)}
        </li>
      ))}
      <li className="label">{t(isRead ? 'custody.safeIsRead' : 'custody.safeNotRead')}</li>
    </ul>
  );
}

/** Field by field as it was proposed: whoever approves reads what will hold, not a summary of it. */
function Content({ content }: { content: OpenChange['content'] }) {
  const { kind: _, ...rest } = content;
  const fields = Object.entries(rest).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null ? Object.entries(value) : [[name, value]],
  );
  return (
    <dl className="grid grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)] items-baseline gap-x-4 border border-line px-2 py-1.5">
      {fields.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="label font-mono">{name}</dt>
          <dd className="font-mono text-xs">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
