/** Asking for a transfer: what is written becomes the exact transaction, which approvers and signers then see decoded. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { Ask } from '../response/command-form.tsx';
import type { Field, Values } from '../response/form-fields.ts';
import { assetsOf, nextNonce, orderOf, payingWallets, walletOf } from './order-form.ts';

type T = ReturnType<typeof useTexts>['t'];

export function AskTransfer({ page }: { page: CustodyPage }) {
  const { t } = useTexts();
  if (payingWallets(page).length === 0) return null;
  return (
    <Ask
      button={t('askTransfer')}
      buttonLook="btn-main"
      title={t('askTransfer')}
      command="custody.RequestTransfer"
      lead={<p className="text-muted">{t('askTransfer.lead')}</p>}
      fields={(written) => fieldsOf(page, written, t)}
      problem={(values) => {
        const asked = orderOf(values, page);
        const { asset = '' } = values;
        return 'problem' in asked
          ? t(`askTransfer.bad.${asked.problem}`, { asset, decimals: page.decimals[asset] ?? 0 })
          : null;
      }}
      toInput={(values) => ({ ...orderOf(values, page), reason: values.reason })}
      submit={t('askTransfer.submit')}
    />
  );
}

function fieldsOf(page: CustodyPage, written: Values, t: T): readonly Field[] {
  const wallets = payingWallets(page);
  const chosen = walletOf(page, written.wallet) ?? wallets[0];
  if (chosen === undefined) return [];
  const { wallet, addresses } = chosen;
  const own = wallets
    .filter((one) => one.wallet.chain === wallet.chain && one !== chosen)
    .flatMap((one) => one.addresses);
  const safe = written.safe ?? addresses[0] ?? '';
  const isRead = page.safes.some(
    (one) => one.address === safe.toLowerCase() && one.chain === wallet.chain && one.nonce !== null,
  );
  const byKind: Readonly<Record<typeof wallet.kind, readonly Field[]>> = {
    evm: [
      {
        ...{ name: 'safe', label: t('askTransfer.safe'), kind: 'text', isCode: true },
        first: safe,
        suggestions: addresses,
      },
      {
        name: 'nonce',
        label: t('askTransfer.nonce'),
        kind: 'number',
        first: nextNonce(page, safe.toLowerCase(), wallet.chain),
        hint: t(isRead ? 'askTransfer.nonceRead' : 'askTransfer.nonceHint'),
      },
    ],
    bitcoin: [{ name: 'feeMax', label: t('askTransfer.feeMax'), kind: 'text', max: 30 }],
    custodian: [{ name: 'reference', label: t('askTransfer.reference'), kind: 'text', max: 200 }],
    bank: [{ name: 'reference', label: t('askTransfer.reference'), kind: 'text', max: 200 }],
  };
  return [
    {
      name: 'wallet',
      label: t('askTransfer.wallet'),
      kind: 'choice',
      options: wallets.map((one) => ({
        value: one.wallet.id,
        text: `${one.wallet.name} · ${one.wallet.chain} · ${t(`owner.${one.wallet.owner}`)}`,
      })),
    },
    {
      name: 'asset',
      label: t('askTransfer.asset'),
      kind: 'choice',
      options: assetsOf(page, chosen).map((value) => ({ value, text: value })),
    },
    { name: 'amount', label: t('askTransfer.amount'), kind: 'text', max: 60 },
    {
      name: 'destination',
      label: t('askTransfer.destination'),
      kind: 'text',
      isCode: true,
      max: 100,
      suggestions: own,
      hint: t('askTransfer.destinationHint'),
    },
    ...byKind[wallet.kind],
    ...heldFields(page, t),
    { name: 'reason', label: t('form.reason'), kind: 'area', max: 1_000 },
  ];
}

/** Which withdrawal of the gate the transfer pays, if any. */
function heldFields(page: CustodyPage, t: T): readonly Field[] {
  return [
    {
      ...{ name: 'withdrawal', label: t('askTransfer.withdrawal'), kind: 'text', isCode: true, max: 100 },
      suggestions: page.gate.waiting.held.map(({ id }) => id),
      hint: t('askTransfer.withdrawalHint'),
      isOptional: true,
    },
    {
      name: 'customer',
      label: t('askTransfer.customer'),
      kind: 'text',
      isCode: true,
      max: 64,
      isOptional: true,
    },
  ];
}
