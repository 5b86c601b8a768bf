/** The chart with its range (in the address) and what is under the pointer, in words. */
import type { AssetDetail, PriceSeries } from '@sonae/core/app/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { pricesQuery } from '../../queries.ts';
import { Choice } from '../../ui/choice.tsx';
import { Moment, useNow } from '../../ui/moment.tsx';
import { priceText } from '../../ui/number-format.ts';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { PriceChart } from './price-chart.tsx';
import { RANGES, SPAN_MS } from './ranges.ts';

const route = getRouteApi('/pegs/$asset');

export function PricePanel({ detail }: { detail: AssetDetail }) {
  const { t } = useTexts();
  const { range = '24h' } = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow();
  const latest = useRef(now);
  latest.current = now;
  const { data, error, refetch } = useQuery(
    pricesQuery(detail.asset, range, SPAN_MS[range], () => latest.current),
  );
  const [index, setIndex] = useState<number | null>(null);
  return (
    <section className="panel" aria-labelledby="chart">
      <div className="panel-title">
        <h2 id="chart">{t('peg.chart')}</h2>
        <span className="sm:ml-auto">
          <Choice
            label={t('peg.range')}
            options={RANGES.map((value) => ({ value, text: t(`peg.range.${value}`) }))}
            value={range}
            onChange={(next) => void navigate({ search: { range: next }, replace: true })}
          />
        </span>
      </div>
      {data === undefined ? (
        error === null ? (
          <Reading />
        ) : (
          <ReadFailure error={error} onRetry={() => void refetch()} />
        )
      ) : null}
      {data !== undefined && data.at.length === 0 ? (
        <p className="p-4 text-muted">{t('peg.chartEmpty')}</p>
      ) : null}
      {data !== undefined && data.at.length > 0 ? (
        <figure className="m-0 p-2 pt-1">
          <Readout series={data} index={index} />
          <PriceChart series={data} changes={detail.changes} onPoint={setIndex} />
          <Summary detail={detail} series={data} />
        </figure>
      ) : null}
    </section>
  );
}

function Summary({ detail, series }: { detail: AssetDetail; series: PriceSeries }) {
  const { t } = useTexts();
  const { asset, peg } = detail;
  const min = series.low.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const max = series.high.reduce((a, b) => Math.max(a, b), 0);
  const last = series.price.at(-1) ?? 0;
  const text = t('peg.chartSummary', {
    asset,
    peg,
    min: priceText(min),
    max: priceText(max),
    last: priceText(last),
  });
  return <figcaption className="px-1 text-xs text-muted">{text}</figcaption>;
}

/** The point under the pointer, or the last one. */
function Readout({ series, index }: { series: PriceSeries; index: number | null }) {
  const { t } = useTexts();
  const i = index === null ? series.at.length - 1 : Math.min(index, series.at.length - 1);
  const [at, price, low, high] = [
    series.at[i] ?? 0,
    series.price[i] ?? 0,
    series.low[i] ?? 0,
    series.high[i] ?? 0,
  ];
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 px-1 pb-1 text-xs" aria-hidden="true">
      <span className="text-md font-semibold">{priceText(price)}</span>
      <span className="text-muted">
        {t('peg.band')} {priceText(low)} – {priceText(high)}
      </span>
      <Moment at={at} />
    </div>
  );
}
