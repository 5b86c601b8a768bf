/** The inventory: wallets with temperature and why, quorum, keys and places, custodians, and changes that wait. */
import type { CustodyPage, WalletView } from '@sonae/core/app/custody/api.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useTexts } from '../../i18n/language.ts';
import { Choice } from '../../ui/choice.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { amountText } from '../books/amounts.ts';
import { Amount, HowToFill } from '../books/room-parts.tsx';
import { Empty, Section } from '../response/section.tsx';
import { ChangesPanel } from './changes-panel.tsx';
import { TEMPERATURES, WALLET_OWNER_FILTERS } from './custody-search.ts';
import { KeysPanel } from './keys-panel.tsx';
import { ProposeInventory } from './propose-inventory.tsx';
import { SafesPanel } from './safes-panel.tsx';
import { storageReasons } from './storage-reasons.ts';

const route = getRouteApi('/custody');

/** Before the first key and wallet: what to do, and the forms to do it with. */
export function FillInventory({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  return (
    <>
      <section className="panel">
        <HowToFill
          says={t('custody.fill')}
          steps={[t('custody.fill1'), t('custody.fill2'), t('custody.fill3'), t('custody.fill4')]}
          guide="docs/guides/custody.md"
        />
      </section>
      <ProposeInventory page={page} />
    </>
  );
}

export function InventoryPanels({ page }: { page: CustodyPage }) {
  if (page.wallets.length === 0 && page.keys.length === 0 && page.changes.length === 0)
    return <FillInventory page={page} />;
  return (
    <>
      <ProposeInventory page={page} />
      {page.changes.length === 0 ? null : <ChangesPanel page={page} />}
      <WalletsPanel page={page} />
      <SafesPanel safes={page.safes} />
      <KeysPanel page={page} />
    </>
  );
}

function WalletsPanel({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const { owner, temperature, chain } = route.useSearch();
  const shown = page.wallets.filter(
    (one) =>
      (owner === undefined || one.wallet.owner === owner) &&
      (temperature === undefined || one.temperature === temperature) &&
      (chain === undefined || one.wallet.chain === chain),
  );
  return (
    <Section title={t('custody.wallets')} count={shown.length}>
      <Filters page={page} />
      {shown.length === 0 ? <Empty>{t('custody.walletsNone')}</Empty> : null}
      {shown.length === 0 ? null : (
        <table className="data stack">
          <thead>
            <tr>
              {(['wallet', 'chain', 'owner', 'temperature', 'quorum', 'held', 'read'] as const).map(
                (column) => (
                  <th key={column} scope="col">
                    {t(`custody.col.${column}`)}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <WalletRow key={one.wallet.id} page={page} view={one} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function Filters({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const { owner, temperature, chain } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (name: 'owner' | 'temperature' | 'chain', value: string): void =>
    void navigate({
      search: (now) => {
        const { [name]: _, ...rest } = now;
        return value === 'all' ? rest : { ...rest, [name]: value };
      },
      replace: true,
    });
  const everything = { value: 'all', text: t('common.all') };
  const chains = [...new Set(page.wallets.map(({ wallet }) => wallet.chain))];
  return (
    <div className="flex flex-wrap gap-x-4 gap-y-1.5 border-b border-line px-3 py-2" data-chrome>
      <Choice
        label={t('custody.col.owner')}
        options={[everything, ...WALLET_OWNER_FILTERS.map((value) => ({ value, text: t(`owner.${value}`) }))]}
        value={owner ?? 'all'}
        onChange={(value) => set('owner', value)}
      />
      <Choice
        label={t('custody.col.temperature')}
        options={[everything, ...TEMPERATURES.map((value) => ({ value, text: t(`temperature.${value}`) }))]}
        value={temperature ?? 'all'}
        onChange={(value) => set('temperature', value)}
      />
      <Choice
        label={t('custody.col.chain')}
        options={[everything, ...chains.map((value) => ({ value, text: value }))]}
        value={chain ?? 'all'}
        onChange={(value) => set('chain', value)}
      />
    </div>
  );
}

const MARK: Readonly<Record<WalletView['temperature'], { readonly icon: IconName; readonly ink: string }>> = {
  hot: { icon: 'signal', ink: 'text-warning' },
  warm: { icon: 'watch', ink: 'text-watch' },
  cold: { icon: 'private', ink: 'text-ok' },
};

function WalletRow({ page, view }: { page: CustodyPage; view: WalletView }) {
  const { t } = useTexts();
  const { wallet, temperature, held, addressCount, retiredAt } = view;
  const reasons = storageReasons(view, page);
  const readAt = held.map(({ at }) => at).sort()[0];
  return (
    <tr data-wallet={wallet.id} className={retiredAt === null ? '' : 'text-muted'}>
      <td data-label={t('custody.col.wallet')}>
        <span data-row tabIndex={-1} className="font-semibold">
          {wallet.name}
        </span>
        <br />
        <span className="font-mono text-xs text-muted">{wallet.id}</span>
        {retiredAt === null ? null : <p className="label">{t('custody.retired')}</p>}
      </td>
      <td data-label={t('custody.col.chain')}>
        {wallet.chain}
        <br />
        <span className="text-xs text-muted">
          {t(`walletKind.${wallet.kind}`)} · {t('custody.addresses', { count: addressCount })}
        </span>
      </td>
      <td data-label={t('custody.col.owner')}>
        {t(`owner.${wallet.owner}`)}
        <br />
        <span className="text-xs text-muted">{t(`walletPurpose.${wallet.purpose}`)}</span>
      </td>
      <td data-label={t('custody.col.temperature')}>
        <span className={`inline-flex items-center gap-1 font-semibold ${MARK[temperature].ink}`}>
          <Icon name={MARK[temperature].icon} size={13} />
          {t(`temperature.${temperature}`)}
        </span>
        <ul className="text-xs text-muted">
          {reasons.length === 0 ? <li>{t('reason.never-online')}</li> : null}
          {reasons.map(({ reason, of }) => (
            <li key={reason}>
              {t(`reason.${reason}`)} {of.length === 0 ? '' : `(${of.join(', ')})`}
            </li>
          ))}
        </ul>
      </td>
      <td data-label={t('custody.col.quorum')}>
        <Quorum page={page} view={view} />
      </td>
      <td data-label={t('custody.col.held')}>
        {held.length === 0 ? <span className="text-muted">{t('custody.unread')}</span> : null}
        <ul>
          {held.map(({ asset, amount, value }) => (
            <li key={asset}>
              <Amount minor={amount} asset={asset} decimals={page.decimals} />{' '}
              <span className="text-xs text-muted">
                {value === null ? t('custody.noRate') : `¥${amountText(value, 0)}`}
              </span>
            </li>
          ))}
        </ul>
      </td>
      <td data-label={t('custody.col.read')}>
        <Moment at={readAt} stacked />
      </td>
    </tr>
  );
}

function Quorum({ page, view }: { page: CustodyPage; view: WalletView }) {
  const { t } = useTexts();
  const { wallet } = view;
  if (wallet.custodian !== null) return <span>{t('custody.heldBy', { custodian: wallet.custodian })}</span>;
  const keys = page.keys.filter(({ id }) => wallet.keys.includes(id));
  return (
    <>
      {t('custody.quorum', { quorum: wallet.quorum, keys: wallet.keys.length })}
      <ul className="text-xs text-muted">
        {keys.map(({ id, place, holder }) => (
          <li key={id}>
            <span className="font-mono">{id}</span> · {place} · {holder}
          </li>
        ))}
      </ul>
    </>
  );
}
