/** What incidents taught: improvements until they are done, and trends over all incidents (JVCEA emergency rule art. 15(2)). */
import type { LearningPage } from '@sonae/core/app/response/api.ts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTexts } from '../../i18n/language.ts';
import { incidentsQuery } from '../../queries.ts';
import { Choice } from '../../ui/choice.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { learningQuery } from '../response/response-queries.ts';
import { Empty, Rows } from '../response/section.tsx';
import { IMPROVEMENT_FILTERS, type ImprovementFilter, shownImprovements } from './improvement-order.ts';
import { ImprovementRow } from './improvement-row.tsx';
import { TrendPanels } from './trend-panels.tsx';

export function LearningRoom() {
  const { t } = useTexts();
  const { data, error, refetch } = useQuery(learningQuery);
  if (data === undefined)
    return (
      <section className="panel">
        <h1 className="panel-title">{t('learning.title')}</h1>
        {error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />}
      </section>
    );
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <Improvements page={data} />
      <TrendPanels trends={data.trends} />
    </div>
  );
}

function Improvements({ page }: { page: LearningPage }) {
  const { t } = useTexts();
  const [filter, setFilter] = useState<ImprovementFilter>('open');
  const { data } = useQuery(incidentsQuery('all'));
  const shown = shownImprovements(page.improvements, filter, page.now);
  const titleOf = (id: string): string => data?.incidents.find((one) => one.id === id)?.title ?? id;
  return (
    <section className="panel min-w-0" aria-labelledby="learning">
      <div className="panel-title">
        <h1 id="learning" className="mr-2">
          {t('learning.title')}
        </h1>
        <Choice
          label={t('incidents.phase')}
          options={IMPROVEMENT_FILTERS.map((value) => ({ value, text: t(`improvements.${value}`) }))}
          value={filter}
          onChange={setFilter}
        />
      </div>
      {shown.length === 0 ? <Empty>{t('improvements.none')}</Empty> : null}
      <Rows>
        {shown.map((one) => (
          <ImprovementRow
            key={one.id}
            improvement={one}
            now={page.now}
            incidentTitle={titleOf(one.incident)}
          />
        ))}
      </Rows>
    </section>
  );
}
