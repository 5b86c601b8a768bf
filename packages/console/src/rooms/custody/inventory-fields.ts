/**
 * Changes of the inventory as forms: which fields each kind asks for. A known id begins with what is known
 * of it, so that altering is writing what differs.
 */
import type { CustodyPage } from '@sonae/core/app/custody/api.ts';
import { type Custodian, keySchema, type Wallet } from '@sonae/core/nouns/custody/facts/inventory.ts';
import { WALLET_KINDS, WALLET_OWNERS, WALLET_PURPOSES } from '@sonae/core/nouns/custody/facts/words.ts';
import type { Translate } from '../../i18n/language.ts';
import type { Field, Option, Values } from '../response/form-fields.ts';
import { type InventoryForm, isHeldElsewhere, PRACTICE, STORAGE } from './inventory-input.ts';

const KEY_KINDS = keySchema.shape.kind.options;
const RETIRED = ['wallet', 'key', 'custodian', 'destination'] as const;
const ID_MAX = 40;
const NAME_MAX = 100;
/** Ten thousand addresses of the longest form, a line each. */
const ADDRESSES_CHARS_MAX = 1_010_000;

type Flags = Readonly<Record<string, unknown>>;
const setOf = (names: readonly string[], from: Flags | undefined): string =>
  names.filter((name) => from?.[name] === true).join('\n');
const sameText = (values: readonly string[]): readonly Option[] =>
  values.map((value) => ({ value, text: value }));

/** The fields of one kind; `people` are those who may hold a key. */
export function inventoryFields(
  form: InventoryForm,
  page: CustodyPage,
  written: Values,
  people: readonly string[],
  t: Translate,
): readonly Field[] {
  const reason: Field = { name: 'reason', label: t('form.reason'), kind: 'area', max: 1_000 };
  return [...fieldsByForm[form](page, written, t, people), reason];
}

type FieldsOf = (page: CustodyPage, written: Values, t: Translate, people: readonly string[]) => Field[];

const idField = (known: readonly string[], t: Translate): Field => ({
  name: 'id',
  label: t('inventory.id'),
  kind: 'text',
  max: ID_MAX,
  suggestions: known,
  hint: t('inventory.idHint'),
});

const nameField = (first: string | undefined, t: Translate): Field => ({
  name: 'name',
  label: t('inventory.name'),
  kind: 'text',
  max: NAME_MAX,
  first: first ?? '',
});

const flagsField = (
  name: 'storage' | 'practice',
  flags: readonly (typeof STORAGE)[number][] | readonly (typeof PRACTICE)[number][],
  from: Flags | undefined,
  t: Translate,
): Field => ({
  name,
  label: t(`inventory.${name}`),
  kind: 'many',
  isOptional: true,
  options: flags.map((value) => ({ value, text: t(`inventory.is.${value}`) })),
  first: setOf(flags, from),
});

const chainField = (first: string | undefined, page: CustodyPage, t: Translate): Field => ({
  name: 'chain',
  label: t('inventory.chain'),
  kind: 'text',
  max: ID_MAX,
  suggestions: [...new Set(page.assets.flatMap(({ chains }) => chains.map(({ chain }) => chain)))],
  first: first ?? '',
});

const keyFields: FieldsOf = ({ keys }, { id }, t, people) => {
  const known = keys.find((one) => one.id === id);
  const backups = (sealed: boolean): string =>
    (known?.backups ?? [])
      .filter((one) => one.sealed === sealed)
      .map(({ place }) => place)
      .join('\n');
  const places = [...new Set(keys.map(({ place }) => place))];
  return [
    idField(
      keys.map((one) => one.id),
      t,
    ),
    nameField(known?.name, t),
    {
      name: 'kind',
      label: t('inventory.keyKind'),
      kind: 'choice',
      options: KEY_KINDS.map((value) => ({ value, text: t(`keyKind.${value}`) })),
      first: known?.kind ?? 'hardware',
    },
    {
      name: 'place',
      label: t('inventory.place'),
      kind: 'text',
      max: ID_MAX,
      suggestions: places,
      first: known?.place ?? '',
      hint: t('inventory.placeHint'),
    },
    {
      name: 'holder',
      label: t('inventory.holder'),
      kind: 'text',
      max: NAME_MAX,
      suggestions: people,
      first: known?.holder ?? '',
    },
    {
      ...{ name: 'evmAddress', label: t('inventory.evmAddress'), kind: 'text', isOptional: true },
      ...{ isCode: true, max: NAME_MAX, first: known?.evmAddress ?? '' },
      hint: t('inventory.evmAddressHint'),
    },
    flagsField('storage', STORAGE, known, t),
    {
      ...{ name: 'sealed', label: t('inventory.sealed'), kind: 'area', isOptional: true },
      ...{ first: backups(true), hint: t('inventory.perLine') },
    },
    {
      ...{ name: 'unsealed', label: t('inventory.unsealed'), kind: 'area', isOptional: true },
      first: backups(false),
    },
  ];
};

const custodianFields: FieldsOf = ({ custodians }, { id }, t) => {
  const known: Custodian | undefined = custodians.find((one) => one.id === id);
  return [
    idField(
      custodians.map((one) => one.id),
      t,
    ),
    nameField(known?.name, t),
    flagsField('storage', STORAGE, known, t),
    flagsField('practice', PRACTICE, known, t),
  ];
};

