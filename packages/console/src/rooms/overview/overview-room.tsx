/**
 * The first screen: what is not true right now, which incident is open and in whose hands, how we see, how
 * long the log is.
 */
import type { Overview } from '@sonae/core/app/api.ts';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.ts';
import { overviewQuery } from '../../queries.ts';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { PowersInUse } from '../powers/powers-in-use.tsx';
import { AssetPanels } from './asset-panels.tsx';
import { LogPanel } from './log-panel.tsx';
import { OpenIncidents } from './open-incidents.tsx';
import { UntruePanel } from './untrue-panel.tsx';

export function OverviewRoom() {
  const { t } = useTexts();
  const { data, error, refetch } = useQuery(overviewQuery);
  return (
    <>
      <h1 className="sr-only">{t('overview.title')}</h1>
      {data === undefined ? (
        error === null ? (
          <Reading />
        ) : (
          <ReadFailure error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Glance overview={data} />
      )}
    </>
  );
}

function Glance({ overview }: { overview: Overview }) {
  return (
    <div className="grid items-start gap-3 sm:gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:grid-rows-[auto_1fr]">
      <div className="flex flex-col gap-3 sm:gap-4 lg:col-start-2">
        <OpenIncidents incidents={overview.incidents} />
        <PowersInUse />
      </div>
      <div className="lg:col-start-1 lg:row-span-2 lg:row-start-1">
        <UntruePanel overview={overview} />
      </div>
      <div className="flex flex-col gap-3 sm:gap-4 lg:col-start-2">
        <AssetPanels assets={overview.assets} />
        <LogPanel overview={overview} />
      </div>
    </div>
  );
}
