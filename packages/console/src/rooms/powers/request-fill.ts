/** Open fields of a target, from what a person types to what the request carries. Pure. */
import type { PowerTarget } from '@sonae/core/nouns/authority/facts/power.ts';
import type { JsonValue } from '@sonae/proof/canonical-json';

export type OpenField = PowerTarget['open'][number];
export type FillForm = 'address' | 'subjects' | 'limit' | 'json' | 'hex' | 'text';

/** How a field is asked for: an on-chain switch with open arguments is about one address. */
export function formOf(target: PowerTarget, field: OpenField): FillForm {
  if (field === 'args') return target.act.kind === 'evm.guardian' ? 'address' : 'hex';
  if (field === 'data') return 'hex';
  if (field === 'subjects' || field === 'limit') return field;
  return field === 'change' ? 'json' : 'text';
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const WORD_PAD = '0'.repeat(24);

/** One address as ABI-encoded arguments: a word of 32 bytes. Null when it is none. */
export function encodeAddress(text: string): string | null {
  const address = text.trim();
  return ADDRESS.test(address) ? `0x${WORD_PAD}${address.slice(2).toLowerCase()}` : null;
}

/** The value of a field, `undefined` for one that may stay empty, or null when the text does not fit. */
export function fillValue(form: FillForm, text: string): JsonValue | undefined {
  const typed = text.trim();
  if (form === 'address') return encodeAddress(typed);
  if (form === 'hex') return /^0x([0-9a-fA-F]{2})*$/.test(typed) ? typed.toLowerCase() : null;
  if (form === 'limit') return typed === '' ? undefined : /^(0|[1-9]\d{0,77})$/.test(typed) ? typed : null;
  if (form === 'subjects') return listOf(typed);
  if (form === 'json') return jsonOf(typed);
  return typed === '' ? null : typed;
}

function listOf(text: string): JsonValue {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  return parts.length === 0 ? null : parts;
}

function jsonOf(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}
