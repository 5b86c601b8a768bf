import { Address, NETWORK, OutScript, TEST_NETWORK } from '@scure/btc-signer';
import { describe, expect, test } from 'vitest';
import { KINDS, walletOf } from '../test/bip-322-signer.ts';
import { equalBytes } from './bytes.ts';
import { bitcoinNetworkOf, decodeBitcoinAddress, outputScript } from './reserves-bitcoin.ts';
import { readEvmAddress } from './reserves-control.ts';

describe('a Bitcoin address', () => {
  test.each(KINDS)('%s decodes to the script that another library gives it', (kind) => {
    for (const [network, names] of [
      [NETWORK, ['main']],
      [TEST_NETWORK, ['test', 'regtest']],
    ] as const) {
      const { address } = walletOf(kind, 2, 3, network);
      const decoded = decodeBitcoinAddress(address)!;
      const script = OutScript.encode(Address(network).decode(address));
      expect(equalBytes(outputScript(decoded), script)).toBe(true);
      expect(decoded.networks).toEqual(address.startsWith('tb1') ? ['test'] : names);
    }
  });

  test.each(KINDS)('%s with any digit wrong, more or fewer is none', (kind) => {
    const { address } = walletOf(kind);
    for (let n = 0; n < address.length; n++) {
      const digit = address[n] === 'q' ? 'p' : 'q';
      expect(decodeBitcoinAddress(address.slice(0, n) + digit + address.slice(n + 1))).toBe(null);
      expect(decodeBitcoinAddress(address.slice(0, n))).toBe(null);
    }
    for (const other of [`1${address}`, `${address}q`, ` ${address}`, `${address}\n`])
      expect(decodeBitcoinAddress(other)).toBe(null);
  });

  test.each<readonly [string | undefined, string, string]>([
    ['p2wpkh', 'bc1qqurswpc8qurswpc8qurswpc8qurswpc89fe3yv', '20 bytes'],
    ['p2wsh', 'bc1qqurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurs6mww0q', '32 bytes'],
    ['p2tr', 'bc1pqurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurssvw8hu', 'an output key'],
    [undefined, 'bc1qqurswpc8qurswpc8qurswpc8qurswpc8s4fapw', 'version 0 with the checksum of later ones'],
    [
      undefined,
      'bc1pqurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurs9s7tj7',
      'version 1 with the checksum of 0',
    ],
    [undefined, 'bc1pqurswpc8qurswpc8qurswpc8qurswpc8mt7kv9', 'version 1 with 20 bytes'],
    [undefined, 'bc1zqurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qursc3hgeh', 'version 2'],
    [undefined, 'bc1qqurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qu0sv2cn', '31 bytes'],
    [undefined, 'bc1qqurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qurswpc8qur38d6mjj', 'a bit behind the bytes'],
    [undefined, 'ltc1qqurswpc8qurswpc8qurswpc8qurswpc8p4r4uu', 'another chain'],
  ])('bech32: %s is what %s stands for: %s', (kind, address) => {
    expect(decodeBitcoinAddress(address)?.kind).toBe(kind);
    expect(decodeBitcoinAddress(address.toUpperCase())).toBe(null);
  });

  test('bech32 of regtest is of no other network', () => {
    const address = 'bcrt1qqurswpc8qurswpc8qurswpc8qurswpc8dxm0gk';
    expect(decodeBitcoinAddress(address)?.networks).toEqual(['regtest']);
  });

  test('chains have networks by their names', () => {
    expect(['bitcoin', 'bitcoin-testnet', 'bitcoin-signet', 'bitcoin-regtest'].map(bitcoinNetworkOf)).toEqual(
      ['main', 'test', 'test', 'regtest'],
    );
    for (const other of ['ethereum', 'Bitcoin', 'toString', '']) expect(bitcoinNetworkOf(other)).toBe(null);
  });
});

/** The examples of EIP-55. */
const CHECKSUMMED = [
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
  '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
  '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
];

test('an EVM address with capitals has the checksum of EIP-55', () => {
  for (const address of CHECKSUMMED) {
    const lower = address.toLowerCase();
    expect(readEvmAddress(address)).toBe(lower);
    expect(readEvmAddress(lower)).toBe(lower);
    expect(readEvmAddress(`0x${lower.slice(2).toUpperCase()}`)).toBe(lower);
    for (let n = 2; n < address.length; n++) {
      const digit = address[n]!;
      const other = digit === digit.toUpperCase() ? digit.toLowerCase() : digit.toUpperCase();
      if (other !== digit)
        expect(readEvmAddress(address.slice(0, n) + other + address.slice(n + 1))).toBe(null);
    }
    for (const other of [
      address.slice(0, -1),
      `${address}0`,
      address.replace('0x', '0X'),
      `${lower.slice(0, -1)}g`,
    ])
      expect(readEvmAddress(other)).toBe(null);
  }
});
