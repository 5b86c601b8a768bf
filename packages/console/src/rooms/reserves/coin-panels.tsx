/** The issuer's side: supply against backing, per chain; what the backing consists of and whether it may; redemptions. */
import type { CoinView, ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { bpsText, shareBps } from '../books/amounts.ts';
import { Amount, HowToFill } from '../books/room-parts.tsx';
import { Empty, Named, NamedList, Section } from '../response/section.tsx';
import { CompositionPanel } from './composition-panel.tsx';

export function CoinPanels({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  if (page.coins.length === 0)
    return (
      <section className="panel">
        <HowToFill
          says={t('reserves.coinsFill')}
          steps={[t('reserves.coinsFill1'), t('reserves.coinsFill2')]}
          guide="docs/guides/reserves.md"
        />
      </section>
    );
  return (
    <>
      {page.coins.map((coin) => (
        <div key={coin.asset} className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
          <div className="flex min-w-0 flex-col gap-3">
            <Supply page={page} coin={coin} />
            <Redemptions page={page} coin={coin} />
          </div>
          <CompositionPanel page={page} coin={coin} />
        </div>
      ))}
    </>
  );
}

type Props = { readonly page: ReservesPage; readonly coin: CoinView };

function Supply({ page, coin }: Props) {
  const { t } = useTexts();
  const { asset, owed, backing, isKnown, reachable, state, policy } = coin;
  const ratio = shareBps(backing, owed);
  const isShort = isKnown && BigInt(backing) < BigInt(owed);
  const amount = (minor: string) => <Amount minor={minor} asset={asset} decimals={page.decimals} />;
  return (
    <Section title={t('reserves.supply', { asset })}>
      <div className="flex flex-col gap-2 p-3" data-coin={asset}>
        <p
          className={`inline-flex items-center gap-1 font-semibold ${isKnown ? (isShort ? 'text-critical' : 'text-ok') : 'text-blind'}`}
        >
          <Icon name={isKnown ? (isShort ? 'critical' : 'ok') : 'blind'} size={14} />
          {t(isKnown ? (isShort ? 'reserves.underBacked' : 'reserves.backed') : 'reserves.backingUnknown')}
          {isKnown && ratio !== null ? ` · ${bpsText(ratio)}` : ''}
        </p>
        <NamedList>
          <Named name={t('reserves.issued')}>{amount(owed)}</Named>
          <Named name={t('reserves.backing')}>{amount(backing)}</Named>
          <Named name={t('reserves.reachable', { share: bpsText(policy.reachableMinBps) })}>
            {reachable === null ? t('common.unknown') : amount(reachable)}
          </Named>
          <Named name={t('reserves.supplyAt')}>
            <Moment at={state.supply?.asOf} />
          </Named>
        </NamedList>
      </div>
      {state.supply === null ? (
        <Empty>{t('reserves.supplyNone')}</Empty>
      ) : (
        <Chains page={page} asset={asset} supply={state.supply} />
      )}
    </Section>
  );
}

type ChainsProps = {
  readonly page: ReservesPage;
  readonly asset: string;
  readonly supply: NonNullable<CoinView['state']['supply']>;
};

function Chains({ page, asset, supply }: ChainsProps) {
  const { t } = useTexts();
  const amount = (minor: string) => <Amount minor={minor} asset={asset} decimals={page.decimals} />;
  return (
    <table className="data stack">
      <thead>
        <tr>
          {(['chain', 'form', 'issued', 'locked'] as const).map((column) => (
            <th key={column} scope="col" className={column === 'issued' || column === 'locked' ? 'num' : ''}>
              {t(`reserves.col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {supply.chains.map(({ chain, form, amount: issued, locked, asOf }) => (
          <tr key={`${chain} ${form}`}>
            <td data-label={t('reserves.col.chain')}>
              {chain}
              {asOf === supply.asOf ? null : (
                <p className="text-xs text-warning" data-old>
                  {t('reserves.leftOut')} <Moment at={asOf} />
                </p>
              )}
            </td>
            <td data-label={t('reserves.col.form')}>{t(`form.${form}`)}</td>
            <td data-label={t('reserves.col.issued')} className="num">
              {amount(issued)}
            </td>
            <td data-label={t('reserves.col.locked')} className="num">
              {locked === null ? (
                <span className="text-muted">{form === 'native' ? '–' : t('common.unknown')}</span>
              ) : (
                <span className={BigInt(issued) > BigInt(locked) ? 'text-critical' : ''}>
                  {amount(locked)}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Redemptions({ page, coin }: Props) {
  const { t } = useTexts();
  const { asset, state, mints, beyond, policy } = coin;
  const { redemptions } = state;
  const amount = (minor: string) => <Amount minor={minor} asset={asset} decimals={page.decimals} />;
  return (
    <Section title={t('reserves.redemptions', { asset })} count={mints.length}>
      {redemptions === null ? (
        <Empty>{t('reserves.redemptionsNone')}</Empty>
      ) : (
        <div className="p-3">
          <NamedList>
            <Named name={t('reserves.queue')}>
              {t('reserves.waiting', { count: redemptions.queue.count })} · {amount(redemptions.queue.amount)}
            </Named>
            <Named name={t('reserves.oldest')}>
              {redemptions.queue.oldestAt === null ? (
                t('common.none')
              ) : (
                <>
                  <Elapsed from={redemptions.queue.oldestAt} /> / {policy.redeemWithinMinutes} min
                </>
              )}
            </Named>
            <Named name={t('reserves.requested')}>{amount(redemptions.period.requested)}</Named>
            <Named name={t('reserves.paid')}>{amount(redemptions.period.paid)}</Named>
            <Named name={t('reserves.since')}>
              <Moment at={redemptions.period.from} />
            </Named>
            <Named name={t('reserves.asOf')}>
              <Moment at={redemptions.asOf} />
            </Named>
          </NamedList>
        </div>
      )}
      <ul className="px-3 pb-2">
        {beyond === 0 ? null : (
          <li className="text-critical">{t('reserves.movesBeyond', { count: beyond })}</li>
        )}
        {mints.length === 0 && beyond === 0 ? (
          <li className="text-muted">{t('reserves.mintsFine')}</li>
        ) : null}
        {mints.map(({ move, is }) => (
          <li
            key={`${is} ${move.kind} ${move.id}`}
            className="flex flex-wrap items-center gap-x-2 text-critical"
          >
            <Icon name={is === 'unpaid' ? 'critical' : 'warning'} size={13} />
            {t(`move.${move.kind}`)} {amount(move.amount)} · {t(`mint.${is}`)}
            <span className="font-mono text-xs">{move.id}</span>
            <span className="text-xs text-muted">
              <Moment at={move.at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
