/** Transfers that people asked for: open ones with everything an approver must see, closed ones as a list. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import type { Transfer } from '@sonae/core/nouns/custody/views/transfers.ts';
import { useTexts } from '../../i18n/language.ts';
import { Moment } from '../../ui/moment.tsx';
import { Amount, HowToFill } from '../books/room-parts.tsx';
import { Act } from '../response/command-form.tsx';
import { Rows, Section } from '../response/section.tsx';
import { AskTransfer } from './ask-transfer.tsx';
import { TransferCard, TransferState } from './transfer-card.tsx';

const OPEN: readonly Transfer['status'][] = ['requested', 'approved', 'signed'];
const isOpen = ({ status }: Transfer): boolean => OPEN.includes(status);

/** Transfers that wait for somebody: approvals, signatures, the chain. */
export const waitingOf = ({ transfers }: CustodyPage): Transfer[] => transfers.filter(isOpen);

/** The Safe that a transfer is from, as it is now: it may have changed since somebody asked. */
const safeOf = ({ safes }: CustodyPage, { chain, order: { transaction } }: Transfer) =>
  safes.find((one) => transaction.kind === 'safe' && one.chain === chain && one.address === transaction.safe);

export function TransferPanels({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  const open = waitingOf(page);
  const closed = page.transfers.filter((one) => !isOpen(one));
  if (page.transfers.length === 0)
    return (
      <section className="panel">
        <HowToFill
          says={t('custody.transfersFill')}
          steps={[t('custody.transfersFill1'), t('custody.transfersFill2')]}
          guide="docs/guides/custody.md"
        />
        <div className="px-4 pb-4" data-chrome>
          <AskTransfer page={page} />
        </div>
      </section>
    );
  return (
    <>
      <Section title={t('custody.open')} count={open.length} actions={<AskTransfer page={page} />}>
        {open.length === 0 ? <p className="p-3 text-muted">{t('custody.openNone')}</p> : null}
        <Rows>
          {open.map((transfer) => (
            <TransferCard key={transfer.id} transfer={transfer} safe={safeOf(page, transfer)} />
          ))}
        </Rows>
      </Section>
      {closed.length === 0 ? null : <Closed page={page} transfers={closed} />}
    </>
  );
}

function Closed({ page, transfers }: { page: CustodyPage; transfers: readonly Transfer[] }) {
  const { t } = useTexts();
  return (
    <Section title={t('custody.closed')}>
      <table className="data stack">
        <thead>
          <tr>
            {(['state', 'amount', 'to', 'people', 'asked', 'next'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`custody.col.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {transfers.map((one) => (
            <ClosedRow key={one.id} page={page} transfer={one} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function ClosedRow({ page, transfer }: { page: CustodyPage; transfer: Transfer }) {
  const { t } = useTexts();
  const { id, status, order, chain, requester, approvals, reconciledBy, requestedAt, rule } = transfer;
  return (
    <tr data-transfer={id}>
      <td data-label={t('custody.col.state')}>
        <TransferState status={status} />
        {status === 'denied' ? <span className="ml-1 font-mono text-xs text-muted">{rule}</span> : null}
      </td>
      <td data-label={t('custody.col.amount')}>
        <Amount minor={order.amount} asset={order.asset} decimals={page.decimals} />
        <br />
        <span className="text-xs text-muted">
          {order.wallet} · {chain}
        </span>
      </td>
      <td data-label={t('custody.col.to')} className="font-mono text-xs">
        {order.destination}
      </td>
      <td data-label={t('custody.col.people')} className="text-xs">
        {t('custody.askedBy', { by: requester })}
        <br />
        {t('custody.approvedBy', { by: approvals.map(({ by }) => by).join(', ') || '–' })}
        {reconciledBy === null ? null : (
          <>
            <br />
            {t('custody.reconciledBy', { by: reconciledBy })}
          </>
        )}
      </td>
      <td data-label={t('custody.col.asked')}>
        <Moment at={requestedAt} stacked />
      </td>
      <td data-label={t('custody.col.next')} data-chrome>
        {status === 'settled' ? (
          <Act
            command="custody.ReconcileTransfer"
            input={{ transfer: id }}
            text={t('custody.reconcile')}
            look="btn-main"
            label={`${t('custody.reconcile')} ${id}`}
          />
        ) : null}
      </td>
    </tr>
  );
}
