/**
 * One transfer as its approvers must see it: every line that was decoded from the bytes, the digest, and the fields of
 * the transaction itself. What is approved is exactly what stands here: digest and order go back as they were shown.
 */
import type { SafeView } from '@sonae/core/app/custody/api.ts';
import type { Transfer, TransferStatus } from '@sonae/core/nouns/custody/views/transfers.ts';
import { useTexts } from '../../i18n/language.ts';
import { Countdown } from '../../ui/countdown.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Moment } from '../../ui/moment.tsx';
import { amountText } from '../books/amounts.ts';
import { Act, Ask } from '../response/command-form.tsx';
import { Named, NamedList, Said } from '../response/section.tsx';

const LOOK: Readonly<Record<TransferStatus, { readonly icon: IconName; readonly ink: string }>> = {
  requested: { icon: 'clock', ink: 'text-watch' },
  approved: { icon: 'sign', ink: 'text-ink' },
  signed: { icon: 'signal', ink: 'text-ink' },
  settled: { icon: 'ok', ink: 'text-watch' },
  reconciled: { icon: 'ok', ink: 'text-ok' },
  denied: { icon: 'close', ink: 'text-critical' },
  stopped: { icon: 'pause', ink: 'text-muted' },
};

export function TransferState({ status }: { status: TransferStatus }) {
  const { t } = useTexts();
  const { icon, ink } = LOOK[status];
  return (
    <span
      className={`inline-flex items-center gap-1 font-semibold whitespace-nowrap ${ink}`}
      data-state={status}
    >
      <Icon name={icon} size={13} />
      {t(`custody.state.${status}`)}
    </span>
  );
}

type CardProps = { readonly transfer: Transfer; readonly safe: SafeView | undefined };

export function TransferCard({ transfer, safe }: CardProps) {
  const { t } = useTexts();
  const { id, status, reason, requester, requestedAt, approvals, quorum, expiresAt, mismatches } = transfer;
  return (
    <li className="flex flex-col gap-2 px-3 py-3" data-transfer={id}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span data-row tabIndex={-1}>
          <TransferState status={status} />
        </span>
        <span>{t('custody.askedBy', { by: requester })}</span>
        <span className="text-xs text-muted">
          <Moment at={requestedAt} />
        </span>
        <span className="ml-auto font-semibold">
          {t('custody.approvals', { given: approvals.length, needed: quorum })}
        </span>
      </div>
      {mismatches === 0 ? null : (
        <p
          className="border-l-2 border-critical bg-critical-soft px-3 py-2 font-semibold text-critical"
          role="alert"
        >
          {t('custody.mismatch', { count: mismatches })}
        </p>
      )}
      {safe === undefined ? null : <SafeNow transfer={transfer} safe={safe} />}
      <Said>{reason}</Said>
      <Shown transfer={transfer} />
      <People transfer={transfer} />
      {status === 'requested' ? (
        <Countdown says={t('custody.lapses')} at={expiresAt} over={t('custody.lapsed')} />
      ) : null}
      <Actions transfer={transfer} />
    </li>
  );
}

/** What was found of the Safe by now, which those who asked may not have been shown. */
function SafeNow({ transfer, safe: { findings, nonce } }: { transfer: Transfer; safe: SafeView }) {
  const { t, pick } = useTexts();
  const { transaction } = transfer.order;
  const isUsed = transaction.kind === 'safe' && nonce !== null && transaction.nonce < nonce;
  const says = [
    ...findings.map((found) => pick(found.says)),
    ...(isUsed ? [t('custody.safeNonceUsed', { nonce: nonce ?? 0 })] : []),
  ];
  return says.map((text) => (
    <p key={text} className="border-l-2 border-critical px-3 text-critical" data-safe-warning>
      {text}
    </p>
  ));
}

