/** What was shown about one customer: the amounts, what was not compared, and whether it is about the newest epoch. */
import { useTexts } from '../i18n/language.ts';
import type { Decimals } from './amounts.ts';
import type { CountedCheck, CountedVerdict } from './check-customer.ts';
import type { PublishedEpoch } from './published.ts';
import { Quantity, quantityText } from './quantity.tsx';

type Props = {
  readonly verdict: CountedVerdict;
  readonly known: CountedCheck['known'];
  readonly customer: string;
  readonly newest: PublishedEpoch;
  readonly decimals: Decimals;
};

export function CountedResult({ verdict, known, customer, newest, decimals }: Props) {
  const { t } = useTexts();
  const { file, holdings, good } = verdict;
  if (!good || file === null) return null;
  const { epoch } = file.proof.statement;
  const open = holdings.filter(({ asset, credit, debt }) => {
    const own = known.get(asset);
    return (credit > 0n && own?.credit === undefined) || (debt > 0n && own?.debt === undefined);
  });
  return (
    <div className="mt-3 flex flex-col gap-2" data-result>
      <p className="font-medium">{t('counted.goodFor', { customer: file.proof.customer, epoch })}</p>
      <ul className="border-y border-line">
        {holdings.map(({ asset, credit, debt, total }) => (
          <li key={asset} className="border-b border-line py-2 last:border-b-0" data-holding={asset}>
            <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[6rem_minmax(0,1fr)_minmax(0,1fr)]">
              <dt className="font-semibold sm:row-span-1">{asset}</dt>
              {(['credit', 'debt'] as const).map((side) => (
                <dd key={side}>
                  <Quantity minor={side === 'credit' ? credit : debt} asset={asset} decimals={decimals} />{' '}
                  <span>{t(side === 'credit' ? 'counted.owedTo' : 'counted.owedBy')}</span>
                  <span className="block text-sm text-muted">
                    {t('counted.ofTotal', { total: quantityText(total[side], asset, decimals, t) })}
                  </span>
                </dd>
              ))}
            </dl>
          </li>
        ))}
      </ul>
      {customer === '' ? <p>{t('counted.isItYou', { customer: file.proof.customer })}</p> : null}
      {open.length === 0 ? null : (
        <p>{t('counted.notCompared', { assets: open.map(({ asset }) => asset).join(', ') })}</p>
      )}
      {epoch === newest.epoch ? null : (
        <p className="text-watch">{t('counted.older', { epoch, newest: newest.epoch })}</p>
      )}
    </div>
  );
}
