/**
 * What the forms of custody build, held against the core that judges it: an order is read as exactly what was written, a
 * form of a known wallet or key changes nothing until somebody writes, and a faulty policy says where.
 */
import type { CustodyPage, WalletView } from '@sonae/core/app/custody/api.ts';
import { transactionProblem } from '@sonae/core/nouns/custody/engine/decode.ts';
import {
  changeSchema,
  custodianSchema,
  type Key,
  keySchema,
  type Wallet,
  walletSchema,
} from '@sonae/core/nouns/custody/facts/inventory.ts';
import { policySchema } from '@sonae/core/nouns/custody/facts/policy.ts';
import { orderSchema } from '@sonae/core/nouns/custody/facts/transfers.ts';
import type { Asset } from '@sonae/core/nouns/instruments/facts.ts';
import { describe, expect, test } from 'vitest';
import type { Translate } from '../../i18n/language.ts';
import { valuesOf } from '../response/form-fields.ts';
import { inventoryFields } from './inventory-fields.ts';
import { INVENTORY_FORMS, type InventoryForm, inventoryInput } from './inventory-input.ts';
import { assetsOf, nextNonce, orderOf, walletOf } from './order-form.ts';
import { FIRST_POLICY, policyText, readPolicyText } from './policy-text.ts';

const SAFE = `0x${'5a'.repeat(20)}`;
const PAYEE = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const TOKEN = `0x${'c0'.repeat(20)}`;
const t: Translate = (key) => key;

const wallet = (id: string, change: Partial<Wallet> = {}): Wallet => ({
  ...{ id, name: id, chain: 'ethereum', kind: 'evm', chainId: 1, descriptor: null, custodian: null },
  ...{ owner: 'customer', purpose: 'customer-coin', keys: ['k1', 'k2'], quorum: 2 },
  ...{ safe: false, manual: true, contentChecked: false, ...change },
});
const view = (of: Wallet, addresses: readonly string[] = []): WalletView => ({
  ...{ wallet: of, registeredAt: '2026-04-01T00:00:00Z', retiredAt: null, addresses },
  ...{ addressCount: addresses.length, temperature: 'cold', held: [] },
});
const key = (id: string, change: Partial<Key> = {}): Key => ({
  ...{ id, name: id, kind: 'hardware', place: 'tokyo', holder: 'east', evmAddress: null },
  ...{ everOnline: false, onlineOnlyToSign: true, leavesDevice: false, backups: [], ...change },
});
const asset = (id: string, decimals: number, chains: Asset['chains']): Asset => ({
  ...{ asset: id, name: id, decimals, kind: 'crypto', chains },
});
const ASSETS = [
  asset('ETH', 18, [{ chain: 'ethereum', kind: 'evm', contract: null, form: 'native' }]),
  asset('USDC', 6, [{ chain: 'ethereum', kind: 'evm', contract: TOKEN, form: 'native' }]),
  asset('BTC', 8, [{ chain: 'bitcoin', kind: 'bitcoin', contract: null, form: 'native' }]),
];
const WALLETS = [
  view(wallet('vault', { safe: true }), [SAFE]),
  view(wallet('coins', { chain: 'bitcoin', kind: 'bitcoin', chainId: null, descriptor: 'wpkh(02ab)' })),
  view(wallet('trust', { kind: 'custodian', chainId: null, custodian: 'alpha', keys: [], quorum: 0 })),
];
const KEYS = [
  key('k1', {
    backups: [
      { place: 'osaka', sealed: true },
      { place: 'nara', sealed: false },
    ],
  }),
  key('k2', { evmAddress: `0x${'a2'.repeat(20)}` }),
];
const CUSTODIANS = [
  {
    ...{ id: 'alpha', name: 'Alpha Trust', everOnline: true, onlineOnlyToSign: false, leavesDevice: false },
    ...{ contentChecked: true, manual: true },
  },
];
const PAGE = {
  wallets: WALLETS,
  keys: KEYS,
  custodians: CUSTODIANS,
  assets: ASSETS,
  decimals: Object.fromEntries(ASSETS.map((one) => [one.asset, one.decimals])),
  transfers: [],
  safes: [],
} as unknown as CustodyPage;

const ASK = { wallet: 'vault', amount: '1.5', destination: PAYEE, safe: SAFE, nonce: '7' };

