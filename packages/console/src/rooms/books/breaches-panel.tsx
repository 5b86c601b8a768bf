/** Broken rules of a book: unanswered ones first, each with its worst exposure and newest posting, and the form to answer. */
import type { BookPage } from '@sonae/core/app/books/api.ts';
import { RULE_TEXTS } from '@sonae/core/nouns/ledger/facts/rules.ts';
import type { Breach } from '@sonae/core/nouns/ledger/views/book.ts';
import { Link } from '@tanstack/react-router';
import { isKey, useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { Ask } from '../response/command-form.tsx';
import { Empty, Named, NamedList, Rows, Said, Section } from '../response/section.tsx';
import { Amount } from './room-parts.tsx';

const isOpen = ({ count, answered }: Breach): boolean => answered < count;

/** Breaches that nobody has answered for. */
export const openCount = ({ breaches }: BookPage): number => breaches.filter(isOpen).length;

export function BreachesPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  return (
    <Section title={t('books.breaches')} count={openCount(book)}>
      {book.breaches.length === 0 ? <Empty>{t('books.breachesNone')}</Empty> : null}
      <Rows>
        {book.breaches.map((breach) => (
          <BreachRow key={`${breach.rule}/${breach.subject}`} book={book} breach={breach} />
        ))}
      </Rows>
    </Section>
  );
}

function BreachRow({ book, breach }: { book: BookPage; breach: Breach }) {
  const { t, pick } = useTexts();
  const { rule, subject, count, answered, exposure, lastAt, newest } = breach;
  const text = RULE_TEXTS[rule as keyof typeof RULE_TEXTS]?.says;
  const isNews = isOpen(breach);
  const search = { book: book.id, tab: 'balances' as const, account: newest.account };
  return (
    <li
      className={`flex flex-col gap-1 px-3 py-2 ${isNews ? 'shadow-[inset_3px_0_0_var(--critical)]' : ''}`}
      data-breach={`${rule}/${subject}`}
    >
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span
          className={`inline-flex items-center gap-1 ${isNews ? 'font-semibold text-critical' : 'text-muted'}`}
        >
          <Icon name={isNews ? 'critical' : 'ok'} size={13} />
          {t(isNews ? 'books.unanswered' : 'books.answered')}
        </span>
        <span className="font-semibold">{subject}</span>
        <span className="font-mono text-xs text-muted">{rule}</span>
        <span className="text-xs text-muted sm:ml-auto">
          <Elapsed from={lastAt} /> · <Moment at={lastAt} />
        </span>
      </div>
      <p className="text-md">{text === undefined ? rule : pick(text)}</p>
      <NamedList>
        <Named name={t('books.times')}>
          {t('books.timesOf', { open: countText(count - answered), count: countText(count) })}
        </Named>
        <Named name={t('books.exposure')}>
          <Amount minor={exposure} asset={newest.asset} decimals={book.decimals} />
        </Named>
        <Named name={t('books.newest')}>
          <Link data-row to="/books" search={search} className="link">
            {newest.account}
          </Link>{' '}
          → {newest.other}, <Amount minor={newest.amount} asset={newest.asset} decimals={book.decimals} /> ·{' '}
          {purposeText(newest.purpose, t)} ·{' '}
          <span className="font-mono text-xs">
            {newest.id} #{newest.seq}
          </span>
        </Named>
      </NamedList>
      {newest.detail === '' ? null : <p className="label">{newest.detail}</p>}
      <Answer book={book} breach={breach} />
    </li>
  );
}

function Answer({ book, breach }: { book: BookPage; breach: Breach }) {
  const { t } = useTexts();
  const { rule, subject, answer } = breach;
  return (
    <>
      {answer === null ? null : (
        <div className="border-l-2 border-line pl-2">
          <p className="label">
            {t('books.answeredBy', { by: answer.by })} · <Moment at={answer.at} />
          </p>
          <Said>{answer.reason}</Said>
        </div>
      )}
      {isOpen(breach) ? (
        <div data-chrome>
          <Ask
            button={t('books.answer')}
            buttonLabel={`${t('books.answer')} ${rule} ${subject}`}
            title={`${rule} · ${subject}`}
            command="ledger.AnswerViolations"
            lead={<p>{t('books.answerLead')}</p>}
            fields={[{ name: 'reason', label: t('form.reason'), kind: 'area' }]}
            toInput={({ reason }) => ({ book: book.id, rule, subject, reason })}
            submit={t('books.answerSubmit')}
          />
        </div>
      ) : null}
    </>
  );
}

/** What a posting is for, in words. */
export function purposeText(purpose: string, t: ReturnType<typeof useTexts>['t']): string {
  const key = `purpose.${purpose}`;
  return isKey(key) ? t(key) : purpose;
}
