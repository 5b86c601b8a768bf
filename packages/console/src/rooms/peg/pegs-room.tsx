/** All watched pegs; with only one there is nothing to choose, so it opens at once. */
import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { overviewQuery } from '../../queries.ts';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { AssetPanel } from '../overview/asset-panels.tsx';

export function PegsRoom() {
  const { t } = useTexts();
  const { data, error, refetch } = useQuery(overviewQuery);
  if (data === undefined)
    return error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />;
  const only = data.assets.length === 1 ? data.assets[0] : undefined;
  if (only !== undefined) return <Navigate to="/pegs/$asset" params={{ asset: only.asset }} replace />;
  return (
    <>
      <h1 className="mb-3">{t('peg.list')}</h1>
      <ul className="grid gap-3 lg:grid-cols-2">
        {data.assets.map((summary) => (
          <li key={summary.asset} className="panel">
            <AssetPanel summary={summary} />
          </li>
        ))}
      </ul>
    </>
  );
}
