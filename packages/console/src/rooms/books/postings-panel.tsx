/** What happened to one account, newest first, and to whom it went. */
import type { BookPage, Posting } from '@sonae/core/app/books/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { Empty, Section } from '../response/section.tsx';
import { postingsQuery } from './books-queries.ts';
import { purposeText } from './breaches-panel.tsx';
import { Amount } from './room-parts.tsx';

const route = getRouteApi('/books');

export function PostingsPanel({ book, account }: { book: BookPage; account: string }) {
  const { t } = useTexts();
  const { before } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(postingsQuery(book.id, account, before));
  const close = (
    <button
      type="button"
      className="btn"
      aria-label={t('common.close')}
      onClick={() => void navigate({ search: ({ account: _, before: __, ...rest }) => rest })}
    >
      <Icon name="close" />
    </button>
  );
  return (
    <Section title={t('books.postings', { account })} actions={close}>
      {data === undefined ? (
        error === null ? (
          <Reading />
        ) : (
          <ReadFailure error={error} onRetry={() => void refetch()} />
        )
      ) : null}
      {data?.postings.length === 0 ? <Empty>{t('books.postingsNone')}</Empty> : null}
      {data === undefined || data.postings.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              {(['when', 'change', 'counter', 'purpose', 'posting'] as const).map((column) => (
                <th key={column} scope="col" className={column === 'change' ? 'num' : ''}>
                  {t(`books.col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.postings.map((one) => (
              <PostingLine key={one.ordinal} book={book} account={account} posting={one} />
            ))}
          </tbody>
        </table>
      )}
      <div className="flex gap-2 border-t border-line px-3 py-2" data-chrome>
        <button
          type="button"
          className="btn"
          disabled={before === undefined}
          onClick={() => void navigate({ search: ({ before: _, ...rest }) => rest })}
        >
          {t('books.newestPostings')}
        </button>
        <button
          type="button"
          className="btn"
          disabled={data?.next == null}
          onClick={() => void navigate({ search: (now) => ({ ...now, before: data?.next ?? 0 }) })}
        >
          {t('books.older')}
        </button>
      </div>
    </Section>
  );
}

type LineProps = { readonly book: BookPage; readonly account: string; readonly posting: Posting };

/** A debit takes from the account, a credit gives to it: balances are credits minus debits. */
function PostingLine({ book, account, posting }: LineProps) {
  const { t } = useTexts();
  const { at, debit, credit, asset, amount, purpose, id, seq, frame } = posting;
  const isOut = debit === account;
  const other = isOut ? credit : debit;
  return (
    <tr>
      <td data-label={t('books.col.when')}>
        <Moment at={at} stacked />
      </td>
      <td data-label={t('books.col.change')} className="num">
        {isOut ? '−' : '+'}
        <Amount minor={amount} asset={asset} decimals={book.decimals} />
      </td>
      <td data-label={t('books.col.counter')}>
        <span className="text-muted">{t(isOut ? 'books.to' : 'books.from')} </span>
        <Link
          data-row
          from="/books"
          to="/books"
          search={({ before: _, ...now }) => ({ ...now, account: other })}
          className="link font-mono text-xs"
        >
          {other}
        </Link>
      </td>
      <td data-label={t('books.col.purpose')}>{purposeText(purpose, t)}</td>
      <td data-label={t('books.col.posting')} className="font-mono text-xs text-muted">
        {id} · #{seq} · {t('books.frame', { frame })}
      </td>
    </tr>
  );
}
