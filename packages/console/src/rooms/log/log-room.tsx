/** The log itself: newest first, filtered by stream or incident, one fact read whole beside the list. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { logQuery } from '../../queries.ts';
import { countText } from '../../ui/number-format.ts';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { FactPanel } from './fact-panel.tsx';
import { LogFilters } from './log-filters.tsx';
import { LogTable } from './log-table.tsx';

const route = getRouteApi('/log');

export function LogRoom() {
  const { t } = useTexts();
  const { seq, before, stream, incident } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(logQuery({ before, stream, incident }));
  const page = (next: number | undefined): void => {
    void navigate({
      search: ({ before: _, ...rest }) => (next === undefined ? rest : { ...rest, before: next }),
    });
  };
  return (
    <div className="grid items-start gap-3 sm:gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,27rem)]">
      <section className="panel min-w-0" aria-labelledby="log">
        <div className="panel-title">
          <h1 id="log">{t('log.title')}</h1>
          {data === undefined ? null : (
            <span className="label">{t('log.size', { size: countText(data.size) })}</span>
          )}
          <p className="w-full text-xs text-muted">{t('log.intro')}</p>
          <LogFilters
            key={`${stream ?? ''} ${incident ?? ''}`}
            stream={stream ?? ''}
            incident={incident ?? ''}
          />
        </div>
        {data === undefined ? (
          error === null ? (
            <Reading />
          ) : (
            <ReadFailure error={error} onRetry={() => void refetch()} />
          )
        ) : null}
        {data !== undefined && data.facts.length === 0 ? (
          <p className="p-4 text-muted">{t('log.none')}</p>
        ) : null}
        {data !== undefined && data.facts.length > 0 ? (
          <LogTable facts={data.facts} selected={seq ?? null} />
        ) : null}
        <div className="flex gap-2 border-t border-line p-2.5" data-chrome>
          <button
            type="button"
            className="btn"
            disabled={before === undefined}
            onClick={() => page(undefined)}
          >
            {t('log.newest')}
          </button>
          <button
            type="button"
            className="btn"
            disabled={data?.next == null}
            onClick={() => page(data?.next ?? undefined)}
          >
            {t('log.older')}
          </button>
        </div>
      </section>
      <FactPanel seq={seq ?? null} />
    </div>
  );
}
