/** Signing in and out: one signature over the server's nonce with any bound credential. It never approves anything. */
import type { CommandAnswer } from '@sonae/core/app/api.ts';
import type { Credential, Proof, Statement, Verdict } from '@sonae/proof/approval';
import { get, post } from '../api.ts';
import { type PasskeyOf, signWithPasskey } from './passkey.ts';
import { browserWallet, signWithWallet, type WalletCredential } from './wallet.ts';

type Nonce = { readonly nonce: string; readonly origin: string; readonly founding: string };
export type Signed = { readonly credential: string; readonly proof: Proof };
/** How a person signs here; an Ed25519 key signs elsewhere, by file. */
export type Method = 'passkey' | 'wallet';

export async function fetchCredentials(principal: string): Promise<readonly Credential[]> {
  const path = `/auth/credentials/${encodeURIComponent(principal)}`;
  return (await get<{ credentials: readonly Credential[] }>(path)).credentials;
}

export const passkeysOf = (all: readonly Credential[]): PasskeyOf[] =>
  all.filter((one): one is PasskeyOf => one.kind === 'passkey');

export const walletsOf = (all: readonly Credential[]): WalletCredential[] =>
  all.filter((one): one is WalletCredential => one.kind === 'evm');

/** A statement signed by a person's credential on this device. */
export async function signStatement(
  method: Method,
  credentials: readonly Credential[],
  statement: Statement,
): Promise<Signed> {
  if (method === 'passkey') return signWithPasskey(passkeysOf(credentials), statement);
  const wallet = browserWallet();
  const [credential] = walletsOf(credentials);
  if (wallet === null || credential === undefined) throw new Error('there is no wallet for this person here');
  return { credential: credential.id, proof: await signWithWallet(wallet, credential, statement) };
}

export async function signIn(principal: string, method: Method): Promise<void> {
  const { nonce, origin } = await get<Nonce>('/auth/nonce');
  const credentials = await fetchCredentials(principal);
  const signed = await signStatement(method, credentials, { says: 'sign-in', body: { nonce, origin } });
  await post('/auth/sign-in', { nonce, principal, ...signed });
}

export const signOut = (): Promise<unknown> => post('/auth/sign-out', {});

/** Signed by a person of the demonstration, with a key that lies on the server: refused anywhere else. */
export function signAsDemonstration(
  use: string,
  principal: string,
  says: Verdict,
  reason: string | null,
): Promise<CommandAnswer> {
  const words = reason === null ? {} : { reason };
  return post<CommandAnswer>('/api/demonstration/sign', { use, principal, says, ...words });
}
