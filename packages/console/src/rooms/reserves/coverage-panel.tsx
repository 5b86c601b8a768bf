/** Held against owed, per asset and pot: ratio, what is short or too much, and the clock that a shortfall started. */
import type { CoverageRow, ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Choice } from '../../ui/choice.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { bpsText, shareBps } from '../books/amounts.ts';
import { WordFilter } from '../books/filters.tsx';
import { Amount } from '../books/room-parts.tsx';
import { Empty, Section } from '../response/section.tsx';
import { STANDINGS } from './reserves-search.ts';

const route = getRouteApi('/reserves');

const LOOK: Readonly<Record<CoverageRow['standing'], { readonly icon: IconName; readonly ink: string }>> = {
  short: { icon: 'critical', ink: 'text-critical font-semibold' },
  surplus: { icon: 'watch', ink: 'text-watch' },
  even: { icon: 'ok', ink: 'text-ok' },
  unknown: { icon: 'blind', ink: 'text-blind' },
};

export function CoveragePanel({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  const { asset, standing } = route.useSearch();
  const rows = page.coverage.filter(
    (row) =>
      (asset === undefined || row.asset === asset) && (standing === undefined || row.standing === standing),
  );
  return (
    <Section title={t('reserves.coverage')} count={page.shortfalls.length}>
      <Filters page={page} />
      {rows.length === 0 ? <Empty>{t('reserves.coverageNone')}</Empty> : null}
      {rows.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              {(['asset', 'pot', 'owed', 'held', 'difference', 'ratio', 'standing'] as const).map(
                (column) => (
                  <th
                    key={column}
                    scope="col"
                    className={['owed', 'held', 'difference', 'ratio'].includes(column) ? 'num' : ''}
                  >
                    {t(`reserves.col.${column}`)}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={`${row.asset}/${row.pot}`} page={page} row={row} />
            ))}
          </tbody>
        </table>
      )}
      <p className="label border-t border-line px-3 py-2">
        {t('reserves.bookAt', { book: page.policy?.book ?? '' })} <Moment at={page.bookAt} /> ·{' '}
        {t('reserves.potHint')}
      </p>
    </Section>
  );
}

function Filters({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  const { asset, standing } = route.useSearch();
  const navigate = route.useNavigate();
  const assets = [...new Set(page.coverage.map((row) => row.asset))];
  return (
    <div className="flex flex-wrap items-end gap-x-4 gap-y-2 border-b border-line px-3 py-2" data-chrome>
      <WordFilter
        label={t('reserves.col.asset')}
        value={asset}
        words={assets.map((value) => ({ value, text: value }))}
        onChange={(next) =>
          void navigate({
            search: ({ asset: _, ...now }) => (next === undefined ? now : { ...now, asset: next }),
            replace: true,
          })
        }
      />
      <Choice
        label={t('reserves.col.standing')}
        options={[
          { value: 'all', text: t('common.all') },
          ...STANDINGS.map((value) => ({ value, text: t(`standing.${value}`) })),
        ]}
        value={standing ?? 'all'}
        onChange={(next) =>
          void navigate({
            search: ({ standing: _, ...now }) =>
              next === 'all' ? now : { ...now, standing: next as (typeof STANDINGS)[number] },
            replace: true,
          })
        }
      />
    </div>
  );
}

function Row({ page, row }: { page: ReservesPage; row: CoverageRow }) {
  const { t } = useTexts();
  const { asset, pot, held, owed, standing, missing } = row;
  const { icon, ink } = LOOK[standing];
  const ratio = shareBps(held, owed);
  const short = page.shortfalls.find((one) => one.asset === asset && one.owner === pot);
  const known = standing === 'unknown' ? 'text-muted' : '';
  return (
    <tr data-coverage={`${asset}/${pot}`}>
      <td data-label={t('reserves.col.asset')} className="font-semibold">
        <span data-row tabIndex={-1}>
          {asset}
        </span>
      </td>
      <td data-label={t('reserves.col.pot')}>{t(`pot.${pot}`)}</td>
      <td data-label={t('reserves.col.owed')} className="num">
        <Amount minor={owed} asset={asset} decimals={page.decimals} bare />
      </td>
      <td data-label={t('reserves.col.held')} className={`num ${known}`}>
        <Amount minor={held} asset={asset} decimals={page.decimals} bare />
      </td>
      <td data-label={t('reserves.col.difference')} className={`num ${known}`}>
        {standing === 'unknown' ? (
          '–'
        ) : (
          <Amount minor={String(BigInt(held) - BigInt(owed))} asset={asset} decimals={page.decimals} bare />
        )}
      </td>
      <td data-label={t('reserves.col.ratio')} className={`num ${known}`}>
        {ratio === null || standing === 'unknown' ? '–' : bpsText(ratio)}
      </td>
      <td data-label={t('reserves.col.standing')}>
        <span className={`inline-flex items-center gap-1 whitespace-nowrap ${ink}`}>
          <Icon name={icon} size={13} />
          {t(`standing.${standing}`)}
        </span>
        {missing.length === 0 ? null : (
          <p className="text-xs text-muted">{t('reserves.missing', { sources: missing.join(', ') })}</p>
        )}
        {short === undefined ? null : (
          <Countdown says={t('reserves.cure')} at={short.dueAt} over={t('reserves.cureOver')} isGrave />
        )}
      </td>
    </tr>
  );
}