describe('a transfer that is asked for', () => {
  test.each(['ETH', 'USDC'])('in %s is read by the policy as what was written', (id) => {
    const asked = orderOf({ ...ASK, asset: id }, PAGE);
    if ('problem' in asked) throw new Error(asked.problem);
    const order = orderSchema.parse({ ...asked.order, destination: asked.order.destination.toLowerCase() });
    const of = ASSETS.find((one) => one.asset === id) as Asset;
    expect(transactionProblem(order, (WALLETS[0] as WalletView).wallet, of, [SAFE], [])).toBeNull();
    expect(BigInt(order.amount)).toBe(15n * 10n ** BigInt(of.decimals - 1));
    // Another amount in the same bytes is not what was asked.
    const other = { ...order, amount: String(BigInt(order.amount) + 1n) };
    expect(transactionProblem(other, (WALLETS[0] as WalletView).wallet, of, [SAFE], [])).toMatchObject({
      rule: 'not-as-asked',
    });
  });

  test('keeps the spelling of the address, whose checksum the server reads', () => {
    expect(orderOf({ ...ASK, asset: 'ETH' }, PAGE)).toMatchObject({
      chain: 'ethereum',
      order: { destination: PAYEE },
    });
  });

  test('on Bitcoin carries the bound of its fee, with a custodian its reference', () => {
    const coins = { ...ASK, wallet: 'coins', asset: 'BTC', destination: 'bc1qabc', feeMax: '0.0001' };
    expect(orderOf(coins, PAGE)).toMatchObject({
      order: { transaction: { kind: 'bitcoin', feeMax: '10000' } },
    });
    const trust = { ...ASK, wallet: 'trust', asset: 'BTC', destination: 'account-7', reference: ' r-1 ' };
    expect(orderOf(trust, PAGE)).toMatchObject({
      order: { transaction: { kind: 'instruction', reference: 'r-1' } },
    });
  });

  test.each([
    [{ amount: '0' }, 'amount'],
    [{ amount: '1.0000000000000000001' }, 'amount'],
    [{ amount: '-1' }, 'amount'],
    [{ wallet: 'none' }, 'amount'],
    [{ destination: '0x12' }, 'destination'],
    [{ destination: ' ' }, 'destination'],
    [{ safe: 'vault' }, 'safe'],
    [{ nonce: '1.5' }, 'nonce'],
    [{ wallet: 'coins', asset: 'BTC', feeMax: 'x' }, 'fee'],
  ])('%j names what cannot be understood', (change, problem) => {
    expect(orderOf({ ...ASK, asset: 'ETH', ...change }, PAGE)).toEqual({ problem });
  });

  test('a wallet pays in what its chain has; the nonce follows what was asked before', () => {
    expect(WALLETS.map((one) => assetsOf(PAGE, one))).toEqual([
      ['ETH', 'USDC'],
      ['BTC'],
      ['ETH', 'USDC', 'BTC'],
    ]);
    expect(nextNonce(PAGE, SAFE, 'ethereum')).toBe('');
    const asked = orderOf({ ...ASK, asset: 'ETH' }, PAGE);
    const transfers = [
      { ...asked, status: 'settled' },
      { order: { transaction: { kind: 'safe', safe: SAFE, nonce: 9 } }, status: 'denied' },
    ];
    const page = { ...PAGE, transfers } as unknown as CustodyPage;
    expect(nextNonce(page, SAFE, 'ethereum')).toBe('8');
    // What the chain says goes before what was asked.
    const read = { address: SAFE, chain: 'ethereum', nextNonce: 12 };
    const safes = [{ ...read, chain: 'base', nextNonce: 3 }, read] as unknown as CustodyPage['safes'];
    expect(nextNonce({ ...page, safes }, SAFE, 'ethereum')).toBe('12');
    expect(nextNonce({ ...page, safes }, SAFE, 'polygon')).toBe('8');
  });

  test('nothing leaves a wallet that was retired', () => {
    const retired = { ...(WALLETS[0] as WalletView), retiredAt: '2026-05-01T00:00:00Z' };
    expect(walletOf({ ...PAGE, wallets: [retired] }, 'vault')).toBeUndefined();
  });
});

const inputOf = (form: InventoryForm, written: Readonly<Record<string, string>>): unknown => {
  const first = valuesOf(inventoryFields(form, PAGE, written, [], t), written);
  return inventoryInput(form, { ...first, reason: 'r' }, PAGE);
};