/** Who signs, for a wallet whose keys are ours. */
const signersOf = (known: Wallet | undefined, page: CustodyPage, t: Translate): Field[] => [
  {
    name: 'keys',
    label: t('custody.keys'),
    kind: 'many',
    options: page.keys.map(({ id, place, holder }) => ({
      value: id,
      text: `${id} · ${place} · ${holder}`,
    })),
    first: known?.keys.join('\n') ?? '',
    hint: page.keys.length === 0 ? t('custody.keysNone') : t('inventory.keysHint'),
  },
  {
    ...{ name: 'quorum', label: t('inventory.quorum'), kind: 'number', min: 1, max: 50 },
    first: String(known?.quorum || ''),
  },
  {
    name: 'descriptor',
    label: t('inventory.descriptor'),
    kind: 'area',
    isOptional: true,
    isCode: true,
    max: 2_000,
    first: known?.descriptor ?? '',
    hint: t('inventory.descriptorHint'),
  },
];

/** Who holds the coin of one whose keys are not. */
const custodianOf = (known: Wallet | undefined, page: CustodyPage, t: Translate): Field[] => [
  {
    ...{ name: 'custodian', label: t('inventory.custodian'), kind: 'choice' },
    options: page.custodians.map(({ id, name }) => ({ value: id, text: name })),
    first: known?.custodian ?? '',
  },
];

/** Whether its addresses are Safes, which are then read on chain. */
const contractField = (known: Wallet | undefined, t: Translate): Field => ({
  name: 'contract',
  label: t('inventory.contract'),
  kind: 'radio',
  options: (['none', 'safe'] as const).map((value) => ({ value, text: t(`inventory.contract.${value}`) })),
  first: known?.safe ? 'safe' : 'none',
});

const walletFields: FieldsOf = (page, written, t) => {
  const known: Wallet | undefined = page.wallets.find(({ wallet }) => wallet.id === written.id)?.wallet;
  const kind = written.kind ?? known?.kind ?? 'evm';
  const choice = (name: 'kind' | 'owner' | 'purpose', options: readonly Option[]): Field => ({
    ...{ name, label: t(`inventory.${name}`), kind: 'choice', options },
    first: known?.[name] ?? options[0]?.value ?? '',
  });
  return [
    idField(
      page.wallets.map(({ wallet }) => wallet.id),
      t,
    ),
    nameField(known?.name, t),
    choice(
      'kind',
      WALLET_KINDS.map((value) => ({ value, text: t(`walletKind.${value}`) })),
    ),
    chainField(known?.chain, page, t),
    ...(kind === 'evm'
      ? [
          {
            ...{ name: 'chainId', label: t('inventory.chainId'), kind: 'number' as const, min: 1 },
            first: String(known?.chainId ?? ''),
          },
          contractField(known, t),
        ]
      : []),
    choice(
      'owner',
      WALLET_OWNERS.map((value) => ({ value, text: t(`owner.${value}`) })),
    ),
    choice(
      'purpose',
      WALLET_PURPOSES.map((value) => ({ value, text: t(`walletPurpose.${value}`) })),
    ),
    ...(isHeldElsewhere(kind) ? custodianOf(known, page, t) : signersOf(known, page, t)),
    flagsField('practice', PRACTICE, known, t),
  ];
};

const addressFields: FieldsOf = ({ wallets }, _written, t) => [
  {
    name: 'wallet',
    label: t('custody.col.wallet'),
    kind: 'choice',
    options: wallets
      .filter(({ retiredAt }) => retiredAt === null)
      .map(({ wallet }) => ({ value: wallet.id, text: `${wallet.name} · ${wallet.chain}` })),
  },
  {
    name: 'addresses',
    label: t('inventory.addresses'),
    kind: 'area',
    max: ADDRESSES_CHARS_MAX,
    rows: 8,
    hint: t('inventory.addressesHint'),
  },
];

const destinationFields: FieldsOf = (page, _written, t) => [
  chainField(undefined, page, t),
  { name: 'address', label: t('inventory.address'), kind: 'text', isCode: true, max: NAME_MAX },
  nameField(undefined, t),
  {
    name: 'counterpart',
    label: t('inventory.counterpart'),
    kind: 'text',
    isOptional: true,
    max: ID_MAX,
    hint: t('inventory.counterpartHint'),
  },
];

const retireFields: FieldsOf = (page, { what = 'wallet' }, t) => {
  const known: Readonly<Record<string, readonly string[]>> = {
    wallet: page.wallets.filter(({ retiredAt }) => retiredAt === null).map(({ wallet }) => wallet.id),
    key: page.keys.map(({ id }) => id),
    custodian: page.custodians.map(({ id }) => id),
  };
  const which: Field[] =
    what === 'destination'
      ? [
          chainField(undefined, page, t),
          { name: 'address', label: t('inventory.address'), kind: 'text', isCode: true, max: NAME_MAX },
        ]
      : [{ name: 'id', label: t('inventory.id'), kind: 'choice', options: sameText(known[what] ?? []) }];
  return [
    {
      name: 'what',
      label: t('inventory.what'),
      kind: 'choice',
      options: RETIRED.map((value) => ({ value, text: t(`inventoryChange.${value}`) })),
    },
    ...which,
  ];
};

const fieldsByForm: Readonly<Record<InventoryForm, FieldsOf>> = {
  key: keyFields,
  custodian: custodianFields,
  wallet: walletFields,
  addresses: addressFields,
  destination: destinationFields,
  retire: retireFields,
};
