/** Changes that wait: two people of the right role approve, neither of whom proposed it; one turns it down. */
import type { BookPage } from '@sonae/core/app/books/api.ts';
import type { Proposal } from '@sonae/core/nouns/ledger/views/policy.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { Act, Ask } from '../response/command-form.tsx';
import { Empty, Rows, Said, Section } from '../response/section.tsx';
import { ChangeTerm, ChangeText } from './change-text.tsx';

export function ProposalsPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const { proposals } = book.policy;
  return (
    <Section title={t('books.proposals')} count={proposals.length}>
      {proposals.length === 0 ? <Empty>{t('books.proposalsNone')}</Empty> : null}
      <Rows>
        {proposals.map((proposal) => (
          <ProposalRow key={proposal.id} book={book} proposal={proposal} />
        ))}
      </Rows>
    </Section>
  );
}

function ProposalRow({ book, proposal }: { book: BookPage; proposal: Proposal }) {
  const { t } = useTexts();
  const { id, change, reason, by, at, endorsedBy } = proposal;
  const input = { book: book.id, proposal: id };
  return (
    <li className="flex flex-col gap-1 px-3 py-2" data-proposal={id}>
      <p data-row tabIndex={-1} className="font-semibold">
        {t(`change.${change.kind}`)}
      </p>
      <ChangeText book={book} change={change} />
      <ChangeTerm change={change} />
      <p className="label">
        {t('books.proposedBy', { by })} · <Moment at={at} />
      </p>
      <Said>{reason}</Said>
      <p className="label">
        {t('books.endorsed', { count: endorsedBy.length, by: endorsedBy.join(', ') || '–' })}
      </p>
      <div className="flex flex-wrap items-center gap-1.5" data-chrome>
        <Act
          command="ledger.ApproveChange"
          input={input}
          text={t('books.approve')}
          look="btn-main"
          label={`${t('books.approve')} ${id}`}
        />
        <Ask
          button={t('books.reject')}
          buttonLabel={`${t('books.reject')} ${id}`}
          title={t('books.rejectTitle')}
          command="ledger.RejectChange"
          fields={[{ name: 'reason', label: t('form.reason'), kind: 'area' }]}
          toInput={(values) => ({ ...input, reason: values.reason })}
          submit={t('books.reject')}
        />
      </div>
    </li>
  );
}
