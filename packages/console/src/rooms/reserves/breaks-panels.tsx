/** Breaks: what does not match, how old, whose it is, why, by when it must be cured, and the forms for each step. */
import type { ReservesPage } from '@sonae/core/app/reserves/api.ts';
import type { Break } from '@sonae/core/nouns/reserves/views/breaks.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { WordFilter } from '../books/filters.tsx';
import { Amount } from '../books/room-parts.tsx';
import { Empty, Named, NamedList, Rows, Said, Section } from '../response/section.tsx';
import { BreakActions } from './break-actions.tsx';

const route = getRouteApi('/reserves');

export function BreaksPanels({ page }: { page: ReservesPage }) {
  const { t } = useTexts();
  const { scope } = route.useSearch();
  const navigate = route.useNavigate();
  const { open, count, closed } = page.breaks;
  const shown = open.filter((one) => scope === undefined || one.scope === scope);
  const scopes = [...new Set(open.map((one) => one.scope))];
  return (
    <>
      <Section title={t('reserves.breaks')} count={count}>
        {scopes.length < 2 && scope === undefined ? null : (
          <div className="border-b border-line px-3 py-2" data-chrome>
            <WordFilter
              label={t('reserves.scope')}
              value={scope}
              words={scopes.map((value) => ({ value, text: value }))}
              onChange={(next) =>
                void navigate({
                  search: ({ scope: _, ...now }) => (next === undefined ? now : { ...now, scope: next }),
                  replace: true,
                })
              }
            />
          </div>
        )}
        {shown.length === 0 ? <Empty>{t('reserves.breaksNone')}</Empty> : null}
        <Rows>
          {shown.map((one) => (
            <BreakRow key={one.id} page={page} one={one} />
          ))}
        </Rows>
        {count > open.length ? (
          <p className="px-3 py-2 text-muted">{t('reserves.andMore', { count: count - open.length })}</p>
        ) : null}
      </Section>
      {closed.length === 0 ? null : (
        <Section title={t('reserves.closed')}>
          <Rows>
            {closed.map((one) => (
              <li key={one.id} className="flex flex-wrap gap-x-3 px-3 py-1.5">
                <span className="font-medium">{t(`break.${one.kind}`)}</span>
                <Amount minor={one.amount} asset={one.asset} decimals={page.decimals} />
                <span className="font-mono text-xs text-muted">{one.scope}</span>
                <span className="text-xs text-muted sm:ml-auto">
                  {t(one.closedHow === 'matched' ? 'reserves.closedByMatch' : 'reserves.closedByPerson')} ·{' '}
                  <Moment at={one.closedAt} />
                </span>
              </li>
            ))}
          </Rows>
        </Section>
      )}
    </>
  );
}

function BreakRow({ page, one }: { page: ReservesPage; one: Break }) {
  const { t } = useTexts();
  const { id, scope, key, kind, asset, amount, firstSeenAt, dueAt, detail, owner, explained } = one;
  const cure = page.cures[kind];
  return (
    <li className="flex flex-col gap-1 px-3 py-2" data-break={id}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5">
        <span data-row tabIndex={-1} className="font-semibold">
          {t(`break.${kind}`)}
        </span>
        <Amount minor={amount} asset={asset} decimals={page.decimals} />
        <span className="font-mono text-xs text-muted">{scope}</span>
        <span className="text-xs text-muted sm:ml-auto">
          {t('reserves.age')} <Elapsed from={firstSeenAt} /> · <Moment at={firstSeenAt} />
        </span>
      </div>
      <p className="font-mono text-xs [overflow-wrap:anywhere]">{key}</p>
      <p className="label">{detail}</p>
      <Countdown says={t('reserves.cure')} at={dueAt} over={t('reserves.cureOver')} isGrave />
      {cure === undefined ? null : (
        <p className="label">
          {t('reserves.cureRule', { count: cure.businessDays, citation: cure.citation })} ·{' '}
          {t('reserves.confidence', { confidence: cure.confidence })}
        </p>
      )}
      <NamedList>
        <Named name={t('reserves.owner')}>{owner ?? t('reserves.nobody')}</Named>
        {explained === null ? (
          <Named name={t('reserves.reason')}>{t('reserves.notExplained')}</Named>
        ) : (
          <>
            <Named name={t('reserves.reason')}>
              {t(`reason.${explained.reason as 'fee'}`)} ({explained.by})
            </Named>
            <Named name={t('reserves.movedBy')}>{explained.movedBy ?? t('reserves.nobody')}</Named>
          </>
        )}
      </NamedList>
      {explained === null ? null : <Said>{explained.note}</Said>}
      <BreakActions one={one} />
    </li>
  );
}
