/**
 * What a call of a contract says besides its function: the words behind the selector, under the names that ERC-20,
 * ERC-721 and wrapped ether give them. Of other functions the bare words are shown; a signer must not guess.
 */
import type { Shown } from '../facts/transfers.ts';

type Kind = 'address' | 'amount' | 'truth';
type Parameter = { readonly en: string; readonly ja: string; readonly kind: Kind };
type Call = { readonly name: string; readonly takes: readonly Parameter[] };

const SPENDER = { en: 'Spender', ja: '引出し権限を得る者', kind: 'address' } as const;
const OPERATOR = { en: 'Operator', ja: '操作権限を得る者', kind: 'address' } as const;
const FROM = { en: 'Taken from', ja: '引出し元', kind: 'address' } as const;
const TO = { en: 'Given to', ja: '引渡し先', kind: 'address' } as const;
const AMOUNT = { en: 'Amount in smallest units', ja: '最小単位の数量', kind: 'amount' } as const;
const ALLOWED = { en: 'Allowed', ja: '許可', kind: 'truth' } as const;

const CALLS: Readonly<Record<string, Call>> = {
  '0x095ea7b3': { name: 'approve', takes: [SPENDER, AMOUNT] },
  '0x39509351': { name: 'increaseAllowance', takes: [SPENDER, AMOUNT] },
  '0xa457c2d7': { name: 'decreaseAllowance', takes: [SPENDER, AMOUNT] },
  '0xa9059cbb': { name: 'transfer', takes: [TO, AMOUNT] },
  '0x23b872dd': { name: 'transferFrom', takes: [FROM, TO, AMOUNT] },
  '0xa22cb465': { name: 'setApprovalForAll', takes: [OPERATOR, ALLOWED] },
  '0xd0e30db0': { name: 'deposit', takes: [] },
  '0x2e1a7d4d': { name: 'withdraw', takes: [AMOUNT] },
};
const WORD_CHARS = 64;
const SELECTOR_CHARS = 10;
const WORDS_SHOWN_MAX = 8;
const UNLIMITED = 2n ** 256n - 1n;

/** The function of a call, with its name where it is known. */
export function functionText(data: string): string {
  const selector = data.slice(0, SELECTOR_CHARS);
  const call = Object.hasOwn(CALLS, selector) ? CALLS[selector] : undefined;
  return data === '0x' ? '-' : call === undefined ? selector : `${call.name} (${selector})`;
}

/** Arguments of a call, a line each. @param data 0x and lower-case hex */
export function argumentLines(data: string): Shown {
  const words = data.slice(SELECTOR_CHARS).match(/.{1,64}/g) ?? [];
  const call = Object.hasOwn(CALLS, data.slice(0, SELECTOR_CHARS))
    ? CALLS[data.slice(0, SELECTOR_CHARS)]
    : undefined;
  const values = call?.takes.map((parameter, n) => wordText(parameter.kind, words[n] ?? ''));
  const isWhole = call !== undefined && words.length === call.takes.length;
  if (isWhole && values?.every((value) => value !== null))
    return call.takes.map(({ en, ja }, n) => ({ label: { en, ja }, value: values[n] ?? '' }));
  const shown = words.slice(0, WORDS_SHOWN_MAX).map((word, n) => ({
    label: { en: `Argument word ${n + 1}`, ja: `引数 ${n + 1} 語目` },
    value: `0x${word}`,
  }));
  if (words.length <= WORDS_SHOWN_MAX) return shown;
  const more = `${words.length - WORDS_SHOWN_MAX}`;
  return [...shown, { label: { en: 'More words, not shown', ja: '表示しきれない引数の語数' }, value: more }];
}

/** Null for a word that no encoder writes for this kind. */
function wordText(kind: Kind, word: string): string | null {
  if (word.length !== WORD_CHARS || !/^[0-9a-f]+$/.test(word)) return null;
  const value = BigInt(`0x${word}`);
  if (kind === 'amount') return value === UNLIMITED ? `unlimited / 無制限 (${value})` : String(value);
  if (kind === 'truth') return value === 0n ? 'no / いいえ' : value === 1n ? 'yes / はい' : null;
  return value >> 160n === 0n ? `0x${word.slice(24)}` : null;
}
