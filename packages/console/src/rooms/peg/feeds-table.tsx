/** The feeds behind the price: who sees, who is blind and for how long, and which rows could not be used. */
import type { FeedView } from '@sonae/core/app/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { LevelChip } from '../../ui/level.tsx';
import { byWorst } from '../../ui/level-order.ts';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { durationText } from '../../ui/time-format.ts';

export function FeedsTable({ feeds, asOf }: { feeds: readonly FeedView[]; asOf: number }) {
  const { t } = useTexts();
  const rows = [...feeds].sort(byWorst);
  return (
    <section className="panel" aria-labelledby="feeds">
      <div className="panel-title">
        <h2 id="feeds">{t('peg.feeds')}</h2>
        <span className="label">{feeds.length}</span>
      </div>
      <table className="data stack">
        <thead>
          <tr>
            <th scope="col">{t('peg.sight')}</th>
            <th scope="col">{t('peg.feed')}</th>
            <th scope="col">{t('peg.lastHeard')}</th>
            <th scope="col">{t('peg.silence')}</th>
            <th scope="col">{t('peg.rejected')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((feed) => (
            <FeedRow key={feed.id} feed={feed} asOf={asOf} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FeedRow({ feed, asOf }: { feed: FeedView; asOf: number }) {
  const { t, pick, language } = useTexts();
  const silentFrom = feed.lastAt ?? feed.since;
  const rejected = Object.entries(feed.rejected);
  return (
    <tr data-row tabIndex={-1}>
      <td>
        {feed.level === 'blind' ? (
          <LevelChip level="blind" />
        ) : (
          <span className="inline-flex items-center gap-1 text-xs text-ok">
            <Icon name="ok" size={13} />
            {t('peg.sees')}
          </span>
        )}
      </td>
      <td data-label={t('peg.feed')}>
        <div>
          <div className="font-mono text-xs">{feed.id}</div>
          <div className="text-2xs text-muted">
            {feed.base}/{feed.quote} · {feed.kind}
          </div>
          {feed.level === 'blind' && feed.why !== null ? (
            <div className="mt-1 max-w-[46ch] text-xs text-blind">{pick(feed.why)}</div>
          ) : null}
        </div>
      </td>
      <td data-label={t('peg.lastHeard')} className="text-xs">
        {feed.lastAt === null ? (
          <span className="text-muted">{t('common.never')}</span>
        ) : (
          <Moment at={feed.lastAt} stacked />
        )}
      </td>
      <td data-label={t('peg.silence')} className="text-xs">
        {silentFrom === '' ? '–' : durationText(asOf - Date.parse(silentFrom), language)}
      </td>
      <td data-label={t('peg.rejected')} className="text-xs">
        {rejected.length === 0 ? (
          <span className="text-muted">{t('common.none')}</span>
        ) : (
          <ul>
            {rejected.map(([reason, count]) => (
              <li key={reason}>
                {countText(count)} <span className="font-mono text-2xs">{reason}</span>
              </li>
            ))}
          </ul>
        )}
      </td>
    </tr>
  );
}
