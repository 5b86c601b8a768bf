/** "Reserves": what is owed and held at the newest epoch, and four ways to check it without believing us. */

import type { CustomerFile } from '@sonae/proof/customer-file';
import { useState } from 'react';
import { enReserves } from '../i18n/en-reserves.ts';
import { jaReserves } from '../i18n/ja-reserves.ts';
import { addTexts, useTexts } from '../i18n/language.ts';
import { Moment } from '../ui/moment.tsx';
import type { Decimals } from './amounts.ts';
import { CountedPanel } from './counted-panel.tsx';
import { EpochPanel, FactLinks } from './epoch-panel.tsx';
import type { ShownLog } from './known-log.ts';
import { ListPanel } from './list-panel.tsx';
import { OddsPanel } from './odds-panel.tsx';
import type { Published, PublishedEpoch } from './published.ts';
import { quantityText } from './quantity.tsx';
import { SolvencyPanel } from './solvency-panel.tsx';

addTexts(enReserves, jaReserves);

type Props = {
  readonly published: Published;
  readonly shown: ShownLog;
};

export function ReservesSection({ published, shown }: Props) {
  const { t } = useTexts();
  const [file, setFile] = useState<CustomerFile | null>(null);
  const { decimals, epochs } = published;
  const [newest, ...earlier] = epochs;
  if (newest === undefined) return null;
  return (
    <section id="reserves" aria-labelledby="reserves-title" className="flex flex-col gap-3">
      <h2 id="reserves-title">{t('reserves.title')}</h2>
      <p className="max-w-[42rem]">
        {t(newest.mode === 'open' ? 'reserves.intro' : 'reserves.introPrivate')}
      </p>
      <EpochPanel epoch={newest} decimals={decimals} />
      <CountedPanel published={published} newest={newest} shown={shown} onFile={setFile} />
      {newest.mode === 'open' ? (
        <ListPanel
          key={newest.epoch}
          epoch={newest}
          decimals={decimals}
          shown={shown}
          file={file?.mode === 'open' ? file : null}
        />
      ) : null}
      <SolvencyPanel epoch={newest} shown={shown} />
      <OddsPanel key={`odds ${newest.epoch}`} epoch={newest} />
      {earlier.length === 0 ? null : <Earlier epochs={earlier} decimals={decimals} />}
    </section>
  );
}

function Earlier({ epochs, decimals }: { epochs: readonly PublishedEpoch[]; decimals: Decimals }) {
  const { t } = useTexts();
  return (
    <details className="panel" data-earlier>
      <summary className="px-4 py-2.5 font-semibold">
        {t('reserves.earlier', { count: epochs.length })}
      </summary>
      <ul>
        {epochs.map((epoch) => (
          <li key={epoch.epoch} className="border-t border-line">
            <p className="flex flex-wrap items-baseline gap-x-3 px-4 pt-2.5">
              <span className="font-medium">{epoch.epoch}</span>
              <span className="text-sm">
                <Moment at={epoch.at} />
              </span>
              <span className="text-sm text-muted">
                {t('reserves.customers', { count: epoch.customers.toLocaleString('en-US') })}
              </span>
            </p>
            <ul className="px-4 text-sm">
              {epoch.assets.map(({ asset, credit, debt }) => (
                <li key={asset}>
                  {t('reserves.owedTo')}: {quantityText(BigInt(credit), asset, decimals, t)} ·{' '}
                  {t('reserves.owedBy')}:{' '}
                  {debt === null ? t('reserves.notStated') : quantityText(BigInt(debt), asset, decimals, t)}
                </li>
              ))}
            </ul>
            <FactLinks epoch={epoch} />
          </li>
        ))}
      </ul>
    </details>
  );
}
