/** What each venue says, how much it weighs, and who was set aside for what. */
import type { AssetDetail } from '@sonae/core/app/api.ts';
import { isKey, useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { priceText, shareText } from '../../ui/number-format.ts';

export function VenuesTable({ venues }: { venues: AssetDetail['venues'] }) {
  const { t } = useTexts();
  return (
    <section className="panel" aria-labelledby="venues">
      <div className="panel-title">
        <h2 id="venues">{t('peg.venues')}</h2>
        <span className="label">{venues.length}</span>
      </div>
      {venues.length === 0 ? (
        <p className="hatched flex items-center gap-2 p-3 text-blind">
          <Icon name="blind" />
          {t('peg.venuesNone')}
        </p>
      ) : (
        <table className="data">
          <thead>
            <tr>
              <th scope="col">{t('peg.venue')}</th>
              <th scope="col" className="num">
                {t('peg.price')}
              </th>
              <th scope="col" className="num">
                {t('peg.weight')}
              </th>
              <th scope="col">{t('peg.counts')}</th>
            </tr>
          </thead>
          <tbody>
            {venues.map((venue) => (
              <VenueRow key={venue.venue} {...venue} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function VenueRow({ venue, price, weight, setAside }: AssetDetail['venues'][number]) {
  const { t } = useTexts();
  const key = `peg.reason.${setAside}`;
  const reason = isKey(key) ? t(key) : (setAside ?? '');
  return (
    <tr>
      <td>{venue}</td>
      <td className="num">{priceText(price)}</td>
      <td className="num">{shareText(weight)}</td>
      <td>
        {setAside === null ? (
          <span className="inline-flex items-center gap-1 text-xs text-ok">
            <Icon name="ok" size={13} />
            {t('peg.counted')}
          </span>
        ) : (
          <span className="inline-flex items-center gap-1 text-xs text-warning">
            <Icon name="minus" size={13} />
            {t('peg.setAside', { reason })}
          </span>
        )}
      </td>
    </tr>
  );
}
