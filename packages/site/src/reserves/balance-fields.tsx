/** What a customer knows, per asset, to compare the file with. Empty fields are not compared; amounts stay exact. */
import { useTexts } from '../i18n/language.ts';
import { momentText, READER_ZONE } from '../ui/time-format.ts';
import { type Decimals, minorOf } from './amounts.ts';
import type { CountedCheck } from './check-customer.ts';
import type { PublishedEpoch } from './published.ts';

const SIDES = ['credit', 'debt'] as const;
/** Private mode does not state what customers owe: there is nothing to compare it with. */
const sidesOf = (mode: PublishedEpoch['mode']): readonly (typeof SIDES)[number][] =>
  mode === 'open' ? SIDES : ['credit'];
/** By `asset/side`, as it was written. */
export type Written = Readonly<Record<string, string>>;
const keyOf = (asset: string, side: string): string => `${asset}/${side}`;

/** Amounts that were written, or null while one of them is none. */
export function knownOf(
  written: Written,
  { assets, mode }: Pick<PublishedEpoch, 'assets' | 'mode'>,
  decimals: Decimals,
): CountedCheck['known'] | null {
  const known = new Map<string, { credit?: bigint; debt?: bigint }>();
  for (const { asset } of assets)
    for (const side of sidesOf(mode)) {
      const text = written[keyOf(asset, side)]?.trim() ?? '';
      if (text === '') continue;
      const minor = minorOf(text, decimals[asset] ?? 0);
      if (minor === null) return null;
      known.set(asset, { ...known.get(asset), [side]: minor });
    }
  return known;
}

type Props = {
  readonly epoch: PublishedEpoch;
  readonly decimals: Decimals;
  readonly written: Written;
  readonly onWrite: (written: Written) => void;
};

export function BalanceFields({ epoch, decimals, written, onWrite }: Props) {
  const { t } = useTexts();
  const time = momentText(Date.parse(epoch.at), READER_ZONE);
  return (
    <details data-chrome>
      <summary>{t('counted.balances')}</summary>
      <p className="mt-1 text-sm text-muted">{t('counted.balancesHint', { time, epoch: epoch.epoch })}</p>
      <ul className="mt-2 flex flex-col gap-2">
        {epoch.assets.map(({ asset }) => (
          <li
            key={asset}
            className="grid items-start gap-x-4 gap-y-1 sm:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)]"
          >
            <span className="font-medium sm:pt-6">
              {asset}
              {decimals[asset] === undefined ? (
                <span className="text-sm text-muted"> ({t('reserves.units')})</span>
              ) : null}
            </span>
            {sidesOf(epoch.mode).map((side) => (
              <AmountField
                key={side}
                asset={asset}
                label={t(side === 'credit' ? 'counted.owedTo' : 'counted.owedBy')}
                decimals={decimals[asset] ?? 0}
                value={written[keyOf(asset, side)] ?? ''}
                onChange={(value) => onWrite({ ...written, [keyOf(asset, side)]: value })}
              />
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}

type FieldProps = {
  readonly asset: string;
  readonly label: string;
  readonly decimals: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

function AmountField({ asset, label, decimals, value, onChange }: FieldProps) {
  const { t } = useTexts();
  const isBad = value.trim() !== '' && minorOf(value, decimals) === null;
  return (
    <label className="flex min-w-0 flex-col text-sm">
      <span className="text-muted">
        <span className="sr-only">{asset} </span>
        {label}
      </span>
      <input
        inputMode="decimal"
        autoComplete="off"
        aria-invalid={isBad}
        className={`min-h-7.5 rounded-xs border bg-panel px-2 ${isBad ? 'border-critical' : 'border-edge'}`}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {isBad ? <span className="text-critical">{t('counted.amountBad', { decimals })}</span> : null}
    </label>
  );
}
