/** Call data of an ERC-20 payment against viem's encoder, and what is not exactly that call. */
import fc from 'fast-check';
import { encodeFunctionData, erc20Abi } from 'viem';
import { expect, test } from 'vitest';
import { toHex } from './bytes.ts';
import { erc20Transfer, readErc20Transfer } from './erc20.ts';

const anyAddress = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${toHex(bytes)}` as `0x${string}`);
const anyAmount = fc.bigInt({ min: 0n, max: (1n << 256n) - 1n });

test('is what viem encodes, and is read back', () => {
  fc.assert(
    fc.property(anyAddress, anyAmount, (to, amount) => {
      const data = erc20Transfer(to, amount);
      expect(data).toBe(encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [to, amount] }));
      expect(readErc20Transfer(data)).toEqual({ to, amount });
    }),
  );
});

test('another call, trailing data or dirty bytes are not read', () => {
  const to = `0x${'de'.repeat(20)}`;
  const data = erc20Transfer(to, 1n);
  expect(readErc20Transfer(`${data}00`)).toBeNull();
  expect(readErc20Transfer(data.slice(0, -2))).toBeNull();
  expect(readErc20Transfer(data.replace('0xa9059cbb', '0x095ea7b3'))).toBeNull();
  expect(readErc20Transfer(data.replace('0xa9059cbb00', '0xa9059cbb01'))).toBeNull();
});

test('what does not fit is named', () => {
  const to = `0x${'de'.repeat(20)}`;
  expect(() => erc20Transfer(to.toUpperCase(), 1n)).toThrow('to: 0X');
  expect(() => erc20Transfer(to, -1n)).toThrow('amount: -1');
  expect(() => erc20Transfer(to, 1n << 256n)).toThrow('256 bits');
});
