/** Each peg as an instrument: price, level, spirit level, how many controls stand where. */
import type { AssetSummary } from '@sonae/core/app/api.ts';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { useLive } from '../../live.ts';
import { LevelChip, LevelCounts } from '../../ui/level.tsx';
import { shownLevel } from '../../ui/level-order.ts';
import { Elapsed } from '../../ui/moment.tsx';
import { pegDistanceText, priceText } from '../../ui/number-format.ts';
import { PegVial } from '../../ui/peg-vial.tsx';

export function AssetPanels({ assets }: { assets: readonly AssetSummary[] }) {
  const { t } = useTexts();
  return (
    <section className="panel" aria-labelledby="asset-panels">
      <div className="panel-title">
        <h2 id="asset-panels">{t('overview.assets')}</h2>
      </div>
      {assets.length === 0 ? <p className="p-3 text-muted">{t('overview.noAssets')}</p> : null}
      <ul>
        {assets.map((asset) => (
          <li key={asset.asset} className="border-b border-line last:border-b-0">
            <AssetPanel summary={asset} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function AssetPanel({ summary }: { summary: AssetSummary }) {
  const { t } = useTexts();
  const { tick } = useLive();
  const { asset, peg, since, counts } = summary;
  const { level: recorded, price } = tick?.assets[asset] ?? summary;
  const level = shownLevel(recorded, price);
  return (
    <Link data-row to="/pegs/$asset" params={{ asset }} className="row-link">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">
          {asset}
          <span className="font-normal text-muted"> / {peg}</span>
        </span>
        <LevelChip level={level} />
        {since === '' ? null : (
          <span className="text-xs text-muted">
            <Elapsed from={since} />
          </span>
        )}
        <span className="ml-auto text-2xl font-medium">
          {price === null ? t('peg.noPrice') : priceText(price)}
        </span>
      </div>
      <div className="text-end text-xs text-muted">
        {price === null ? '' : t('peg.fromPeg', { bps: pegDistanceText(price) })}
      </div>
      <PegVial price={price} level={level} />
      <LevelCounts counts={counts} />
    </Link>
  );
}
