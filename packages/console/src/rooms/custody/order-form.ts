/**
 * A transfer as somebody writes it, and the exact transaction that it asks for. A payment of coin or token only: calls of
 * contracts are asked for with custody.RequestTransfer, whose bytes the policy must list.
 */
import type { CustodyPage, WalletView } from '@sonae/core/app/custody/api.ts';
import type { Order, Transaction } from '@sonae/core/nouns/custody/facts/transfers.ts';
import { erc20Transfer } from '@sonae/proof/erc20';
import { minorOf } from '../books/amounts.ts';
import type { Values } from '../response/form-fields.ts';

export type OrderProblem = 'amount' | 'destination' | 'safe' | 'nonce' | 'fee' | 'customer';
const EVM_ADDRESS = /^0x[0-9a-fA-F]{40}$/;
/** Decimals of bitcoin, in whose smallest unit a fee is bounded. */
const BITCOIN_DECIMALS = 8;

/** Wallets that coin can leave. */
export const payingWallets = ({ wallets }: CustodyPage): readonly WalletView[] =>
  wallets.filter(({ retiredAt }) => retiredAt === null);

export const walletOf = (page: CustodyPage, id: string | undefined): WalletView | undefined =>
  payingWallets(page).find(({ wallet }) => wallet.id === id);

/** What a wallet can pay in: on chain what is deployed there; a custodian or bank takes an instruction in anything. */
export function assetsOf({ assets }: CustodyPage, { wallet }: WalletView): readonly string[] {
  const isOnChain = wallet.kind === 'evm' || wallet.kind === 'bitcoin';
  return assets
    .filter((one) => !isOnChain || one.chains.some(({ chain }) => chain === wallet.chain))
    .map(({ asset }) => asset);
}

/**
 * The first nonce that the Safe has not executed and nobody asks for. Where no Safe of this address is read: the number
 * after the highest that was asked for, empty when nothing was.
 */
export function nextNonce({ transfers, safes }: CustodyPage, safe: string, chain: string): string {
  const read = safes.find((one) => one.address === safe && one.chain === chain)?.nextNonce ?? null;
  if (read !== null) return String(read);
  const used = transfers.flatMap(({ status, order: { transaction } }) =>
    transaction.kind === 'safe' && transaction.safe === safe && status !== 'denied' && status !== 'stopped'
      ? [transaction.nonce]
      : [],
  );
  return used.length === 0 ? '' : String(Math.max(...used) + 1);
}

/** The order that was written, or the field that cannot be understood. */
export function orderOf(
  values: Values,
  page: CustodyPage,
): { readonly order: Order; readonly chain: string } | { readonly problem: OrderProblem } {
  const { wallet: id = '', asset = '', destination: written = '' } = values;
  const view = walletOf(page, id);
  const amount = minorOf(values.amount ?? '', page.decimals[asset] ?? 0);
  if (view === undefined || amount === null || /^0+$/.test(amount)) return { problem: 'amount' };
  const destination = written.trim();
  const { wallet } = view;
  if (destination === '' || (wallet.kind === 'evm' && !EVM_ADDRESS.test(destination)))
    return { problem: 'destination' };
  const transaction = transactionOf(values, page, view, { amount, asset, destination });
  if ('problem' in transaction) return transaction;
  const [held, customer] = [values.withdrawal, values.customer].map((text) => text?.trim() ?? '');
  if (!held !== !customer) return { problem: 'customer' };
  const order = { wallet: id, asset, amount, destination, transaction };
  const withdrawal = held && customer ? { withdrawal: { id: held, customer } } : {};
  return { chain: wallet.chain, order: { ...order, ...withdrawal } };
}

function transactionOf(
  { safe: writtenSafe = '', nonce = '', feeMax = '', reference = '' }: Values,
  page: CustodyPage,
  { wallet: { kind, chain, chainId } }: WalletView,
  { amount, asset, destination }: Pick<Order, 'amount' | 'asset' | 'destination'>,
): Transaction | { readonly problem: OrderProblem } {
  if (kind === 'bitcoin') {
    const most = minorOf(feeMax, BITCOIN_DECIMALS);
    return most === null ? { problem: 'fee' } : { kind: 'bitcoin', feeMax: most };
  }
  if (kind !== 'evm' || chainId === null) return { kind: 'instruction', reference: reference.trim() };
  const safe = writtenSafe.trim();
  if (!EVM_ADDRESS.test(safe)) return { problem: 'safe' };
  if (!/^\d{1,9}$/.test(nonce)) return { problem: 'nonce' };
  const shared = {
    kind: 'safe',
    chainId,
    safe: safe.toLowerCase(),
    operation: 'call',
    nonce: Number(nonce),
  } as const;
  const deployment = page.assets
    .find((one) => one.asset === asset)
    ?.chains.find((one) => one.chain === chain);
  const to = destination.toLowerCase();
  if (deployment === undefined || deployment.contract === null)
    return { ...shared, to, value: amount, data: '0x' };
  const data = erc20Transfer(to, BigInt(amount));
  return { ...shared, to: deployment.contract.toLowerCase(), value: '0', data };
}
