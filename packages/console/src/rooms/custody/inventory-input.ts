/** What a form of the inventory becomes: the command and what it takes. The server says which field does not fit. */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { linesOf, type Values } from '../response/form-fields.ts';

export const INVENTORY_FORMS = ['key', 'custodian', 'wallet', 'addresses', 'destination', 'retire'] as const;
export type InventoryForm = (typeof INVENTORY_FORMS)[number];

/** What is declared of a device, and of how it is used. */
export const STORAGE = ['everOnline', 'onlineOnlyToSign', 'leavesDevice'] as const;
export const PRACTICE = ['manual', 'contentChecked'] as const;

/** A wallet whose coin a custodian or bank holds: no keys of ours. */
export const isHeldElsewhere = (kind: string | undefined): boolean => kind === 'custodian' || kind === 'bank';

const flagsOf = <N extends string>(names: readonly N[], value: string | undefined): Record<N, boolean> =>
  Object.fromEntries(names.map((name) => [name, linesOf(value).includes(name)])) as Record<N, boolean>;
const textOrNull = (value: string | undefined): string | null => value?.trim() || null;

export function inventoryInput(form: InventoryForm, values: Values, page: CustodyPage): unknown {
  const reason = values.reason ?? '';
  if (form !== 'addresses') return { content: contentOf(form, values), reason };
  const chain = page.wallets.find(({ wallet }) => wallet.id === values.wallet)?.wallet.chain ?? '';
  return { wallet: values.wallet, chain, addresses: linesOf(values.addresses), reason };
}

function contentOf(form: Exclude<InventoryForm, 'addresses'>, values: Values): unknown {
  const { id = '', name = '', kind = '', chain = '', what = '' } = values;
  const address = values.address?.trim() ?? '';
  const storage = flagsOf(STORAGE, values.storage);
  const practice = flagsOf(PRACTICE, values.practice);
  if (form === 'retire')
    return what === 'destination'
      ? { kind: 'retire-destination', chain, address }
      : { kind: 'retire', what, id };
  if (form === 'destination')
    return {
      kind: 'destination',
      destination: { chain, address, name, counterpart: textOrNull(values.counterpart) },
    };
  if (form === 'custodian') return { kind: 'custodian', custodian: { id, name, ...storage, ...practice } };
  if (form === 'key') {
    const backups = (of: string | undefined, sealed: boolean) =>
      linesOf(of).map((place) => ({ place, sealed }));
    const { place, holder } = values;
    const copies = [...backups(values.sealed, true), ...backups(values.unsealed, false)];
    const evmAddress = textOrNull(values.evmAddress)?.toLowerCase() ?? null;
    return { kind: 'key', key: { id, name, kind, place, holder, evmAddress, ...storage, backups: copies } };
  }
  const isElsewhere = isHeldElsewhere(kind);
  return {
    kind: 'wallet',
    wallet: {
      ...{ id, name, chain, kind, owner: values.owner, purpose: values.purpose },
      chainId: kind === 'evm' ? Number(values.chainId) : null,
      safe: kind === 'evm' && values.contract === 'safe',
      descriptor: isElsewhere ? null : textOrNull(values.descriptor),
      custodian: isElsewhere ? textOrNull(values.custodian) : null,
      keys: isElsewhere ? [] : linesOf(values.keys),
      quorum: isElsewhere ? 0 : Number(values.quorum),
      ...practice,
    },
  };
}
