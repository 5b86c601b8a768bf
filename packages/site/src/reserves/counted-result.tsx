/** What was shown about one customer: the amounts, what was not compared, and whether it is about the newest epoch. */
import { PRIVATE_LABEL } from '@sonae/proof/private-liabilities';
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
  const { t, language } = useTexts();
  const { file, holdings, good } = verdict;
  if (!good || file === null) return null;
  const { epoch } = file.proof.statement;
  const open = holdings.filter(({ asset, credit, debt }) => {
    const own = known.get(asset);
    return (
      (credit > 0n && own?.credit === undefined) || (debt !== null && debt > 0n && own?.debt === undefined)
    );
  });
  return (
    <div className="mt-3 flex flex-col gap-2" data-result>
      <p className="font-medium">{t('counted.goodFor', { customer: file.proof.customer, epoch })}</p>
      <ul className="border-y border-line">
        {holdings.map(({ asset, credit, debt, total }) => (
          <li key={asset} className="border-b border-line py-2 last:border-b-0" data-holding={asset}>
            <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[6rem_minmax(0,1fr)_minmax(0,1fr)]">
              <dt className="font-semibold sm:row-span-1">{asset}</dt>
              <Side minor={credit} total={total.credit} says="owedTo" {...{ asset, decimals }} />
              <Side minor={debt} total={total.debt} says="owedBy" {...{ asset, decimals }} />
            </dl>
          </li>
        ))}
      </ul>
      {file.mode === 'private' ? <p className="text-sm text-muted">{PRIVATE_LABEL[language]}</p> : null}
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

type SideProps = {
  readonly minor: bigint | null;
  readonly total: bigint | null;
  readonly says: 'owedTo' | 'owedBy';
  readonly asset: string;
  readonly decimals: Decimals;
};

/** What is counted on one side, and of how much; private mode states what customers owe on neither. */
function Side({ minor, total, says, asset, decimals }: SideProps) {
  const { t } = useTexts();
  if (minor === null || total === null)
    return (
      <dd className="text-muted">
        {t(`counted.${says}`)}: {t('reserves.notStated')}
      </dd>
    );
  return (
    <dd>
      <Quantity minor={minor} asset={asset} decimals={decimals} /> <span>{t(`counted.${says}`)}</span>
      <span className="block text-sm text-muted">
        {t('counted.ofTotal', { total: quantityText(total, asset, decimals, t) })}
      </span>
    </dd>
  );
}
