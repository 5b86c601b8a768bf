/** The inventory: two people, one wallet for an address, never a key, temperature by what was declared. */

import { addressProblem, kindAtCustodian } from '@sonae/core/nouns/custody/engine/address.ts';
import { temperatureOf } from '@sonae/core/nouns/custody/engine/legal.ts';
import { secretIn } from '@sonae/core/nouns/custody/engine/secret-material.ts';
import type { Key } from '@sonae/core/nouns/custody/facts/inventory.ts';
import type { Inventory } from '@sonae/core/nouns/custody/views/inventory.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { ADDRESSES, type Custody, createCustody, keyOf, walletOf } from './support/custody.ts';
import { as } from './support/firm.ts';

let c: Custody;
beforeAll(async () => {
  c = await createCustody();
});

const propose = async (content: unknown, who = 'north') =>
  c.run('custody.ProposeChange', { content, reason: 'test' } as never, as(who));

describe('a change of the inventory', () => {
  test('takes two people with the role, and the digest of what was shown', async () => {
    const content = { kind: 'key', key: keyOf('k9', 'west', 'nagoya') };
    expect(await c.act('ProposeChange', { content, reason: 'x' }, 'south')).toBe('no-duty');
    const { change = '', digest = '' } = c.result(await propose(content));
    expect(await c.act('ApproveChange', { change, digest }, 'north')).toBe('own-work');
    expect(await c.act('ApproveChange', { change, digest }, 'west')).toBe('no-duty');
    expect(await c.act('ApproveChange', { change, digest: 'f'.repeat(64) }, 'east')).toBe('stale-digest');
    expect((await c.view<Inventory>('inventory')).keys).not.toHaveProperty('k9');
    expect(await c.act('ApproveChange', { change, digest }, 'east')).toBe('done');
    expect(await c.act('ApproveChange', { change, digest }, 'east')).toBe('no-change');
    expect((await c.view<Inventory>('inventory')).keys).toHaveProperty('k9');
  });

  test('also to retire; what a wallet uses cannot be retired', async () => {
    const retire = (what: string, id: string) =>
      c.act('ProposeChange', { content: { kind: 'retire', what, id }, reason: 'x' }, 'north');
    expect(await retire('key', 'k1')).toBe('bad-change');
    expect(await retire('wallet', 'none')).toBe('bad-change');
    expect(await retire('key', 'k9')).toBe('done');
  });

  test('that nobody decides lapses', async () => {
    const other = await createCustody();
    const addresses = [ADDRESSES.thief];
    const input = { wallet: 'vault', chain: 'ethereum', addresses, reason: 'x' };
    expect(await other.act('ProposeAddresses', input, 'north')).toBe('done');
    expect(await other.act('ProposeAddresses', { ...input, wallet: 'till' }, 'east')).toBe('address-taken');
    other.pass(7 * 86_400_000);
    await other.keep();
    expect((await other.view<Inventory>('inventory')).changes).toEqual([]);
    expect(await other.act('ProposeAddresses', { ...input, wallet: 'till' }, 'east')).toBe('done');
  });

  test.each([
    ['quorum above the keys', { quorum: 4 }],
    ['no keys', { keys: [], quorum: 0 }],
    ['a key that is not there', { keys: ['nope'], quorum: 1 }],
    ['a key twice', { keys: ['k1', 'k1', 'k2'], quorum: 2 }],
    ['no chain id', { chainId: null }],
    ['an unknown custodian', { kind: 'custodian', chainId: null, keys: [], quorum: 0, custodian: 'x' }],
  ])('is refused with %s', async (_, change) => {
    const content = { kind: 'wallet', wallet: walletOf('odd', change as never) };
    expect(await c.act('ProposeChange', { content, reason: 'x' }, 'north')).toBe('bad-change');
  });
});

