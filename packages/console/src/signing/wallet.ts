/** Signing with a wallet in the browser (EIP-1193): typed data that names the action, shown by the wallet itself. */
import { type Statement, typedDataOf } from '@sonae/proof/approval';
import type { TypedData } from '@sonae/proof/eip712';

export type WalletRequest = { readonly method: string; readonly params?: readonly unknown[] };
export type Wallet = { request(asked: WalletRequest): Promise<unknown> };
export type WalletCredential = { readonly id: string; readonly kind: 'evm'; readonly address: string };

/** The wallet that the browser offers, or null. */
export function browserWallet(): Wallet | null {
  const { ethereum } = globalThis as { ethereum?: Partial<Wallet> };
  return typeof ethereum?.request === 'function' ? (ethereum as Wallet) : null;
}

const DOMAIN_TYPES = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
] as const;

/** As `eth_signTypedData_v4` takes it: wallets want the type of the domain spelled out. */
export function walletTypedData(typed: TypedData): string {
  const used = DOMAIN_TYPES.filter(({ name }) => typed.domain[name] !== undefined);
  return JSON.stringify({ ...typed, types: { EIP712Domain: used, ...typed.types } });
}

/** Wallets sign an order for a contract only while they stand on its chain. */
async function goToChain(wallet: Wallet, { domain }: TypedData): Promise<void> {
  if (domain.chainId === undefined) return;
  const chainId = `0x${domain.chainId.toString(16)}`;
  const current = await wallet.request({ method: 'eth_chainId' });
  if (current === chainId) return;
  await wallet.request({ method: 'wallet_switchEthereumChain', params: [{ chainId }] });
}

/** Asks the wallet for a signature by exactly this credential's address. */
export async function signWithWallet(
  wallet: Wallet,
  credential: WalletCredential,
  statement: Statement,
): Promise<{ kind: 'evm'; signature: string }> {
  const accounts = await wallet.request({ method: 'eth_requestAccounts' });
  const known = Array.isArray(accounts) ? accounts.map((one) => String(one).toLowerCase()) : [];
  if (!known.includes(credential.address)) throw new WalletError('other-account', credential.address);
  const typed = typedDataOf(statement);
  await goToChain(wallet, typed);
  const params = [credential.address, walletTypedData(typed)];
  const signature = await wallet.request({ method: 'eth_signTypedData_v4', params });
  if (typeof signature !== 'string' || !/^0x[0-9a-fA-F]{130}$/.test(signature))
    throw new WalletError('no-signature', String(signature).slice(0, 40));
  return { kind: 'evm', signature: signature.toLowerCase() };
}

export class WalletError extends Error {
  override readonly name = 'WalletError';
  readonly code: 'other-account' | 'no-signature';
  constructor(code: WalletError['code'], detail: string) {
    super(code === 'other-account' ? `the wallet does not hold ${detail}` : `no signature: ${detail}`);
    this.code = code;
  }
}
