/** Who owes us, together with whom: balances by group, party or owner, largest debt first. One group hid the hole of FTX. */
import type { BookPage, SumRow } from '@sonae/core/app/books/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { isKey, useTexts } from '../../i18n/language.ts';
import { Choice } from '../../ui/choice.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { Empty, Section } from '../response/section.tsx';
import { sumsQuery } from './books-queries.ts';
import { type BooksSearch, GROUPINGS, type Grouping } from './books-search.ts';
import { MomentFilter } from './filters.tsx';
import { Amount } from './room-parts.tsx';

const route = getRouteApi('/books');

export function GroupsPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const { by = 'group', at } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(sumsQuery(book.id, by, at));
  return (
    <Section title={t('books.groups')}>
      <p className="px-3 pt-2 text-muted">{t('books.groupsLead')}</p>
      <div className="flex flex-wrap items-end gap-x-4 gap-y-2 border-b border-line px-3 py-2" data-chrome>
        <Choice
          label={t('books.by')}
          options={GROUPINGS.map((value) => ({ value, text: t(`books.by.${value}`) }))}
          value={by}
          onChange={(next) => void navigate({ search: (now) => ({ ...now, by: next }), replace: true })}
        />
        <MomentFilter
          label={t('books.at')}
          value={at}
          onChange={(next) =>
            void navigate({
              search: ({ at: _, ...now }) => (next === undefined ? now : { ...now, at: next }),
              replace: true,
            })
          }
        />
      </div>
      {data === undefined ? (
        error === null ? (
          <Reading />
        ) : (
          <ReadFailure error={error} onRetry={() => void refetch()} />
        )
      ) : null}
      {data?.sums.length === 0 ? <Empty>{t('books.groupsNone')}</Empty> : null}
      {data === undefined || data.sums.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              <th scope="col">{t(`books.by.${by}`)}</th>
              <th scope="col">{t('books.asset')}</th>
              <th scope="col" className="num">
                {t('books.owes')}
              </th>
              <th scope="col" className="num">
                {t('books.net')}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.sums.map((row) => (
              <SumLine key={`${row.key} ${row.asset}`} book={book} row={row} by={by} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function SumLine({ book, row, by }: { book: BookPage; row: SumRow; by: Grouping }) {
  const { t } = useTexts();
  const { at } = route.useSearch();
  const { key, asset, balance, owed } = row;
  const named = `owner.${key}`;
  const search = {
    ...{ book: book.id, tab: 'balances', asset, [by]: key },
    ...(at === undefined ? {} : { at }),
  } as BooksSearch;
  return (
    <tr>
      <td data-label={t(`books.by.${by}`)}>
        <Link data-row to="/books" search={search} className="link">
          {by === 'owner' && isKey(named) ? t(named) : key}
        </Link>
      </td>
      <td data-label={t('books.asset')}>{asset}</td>
      <td data-label={t('books.owes')} className="num">
        {owed === '0' ? (
          <span className="text-muted">0</span>
        ) : (
          <span className="font-semibold text-critical">
            <Amount minor={owed} asset={asset} decimals={book.decimals} bare />
          </span>
        )}
      </td>
      <td data-label={t('books.net')} className="num">
        <Amount minor={balance} asset={asset} decimals={book.decimals} bare />
      </td>
    </tr>
  );
}
