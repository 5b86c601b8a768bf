/** Accounts that are treated otherwise than their peers: the most dangerous first, what is not listed, and the form to answer. */
import type { BookPage } from '@sonae/core/app/books/api.ts';
import { isKey, useTexts } from '../../i18n/language.ts';
import { LevelChip } from '../../ui/level.tsx';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { Ask } from '../response/command-form.tsx';
import { Empty, Rows, Section } from '../response/section.tsx';

type Finding = BookPage['treatment']['unequal'][number];
type T = ReturnType<typeof useTexts>['t'];

/** Accounts and tiers that stand as treated otherwise. */
export const unequalCount = ({ treatment }: BookPage): number =>
  treatment.held.length + (treatment.unlisted?.accounts ?? 0);

/** Where no snapshot was ever sent there is nothing to say that is not in the guide. */
export function TreatmentPanel({ book }: { book: BookPage }) {
  const { t } = useTexts();
  const { at, accounts, unequal, held, unlisted } = book.treatment;
  const named = [...new Set([...unequal.map(({ account }) => account), ...held])];
  return (
    <Section title={t('books.treatment')} count={named.length}>
      {at === '' ? <Empty>{t('books.treatmentNever')}</Empty> : null}
      {at !== '' && named.length === 0 ? <Empty>{t('books.treatmentNone')}</Empty> : null}
      <Rows>
        {named.map((account) => (
          <AccountRow
            key={account}
            book={book}
            account={account}
            findings={unequal.filter((one) => one.account === account)}
          />
        ))}
      </Rows>
      {unlisted === null ? null : (
        <p className="border-t border-line px-3 py-2 font-semibold text-critical" data-unlisted>
          {t('books.treatmentMore', {
            count: countText(unlisted.accounts),
            first: unlisted.first.join(', '),
          })}
        </p>
      )}
      {at === '' ? null : (
        <p className="label border-t border-line px-3 py-2">
          {t('books.treatmentAt', { count: countText(accounts) })} <Moment at={at} /> · <Elapsed from={at} />
        </p>
      )}
    </Section>
  );
}

type RowProps = {
  readonly book: BookPage;
  readonly account: string;
  readonly findings: readonly Finding[];
};

function AccountRow({ book, account, findings }: RowProps) {
  const { t } = useTexts();
  const level = (['critical', 'warning', 'watch'] as const).find((rank) =>
    findings.some((one) => (one.level ?? 'critical') === rank),
  );
  const whose = findings.find((one) => one.whose !== undefined)?.whose;
  const canAnswer = findings.length === 0 || findings.some(isAnswerable);
  return (
    <li className="flex flex-col gap-1 px-3 py-2" data-unequal={account}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <LevelChip level={level ?? 'critical'} />
        <span className="break-all font-semibold">{account}</span>
        {whose === undefined ? null : <span className="text-xs text-muted">{t(`whose.${whose}`)}</span>}
      </div>
      <ul className="text-md">
        {findings.map((one) => (
          <li key={`${one.kind} ${one.of} ${one.what}`} className="break-words">
            {findingText(one, t)}
          </li>
        ))}
      </ul>
      {canAnswer ? (
        <div data-chrome>
          <Ask
            button={t('books.answer')}
            buttonLabel={`${t('books.answer')} ${account}`}
            title={account}
            command="ledger.AnswerTreatment"
            lead={<p>{t('books.treatmentLead')}</p>}
            fields={[{ name: 'reason', label: t('form.reason'), kind: 'area' }]}
            toInput={({ reason }) => ({ book: book.id, account, reason })}
            submit={t('books.answerSubmit')}
          />
        </div>
      ) : null}
    </li>
  );
}

/** What still differs needs an exemption of two people. */
const isAnswerable = ({ kind }: Finding): boolean => kind !== 'flag' && kind !== 'limit';

function findingText({ kind, of, what, value, peers }: Finding, t: T): string {
  const key = `unequal.${kind}`;
  const name = of === 'tier' ? t('unequal.tier') : what;
  return isKey(key) ? t(key, { what: name, value, peers }) : `${name} ${value} (${peers})`;
}
