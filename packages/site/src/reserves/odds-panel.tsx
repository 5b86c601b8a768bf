/** How likely an omission is to be noticed with as many checks as there were: the plain sentence, for several omissions. */
import { checksNeeded, detectionProbability } from '@sonae/proof/liabilities-odds';
import { useId, useState } from 'react';
import { useTexts } from '../i18n/language.ts';
import { omissionsOf, probabilityText } from './omissions.ts';
import type { PublishedEpoch } from './published.ts';

const WANTED = 0.99;
const count = (value: number): string => value.toLocaleString('en-US');

export function OddsPanel({ epoch }: { epoch: PublishedEpoch }) {
  const { t } = useTexts();
  const id = useId();
  const { customers, checks } = epoch;
  const omissions = omissionsOf(customers);
  const [chosen, setChosen] = useState(1);
  const { omitted, share } = omissions[Math.min(chosen, omissions.length - 1)] ?? { omitted: 1, share: '' };
  const words = share === '' ? t('odds.one') : t('odds.share', { share, count: count(omitted) });
  const probability = detectionProbability({ customers, omitted, checks: Math.min(checks, customers) });
  return (
    <div className="panel">
      <h3 className="border-b border-line px-4 py-2.5 font-semibold">{t('odds.title')}</h3>
      <div className="flex flex-col gap-2 px-4 py-3">
        <p className="max-w-[42rem]">{t('odds.intro')}</p>
        <p className="flex flex-wrap items-center gap-x-2" data-chrome>
          <label htmlFor={id}>{t('odds.assumed')}</label>
          <select
            id={id}
            className="min-h-7 rounded-xs border border-edge bg-panel px-1.5"
            value={String(chosen)}
            onChange={(event) => setChosen(Number(event.target.value))}
          >
            {omissions.map((one, n) => (
              <option key={one.omitted} value={n}>
                {one.share === ''
                  ? t('odds.one')
                  : t('odds.share', { share: one.share, count: count(one.omitted) })}
              </option>
            ))}
          </select>
        </p>
        <p className="font-medium" data-odds>
          {t('odds.now', {
            checks: count(checks),
            customers: count(customers),
            omitted: words,
            probability: probabilityText(probability),
          })}{' '}
          {t('odds.needed', { needed: count(checksNeeded(customers, omitted, WANTED)) })}
        </p>
        <p className="text-sm text-muted">{t('odds.hint')}</p>
      </div>
    </div>
  );
}
