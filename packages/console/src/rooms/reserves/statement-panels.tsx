/** The daily routine: which reconciliations and statements are here, late or missing; runs; statements by account. */
import type { DueRow, ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { countText } from '../../ui/number-format.ts';
import { WordFilter } from '../books/filters.tsx';
import { Amount, HowToFill } from '../books/room-parts.tsx';
import { Empty, Section } from '../response/section.tsx';

const route = getRouteApi('/reserves');

const LOOK: Readonly<Record<DueRow['state'], { readonly icon: IconName; readonly ink: string }>> = {
  done: { icon: 'ok', ink: 'text-ok' },
  never: { icon: 'blind', ink: 'text-blind' },
  late: { icon: 'warning', ink: 'text-warning font-semibold' },
  'too-late': { icon: 'critical', ink: 'text-critical font-semibold' },
};

export function StatementPanels({ page }: { page: ReservesPage }) {
  return (
    <>
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <DuePanel page={page} />
        <RunsPanel page={page} />
      </div>
      <AccountsPanel page={page} />
    </>
  );
}

function DuePanel({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  return (
    <Section title={t('reserves.due')}>
      {page.due.length === 0 ? <Empty>{t('reserves.dueNone')}</Empty> : null}
      {page.due.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              {(['what', 'state', 'businessDay', 'dueAt'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`reserves.col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.due.map(({ of, id, state, day, dueAt }) => (
              <tr key={`${of} ${id}`}>
                <td data-label={t('reserves.col.what')}>
                  <span data-row tabIndex={-1} className="font-medium">
                    {id}
                  </span>{' '}
                  <span className="text-xs text-muted">{t(`due.of.${of}`)}</span>
                </td>
                <td data-label={t('reserves.col.state')}>
                  <span className={`inline-flex items-center gap-1 ${LOOK[state].ink}`}>
                    <Icon name={LOOK[state].icon} size={13} />
                    {t(`due.${state}`)}
                  </span>
                </td>
                <td data-label={t('reserves.col.businessDay')}>{day}</td>
                <td data-label={t('reserves.col.dueAt')}>
                  <Moment at={dueAt} stacked />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function RunsPanel({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  return (
    <Section title={t('reserves.runs')}>
      {page.runs.length === 0 ? <Empty>{t('reserves.runsNone')}</Empty> : null}
      {page.runs.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              {(['scope', 'businessDay', 'matched', 'inFlight', 'breaks'] as const).map((column) => (
                <th
                  key={column}
                  scope="col"
                  className={column === 'scope' || column === 'businessDay' ? '' : 'num'}
                >
                  {t(`reserves.col.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.runs.map(({ scope, day, at, matched, inFlight, breaks, unlisted, workLimitReached }) => (
              <tr key={scope}>
                <td data-label={t('reserves.col.scope')}>
                  {scope}
                  {workLimitReached ? (
                    <p className="text-xs text-warning">{t('reserves.workLimit')}</p>
                  ) : null}
                </td>
                <td data-label={t('reserves.col.businessDay')}>
                  {day}{' '}
                  <span className="text-xs text-muted">
                    <Moment at={at} />
                  </span>
                </td>
                <td data-label={t('reserves.col.matched')} className="num">
                  {countText(matched)}
                </td>
                <td data-label={t('reserves.col.inFlight')} className="num">
                  {countText(inFlight)}
                </td>
                <td data-label={t('reserves.col.breaks')} className="num">
                  {countText(breaks + unlisted)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function AccountsPanel({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  const { account } = route.useSearch();
  const navigate = route.useNavigate();
  const { statements } = page;
  return (
    <Section title={t('reserves.statements')}>
      {statements.length === 0 ? (
        <HowToFill
          says={t('reserves.statementsFill')}
          steps={[t('reserves.statementsFill1'), t('reserves.statementsFill2')]}
          guide="docs/guides/reserves.md"
        />
      ) : (
        <div className="border-b border-line px-3 py-2" data-chrome>
          <WordFilter
            label={t('reserves.account')}
            value={account}
            words={statements.map((one) => ({ value: one.account, text: one.account }))}
            onChange={(next) =>
              void navigate({
                search: ({ account: _, ...now }) => (next === undefined ? now : { ...now, account: next }),
                replace: true,
              })
            }
          />
        </div>
      )}
      <StatementTable page={page} account={account} />
    </Section>
  );
}

function StatementTable({ page, account }: { page: ReservesPage; account: string | undefined }) {
  const { t } = useTexts();
  const rows = page.statements
    .filter((one) => account === undefined || one.account === account)
    .flatMap((one) => one.newest.map((statement) => ({ ...statement, account: one.account })));
  if (rows.length === 0) return null;
  return (
    <table className="data stack">
      <thead>
        <tr>
          {(['account', 'statement', 'days', 'opening', 'closing', 'received'] as const).map((column) => (
            <th
              key={column}
              scope="col"
              className={column === 'opening' || column === 'closing' ? 'num' : ''}
            >
              {t(`reserves.col.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(
          ({ account: of, statementId, currency, from, to, opening, closing, receivedAt, remarks }) => (
            <tr key={`${of} ${statementId}`}>
              <td data-label={t('reserves.col.account')} className="font-medium">
                {of}
              </td>
              <td data-label={t('reserves.col.statement')} className="font-mono text-xs">
                {statementId}
                {remarks.map((remark) => (
                  <p key={remark} className="font-sans text-muted">
                    {t(`remark.${remark}`)}
                  </p>
                ))}
              </td>
              <td data-label={t('reserves.col.days')}>{from === to ? to : `${from} – ${to}`}</td>
              <td data-label={t('reserves.col.opening')} className="num">
                <Amount minor={opening} asset={currency} decimals={page.decimals} />
              </td>
              <td data-label={t('reserves.col.closing')} className="num">
                <Amount minor={closing} asset={currency} decimals={page.decimals} />
              </td>
              <td data-label={t('reserves.col.received')}>
                <Moment at={receivedAt} stacked />
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
