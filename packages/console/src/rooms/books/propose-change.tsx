/** Proposing what the books shall allow: one form per kind, amounts in whole units of the asset. */
import type { BookPage } from '@sonae/core/app/books/api.ts';
import { type Change, EXEMPTION_KINDS } from '@sonae/core/nouns/ledger/facts/changes.ts';
import { PURPOSES } from '@sonae/core/nouns/ledger/facts/rules.ts';
import { useTexts } from '../../i18n/language.ts';
import { useNow } from '../../ui/moment.tsx';
import { Ask } from '../response/command-form.tsx';
import { type Field, fieldTime, linesOf, utcOf, type Values } from '../response/form-fields.ts';
import { type Decimals, minorOf } from './amounts.ts';
import { OWNER_FILTERS } from './books-search.ts';
import { purposeText } from './breaches-panel.tsx';

type Kind = Change['kind'];
type T = ReturnType<typeof useTexts>['t'];
const WEEK_MS = 7 * 86_400_000;
const BPS_MAX = 10_000;
const DAY_MINUTES = 1_440;

export function ProposeChange({ book, kind }: { book: BookPage; kind: Kind }) {
  const { t } = useTexts();
  const now = useNow();
  return (
    <Ask
      button={t(`change.${kind}.propose`)}
      title={t(`change.${kind}.propose`)}
      command="ledger.ProposeChange"
      lead={<p className="text-muted">{t(`change.${kind}.lead`)}</p>}
      fields={[...fieldsOf(kind, book, now, t), { name: 'reason', label: t('form.reason'), kind: 'area' }]}
      problem={(values) => problemOf(kind, values, book.decimals, t)}
      toInput={(values) => ({
        book: book.id,
        change: changeOf(kind, values, book.decimals),
        reason: values.reason,
      })}
      submit={t('books.propose')}
    />
  );
}

function fieldsOf(kind: Kind, book: BookPage, now: number, t: T): readonly Field[] {
  const until: Field = {
    name: 'until',
    label: t('books.untilUtc'),
    kind: 'time',
    first: fieldTime(now + WEEK_MS),
  };
  const limit: readonly Field[] = [
    {
      name: 'asset',
      label: t('books.asset'),
      kind: 'choice',
      options: Object.keys(book.decimals).map((value) => ({ value, text: value })),
      hint: t('books.assetHint'),
    },
    { name: 'limit', label: t('books.limit'), kind: 'text', max: 60 },
    until,
  ];
  const account = (name: string, label: string): Field => ({ name, label, kind: 'text', max: 100 });
  if (kind === 'credit-line')
    return [
      account('account', t('books.account')),
      ...limit,
      { name: 'resolution', label: t('books.resolution'), kind: 'area', max: 500 },
    ];
  if (kind === 'correction')
    return [account('debit', t('books.debit')), account('credit', t('books.credit')), ...limit];
  if (kind === 'exemption') return exemptionFields(until, t);
  if (kind === 'fee-ceiling')
    return [
      {
        name: 'bps',
        label: t('books.bps'),
        kind: 'number',
        max: BPS_MAX,
        isOptional: true,
        hint: t('books.bpsHint'),
      },
    ];
  if (kind === 'price-band') return bandFields(book, t);
  const owners = OWNER_FILTERS.map((value) => ({ value, text: t(`owner.${value}`) }));
  return [
    { name: 'from', label: t('books.fromOwner'), kind: 'choice', options: owners },
    { name: 'to', label: t('books.toOwner'), kind: 'choice', options: owners },
    {
      name: 'purposes',
      label: t('books.purposes'),
      kind: 'many',
      isOptional: true,
      options: PURPOSES.map((value) => ({ value, text: purposeText(value, t) })),
      hint: t('books.purposesHint'),
    },
  ];
}

function exemptionFields(until: Field, t: T): readonly Field[] {
  return [
    { name: 'account', label: t('books.exemptionAccount'), kind: 'text', max: 100 },
    {
      name: 'of',
      label: t('books.exemptionOf'),
      kind: 'choice',
      options: EXEMPTION_KINDS.map((value) => ({ value, text: t(`exempt.${value}`) })),
    },
    { name: 'what', label: t('books.what'), kind: 'text', max: 60 },
    {
      name: 'upTo',
      label: t('books.exemptUpTo'),
      kind: 'text',
      max: 16,
      isOptional: true,
      hint: t('books.exemptUpToHint'),
    },
    until,
    { name: 'resolution', label: t('books.resolution'), kind: 'area', max: 500 },
  ];
}

function bandFields(book: BookPage, t: T): readonly Field[] {
  return [
    {
      name: 'asset',
      label: t('books.currency'),
      kind: 'choice',
      options: Object.keys(book.decimals).map((value) => ({ value, text: value })),
      hint: t('books.currencyHint'),
    },
    {
      name: 'bps',
      label: t('books.band'),
      kind: 'number',
      max: BPS_MAX - 1,
      isOptional: true,
      hint: t('books.bandHint'),
    },
    { name: 'minutes', label: t('books.withinMinutes'), kind: 'number', max: DAY_MINUTES, first: '15' },
  ];
}

const limitOf = ({ limit = '', asset = '' }: Values, decimals: Decimals): string | null =>
  minorOf(limit, decimals[asset] ?? 0);

function problemOf(kind: Kind, values: Values, decimals: Decimals, t: T): string | null {
  if (kind === 'exemption' && !/^\d*$/.test(values.upTo ?? '')) return t('books.badUpTo');
  if (kind !== 'credit-line' && kind !== 'correction') return null;
  const { asset = '' } = values;
  return limitOf(values, decimals) === null
    ? t('books.badAmount', { asset, decimals: decimals[asset] ?? 0 })
    : null;
}

function changeOf(kind: Kind, values: Values, decimals: Decimals): unknown {
  const { account, what, debit, credit, resolution, from, to, purposes, bps } = values;
  const term = { limit: limitOf(values, decimals), until: utcOf(values.until) };
  if (kind === 'credit-line') return { kind, account, ...term, resolution };
  if (kind === 'correction') return { kind, debit, credit, ...term };
  if (kind === 'exemption') {
    const upTo = values.upTo === undefined || values.upTo === '' ? null : Number(values.upTo);
    const height = values.of === 'limit' ? { upTo } : {};
    return { kind, account, of: values.of, what, ...height, until: utcOf(values.until), resolution };
  }
  if (kind === 'fee-ceiling') return { kind, bps: bps === undefined || bps === '' ? null : Number(bps) };
  if (kind === 'price-band') return { kind, band: bandOf(values) };
  return { kind, flows: [{ from, to, purposes: linesOf(purposes) }] };
}

function bandOf({ asset, bps, minutes }: Values): unknown {
  if (bps === undefined || bps === '') return null;
  return { currency: asset, bps: Number(bps), withinMinutes: Number(minutes) };
}
