/** Who would be reached now, and tonight when everybody sleeps. Red where nobody would be. */
import type { ReachPage } from '@sonae/core/app/response/api.ts';
import type { BoardRow } from '@sonae/core/nouns/people/views/reach.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';

const LOOK = {
  ok: { icon: 'ok', ink: 'text-ok' },
  warning: { icon: 'warning', ink: 'text-warning' },
  critical: { icon: 'critical', ink: 'text-critical font-semibold' },
} as const;

export function BoardPanel({ board }: Pick<ReachPage, 'board'>) {
  const { t, pick } = useTexts();
  const nights = new Map(board.tonight.map((row) => [`${row.kind}/${row.id}`, row]));
  return (
    <section className="panel" aria-labelledby="reach-board">
      <div className="panel-title">
        <h2 id="reach-board" className="flex-1">
          {t('reach.board')}
        </h2>
        <Summary board={board} />
      </div>
      {board.now.length === 0 ? <p className="p-3 text-muted">{t('reach.noRoles')}</p> : null}
      <table className="w-full table-fixed">
        <caption className="sr-only">{t('reach.board')}</caption>
        <thead>
          <tr className="label border-b border-line">
            <th className="px-3 py-1">{t('reach.who')}</th>
            <th className="px-3 py-1">{t('reach.now')}</th>
            <th className="px-3 py-1">
              {t('reach.tonight')} <Moment at={board.tonightAt} stacked />
            </th>
          </tr>
        </thead>
        <tbody>
          {board.now.map((row) => (
            <tr
              key={`${row.kind}/${row.id}`}
              className="border-b border-line align-top last:border-b-0"
              data-row
              tabIndex={-1}
            >
              <th scope="row" className="px-3 py-1.5">
                {pick(row.says)}
                <span className="label block">
                  {t(`reach.${row.kind}`)} {row.id}
                </span>
              </th>
              <td className="px-3 py-1.5">
                <Standing row={row} />
              </td>
              <td className="px-3 py-1.5">
                <Standing row={nights.get(`${row.kind}/${row.id}`) ?? row} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Summary({ board }: Pick<ReachPage, 'board'>) {
  const { t } = useTexts();
  const count = [...board.now, ...board.tonight].filter(({ level }) => level === 'critical').length;
  if (board.now.length === 0) return null;
  const level = count === 0 ? 'ok' : 'critical';
  return (
    <span className={`inline-flex items-center gap-1 ${LOOK[level].ink}`}>
      <Icon name={LOOK[level].icon} />
      {count === 0 ? t('reach.allReached') : t('reach.gaps', { count })}
    </span>
  );
}

function Standing({ row }: { row: BoardRow }) {
  const { t } = useTexts();
  const { icon, ink } = LOOK[row.level];
  return (
    <>
      <span className={`inline-flex items-center gap-1 ${ink}`} data-reach={row.level}>
        <Icon name={icon} size={13} />
        {t(`reach.${row.level}`)}
      </span>
      <ul className="text-xs">
        {row.people.map(({ principal, present, channels }) => (
          <li key={principal}>
            <span className="font-mono">{principal}</span>{' '}
            <span className="text-muted">
              {present ? t('reach.channels', { count: channels }) : t('reach.away')}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
