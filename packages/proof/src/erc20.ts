/**
 * `transfer(address,uint256)` of ERC-20 as call data: what a form writes is what the policy reads. Words of 32 bytes in hex,
 * by the contract ABI of Solidity.
 */
const TRANSFER = '0xa9059cbb';
const WORD_CHARS = 64;
const CALL_CHARS = TRANSFER.length + 2 * WORD_CHARS;
const UINT256_BITS = 256n;

export const isErc20Transfer = (data: string): boolean => data.startsWith(TRANSFER);

/** Call data that pays `amount` minor units to `to` (0x and 40 lower-case hex digits); throws beyond 256 bits. */
export function erc20Transfer(to: string, amount: bigint): string {
  if (!/^0x[0-9a-f]{40}$/.test(to)) throw new RangeError(`to: ${to} is not 0x and 40 lower-case hex digits`);
  if (amount < 0n || amount >> UINT256_BITS !== 0n)
    throw new RangeError(`amount: ${amount} does not fit 256 bits without a sign`);
  const word = (hex: string): string => hex.padStart(WORD_CHARS, '0');
  return `${TRANSFER}${word(to.slice(2))}${word(amount.toString(16))}`;
}

/** Null when it is not exactly this call: dirty high bytes or trailing data hide things. */
export function readErc20Transfer(data: string): { to: string; amount: bigint } | null {
  if (data.length !== CALL_CHARS || !isErc20Transfer(data)) return null;
  const [toWord, amountWord] = [
    data.slice(TRANSFER.length, TRANSFER.length + WORD_CHARS),
    data.slice(TRANSFER.length + WORD_CHARS),
  ];
  if (!/^0{24}/.test(toWord)) return null;
  return { to: `0x${toWord.slice(24)}`, amount: BigInt(`0x${amountWord}`) };
}
