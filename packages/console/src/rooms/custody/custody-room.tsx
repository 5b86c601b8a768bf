/** The room of custody: where coin lies and how safely, what moves with whose approval, and what the gate lets pass. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { enBooks } from '../../i18n/en-books.ts';
import { enCustody } from '../../i18n/en-custody.ts';
import { enCustodyForms } from '../../i18n/en-custody-forms.ts';
import { enCustodySafes } from '../../i18n/en-custody-safes.ts';
import { jaBooks } from '../../i18n/ja-books.ts';
import { jaCustody } from '../../i18n/ja-custody.ts';
import { jaCustodyForms } from '../../i18n/ja-custody-forms.ts';
import { jaCustodySafes } from '../../i18n/ja-custody-safes.ts';
import { addTexts } from '../../i18n/language.ts';
import { RoomFrame, RoomHead } from '../books/room-parts.tsx';
import { ControlsPanel } from './controls-panel.tsx';
import { custodyQuery } from './custody-queries.ts';
import { CUSTODY_TABS } from './custody-search.ts';
import { FindingsPanel } from './findings-panel.tsx';
import { GatePanels } from './gate-panels.tsx';
import { HotShareMeter } from './hot-share-meter.tsx';
import { FillInventory, InventoryPanels } from './inventory-panels.tsx';
import { PolicyPanels } from './policy-panels.tsx';
import { SafesPanel } from './safes-panel.tsx';
import { TransferPanels, waitingOf } from './transfer-panels.tsx';

addTexts(
  { ...enBooks, ...enCustody, ...enCustodyForms, ...enCustodySafes },
  { ...jaBooks, ...jaCustody, ...jaCustodyForms, ...jaCustodySafes },
);

const route = getRouteApi('/custody');

export function CustodyRoom() {
  return (
    <RoomFrame title="custody.title" query={useQuery(custodyQuery)}>
      {(page) => (
        <>
          <Head page={page} />
          <Part page={page} />
        </>
      )}
    </RoomFrame>
  );
}

function Head({ page }: { page: CustodyPage }) {
  const { tab = 'now' } = route.useSearch();
  const navigate = route.useNavigate();
  const counts = {
    now: page.unapproved.movements.length + page.unknown.addresses.length,
    transfers: waitingOf(page).length,
    inventory: page.changes.length,
    policy: page.policy.next === null ? 0 : 1,
    gate: 0,
  };
  return (
    <RoomHead
      room="custody"
      tabs={CUSTODY_TABS}
      counts={counts}
      value={tab}
      onChange={(next) => void navigate({ search: { tab: next } })}
    />
  );
}

function Part({ page }: { page: CustodyPage }) {
  const { tab = 'now' } = route.useSearch();
  if (tab === 'transfers') return <TransferPanels page={page} />;
  if (tab === 'inventory') return <InventoryPanels page={page} />;
  if (tab === 'policy') return <PolicyPanels page={page} />;
  if (tab === 'gate') return <GatePanels page={page} />;
  return page.wallets.length === 0 ? <NoWallets page={page} /> : <Now page={page} />;
}

function Now({ page }: { page: CustodyPage }) {
  return (
    <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-3">
        <HotShareMeter page={page} />
        <FindingsPanel page={page} />
        <SafesPanel safes={page.safes.filter(({ findings }) => findings.length > 0)} />
      </div>
      <ControlsPanel page={page} />
    </div>
  );
}

function NoWallets({ page }: { page: CustodyPage }) {
  return (
    <>
      {page.unknown.addresses.length + page.unapproved.movements.length === 0 ? null : (
        <FindingsPanel page={page} />
      )}
      <FillInventory page={page} />
    </>
  );
}
