/**
 * What can have happened to the inventory: wallets, keys, custodians and destinations were proposed by one person and
 * approved by another; addresses were claimed, added or released. Watch-only: nothing here can sign.
 */
import type { JsonValue } from '@sonae/proof/canonical-json';
import { z } from 'zod';
import { defineFact } from '../../../log/fact.ts';
import { safeStateSchema } from './safes.ts';
import {
  addressText,
  digestText,
  evmAddress,
  isoTime,
  principalId,
  reasonText,
  slug,
  WALLET_KINDS,
  WALLET_OWNERS,
  WALLET_PURPOSES,
} from './words.ts';

export const WALLETS_MAX = 500;
export const KEYS_MAX = 2_000;
export const CUSTODIANS_MAX = 100;
export const CHANGES_OPEN_MAX = 200;
export const ADDRESSES_PER_COMMAND_MAX = 10_000;
/** So many addresses of the longest form stay below the size limit of a fact. */
export const ADDRESSES_PER_FACT_MAX = 2_000;

const name = z.string().trim().min(1).max(100);
const storage = {
  /** Was the device that holds it ever connected to the internet, even once. */
  everOnline: z.boolean(),
  /** Is it connected only while it signs. */
  onlineOnlyToSign: z.boolean(),
  /** Can the key leave the device. */
  leavesDevice: z.boolean(),
};

export const keySchema = z
  .object({
    id: slug,
    name,
    kind: z.enum(['hsm', 'hardware', 'mpc-share', 'paper', 'software']),
    /** The place it lies in: two keys in one place fall to one burglary. */
    place: slug,
    holder: principalId,
    /** The account that it signs as on EVM chains: what stands among a Safe's owners. Null: not stated. */
    evmAddress: evmAddress.nullable().default(null),
    ...storage,
    backups: z.array(z.object({ place: slug, sealed: z.boolean() }).strict()).max(20),
  })
  .strict();
export type Key = z.infer<typeof keySchema>;

export const custodianSchema = z
  .object({ id: slug, name, ...storage, contentChecked: z.boolean(), manual: z.boolean() })
  .strict();
export type Custodian = z.infer<typeof custodianSchema>;

export const walletSchema = z
  .object({
    id: slug,
    name,
    chain: slug,
    kind: z.enum(WALLET_KINDS),
    /** EVM chain id; null on other chains. */
    chainId: z.int().positive().nullable(),
    /** Whether each address of it is a Safe, whose owners and code are then read on chain. */
    safe: z.boolean().default(false),
    /** Watch-only output descriptor or extended PUBLIC key. */
    descriptor: z.string().max(2_000).nullable(),
    custodian: slug.nullable(),
    owner: z.enum(WALLET_OWNERS),
    purpose: z.enum(WALLET_PURPOSES),
    keys: z.array(slug).max(50),
    /** Signatures needed; of as many as there are keys. */
    quorum: z.int().min(0).max(50),
    /** A written procedure of signing exists and is followed. */
    manual: z.boolean(),
    /** What is signed is checked for its content each time, by people, on a second device. */
    contentChecked: z.boolean(),
  })
  .strict();
export type Wallet = z.infer<typeof walletSchema>;

/** An address that the firm itself pays to: a counterpart, an own account elsewhere. */
export const destinationSchema = z
  .object({ chain: slug, address: addressText, name, counterpart: slug.nullable() })
  .strict();
export type Destination = z.infer<typeof destinationSchema>;

export const changeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('wallet'), wallet: walletSchema }).strict(),
  z.object({ kind: z.literal('key'), key: keySchema }).strict(),
  z.object({ kind: z.literal('custodian'), custodian: custodianSchema }).strict(),
  z.object({ kind: z.literal('destination'), destination: destinationSchema }).strict(),
  z.object({ kind: z.literal('addresses'), wallet: slug, count: z.int().positive() }).strict(),
  z.object({ kind: z.literal('retire'), what: z.enum(['wallet', 'key', 'custodian']), id: slug }).strict(),
  z.object({ kind: z.literal('retire-destination'), chain: slug, address: addressText }).strict(),
  /** How a Safe may be: as it was read, or as it will be once a change that people want is executed. */
  z
    .object({
      kind: z.literal('safe-state'),
      wallet: slug,
      chain: slug,
      address: evmAddress,
      state: safeStateSchema,
    })
    .strict(),
]);
export type Change = z.infer<typeof changeSchema>;

/** Before version 2 nobody declared Safes, or under which account a key signs. */
function withSafes(body: JsonValue): JsonValue {
  const { content, ...about } = body as { readonly content: Record<string, Record<string, JsonValue>> };
  const { wallet, key } = content;
  if (content.kind === ('wallet' as unknown))
    return { ...about, content: { ...content, wallet: { ...wallet, safe: false } } } as JsonValue;
  if (content.kind === ('key' as unknown))
    return { ...about, content: { ...content, key: { ...key, evmAddress: null } } } as JsonValue;
  return body;
}

const changeId = z.string().min(1).max(40);
const named = { change: changeId };

export const changeProposed = defineFact({
  name: 'custody.ChangeProposed',
  version: 2,
  schema: z
    .object({ ...named, content: changeSchema, digest: digestText, reason: reasonText, lapsesAt: isoTime })
    .strict(),
  says: { en: 'A change of the custody inventory was proposed.', ja: 'カストディ台帳の変更が提案された。' },
  upcast: { 1: withSafes },
});

export const changeApproved = defineFact({
  name: 'custody.ChangeApproved',
  version: 2,
  schema: z.object({ ...named, content: changeSchema, digest: digestText, proposer: principalId }).strict(),
  says: {
    en: 'Somebody else approved a change of the inventory: it holds.',
    ja: '別の者が台帳の変更を承認し、有効となった。',
  },
  upcast: { 1: withSafes },
});

export const changeRejected = defineFact({
  name: 'custody.ChangeRejected',
  version: 1,
  schema: z.object({ ...named, reason: reasonText, how: z.enum(['person', 'time']) }).strict(),
  says: { en: 'A proposed change was turned down, or lapsed.', ja: '変更の提案が却下されたか、失効した。' },
});

const addressBatch = z
  .object({
    ...named,
    wallet: slug,
    chain: slug,
    addresses: z.array(addressText).min(1).max(ADDRESSES_PER_FACT_MAX),
  })
  .strict();

export const addressesClaimed = defineFact({
  name: 'custody.AddressesClaimed',
  version: 1,
  schema: addressBatch,
  says: {
    en: 'Addresses were proposed for a wallet; until decided no other wallet can have them.',
    ja: 'アドレスがウォレットに提案された(決定まで他のウォレットは使えない)。',
  },
});

export const addressesAdded = defineFact({
  name: 'custody.AddressesAdded',
  version: 1,
  schema: addressBatch,
  says: { en: 'Addresses belong to a wallet from now on.', ja: 'アドレスがウォレットに登録された。' },
});

export const addressesReleased = defineFact({
  name: 'custody.AddressesReleased',
  version: 1,
  schema: addressBatch,
  says: { en: 'Addresses that were only proposed are free again.', ja: '提案中のアドレスが解放された。' },
});

export const INVENTORY_FACTS = [
  changeProposed,
  changeApproved,
  changeRejected,
  addressesClaimed,
  addressesAdded,
  addressesReleased,
] as const;
