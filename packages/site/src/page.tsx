/** The public page: how things stand, what happened, and the means to check us. */
import { lazy, Suspense, useEffect } from 'react';
import { CheckSection } from './check/check-section.tsx';
import { ContradictionNotice } from './check/growth-panel.tsx';
import { useGrowth } from './check/use-growth.ts';
import { useTexts } from './i18n/language.ts';
import { IncidentSections } from './parts/incident-sections.tsx';
import { Masthead, SimulatedBanner } from './parts/masthead.tsx';
import { StatusPanel } from './parts/status-panel.tsx';
import { usePublished } from './reserves/use-published.ts';
import { ComponentsBoard } from './status/components-board.tsx';
import { DeskPanel } from './status/desk-panel.tsx';
import { NoticeHistory, OpenNotices } from './status/notices-section.tsx';
import { SubscribeSection } from './status/subscribe-form.tsx';
import { usePage } from './status/use-page.ts';
import { IS_COPY, type PublicStatus } from './status.ts';
import { momentText, READER_ZONE } from './ui/time-format.ts';
import { type StatusState, useStatus } from './use-status.ts';

/** Carries the decoding of actions and every kind of signature: fetched after the status is on the screen. */
const PowersSection = lazy(async () => ({
  default: (await import('./powers/powers-section.tsx')).PowersSection,
}));

/** Verifies balances, lists and reserves; fetched only where something was published. */
const ReservesSection = lazy(async () => ({
  default: (await import('./reserves/reserves-section.tsx')).ReservesSection,
}));

export function Page() {
  const { t, pick, language } = useTexts();
  const { status, disclosed, isAway } = useStatus();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title follows the language too
  useEffect(() => {
    if (status !== null) document.title = t('page.title', { name: pick(status.name) });
  }, [status, language]);
  return (
    <>
      {status?.simulated ? <SimulatedBanner /> : null}
      <div className="mx-auto flex max-w-[54rem] flex-col gap-6 p-4 pb-10 sm:p-6">
        <Masthead status={status} />
        {IS_COPY && status !== null ? (
          <p className="panel border-dashed p-3" role="note">
            {t('copy.banner', { time: momentText(Date.parse(status.now), READER_ZONE) })}
          </p>
        ) : null}
        <main className="flex flex-col gap-8">
          {isAway ? (
            <p className="panel border-dashed p-3 text-muted" role="status">
              {status === null
                ? t('page.away')
                : t('page.stale', { time: momentText(Date.parse(status.now), READER_ZONE) })}
            </p>
          ) : null}
          {status === null ? (
            isAway ? null : (
              <p className="text-muted">{t('page.loading')}</p>
            )
          ) : (
            <Standing status={status} disclosed={disclosed} />
          )}
        </main>
        <footer className="border-t border-line pt-3 text-sm text-muted">{t('page.foot')}</footer>
      </div>
    </>
  );
}

type StandingProps = Pick<StatusState, 'disclosed'> & { readonly status: PublicStatus };

/** What the firm says, and before it, when there is cause, that this browser has seen otherwise. */
function Standing({ status, disclosed }: StandingProps) {
  const growth = useGrowth(status.log.size);
  const { page, offered } = usePage();
  const published = usePublished();
  const verifierKey = growth.verifierKey === '' ? status.log.verifierKey : growth.verifierKey;
  return (
    <>
      <ContradictionNotice growth={growth.growth} />
      <StatusPanel status={status} services={page?.components ?? []} />
      {page === null ? null : (
        <>
          <OpenNotices threads={page.threads} components={page.components} />
          <DeskPanel page={page} />
          <ComponentsBoard components={page.components} />
        </>
      )}
      <IncidentSections status={status} />
      {page === null ? null : (
        <>
          <NoticeHistory threads={page.threads} components={page.components} />
          <SubscribeSection offered={offered} components={page.components} />
        </>
      )}
      {published === null || published.epochs.length === 0 ? null : (
        <Suspense>
          <ReservesSection published={published} shown={{ origin: status.log.origin, verifierKey }} />
        </Suspense>
      )}
      <Suspense>
        <PowersSection verifierKey={verifierKey} />
      </Suspense>
      <CheckSection status={status} disclosed={disclosed} growth={growth} />
    </>
  );
}
