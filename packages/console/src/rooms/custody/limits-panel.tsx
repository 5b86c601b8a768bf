/** Limits of the policy and how much of each is used up in its window now: a bar, and the same in numbers. */
import type { CustodyPage, LimitUse } from '@sonae/core/app/custody/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { durationText } from '../../ui/time-format.ts';
import { amountText, bpsText, shareBps } from '../books/amounts.ts';
import { Empty, Section } from '../response/section.tsx';
import { Effect } from './effect.tsx';

const NEAR_BPS = 8_000;

export function LimitsPanel({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const { limits } = page.gate;
  return (
    <Section title={t('custody.limits')} count={limits.length}>
      {limits.length === 0 ? <Empty>{t('custody.limitsNone')}</Empty> : null}
      {limits.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              {(['limit', 'path', 'of', 'window', 'used', 'effect'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`custody.col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {limits.map((use) => (
              <LimitRow key={`${use.limit} ${use.path} ${use.subject}`} page={page} use={use} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function LimitRow({ page, use }: { page: CustodyPage; use: LimitUse }) {
  const { t, pick, language } = useTexts();
  const { limit, says, effect, path, subject, unit, used, max, windowMs } = use;
  const quantity = (amount: string): string =>
    unit === 'value'
      ? `¥${amountText(amount, 0)}`
      : unit === 'amount'
        ? `${amountText(amount, page.decimals[subject] ?? 0)} ${subject}`
        : t('custody.count', { count: Number(amount), shown: amountText(amount, 0) });
  const each = subject === 'customer' || subject === 'destination';
  return (
    <tr>
      <td data-label={t('custody.col.limit')}>
        <span data-row tabIndex={-1}>
          {pick(says)}
        </span>{' '}
        <span className="font-mono text-xs text-muted">{limit}</span>
      </td>
      <td data-label={t('custody.col.path')}>{t(`path.${path}`)}</td>
      <td data-label={t('custody.col.of')}>
        {each ? t(`custody.each.${subject}`) : subject === 'all' ? t('custody.wholeFirm') : subject}
      </td>
      <td data-label={t('custody.col.window')}>{durationText(windowMs, language)}</td>
      <td data-label={t('custody.col.used')}>
        {used === null ? (
          <span className="text-muted">{t('custody.eachMax', { max: quantity(max) })}</span>
        ) : (
          <Used
            used={used}
            max={max}
            text={t('custody.usedOf', { used: quantity(used), max: quantity(max) })}
          />
        )}
      </td>
      <td data-label={t('custody.col.effect')}>
        <Effect effect={effect} />
      </td>
    </tr>
  );
}

function Used({ used, max, text }: { used: string; max: string; text: string }) {
  const bps = shareBps(used, max) ?? 0;
  const ink = bps >= 10_000 ? 'bg-critical' : bps >= NEAR_BPS ? 'bg-warning' : 'bg-ok';
  return (
    <div className="min-w-40">
      <span>
        {text} <span className="text-xs text-muted">({bpsText(bps)})</span>
      </span>
      <div className="mt-0.5 h-1.5 border border-edge bg-sunken" aria-hidden="true">
        <div className={`h-full ${ink}`} style={{ width: `${Math.min(100, bps / 100)}%` }} />
      </div>
    </div>
  );
}