/** The decoded lines first, in both readings of the same bytes: what it does, and what will be signed. */
function Shown({ transfer }: { transfer: Transfer }) {
  const { t, pick } = useTexts();
  const { shown, digest, value, rule, order } = transfer;
  const { transaction } = order;
  return (
    <div className="border border-line">
      <p className="label border-b border-line bg-sunken px-2 py-1">{t('custody.decoded')}</p>
      <dl className="grid grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)] items-baseline gap-x-4 gap-y-0.5 px-2 py-1.5">
        {shown.map(({ label, value: text }) => (
          <div key={label.en} className="contents">
            <dt className="label pt-px">{pick(label)}</dt>
            <dd className="font-mono text-xs [overflow-wrap:anywhere]">{text}</dd>
          </div>
        ))}
        <dt className="label pt-px">{t('custody.value')}</dt>
        <dd>¥{amountText(value, 0)}</dd>
        <dt className="label pt-px">{t('custody.rule')}</dt>
        <dd className="font-mono text-xs">{rule}</dd>
        <dt className="label pt-px">{t('custody.digest')}</dt>
        <dd className="font-mono text-xs" data-digest>
          {digest}
        </dd>
      </dl>
      <details className="border-t border-line px-2 py-1">
        <summary className="label">{t('custody.fields')}</summary>
        <pre className="overflow-x-auto py-1 font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
          {JSON.stringify(transaction, null, 2)}
        </pre>
      </details>
    </div>
  );
}

function People({ transfer }: { transfer: Transfer }) {
  const { t } = useTexts();
  const { approvals, callBack, calledBackBy, approvedAt, hash } = transfer;
  return (
    <NamedList>
      <Named name={t('custody.approvedWho')}>
        {approvals.length === 0 ? t('common.none') : approvals.map(({ by }) => by).join(', ')}
      </Named>
      {callBack ? (
        <Named name={t('custody.callBack')}>{calledBackBy ?? t('custody.notCalledBack')}</Named>
      ) : null}
      {approvedAt === null ? null : (
        <Named name={t('custody.approvedAt')}>
          <Moment at={approvedAt} />
        </Named>
      )}
      {hash === null ? null : (
        <Named name={t('custody.hash')}>
          <span className="font-mono text-xs">{hash}</span>
        </Named>
      )}
    </NamedList>
  );
}

function Actions({ transfer }: { transfer: Transfer }) {
  const { t } = useTexts();
  const { id, status, digest, chain, order, callBack, calledBackBy } = transfer;
  const step = { transfer: id, digest, chain, order };
  return (
    <div className="flex flex-wrap items-center gap-1.5" data-chrome>
      {status === 'requested' ? (
        <Act
          command="custody.ApproveTransfer"
          input={step}
          text={t('custody.approve')}
          look="btn-main"
          label={`${t('custody.approve')} ${id}`}
        />
      ) : null}
      {status === 'requested' && callBack && calledBackBy === null ? (
        <Ask
          button={t('custody.confirmCallBack')}
          buttonLabel={`${t('custody.confirmCallBack')} ${id}`}
          title={t('custody.confirmCallBack')}
          command="custody.ConfirmCallBack"
          lead={<p>{t('custody.callBackLead')}</p>}
          fields={[
            { name: 'spokeWith', label: t('custody.spokeWith'), kind: 'text', max: 200 },
            { name: 'note', label: t('custody.note'), kind: 'area', max: 1_000 },
          ]}
          toInput={({ spokeWith, note }) => ({ ...step, spokeWith, note })}
          submit={t('custody.callBackSubmit')}
        />
      ) : null}
      <Ask
        button={t('custody.stop')}
        buttonLabel={`${t('custody.stop')} ${id}`}
        buttonLook="btn-grave"
        title={t('custody.stopTitle')}
        command="custody.StopTransfer"
        lead={<p>{t('custody.stopLead')}</p>}
        fields={[{ name: 'reason', label: t('form.reason'), kind: 'area', max: 1_000 }]}
        toInput={({ reason }) => ({ transfer: id, reason })}
        submit={t('custody.stop')}
        look="btn-final"
      />
    </div>
  );
}
