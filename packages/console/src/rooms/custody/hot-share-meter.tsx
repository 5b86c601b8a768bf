/** Coin of customers outside cold storage, against the legal limit and the firm's own: a meter, and the same in words. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { LevelChip } from '../../ui/level.tsx';
import { Moment } from '../../ui/moment.tsx';
import { amountText, bpsText, shareBps } from '../books/amounts.ts';
import { Named, NamedList, Section } from '../response/section.tsx';

/** The scale ends at twice the legal limit: beyond it the bar is full and the words say how much. */
const SCALE = 2;

export function HotShareMeter({ page }: { page: CustodyPage }) {
  const { t, pick } = useTexts();
  const { hot, all, ownBps, legalBps } = page.hotShare;
  const reading = page.readings.find(({ control }) => control === 'custody.hot-share');
  const control = page.controls.find(({ id }) => id === 'custody.hot-share');
  const since = page.broken['hot-over-limit'];
  const bps = hot === null || all === null ? null : (shareBps(hot, all) ?? 0);
  const scaleBps = (legalBps ?? ownBps) * SCALE;
  return (
    <Section title={t('custody.hotShare')}>
      <div className="flex flex-col gap-2 p-3">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="text-2xl font-medium" data-hot-share>
            {bps === null ? t('common.unknown') : bpsText(bps)}
          </span>
          {reading === undefined ? null : <LevelChip level={reading.level} />}
        </div>
        <Bar bps={bps} scaleBps={scaleBps} ownBps={ownBps} legalBps={legalBps} />
        {reading === undefined ? null : <p>{pick(reading.why)}</p>}
        <NamedList>
          <Named name={t('custody.hotValue')}>{hot === null ? t('common.unknown') : yen(hot)}</Named>
          <Named name={t('custody.allValue')}>{all === null ? t('common.unknown') : yen(all)}</Named>
          <Named name={t('custody.ownLimit')}>{bpsText(ownBps)}</Named>
          <Named name={t('custody.legalLimit')}>
            {legalBps === null ? t('common.unknown') : bpsText(legalBps)}
          </Named>
          {since === undefined ? null : (
            <Named name={t('custody.brokenSince')}>
              <Moment at={since} />
            </Named>
          )}
        </NamedList>
        <p className="label">{control?.basis.join(' · ')}</p>
      </div>
    </Section>
  );
}

const yen = (value: string): string => `¥${amountText(value, 0)}`;

type BarProps = {
  readonly bps: number | null;
  readonly scaleBps: number;
  readonly ownBps: number;
  readonly legalBps: number | null;
};

function Bar({ bps, scaleBps, ownBps, legalBps }: BarProps) {
  const { t } = useTexts();
  const at = (of: number): string => `${Math.min(100, (of * 100) / scaleBps)}%`;
  const ink =
    bps === null ? '' : bps > (legalBps ?? ownBps) ? 'bg-critical' : bps > ownBps ? 'bg-warning' : 'bg-ok';
  const says =
    bps === null
      ? t('custody.meterUnknown')
      : t('custody.meter', {
          share: bpsText(bps),
          own: bpsText(ownBps),
          legal: legalBps === null ? t('common.unknown') : bpsText(legalBps),
        });
  return (
    <div>
      <div
        className={`relative h-4 border border-edge ${bps === null ? 'hatched' : 'bg-sunken'}`}
        role="img"
        aria-label={says}
      >
        {bps === null ? null : <div className={`h-full ${ink}`} style={{ width: at(bps) }} />}
        <Mark at={at(ownBps)} look="border-dashed" />
        {legalBps === null ? null : <Mark at={at(legalBps)} look="border-solid" />}
      </div>
      <div className="relative h-4 text-2xs text-muted" aria-hidden="true">
        <span className="absolute -translate-x-full pr-1 whitespace-nowrap" style={{ left: at(ownBps) }}>
          {t('custody.ownMark', { limit: bpsText(ownBps) })}
        </span>
        {legalBps === null ? null : (
          <span className="absolute pl-1 whitespace-nowrap" style={{ left: at(legalBps) }}>
            {t('custody.legalMark', { limit: bpsText(legalBps) })}
          </span>
        )}
      </div>
    </div>
  );
}

function Mark({ at, look }: { at: string; look: string }) {
  return <span className={`absolute -top-1 -bottom-1 border-l-2 border-ink ${look}`} style={{ left: at }} />;
}
