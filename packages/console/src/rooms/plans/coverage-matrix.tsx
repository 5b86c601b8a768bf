/** Class by book by last training; holes are marked with a sign and a word, never by colour alone. */
import type { PlanPage } from '@sonae/core/app/response/api.ts';
import { isKey, useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment, useNow } from '../../ui/moment.tsx';
import { isTrainingOld } from './training-age.ts';

type Book = PlanPage['coverage'][number]['books'][number];

export function CoverageMatrix({ page }: { page: PlanPage }) {
  const { t, pick } = useTexts();
  const stages = page.coverage[0]?.books.map(({ stage }) => stage) ?? [];
  const stageName = (stage: string): string => {
    const key = `stage.${stage}`;
    return isKey(key) ? t(key) : stage;
  };
  return (
    <table className="data stack">
      <caption className="sr-only">{t('coverage.title')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('class.kinds')}</th>
          {stages.map((stage) => (
            <th key={stage} scope="col">
              {stageName(stage)}
            </th>
          ))}
          <th scope="col">{t('coverage.training')}</th>
        </tr>
      </thead>
      <tbody>
        {page.coverage.map(({ kind, name, books, lastTraining }) => (
          <tr key={kind} data-kind={kind}>
            <th
              scope="row"
              className="!text-base !whitespace-normal !text-ink in-[tr:last-child]:border-b-0 max-sm:!border-0 max-sm:!p-0 max-sm:!pb-1 max-sm:!font-semibold"
            >
              {pick(name)}
            </th>
            {books.map((book) => (
              <td key={book.stage} data-label={stageName(book.stage)}>
                <BookCell book={book} />
              </td>
            ))}
            <td data-label={t('coverage.training')}>
              <Training at={lastTraining} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function BookCell({ book }: { book: Book }) {
  const { t } = useTexts();
  if (book.tasks === 0) return <Hole text={t('coverage.noBook')} />;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <span>{t('coverage.tasks', { count: book.tasks, version: book.version })}</span>
      {book.approved ? (
        <span className="inline-flex items-center gap-1 text-xs text-ok">
          <Icon name="ok" size={12} />
          {t('plan.approvedShort')}
        </span>
      ) : (
        <Hole text={t('plan.notApproved')} />
      )}
    </span>
  );
}

function Training({ at }: { at: string | null }) {
  const { t } = useTexts();
  const now = useNow();
  if (at === null) return <Hole text={t('coverage.neverTrained')} />;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <Moment at={at} style="full" />
      {isTrainingOld(at, now) ? <Hole text={t('coverage.trainedLongAgo')} /> : null}
    </span>
  );
}

function Hole({ text }: { text: string }) {
  return (
    <span className="inline-flex items-center gap-1 text-xs text-warning" data-hole>
      <Icon name="warning" size={12} />
      {text}
    </span>
  );
}
