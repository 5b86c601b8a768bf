/**
 * What every target checks before it touches anything: that the order is one of its own and is what was
 * approved.
 */

import type { Order } from '@sonae/core/ports/target.ts';
import type { Act } from '@sonae/proof/action';
import { hashOfActionText } from '@sonae/proof/action';
import { toHex } from '@sonae/proof/bytes';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';

/**
 * The order's act when it is of this kind and the order is consistent; otherwise why it must not be
 * performed.
 */
export function actOf<Kind extends Act['kind']>(
  order: Order,
  kind: Kind,
): { readonly act: Extract<Act, { kind: Kind }> } | { readonly why: string } {
  const { action, actionText, hash } = order;
  if (action.act.kind !== kind)
    return { why: `action.act.kind is ${action.act.kind}, this target performs ${kind}` };
  if (canonicalJson(action as unknown as JsonValue) !== actionText)
    return { why: 'actionText is not the canonical JSON of action' };
  if (toHex(hashOfActionText(actionText)) !== hash) return { why: 'hash is not the hash of actionText' };
  return { act: action.act as Extract<Act, { kind: Kind }> };
}
