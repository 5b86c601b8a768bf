/** The room of reserves: what is held against what is owed, who says so, what does not match, and what backs the coins. */
import type { ReservesPage } from '@sonae/core/app/reserves/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { enBooks } from '../../i18n/en-books.ts';
import { enReserves } from '../../i18n/en-reserves.ts';
import { jaBooks } from '../../i18n/ja-books.ts';
import { jaReserves } from '../../i18n/ja-reserves.ts';
import { addTexts, useTexts } from '../../i18n/language.ts';
import { HowToFill, RoomFrame, RoomHead } from '../books/room-parts.tsx';
import { AddressesPanel } from './addresses-panel.tsx';
import { BreaksPanels } from './breaks-panels.tsx';
import { CoinPanels } from './coin-panels.tsx';
import { CoveragePanel } from './coverage-panel.tsx';
import { OutflowPanel } from './outflow-panel.tsx';
import { reservesQuery } from './reserves-queries.ts';
import { RESERVE_TABS } from './reserves-search.ts';
import { SourcesPanel } from './sources-panel.tsx';
import { StatementPanels } from './statement-panels.tsx';
import { WatchedPanel } from './watched-panel.tsx';

addTexts({ ...enBooks, ...enReserves }, { ...jaBooks, ...jaReserves });

const route = getRouteApi('/reserves');

export function ReservesRoom() {
  return (
    <RoomFrame title="reserves.title" query={useQuery(reservesQuery)}>
      {(page) => (
        <>
          <Head page={page} />
          {page.policy === null ? <NoPolicy /> : <Part page={page} />}
        </>
      )}
    </RoomFrame>
  );
}

function Head({ page }: { page: ReservesPage }) {
  const { tab = 'now' } = route.useSearch();
  const navigate = route.useNavigate();
  const counts = {
    now: page.shortfalls.length,
    breaks: page.breaks.count,
    statements: page.due.filter(({ state }) => state === 'late' || state === 'too-late').length,
    coins: 0,
    addresses: page.addresses.listed.filter(({ claimedBy }) => claimedBy !== null).length,
  };
  return (
    <RoomHead
      room="reserves"
      tabs={RESERVE_TABS}
      counts={counts}
      value={tab}
      onChange={(next) => void navigate({ search: { tab: next } })}
    />
  );
}

function NoPolicy() {
  const { t } = useTexts();
  return (
    <section className="panel">
      <HowToFill
        says={t('reserves.fill')}
        steps={[t('reserves.fill1'), t('reserves.fill2'), t('reserves.fill3'), t('reserves.fill4')]}
        guide="docs/guides/reserves.md"
      />
    </section>
  );
}

function Part({ page }: { page: ReservesPage }) {
  const { tab = 'now' } = route.useSearch();
  if (tab === 'breaks') return <BreaksPanels page={page} />;
  if (tab === 'statements') return <StatementPanels page={page} />;
  if (tab === 'coins') return <CoinPanels page={page} />;
  if (tab === 'addresses') return <AddressesPanel page={page} />;
  return (
    <>
      <CoveragePanel page={page} />
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          <SourcesPanel page={page} />
          <OutflowPanel page={page} />
        </div>
        <WatchedPanel page={page} />
      </div>
    </>
  );
}
