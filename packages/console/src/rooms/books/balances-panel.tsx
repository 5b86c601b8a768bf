/** Balances by owner, asset, party and group, now or as of a moment, and down to the postings of an account. */
import type { AccountRow, BookPage } from '@sonae/core/app/books/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { Empty, Section } from '../response/section.tsx';
import { accountsQuery } from './books-queries.ts';
import { OWNER_FILTERS } from './books-search.ts';
import { MomentFilter, TextFilter, WordFilter } from './filters.tsx';
import { PostingsPanel } from './postings-panel.tsx';
import { Amount } from './room-parts.tsx';

const route = getRouteApi('/books');

export function BalancesPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const search = route.useSearch();
  const { owner, asset, party, group, below, at, after, account } = search;
  const navigate = route.useNavigate();
  const filter = { owner, asset, party, group, below, at, after };
  const { data, error, refetch } = useQuery(accountsQuery(book.id, filter));
  return (
    <div
      className={`grid items-start gap-3 ${account === undefined ? '' : 'lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]'}`}
    >
      <Section title={t('books.balances')}>
        <Filters book={book} />
        {data === undefined ? (
          error === null ? (
            <Reading />
          ) : (
            <ReadFailure error={error} onRetry={() => void refetch()} />
          )
        ) : null}
        {data?.accounts.length === 0 ? <Empty>{t('books.balancesNone')}</Empty> : null}
        {data === undefined || data.accounts.length === 0 ? null : (
          <AccountTable book={book} rows={data.accounts} />
        )}
        <div className="flex gap-2 border-t border-line px-3 py-2" data-chrome>
          <button
            type="button"
            className="btn"
            disabled={after === undefined}
            onClick={() => void navigate({ search: ({ after: _, ...rest }) => rest })}
          >
            {t('books.first')}
          </button>
          <button
            type="button"
            className="btn"
            disabled={data?.next == null}
            onClick={() => void navigate({ search: (now) => ({ ...now, after: data?.next ?? 0 }) })}
          >
            {t('books.more')}
          </button>
        </div>
      </Section>
      {account === undefined ? null : <PostingsPanel key={account} book={book} account={account} />}
    </div>
  );
}

function Filters({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const { owner, asset, party, group, below, at } = route.useSearch();
  const navigate = route.useNavigate();
  type Change = { readonly [key: string]: string | boolean | undefined };
  const set = (change: Change): void =>
    void navigate({
      search: ({ after: _, ...now }) => {
        const next = Object.entries({ ...now, ...change }).filter(([, value]) => value !== undefined);
        return Object.fromEntries(next);
      },
      replace: true,
    });
  return (
    <div className="flex flex-wrap items-end gap-x-3 gap-y-2 border-b border-line px-3 py-2" data-chrome>
      <WordFilter
        label={t('books.owner')}
        value={owner}
        words={OWNER_FILTERS.map((value) => ({ value, text: t(`owner.${value}`) }))}
        onChange={(value) => set({ owner: value })}
      />
      <WordFilter
        label={t('books.asset')}
        value={asset}
        words={Object.keys(book.decimals).map((value) => ({ value, text: value }))}
        onChange={(value) => set({ asset: value })}
      />
      <TextFilter label={t('books.party')} value={party} onChange={(value) => set({ party: value })} />
      <TextFilter label={t('books.group')} value={group} onChange={(value) => set({ group: value })} />
      <MomentFilter label={t('books.at')} value={at} onChange={(value) => set({ at: value })} />
      <label className="inline-flex min-h-8 items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-[var(--accent)]"
          checked={below === true}
          onChange={(event) => set({ below: event.target.checked ? true : undefined })}
        />
        {t('books.onlyBelow')}
      </label>
    </div>
  );
}

function AccountTable({ book, rows }: { book: BookPage; rows: readonly AccountRow[] }) {
  const { t } = useTexts();
  return (
    <table className="data stack">
      <thead>
        <tr>
          <th scope="col">{t('books.account')}</th>
          <th scope="col">{t('books.owner')}</th>
          <th scope="col">{t('books.party')}</th>
          <th scope="col">{t('books.group')}</th>
          <th scope="col" className="num">
            {t('books.balance')}
          </th>
          <th scope="col" className="num">
            {t('books.line')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <AccountLine key={row.handle} book={book} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function AccountLine({ book, row }: { book: BookPage; row: AccountRow }) {
  const { t } = useTexts();
  const { account: open } = route.useSearch();
  const { account, owner, party, group, asset, balance, creditLine } = row;
  return (
    <tr className={account === open ? 'bg-accent-soft' : ''}>
      <td data-label={t('books.account')}>
        <Link
          data-row
          from="/books"
          to="/books"
          search={({ before: _, ...now }) => ({ ...now, account })}
          className="link font-mono text-xs"
          aria-current={account === open ? 'true' : undefined}
        >
          {account}
        </Link>
      </td>
      <td data-label={t('books.owner')}>{t(`owner.${owner}`)}</td>
      <td data-label={t('books.party')}>{party}</td>
      <td data-label={t('books.group')}>{group ?? <span className="text-muted">–</span>}</td>
      <td data-label={t('books.balance')} className="num">
        <Amount minor={balance} asset={asset} decimals={book.decimals} calm={owner === 'external'} />
      </td>
      <td data-label={t('books.line')} className="num">
        {creditLine === '0' ? (
          <span className="text-muted">0</span>
        ) : (
          <Amount minor={creditLine} asset={asset} decimals={book.decimals} />
        )}
      </td>
    </tr>
  );
}
