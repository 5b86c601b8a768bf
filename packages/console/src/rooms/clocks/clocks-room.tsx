/** Every legal clock of the firm, what runs first and the soonest of it; the firm's profile and its own events. */
import type { ClocksPage, ResponsePage } from '@sonae/core/app/response/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { incidentsQuery } from '../../queries.ts';
import { ReadFailure, Reading } from '../../ui/read-state.tsx';
import { clocksQuery, responseQuery } from '../response/response-queries.ts';
import { Empty, Rows } from '../response/section.tsx';
import { bySoonest, CLOCK_STATES, type ClockState } from './clock-order.ts';
import { DutyCard } from './duty-card.tsx';
import { FirmEvents } from './firm-events.tsx';
import { ProfilePanel } from './profile-panel.tsx';

const route = getRouteApi('/clocks');
/** FIRM of core's reports. */
const FIRM = 'firm';

export function ClocksRoom() {
  const { t } = useTexts();
  const { data, error, refetch } = useQuery(clocksQuery);
  if (data === undefined)
    return (
      <section className="panel">
        <h1 className="panel-title">{t('clocks.title')}</h1>
        {error === null ? <Reading /> : <ReadFailure error={error} onRetry={() => void refetch()} />}
      </section>
    );
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
      <ClockList page={data} />
      <div className="flex min-w-0 flex-col gap-3">
        <FirmEvents page={data} />
        <ProfilePanel page={data} />
      </div>
    </div>
  );
}

function ClockList({ page }: { page: ClocksPage }) {
  const { t } = useTexts();
  const { state = 'all', subject = 'all' } = route.useSearch();
  const names = useSubjectNames();
  const subjects = [...new Set(page.clocks.map((clock) => clock.subject))];
  const shown = page.clocks
    .filter((clock) => state === 'all' || clock.now === state)
    .filter((clock) => subject === 'all' || clock.subject === subject)
    .sort(bySoonest);
  const groups = [...new Set(shown.map((clock) => clock.subject))];
  return (
    <section className="panel min-w-0" aria-labelledby="clocks">
      <div className="panel-title">
        <h1 id="clocks" className="mr-2">
          {t('clocks.title')}
        </h1>
        <Filters subjects={subjects} names={names} />
      </div>
      {shown.length === 0 ? <Empty>{t('clocks.none')}</Empty> : null}
      {groups.map((one) => (
        <div key={one}>
          <h2 className="border-b border-line bg-sunken px-3 py-1.5 font-semibold">
            {one === FIRM ? (
              t('clocks.firm')
            ) : (
              <Link to="/incidents/$id" params={{ id: one }} search={{ tab: 'clocks' }} className="link">
                {names(one)}
              </Link>
            )}
          </h2>
          <SubjectClocks subject={one} clocks={shown.filter((clock) => clock.subject === one)} page={page} />
        </div>
      ))}
    </section>
  );
}

type SubjectProps = {
  readonly subject: string;
  readonly clocks: ClocksPage['clocks'];
  readonly page: ClocksPage;
};

/** What was prepared for the incident can be named when its filing is recorded. */
function SubjectClocks({ subject, clocks, page }: SubjectProps) {
  const { data } = useQuery({ ...responseQuery(subject), enabled: subject !== FIRM });
  const known: Pick<ResponsePage, 'filings' | 'names'> | undefined = data;
  const others = page.clocks.filter((clock) => clock.subject === subject);
  return (
    <Rows>
      {clocks.map((clock) => (
        <DutyCard
          key={clock.instance}
          clock={clock}
          others={others}
          duties={page.duties}
          prepared={known?.filings.prepared ?? []}
          formNames={known?.names.forms ?? {}}
        />
      ))}
    </Rows>
  );
}

function useSubjectNames(): (subject: string) => string {
  const { t } = useTexts();
  const { data } = useQuery(incidentsQuery('all'));
  return (subject) =>
    subject === FIRM
      ? t('clocks.firm')
      : (data?.incidents.find(({ id }) => id === subject)?.title ?? subject);
}

type FiltersProps = { readonly subjects: readonly string[]; readonly names: (subject: string) => string };

function Filters({ subjects, names }: FiltersProps) {
  const { t } = useTexts();
  const { state = 'all', subject = 'all' } = route.useSearch();
  const navigate = route.useNavigate();
  const select = 'min-h-7 min-w-0 max-w-[16rem] rounded-xs border border-edge bg-panel px-1 text-xs text-ink';
  return (
    <div className="flex flex-wrap gap-1.5" data-chrome>
      <select
        aria-label={t('clocks.state')}
        className={select}
        value={state}
        onChange={({ target }) =>
          void navigate({
            search: (prev) => ({ ...prev, state: target.value as ClockState | 'all' }),
            replace: true,
          })
        }
      >
        <option value="all">{t('common.all')}</option>
        {CLOCK_STATES.filter((one) => one !== 'satisfied').map((one) => (
          <option key={one} value={one}>
            {t(`clock.${one}`)}
          </option>
        ))}
      </select>
      <select
        aria-label={t('clocks.subject')}
        className={select}
        value={subject}
        onChange={({ target }) =>
          void navigate({ search: (prev) => ({ ...prev, subject: target.value }), replace: true })
        }
      >
        <option value="all">{t('common.all')}</option>
        {[...new Set([...subjects, ...(subject === 'all' ? [] : [subject])])].map((one) => (
          <option key={one} value={one}>
            {names(one)}
          </option>
        ))}
      </select>
    </div>
  );
}
