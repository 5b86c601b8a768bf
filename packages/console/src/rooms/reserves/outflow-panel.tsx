/** A run on the firm: what leaves in an hour and in a day, and how long what is held would last at that speed. */
import type { OutflowRow, ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { LevelChip } from '../../ui/level.tsx';
import { Moment } from '../../ui/moment.tsx';
import { amountText } from '../books/amounts.ts';
import { Amount } from '../books/room-parts.tsx';
import { Empty, Section } from '../response/section.tsx';

export function OutflowPanel({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  return (
    <Section title={t('reserves.outflow')}>
      {page.outflow.length === 0 ? <Empty>{t('reserves.outflowNone')}</Empty> : null}
      {page.outflow.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              {(['asset', 'held', 'hour', 'day', 'left', 'level'] as const).map((column) => (
                <th
                  key={column}
                  scope="col"
                  className={['held', 'hour', 'day', 'left'].includes(column) ? 'num' : ''}
                >
                  {t(`reserves.col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.outflow.map((row) => (
              <Row key={`${row.asset}/${row.part}`} page={page} row={row} />
            ))}
          </tbody>
        </table>
      )}
      <p className="label border-t border-line px-3 py-2">
        {t('reserves.flowsAt')} <Moment at={page.flowsAt} />
      </p>
    </Section>
  );
}

function Row({ page, row }: { page: ReservesPage; row: OutflowRow }) {
  const { t } = useTexts();
  const { asset, part, held, hour, day, hoursLeft } = row;
  const reading = page.readings.find(
    ({ control, subject }) => control === 'reserves.outflow' && subject === `${asset}/${part}`,
  );
  return (
    <tr data-outflow={`${asset}/${part}`}>
      <td data-label={t('reserves.col.asset')}>
        <span data-row tabIndex={-1} className="font-semibold">
          {asset}
        </span>{' '}
        <span className="text-xs text-muted">{t(`part.${part}`)}</span>
      </td>
      <td data-label={t('reserves.col.held')} className="num">
        <Amount minor={held} asset={asset} decimals={page.decimals} bare />
      </td>
      <td data-label={t('reserves.col.hour')} className="num">
        {amountText(hour, page.decimals[asset] ?? 0)}
      </td>
      <td data-label={t('reserves.col.day')} className="num">
        {amountText(day, page.decimals[asset] ?? 0)}
      </td>
      <td data-label={t('reserves.col.left')} className="num font-semibold">
        {hoursLeft === null
          ? t('reserves.noOutflow')
          : t('reserves.hours', { hours: amountText(hoursLeft, 0) })}
      </td>
      <td data-label={t('reserves.col.level')}>
        {reading === undefined ? null : <LevelChip level={reading.level} />}
      </td>
    </tr>
  );
}
