/** One epoch as it is stated: per asset what is owed, what is owed back, what is held and by what it is shown. */
import { PRIVATE_LABEL } from '@sonae/proof/private-liabilities';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../ui/icon.tsx';
import { Moment } from '../ui/moment.tsx';
import { type Decimals, ratioText } from './amounts.ts';
import { missingOf } from './missing.ts';
import type { PublishedAsset, PublishedEpoch, StatedAsset } from './published.ts';
import { Quantity } from './quantity.tsx';

const FULL_BPS = 10_000n;
const KINDS = ['signed', 'attested', 'unproved'] as const;

type Props = { readonly epoch: PublishedEpoch; readonly decimals: Decimals };

export function EpochPanel({ epoch, decimals }: Props) {
  const { t, language } = useTexts();
  const { solvency } = epoch;
  const owed = new Map(epoch.assets.map((one) => [one.asset, one]));
  const stated = new Map(solvency?.assets.map((one) => [one.asset, one]) ?? []);
  const names = [...new Set([...owed.keys(), ...stated.keys()])].sort();
  return (
    <div className="panel" data-epoch={epoch.epoch}>
      <div className="flex flex-wrap items-baseline gap-x-3 border-b border-line px-4 py-2.5">
        <h3 className="font-semibold">{t('reserves.epoch', { epoch: epoch.epoch })}</h3>
        <span className="text-sm text-muted">{t('reserves.newest')}</span>
        <span className="text-sm">
          <Moment at={epoch.at} />
        </span>
        <span className="text-sm text-muted">
          {t('reserves.customers', { count: epoch.customers.toLocaleString('en-US') })}
        </span>
      </div>
      {epoch.mode === 'private' ? (
        <p className="border-b border-line px-4 py-2 text-sm" data-private>
          {t('reserves.private')} {PRIVATE_LABEL[language]}
        </p>
      ) : null}
      <ul>
        {names.map((asset) => (
          <AssetLine
            key={asset}
            asset={asset}
            owed={owed.get(asset)}
            stated={stated.get(asset)}
            decimals={decimals}
          />
        ))}
      </ul>
      <Missing epoch={epoch} />
      <FactLinks epoch={epoch} />
    </div>
  );
}

type LineProps = {
  readonly asset: string;
  readonly owed: PublishedAsset | undefined;
  readonly stated: StatedAsset | undefined;
  readonly decimals: Decimals;
};

function AssetLine({ asset, owed, stated, decimals }: LineProps) {
  const { t } = useTexts();
  const amount = (minor: string | undefined) => (
    <Quantity minor={BigInt(minor ?? '0')} asset={asset} decimals={decimals} />
  );
  const held = KINDS.filter((kind) => (stated?.[kind] ?? '0') !== '0');
  return (
    <li className="border-b border-line px-4 py-3" data-asset={asset}>
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <span className="text-lg font-semibold">{asset}</span>
        {stated === undefined || stated.heldBps === null ? null : (
          <Ratio heldBps={stated.heldBps} signedBps={stated.signedBps ?? '0'} />
        )}
      </p>
      <dl className="mt-1.5 grid gap-x-6 gap-y-2 sm:grid-cols-3">
        <Part name={t('reserves.owedTo')}>{amount(owed?.credit)}</Part>
        <Part name={t('reserves.owedBy')} hint={owed?.debt === null ? undefined : t('reserves.neverNetted')}>
          {owed?.debt === null ? (
            <span className="text-muted">{t('reserves.notStated')}</span>
          ) : (
            amount(owed?.debt)
          )}
        </Part>
        <Part name={t('reserves.held')}>
          {held.length === 0 ? (
            <span className="text-muted">{t('reserves.heldNothing')}</span>
          ) : (
            <ul>
              {held.map((kind) => (
                <li key={kind}>
                  {amount(stated?.[kind])}
                  <span className="block text-sm text-muted">{t(`reserves.${kind}`)}</span>
                </li>
              ))}
            </ul>
          )}
        </Part>
      </dl>
    </li>
  );
}

function Ratio({ heldBps, signedBps }: { heldBps: string; signedBps: string }) {
  const { t } = useTexts();
  const isCovered = BigInt(heldBps) >= FULL_BPS;
  return (
    <span className="flex flex-wrap items-baseline gap-x-3">
      <span
        className={`inline-flex items-center gap-1.5 font-medium ${isCovered ? 'text-ok' : 'text-critical'}`}
      >
        <Icon name={isCovered ? 'ok' : 'critical'} />
        {t('reserves.ratio')} {ratioText(heldBps)}
      </span>
      <span className="text-sm text-muted">{t('reserves.ratioSigned', { ratio: ratioText(signedBps) })}</span>
    </span>
  );
}

function Part({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-muted">{name}</dt>
      <dd>
        {children}
        {hint === undefined ? null : <p className="text-sm text-muted">{hint}</p>}
      </dd>
    </div>
  );
}

function Missing({ epoch }: { epoch: PublishedEpoch }) {
  const { t } = useTexts();
  const missing = missingOf(epoch);
  if (missing.length === 0)
    return (
      <p className="flex items-start gap-2 border-b border-line px-4 py-2.5 text-ok">
        <span className="pt-0.5">
          <Icon name="ok" />
        </span>
        {t('reserves.missingNone')}
      </p>
    );
  return (
    <div className="border-b border-line bg-watch-soft px-4 py-2.5" data-missing>
      <h4 className="flex items-center gap-2 font-semibold text-watch">
        <Icon name="watch" />
        {t('reserves.missing')}
      </h4>
      <ul className="mt-1 list-disc pl-6">
        {missing.map(({ what, asset, ratio }) => (
          <li key={`${what} ${asset}`}>{t(`reserves.missing.${what}`, { asset, ratio })}</li>
        ))}
      </ul>
    </div>
  );
}

/** Facts that anybody verifies below, under "Check us". */
export function FactLinks({ epoch }: { epoch: PublishedEpoch }) {
  const { t } = useTexts();
  return (
    <p className="flex flex-wrap gap-x-5 px-4 py-2.5 text-sm">
      <a href={`?fact=${epoch.seq}#fact-${epoch.seq}`} className="link">
        {t('reserves.fact', { seq: epoch.seq })}
      </a>
      {epoch.solvency === null ? null : (
        <a href={`?fact=${epoch.solvency.seq}#fact-${epoch.solvency.seq}`} className="link">
          {t('reserves.factSolvency', { seq: epoch.solvency.seq })}
        </a>
      )}
      <span className="font-mono text-xs text-muted">{epoch.epochRoot}</span>
    </p>
  );
}
