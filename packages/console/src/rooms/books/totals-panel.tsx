/** What the books add up to: per asset what is owed to whom, and what stands below zero in it. */
import type { BookPage } from '@sonae/core/app/books/api.ts';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { Empty, Section } from '../response/section.tsx';
import { OWNER_FILTERS } from './books-search.ts';
import { Amount } from './room-parts.tsx';

export function TotalsPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const { totals } = book.totals;
  const rows = [...totals].sort(
    (a, b) =>
      a.asset.localeCompare(b.asset) || OWNER_FILTERS.indexOf(a.owner) - OWNER_FILTERS.indexOf(b.owner),
  );
  return (
    <Section title={t('books.totals')}>
      {rows.length === 0 ? <Empty>{t('books.totalsNone')}</Empty> : null}
      {rows.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              <th scope="col">{t('books.asset')}</th>
              <th scope="col">{t('books.owner')}</th>
              <th scope="col" className="num">
                {t('books.balance')}
              </th>
              <th scope="col" className="num">
                {t('books.belowZero')}
              </th>
              <th scope="col" className="num">
                {t('books.accounts')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, n) => (
              <TotalRow
                key={`${row.asset}/${row.owner}`}
                book={book}
                row={row}
                isFirst={rows[n - 1]?.asset !== row.asset}
              />
            ))}
          </tbody>
        </table>
      )}
      <p className="label border-t border-line px-3 py-2">
        {t('books.totalsAt')} <Moment at={book.totals.statedAt} /> · {t('books.owedHint')}
      </p>
    </Section>
  );
}

type RowProps = {
  readonly book: BookPage;
  readonly row: BookPage['totals']['totals'][number];
  readonly isFirst: boolean;
};

function TotalRow({ book, row, isFirst }: RowProps) {
  const { t } = useTexts();
  const { asset, owner, balance, owed, accounts } = row;
  // What came in from outside stands below zero there: nobody owes it.
  const calm = owner === 'external';
  const search = { book: book.id, tab: 'balances' as const, owner, asset };
  return (
    <tr>
      <td data-label={t('books.asset')} className={isFirst ? 'font-semibold' : 'text-muted'}>
        {asset}
      </td>
      <td data-label={t('books.owner')}>
        <Link data-row to="/books" search={search} className="link">
          {t(`owner.${owner}`)}
        </Link>
      </td>
      <td data-label={t('books.balance')} className="num">
        <Amount minor={balance} asset={asset} decimals={book.decimals} bare calm={calm} />
      </td>
      <td data-label={t('books.belowZero')} className="num">
        {owed === '0' ? (
          <span className="text-muted">0</span>
        ) : (
          <Link to="/books" search={{ ...search, below: true }} className="link">
            <Amount minor={`-${owed}`} asset={asset} decimals={book.decimals} bare calm={calm} />
          </Link>
        )}
      </td>
      <td data-label={t('books.accounts')} className="num">
        {countText(accounts)}
      </td>
    </tr>
  );
}
