/**
 * What must be known before anything else on the page is believed: simulated time, no server, no live line.
 */
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api.ts';
import { useTexts } from '../i18n/language.ts';
import { useLive } from '../live.ts';
import { overviewQuery } from '../queries.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { READER_ZONE, useNow } from '../ui/moment.tsx';
import { countText } from '../ui/number-format.ts';
import { momentText, utcText } from '../ui/time-format.ts';

export function Banners() {
  const { t } = useTexts();
  return (
    <section aria-label={t('banner.label')}>
      <SimulatedBanner />
      <AwayBanner />
    </section>
  );
}

function SimulatedBanner() {
  const { t, pick } = useTexts();
  const now = useNow();
  const { data } = useQuery(overviewQuery);
  if (data === undefined) return null;
  const { kind, replay } = data.clock;
  if (replay === null && kind === 'live') return null;
  const time = utcText(now);
  if (replay === null) return <Banner icon="replay">{t('banner.simulated', { time })}</Banner>;
  return (
    <Banner icon="replay">
      <strong className="font-semibold">
        {replay.speed === null
          ? t('banner.replayMax', { time })
          : t('banner.replay', { time, speed: countText(replay.speed) })}
      </strong>
      {replay.running ? null : <span>{t('banner.ended')}</span>}
      <span className="text-xs">{pick(replay.title)}</span>
    </Banner>
  );
}

function AwayBanner() {
  const { t } = useTexts();
  const { error, dataUpdatedAt } = useQuery(overviewQuery);
  const { line, heardAt } = useLive();
  const wallText = (ms: number): string => momentText(ms, READER_ZONE, Date.now());
  if (error instanceof ApiError && error.status !== 401) {
    const text =
      dataUpdatedAt === 0 ? t('banner.awayFirst') : t('banner.away', { time: wallText(dataUpdatedAt) });
    return (
      <Banner icon="blind" isBlind>
        {text}
      </Banner>
    );
  }
  if (line !== 'broken' || heardAt === null) return null;
  return (
    <Banner icon="blind" isBlind>
      {t('live.brokenSince', { time: wallText(heardAt) })}
    </Banner>
  );
}

function Banner({
  icon,
  isBlind = false,
  children,
}: {
  icon: IconName;
  isBlind?: boolean;
  children: ReactNode;
}) {
  const look = isBlind
    ? 'hatched border-blind bg-blind-soft text-blind'
    : 'border-banner bg-banner text-on-banner';
  return (
    <div className={`flex flex-wrap items-center gap-x-3 gap-y-0.5 border-b px-3 py-1.5 sm:px-4 ${look}`}>
      <Icon name={icon} size={16} />
      {children}
    </div>
  );
}
