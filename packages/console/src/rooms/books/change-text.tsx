/** A change of what the books allow, in words: what it would let through, how much, and until when. */
import type { BookPage } from '@sonae/core/app/books/api.ts';
import type { Change } from '@sonae/core/nouns/ledger/facts/changes.ts';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { Said } from '../response/section.tsx';
import { amountText, bpsText } from './amounts.ts';
import { postingsQuery } from './books-queries.ts';
import { purposeText } from './breaches-panel.tsx';
import { Amount } from './room-parts.tsx';

type T = ReturnType<typeof useTexts>['t'];

export function purposesText(purposes: readonly string[], t: T): string {
  return purposes.length === 0
    ? t('books.forbidden')
    : purposes.map((one) => purposeText(one, t)).join(t('common.comma'));
}

/** Lines and corrections name accounts, not assets: the asset is that of the account's postings. */
function AccountAmount({ book, account, minor }: { book: BookPage; account: string; minor: string }) {
  const { t } = useTexts();
  const { data } = useQuery({ ...postingsQuery(book.id, account, undefined), retry: false });
  const asset = data?.postings[0]?.asset;
  if (asset === undefined) return <span>{t('books.minorUnits', { amount: amountText(minor, 0) })}</span>;
  return <Amount minor={minor} asset={asset} decimals={book.decimals} />;
}

export function ChangeText({ book, change }: { book: BookPage; change: Change }) {
  const { t } = useTexts();
  switch (change.kind) {
    case 'credit-line':
      return (
        <>
          <p>
            <span className="font-mono text-xs">{change.account}</span> · {t('books.upTo')}{' '}
            <AccountAmount book={book} account={change.account} minor={change.limit} />
          </p>
          <p className="label">{t('books.resolution')}</p>
          <Said>{change.resolution}</Said>
        </>
      );
    case 'correction':
      return (
        <p>
          <span className="font-mono text-xs">
            {change.debit} → {change.credit}
          </span>{' '}
          · {t('books.upTo')} <AccountAmount book={book} account={change.debit} minor={change.limit} />
        </p>
      );
    case 'exemption':
      return (
        <>
          <p>
            <span className="font-mono text-xs">{change.account}</span> · {t(`exempt.${change.of ?? 'flag'}`)}
            : {t('books.differsIn', { what: change.what })}
            {change.upTo === undefined
              ? null
              : ` · ${t('books.upTo')} ${change.upTo === null ? t('books.noLimit') : amountText(String(change.upTo), 0)}`}
          </p>
          <p className="label">{t('books.resolution')}</p>
          <Said>{change.resolution}</Said>
        </>
      );
    case 'flows':
      return (
        <ul>
          {change.flows.map(({ from, to, purposes }) => (
            <li key={`${from} ${to}`}>
              {t(`owner.${from}`)} → {t(`owner.${to}`)}: {purposesText(purposes, t)}
            </li>
          ))}
        </ul>
      );
    case 'price-band':
      return <p>{bandText(change.band, t)}</p>;
    case 'fee-ceiling':
      return (
        <p>{change.bps === null ? t('books.noCeiling') : t('books.ceiling', { bps: bpsText(change.bps) })}</p>
      );
  }
}

type Band = Extract<Change, { kind: 'price-band' }>['band'];

export function bandText(band: Band, t: T): string {
  if (band === null) return t('books.noBand');
  const { currency, bps, withinMinutes } = band;
  return t('books.bandIs', { bps: bpsText(bps), currency, minutes: withinMinutes });
}

export function ChangeTerm({ change }: { change: Change }) {
  const { t } = useTexts();
  if (!('until' in change)) return null;
  return (
    <p className="label">
      {t('books.until')} <Moment at={change.until} />
    </p>
  );
}