describe('a change of the inventory', () => {
  test.each(KEYS.map((one) => [one.id, one] as const))('key %s opened again changes nothing', (id, known) => {
    expect(inputOf('key', { id })).toEqual({ content: { kind: 'key', key: known }, reason: 'r' });
  });

  test.each(WALLETS.map(({ wallet: one }) => [one.id, one] as const))(
    'wallet %s opened again changes nothing',
    (id, known) => {
      expect(inputOf('wallet', { id })).toEqual({ content: { kind: 'wallet', wallet: known }, reason: 'r' });
    },
  );

  test('a custodian opened again changes nothing; one field written changes one', () => {
    const [known] = CUSTODIANS;
    expect(inputOf('custodian', { id: 'alpha' })).toEqual({
      content: { kind: 'custodian', custodian: known },
      reason: 'r',
    });
    expect(inputOf('wallet', { id: 'vault', quorum: '1' })).toMatchObject({
      content: { wallet: { ...(WALLETS[0] as WalletView).wallet, quorum: 1 } },
    });
  });

  test('a wallet that somebody else holds has no keys, chain id or descriptor of ours', () => {
    const elsewhere = { id: 'vault', kind: 'custodian', custodian: 'alpha' };
    expect(inputOf('wallet', elsewhere)).toMatchObject({
      content: { wallet: { keys: [], quorum: 0, chainId: null, descriptor: null, custodian: 'alpha' } },
    });
  });

  test('every form makes what the command takes', () => {
    const written: Readonly<Record<Exclude<InventoryForm, 'addresses'>, Readonly<Record<string, string>>>> = {
      key: { id: 'k9', name: 'Key 9', place: 'kobe', holder: 'west', storage: 'everOnline', sealed: 'a\nb' },
      custodian: { id: 'beta', name: 'Beta', storage: '', practice: 'manual' },
      wallet: { id: 'w9', name: 'W', chain: 'ethereum', chainId: '1', keys: 'k1', quorum: '1' },
      destination: { chain: 'ethereum', address: PAYEE, name: 'Payee', counterpart: '' },
      retire: { what: 'destination', chain: 'ethereum', address: PAYEE },
    };
    for (const [form, values] of Object.entries(written)) {
      const input = inputOf(form as InventoryForm, values) as { content: unknown };
      expect(changeSchema.safeParse(input.content).error?.message, form).toBeUndefined();
    }
    expect(Object.keys(written).concat('addresses').sort()).toEqual([...INVENTORY_FORMS].sort());
    expect(inputOf('addresses', { wallet: 'vault', addresses: ` ${SAFE}\n\n${PAYEE} ` })).toEqual({
      ...{ wallet: 'vault', chain: 'ethereum', addresses: [SAFE, PAYEE], reason: 'r' },
    });
    expect(inputOf('retire', { what: 'key', id: 'k2' })).toMatchObject({
      content: { kind: 'retire', what: 'key', id: 'k2' },
    });
  });

  test('every field of what is proposed is asked for', () => {
    const asked = (form: InventoryForm, id: string) =>
      Object.keys((inputOf(form, { id }) as { content: Record<string, object> }).content[form] ?? {}).sort();
    expect(asked('key', 'k1')).toEqual(Object.keys(keySchema.shape).sort());
    expect(asked('wallet', 'vault')).toEqual(Object.keys(walletSchema.shape).sort());
    expect(asked('custodian', 'alpha')).toEqual(Object.keys(custodianSchema.shape).sort());
  });
});

describe('a policy as text', () => {
  test('begins with one that holds, and comes back as it stands', () => {
    const policy = policySchema.parse(FIRST_POLICY);
    expect(readPolicyText(policyText(null))).toEqual({ policy });
    expect(readPolicyText(policyText(policy))).toEqual({ policy });
  });

  test.each([
    ['{ "rules": ', 'JSON'],
    ['{ "rules": [], "bands": [] }', 'bands'],
    [JSON.stringify({ ...FIRST_POLICY, hotShareBps: 600 }), 'hotShareBps: '],
    [JSON.stringify({ ...FIRST_POLICY, exceptions: [] }), 'exceptions'],
    ['[]', 'expected object'],
  ])('%s says where it fails', (text, where) => {
    const read = readPolicyText(text);
    expect('problems' in read && read.problems.join(' ')).toContain(where);
  });
});
