/**
 * Why a wallet counts as hot, warm or cold: what its keys, or its custodian, were declared to lack. The temperature
 * itself is derived by the server (core's custody/engine/legal.ts).
 */
import type { CustodyPage, WalletView } from '@sonae/core/app/custody/api.ts';

export const STORAGE_REASONS = [
  'no-known-key',
  'was-online',
  'leaves-device',
  'online-longer',
  'no-manual',
  'content-unchecked',
] as const;
export type StorageReason = (typeof STORAGE_REASONS)[number];

/** Empty: nothing is lacking, the wallet is cold. `of` names the keys or the custodian; empty where it is the wallet. */
export function storageReasons(
  { wallet }: Pick<WalletView, 'wallet'>,
  { keys, custodians }: Pick<CustodyPage, 'keys' | 'custodians'>,
): { readonly reason: StorageReason; readonly of: readonly string[] }[] {
  const custodian = custodians.find(({ id }) => id === wallet.custodian);
  const stores = custodian === undefined ? keys.filter(({ id }) => wallet.keys.includes(id)) : [custodian];
  const isIncomplete = custodian === undefined && stores.length < wallet.keys.length;
  if (stores.length === 0 || isIncomplete) return [{ reason: 'no-known-key', of: [] }];
  // Never online is cold, whatever else was declared.
  const touched = stores.filter(({ everOnline }) => everOnline);
  if (touched.length === 0) return [];
  const named = (of: typeof touched): string[] => of.map(({ id }) => id);
  const procedure = custodian ?? wallet;
  return [
    { reason: 'was-online' as const, of: named(touched) },
    { reason: 'leaves-device' as const, of: named(touched.filter(({ leavesDevice }) => leavesDevice)) },
    {
      reason: 'online-longer' as const,
      of: named(touched.filter(({ onlineOnlyToSign }) => !onlineOnlyToSign)),
    },
    { reason: 'no-manual' as const, of: procedure.manual ? [] : [procedure.id] },
    { reason: 'content-unchecked' as const, of: procedure.contentChecked ? [] : [procedure.id] },
  ].filter(({ of }) => of.length > 0);
}
