/** An amount with its asset, exactly; where the firm publishes no digits for it, in smallest units and called so. */
import { type Texts, useTexts } from '../i18n/language.ts';
import { amountText, type Decimals } from './amounts.ts';

/** The same as words, to be put into a sentence. */
export function quantityText(minor: bigint, asset: string, decimals: Decimals, t: Texts['t']): string {
  const digits = decimals[asset];
  return digits === undefined
    ? `${amountText(minor, 0)} ${asset} (${t('reserves.units')})`
    : `${amountText(minor, digits)} ${asset}`;
}

export function Quantity(props: { minor: bigint; asset: string; decimals: Decimals }) {
  const { minor, asset, decimals } = props;
  const { t } = useTexts();
  const digits = decimals[asset];
  return (
    <>
      <span className="[overflow-wrap:anywhere]">{amountText(minor, digits ?? 0)}</span>{' '}
      <span className="text-sm whitespace-nowrap text-muted">
        {digits === undefined ? `${asset}, ${t('reserves.units')}` : asset}
      </span>
    </>
  );
}
