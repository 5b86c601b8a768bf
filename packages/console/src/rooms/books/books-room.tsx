/** The room of the books: what is owed to whom, which rules postings broke, who owes us together with whom, what is allowed. */
import type { BookPage, BooksPage } from '@sonae/core/app/books/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { enBooks } from '../../i18n/en-books.ts';
import { jaBooks } from '../../i18n/ja-books.ts';
import { addTexts, useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { Named, NamedList } from '../response/section.tsx';
import { AllowedPanels } from './allowed-panels.tsx';
import { BalancesPanel } from './balances-panel.tsx';
import { bookQuery, booksQuery } from './books-queries.ts';
import { BOOK_TABS } from './books-search.ts';
import { BreachesPanel, openCount } from './breaches-panel.tsx';
import { ExportLinks } from './export-links.tsx';
import { GroupsPanel } from './groups-panel.tsx';
import { HowToFill, RoomFrame, Tabs } from './room-parts.tsx';
import { TotalsPanel } from './totals-panel.tsx';
import { TreatmentPanel, unequalCount } from './treatment-panel.tsx';

addTexts(enBooks, jaBooks);

const route = getRouteApi('/books');

export function BooksRoom() {
  const books = useQuery(booksQuery);
  return (
    <RoomFrame title="books.title" query={books}>
      {(page) => (page.books.length === 0 ? <NoBooks /> : <Book page={page} />)}
    </RoomFrame>
  );
}

function NoBooks() {
  const { t } = useTexts();
  return (
    <section className="panel">
      <h1 className="panel-title">{t('books.title')}</h1>
      <HowToFill
        says={t('books.fill')}
        steps={[t('books.fill1'), t('books.fill2'), t('books.fill3')]}
        guide="docs/reference/http.md"
      />
    </section>
  );
}

function Book({ page }: { page: BooksPage }) {
  const { t } = useTexts();
  const { book } = route.useSearch();
  const chosen = page.books.find(({ id }) => id === book) ?? page.books[0];
  const query = useQuery(bookQuery(chosen?.id ?? ''));
  return (
    <RoomFrame title="books.title" query={query}>
      {(one) => (
        <>
          <Head books={page} book={one} />
          <Part book={one} />
          <p className="sr-only" role="status">
            {t('books.breachCount', { count: openCount(one) })}
          </p>
        </>
      )}
    </RoomFrame>
  );
}

function Head({ books, book }: { books: BooksPage; book: BookPage }) {
  const { t } = useTexts();
  const { tab = 'now' } = route.useSearch();
  const navigate = route.useNavigate();
  const { policy } = book;
  const counts = {
    now: openCount(book) + unequalCount(book),
    balances: 0,
    groups: 0,
    allowed: policy.proposals.length,
  };
  return (
    <section className="panel" aria-labelledby="books">
      <div className="panel-title">
        <h1 id="books" className="mr-2">
          {t('books.title')}
        </h1>
        <select
          aria-label={t('books.book')}
          className="field w-auto"
          value={book.id}
          onChange={(event) => void navigate({ search: { book: event.target.value, tab }, replace: true })}
        >
          {books.books.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
        <div className="sm:ml-auto">
          <Tabs
            label={t('books.tabs')}
            tabs={BOOK_TABS.map((value) => ({
              value,
              text: t(`books.tab.${value}`),
              count: counts[value],
            }))}
            value={tab}
            onChange={(next) => void navigate({ search: { book: book.id, tab: next } })}
          />
        </div>
      </div>
      <div className="flex flex-wrap items-end justify-between gap-3 px-3 py-2">
        <NamedList>
          <Named name={t('books.transfers')}>{countText(book.transfers)}</Named>
          <Named name={t('books.accounts')}>{countText(book.accounts)}</Named>
          <Named name={t('books.nextSeq')}>{countText(book.nextSeq)}</Named>
          <Named name={t('books.repeats')}>{countText(book.repeats)}</Named>
          <Named name={t('books.turnedAway')}>{countText(book.turnedAway)}</Named>
          <Named name={t('books.sealedTo')}>
            {countText(book.sealedTo)}{' '}
            <span className="font-mono text-xs text-muted" title={book.head}>
              {book.head.slice(0, 12)}
            </span>
          </Named>
          <Named name={t('books.asOf')}>
            <Moment at={book.asOf} />
          </Named>
          <Named name={t('books.sealedUntil')}>
            {book.sealedUntil === '' ? t('books.notSealed') : <Moment at={book.sealedUntil} />}
          </Named>
        </NamedList>
        <ExportLinks book={book.id} />
      </div>
    </section>
  );
}

function Part({ book }: { book: BookPage }) {
  const { tab = 'now' } = route.useSearch();
  if (tab === 'balances') return <BalancesPanel book={book} />;
  if (tab === 'groups') return <GroupsPanel book={book} />;
  if (tab === 'allowed') return <AllowedPanels book={book} />;
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-3">
        <BreachesPanel book={book} />
        <TreatmentPanel book={book} />
      </div>
      <TotalsPanel book={book} />
    </div>
  );
}
