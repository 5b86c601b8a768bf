/** What a target's act does, in the words of the decoder that signers see later. Pure. */
import type { PowerTarget } from '@sonae/core/nouns/authority/facts/power.ts';
import { ACTION_FORMAT, type Act, type Action } from '@sonae/proof/action';
import { type DecodedAction, decodeAction } from '@sonae/proof/action-decoder';
import { canonicalJson, type JsonValue } from '@sonae/proof/canonical-json';

const NONE = '0'.repeat(64);

/** Null where the act is only whole once somebody has filled it in: then there is nothing to read yet. */
export function actWords(
  { id, act, open }: PowerTarget,
  power: string,
  founding: string,
): Pick<DecodedAction, 'title' | 'dangers'> | null {
  if (open.length > 0) return null;
  const action: Action = {
    format: ACTION_FORMAT,
    founding,
    use: 'charter',
    power,
    policy: NONE,
    target: id,
    step: act.kind === 'govern' ? 'govern' : 'stop',
    reason: NONE,
    until: null,
    validBefore: '2000-01-01T00:00:00Z',
    act: act as Act,
  };
  try {
    return decodeAction(canonicalJson(action as unknown as JsonValue));
  } catch {
    return null;
  }
}
