/** The contingency plan: what it covers and what it does not, who approved and read it, its books, training, agencies, horizon. */
import type { PlanPage } from '@sonae/core/app/response/api.ts';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { planQuery } from '../response/response-queries.ts';
import { AgenciesPanel } from './agencies-panel.tsx';
import { ApprovalPanel } from './approval-panel.tsx';
import { BookViewer } from './book-viewer.tsx';
import { CoverageMatrix } from './coverage-matrix.tsx';
import { HorizonPanel } from './horizon-panel.tsx';
import { TrainingsPanel } from './trainings-panel.tsx';

export function PlansRoom() {
  const { t } = useTexts();
  const { data, error, refetch } = useQuery(planQuery);
  return (
    <div className="flex flex-col gap-3">
      <section className="panel">
        <div className="panel-title">
          <h1>{t('plans.title')}</h1>
          {data === undefined ? null : <Downloads />}
        </div>
        {data === undefined ? (
          error === null ? (
            <Reading />
          ) : (
            <ReadFailure error={error} onRetry={() => void refetch()} />
          )
        ) : (
          <CoverageMatrix page={data} />
        )}
      </section>
      {data === undefined ? null : <Panels page={data} />}
    </div>
  );
}

function Panels({ page }: { page: PlanPage }) {
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-3">
        <ApprovalPanel page={page} />
        <TrainingsPanel page={page} />
        <AgenciesPanel page={page} />
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        <BookViewer page={page} />
        <HorizonPanel page={page} />
      </div>
    </div>
  );
}

/** Paper works without power and network: art. 7. */
function Downloads() {
  const { t } = useTexts();
  return (
    <p className="flex flex-wrap gap-x-4 sm:ml-auto" data-chrome>
      {(['ja', 'en'] as const).map((language) => (
        <a
          key={language}
          href={`/api/plan/paper?lang=${language}`}
          download={`plan-${language}.pdf`}
          className="link inline-flex items-center gap-1"
        >
          <Icon name="down" size={12} />
          {t(`plans.paper.${language}`)}
        </a>
      ))}
    </p>
  );
}
