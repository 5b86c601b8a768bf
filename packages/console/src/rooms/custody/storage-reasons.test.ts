/** What a wallet lacks to be cold, as its keys were declared. */
import { describe, expect, test } from 'vitest';
import { storageReasons } from './storage-reasons.ts';

type Page = Parameters<typeof storageReasons>[1];
const COLD = { everOnline: false, onlineOnlyToSign: false, leavesDevice: false };
const HOT = { everOnline: true, onlineOnlyToSign: false, leavesDevice: true };
const key = (id: string, storage: typeof COLD) => ({ id, ...storage });
const page = (keys: readonly object[], custodians: readonly object[] = []): Page =>
  ({ keys, custodians }) as unknown as Page;
const wallet = (change: object) =>
  ({
    wallet: { id: 'w', keys: [], custodian: null, manual: true, contentChecked: true, ...change },
  }) as unknown as Parameters<typeof storageReasons>[0];

describe('reasons', () => {
  test('keys that were never online lack nothing', () => {
    expect(storageReasons(wallet({ keys: ['a', 'b'] }), page([key('a', COLD), key('b', COLD)]))).toEqual([]);
  });

  test('the keys that make it hot are named, the others are not', () => {
    expect(
      storageReasons(wallet({ keys: ['a', 'b'], manual: false }), page([key('a', COLD), key('b', HOT)])),
    ).toEqual([
      { reason: 'was-online', of: ['b'] },
      { reason: 'leaves-device', of: ['b'] },
      { reason: 'online-longer', of: ['b'] },
      { reason: 'no-manual', of: ['w'] },
    ]);
  });

  test('warm: equal measures leave only that it was online', () => {
    const warm = key('a', { everOnline: true, onlineOnlyToSign: true, leavesDevice: false });
    expect(storageReasons(wallet({ keys: ['a'] }), page([warm]))).toEqual([
      { reason: 'was-online', of: ['a'] },
    ]);
  });

  test('a key that nobody registered, and none at all', () => {
    for (const keys of [['a', 'z'], []])
      expect(storageReasons(wallet({ keys }), page([key('a', COLD)]))).toEqual([
        { reason: 'no-known-key', of: [] },
      ]);
  });

  test('with a custodian its own declarations count, not those of the wallet', () => {
    const custodian = { ...key('bank', HOT), manual: true, contentChecked: false };
    const reasons = storageReasons(wallet({ custodian: 'bank', manual: false }), page([], [custodian]));
    expect(reasons.map(({ reason }) => reason)).toEqual([
      'was-online',
      'leaves-device',
      'online-longer',
      'content-unchecked',
    ]);
  });
});
