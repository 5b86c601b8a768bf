/** One peg: price and its band over time, every control with its sentence, the venues and feeds behind it. */
import type { AssetDetail } from '@sonae/core/app/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { useLive } from '../../live.ts';
import { assetQuery, overviewQuery } from '../../queries.ts';
import { LevelChip } from '../../ui/level.tsx';
import { shownLevel } from '../../ui/level-order.ts';
import { Elapsed, Moment, useNow } from '../../ui/moment.tsx';
import { pegDistanceText, priceText } from '../../ui/number-format.ts';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { ChangesPanel } from './changes-panel.tsx';
import { ControlsTable } from './controls-table.tsx';
import { FeedsTable } from './feeds-table.tsx';
import { PricePanel } from './price-panel.tsx';
import { VenuesTable } from './venues-table.tsx';

const route = getRouteApi('/pegs/$asset');

export function PegRoom() {
  const { asset } = route.useParams();
  const { data, error, refetch } = useQuery(assetQuery(asset));
  return (
    <div className="flex flex-col gap-3 sm:gap-4">
      <AssetTabs present={asset} />
      {data === undefined ? (
        error === null ? (
          <Reading />
        ) : (
          <ReadFailure error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Peg detail={data} />
      )}
    </div>
  );
}

function AssetTabs({ present }: { present: string }) {
  const { t } = useTexts();
  const { data } = useQuery(overviewQuery);
  if (data === undefined || data.assets.length < 2) return null;
  return (
    <nav aria-label={t('peg.asset')} className="flex flex-wrap gap-2" data-chrome>
      {data.assets.map(({ asset, level }) => (
        <Link
          key={asset}
          to="/pegs/$asset"
          params={{ asset }}
          className={`btn ${asset === present ? 'border-accent bg-accent-soft' : ''}`}
        >
          {asset}
          <LevelChip level={level} />
        </Link>
      ))}
    </nav>
  );
}

function Peg({ detail }: { detail: AssetDetail }) {
  const asOf = useReadAt(detail);
  return (
    <>
      <Heading detail={detail} />
      <PricePanel detail={detail} />
      <ControlsTable controls={detail.controls} />
      <div className="grid items-start gap-3 sm:gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <FeedsTable feeds={detail.feeds} asOf={asOf} />
        <div className="flex flex-col gap-3 sm:gap-4">
          <VenuesTable venues={detail.venues} />
          <ChangesPanel changes={detail.changes} />
        </div>
      </div>
    </>
  );
}

/**
 * The present when `detail` was read: silence is measured there, not at a present that a fast replay has
 * moved on to.
 */
function useReadAt(detail: AssetDetail): number {
  const now = useNow();
  const read = useRef({ detail, at: now });
  if (read.current.detail !== detail) read.current = { detail, at: now };
  return read.current.at;
}

function Heading({ detail }: { detail: AssetDetail }) {
  const { t, pick } = useTexts();
  const { tick } = useLive();
  const { asset, peg, since, why } = detail;
  const { level: recorded, price } = tick?.assets[asset] ?? detail;
  const level = shownLevel(recorded, price);
  return (
    <header className="flex flex-wrap items-end gap-x-6 gap-y-2">
      <div>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <h1>{t('peg.title', { asset })}</h1>
          <LevelChip level={level} />
          {since === '' ? null : (
            <span className="text-xs text-muted">
              <Elapsed from={since} /> · <Moment at={since} />
            </span>
          )}
        </div>
        {why === null ? null : <p className="mt-1 max-w-[92ch] text-md">{pick(why)}</p>}
      </div>
      <div className="ml-auto text-end">
        <div className="text-3xl font-medium">
          {price === null ? t('peg.noPrice') : priceText(price)}
          <span className="ml-1.5 text-base font-normal text-muted">{peg}</span>
        </div>
        {price === null ? null : (
          <div className="text-xs text-muted">{t('peg.fromPeg', { bps: pegDistanceText(price) })}</div>
        )}
      </div>
    </header>
  );
}
