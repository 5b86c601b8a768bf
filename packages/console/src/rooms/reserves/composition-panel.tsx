/** What backs a coin, by kind, bank and maturity, and the rules of composition with their citation and confidence. */
import type { CoinView, CompositionTest, ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { bpsText, shareBps } from '../books/amounts.ts';
import { Amount } from '../books/room-parts.tsx';
import { Empty, Rows, Section } from '../response/section.tsx';

export function CompositionPanel({ page, coin }: { page: ReservesPage; coin: CoinView }) {
  const { t } = useTexts();
  const { asset, state, backing, tests } = coin;
  const items = state.backing?.items ?? [];
  return (
    <Section title={t('reserves.composition', { asset })}>
      {items.length === 0 ? <Empty>{t('reserves.backingNone')}</Empty> : null}
      {items.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              {(['kind', 'bank', 'maturity', 'amount', 'share'] as const).map((column) => (
                <th
                  key={column}
                  scope="col"
                  className={column === 'amount' || column === 'share' ? 'num' : ''}
                >
                  {t(`reserves.col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map(({ kind, bank, maturity, amount, cancellable }, n) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two positions may be alike in every field
              <tr key={n}>
                <td data-label={t('reserves.col.kind')}>
                  {t(`backing.${kind}`)}
                  {kind === 'term-deposit' ? (
                    <p className="text-xs text-muted">
                      {t(cancellable ? 'reserves.cancellable' : 'reserves.notCancellable')}
                    </p>
                  ) : null}
                </td>
                <td data-label={t('reserves.col.bank')}>{bank}</td>
                <td data-label={t('reserves.col.maturity')}>{maturity ?? '–'}</td>
                <td data-label={t('reserves.col.amount')} className="num">
                  <Amount minor={amount} asset={asset} decimals={page.decimals} />
                </td>
                <td data-label={t('reserves.col.share')} className="num">
                  {bpsText(shareBps(amount, backing) ?? 0)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="label border-y border-line px-3 py-2">
        {t('reserves.backingAt')} <Moment at={state.backing?.asOf} />
      </p>
      {tests.length === 0 ? <Empty>{t('reserves.noRules')}</Empty> : null}
      <Rows>
        {tests.map((test) => (
          <TestRow key={test.id} test={test} isKnown={coin.isKnown} />
        ))}
      </Rows>
    </Section>
  );
}

/** A rule that is not in force, or of a confidence that the policy does not trust, decides nothing and says so. */
function TestRow({ test, isKnown }: { test: CompositionTest; isKnown: boolean }) {
  const { t, pick } = useTexts();
  const { id, title, citation, confidence, validFrom, validTo, standing, findings } = test;
  const state =
    standing === 'not-yet'
      ? 'notInForce'
      : standing === 'over'
        ? 'over'
        : standing === 'not-trusted'
          ? 'notTrusted'
          : !isKnown
            ? 'unknown'
            : findings.length > 0
              ? 'failed'
              : 'kept';
  const icon = (
    {
      notInForce: 'clock',
      over: 'clock',
      notTrusted: 'minus',
      unknown: 'blind',
      failed: 'critical',
      kept: 'ok',
    } as const
  )[state];
  const ink = {
    notInForce: 'text-watch',
    over: 'text-watch',
    notTrusted: 'text-watch',
    unknown: 'text-blind',
    failed: 'text-critical',
    kept: 'text-ok',
  };
  return (
    <li className="px-3 py-2" data-composition={id} data-state={state}>
      <p className="flex flex-wrap items-center gap-x-2.5">
        <span className={`inline-flex items-center gap-1 font-semibold ${ink[state]}`}>
          <Icon name={icon} size={13} />
          {t(`composition.${state}`, { from: validFrom, to: validTo ?? '' })}
        </span>
        <span data-row tabIndex={-1}>
          {pick(title)}
        </span>
      </p>
      {findings.map((why) => (
        <p key={why.en}>{pick(why)}</p>
      ))}
      <p className="label">
        {citation} · {t('reserves.confidence', { confidence })}
      </p>
    </li>
  );
}