describe('an address', () => {
  const add = (wallet: string, addresses: readonly string[]) =>
    c.act('ProposeAddresses', { wallet, chain: 'ethereum', addresses, reason: 'x' }, 'north');

  test('claimed by two wallets is refused, in any spelling and already while it is only proposed', async () => {
    expect(await add('till', [ADDRESSES.safe])).toBe('address-taken');
    expect(await add('till', [`0x${'5A'.repeat(20)}`])).toBe('address-taken');
    const free = `0x${'12'.repeat(20)}`;
    expect(await add('till', [free, free])).toBe('address-taken');
    expect(await add('till', [free])).toBe('done');
    expect(await add('vault', [free])).toBe('address-taken');
  });

  test('in bulk: 10,000 at once, each looked up afterwards', async () => {
    const addresses = Array.from(
      { length: 10_000 },
      (_, n) => `0x${(n + 10_000_000).toString(16).padStart(40, '1')}`,
    );
    await c.addresses('till', 'ethereum', addresses);
    const { addressCount } = (await c.view<Inventory>('inventory')).wallets.till ?? {};
    expect(addressCount).toBe(10_001);
    expect(await c.view('address', `ethereum ${addresses[9_999]}`)).toMatchObject({
      wallet: 'till',
      held: true,
    });
    await expect(add('till', [...addresses, ADDRESSES.thief])).rejects.toThrow(/addresses/);
  });

  test.each([
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', 'evm', true],
    ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD', 'evm', false],
    ['0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed', 'evm', true],
    ['0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae', 'evm', false],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'bitcoin', true],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5', 'bitcoin', false],
    ['BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'bitcoin', true],
    ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0', 'bitcoin', true],
    ['bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd', 'bitcoin', false],
    ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'bitcoin', true],
    ['1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3', 'bitcoin', false],
    ['3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy', 'bitcoin', true],
    // The same destination under other spellings, other networks, and BIP-173's own examples of what is none.
    ['11BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'bitcoin', false],
    ['BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', 'bitcoin', false],
    ['tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx', 'bitcoin', false],
    ['mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', 'bitcoin', false],
    ['bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du', 'bitcoin', false],
    ['bc1qw508d6qejxtdg4y5r3zarvary0c5xW7kv8f3t4', 'bitcoin', false],
  ] as const)('%s of %s is possible: %s', (address, kind, isOne) => {
    expect(addressProblem(address, kind, kind === 'evm' ? 'ethereum' : 'bitcoin') === null).toBe(isOne);
  });

  test('an address is of the network of its chain; one at a custodian is checked as what it looks like', () => {
    const test1 = 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx';
    expect(addressProblem(test1, 'bitcoin', 'bitcoin-testnet')).toBeNull();
    expect(addressProblem(test1, 'bitcoin', 'bitcoin-regtest')).not.toBeNull();
    const wrong = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD';
    expect(addressProblem(wrong, kindAtCustodian(wrong, 'base'), 'base')).not.toBeNull();
    const sui = `0x${'5a'.repeat(32)}`;
    expect(addressProblem(sui, kindAtCustodian(sui, 'sui'), 'sui')).toBeNull();
  });
});

describe('a private key pasted into the inventory', () => {
  const secrets: readonly [string, string][] = [
    ['WIF', 'KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn'],
    ['old WIF', '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ'],
    ['hex', `0x${'4f'.repeat(32)}`],
    ['bare hex', 'E9873D79C6D87DC0FB6A5778633389F4453213303DA61F20BD67FC233AA33262'],
    ['words', 'legal winner thank year wave sausage worth useful legal winner thank yellow'],
    ['PEM', '-----BEGIN EC PRIVATE KEY-----\nMHQCAQEE\n-----END EC PRIVATE KEY-----'],
    [
      'an extended private key in a descriptor',
      'wpkh([d34db33f/84h/0h/0h]xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi/0/*)',
    ],
  ];
  test.each(secrets)('as %s is refused, and stands nowhere', async (_, secret) => {
    for (const field of ['descriptor', 'name'] as const) {
      const content = {
        kind: 'wallet',
        wallet: walletOf('pasted', { [field]: secret.slice(0, field === 'name' ? 100 : 2_000) }),
      };
      const outcome = await propose(content);
      expect(outcome).toMatchObject({ status: 'refused', refused: 'secret-material' });
      expect(JSON.stringify(outcome)).not.toContain(secret.slice(0, 20));
    }
    const rows = await c.app.ports.store.facts({ limit: 2_000 });
    expect(rows.some(({ text }) => text.includes(JSON.stringify(secret).slice(1, 40)))).toBe(false);
  });

  test.each([
    'wsh(sortedmulti(2,[d34db33f/48h/0h/0h/2h]xpub6CUGRUonZSQ4TWtTMmzXdrXDtypWKiKrhko4egpiMZbpiaQL2jkwSB1icqYh2cfDfVxdx4df189oLKnC5fSwqPfgyP3hooxujYzAu3fDVmz/0/*))',
    'tr(03a34b99f22c790c4e36b2b3c2c35a36db06226e41c692fc82b8b56ac1c540c5bd)',
    'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
    `0x${'5a'.repeat(20)}`,
    'Cold vault in Osaka, three signers',
  ])('but %s is none', (given) => {
    expect(secretIn({ given })).toBeNull();
  });
});

describe('temperature is derived', () => {
  const wallet = { custodian: null, keys: ['a', 'b'], manual: true, contentChecked: true };
  const of = (change: Partial<Key>, more: Partial<typeof wallet> = {}) => {
    const key = keyOf('a', 'x', 'y') as unknown as Key;
    return temperatureOf({ ...wallet, ...more }, { a: key, b: { ...key, ...change } }, {}, '2026-04-01');
  };
  const equal = { everOnline: true, onlineOnlyToSign: true, leavesDevice: false };
  test.each([
    ['never online', {}, {}, 'cold'],
    ['one key was online once (府令27条3項1号)', { everOnline: true }, {}, 'hot'],
    ['equal measures', equal, {}, 'warm'],
    ['the key can leave the device', { ...equal, leavesDevice: true }, {}, 'hot'],
    ['online all the time', { ...equal, onlineOnlyToSign: false }, {}, 'hot'],
    ['no manual', equal, { manual: false }, 'hot'],
    ['content not checked', equal, { contentChecked: false }, 'hot'],
    ['no keys known', {}, { keys: [] }, 'hot'],
    ['a key that is gone', {}, { keys: ['a', 'gone'] }, 'hot'],
  ] as const)('%s', (_, key, more, wanted) => {
    expect(of(key, more as never)).toBe(wanted);
  });

  test('and before the rule there is none', () => {
    expect(temperatureOf(wallet, {}, {}, '2019-01-01')).toBe('hot');
  });
});
